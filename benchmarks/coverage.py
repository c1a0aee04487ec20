"""How often a nominal 95 % interval holds the true alpha, by simulation, for each way to make it.

Two raters label the eleven paragraphs of each document with four labels. Documents differ: in what
they are about, and in how hard they are. With standard normal t_dk and h_d,

    P(truth of a paragraph of document d is k)  is proportional to  exp(TOPIC t_dk)
    P(a rater slips in document d)              =  1 / (1 + exp(-(HARD + HARDER h_d)))

and a rater who slips gives any label, each with the same probability. Paragraphs of a document thus
share its topic and its difficulty, and nothing else. The true alpha is that of a million documents;
behind each share stands its Monte-Carlo error. Intervals of fewer than twenty documents are made
here all the same, to show why the program withholds them.
"""

import math
from collections import Counter, defaultdict

import numpy as np
from figures import WIDTH, Options, heading, run_alone

from annotator.domain.agreement.alpha import NominalAlpha
from annotator.domain.agreement.ratings import Alone, Ratings
from annotator.domain.bootstrap import bca_limits, percentile_limits, resampled
from annotator.domain.intervals import FloatArray, IntArray, Sums
from annotator.domain.jackknife import left_out, standard_error, t_limits
from annotator.domain.scales import Scale

LABELS = 4
PARAGRAPHS = 11
RATERS = 2
TOPIC = 1.5
HARD, HARDER = -1.5, 1.5
REPLICATES = 1_000
AT_ONCE = 50_000
ITEMS = "items drawn, percentile"
# What the figures that are shown must keep to, and from how many documents on.
LEAST, MOST, ENOUGH = 0.92, 0.97, 40

Limits = tuple[float, float]


def measure(options: Options) -> None:
    truth = true_alpha(200_000 if options.quick else 1_000_000)
    trials = 400 if options.quick else 4_000
    for documents in (5, 10, 20, 40):
        heading(
            f"{documents} documents of {PARAGRAPHS} paragraphs: the share of {trials:,} nominal "
            f"95 % intervals that hold the true alpha, {truth:.4f}"
        )
        _cover(documents, trials, truth)


def _cover(documents: int, trials: int, truth: float) -> None:
    held: Counter[str] = Counter()
    widths: dict[str, float] = defaultdict(float)
    for trial in range(trials):
        labels = labels_of(documents, np.random.default_rng([documents, trial]))
        for way, (low, high) in all_limits(by_item(labels), seed=trial).items():
            held[way] += low <= truth <= high
            widths[way] += (high - low) / trials
    for way, width in widths.items():
        share = held[way] / trials
        error = math.sqrt(share * (1 - share) / trials)
        verdict = _verdict(share, error) if documents >= ENOUGH and way != ITEMS else ""
        print(
            f"  {way:<{WIDTH}} {share:>9.3f} +- {error:.3f}, {width:.2f} wide{verdict}", flush=True
        )


def _verdict(share: float, error: float) -> str:
    # A quick run is too short to tell a miss from bad luck of two standard errors.
    reached = LEAST - 2 * error <= share <= MOST + 2 * error
    return f"  [{LEAST:g} to {MOST:g}: {'reached' if reached else 'MISSED'}]"


def labels_of(documents: int, chance: np.random.Generator) -> IntArray:
    """The labels of simulated documents, shape (documents, paragraphs, raters)."""
    topics = np.exp(TOPIC * chance.standard_normal((documents, LABELS)))
    upto = np.cumsum(topics / topics.sum(axis=1, keepdims=True), axis=1)[:, None, :-1]
    truth = (chance.random((documents, PARAGRAPHS, 1)) > upto).sum(axis=2)
    slip = 1 / (1 + np.exp(-(HARD + HARDER * chance.standard_normal(documents))))
    shape = (documents, PARAGRAPHS, RATERS)
    slips = chance.random(shape) < slip[:, None, None]
    return np.where(slips, chance.integers(0, LABELS, shape), truth[:, :, None])


def by_item(labels: IntArray) -> Sums:
    items = labels.shape[0] * labels.shape[1]
    nobody = np.zeros(0, dtype=np.int64)
    ratings = Ratings(
        Scale("nominal"),
        np.repeat(np.arange(items), RATERS),
        np.tile(np.arange(RATERS), items),
        labels.ravel(),
        ("",) * items,
        ("ann", "bob"),
        tuple("abcd"),
        Alone(nobody, nobody, (), ()),
    )
    return NominalAlpha(LABELS).sums(ratings)


def by_document(items: Sums) -> Sums:
    documents = items.shape[0] // PARAGRAPHS
    return items.regrouped(np.arange(items.shape[0]) // PARAGRAPHS, documents)


def true_alpha(documents: int) -> float:
    chance = np.random.default_rng(2024)
    parts = [by_item(labels_of(AT_ONCE, chance)).total() for _ in range(0, documents, AT_ONCE)]
    return alpha(np.sum(parts, axis=0))


def alpha(totals: FloatArray) -> float:
    return float(NominalAlpha(LABELS).value(np.atleast_2d(totals))[0])


def drawn(sums: Sums, seed: int) -> FloatArray:
    values = resampled(sums, NominalAlpha(LABELS).value, seed=seed, replicates=REPLICATES)
    return values[~np.isnan(values)]


def all_limits(items: Sums, seed: int) -> dict[str, Limits]:
    documents = by_document(items)
    whole = alpha(items.total())
    values = drawn(documents, seed)
    others = left_out(documents, NominalAlpha(LABELS).value)
    return {
        ITEMS: percentile_limits(drawn(items, seed)),
        "documents drawn, percentile": percentile_limits(values),
        "documents drawn, BCa": bca_limits(values, whole, others),
        "documents left out in turn, t": t_limits(whole, standard_error(others), len(others) - 1),
    }


if __name__ == "__main__":
    run_alone(measure)
