"""Which assignments changed since the figures were last looked at, by the audit trail.

Actions that are not known here may change anything: then all is counted anew.
"""

from collections.abc import Container
from typing import Final

from sqlalchemy.orm import Session

from annotator.store.queries import feed as queries
from annotator.store.queries.feed import Change, Mark

# One assignment has other answers, or another state.
CHANGES_ONE: Final = frozenset({"annotation.saved", "assignment.skipped"})
# Whose judgments count may have changed, if the person has any here.
CHANGES_A_PERSON: Final = frozenset({"user.disabled", "user.enabled"})
# What is labelled, by whom, or how it is scored, has changed: all is counted anew.
CHANGES_ALL: Final = frozenset(
    {
        "assignments.given_back",
        "assignments.taken_back",
        "clusters.merged",
        "codebook.added",
        "database.restored",
        "document.described",
        "document.restored",
        "document.withdrawn",
        "documents.imported",
        "labels.imported",
        "paragraph.split",
        "paragraphs.merged",
        "project.created",
        "round.begun",
        "round.closed",
        "round.extended",
        "source.described",
        "source.merged",
        "source.restored",
        "source.taken_out",
        "source.withdrawn",
        "work.moved",
        "work.recoded",
    }
)
CHANGES_NOTHING: Final = frozenset(
    {
        "adjudication.changed",
        "adjudication.decided",
        "adjudication.decided_blind",
        "adjudication.decided_second",
        "adjudication.set_up",
        "adjudication.undone",
        "difference.accepted",
        "assignment.flagged",
        "codebook.read",
        "gold.propagated",
        "gold.propagation_reopened",
        "gold.propagation_undone",
        "gold.settled",
        "gold.undone",
        "member.added",
        "member.removed",
        "member.role_changed",
        "noise.refit_switched",
        "noise.refitted",
        "password.changed",
        "password.chosen",
        "release.made",
        "session.begun",
        "session.ended",
        "sign_in.failed",
        "token.made",
        "token.revoked",
        "user.added",
        "user.invited",
        "user.role_changed",
    }
)


def changed_assignments(
    session: Session, *, since: Mark | None, project_id: int, people: Container[int]
) -> list[int] | None:
    """The ids of assignments that changed, each once; None where all must be counted anew.

    `people` are those whose judgments the figures were made from, by id.
    """
    if since is None or not queries.holds(session, since):
        return None
    found: dict[int, None] = {}
    for change in queries.since(session, since, project_id):
        if change.action in CHANGES_NOTHING or _is_of_a_stranger(change, people):
            continue
        if change.action not in CHANGES_ONE or change.assignment_id is None:
            return None
        found[change.assignment_id] = None
    return list(found)


def _is_of_a_stranger(change: Change, people: Container[int]) -> bool:
    return change.action in CHANGES_A_PERSON and change.object_id not in people
