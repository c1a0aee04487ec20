"""Agreement of parts of the judgments: by source, language, document, round, version; over time.

A part is scored by itself, with the metric of the scale. What is behind it stands beside every
figure, and below `LEAST_ITEMS` it says too little to be read as a figure at all.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final, TypeVar

from annotator.services.agreement.parts import counted, figures_of, ratings_of
from annotator.services.judging import JudgmentRow, Judgments
from annotator.store.queries.agreement import Place

if TYPE_CHECKING:
    from annotator.domain.agreement import Figure

Key = TypeVar("Key")
Point = TypeVar("Point")

COPY: Final = "cluster_duplicate"
LEAST_ITEMS: Final = 20
LEAST_OF_A_DOCUMENT: Final = 5
WORST_DOCUMENTS: Final = 10
WINDOWS: Final = 6
# A part is one figure of many; its interval needs no third digit.
REPLICATES: Final = 400


@dataclass(frozen=True, slots=True)
class Slice:
    """A part with its figures; `items` have two judgments that count or more."""

    name: str
    items: int
    judgments: int
    alpha: "Figure"
    percent: "Figure"

    @property
    def small(self) -> bool:
        return self.items < LEAST_ITEMS


@dataclass(frozen=True, slots=True)
class DocumentSlice:
    """A document with its place in the project."""

    document_id: int
    slice: Slice


@dataclass(frozen=True, slots=True)
class Window:
    """Items whose last judgments were saved between two moments."""

    first: datetime
    last: datetime
    slice: Slice


def by_source(
    judgments: Judgments, question: str, places: Mapping[int, Place]
) -> tuple[Slice, ...]:
    """One for each source of the judgments that count, by name; nothing if there is only one."""
    return _several(judgments, question, lambda row: places[row.subject_id].source)


def by_language(
    judgments: Judgments, question: str, places: Mapping[int, Place]
) -> tuple[Slice, ...]:
    """One for each language that is known, by code; nothing if there is only one."""
    return _several(judgments, question, lambda row: places[row.subject_id].lang)


def copies(judgments: Judgments, question: str) -> tuple[Slice, ...]:
    """One of each near-duplicate cluster, as figures count, and beside it every copy by itself.

    Nothing where no judgment is left out as that of a copy. The intervals join the documents that
    share a cluster in both.
    """
    rows = [row for row in judgments.of_question(question) if row.excluded in {"", COPY}]
    if not any(row.excluded for row in rows):
        return ()
    several = Counter(row.item_id for row in rows)
    each = [row for row in rows if several[row.item_id] > 1]
    once = counted(judgments, question)
    return (
        _slice("One of each near-duplicate cluster", once, judgments, question),
        _slice("Every copy by itself", each, judgments, question),
    )


def worst_documents(
    judgments: Judgments, question: str, places: Mapping[int, Place]
) -> tuple[DocumentSlice, ...]:
    """The documents with the lowest share of equal labels, at most ten, the lowest first.

    Only those with five items or more. Alpha of so few is read with care; it may be undefined.
    """
    groups = _grouped(counted(judgments, question), lambda row: places[row.subject_id].document_id)
    made = [
        DocumentSlice(
            document_id,
            _slice(_title(rows, places), rows, judgments, question, replicates=0),
        )
        for document_id, rows in groups.items()
        if len({row.item_id for row in rows}) >= LEAST_OF_A_DOCUMENT
    ]
    made.sort(key=lambda each: (each.slice.percent.value or 0.0, each.slice.name))
    return tuple(made[:WORST_DOCUMENTS])


def by_round(rounds: Mapping[str, Judgments], question: str) -> tuple[Slice, ...]:
    """One for each round that has judgments of the question, oldest first."""
    made = (
        _slice(name, counted(each, question), each, question)
        for name, each in rounds.items()
        if question in each.scales
    )
    return tuple(each for each in made if each.judgments)


def by_version(rounds: Mapping[str, Judgments], question: str) -> tuple[Slice, ...]:
    """One for each codebook version under which main or pilot rounds asked the question.

    Rounds of one version are pooled, with the first label of a person on an item.
    """
    kinds = {facts.name: facts.kind for each in rounds.values() for facts in each.rounds}
    pooled: dict[int, list[Judgments]] = defaultdict(list)
    for name, each in rounds.items():
        if question in each.scales and kinds[name] in {"main", "pilot"}:
            pooled[each.codebook_version or 0].append(each)
    made = (
        _slice(f"version {number}", _first_labels(group, question), group[-1], question)
        for number, group in sorted(pooled.items())
    )
    return tuple(each for each in made if each.judgments)


def over_time(judgments: Judgments, question: str) -> tuple[Window, ...]:
    """Rolling windows over the items in the order in which they were finished.

    A window has a sixth of the items, and twenty at least; the next one begins half a window later,
    the last one ends with the last item. Nothing where there are not enough items for two.
    """
    items = _grouped(counted(judgments, question), lambda row: row.item_id)
    finished = sorted((_finished(rows), item) for item, rows in items.items())
    windows = []
    for part in rolling(finished):
        rows = [row for _, item in part for row in items[item]]
        (first, _), (last, _) = part[0], part[-1]
        made = _slice(f"{first:%Y-%m-%d}", rows, judgments, question, replicates=0)
        windows.append(Window(first, last, made))
    return tuple(windows)


def rolling(points: Sequence[Point]) -> Iterator[Sequence[Point]]:
    """Windows of a sixth of the points, and of twenty at least, each half a window after the last.

    The last one ends with the last point, and shares more than half with the one before where that
    leaves less than half a window. Nothing where there are not enough points for two.
    """
    width = max(LEAST_ITEMS, -(-len(points) // WINDOWS))
    last = len(points) - width
    if last > 0:
        for start in (*range(0, last, width // 2), last):
            yield points[start : start + width]


def _several(
    judgments: Judgments, question: str, key: Callable[[JudgmentRow], str | None]
) -> tuple[Slice, ...]:
    groups = _grouped(counted(judgments, question), key)
    if len(groups) < 2:  # noqa: PLR2004 - the whole is no part
        return ()
    return tuple(_slice(name, rows, judgments, question) for name, rows in sorted(groups.items()))


def _grouped(
    rows: Sequence[JudgmentRow], key: Callable[[JudgmentRow], Key | None]
) -> dict[Key, list[JudgmentRow]]:
    groups: dict[Key, list[JudgmentRow]] = defaultdict(list)
    for row in rows:
        name = key(row)
        if name is not None:
            groups[name].append(row)
    return groups


def _slice(
    name: str,
    rows: Sequence[JudgmentRow],
    judgments: Judgments,
    question: str,
    *,
    replicates: int = REPLICATES,
) -> Slice:
    ratings = ratings_of(rows, judgments, question)
    alpha, percent = figures_of(rows, ratings, seed=judgments.seed, replicates=replicates)
    return Slice(name, len(ratings.item_names), len(rows), alpha, percent)


def _first_labels(group: Sequence[Judgments], question: str) -> list[JudgmentRow]:
    first: dict[tuple[str, str], JudgmentRow] = {}
    for each in group:
        for row in counted(each, question):
            first.setdefault((row.item_id, row.annotator_id), row)
    return list(first.values())


def _finished(rows: Sequence[JudgmentRow]) -> datetime:
    """When the last label of an item was saved; one that counts always has a moment."""
    return max(row.saved_at for row in rows if row.saved_at is not None)


def _title(rows: Sequence[JudgmentRow], places: Mapping[int, Place]) -> str:
    return places[rows[0].subject_id].document or ""
