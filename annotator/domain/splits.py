"""Splits into train, validation and test without leakage, and without moving when data is added.

Documents that share main text are one group, and a group is on one side. A group is named after the
document of it that was imported first, and its side is drawn by a hash of that name under a key of
the project: what is added later moves nothing, unless it joins two groups, of which the later one
then goes where the earlier one is.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

By = Literal["group", "source", "date", "none"]

SPLITS: Final = ("train", "validation", "test")
SHARES: Final = (80, 10, 10)
# The gate of the default codebook: what it lets through is the text of the document.
GATE: Final = "content"
NOISE: Final = "boilerplate"
# Who took a paragraph for noise, in the order in which they are believed.
TAKEN_BY: Final = ("gold", "votes", "machine")
LIKELY: Final = 0.5


@dataclass(frozen=True, slots=True)
class Plan:
    """How to split.

    Args:
        by: `group` draws each group by itself; `source` draws sources and keeps each on one side;
            `date` puts documents on a side by the day they were published; `none` splits nothing.
        key: of the project; another key gives another draw.
        shares: of train, validation and test in percent, 100 together. Not used by `date`.
        starts: ISO dates on which validation and test begin. Used by `date` alone.
    """

    by: By = "group"
    key: str = ""
    shares: tuple[int, int, int] = SHARES
    starts: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class SplitDocument:
    """A document with the near-duplicate clusters that its main text is in.

    `published_on` is an ISO date, None where it is not known.
    """

    id: str
    source: str
    published_on: str | None = None
    clusters: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Placement:
    """Group and side of each document by its id.

    A document has no side where the plan is `none`, where its date is not known, and where its
    group would have to be on two sides: leaving such a group out is the only way to keep both
    promises. `crossing` names these groups.
    """

    group: Mapping[str, str] = field(default_factory=dict)
    split: Mapping[str, str | None] = field(default_factory=dict)
    crossing: tuple[str, ...] = ()

    def documents(self) -> dict[str, int]:
        """How many documents are on each side."""
        found = Counter(self.split.values())
        return {name: found[name] for name in SPLITS}

    def left_out(self) -> int:
        """How many documents have no side."""
        return sum(1 for side in self.split.values() if side is None)

    def largest(self) -> tuple[str, int] | None:
        """The group with most documents, and how many; the first by name where several have."""
        sizes = Counter(self.group.values())
        return min(sizes.items(), key=lambda pair: (-pair[1], pair[0]), default=None)


def placed(documents: Sequence[SplitDocument], plan: Plan) -> Placement:
    """Group and side of each document; they come in the order in which they were imported."""
    group = groups_of(documents)
    sides: dict[str, set[str | None]] = {}
    for document in documents:
        name = group[document.id]
        sides.setdefault(name, set()).add(side_of(document, name, plan))
    crossing = tuple(sorted(name for name, found in sides.items() if len(found) > 1))
    split = {
        document: next(iter(sides[name])) if len(sides[name]) == 1 else None
        for document, name in group.items()
    }
    return Placement(group, split, crossing)


def groups_of(documents: Iterable[SplitDocument]) -> dict[str, str]:
    """The group of each document: the union of all that share a cluster, through any number of
    others. Named after the first of them in the order given.

    >>> groups_of([SplitDocument("a", "s", clusters=frozenset({"x"})), SplitDocument("b", "s"),
    ...            SplitDocument("c", "s", clusters=frozenset({"x"}))])
    {'a': 'a', 'b': 'b', 'c': 'a'}
    """
    ids: list[str] = []
    parents: list[int] = []
    holders: dict[str, int] = {}
    for number, document in enumerate(documents):
        ids.append(document.id)
        parents.append(number)
        for cluster in document.clusters:
            _join(parents, holders.setdefault(cluster, number), number)
    return {name: ids[_root(parents, number)] for number, name in enumerate(ids)}


def drawn(name: str, key: str, shares: Sequence[int]) -> str:
    """The side of a name: a hash under the key, laid out over the shares in percent.

    >>> drawn("d-1", "k", (0, 100, 0))
    'validation'
    """
    digest = hashlib.sha256(f"{key}:{name}".encode()).digest()
    place = int.from_bytes(digest[:8], "big") * 100 >> 64
    train, validation, _ = shares
    return SPLITS[(place >= train) + (place >= train + validation)]


def taken_for_noise(
    gold: Sequence[Sequence[str]] | None, votes: Sequence[str], probability: float | None
) -> str:
    """Who takes a paragraph for noise, of `TAKEN_BY`; empty if it is main text.

    A settled answer is believed before votes, and votes, by more than half, before the machine.

    Args:
        gold: the settled answers to the gate; None if there are none.
        votes: the labels given to the gate.
        probability: that it is noise, by the machine; None where it did not look.
    """
    if gold is not None:
        return "gold" if gold and all(answer == [NOISE] for answer in map(list, gold)) else ""
    if votes:
        return "votes" if 2 * votes.count(NOISE) > len(votes) else ""
    return "machine" if probability is not None and probability >= LIKELY else ""


def side_of(document: SplitDocument, group: str, plan: Plan) -> str | None:
    """Where the plan puts a document of a group, by itself; None for nowhere."""
    if plan.by == "date":
        return _by_date(document.published_on, plan.starts or ("", ""))
    if plan.by == "none":
        return None
    return drawn(document.source if plan.by == "source" else group, plan.key, plan.shares)


def _by_date(published_on: str | None, starts: tuple[str, str]) -> str | None:
    if published_on is None:
        return None
    return SPLITS[sum(published_on >= start for start in starts)]


def _root(parents: list[int], number: int) -> int:
    while parents[number] != number:
        parents[number] = parents[parents[number]]
        number = parents[number]
    return number


def _join(parents: list[int], one: int, other: int) -> None:
    """The earlier root stays, so that a group keeps the name of its first document."""
    first, second = sorted((_root(parents, one), _root(parents, other)))
    parents[second] = first
