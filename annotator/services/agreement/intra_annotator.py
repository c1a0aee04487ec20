"""How far annotators agree with themselves: the labels of a retest beside those of before."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from annotator.services.judging import JudgmentRow, Judgments
from annotator.services.round_work import RETEST

if TYPE_CHECKING:
    from annotator.domain.agreement.intra_annotator import Repeated, SelfAgreement

# What a label alone tells against it; that others labelled the item or not says nothing here.
_NEVER: Final = frozenset(
    {"kept_out", "machine", "propagated", "gold_check", "withdrawn", "disabled_annotator"}
)


def intra_annotator(
    judgments: Judgments, question: str, *, replicates: int, only: str | None = None
) -> "tuple[SelfAgreement, dict[str, SelfAgreement]]":
    """All annotators pooled, and each by pseudonym, over what `repeated` finds of a question.

    With `only` there is nobody but the annotator of this pseudonym.
    """
    from annotator.domain.agreement import intra_annotator as domain  # noqa: PLC0415 - loads numpy

    return domain.intra_annotator(
        [each for each in repeated(judgments, question) if only in {None, each.annotator}],
        judgments.scales[question],
        seed=judgments.seed,
        replicates=replicates,
    )


def intra_annotator_entry(
    judgments: Judgments, question: str, *, replicates: int, only: str | None = None
) -> dict[str, Any] | None:
    """What `agreement --json` prints of it; None where nobody labelled an item again."""
    pooled, each = intra_annotator(judgments, question, replicates=replicates, only=only)
    if not pooled.items:
        return None
    return {
        **_facts(pooled),
        "annotators": [{"annotator": name, **_facts(one)} for name, one in each.items()],
    }


def repeated(judgments: Judgments, question: str) -> "list[Repeated]":
    """The first label that somebody gave to an item, and the first that they gave in a retest.

    Both were given independently and are no "cannot judge", under codebooks that mean the same. The
    first label is of the rounds that are scored; where these are a retest, the second one is.
    """
    from annotator.domain.agreement.intra_annotator import Repeated  # noqa: PLC0415 - loads numpy

    kinds = {each.name: each.kind for each in judgments.rounds}
    if RETEST not in kinds.values():
        return []
    retested = any(kinds[name] == RETEST for name in judgments.scored)
    labels: dict[tuple[str, str], list[JudgmentRow]] = defaultdict(list)
    for row in judgments.of_question(question):
        if _usable(row, judgments.comparable):
            labels[row.annotator_id, row.item_id].append(row)
    found = []
    for (annotator, item), rows in labels.items():
        first = _earliest(
            row
            for row in rows
            if kinds[row.round] in {"pilot", "main"}
            and row.reason == "sample"
            and (retested or row.round in judgments.scored)
        )
        second = _earliest(
            row
            for row in rows
            if kinds[row.round] == RETEST and (not retested or row.round in judgments.scored)
        )
        if first and second and first.occasion < second.occasion:
            found.append(
                Repeated(
                    annotator=annotator,
                    item=item,
                    first=first.label or "",
                    second=second.label or "",
                    document=first.document_id,
                    cluster=first.cluster_id,
                )
            )
    return found


def _usable(row: JudgmentRow, versions: frozenset[int]) -> bool:
    return (
        row.label is not None
        and not row.missing
        and row.independent
        and row.excluded not in _NEVER
        and row.codebook_version in versions
    )


def _earliest(rows: Iterable[JudgmentRow]) -> JudgmentRow | None:
    return min(rows, key=lambda row: (row.occasion, row.codebook_version, row.round), default=None)


def _facts(one: "SelfAgreement") -> dict[str, Any]:
    return {
        "items": one.items,
        "krippendorff_alpha": asdict(one.alpha),
        "percent_agreement": asdict(one.percent),
    }
