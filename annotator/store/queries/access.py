"""The one getter for each object: it asks for project or person, and gives None otherwise."""

from dataclasses import dataclass

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from annotator.store.corpus import Document, Project, Source
from annotator.store.people import Membership, User


@dataclass(frozen=True, slots=True)
class ProjectRole:
    """A project as one person may see it; `role` is lead or annotator."""

    id: int
    slug: str
    title: str
    languages: tuple[str, ...]
    source_blind: bool
    role: str

    @property
    def is_lead(self) -> bool:
        return self.role == "lead"


def ping(session: Session) -> None:
    """Ask the database for nothing, to see that it answers."""
    session.execute(select(1))


def can_anyone_sign_in(session: Session) -> bool:
    """False on a fresh installation: nobody has a password yet."""
    has_password = select(User.id).where(
        User.password_hash.is_not(None), User.disabled_at.is_(None)
    )
    return session.scalar(has_password.limit(1)) is not None


def project_for(session: Session, *, slug: str, user_id: int, is_admin: bool) -> ProjectRole | None:
    """The project, if the person is a member; an administrator acts as lead in each project."""
    membership = and_(Membership.project_id == Project.id, Membership.user_id == user_id)
    row = session.execute(
        select(Project, Membership.role)
        .outerjoin(Membership, membership)
        .where(Project.slug == slug)
    ).one_or_none()
    if row is None or (row.role is None and not is_admin):
        return None
    return ProjectRole(
        id=row.Project.id,
        slug=row.Project.slug,
        title=row.Project.title,
        languages=tuple(row.Project.languages),
        source_blind=row.Project.source_blind,
        role="lead" if is_admin else row.role,
    )


def document_for(session: Session, *, project_id: int, document_id: int) -> Document | None:
    """A document of this project that was not withdrawn."""
    return session.scalars(
        select(Document).where(
            Document.id == document_id,
            Document.project_id == project_id,
            Document.withdrawn_at.is_(None),
        )
    ).one_or_none()


def source_for(session: Session, *, project_id: int, source_id: int) -> Source | None:
    """A source of this project that was not withdrawn."""
    return session.scalars(
        select(Source).where(
            Source.id == source_id,
            Source.project_id == project_id,
            Source.withdrawn_at.is_(None),
        )
    ).one_or_none()
