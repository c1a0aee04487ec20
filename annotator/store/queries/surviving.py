"""What clean-up rounds have said of paragraphs, for the rounds after them."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlalchemy import Select, and_, or_, select, true
from sqlalchemy.orm import Session

from annotator.domain.codebook import CLEANUP
from annotator.store.corpus import Subject
from annotator.store.labelling import Annotation, AnnotationRevision, Assignment, Round
from annotator.store.people import User
from annotator.store.queries.adjudication import GOLD_ROUNDS
from annotator.store.settling import Gold

_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class CleanupVote:
    """What one person says now; `answers` is None where they have not answered, or skipped it."""

    subject_id: int
    round_name: str
    kind: str
    answers: dict[str, list[str]] | None


def cleanup_votes(
    session: Session,
    *,
    project_id: int,
    subjects: Collection[int] | Select[int] | None = None,
) -> Iterator[CleanupVote]:
    """Of paragraphs that a clean-up round had: all its votes, and those of the rounds that count.

    By subject, rounds from the oldest to the newest. Left out is what was taken back, what machines
    said, and people whose account is disabled; work that is open in other rounds says nothing.
    """
    cleaned = (
        select(Assignment.subject_id)
        .join(Round, Round.id == Assignment.round_id)
        .where(
            Round.project_id == project_id,
            Round.kind == CLEANUP,
            Assignment.scope == "paragraph",
            Assignment.state != "withdrawn",
            true() if subjects is None else Assignment.subject_id.in_(subjects),
        )
    )
    newest = and_(
        AnnotationRevision.annotation_id == Annotation.id,
        AnnotationRevision.number == Annotation.revision,
    )
    rows = session.execute(
        select(
            Assignment.subject_id,
            Round.name,
            Round.kind,
            Assignment.state,
            AnnotationRevision.answers,
        )
        .join(Round, Round.id == Assignment.round_id)
        .join(User, User.id == Assignment.user_id)
        .outerjoin(Annotation, Annotation.assignment_id == Assignment.id)
        .outerjoin(AnnotationRevision, newest)
        .where(
            Round.project_id == project_id,
            Round.kind.in_(GOLD_ROUNDS),
            Assignment.subject_id.in_(cleaned),
            Assignment.state != "withdrawn",
            or_(Round.kind == CLEANUP, Assignment.state == "done"),
            or_(Annotation.origin.is_(None), Annotation.origin != "machine"),
            User.disabled_at.is_(None),
        )
        .order_by(Assignment.subject_id, Round.id, Assignment.id)
        .execution_options(yield_per=_AT_ONCE)
    )
    for subject_id, name, kind, state, answers in rows:
        yield CleanupVote(subject_id, name, kind, answers if state == "done" else None)


def with_gold(
    session: Session,
    *,
    project_id: int,
    questions: Collection[str],
    subjects: Collection[int] | Select[int] | None = None,
) -> frozenset[int]:
    """Subjects of paragraphs of which gold says something to one of these questions."""
    found = session.scalars(
        select(Gold.subject_id)
        .join(Subject, Subject.id == Gold.subject_id)
        .where(
            Subject.project_id == project_id,
            Subject.scope == "paragraph",
            Gold.question.in_(questions),
            true() if subjects is None else Gold.subject_id.in_(subjects),
        )
        .distinct()
    )
    return frozenset(found)
