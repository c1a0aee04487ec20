"""How often the aggregates and the annotators are right where the truth is known.

Only gold items can show that annotators agree on something wrong: to every model that sees labels
alone, two of three who copy from each other look like the two who are right.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from annotator.domain.certainty.patterns import Patterns
from annotator.domain.certainty.proportion import wilson
from annotator.domain.certainty.votes import TIE


@dataclass(frozen=True, slots=True)
class Accuracy:
    """The share of `n` answers that are right, 0 to 1, with its 95 % Wilson interval.

    `ties` of them are ties, which count as wrong. Without an answer all three are None, with a code
    of `WHY`.
    """

    name: str
    n: int
    right: int
    ties: int
    value: float | None
    low: float | None
    high: float | None
    why: str | None = None

    @classmethod
    def of(cls, name: str, *, n: int, right: int, ties: int = 0) -> "Accuracy":
        if not n:
            return cls(name, 0, 0, 0, None, None, None, "no_labels")
        return cls(name, n, right, ties, right / n, *wilson(right / n, n))

    def facts(self) -> dict[str, Any]:
        """All but the name, as it is printed in JSON."""
        return {key: value for key, value in asdict(self).items() if key != "name"}


@dataclass(frozen=True, slots=True)
class AgainstGold:
    """`aggregates` by name of the model; `annotators` in the order of their names.

    `items` have both gold and a label, `unlabelled` have gold alone and do not enter. `unknown` are
    gold labels that no codebook and no annotator has; on their items every answer is wrong.
    """

    aggregates: dict[str, Accuracy]
    annotators: list[Accuracy]
    items: int
    unlabelled: int
    unknown: tuple[str, ...]

    def facts(self) -> dict[str, Any]:
        """What `score --gold --json` prints of it."""
        return {
            "items": self.items,
            "unlabelled": self.unlabelled,
            "aggregates": {name: one.facts() for name, one in self.aggregates.items()},
            "annotators": [{"annotator": one.name, **one.facts()} for one in self.annotators],
        }


def against_gold(
    patterns: Patterns,
    labels: Sequence[str],
    rater_names: Sequence[str],
    aggregates: Mapping[str, Sequence[str | None]],
    gold: Iterable[tuple[int, str]],
) -> AgainstGold:
    """Compare with `gold`, (item, label) rows; an item with several labels there accepts each.

    `aggregates` has one answer for each item, by name; a tie is spelt as in `named`. Each label of
    an annotator counts by itself. Labels are compared as they are spelt. Raises `ValueError` for an
    item out of range.
    """
    right: dict[int, set[str]] = {}
    for item, label in gold:
        if not 0 <= item < patterns.n_items:
            raise ValueError(f"gold item {item} must lie between 0 and {patterns.n_items - 1}")
        right.setdefault(item, set()).add(label)
    labelled = patterns.weights[patterns.of_item] > 0
    known = {item: accepted for item, accepted in right.items() if labelled[item]}
    return AgainstGold(
        {name: _aggregate(name, answers, known) for name, answers in aggregates.items()},
        _annotators(patterns, labels, rater_names, known),
        len(known),
        len(right) - len(known),
        tuple(sorted(set().union(*right.values()).difference(labels))),
    )


def _aggregate(name: str, answers: Sequence[str | None], known: Mapping[int, set[str]]) -> Accuracy:
    given = [(answers[item], accepted) for item, accepted in known.items()]
    given = [(answer, accepted) for answer, accepted in given if answer is not None]
    right = sum(answer in accepted for answer, accepted in given)
    ties = sum(answer.startswith(TIE) for answer, _ in given if answer is not None)
    return Accuracy.of(name, n=len(given), right=right, ties=ties)


def _annotators(
    patterns: Patterns,
    labels: Sequence[str],
    rater_names: Sequence[str],
    known: Mapping[int, set[str]],
) -> list[Accuracy]:
    starts = np.searchsorted(patterns.rows, np.arange(patterns.n_rows + 1))
    n, right = [0] * len(rater_names), [0] * len(rater_names)
    for item, accepted in known.items():
        row = patterns.of_item[item]
        for entry in range(starts[row], starts[row + 1]):
            rater = patterns.raters[entry]
            n[rater] += 1
            right[rater] += labels[patterns.codes[entry]] in accepted
    return [
        Accuracy.of(name, n=count, right=good)
        for name, count, good in zip(rater_names, n, right, strict=True)
    ]
