"""How good each annotator is by the chosen model, how sure that is, and what they confuse most.

The interval is a Wilson interval with an effective number of labels. Whether a label is right is
known only with a probability z, and labels of one document are not independent, so the variance of
the mean of z over the documents d of an annotator, with n labels and mean m, is estimated by

    (D / (D - 1) sum over d of (sum of z - m, within d) squared + sum of z (1 - z)) / n squared

and the effective number is m (1 - m) over this variance, at most n. A bootstrap that estimates the
model anew would add the uncertainty about the other annotators; it costs hundreds of times as much
and hardly differs where the gate lets a model through. Only items that someone else labelled, too,
enter: the others say nothing about an annotator.

Korn & Graubard (1998) Confidence intervals for proportions with small expected number of positive
counts estimated from survey data, Survey Methodology 24(2), 193-201; Dean & Pagano (2015),
doi:10.1093/jssam/smv024.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from annotator.domain.certainty.expectation import Fit
from annotator.domain.certainty.patterns import Patterns
from annotator.domain.certainty.proportion import wilson
from annotator.domain.certainty.vote_model import agreeing, alone
from annotator.domain.intervals import LEAST_DOCUMENTS, FloatArray, IntArray, summed

_EXACT = 1e-9


@dataclass(frozen=True, slots=True)
class Mistake:
    """An annotator said `given` where `likely` is likely to be true: `times` of `of`, both expected
    numbers.
    """

    given: str
    likely: str
    times: float
    of: float

    @property
    def share(self) -> float:
        """The share of the items that are likely `likely`, 0 to 1."""
        return self.times / self.of

    def words(self) -> str:
        """
        >>> Mistake("neutral", "against", 11.6, 40.2).words()
        'said “neutral” on 12 of the 40 items that are likely “against” (29 %)'
        """
        return (
            f"said “{self.given}” on {self.times:.0f} of the {self.of:.0f} items that are likely "
            f"“{self.likely}” ({self.share:.0%})".replace("%", " %")
        )


@dataclass(frozen=True, slots=True)
class Competence:
    """One annotator by the chosen model.

    `labels` is how many they gave, `shared` how many of these are on items that somebody else
    labelled, too. `value` lies between 0 and 1, with its 95 % interval; what cannot be given is
    None, with a code of `WHY`. `confusion` is their largest one, None where there is none to speak
    of. `commonest` is the label they gave most, in the share `commonest_share` of their labels: an
    annotator who nearly always says the same may not be reading.
    """

    annotator: str
    labels: int
    shared: int
    value: float | None
    low: float | None = None
    high: float | None = None
    method: str | None = None
    why: str | None = None
    confusion: Mistake | None = None
    commonest: str | None = None
    commonest_share: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Correct:
    """For each label on an item that others labelled, too: how likely it is right (`z`), who gave
    it, in which cluster, and how many like it there are. All arrays have one length.
    """

    raters: IntArray
    clusters: IntArray
    z: FloatArray
    weights: FloatArray


def correctness(fit: Fit, units: IntArray | None) -> Correct:
    """By the vote: the share of the others who say the same. By MACE: how likely the annotator
    knew. Else the posterior of the label given.

    `units[item]` is the document of each item; None takes every item by itself.
    """
    patterns = fit.patterns
    shared = ~alone(patterns)
    entries = np.flatnonzero(shared[patterns.rows])
    z = agreeing(patterns) if fit.model == "vote" else _posterior_of_given(fit)
    if units is None:
        row = patterns.rows[entries]
        return Correct(patterns.raters[entries], row, z[entries], patterns.weights[row])
    sizes = np.where(shared, patterns.sizes(), 0)
    first = np.cumsum(patterns.sizes()) - patterns.sizes()
    lengths = sizes[patterns.of_item]
    items = np.repeat(np.arange(patterns.n_items), lengths)
    within = np.arange(len(items)) - (np.cumsum(lengths) - lengths)[items]
    entries = first[patterns.of_item[items]] + within
    return Correct(patterns.raters[entries], units[items], z[entries], np.ones(len(items)))


def _posterior_of_given(fit: Fit) -> FloatArray:
    patterns = fit.patterns
    right: FloatArray = fit.rows[patterns.codes, patterns.rows]
    if fit.model != "mace":
        return right
    trust = fit.competence[patterns.raters]
    said = fit.confusion[patterns.raters, patterns.codes, patterns.codes]
    known: FloatArray = right * trust / said
    return known


def competences(
    fit: Fit, labels: Sequence[str], rater_names: Sequence[str], units: IntArray | None
) -> list[Competence]:
    """One entry for each of `rater_names`, in their order; the codes of `fit` number `labels`.

    There is at least one label. See `correctness` for `units`.
    """
    patterns = fit.patterns
    correct = correctness(fit, units)
    given = patterns.labels_of_raters()
    shared = summed(correct.raters, correct.weights, len(rater_names))
    mean = summed(correct.raters, correct.weights * correct.z, len(rater_names))
    mean /= np.maximum(shared, 1)
    effective, documents = _effective(correct, mean, shared)
    noun = "items" if units is None else "documents"
    uses = _uses(patterns)
    confused = _expected_confusions(fit)
    undefined = _why_undefined(patterns, uses)
    found = []
    for rater, name in enumerate(rater_names):
        why = undefined or _why(given[rater], shared[rater])
        low, high, withheld, method = None, None, why, None
        if not why:
            low, high, method, withheld = _interval(
                float(fit.competence[rater]), float(effective[rater]), int(documents[rater]), noun
            )
        most = int(uses[rater].argmax()) if given[rater] else None
        found.append(
            Competence(
                annotator=name,
                labels=int(given[rater]),
                shared=int(shared[rater]),
                value=None if why else float(fit.competence[rater]),
                low=low,
                high=high,
                method=method,
                why=withheld,
                confusion=None if why else _largest(confused[rater], labels),
                commonest=None if most is None else labels[most],
                commonest_share=None if most is None else float(uses[rater, most] / given[rater]),
            )
        )
    return found


def _why_undefined(patterns: Patterns, uses: FloatArray) -> str | None:
    if len(np.unique(patterns.raters)) < 2:  # noqa: PLR2004 - somebody to compare with
        return "one_rater"
    if (uses.sum(axis=0) > 0).sum() < 2:  # noqa: PLR2004 - two different labels
        return "single_category"
    return None


def _why(given: float, shared: float) -> str | None:
    if not given:
        return "no_labels"
    return None if shared else "no_pairable_items"


def _interval(
    value: float, effective: float, documents: int, noun: str
) -> tuple[float | None, float | None, str | None, str | None]:
    if documents < LEAST_DOCUMENTS:
        return None, None, None, "too_few_documents"
    low, high = wilson(value, effective)
    method = f"Wilson interval, {effective:.0f} effective labels in {documents} {noun}"
    return low, high, method, None


def _effective(
    correct: Correct, mean: FloatArray, shared: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """The effective number of labels and the number of clusters of each annotator."""
    raters = len(mean)
    width = int(correct.clusters.max()) + 1 if len(correct.clusters) else 1
    keys, cluster = np.unique(correct.raters * width + correct.clusters, return_inverse=True)
    who = keys // width
    off = summed(cluster, correct.z - mean[correct.raters], len(keys))
    times = np.ones(len(keys))
    times[cluster] = correct.weights
    clusters = summed(who, times, raters)
    between = summed(who, times * off * off, raters)
    between *= clusters / np.maximum(clusters - 1, 1)
    unsure = summed(correct.raters, correct.weights * correct.z * (1 - correct.z), raters)
    variance = (between + unsure) / np.maximum(shared, 1) ** 2
    effective = shared.copy()
    np.divide(mean * (1 - mean), variance, out=effective, where=variance > _EXACT * _EXACT)
    return np.clip(effective, 1.0, np.maximum(shared, 1.0)), clusters


def _uses(patterns: Patterns) -> FloatArray:
    """How often each annotator gave each label, shape (raters, labels)."""
    return summed(
        patterns.raters * patterns.n_labels + patterns.codes,
        patterns.entry_weights(),
        patterns.n_raters * patterns.n_labels,
    ).reshape(patterns.n_raters, patterns.n_labels)


def _expected_confusions(fit: Fit) -> FloatArray:
    """The expected number of labels of each annotator, shape (raters, true label, label given)."""
    patterns = fit.patterns
    cell = patterns.raters * patterns.n_labels + patterns.codes
    weighted = fit.rows * patterns.weights
    length = patterns.n_raters * patterns.n_labels
    by_label = [summed(cell, line[patterns.rows], length) for line in weighted]
    shaped = np.stack(by_label).reshape(len(by_label), patterns.n_raters, patterns.n_labels)
    found: FloatArray = shaped.transpose(1, 0, 2)
    return found


def _largest(expected: FloatArray, labels: Sequence[str]) -> Mistake | None:
    """The confusion with the largest expected number; None below half a label."""
    wrong = np.round(expected, 9)
    np.fill_diagonal(wrong, 0.0)
    true, given = divmod(int(wrong.argmax()), len(wrong))
    if wrong[true, given] < 0.5:  # noqa: PLR2004 - rounds to no label at all
        return None
    return Mistake(
        labels[given], labels[true], float(expected[true, given]), float(expected[true].sum())
    )
