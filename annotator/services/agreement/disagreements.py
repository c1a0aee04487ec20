"""The very paragraphs on which labels met that are taken for each other."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from annotator.services.agreement.parts import counted
from annotator.services.judging import JudgmentRow, Judgments
from annotator.store.queries import agreement as queries
from annotator.store.queries.agreement import Place

PAGE: Final = 25


@dataclass(frozen=True, slots=True)
class Disagreement:
    """An item with what everybody said of it, by pseudonym; `text` is None but for paragraphs.

    `settled`: there is gold on the question, or it was decided that there is none.
    """

    subject_id: int
    place: Place
    text: str | None
    votes: tuple[tuple[str, str], ...]
    settled: bool


@dataclass(frozen=True, slots=True)
class Met:
    """How many pairs of labels, each of two annotators, met on how many items."""

    pairs: int
    items: int


@dataclass(frozen=True, slots=True)
class Disagreements:
    """One page of them, in reading order; `total` counts all pages.

    `met` are the pairs of labels behind all of them, those kept back too, on as many `items`.

    `kept_back` more are not shown: the reader labels them in a round that is open, and would no
    longer do so independently.
    """

    shown: tuple[Disagreement, ...]
    total: int
    kept_back: int
    page: int
    met: Met

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


def disagreements(
    session: Session,
    judgments: Judgments,
    *,
    project_id: int,
    user_id: int,
    question: str,
    labels: tuple[str, str] | None = None,
    page: int = 1,
) -> Disagreements:
    """The items on which two judgments that count differ, or one is each of the two `labels`.

    A page past the end is the last one.
    """
    met = {
        rows[0].subject_id: rows for rows in _items(judgments, question) if _pairs_of(rows, labels)
    }
    hidden = queries.still_labelling(session, project_id, user_id=user_id)
    open_to = met.keys() - hidden
    places = queries.places(session, project_id, subject_ids=open_to)
    ordered = sorted(open_to, key=lambda each: (_order(places[each]), each))
    page = min(max(page, 1), max(1, -(-len(ordered) // PAGE)))
    shown = ordered[(page - 1) * PAGE : page * PAGE]
    texts = queries.texts(session, shown)
    settled = queries.settled(session, shown, question=question)
    return Disagreements(
        shown=tuple(
            Disagreement(
                each, places[each], texts.get(each), _votes(met[each]), settled=each in settled
            )
            for each in shown
        ),
        total=len(ordered),
        kept_back=len(met.keys() & hidden),
        page=page,
        met=_met(met.values(), labels),
    )


def meetings(judgments: Judgments, question: str, labels: tuple[str, str]) -> Met:
    """How often the two labels met, and on how many items that was."""
    return _met(_items(judgments, question), labels)


def _items(judgments: Judgments, question: str) -> Collection[list[JudgmentRow]]:
    items: dict[str, list[JudgmentRow]] = defaultdict(list)
    for row in counted(judgments, question):
        items[row.item_id].append(row)
    return items.values()


def _met(items: Iterable[Sequence[JudgmentRow]], labels: tuple[str, str] | None) -> Met:
    pairs = [number for rows in items if (number := _pairs_of(rows, labels))]
    return Met(sum(pairs), len(pairs))


def _pairs_of(rows: Sequence[JudgmentRow], labels: tuple[str, str] | None) -> int:
    """The pairs of judgments of one item that are the two labels, or differ at all."""
    said = Counter(row.label for row in rows)
    if labels is not None:
        return said[labels[0]] * said[labels[1]]
    return (said.total() ** 2 - sum(number**2 for number in said.values())) // 2


def _order(place: Place) -> tuple[int, int]:
    return place.document_id or 0, -1 if place.position is None else place.position


def _votes(rows: Sequence[JudgmentRow]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((row.annotator_id, row.label or "") for row in rows))
