"""What can be labelled in a project, under names that any machine would give it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy.orm import Session

from annotator.domain import identity
from annotator.store.queries import judgments as queries
from annotator.store.queries.judgments import DocumentFacts, ParagraphFacts


@dataclass(frozen=True, slots=True)
class Item:
    """A paragraph, document or source under the names of `annotator.domain.identity`.

    `document_id` is None for a source, `cluster_id` for what has no near-duplicate. `withdrawn`:
    its document or source was, or the text no longer stands in the document.
    """

    item_id: str
    scope: str
    document_id: str | None
    source_id: str
    cluster_id: str | None
    withdrawn: bool


def items_of(session: Session, *, project_id: int, assigned_only: bool = False) -> dict[int, Item]:
    """Everything that can be labelled, by subject id.

    A paragraph that stands unchanged in a newer version of its document is the same item there.
    With `assigned_only` paragraphs of documents that nobody was given are left out.
    """
    documents = {each.id: each for each in queries.documents(session, project_id)}
    items = {each.subject_id: _document_item(each) for each in documents.values()}
    for each in queries.sources(session, project_id):
        source = identity.source_id(each.name)
        items[each.subject_id] = Item(
            source, "source", None, source, None, withdrawn=each.withdrawn
        )
    paragraphs = queries.paragraphs(session, project_id, assigned_only=assigned_only)
    # A document at a time: the texts of all at once would fill the memory.
    for document_id, rows in groupby(paragraphs, key=lambda row: row.document_id):
        items |= _paragraph_items(list(rows), items[documents[document_id].subject_id])
    return items


def _document_item(document: DocumentFacts) -> Item:
    name = identity.document_id(document.source_name, document.key)
    source = identity.source_id(document.source_name)
    withdrawn = document.withdrawn_at is not None
    return Item(name, "document", name, source, None, withdrawn=withdrawn)


def _paragraph_items(rows: Sequence[ParagraphFacts], document: Item) -> dict[int, Item]:
    ids = dict(_ids(rows, document.item_id))
    # Rows come from the oldest version to the newest: what the last cut holds stands today.
    last = _cut(rows[-1])
    today = {ids[row.subject_id] for row in rows if row.subject_id and _cut(row) == last}
    return {
        subject_id: Item(
            item_id=ids[subject_id],
            scope="paragraph",
            document_id=document.item_id,
            source_id=document.source_id,
            cluster_id=_cluster(row),
            withdrawn=document.withdrawn or ids[subject_id] not in today,
        )
        for row in rows
        if (subject_id := row.subject_id) is not None
    }


def _ids(rows: Sequence[ParagraphFacts], document: str) -> Iterator[tuple[int, str]]:
    """Subject id and item id: copies of a text are counted within one cut of one version.

    Those that a newer version took over are counted, too, or a copy that is gone would have the
    name of the one that stays.
    """
    for _, cut in groupby(rows, key=_cut):
        paragraphs = list(cut)
        made = identity.item_ids(document, (row.text for row in paragraphs))
        for row, item_id in zip(paragraphs, made, strict=True):
            if row.subject_id is not None:
                yield row.subject_id, item_id


def _cut(row: ParagraphFacts) -> tuple[int, int]:
    return row.version, row.cut


def _cluster(row: ParagraphFacts) -> str | None:
    if row.cluster_kind is None or row.cluster_key is None:
        return None
    return identity.cluster_id(row.cluster_kind, row.cluster_key)
