"""One question, scored: its figures, its annotators and, from the same labels, its certainty."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np

from annotator.domain.agreement.additive import (
    Additive,
    Figure,
    Fixed,
    Resampling,
    defined,
    figure,
)
from annotator.domain.agreement.alpha import (
    alpha_without_each,
    krippendorff_alpha,
    label_alphas,
)
from annotator.domain.agreement.coefficients import NAMES, coefficients
from annotator.domain.agreement.confusion import confusions
from annotator.domain.agreement.pairs import pairs
from annotator.domain.agreement.rater_margins import CohenKappa, CongerKappa
from annotator.domain.agreement.ratings import Ratings
from annotator.domain.agreement.weighted_kappa import WeightedKappa
from annotator.domain.certainty import (
    MODELS,
    AgainstGold,
    Certainty,
    Competence,
    ItemCertainty,
    certainty,
)
from annotator.domain.long_table import LongTable
from annotator.domain.scales import Scale
from annotator.domain.scoring.gating import ungated_alpha
from annotator.domain.scoring.offered import Offered

# The last digits of what a model estimates differ from one processor to another; these do not.
PLACES: Final = 6
MOST_CELLS: Final = 4_000_000


@dataclass(frozen=True, eq=False)
class ScoredQuestion:
    """The rows of one question as they came, and lazily what follows from them."""

    name: str
    given: LongTable
    scale: Scale
    seed: int
    replicates: int
    competence_intervals: bool

    @cached_property
    def offered(self) -> Offered:
        return Offered.of(self.given, self.scale, seed=self.seed)

    @property
    def ratings(self) -> Ratings:
        return self.offered.ratings

    @cached_property
    def resampling(self) -> Resampling:
        return self.offered.resampling(seed=self.seed, replicates=self.replicates)

    @cached_property
    def item_names(self) -> tuple[str, ...]:
        """The items with two labels or more, then those with one."""
        return (*self.ratings.item_names, *self.ratings.alone.item_names)

    @cached_property
    def certainty(self) -> Certainty:
        """Of all labels that were offered, also those alone on their item."""
        ratings, alone = self.ratings, self.ratings.alone
        first = len(ratings.item_names)
        return certainty(
            np.concatenate([ratings.items, np.arange(first, first + len(alone))]),
            np.concatenate([ratings.raters, alone.raters]),
            np.concatenate([ratings.codes, alone.codes]),
            len(self.item_names),
            (*ratings.labels, *alone.more_labels),
            ratings.rater_names,
            seed=self.seed,
            scale=self.scale,
            units=None if self.resampling.noun == "items" else self.resampling.unit,
            intervals=self.competence_intervals,
        )

    def entry(self) -> dict[str, Any]:
        """What `score --json` prints of the question."""
        ratings = self.ratings
        ungated = ungated_alpha(
            self.offered.rows, self.scale, seed=self.seed, replicates=self.replicates
        )
        return {
            "question": self.name,
            "scale": str(self.scale),
            "items": len(np.unique(self.given.items)),
            "judgments": len(self.given),
            "pairable_items": len(ratings.item_names),
            "excluded": self.offered.excluded(),
            "statistics": {name: asdict(one) for name, one in self._figures().items()},
            "ungated_alpha": asdict(ungated),
            "labels": [
                {"label": label, "count": count, "alpha": alpha}
                for label, (count, alpha) in label_alphas(ratings).items()
            ],
            "confusions": [asdict(confusion) for confusion in confusions(ratings)],
            "pairs": [asdict(pair) for pair in pairs(ratings)],
            "annotators": list(self._annotators()),
            "model": self._model(),
        }

    def items(self) -> Iterator[tuple[str, ItemCertainty]]:
        """What the labels say of each item, by name."""
        order = sorted(range(len(self.item_names)), key=self.item_names.__getitem__)
        for number in order:
            yield self.item_names[number], self.certainty.items[number]

    def against(
        self, gold: Iterable[tuple[str, str]], *, aggregates: Collection[str] = tuple(MODELS)
    ) -> AgainstGold:
        """The accuracy of annotators and of these aggregates on (item, label) rows of gold.

        Items that nobody labelled are left out; labels may be spelt in any way that the scale takes
        for the same.
        """
        number = {name: place for place, name in enumerate(self.item_names)}
        return self.certainty.against(
            ((number[item], self.scale.canonical(label)) for item, label in gold if item in number),
            aggregates=aggregates,
        )

    def _figures(self) -> dict[str, Figure]:
        if not len(self.ratings):
            nothing = Figure(None, why=self.offered.why_nothing())
            return dict.fromkeys(NAMES[self.scale.kind], nothing)
        return {
            name: figure(self._affordable(statistic), self.ratings, self.resampling)
            for name, statistic in coefficients(self.ratings).items()
        }

    def _affordable(self, statistic: Additive) -> Additive:
        """Only the value where thousands of documents have a thousand sums each: to draw those of
        the kappas of pairs takes minutes.
        """
        if not isinstance(statistic, CohenKappa | CongerKappa | WeightedKappa):
            return statistic
        if statistic.columns * self.resampling.units <= MOST_CELLS:
            return statistic
        value = defined(statistic, statistic.sums(self.ratings).total())
        return Fixed(value, "single_category" if value is None else "too_many_raters")

    def _annotators(self) -> Iterator[dict[str, Any]]:
        """Everyone with a judgment that was offered, by name; `judgments` are those that count in
        the end.
        """
        ratings, names = self.ratings, self.given.names.annotators
        without = alpha_without_each(ratings)
        counts = np.bincount(ratings.raters, minlength=len(ratings.rater_names)).tolist()
        judgments = dict(zip(ratings.rater_names, counts, strict=True))
        whole = krippendorff_alpha(ratings)
        skilled = {each.annotator: each for each in self.certainty.competence}
        for number in np.unique(self.given.annotators[self.given.counted]).tolist():
            name = names[number]
            yield {
                "annotator": name,
                "judgments": judgments.get(name, 0),
                "alpha_without": without.get(name, whole),
                **_skill(skilled.get(name)),
            }

    def _model(self) -> dict[str, Any]:
        choice = self.certainty.choice
        return {
            "name": choice.model,
            "reason": choice.reason,
            "version": self.certainty.version,
            "converged": self.certainty.converged,
        }


def _skill(competence: Competence | None) -> dict[str, Any]:
    """An annotator's competence with its interval, and what they take for what most often."""
    if competence is None:
        nothing = dict.fromkeys(("competence", "competence_low", "competence_high"))
        return {**nothing, "competence_why": "no_labels", "mistake": None}
    mistake = competence.confusion
    return {
        "competence": _short(competence.value),
        "competence_low": _short(competence.low),
        "competence_high": _short(competence.high),
        "competence_why": competence.why,
        "mistake": mistake
        and {
            "given": mistake.given,
            "likely": mistake.likely,
            "times": _short(mistake.times),
            "of": _short(mistake.of),
        },
    }


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, PLACES)
