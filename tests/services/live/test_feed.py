"""The audit trail says what changed; whatever it does not know means that all is counted anew."""

import ast
import re
from pathlib import Path

import pytest

import annotator
from annotator.services.live import feed
from annotator.services.live.feed import changed_assignments
from annotator.store import audit
from annotator.store.database import Database
from annotator.store.queries.feed import Mark, end
from tests.factories import NOW

PROJECT, OTHER = 7, 8
PEOPLE = frozenset({1, 2})
ACTION = re.compile(r"[a-z_]+\.[a-z_]+")


def happened(
    database: Database,
    action: str,
    *,
    project_id: int | None = PROJECT,
    object_id: int | None = None,
    **details: int,
) -> None:
    with database.write() as session:
        audit.record(
            session,
            action=action,
            at=NOW,
            actor_id=None,
            project_id=project_id,
            object_id=object_id,
            **details,
        )


def mark(database: Database) -> Mark:
    with database.read() as session:
        found = end(session)
    assert found is not None
    return found


def changed(database: Database, since: Mark | None) -> list[int] | None:
    with database.read() as session:
        return changed_assignments(session, since=since, project_id=PROJECT, people=PEOPLE)


def test_saves_and_skips_name_their_assignments_once(database: Database) -> None:
    happened(database, "annotation.saved", assignment=1)
    before = mark(database)
    happened(database, "annotation.saved", object_id=9, assignment=5)
    happened(database, "assignment.skipped", object_id=4, assignment=4)
    happened(database, "annotation.saved", object_id=9, assignment=5)
    assert changed(database, before) == [5, 4]


def test_what_happens_elsewhere_or_changes_no_judgment_is_nothing(database: Database) -> None:
    before = mark(database)
    happened(database, "annotation.saved", project_id=OTHER, assignment=3)
    happened(database, "round.closed", project_id=OTHER)
    happened(database, "session.begun", project_id=None)
    happened(database, "adjudication.decided")
    happened(database, "user.disabled", project_id=None, object_id=3)
    assert changed(database, before) == []


@pytest.mark.parametrize("action", [*sorted(feed.CHANGES_ALL), "thing.never_heard_of"])
def test_all_is_counted_anew_where_more_may_have_changed(database: Database, action: str) -> None:
    before = mark(database)
    happened(database, action, project_id=None if action == "database.restored" else PROJECT)
    assert changed(database, before) is None


@pytest.mark.parametrize("action", sorted(feed.CHANGES_A_PERSON))
def test_all_is_counted_anew_when_an_account_of_the_project_changes(
    database: Database, action: str
) -> None:
    before = mark(database)
    happened(database, action, project_id=None, object_id=2)
    assert changed(database, before) is None


def test_all_is_counted_anew_when_the_history_is_another_one(database: Database) -> None:
    happened(database, "session.begun", project_id=None)
    found = mark(database)
    assert changed(database, found) == []
    assert changed(database, Mark(found.event_id, "0" * 64)) is None
    assert changed(database, Mark(found.event_id + 3, found.hash)) is None
    assert changed(database, None) is None


def test_every_action_of_the_program_is_known() -> None:
    """A new one has to be thought about: what does it change of the judgments?"""
    services = Path(annotator.__file__).parent / "services"
    written = {action for path in services.rglob("*.py") for action in actions(path)}
    known = feed.CHANGES_ONE | feed.CHANGES_A_PERSON | feed.CHANGES_ALL | feed.CHANGES_NOTHING
    assert written == known


def actions(path: Path) -> set[str]:
    """The actions that a module notes in the trail, as they stand in its calls of `record`."""
    calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    noting = [call for call in calls if ast.unparse(call.func).endswith("record")]
    return {
        node.value
        for call in noting
        for node in ast.walk(call)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and ACTION.fullmatch(node.value)
    }
