"""What loading the sample project asks of the database."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from annotator.store.corpus import Document, Paragraph, Source, Subject
from annotator.store.labelling import Round
from annotator.store.people import Invite, Membership, User


def items(session: Session, project_id: int) -> dict[int, str]:
    """The name of each subject in the sample's gold: `file position`, `file`, or the source's."""
    rows = session.execute(
        select(Subject.id, Subject.scope, Document.key, Paragraph.position, Source.name)
        .outerjoin(Document, Document.id == Subject.document_id)
        .outerjoin(Paragraph, Paragraph.id == Subject.paragraph_id)
        .outerjoin(Source, Source.id == Subject.source_id)
        .where(Subject.project_id == project_id)
    )
    return {
        row.id: row.name or (f"{row.key} {row.position}" if row.scope == "paragraph" else row.key)
        for row in rows
    }


def people_without_round(session: Session, *, project_id: int, round_name: str) -> list[User]:
    """Active people with a password or an invite link whose own round is not begun.

    `round_name` holds `{name}` for the name of the person.
    """
    begun = set(session.scalars(select(Round.name).where(Round.project_id == project_id)))
    invited = select(Invite.user_id).where(Invite.used_at.is_(None))
    active = session.scalars(
        select(User)
        .where(
            User.disabled_at.is_(None),
            User.password_hash.is_not(None) | User.id.in_(invited),
        )
        .order_by(User.id)
    )
    return [user for user in active if round_name.format(name=user.name) not in begun]


def is_member(session: Session, *, project_id: int, user_id: int) -> bool:
    membership = select(Membership.id).where(
        Membership.project_id == project_id, Membership.user_id == user_id
    )
    return session.scalar(membership) is not None


def languages(session: Session, project_id: int) -> dict[int, str | None]:
    """The language of each document of the project."""
    rows = session.execute(
        select(Document.id, Document.lang).where(Document.project_id == project_id)
    )
    return {row.id: row.lang for row in rows}
