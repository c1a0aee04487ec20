"""What becomes of the paragraphs of a document when it gets a new version.

A paragraph whose text stands in the new version, too, is the same subject there: its assignments,
annotations, decisions and gold go with it. What is gone keeps its labels, and is asked of nobody
any more.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Row, select, update
from sqlalchemy.orm import Session, aliased

from annotator.store.corpus import DocumentVersion, Paragraph, Subject
from annotator.store.labelling import Assignment

KEPT = (
    "Version {number}: {kept:,} paragraphs stand as they were and keep their labels, {new:,} are "
    "new, {gone:,} are gone."
)


@dataclass(frozen=True, slots=True)
class Succession:
    """How many paragraphs of the version before stay or go, and how many come."""

    number: int
    kept: int
    new: int
    gone: int

    @property
    def sentence(self) -> str:
        return KEPT.format(number=self.number, kept=self.kept, new=self.new, gone=self.gone)


def keep_subjects(session: Session, *, document_id: int | None, number: int) -> Succession:
    """Let the paragraphs of version `number` take over the subjects of those with the same text.

    Copy by copy, in reading order; a text that was gone for some versions comes back as what it
    was. The paragraphs of the new version are there, and have no subjects yet.
    """
    new = _paragraphs(session, document_id, number=number)
    waiting: dict[str, list[int]] = {}
    for row in new:
        waiting.setdefault(row.text, []).append(row.id)
    before = _paragraphs(session, document_id, number=number - 1)
    standing = [row.id for row in before]
    old = [*before, *_gone_before(session, document_id, number=number - 1)]
    links = {row.id: waiting[row.text].pop(0) for row in old if waiting.get(row.text)}
    _link(session, links)
    _move(session, document_id, number)
    _withdraw_gone(session, document_id, number)
    kept = sum(paragraph_id in links for paragraph_id in standing)
    return Succession(number, kept, len(new) - kept, len(standing) - kept)


def _paragraphs(
    session: Session, document_id: int | None, *, number: int
) -> Sequence[Row[int, str]]:
    """Those of one version as it stands, in reading order."""
    return session.execute(
        select(Paragraph.id, Paragraph.text)
        .join(DocumentVersion, DocumentVersion.id == Paragraph.version_id)
        .where(
            DocumentVersion.document_id == document_id,
            DocumentVersion.number == number,
            Paragraph.superseded_by_id.is_(None),
        )
        .order_by(Paragraph.position)
    ).all()


def _gone_before(
    session: Session, document_id: int | None, *, number: int
) -> Sequence[Row[int, str]]:
    """Paragraphs of earlier versions that no later one took over, the latest first."""
    return session.execute(
        select(Paragraph.id, Paragraph.text)
        .join(DocumentVersion, DocumentVersion.id == Paragraph.version_id)
        .where(
            DocumentVersion.document_id == document_id,
            DocumentVersion.number < number,
            Paragraph.superseded_by_id.is_(None),
        )
        .order_by(DocumentVersion.number.desc(), Paragraph.position)
    ).all()


def _link(session: Session, links: dict[int, int]) -> None:
    rows = [{"id": old, "superseded_by_id": new} for old, new in links.items()]
    if rows:
        session.execute(update(Paragraph), rows)


def _move(session: Session, document_id: int | None, number: int) -> None:
    """To the paragraphs of the new version, which have no subjects of their own yet."""
    new = aliased(Paragraph)
    held = (
        select(Subject.id, new.id.label("paragraph_id"))
        .join(Paragraph, Paragraph.id == Subject.paragraph_id)
        .join(new, new.id == Paragraph.superseded_by_id)
        .join(DocumentVersion, DocumentVersion.id == new.version_id)
        .where(DocumentVersion.document_id == document_id, DocumentVersion.number == number)
    )
    rows = [{"id": row.id, "paragraph_id": row.paragraph_id} for row in session.execute(held)]
    if rows:
        session.execute(update(Subject), rows)


def _withdraw_gone(session: Session, document_id: int | None, number: int) -> None:
    """Nobody is asked about a paragraph that does not stand in its document any more."""
    theirs = (
        select(Subject.id)
        .join(Paragraph, Paragraph.id == Subject.paragraph_id)
        .join(DocumentVersion, DocumentVersion.id == Paragraph.version_id)
        .where(DocumentVersion.document_id == document_id, DocumentVersion.number < number)
    )
    session.execute(
        update(Assignment)
        .where(Assignment.subject_id.in_(theirs), Assignment.state == "open")
        .values(state="withdrawn")
        .execution_options(synchronize_session=False)
    )
