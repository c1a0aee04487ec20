"""Where judgments stand: source, language and document of what was labelled, and its text."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from annotator.store.corpus import Document, Paragraph, Source, Subject
from annotator.store.labelling import Assignment, CodebookVersion, Disclosure, Round
from annotator.store.settling import METHODS_BY_PEOPLE, Gold

_OF_DOCUMENT = select(Source.id, Source.name).subquery("source_of_document")


@dataclass(frozen=True, slots=True)
class Place:
    """Of a source there is nothing but its name; `position` counts paragraphs from 0."""

    source: str
    lang: str | None
    document_id: int | None
    document: str | None
    position: int | None


@dataclass(frozen=True, slots=True)
class GoldByPeople:
    """`alternatives` are lists of labels, each of them right; `people` are ids of users.

    `version` is the number of the codebook that it was decided under.
    """

    subject_id: int
    question: str
    version: int
    alternatives: list[list[str]]
    people: list[int]


def places(
    session: Session, project_id: int, *, subject_ids: Collection[int] | None = None
) -> dict[int, Place]:
    """Everything that was given out to be labelled, or these subjects of it, by subject id.

    The language is that of the paragraph if it is known, else that of the document.
    """
    statement = (
        select(
            Subject.id,
            func.coalesce(Source.name, _OF_DOCUMENT.c.name),
            func.coalesce(Paragraph.lang, Document.lang),
            Document.id,
            func.coalesce(Document.title, Document.key),
            Paragraph.position,
        )
        .outerjoin(Paragraph, Paragraph.id == Subject.paragraph_id)
        .outerjoin(Document, Document.id == Subject.document_id)
        .outerjoin(_OF_DOCUMENT, _OF_DOCUMENT.c.id == Document.source_id)
        .outerjoin(Source, Source.id == Subject.source_id)
        .where(Subject.project_id == project_id)
    )
    if subject_ids is None:
        statement = statement.where(Subject.id.in_(select(Assignment.subject_id)))
    else:
        statement = statement.where(Subject.id.in_(subject_ids))
    return {row[0]: Place(*row[1:]) for row in session.execute(statement)}


def gold_by_people(session: Session, project_id: int) -> list[GoldByPeople]:
    """What people decided of the project, one for each question of a subject; no void gold."""
    rows = session.execute(
        select(
            Gold.subject_id,
            Gold.question,
            CodebookVersion.number,
            Gold.alternatives,
            Gold.people,
        )
        .join(Subject, Subject.id == Gold.subject_id)
        .join(CodebookVersion, CodebookVersion.id == Gold.codebook_version_id)
        .where(
            Subject.project_id == project_id,
            Gold.state == "decided",
            Gold.method.in_(METHODS_BY_PEOPLE),
        )
        .order_by(Gold.id)
    )
    return [GoldByPeople(*row) for row in rows]


def gold_of_question(
    session: Session, project_id: int, *, question: str
) -> list[tuple[str, list[list[str]]]]:
    """The method and labels of what is decided on a question; not of withdrawn documents."""
    rows = session.execute(
        select(Gold.method, Gold.alternatives)
        .join(Subject, Subject.id == Gold.subject_id)
        .join(Document, Document.id == Subject.document_id)
        .where(
            Subject.project_id == project_id,
            Gold.question == question,
            Gold.state == "decided",
            Document.withdrawn_at.is_(None),
        )
    )
    return [(method, alternatives) for method, alternatives in rows]


def texts(session: Session, subject_ids: Collection[int]) -> dict[int, str]:
    """The texts of the paragraphs among these subjects, as they are stored."""
    statement = (
        select(Subject.id, Paragraph.text)
        .join(Paragraph, Paragraph.id == Subject.paragraph_id)
        .where(Subject.id.in_(subject_ids))
    )
    return {row.id: row.text for row in session.execute(statement)}


def settled(session: Session, subject_ids: Collection[int], *, question: str) -> set[int]:
    """Those of the subjects on which a question is settled, whatever was decided."""
    statement = select(Gold.subject_id).where(
        Gold.subject_id.in_(subject_ids), Gold.question == question
    )
    return set(session.scalars(statement))


def still_labelling(session: Session, project_id: int, *, user_id: int) -> set[int]:
    """Subjects that a person was given in a round that is open, and whose votes they never saw.

    Rounds of kind training are left out: nothing in them counts.
    """
    seen = select(Disclosure.subject_id).where(
        Disclosure.user_id == user_id, Disclosure.kind == "votes"
    )
    statement = (
        select(Assignment.subject_id)
        .join(Round, Round.id == Assignment.round_id)
        .where(
            Round.project_id == project_id,
            Round.closed_at.is_(None),
            Round.kind != "training",
            Assignment.user_id == user_id,
            Assignment.state != "withdrawn",
            Assignment.subject_id.not_in(seen),
        )
    )
    return set(session.scalars(statement))
