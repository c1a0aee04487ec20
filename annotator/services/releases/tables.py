"""The rows of the four tables of a release, in their order; texts are never held all at once."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from annotator.domain import identity
from annotator.domain.codebook import Question
from annotator.domain.dataset import (
    VOTING,
    Row,
    agreement_cell,
    compact_json,
    gold_cell,
    votes_cell,
)
from annotator.services.items import Item, items_of
from annotator.services.judging import JudgmentRow
from annotator.store.queries import releases as queries
from annotator.store.queries.releases import DocumentRow, GoldRow, ParagraphRow

DOCUMENTS_AT_ONCE = 200

Votes = dict[str, dict[str, list[str]]]


def annotations(rows: Sequence[JudgmentRow]) -> Iterator[Row]:
    """The rows come sorted; what only the order of the database would tell apart is sorted here."""
    start = 0
    for number, row in enumerate(rows, start=1):
        if number == len(rows) or _place(rows[number]) != _place(row):
            yield from sorted(map(_annotation, rows[start:number]), key=repr)
            start = number


def annotators(rows: Sequence[JudgmentRow]) -> Iterator[Row]:
    items: dict[str, set[str]] = defaultdict(set)
    answered: Counter[str] = Counter()
    counted: Counter[str] = Counter()
    for row in rows:
        items[row.annotator_id].update([row.item_id] if row.state == "answered" else [])
        answered[row.annotator_id] += row.state == "answered"
        counted[row.annotator_id] += not row.excluded
    for name in sorted(items):
        yield name, len(items[name]), answered[name], counted[name]


def votes_of(rows: Sequence[JudgmentRow]) -> Votes:
    """The labels that were given freely, by item and question."""
    votes: Votes = defaultdict(lambda: defaultdict(list))
    for row in rows:
        if row.excluded in VOTING and row.label is not None and not row.missing:
            votes[row.item_id][row.question].append(row.label)
    return votes


@dataclass(slots=True)
class Gold:
    """Settled labels by item id and question; `left_out` counts those the codebook is not of."""

    by_item: dict[str, dict[str, GoldRow]] = field(default_factory=lambda: defaultdict(dict))
    left_out: int = 0

    def cells(self, item_id: str, question: str) -> tuple[str | None, str | None]:
        """The label, and how it was reached or why there is none."""
        found = self.by_item.get(item_id, {}).get(question)
        if found is None:
            return None, None
        if found.alternatives is None:
            return None, found.state
        return gold_cell(found.alternatives), found.method


@dataclass(slots=True)
class Corpus:
    """All items of a project with their settled labels; `items` streams them."""

    session: Session
    project_id: int
    questions: tuple[Question, ...]
    known: dict[int, Item]
    documents: list[DocumentRow]
    gold: Gold
    votes: Votes
    paragraphs: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(
        cls,
        session: Session,
        *,
        project_id: int,
        questions: tuple[Question, ...],
        versions: Collection[int],
        rows: Sequence[JudgmentRow],
    ) -> "Corpus":
        """`versions` are the codebook versions whose labels mean what those of the release mean."""
        known = items_of(session, project_id=project_id)
        documents = [
            row
            for row in queries.documents(session, project_id)
            if not known[row.subject_id].withdrawn
        ]
        documents.sort(key=lambda row: known[row.subject_id].item_id)
        gold = Gold()
        codes = {question.code for question in questions}
        for row in queries.gold(session, project_id):
            if row.question in codes and row.version in versions:
                gold.by_item[known[row.subject_id].item_id][row.question] = row
            else:
                gold.left_out += 1
        votes = votes_of(rows)
        return cls(session, project_id, questions, known, documents, gold, votes)

    def items(self) -> Iterator[Row]:
        """Sources, then each document followed by its paragraphs; counts paragraphs by source."""
        self.paragraphs.clear()
        rated = [item for item in self.known.values() if item.scope == "source"]
        for item in sorted(rated, key=lambda item: item.item_id):
            if not item.withdrawn:
                yield self._row(item, None, None, None)
        for start in range(0, len(self.documents), DOCUMENTS_AT_ONCE):
            yield from self._documents(self.documents[start : start + DOCUMENTS_AT_ONCE])

    def sources(self) -> Iterator[Row]:
        """To be asked when all items have been read."""
        documents = Counter(self.known[row.subject_id].source_id for row in self.documents)
        names = queries.sources(self.session, self.project_id)
        for source, name in sorted((identity.source_id(name), name) for name in names):
            yield source, name, documents[source], self.paragraphs[source]

    def _documents(self, documents: Sequence[DocumentRow]) -> Iterator[Row]:
        texts: dict[int, list[ParagraphRow]] = defaultdict(list)
        for row in queries.paragraphs(self.session, [each.id for each in documents]):
            texts[row.document_id].append(row)
        for document in documents:
            item = self.known[document.subject_id]
            yield self._row(item, None, document.lang, None)
            for row in texts.pop(document.id, ()):
                self.paragraphs[item.source_id] += 1
                yield self._row(self.known[row.subject_id], row.position, row.lang, row.text)

    def _row(self, item: Item, position: int | None, lang: str | None, text: str | None) -> Row:
        votes = self.votes.get(item.item_id, {})
        judged: list[str | float | None] = []
        for question in self.questions:
            labels = votes.get(question.code, [])
            judged += self.gold.cells(item.item_id, question.code)
            judged += votes_cell(labels), agreement_cell(labels)
        return (
            item.item_id,
            item.scope,
            item.document_id,
            item.source_id,
            item.cluster_id,
            position,
            lang,
            text,
            *judged,
        )


def _place(row: JudgmentRow) -> tuple[str, str, str, str]:
    return row.item_id, row.annotator_id, row.question, row.round


def _annotation(row: JudgmentRow) -> Row:
    return (
        row.item_id,
        row.annotator_id,
        row.question,
        row.label,
        row.document_id,
        row.cluster_id,
        row.state,
        row.round,
        row.codebook_version,
        row.revision,
        row.reason,
        row.origin,
        row.excluded,
        None if row.seconds is None else float(f"{row.seconds:.12g}"),
        None if row.saved_at is None else _moment(row.saved_at),
        compact_json(list(row.spans)) if row.spans else None,
    )


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
