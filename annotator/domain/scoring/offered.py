"""The judgments of one question, made ready: which of them count, and what they are drawn with."""

from dataclasses import dataclass
from itertools import compress
from typing import Self

import numpy as np

from annotator.domain.agreement.additive import Resampling
from annotator.domain.agreement.ratings import Entries, Names, Ratings
from annotator.domain.exclusions import EXCLUSIONS
from annotator.domain.intervals import IntArray
from annotator.domain.long_table import NONE, REASONS, Codes, LongTable
from annotator.domain.scales import Scale
from annotator.domain.scoring.units import units
from annotator.domain.settling import settled


@dataclass(frozen=True, slots=True, eq=False)
class Offered:
    """`given` are the rows of a question as they came, `rows` the same with every reason.

    `item_numbers` are the numbers of the items of the ratings and then of those alone.

    Labels that are alone on their item count for the chance terms that take them, unless they were
    marked as `single_coded` when they came: a release is scored without them, and so are its rows.
    """

    given: LongTable
    rows: LongTable
    scale: Scale
    ratings: Ratings
    item_numbers: IntArray

    @classmethod
    def of(cls, given: LongTable, scale: Scale, *, seed: int) -> Self:
        rows = settled(_without_blanks(given, scale), seed=seed)
        alone = (rows.excluded == REASONS["single_coded"]) & given.counted
        taken = rows.at(np.flatnonzero(rows.counted | alone))
        votes = np.bincount(taken.items, minlength=1)
        numbers = np.concatenate([np.flatnonzero(votes > 1), np.flatnonzero(votes == 1)])
        return cls(given, rows, scale, ratings_of(taken, scale), numbers)

    def excluded(self) -> dict[str, int]:
        return tally(self.rows)

    def why_nothing(self) -> str:
        """Why no item has two labels that count."""
        labelled = self.rows.counted | (self.rows.excluded == REASONS["single_coded"])
        raters = len(np.unique(self.rows.annotators[labelled]))
        return ("no_labels", "one_rater", "no_pairable_items")[min(raters, 2)]

    def resampling(self, *, seed: int, replicates: int) -> Resampling:
        """Which unit each item is drawn with: its document, or itself where no document is known of
        any.

        Documents are joined through every copy in the table, also through one that is not counted
        itself.
        """
        offered = self.given.at(np.flatnonzero(self.given.counted))
        noun = "documents" if (offered.documents != NONE).any() else "items"
        known, unit = np.unique(units(offered)[self.item_numbers], return_inverse=True)
        # Units that have an item with two labels come first.
        paired = np.zeros(len(known), dtype=np.bool_)
        paired[unit[: len(self.ratings.item_names)]] = True
        number = np.empty(len(known), dtype=np.int64)
        number[np.argsort(~paired, kind="stable")] = np.arange(len(known))
        return Resampling(number[unit], int(paired.sum()), noun, seed, replicates)


def tally(rows: LongTable) -> dict[str, int]:
    """How many rows each reason excludes, in the order of the closed list, reasons nobody met left
    out.
    """
    counts = np.bincount(rows.excluded, minlength=len(EXCLUSIONS) + 1).tolist()
    return {code: counts[REASONS[code]] for code in EXCLUSIONS if counts[REASONS[code]]}


def ratings_of(table: LongTable, scale: Scale) -> Ratings:
    """All rows of a table of one question, none of whose labels is missing."""
    items, item_names = _in_use(table.items, table.names.items)
    raters, rater_names = _in_use(table.annotators, table.names.annotators)
    codes, given = _in_use(table.labels, table.names.labels)
    canonical = [scale.canonical(label) for label in given]
    labels = scale.ordered(set(canonical))
    number = {label: code for code, label in enumerate(labels)}
    canonical_codes = np.array([number[label] for label in canonical], dtype=np.int64)
    entries = Entries(items, raters, canonical_codes[codes])
    return Ratings.coded(entries, Names(item_names, rater_names, labels), scale)


def _in_use(codes: Codes, names: tuple[str, ...]) -> tuple[IntArray, tuple[str, ...]]:
    """The codes numbered anew without gaps, and the names they stand for."""
    used = np.bincount(codes, minlength=len(names)) > 0
    return (np.cumsum(used) - 1)[codes], tuple(compress(names, used))


def _without_blanks(table: LongTable, scale: Scale) -> LongTable:
    """An empty cell is the empty set on a set scale, and a missing label on any other."""
    if scale.kind == "set" or "" not in table.names.labels:
        return table
    blank = table.names.labels.index("")
    return table.relabelled(np.where(table.labels == blank, np.int32(NONE), table.labels))
