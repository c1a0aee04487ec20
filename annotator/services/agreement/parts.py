"""Alpha and percent of any part of the judgments that count."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from annotator.services.judging import JudgmentRow, Judgments

if TYPE_CHECKING:
    from annotator.domain.agreement import Additive, Figure, Ratings, Resampling


def counted(judgments: Judgments, question: str) -> list[JudgmentRow]:
    """The judgments of a question that count."""
    return [row for row in judgments.of_question(question) if not row.excluded]


def ratings_of(rows: Sequence[JudgmentRow], judgments: Judgments, question: str) -> "Ratings":
    """Judgments that count, as the arrays that every figure is made from."""
    from annotator.domain.agreement import Ratings  # noqa: PLC0415 - loads numpy

    triples = ((row.item_id, row.annotator_id, row.label or "") for row in rows)
    return Ratings.of(triples, judgments.scales[question])


def figures_of(
    rows: Sequence[JudgmentRow], ratings: "Ratings", *, seed: int, replicates: int
) -> tuple["Figure", "Figure"]:
    """Alpha and percent with intervals over the documents of these rows."""
    from annotator.domain.agreement import Figure, PercentAgreement, alpha_of, figure  # noqa: PLC0415

    if not len(ratings):
        nothing = Figure(None, why=_why_nothing(rows))
        return nothing, nothing
    statistics: tuple[Additive, Additive] = (alpha_of(ratings), PercentAgreement())
    resampling = _resampling(rows, ratings, seed, replicates)
    alpha, percent = (figure(one, ratings, resampling) for one in statistics)
    return alpha, percent


def _why_nothing(rows: Sequence[JudgmentRow]) -> str:
    """Why no item has two labels that count; `rows` are those that are alone on theirs."""
    return ("no_labels", "one_rater", "no_pairable_items")[
        min(len({row.annotator_id for row in rows}), 2)
    ]


def _resampling(
    rows: Sequence[JudgmentRow], ratings: "Ratings", seed: int, replicates: int
) -> "Resampling":
    """Documents are drawn; items that belong to none are drawn themselves."""
    import numpy as np  # noqa: PLC0415 - not on the start-up path

    from annotator.domain.agreement import Resampling  # noqa: PLC0415
    from annotator.domain.intervals import joined_units  # noqa: PLC0415

    unit_of = joined_units((row.item_id, row.document_id, row.cluster_id) for row in rows)
    names = sorted(set(unit_of.values()))
    number = {name: at for at, name in enumerate(names)}
    unit = np.fromiter((number[unit_of[item]] for item in ratings.item_names), np.int64)
    noun = "items" if all(row.document_id is None for row in rows) else "documents"
    return Resampling(unit, len(names), noun, seed, replicates)
