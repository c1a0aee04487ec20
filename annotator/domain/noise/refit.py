"""Fitting the suggestions to a project's own gold: a logistic regression over what the model says.

The shipped model does not know every language and every site, and a project may call main text what
a rule takes for noise. A regression on the log odds of the model, on what the rules say and on
features that depend on no language moves the suggestions towards what the people of a project
decided, in seconds, and is measured on sources that it has not seen before a lead switches it on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from annotator.domain.noise.enough import require_enough
from annotator.domain.noise.finding import Surroundings
from annotator.domain.noise.judging import LIKELY, SURE, judged, rules_of
from annotator.domain.noise.model import Judged, log_odds

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

# Besides the log odds and the rules: what tells noise in any language.
LANGUAGE_FREE: Final = (
    "weight", "sentence", "digits", "capitalised", "topic", "function", "own_script", "later_copy",
    "source_share", "place", "since_long", "until_long", "weight_before3", "weight_after3",
    "sentence_before3", "sentence_after3",
)  # fmt: skip
EVIDENCE: Final = ("model", "rules", *LANGUAGE_FREE)
OTHER_EVIDENCE: Final = "The refit was made by another version of the program."
FOLDS: Final = 5
RIDGE: Final = 1.0
_STEPS: Final = 50
_STILL: Final = 1e-8


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

    def to_json(self) -> dict[str, Any]:
        return {
            "evidence": list(EVIDENCE),
            "mean": self.mean.tolist(),
            "spread": self.spread.tolist(),
            "weights": self.weights.tolist(),
            "constant": self.constant,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Refit":
        """The inverse of `to_json`.

        Raises:
            ValueError: it was fitted to other evidence than this version of the program looks at.
        """
        if tuple(stored["evidence"]) != EVIDENCE:
            raise ValueError(OTHER_EVIDENCE)
        mean, spread, weights = (
            np.array(stored[name], np.float64) for name in ("mean", "spread", "weights")
        )
        return cls(mean, spread, weights, float(stored["constant"]))


@dataclass(frozen=True)
class Fared:
    """How suggestions from .5 on fared against gold, and how right those from .9 on were.

    A precision is None where nothing was suggested, a recall where there is no noise.
    """

    precision: float | None
    recall: float | None
    sure_precision: float | None

    @classmethod
    def of(cls, probability: "Floats", noise: "Flags") -> "Fared":
        """Probabilities of noise and whether it is noise, both of shape (n,)."""
        likely, sure = probability >= LIKELY, probability >= SURE
        return cls(_share(noise[likely]), _share(likely[noise]), _share(noise[sure]))


@dataclass(frozen=True)
class HeldOut:
    """Of one source (None: of all): suggestions without the refit, and by one of other sources."""

    source: str | None
    paragraphs: int
    noise: int
    before: Fared
    after: Fared


@dataclass(frozen=True)
class Refitted:
    """`fit` is of all gold; `sources`, in order of name, were judged by fits of other sources."""

    fit: Refit
    whole: HeldOut
    sources: tuple[HeldOut, ...]


def evidence(documents: Sequence[Surroundings]) -> "Floats":
    """What a refit looks at in every paragraph: shape (paragraphs, len(EVIDENCE))."""
    parts = [evidence_of(some, found) for some, found in judged(documents)]
    return np.concatenate(parts) if parts else np.zeros((0, len(EVIDENCE)))


def evidence_of(documents: Sequence[Surroundings], found: Judged) -> "Floats":
    """The same for documents that the shipped model has judged."""
    rules = np.fromiter(
        (
            max((finding.probability for finding in said), default=0.0)
            for of_document in rules_of(documents, found)
            for said in of_document
        ),
        np.float64,
    )
    columns = [found.named[name] for name in LANGUAGE_FREE]
    return np.stack([log_odds(found.noise), rules, *columns], axis=1).astype(np.float64)


def refitted(seen: "Floats", noise: "Flags", sources: Sequence[str], *, seed: int = 0) -> Refitted:
    """Fit to gold, and measure on sources that were left out.

    Args:
        seen: the `evidence` of each paragraph with gold, shape (n, features); the first columns
            are the log odds of the shipped model and the probability of the rules.
        noise: whether its gold is noise, shape (n,).
        sources: its source.
        seed: of the draw of sources into at most five folds.

    Raises:
        DataInvalid: fewer than 20 paragraphs of noise or of text, or a single source.
    """
    noise = np.asarray(noise, dtype=bool)
    require_enough(noise=int(noise.sum()), main=int((~noise).sum()), sources=len(set(sources)))
    names = sorted(set(sources))
    number = np.searchsorted(names, sources)
    drawn = np.random.default_rng(seed).permutation(len(names)) % min(FOLDS, len(names))
    out = np.zeros(len(noise))
    for fold in range(int(drawn.max()) + 1):
        left_out = drawn[number] == fold
        out[left_out] = fitted(seen[~left_out], noise[~left_out]).probabilities(seen[left_out])
    before = np.maximum(1 / (1 + np.exp(-seen[:, 0])), seen[:, 1])
    every = np.ones(len(noise), dtype=bool)
    held_out = [
        HeldOut(
            name,
            int(rows.sum()),
            int(noise[rows].sum()),
            Fared.of(before[rows], noise[rows]),
            Fared.of(out[rows], noise[rows]),
        )
        for name, rows in ((None, every), *((name, number == i) for i, name in enumerate(names)))
    ]
    return Refitted(fitted(seen, noise), held_out[0], tuple(held_out[1:]))


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


def _share(flags: "Flags") -> float | None:
    return float(flags.mean()) if len(flags) else None
