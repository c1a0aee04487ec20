"""What is kept, for how long, and what happens while it is being counted."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from annotator.errors import BeingCounted, Unavailable
from annotator.services.live import LiveAgreement, keeping
from annotator.services.live.project import LiveProject, Pause, Scope, counted
from annotator.store.database import Database
from annotator.store.labelling import AnnotationRevision
from tests.services.live import world
from tests.services.live.test_live_agreement import assert_same_figures, batch, looked_at
from tests.services.live.world import Living

PATIENCE = 0.05


class Counting:
    """Stands before counting: it can be held up, can fail, and tells how often it was asked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.times = 0
        self.may_go_on = threading.Event()
        self.may_go_on.set()
        self.error: Exception | None = None
        monkeypatch.setattr(keeping, "counted", self)

    def __call__(self, session: Session, scope: Scope, *, pause: Pause) -> LiveProject:
        self.times += 1
        assert self.may_go_on.wait(10)
        if self.error is not None:
            raise self.error
        return counted(session, scope, pause=pause)


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch) -> Counting:
    return Counting(monkeypatch)


@pytest.fixture
def living(database: Database) -> Living:
    return Living.begun(database, 1, documents=3)


def patiently(live: LiveAgreement, living: Living, patience: float) -> None:
    live.headlines(project_id=living.project_id, patience=patience)


def test_saves_are_taken_in_and_nothing_is_counted_twice(
    living: Living, counting: Counting
) -> None:
    live = LiveAgreement(living.database)
    for _ in range(3):
        assert_same_figures(looked_at(live, living), batch(living))
        world.save_one(living)
    assert counting.times == 1


def test_whoever_is_impatient_hears_that_it_is_being_counted_and_sees_it_later(
    living: Living, counting: Counting
) -> None:
    live = LiveAgreement(living.database)
    counting.may_go_on.clear()
    for _ in range(2):
        with pytest.raises(BeingCounted, match="are being counted"):
            patiently(live, living, PATIENCE)
    counting.may_go_on.set()
    assert_same_figures(looked_at(live, living), batch(living))
    assert counting.times == 1


def test_whoever_has_patience_waits_for_the_count(living: Living, counting: Counting) -> None:
    patiently(LiveAgreement(living.database), living, 10)
    assert counting.times == 1


def test_whoever_waits_for_a_count_that_fails_hears_why_and_the_next_one_tries_again(
    living: Living, counting: Counting
) -> None:
    live = LiveAgreement(living.database)
    counting.error = Unavailable("The database is away.")
    for _ in range(2):
        with pytest.raises(Unavailable, match="away"):
            patiently(live, living, 10)
    counting.error = None
    patiently(live, living, 10)
    assert counting.times == 3


def test_what_is_half_brought_up_to_date_is_never_shown(
    living: Living, counting: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = LiveAgreement(living.database)
    looked_at(live, living)
    world.save_one(living)

    def fail(_self: LiveProject, *_: object) -> None:
        raise Unavailable("The database is away.")

    with monkeypatch.context() as broken:
        broken.setattr(LiveProject, "_replace", fail)
        with pytest.raises(Unavailable):
            looked_at(live, living)
    assert_same_figures(looked_at(live, living), batch(living))
    assert counting.times == 2


def test_the_project_nobody_looked_at_for_longest_is_forgotten(
    living: Living, counting: Counting
) -> None:
    world.train(living)
    live = LiveAgreement(living.database, judgments_at_most=1)
    for name in ("main", "training", "training", "main"):
        looked_at(live, living, name)
    assert counting.times == 3


def test_a_recount_names_the_questions_that_were_not_the_same_and_stands(living: Living) -> None:
    live = LiveAgreement(living.database)
    looked_at(live, living)
    with behind_the_back_of_the_trail(living.database) as revision:
        revision["content"] = ["main" if revision["content"] == ["boilerplate"] else "boilerplate"]
    assert "content" in live.recount(project_id=living.project_id)
    assert live.recount(project_id=living.project_id) == []
    assert_same_figures(looked_at(live, living), batch(living))


def test_once_a_day_all_is_counted_anew_and_a_difference_is_told(living: Living) -> None:
    now, told = [0.0], list[tuple[int, list[str]]]()
    done = threading.Event()

    def tell(project_id: int, questions: list[str]) -> None:
        told.append((project_id, questions))
        done.set()

    live = LiveAgreement(living.database, clock=lambda: now[0], told=tell)
    looked_at(live, living)
    with behind_the_back_of_the_trail(living.database) as revision:
        revision["content"] = ["main" if revision["content"] == ["boilerplate"] else "boilerplate"]
    now[0] = keeping.RECOUNT_AFTER + 1
    looked_at(live, living)
    assert done.wait(10)
    assert [project_id for project_id, _ in told] == [living.project_id]
    assert_same_figures(looked_at(live, living), batch(living))


@contextmanager
def behind_the_back_of_the_trail(database: Database) -> Iterator[dict[str, list[str]]]:
    """Other answers in a revision, as no part of the program would change them."""
    with database.write() as session:
        for one in _append_only(session):
            session.execute(text(one))
        revisions = session.scalars(select(AnnotationRevision).order_by(AnnotationRevision.id))
        revision = next(each for each in revisions if "content" in each.answers)
        answers = dict(revision.answers)
        yield answers
        revision.answers = answers


def _append_only(session: Session) -> list[str]:
    """What switches off the rule that a revision is never changed."""
    if session.get_bind().dialect.name == "postgresql":
        return ["SET session_replication_role = replica"]
    names = session.scalars(
        text(
            "SELECT name FROM sqlite_master "
            "WHERE type = 'trigger' AND tbl_name = 'annotation_revisions'"
        )
    )
    return [f"DROP TRIGGER {name}" for name in names]
