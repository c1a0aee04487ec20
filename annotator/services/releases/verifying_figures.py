"""Compute every figure of agreement.json anew from the rows, and name what differs."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, TypeGuard

from annotator.domain import manifest
from annotator.domain.codebook import Codebook, Question
from annotator.domain.judgments import Judgment
from annotator.domain.manifest import Manifest
from annotator.domain.scales import Scale
from annotator.errors import DataInvalid
from annotator.services.scoring_frame import is_scored

# Written with twelve significant digits; the last may fall differently on another processor.
TOLERANCE: Final = 1e-9
LARGEST: Final = 1e6
# What the program cannot compute, because it is a fact and not a figure.
STATED: Final = frozenset({"threshold", "scope"})
REQUIRED: Final = frozenset(
    {
        "question",
        "scale",
        "items",
        "judgments",
        "pairable_items",
        "excluded",
        "statistics",
        "threshold",
    }
)
REQUIRED_STATISTICS: Final = frozenset({"krippendorff_alpha", "percent_agreement"})

BAD_SHAPE = "agreement.json does not have the shape of a release's figures: {detail}."
DIFFERS = "agreement.json, {where}: {found} there, {wanted} computed from the rows."
NOT_COMPUTED = "agreement.json, {where}: this program computes no such figure."
ABSENT = "agreement.json, {where}: the figure is missing."
NOT_SUMMED_UP = (
    "manifest.json does not repeat the agreement on {question} as agreement.json has it."
)
OTHER_OPTION = "agreement.json and manifest.json do not name the same {name}."
NOT_SCORED = "agreement.json has no figures of {question}, of which annotations has judgments."


def questions_of(figures: object, codebook: Codebook) -> list[Question]:
    """The questions that agreement.json has figures of.

    Raises:
        DataInvalid: it has another shape, or names a question that the codebook does not score.
    """
    entries = figures.get("questions") if isinstance(figures, dict) else None
    if not isinstance(entries, list) or not all(_is_entry(entry) for entry in entries):
        detail = "“questions” must be a list of objects with the figures of one question each"
        raise DataInvalid(BAD_SHAPE.format(detail=detail))
    codes = [str(entry["question"]) for entry in entries]
    for code in codes:
        question = codebook.asked.get(code)
        if question is None or not is_scored(question) or codes.count(code) > 1:
            detail = f"“{code[:60]}” is not a question of codebook.yaml, or stands twice"
            raise DataInvalid(BAD_SHAPE.format(detail=detail))
    return [codebook.asked[code] for code in codes]


def compare_figures(
    judgments: Sequence[Judgment],
    scales: Mapping[str, Scale],
    made: Manifest,
    figures: Any,  # noqa: ANN401 - checked by `questions_of`
) -> Iterator[str]:
    """A sentence for each figure that does not follow from the judgments.

    `figures` is what `questions_of` took.
    """
    yield from _options(made, figures)
    for entry in figures["questions"]:
        code = entry["question"]
        if made.agreement.get(code) != manifest.summary(entry):
            yield NOT_SUMMED_UP.format(question=code)
    counted = {row.question for row in judgments if not row.excluded}
    yield from (NOT_SCORED.format(question=code) for code in sorted(counted - scales.keys()))
    # numpy is loaded only when there is something to compute.
    from annotator.domain.scoring import rounded, score  # noqa: PLC0415

    try:
        anew = score(judgments, scales, seed=made.seed, replicates=made.replicates)
    except DataInvalid as error:
        yield str(error)
        return
    for found, wanted in zip(figures["questions"], rounded(anew)["questions"], strict=True):
        yield from _differences(
            found["question"], found, wanted | _sums(wanted["excluded"], wanted)
        )


def _sums(excluded: dict[str, int], entry: dict[str, Any]) -> dict[str, int]:
    """What agreement.json adds to the figures of a question."""
    counted = entry["judgments"] - sum(excluded.values())
    return {"counted": counted, "gated": excluded.get("gated", 0)}


def _is_entry(entry: object) -> bool:
    if not isinstance(entry, dict) or not entry.keys() >= REQUIRED:
        return False
    statistics, threshold = entry["statistics"], entry["threshold"]
    return (
        isinstance(entry["question"], str)
        and isinstance(entry["scale"], str)
        and (threshold is None or _is_small(threshold))
        and isinstance(statistics, dict)
        and statistics.keys() >= REQUIRED_STATISTICS
        and all(_is_figure(figure) for figure in statistics.values())
    )


def _is_figure(figure: object) -> bool:
    if not isinstance(figure, dict) or not figure.keys() >= {"value", "low", "high", "why"}:
        return False
    numbers = (figure["value"], figure["low"], figure["high"])
    return all(number is None or _is_small(number) for number in numbers) and (
        figure["why"] is None or isinstance(figure["why"], str)
    )


def _is_small(number: object) -> TypeGuard[float]:
    """A whole number of JSON may be too large for a float, and no figure of agreement is large."""
    return isinstance(number, int | float) and abs(number) <= LARGEST


def _options(made: Manifest, figures: dict[str, Any]) -> Iterator[str]:
    scored = [each.name for each in made.rounds if each.scored]
    version = made.codebook.version if made.rounds else figures.get("codebook_version")
    for name, wanted in (
        ("seed", made.seed),
        ("replicates", made.replicates),
        ("rounds", scored),
        ("codebook_version", version),
    ):
        if figures.get(name) != wanted:
            yield OTHER_OPTION.format(name=name)


def _differences(where: str, found: Any, wanted: Any) -> Iterator[str]:  # noqa: ANN401
    """What was recorded must be what is computed; a later program may compute more."""
    if isinstance(found, dict) and isinstance(wanted, dict):
        for key, value in found.items():
            if key in wanted:
                yield from _differences(f"{where}, {key}", value, wanted[key])
            elif key not in STATED:
                yield NOT_COMPUTED.format(where=f"{where}, {key}")
        # Counts by reason or label are no figures that a later program may add to.
        if "excluded" in where.split(", ")[-1:]:
            missing = sorted(wanted.keys() - found.keys())
            yield from (ABSENT.format(where=f"{where}, {key}") for key in missing)
    elif isinstance(found, list) and isinstance(wanted, list) and len(found) == len(wanted):
        for number, (one, other) in enumerate(zip(found, wanted, strict=True), start=1):
            yield from _differences(f"{where} {number}", one, other)
    elif not _same(found, wanted):
        yield DIFFERS.format(where=where, found=_shown(found), wanted=_shown(wanted))


def _same(found: object, wanted: object) -> bool:
    if isinstance(found, bool) or isinstance(wanted, bool):
        return found is wanted
    if isinstance(found, float) or isinstance(wanted, float):
        return (
            _is_small(found)
            and _is_small(wanted)
            and math.isclose(found, wanted, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
        )
    return found == wanted


def _shown(value: object) -> str:
    if isinstance(value, list):
        return f"{len(value)} entries"
    return "nothing" if value is None else str(value)[:80]
