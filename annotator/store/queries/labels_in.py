"""What imported labels are matched with: texts of paragraphs, and people."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from annotator.store.corpus import Paragraph, Subject
from annotator.store.people import Membership, User

AT_ONCE = 2_000


def texts(session: Session, project_id: int) -> Iterator[tuple[int, str]]:
    """Subject and text of every paragraph of the project, also of those that were replaced."""
    statement = (
        select(Subject.id, Paragraph.text)
        .join(Paragraph, Subject.paragraph_id == Paragraph.id)
        .where(Subject.project_id == project_id)
        .order_by(Subject.id)
    )
    for row in session.execute(statement.execution_options(yield_per=AT_ONCE)):
        yield row[0], row[1]


def members(session: Session, project_id: int) -> dict[int, User]:
    """The people of the project by id."""
    statement = (
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.project_id == project_id)
    )
    return {user.id: user for user in session.scalars(statement)}
