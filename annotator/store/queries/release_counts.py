"""How much a release would hold, counted by the database."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import Session

from annotator.store.corpus import Document, DocumentVersion, Paragraph, Subject
from annotator.store.labelling import Assignment, CodebookVersion
from annotator.store.queries.documents import is_current
from annotator.store.settling import Gold


@dataclass(frozen=True, slots=True)
class Scope:
    """The documents of a project that are in the release; no languages mean all."""

    project_id: int
    languages: Sequence[str] = ()

    def holds(self) -> ColumnElement[bool]:
        """True of documents that are in it; the query joins `Document`."""
        wanted = Document.lang.in_(self.languages) if self.languages else true()
        own = Document.project_id == self.project_id
        return and_(own, Document.withdrawn_at.is_(None), wanted)


@dataclass(frozen=True, slots=True)
class Holdings:
    """`unknown` documents of the project have no language, whatever the scope."""

    documents: int
    paragraphs: int
    given: int
    done: int
    people: int
    unknown: int


def holdings(session: Session, scope: Scope) -> Holdings:
    """Documents, the paragraphs that stand today, and the tasks on them, sources' ones too."""
    documents = select(func.count(Document.id)).where(scope.holds())
    paragraphs = (
        select(func.count(Paragraph.id))
        .join(DocumentVersion, Paragraph.version_id == DocumentVersion.id)
        .join(Document, DocumentVersion.document_id == Document.id)
        .where(scope.holds(), is_current())
    )
    is_done = Assignment.state == "done"
    tasks = (
        select(
            func.count(Assignment.id),
            func.count(Assignment.id).filter(is_done),
            func.count(Assignment.user_id.distinct()).filter(is_done),
        )
        .join(Subject, Assignment.subject_id == Subject.id)
        .outerjoin(Document, Subject.document_id == Document.id)
        .where(
            Subject.project_id == scope.project_id,
            Assignment.withdrawn_at.is_(None),
            or_(Subject.document_id.is_(None), scope.holds()),
        )
    )
    unknown = select(func.count(Document.id)).where(
        Scope(scope.project_id).holds(), Document.lang.is_(None)
    )
    given, done, people = session.execute(tasks).one()
    return Holdings(
        documents=session.scalars(documents).one(),
        paragraphs=session.scalars(paragraphs).one(),
        given=given,
        done=done,
        people=people,
        unknown=session.scalars(unknown).one(),
    )


@dataclass(frozen=True, slots=True)
class GoldCountRow:
    """`version` is the number of the codebook that the labels are of."""

    question: str
    method: str
    state: str
    version: int
    count: int


def gold(session: Session, scope: Scope) -> list[GoldCountRow]:
    """Settled labels of what stands today, by question and how they were reached."""
    statement = (
        select(Gold.question, Gold.method, Gold.state, CodebookVersion.number, func.count(Gold.id))
        .join(Subject, Gold.subject_id == Subject.id)
        .join(CodebookVersion, Gold.codebook_version_id == CodebookVersion.id)
        .outerjoin(Document, Subject.document_id == Document.id)
        .outerjoin(Paragraph, Subject.paragraph_id == Paragraph.id)
        .outerjoin(DocumentVersion, Paragraph.version_id == DocumentVersion.id)
        .where(
            Subject.project_id == scope.project_id,
            or_(Subject.document_id.is_(None), scope.holds()),
            or_(Subject.paragraph_id.is_(None), is_current()),
        )
        .group_by(Gold.question, Gold.method, Gold.state, CodebookVersion.number)
        .order_by(Gold.question, Gold.method, Gold.state, CodebookVersion.number)
    )
    return [GoldCountRow(*row) for row in session.execute(statement)]
