"""The one getter for each object: it asks for project or person, and gives None otherwise."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, and_, bindparam, select
from sqlalchemy.orm import Session

from annotator.store.corpus import Document, Project, Source
from annotator.store.people import Membership, User
from annotator.store.publishing import Job


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


# Made once, since every request to a project asks it: see `annotator.store.statements`.
_PROJECT_WITH_ROLE = (
    select(
        Project.id,
        Project.slug,
        Project.title,
        Project.languages,
        Project.source_blind,
        Membership.role,
    )
    .outerjoin(
        Membership,
        and_(Membership.project_id == Project.id, Membership.user_id == bindparam("user_id")),
    )
    .where(Project.slug == bindparam("slug"))
)


def ping(session: Session) -> None:
    """Ask the database for nothing, to see that it answers."""
    session.execute(select(1))


def can_anyone_sign_in(session: Session) -> bool:
    """False on a fresh installation: nobody has a password yet."""
    has_password = select(User.id).where(
        User.password_hash.is_not(None), User.disabled_at.is_(None)
    )
    return session.scalar(has_password.limit(1)) is not None


def project_for(
    connection: Connection, *, slug: str, user_id: int, is_admin: bool
) -> ProjectRole | None:
    """The project, if the person is a member; an administrator acts as lead in each project."""
    row = connection.execute(_PROJECT_WITH_ROLE, {"slug": slug, "user_id": user_id}).one_or_none()
    if row is None or (row.role is None and not is_admin):
        return None
    return ProjectRole(
        id=row.id,
        slug=row.slug,
        title=row.title,
        languages=tuple(row.languages),
        source_blind=row.source_blind,
        role="lead" if is_admin else row.role,
    )


def document_for(session: Session, *, project_id: int, document_id: int) -> Document | None:
    """A document of this project, withdrawn or not: its page says so, and restores it."""
    return session.scalars(
        select(Document).where(Document.id == document_id, Document.project_id == project_id)
    ).one_or_none()


def job_for(
    session: Session, *, project_id: int, job_id: int, kinds: Collection[str]
) -> Job | None:
    """A job of this project that is of one of these kinds."""
    return session.scalars(
        select(Job).where(Job.id == job_id, Job.project_id == project_id, Job.kind.in_(kinds))
    ).one_or_none()


def source_for(session: Session, *, project_id: int, source_id: int) -> Source | None:
    """A source of this project, withdrawn or not: its page says so, and restores it."""
    return session.scalars(
        select(Source).where(Source.id == source_id, Source.project_id == project_id)
    ).one_or_none()
