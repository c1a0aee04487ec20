"""The very paragraphs on which labels met that are taken for each other."""

from collections import defaultdict
from collections.abc import Sequence
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
    """An item with what everybody said of it, by pseudonym; `text` is None but for paragraphs."""

    subject_id: int
    place: Place
    text: str | None
    votes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Disagreements:
    """One page of them, in reading order; `total` counts all pages.

    `kept_back` more are not shown: the reader labels them in a round that is open, and would no
    longer do so independently.
    """

    shown: tuple[Disagreement, ...]
    total: int
    kept_back: int
    page: int

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
    items: dict[str, list[JudgmentRow]] = defaultdict(list)
    for row in counted(judgments, question):
        items[row.item_id].append(row)
    met = {rows[0].subject_id: rows for rows in items.values() if _meet(rows, labels)}
    hidden = queries.still_labelling(session, project_id, user_id=user_id)
    open_to = met.keys() - hidden
    places = queries.places(session, project_id, subject_ids=open_to)
    ordered = sorted(open_to, key=lambda each: (_order(places[each]), each))
    page = min(max(page, 1), max(1, -(-len(ordered) // PAGE)))
    shown = ordered[(page - 1) * PAGE : page * PAGE]
    texts = queries.texts(session, shown)
    return Disagreements(
        shown=tuple(
            Disagreement(each, places[each], texts.get(each), _votes(met[each])) for each in shown
        ),
        total=len(ordered),
        kept_back=len(met.keys() & hidden),
        page=page,
    )


def _meet(rows: Sequence[JudgmentRow], labels: tuple[str, str] | None) -> bool:
    said = {row.label for row in rows}
    return len(said) > 1 if labels is None else said >= set(labels)


def _order(place: Place) -> tuple[int, int]:
    return place.document_id or 0, -1 if place.position is None else place.position


def _votes(rows: Sequence[JudgmentRow]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((row.annotator_id, row.label or "") for row in rows))
