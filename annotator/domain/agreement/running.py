"""Figures that are kept: one item that changes moves a few sums, whatever the size of the project.

`Running` holds what `Ratings` hold, item by item, and beside it the sums of each document that
every figure is a function of. `change` takes one item off those sums and puts it back as it is now;
nothing else is looked at. Values and intervals are computed when someone asks, from the sums of the
documents and by the very statistics that score a whole table, so that there is one definition of
each figure.
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from annotator.domain.agreement.additive import (
    Additive,
    Figure,
    Outlook,
    defined,
    more_documents,
)
from annotator.domain.agreement.confusion import Confusion
from annotator.domain.agreement.running_labels import RunningLabels
from annotator.domain.agreement.running_numbers import RunningNumbers
from annotator.domain.agreement.running_parts import Labelled
from annotator.domain.intervals import Sums
from annotator.domain.jackknife import jackknife
from annotator.domain.scales import Scale


class Running(Protocol):
    """The figures of one question. `version` counts the changes."""

    version: int

    def change(self, item: str, document: str, labels: Sequence[str]) -> None:
        """The item has these labels now: all that count, one for each annotator, in any order.

        With fewer than two the item enters no figure, as in a table. `document` names the unit
        that is left out or drawn for an interval; an item stays in its document. The work is that
        of the item's labels, and does not grow with the number of items.

        Raises:
            DataInvalid: a label that the scale refuses; then nothing has changed.
        """

    @property
    def items(self) -> int:
        """How many items have two labels or more."""

    def documents(self) -> list[str]:
        """Those that have such an item."""

    def alpha(self) -> tuple[Additive, Sums]:
        """Krippendorff's alpha by the metric of the scale, and its sums, a row for each of
        `documents`.
        """

    def percent(self) -> tuple[Additive, Sums]:
        """Percent agreement and its sums."""

    def labels(self) -> list[Labelled]:
        """What `label_alphas` gives: each label, how often it was given, and its own alpha."""

    def confusions(self) -> list[Confusion]:
        """What `confusions` gives."""


def running(scale: Scale) -> Running:
    """No items yet.

    >>> figures = running(Scale("nominal"))
    >>> for item, labels in {"a": "xx", "b": "xy", "c": "yy", "d": "yy"}.items():
    ...     figures.change(item, item, list(labels))
    >>> figures.items, kept(figures.percent())[0].value
    (4, 0.75)
    >>> figures.change("b", "b", ["y", "y"])
    >>> kept(figures.alpha())[0].value
    1.0
    """
    return RunningNumbers(scale) if scale.kind == "interval" else RunningLabels(scale)


def kept(
    figure: tuple[Additive, Sums],
    noun: str = "documents",
    *,
    threshold: float | None = None,
    joined: Sequence[str] | None = None,
) -> tuple[Figure, Outlook]:
    """The value of a statistic with its jackknife interval, and what a lead plans by.

    `noun` names what is left out, `threshold` is the one of `outlook`. `joined` names for each row
    of the sums what it belongs to, where several documents are to be left out as one.
    """
    statistic, sums = figure
    nothing = Outlook(None, None)
    if not sums.shape[0]:
        return Figure(None, why="no_pairable_items"), nothing
    value = defined(statistic, sums.total())
    if value is None:
        return Figure(None, why="single_category"), nothing
    if joined is not None:
        names, unit = np.unique(np.array(joined, dtype=object), return_inverse=True)
        sums = sums.regrouped(unit.astype(np.int64), len(names))
    found = jackknife(sums, statistic.value, noun, threshold=threshold)
    if found.low is None or found.high is None:
        return Figure(value, why=found.why), nothing
    # Perfect agreement is 1, which the jackknife does not know.
    what = Figure(value, found.low, min(found.high, 1.0), found.method)
    return what, Outlook(found.below, more_documents(sums.shape[0], times_narrower=2))
