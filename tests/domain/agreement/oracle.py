"""Krippendorff's alpha by its definition, pair by pair: slow, plain, and written without looking at
ours.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping

from hypothesis import strategies as st

from annotator.domain.scales import Scale

Row = tuple[str, str, str]
Distance = Callable[[str, str], float]

SCALES = {
    "nominal": Scale("nominal"),
    "ordinal": Scale.parse("ordinal:a<b=c<d"),
    "interval": Scale("interval"),
    "set": Scale("set"),
    "set:jaccard": Scale("set", distance="jaccard"),
}
LABELS = {
    "nominal": ["a", "b", "c", "d"],
    "ordinal": ["a", "b", "c", "d"],
    "interval": ["-2", "0", "1.5", "7"],
    "set": ["", "a", "b", "a|b", "b|c", "a|b|c"],
    "set:jaccard": ["", "a", "b", "a|b", "b|c", "a|b|c"],
}


def tables(scale: str) -> st.SearchStrategy[list[Row]]:
    """Tables of up to eight items and five raters in which any label may be missing."""
    cells = st.tuples(st.integers(0, 7), st.integers(0, 4))
    labelled = st.dictionaries(cells, st.sampled_from(LABELS[scale]), max_size=30)
    return labelled.map(
        lambda table: [(f"i{item}", f"r{rater}", label) for (item, rater), label in table.items()]
    )


def alpha(rows: Iterable[Row], scale: Scale, metric: Distance | None = None) -> float | None:
    items: dict[str, list[str]] = defaultdict(list)
    for item, _, label in rows:
        items[item].append(scale.canonical(label))
    pairable = [labels for labels in items.values() if len(labels) > 1]
    margins = Counter(label for labels in pairable for label in labels)
    distance = metric or distance_of(scale, margins)
    n = margins.total()
    observed = sum(
        distance(a, b) / (len(labels) - 1) for labels in pairable for a in labels for b in labels
    )
    expected = sum(
        margins[a] * margins[b] * distance(a, b) for a in margins for b in margins if a != b
    )
    return None if not expected else 1 - (n - 1) * observed / expected


def distance_of(scale: Scale, margins: Mapping[str, int]) -> Distance:
    if scale.kind == "nominal":
        return lambda a, b: float(a != b)
    if scale.kind == "interval":
        return lambda a, b: (float(a) - float(b)) ** 2
    if scale.kind == "ordinal":
        return _ordinal(scale, margins)
    return jaccard if scale.distance == "jaccard" else masi


def _ordinal(scale: Scale, margins: Mapping[str, int]) -> Distance:
    ranks = scale.ranks or {}
    used = Counter[float]()
    for label, count in margins.items():
        used[ranks[label]] += count

    def squared(a: str, b: str) -> float:
        low, high = sorted((ranks[a], ranks[b]))
        between = sum(count for rank, count in used.items() if low <= rank <= high)
        return 0.0 if low == high else (between - (used[low] + used[high]) / 2) ** 2

    return squared


def _as_set(joined: str) -> set[str]:
    return set(joined.split("|")) - {""}


def jaccard(a: str, b: str) -> float:
    one, other = _as_set(a), _as_set(b)
    return 1 - len(one & other) / len(one | other) if one | other else 0.0


def masi(a: str, b: str) -> float:
    one, other = _as_set(a), _as_set(b)
    if one == other:
        return 0.0
    kind = 2 / 3 if one <= other or other <= one else 1 / 3
    return 1 - (1 - jaccard(a, b)) * kind


def dice(a: str, b: str) -> float:
    one, other = _as_set(a), _as_set(b)
    return 1 - 2 * len(one & other) / (len(one) + len(other)) if one | other else 0.0
