"""What source-blind masking needs to know of documents, in few queries for many tasks."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session

from annotator.store.base import table_of
from annotator.store.corpus import Document, DocumentVersion, Paragraph, Source, Subject
from annotator.store.labelling import Assignment, Disclosure, Round
from annotator.store.queries.documents import is_current

UNMASKED = "unmasked"


@dataclass(frozen=True, slots=True)
class Publisher:
    """A source with all that was merged into it: `names` has its own first.

    Bylines are those of all its documents: a text may name another of its authors.
    """

    names: tuple[str, ...]
    aliases: tuple[str, ...]
    domains: tuple[str, ...]
    exempt: tuple[str, ...]
    bylines: tuple[str, ...]


_documents, _subjects = table_of(Document), table_of(Subject)
_own = table_of(Source).alias("own")
_family = table_of(Source).alias("family")
_root = func.coalesce(_own.c.merged_into_id, _own.c.id)
_same_publisher = and_(
    _family.c.project_id == _own.c.project_id,
    func.coalesce(_family.c.merged_into_id, _family.c.id) == _root,
)

# Made once, for the sake of every request for work: see `annotator.store.statements`.
_SOURCES = (
    select(
        _documents.c.id,
        _root.label("root_id"),
        _family.c.id.label("source_id"),
        _family.c.name,
        _family.c.aliases,
        _family.c.domains,
        _family.c.mask_exemptions,
    )
    .select_from(_documents)
    .join(_own, _own.c.id == _documents.c.source_id)
    .join(_family, _same_publisher)
    .where(_documents.c.id.in_(bindparam("document_ids", expanding=True)))
    # The source that is left after merging has itself as root.
    .order_by(_family.c.id != _root, _family.c.id)
)
_BYLINES = (
    select(_documents.c.source_id, _documents.c.byline)
    .where(
        _documents.c.source_id.in_(bindparam("source_ids", expanding=True)),
        _documents.c.byline.is_not(None),
    )
    .distinct()
    .order_by(_documents.c.byline)
)

_disclosures, _assignments = table_of(Disclosure), table_of(Assignment)
_rounds = table_of(Round)
_seen = _subjects.alias("seen")
# The paragraph itself, its document and its source, each as a subject.
_seen_subjects = (
    select(_seen.c.id)
    .where(
        or_(
            _seen.c.id == _subjects.c.id,
            and_(_seen.c.scope == "document", _seen.c.document_id == _subjects.c.document_id),
            _seen.c.source_id == _own.c.id,
            _seen.c.source_id == _own.c.merged_into_id,
        )
    )
    .correlate(_subjects, _own)
)
_labelled = _subjects.alias("labelled")
# Parameters: subject_id, user_id.
_STANDING = (
    select(
        _subjects.c.document_id,
        _documents.c.byline,
        or_(
            exists().where(
                _disclosures.c.user_id == bindparam("user_id"),
                _disclosures.c.kind == UNMASKED,
                _disclosures.c.subject_id.in_(_seen_subjects),
            ),
            exists().where(
                _rounds.c.project_id == _subjects.c.project_id,
                _rounds.c.blind.is_(False),
                _assignments.c.round_id == _rounds.c.id,
                _assignments.c.user_id == bindparam("user_id"),
                _assignments.c.state == "done",
                _assignments.c.subject_id == _labelled.c.id,
                _labelled.c.document_id == _subjects.c.document_id,
            ),
        ).label("has_seen"),
    )
    .select_from(_subjects)
    .join(_documents, _documents.c.id == _subjects.c.document_id)
    .join(_own, _own.c.id == _documents.c.source_id)
    .where(_subjects.c.id == bindparam("subject_id"))
)


@dataclass(frozen=True, slots=True)
class Standing:
    """`has_seen`: the person was shown where the document comes from, or labelled it openly."""

    document_id: int
    byline: str | None
    has_seen: bool


def publishers(session: Session, document_ids: Collection[int]) -> dict[int, Publisher]:
    """Whose documents these are, by document."""
    if not document_ids:
        return {}
    # As for the tasks themselves: the connection answers in half the session's time.
    connection = session.connection()
    rows = connection.execute(_SOURCES, {"document_ids": list(document_ids)}).all()
    bylines: dict[int, list[str]] = {}
    for source_id, byline in connection.execute(
        _BYLINES, {"source_ids": sorted({row.source_id for row in rows})}
    ):
        bylines.setdefault(source_id, []).append(byline)
    found = {}
    for document_id in document_ids:
        family = [row for row in rows if row.id == document_id]
        found[document_id] = Publisher(
            names=tuple(row.name for row in family),
            aliases=tuple(alias for row in family for alias in row.aliases),
            domains=tuple(domain for row in family for domain in row.domains),
            exempt=tuple(word for row in family for word in row.mask_exemptions),
            bylines=tuple(line for row in family for line in bylines.get(row.source_id, ())),
        )
    return found


def publisher(session: Session, source: Source) -> Publisher:
    """A source with all that was merged into it, whether it has documents or not."""
    family = _family_of(session, source)
    ids = [one.id for one in family]
    bylines = session.execute(_BYLINES, {"source_ids": ids}).all()
    return Publisher(
        names=tuple(one.name for one in family),
        aliases=tuple(alias for one in family for alias in one.aliases),
        domains=tuple(domain for one in family for domain in one.domains),
        exempt=tuple(word for one in family for word in one.mask_exemptions),
        bylines=tuple(row.byline for source_id in ids for row in bylines if row[0] == source_id),
    )


@dataclass(frozen=True, slots=True)
class ParagraphToMask:
    document_id: int
    document: str
    byline: str | None
    position: int
    text: str


def paragraphs_to_mask(session: Session, *, source: Source, at_most: int) -> list[ParagraphToMask]:
    """The paragraphs of a source as they stand today, document by document in reading order."""
    rows = session.execute(
        select(
            Document.id,
            func.coalesce(Document.title, Document.key),
            Document.byline,
            Paragraph.position,
            Paragraph.text,
        )
        .join(DocumentVersion, DocumentVersion.document_id == Document.id)
        .join(Paragraph, Paragraph.version_id == DocumentVersion.id)
        .where(
            Document.source_id.in_([one.id for one in _family_of(session, source)]), is_current()
        )
        .order_by(Document.id, Paragraph.position)
        .limit(at_most)
    )
    return [ParagraphToMask(*row) for row in rows]


def _family_of(session: Session, source: Source) -> list[Source]:
    root_id = source.merged_into_id or source.id
    return list(
        session.scalars(
            select(Source)
            .where(or_(Source.id == root_id, Source.merged_into_id == root_id))
            .order_by(Source.id != root_id, Source.id)
        )
    )


def standing(session: Session, *, subject_id: int, user_id: int) -> Standing | None:
    """How a person stands to a paragraph or document; None for a source."""
    row = session.execute(_STANDING, {"subject_id": subject_id, "user_id": user_id}).one_or_none()
    return None if row is None else Standing(row.document_id, row.byline, bool(row.has_seen))


def labelled_documents(
    session: Session, *, round_id: int, user_ids: Collection[int]
) -> list[tuple[int, int, int]]:
    """(person, source, subject of the document) for each document they labelled in a round.

    The source is the one that is left after merging.
    """
    whole = _subjects.alias("whole")
    rows = session.execute(
        select(Assignment.user_id, func.coalesce(Source.merged_into_id, Source.id), whole.c.id)
        .join(Subject, Subject.id == Assignment.subject_id)
        .join(Document, Document.id == Subject.document_id)
        .join(Source, Source.id == Document.source_id)
        .join(whole, and_(whole.c.document_id == Document.id, whole.c.scope == "document"))
        .where(
            Assignment.round_id == round_id,
            Assignment.state == "done",
            Assignment.user_id.in_(user_ids),
        )
        .distinct()
        .order_by(Assignment.user_id, whole.c.id)
    )
    return [(user_id, source_id, subject_id) for user_id, source_id, subject_id in rows]
