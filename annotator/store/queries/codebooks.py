"""The versions of a project's codebook, for its page."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from annotator.store.labelling import CodebookVersion, Round
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
