"""The versions of a project's codebook, for its page."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from annotator.store.labelling import Assignment, CodebookReading, CodebookVersion, Round
from annotator.store.people import User


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version in a list; `rounds` counts the rounds that use it."""

    number: int
    editorial: bool
    content_hash: str
    created_at: datetime
    created_by: str | None
    rounds: int


def versions(session: Session, *, project_id: int) -> list[VersionRow]:
    """The newest first."""
    rows = session.execute(
        select(
            CodebookVersion.number,
            CodebookVersion.editorial,
            CodebookVersion.content_hash,
            CodebookVersion.created_at,
            User.name,
            func.count(Round.id),
        )
        .outerjoin(User, User.id == CodebookVersion.created_by_id)
        .outerjoin(Round, Round.codebook_version_id == CodebookVersion.id)
        .where(CodebookVersion.project_id == project_id)
        .group_by(CodebookVersion.id, User.name)
        .order_by(CodebookVersion.number.desc())
    )
    return [VersionRow(*row) for row in rows]


def labelled_under(session: Session, *, project_id: int, user_id: int) -> list[int]:
    """Numbers of the versions under which the person has labelled something."""
    done = (
        select(Assignment.id)
        .where(
            Assignment.round_id == Round.id,
            Assignment.user_id == user_id,
            Assignment.state == "done",
        )
        .exists()
    )
    return list(
        session.scalars(
            select(CodebookVersion.number)
            .join(Round, Round.codebook_version_id == CodebookVersion.id)
            .where(CodebookVersion.project_id == project_id, done)
            .distinct()
        )
    )


def read_by(session: Session, *, project_id: int, user_id: int) -> list[int]:
    """Numbers of the versions of which the person said that they had read what is new."""
    return list(
        session.scalars(
            select(CodebookVersion.number)
            .join(CodebookReading, CodebookReading.codebook_version_id == CodebookVersion.id)
            .where(CodebookVersion.project_id == project_id, CodebookReading.user_id == user_id)
        )
    )


def version_of_round(session: Session, round_id: int) -> CodebookVersion:
    """The version that the round is labelled under."""
    return session.scalars(
        select(CodebookVersion)
        .join(Round, Round.codebook_version_id == CodebookVersion.id)
        .where(Round.id == round_id)
    ).one()
