"""The agreement of a whole table of judgments, in the shape that `score --json` prints."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

import numpy as np

from annotator.domain.agreement.additive import Additive, Figure, Resampling, figure
from annotator.domain.agreement.alpha import (
    alpha_of,
    alpha_without_each,
    krippendorff_alpha,
    label_alphas,
)
from annotator.domain.agreement.confusion import confusions
from annotator.domain.agreement.pairs import pairs
from annotator.domain.agreement.percent import PercentAgreement
from annotator.domain.agreement.ratings import Ratings
from annotator.domain.exclusions import EXCLUSIONS
from annotator.domain.intervals import joined_units
from annotator.domain.judgments import Judgment, check_judgments, settled
from annotator.domain.scales import Scale

SIGNIFICANT_DIGITS = 12
# No label of a codebook can hold this character, so the category never meets a label called
# "gated".
GATED = "\0gated"


def score(
    judgments: Sequence[Judgment], scales: Mapping[str, Scale], *, seed: int, replicates: int = 1000
) -> dict[str, Any]:
    """`{"questions": [...]}` with an entry for each question of `scales`, in its order; others are
    passed over.

    Rows that carry a code in `excluded` do not count; of the rest, missing labels, copies of a
    near-duplicate and judgments alone on their item are excluded here. `judgments` is always the
    counted ones plus the `excluded`. The order of the rows does not matter. The seed is a whole
    number from 0; `replicates` 0 leaves the intervals out.

    Figures that are undefined are None with `why`. Raises `DataInvalid` if the rows contradict each
    other or their scales (see `check_judgments`).
    """
    check_judgments(judgments, scales)
    by_question: dict[str, list[Judgment]] = defaultdict(list)
    for row in judgments:
        by_question[row.question].append(row)
    return {
        "questions": [
            _question(question, by_question[question], scale, seed, replicates)
            for question, scale in scales.items()
        ]
    }


def rounded(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """The same JSON value with every float cut to 12 significant digits, as it is written to files.

    >>> rounded({"value": 2 / 3, "labels": [0.1 + 0.2], "n": 7})
    {'value': 0.666666666667, 'labels': [0.3], 'n': 7}
    """
    if isinstance(value, dict):
        return {key: rounded(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [rounded(inner) for inner in value]
    if isinstance(value, float):
        return float(f"{value:.{SIGNIFICANT_DIGITS}g}") + 0.0
    return value


def _question(
    question: str, given: list[Judgment], scale: Scale, seed: int, replicates: int
) -> dict[str, Any]:
    rows = settled([_without_blank(row, scale) for row in given], seed=seed)
    ratings = _ratings([row for row in rows if not row.excluded], scale)
    offered = [row for row in given if not row.excluded]
    return {
        "question": question,
        "scale": str(scale),
        "items": len({row.item for row in rows}),
        "judgments": len(rows),
        "pairable_items": len(ratings.item_names),
        "excluded": _tally(rows),
        "statistics": _statistics(rows, offered, ratings, seed, replicates),
        "ungated_alpha": asdict(ungated_alpha(rows, scale, seed=seed, replicates=replicates)),
        "labels": [
            {"label": label, "count": count, "alpha": alpha}
            for label, (count, alpha) in label_alphas(ratings).items()
        ],
        "confusions": [asdict(confusion) for confusion in confusions(ratings)],
        "pairs": [asdict(pair) for pair in pairs(ratings)],
        "annotators": _annotators(offered, ratings),
    }


def _without_blank(row: Judgment, scale: Scale) -> Judgment:
    """An empty cell is the empty set on a set scale, and a missing label on any other."""
    return row if row.label or scale.kind == "set" else replace(row, label=None)


def _ratings(counted: Sequence[Judgment], scale: Scale) -> Ratings:
    return Ratings.of(((row.item, row.annotator, row.label or "") for row in counted), scale)


def _tally(rows: Sequence[Judgment]) -> dict[str, int]:
    """How many rows each reason excludes, in the order of the closed list, reasons nobody met left
    out.
    """
    counts = Counter(row.excluded for row in rows)
    return {code: counts[code] for code in EXCLUSIONS if counts[code]}


def _statistics(
    rows: Sequence[Judgment],
    offered: Sequence[Judgment],
    ratings: Ratings,
    seed: int,
    replicates: int,
) -> dict[str, dict[str, Any]]:
    statistics: dict[str, Additive] = {
        "percent_agreement": PercentAgreement(),
        "krippendorff_alpha": alpha_of(ratings),
    }
    if not len(ratings):
        return {name: asdict(Figure(None, why=_why_nothing(rows))) for name in statistics}
    # Documents are joined through every copy in the table, also through one that is not counted
    # itself.
    resampling = _resampling(ratings, offered, seed, replicates)
    return {name: asdict(figure(one, ratings, resampling)) for name, one in statistics.items()}


def _why_nothing(rows: Sequence[Judgment]) -> str:
    """Why no item has two labels that count."""
    raters = {row.annotator for row in rows if row.excluded in {"", "single_coded"}}
    return ("no_labels", "one_rater", "no_pairable_items")[min(len(raters), 2)]


def _resampling(
    ratings: Ratings, offered: Sequence[Judgment], seed: int, replicates: int
) -> Resampling:
    """Which unit each item is drawn with: its document, or itself where no document is known of
    any.
    """
    unit_of = joined_units((row.item, row.document, row.cluster) for row in offered)
    names = [unit_of[item] for item in ratings.item_names]
    known, unit = np.unique(np.array(names, dtype=object), return_inverse=True)
    noun = "items" if all(row.document is None for row in offered) else "documents"
    return Resampling(unit.astype(np.int64), len(known), noun, seed, replicates)


def ungated_alpha(
    rows: Sequence[Judgment], scale: Scale, *, seed: int, replicates: int = 1000
) -> Figure:
    """Alpha of one question over everybody who met it, where dropping out at a gate is an answer
    too.

    Takes the rows of one question with their codes. Those excluded as `gated` come back with one
    more category; nominal, or for sets with the scale's own distance and a set that holds nothing
    but that category. Withheld with `not_gated` where nobody dropped out.
    """
    if not any(row.excluded == "gated" for row in rows):
        return Figure(None, why="not_gated")
    pool = [
        replace(row, excluded="", label=GATED if row.excluded == "gated" else row.label)
        for row in rows
        if row.excluded in {"", "gated", "single_coded"}
    ]
    counted = [row for row in settled(pool, seed=seed) if not row.excluded]
    ratings = _ratings(counted, scale if scale.kind == "set" else Scale("nominal"))
    if not len(ratings):
        return Figure(None, why=_why_nothing(settled(pool, seed=seed)))
    return figure(alpha_of(ratings), ratings, _resampling(ratings, pool, seed, replicates))


def _annotators(offered: Sequence[Judgment], ratings: Ratings) -> list[dict[str, Any]]:
    """Everyone with a judgment that was offered, by name; `judgments` are those that count in the
    end.
    """
    without = alpha_without_each(ratings)
    counts = np.bincount(ratings.raters, minlength=len(ratings.rater_names)).tolist()
    judgments = dict(zip(ratings.rater_names, counts, strict=True))
    whole = krippendorff_alpha(ratings)
    return [
        {
            "annotator": name,
            "judgments": judgments.get(name, 0),
            "alpha_without": without.get(name, whole),
            "competence": None,
        }
        for name in sorted({row.annotator for row in offered})
    ]
