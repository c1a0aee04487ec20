"""Fitting the suggestions to a project's own gold: a logistic regression over what the model says.

The shipped model does not know every language and every site. A regression on its log odds and on
features that depend on no language moves the suggestions towards what the people of a project
decided, in seconds, and is measured on sources that it has not seen before a lead switches it on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from annotator.domain.noise.characters import look_at
from annotator.domain.noise.features import of_batch
from annotator.domain.noise.finding import Surroundings
from annotator.domain.noise.judging import LIKELY, batch
from annotator.domain.noise.model import log_odds, shipped
from annotator.errors import DataInvalid

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

# Besides the log odds: what tells noise in any language.
LANGUAGE_FREE: Final = (
    "weight", "sentence", "digits", "capitalised", "topic", "function", "own_script", "later_copy",
    "source_share", "place", "since_long", "until_long", "weight_before3", "weight_after3",
    "sentence_before3", "sentence_after3",
)  # fmt: skip
AT_LEAST: Final = 20
FOLDS: Final = 5
RIDGE: Final = 1.0
_STEPS: Final = 50
_STILL: Final = 1e-8

TOO_FEW: Final = (
    "The gold has {noise} paragraphs of noise and {main} of text: a refit needs {least} of each."
)
ONE_SOURCE: Final = (
    "The gold is from one source: a refit is measured on sources it has not seen, and needs two."
)


@dataclass(frozen=True)
class Refit:
    """Log odds of noise are `constant` plus `weights` times the standardised evidence."""

    mean: "Floats"
    spread: "Floats"
    weights: "Floats"
    constant: float

    def probabilities(self, evidence: "Floats") -> "Floats":
        """Of noise, shape (n,), for evidence of shape (n, features)."""
        margin = (evidence - self.mean) / self.spread @ self.weights + self.constant
        return 1 / (1 + np.exp(-np.clip(margin, -30, 30)))


@dataclass(frozen=True)
class HeldOut:
    """Of one source: how the suggestions at p >= .5 fared, before and after the refit.

    A precision is None where nothing was suggested, a recall where there is no noise.
    """

    source: str
    paragraphs: int
    precision_before: float | None
    recall_before: float | None
    precision: float | None
    recall: float | None


@dataclass(frozen=True)
class Refitted:
    """`fit` is of all gold; `sources`, in order of name, were judged by fits of other sources."""

    fit: Refit
    sources: tuple[HeldOut, ...]


def evidence(documents: Sequence[Surroundings]) -> "Floats":
    """What a refit looks at: shape (paragraphs, 1 + len(LANGUAGE_FREE)), log odds first."""
    of_all = batch(documents)
    judged = shipped().judge(of_all)
    named = of_batch(of_all, look_at(of_all.texts, shipped().grams))
    columns = [log_odds(judged.noise), *(named[name] for name in LANGUAGE_FREE)]
    return np.stack(columns, axis=1).astype(np.float64)


def refitted(seen: "Floats", noise: "Flags", sources: Sequence[str], *, seed: int = 0) -> Refitted:
    """Fit to gold, and measure on sources that were left out.

    Args:
        seen: the `evidence` of each paragraph with gold, shape (n, features); the first column
            are the log odds of the shipped model.
        noise: whether its gold is noise, shape (n,).
        sources: its source.
        seed: of the draw of sources into at most five folds.

    Raises:
        DataInvalid: fewer than 20 paragraphs of noise or of text, or a single source.
    """
    noise = np.asarray(noise, dtype=bool)
    if min(noise.sum(), (~noise).sum()) < AT_LEAST:
        raise DataInvalid(
            TOO_FEW.format(noise=int(noise.sum()), main=int((~noise).sum()), least=AT_LEAST)
        )
    names = sorted(set(sources))
    if len(names) == 1:
        raise DataInvalid(ONE_SOURCE)
    number = np.searchsorted(names, sources)
    drawn = np.random.default_rng(seed).permutation(len(names)) % min(FOLDS, len(names))
    out = np.zeros(len(noise))
    for fold in range(int(drawn.max()) + 1):
        left_out = drawn[number] == fold
        out[left_out] = fitted(seen[~left_out], noise[~left_out]).probabilities(seen[left_out])
    return Refitted(
        fitted(seen, noise),
        tuple(
            _held_out(name, number == i, seen[:, 0] >= 0, out >= LIKELY, noise)
            for i, name in enumerate(names)
        ),
    )


def fitted(seen: "Floats", noise: "Flags") -> Refit:
    """Ridge logistic regression by Newton's method; the constant is not shrunk.

    Minimises sum(log(1 + exp(m)) - y m) + RIDGE |w|^2 / 2 over standardised evidence, which is
    convex: the result does not depend on where it begins.
    """
    mean, spread = seen.mean(axis=0), seen.std(axis=0)
    spread = np.where(spread > 0, spread, 1.0)
    design = np.column_stack([(seen - mean) / spread, np.ones(len(seen))])
    ridge = np.full(design.shape[1], RIDGE)
    ridge[-1] = 1e-6
    point = np.zeros(design.shape[1])
    for _ in range(_STEPS):
        likely = 1 / (1 + np.exp(-np.clip(design @ point, -30, 30)))
        slope = design.T @ (likely - noise) + ridge * point
        curve = (design.T * (likely * (1 - likely))) @ design + np.diag(ridge)
        step = np.linalg.solve(curve, slope)
        # A long step may overshoot where nearly all paragraphs are told apart.
        step *= min(1.0, 5.0 / max(float(np.abs(step).max()), 1e-12))
        point -= step
        if float(np.abs(step).max()) < _STILL:
            break
    return Refit(mean, spread, point[:-1], float(point[-1]))


def _held_out(
    source: str, rows: "Flags", before: "Flags", after: "Flags", noise: "Flags"
) -> HeldOut:
    return HeldOut(
        source,
        int(rows.sum()),
        *_precision_recall(before[rows], noise[rows]),
        *_precision_recall(after[rows], noise[rows]),
    )


def _precision_recall(suggested: "Flags", noise: "Flags") -> tuple[float | None, float | None]:
    hits = int((suggested & noise).sum())
    return (
        hits / int(suggested.sum()) if suggested.any() else None,
        hits / int(noise.sum()) if noise.any() else None,
    )
