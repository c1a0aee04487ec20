"""The certainty of one question: all models side by side, the chosen one, and what follows."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

import numpy as np

from annotator.domain.certainty.choice import Choice, choose
from annotator.domain.certainty.competence import Competence, competences
from annotator.domain.certainty.dawid_skene import dawid_skene
from annotator.domain.certainty.expectation import Fit
from annotator.domain.certainty.gold import AgainstGold, against_gold
from annotator.domain.certainty.item_rows import ItemCertainty, item_rows
from annotator.domain.certainty.mace import mace
from annotator.domain.certainty.one_coin import one_coin
from annotator.domain.certainty.patterns import Patterns
from annotator.domain.certainty.vote_model import vote
from annotator.domain.certainty.votes import Votes
from annotator.domain.intervals import IntArray
from annotator.domain.scales import Scale

# Raised whenever the same labels would give other probabilities.
VERSION: Final = "1"
MODELS: Final[dict[str, Callable[..., Fit]]] = {
    "vote": vote,
    "one_coin": one_coin,
    "mace": mace,
    "dawid_skene": dawid_skene,
}
ESTIMATED: Final = ("one_coin", "mace", "dawid_skene")
# Above this many different sets, whole sets are too rare for a model to learn from.
MOST_SETS: Final = 16
# Above this many cells, item x label or annotator x label x label, a model does not fit in memory.
MOST_CELLS: Final = 50_000_000

NUMBERS = "Numbers have no competence model: each item has the median of its labels."
MANY_SETS = "The vote stands because {sets} different sets are too many for a model of whole sets."
MANY_LABELS = "The vote stands because {labels} different labels are too many for a model."
NO_MODEL = "At least two labels must be in use."
UNFINISHED = " It was stopped after {steps} steps before it had converged."


@dataclass(frozen=True, eq=False)
class Certainty:
    """The labels of one question, and lazily what they say; made by `certainty`.

    `labels` are all labels of the question, also those nobody used; `patterns` number them.
    `units[item]` is the document of each item, or None. Competence has an interval only with
    `intervals`, as that estimates the model some twenty times more. The version is that of the
    models; with it, the seed and the labels every figure can be computed again.
    """

    patterns: Patterns
    labels: tuple[str, ...]
    rater_names: tuple[str, ...]
    scale: Scale
    units: IntArray | None
    seed: int
    intervals: bool = True
    version: str = VERSION
    _fits: dict[str, Fit] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def votes(self) -> Votes:
        return Votes.of(self.patterns)

    @cached_property
    def choice(self) -> Choice:
        """The model that the data can carry, and why; see the module `choice`."""
        if self._refused:
            return Choice("median" if self.scale.kind == "interval" else "vote", self._refused)
        choice = choose(self._in_use)
        fit = self.fit(choice.model)
        if fit is None or fit.converged:
            return choice
        return replace(choice, reason=choice.reason + UNFINISHED.format(steps=fit.iterations))

    @cached_property
    def missing(self) -> dict[str, str]:
        """By name the models that cannot be estimated from these labels, with the reason."""
        if self._refused and not self._only_sets_are_many:
            return dict.fromkeys(MODELS, self._refused)
        if self._refused:
            return dict.fromkeys(ESTIMATED, self._refused)
        return dict.fromkeys(ESTIMATED, NO_MODEL) if len(self.used) < 2 else {}  # noqa: PLR2004

    @cached_property
    def models(self) -> dict[str, Fit]:
        """All models that can be estimated: of `vote`, `one_coin`, `mace`, `dawid_skene`.

        Their labels are numbered as in `labels`; a label that nobody used has probability 0.
        """
        fits = {name: self.fit(name) for name in MODELS}
        return {name: fit for name, fit in fits.items() if fit is not None}

    def fit(self, name: str) -> Fit | None:
        """One of `models`, without estimating the others; None where it is `missing`, and for the
        median.
        """
        if name not in MODELS or name in self.missing:
            return None
        if name not in self._fits:
            self._fits[name] = MODELS[name](self._in_use, seed=self.seed)
        return _spread(self._fits[name], self)

    @property
    def converged(self) -> bool:
        """Whether the chosen model is where its estimation was meant to end."""
        fit = self.fit(self.choice.model)
        return fit is None or fit.converged

    @cached_property
    def competence(self) -> list[Competence]:
        """One entry for each of `rater_names`, by the chosen model."""
        if self.fit(self.choice.model) is not None and len(self.used):
            fit = self._fits[self.choice.model]
            labels = [self.labels[code] for code in self.used.tolist()]
            refit = _again if self.intervals else None
            return competences(fit, refit, labels, self.rater_names, self.units)
        given = self.patterns.labels_of_raters().tolist()
        return [
            Competence(name, int(labels), 0, None, why="no_model" if labels else "no_labels")
            for name, labels in zip(self.rater_names, given, strict=True)
        ]

    @cached_property
    def items(self) -> list[ItemCertainty]:
        """One entry for each item; items with the same labels share one."""
        rows = item_rows(self.votes, self.labels, self.models, self.choice.model, self.scale)
        return [rows[row] for row in self.patterns.of_item.tolist()]

    def against(
        self, gold: Iterable[tuple[int, str]], *, aggregates: Collection[str] = tuple(MODELS)
    ) -> AgainstGold:
        """The accuracy of annotators and these aggregates on (item, label) rows of gold; several
        rows of one item are all right. Labels must be spelt as in `labels`.

        Of `vote`, `one_coin`, `mace` and `dawid_skene`, only those that are named are estimated.
        """
        answers = self._answers(aggregates) if aggregates else {}
        return against_gold(self.patterns, self.labels, self.rater_names, answers, gold)

    def _answers(self, aggregates: Collection[str]) -> dict[str, list[str | None]]:
        """The label of each item by each of these that can be estimated."""
        fits = {name: fit for name in ESTIMATED if name in aggregates and (fit := self.fit(name))}
        rows = item_rows(self.votes, self.labels, fits, self.choice.model, self.scale)
        items = [rows[row] for row in self.patterns.of_item.tolist()]
        found = {name: [getattr(item, name) for item in items] for name in fits}
        if "vote" in aggregates:
            found = {"vote": [item.majority for item in items], **found}
        return found

    @cached_property
    def used(self) -> IntArray:
        """The codes of the labels in use."""
        return np.unique(self.patterns.codes)

    @cached_property
    def _in_use(self) -> Patterns:
        return replace(
            self.patterns,
            codes=np.searchsorted(self.used, self.patterns.codes),
            n_labels=max(1, len(self.used)),
        )

    @cached_property
    def _refused(self) -> str:
        """Why the labels are of a kind that no model fits, whatever their number; else empty."""
        if self.scale.kind == "interval":
            return NUMBERS
        if self._cells() > MOST_CELLS:
            return MANY_LABELS.format(labels=len(self.used))
        return MANY_SETS.format(sets=len(self.used)) if self._only_sets_are_many else ""

    @property
    def _only_sets_are_many(self) -> bool:
        many = self.scale.kind == "set" and len(self.used) > MOST_SETS
        return many and self._cells() <= MOST_CELLS

    def _cells(self) -> int:
        width = len(self.labels)
        return max(self.patterns.n_rows * width, self.patterns.n_raters * width * width)


def _spread(fit: Fit, question: Certainty) -> Fit:
    """The fit over labels in use as one over all labels of the question."""
    used, width = question.used, len(question.labels)
    if width and len(used) == width:
        return replace(fit, patterns=question.patterns)
    rows = np.zeros((width, fit.rows.shape[1]))
    prior = np.zeros(width)
    confusion = np.zeros((len(fit.confusion), width, width))
    if len(used):
        rows[used], prior[used] = fit.rows, fit.prior
        confusion[:, used[:, None], used] = fit.confusion
    return replace(fit, patterns=question.patterns, rows=rows, prior=prior, confusion=confusion)


def _again(patterns: Patterns, fit: Fit) -> Fit:
    """The same model from other weights, beginning where `fit` ended."""
    if fit.model == "vote":
        return vote(patterns, seed=fit.seed)
    if fit.model == "dawid_skene":
        return dawid_skene(patterns, seed=fit.seed, begin=fit.rows)
    model = one_coin if fit.model == "one_coin" else mace
    return model(patterns, seed=fit.seed, begin=fit.rows, restarts=1)


def certainty(  # noqa: PLR0917 - the first six are one table
    items: IntArray,
    raters: IntArray,
    codes: IntArray,
    n_items: int,
    labels: Sequence[str],
    rater_names: Sequence[str],
    *,
    seed: int = 0,
    scale: Scale | None = None,
    units: IntArray | None = None,
    intervals: bool = True,
) -> Certainty:
    """The certainty of one question from its labels: `codes[i]`, a number of `labels`, given by
    `raters[i]`, a number of `rater_names`, to `items[i]`, from 0 to `n_items` - 1, in any order.

    Ordinal labels are taken as nominal: a confusion matrix learns by itself that neighbours are
    confused. Sets are voted on member by member, and whole sets enter the models where at most 16
    different ones are in use. Numbers have a median and no model. `units` is the document of each
    item, for the `intervals` of competence, which take most of the time. Nothing is computed before
    it is asked for. Raises `ValueError` for a number out of range, or if `units` is not as long as
    there are items.

    >>> items, raters = np.repeat(np.arange(2), 3), np.tile(np.arange(3), 2)
    >>> found = certainty(items, raters, np.array([0, 0, 1,  1, 1, 1]), 2, ("no", "yes"), "abc")
    >>> [(item.majority, item.posterior) for item in found.items]
    [('no', {'no': 0.666667, 'yes': 0.333333}), ('yes', {'yes': 1.0})]
    >>> found.choice.reason
    'The vote stands because only 2 items have labels from two annotators, and a model needs 30.'
    """
    if units is not None and len(units) != n_items:
        raise ValueError("units must have one number for each item")
    patterns = Patterns.of(
        items, raters, codes, n_items=n_items, n_raters=len(rater_names), n_labels=len(labels)
    )
    return Certainty(
        patterns,
        tuple(labels),
        tuple(rater_names),
        scale or Scale("nominal"),
        units,
        seed,
        intervals,
    )
