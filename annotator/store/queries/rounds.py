"""What a lead sees of the rounds of a project: settings, progress, and what was pointed out."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from annotator.store.corpus import Paragraph, Subject
from annotator.store.labelling import Assignment, CodebookVersion, Round
from annotator.store.people import User


@dataclass(frozen=True, slots=True)
class PersonProgress:
    """How far one person is in a round; `flagged` counts notes to the lead."""

    user_id: int
    name: str
    done: int
    skipped: int
    left: int
    flagged: int

    @property
    def total(self) -> int:
        return self.done + self.skipped + self.left


@dataclass(frozen=True, slots=True)
class RoundShown:
    id: int
    name: str
    kind: str
    blind: bool
    overlap: int
    sample_share: float
    seed: int
    suggestions: str
    thresholds: dict[str, float]
    codebook_number: int
    created_at: datetime
    closed_at: datetime | None
    documents: int
    people: tuple[PersonProgress, ...]

    @property
    def done(self) -> int:
        return sum(person.done + person.skipped for person in self.people)

    @property
    def total(self) -> int:
        return sum(person.total for person in self.people)

    @property
    def flagged(self) -> int:
        return sum(person.flagged for person in self.people)


@dataclass(frozen=True, slots=True)
class Flag:
    """A task that an annotator skipped or pointed out, with what they wrote."""

    assignment_id: int
    round_name: str
    person: str
    state: str
    skip_reason: str | None
    flag_note: str | None
    document_id: int | None
    text: str | None


def rounds_shown(session: Session, project_id: int) -> tuple[RoundShown, ...]:
    """All rounds with the progress of each person, newest first."""
    rows = session.execute(
        select(Round, CodebookVersion.number)
        .join(CodebookVersion, CodebookVersion.id == Round.codebook_version_id)
        .where(Round.project_id == project_id)
        .order_by(Round.id.desc())
    ).all()
    people = _people(session, project_id)
    documents = _document_counts(session, project_id)
    return tuple(
        RoundShown(
            id=row.Round.id,
            name=row.Round.name,
            kind=row.Round.kind,
            blind=row.Round.blind,
            overlap=row.Round.overlap,
            sample_share=row.Round.sample_share,
            seed=row.Round.seed,
            suggestions=row.Round.suggestions,
            thresholds=row.Round.thresholds,
            codebook_number=row.number,
            created_at=row.Round.created_at,
            closed_at=row.Round.closed_at,
            documents=documents.get(row.Round.id, 0),
            people=tuple(people.get(row.Round.id, ())),
        )
        for row in rows
    )


def flags(session: Session, project_id: int, *, most: int = 200) -> tuple[Flag, ...]:
    """Skipped and flagged tasks, newest first."""
    rows = session.execute(
        select(
            Assignment.id,
            Round.name.label("round_name"),
            User.name.label("person"),
            Assignment.state,
            Assignment.skip_reason,
            Assignment.flag_note,
            Subject.document_id,
            Paragraph.text,
        )
        .join(Round, Round.id == Assignment.round_id)
        .join(User, User.id == Assignment.user_id)
        .join(Subject, Subject.id == Assignment.subject_id)
        .outerjoin(Paragraph, Paragraph.id == Subject.paragraph_id)
        .where(
            Round.project_id == project_id,
            (Assignment.state == "skipped") | Assignment.flag_note.is_not(None),
        )
        .order_by(Assignment.id.desc())
        .limit(most)
    )
    return tuple(Flag(*row) for row in rows)


def _people(session: Session, project_id: int) -> dict[int, list[PersonProgress]]:
    def counted(condition: Any) -> Any:  # noqa: ANN401 - SQLAlchemy's expressions have no short type
        return func.sum(case((condition, 1), else_=0))

    rows = session.execute(
        select(
            Assignment.round_id,
            User.id,
            User.name,
            counted(Assignment.state == "done"),
            counted(Assignment.state == "skipped"),
            counted(Assignment.state == "open"),
            counted(Assignment.flag_note.is_not(None)),
        )
        .join(Round, Round.id == Assignment.round_id)
        .join(User, User.id == Assignment.user_id)
        .where(Round.project_id == project_id, Assignment.state != "withdrawn")
        .group_by(Assignment.round_id, User.id, User.name)
        .order_by(User.name)
    )
    found: dict[int, list[PersonProgress]] = {}
    for round_id, *person in rows:
        found.setdefault(round_id, []).append(PersonProgress(*person))
    return found


def _document_counts(session: Session, project_id: int) -> dict[int, int]:
    rows = session.execute(
        select(Assignment.round_id, func.count(Subject.document_id.distinct()).label("n"))
        .join(Round, Round.id == Assignment.round_id)
        .join(Subject, Subject.id == Assignment.subject_id)
        .where(Round.project_id == project_id)
        .group_by(Assignment.round_id)
    )
    return {row.round_id: row.n for row in rows}
