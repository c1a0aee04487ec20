"""Which judgments count: the closed list of reasons why one does not, and why a figure may be
missing.

Every judgment is either counted or has exactly one code, the first in the order of `EXCLUSIONS`
that holds. So the number of judgments is always the number counted plus the numbers excluded.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

State = Literal["answered", "left_blank", "not_applicable", "skipped", "open"]
Reason = Literal["sample", "adaptive", "recode", "retest"]
RoundKind = Literal["cleanup", "training", "pilot", "main", "retest"]
Origin = Literal["person", "imported", "machine"]

EXCLUSIONS: Final[dict[str, str]] = {
    "kept_out": "The codebook keeps the question out of the statistics.",
    "machine": "The label was made by a machine, not by a person.",
    "propagated": "The label was copied from a near-duplicate.",
    "gold_check": "The item was planted to check annotators against known gold labels.",
    "withdrawn": "The judgment, or the document it belongs to, was withdrawn.",
    "disabled_annotator": "The annotator's account was disabled.",
    "training_round": "The judgment was made in a training round.",
    "cleanup_round": "The judgment was made in a clean-up round.",
    "retest": "The same person was given the item again, as a retest.",
    "other_round": "The judgment was made in a round that is not scored here.",
    "other_codebook_version": "The judgment was made under another version of the codebook.",
    "adaptive": "The item was given to this person because others disagreed.",
    "recode": "The item was given to this person to settle a disagreement.",
    "open": "The item was assigned but has not been answered yet.",
    "skipped": "The annotator skipped the item, with a reason.",
    "after_feedback": "The annotator had already seen votes, gold or feedback on the item.",
    "imported": "The judgment was imported, and imported ones were left out.",
    "gated": "The question did not apply after this annotator's earlier answers.",
    "left_blank": "The annotator left the optional question blank.",
    "missing_label": "The annotator could not judge, or the label is missing.",
    "labelled_before": "The same person had labelled the item before; the first judgment counts.",
    "cluster_duplicate": "Another copy of the same near-duplicate cluster is counted.",
    "single_coded": "Nobody else has a judgment of the item that counts.",
}

WHY: Final[dict[str, str]] = {
    "no_labels": "There is no label that counts.",
    "one_rater": "Only one annotator has labels that count.",
    "no_pairable_items": "No item has two labels that count.",
    "single_category": "Only one label was used, so nothing can be said beyond chance.",
    "two_raters_only": "The coefficient is for exactly two annotators.",
    "overlapping_labels": "An annotator gave two labels to the same characters.",
    "too_few_documents": "Fewer than 20 documents have items with two labels.",
    "too_few_of_rarer_label": "The rarer labels stand in too few documents.",
    "too_many_raters": "So many annotators give more sums than an interval can be drawn from.",
    "no_bootstrap": "No interval was asked for.",
    "not_gated": "No judgment of this question dropped out at a gate.",
    "no_model": "No model of competence fits labels of this kind.",
}


# With fewer labels an estimate of competence says little of the annotator.
LEAST_LABELS: Final = 30


@dataclass(frozen=True, slots=True)
class Candidate:
    """All that is known of one answer to one question, before it is decided whether it counts.

    The revision is the last one saved before the annotator saw any vote, gold or feedback on the
    item, or its round closed; where there is none, `after_feedback` is true. `label` is None for a
    label that means "cannot judge". `occasion` numbers the times the same person met the same item,
    from 1.
    """

    item: str
    annotator: str
    question: str
    label: str | None
    document: str | None = None
    cluster: str | None = None
    state: State = "answered"
    reason: Reason = "sample"
    round: str = ""
    round_kind: RoundKind = "main"
    codebook_version: int = 1
    origin: Origin = "person"
    occasion: int = 1
    after_feedback: bool = False
    disabled: bool = False
    propagated: bool = False
    gold_check: bool = False
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Counting:
    """What a figure is about. None means any; kinds of rounds must always be named.

    Training, clean-up and retest rounds enter a figure only when the lead asks for just them.
    """

    round: str | None = None
    kinds: frozenset[RoundKind] = frozenset({"pilot", "main"})
    codebook_versions: frozenset[int] | None = None
    imported: bool = True


_KIND_CODES: Final = {"training": "training_round", "cleanup": "cleanup_round", "retest": "retest"}


def _of_kind(code: str) -> Callable[[Candidate, Counting], bool]:
    return lambda c, counting: (
        c.round_kind not in counting.kinds and _KIND_CODES.get(c.round_kind, "other_round") == code
    )


def _of_other_version(c: Candidate, counting: Counting) -> bool:
    return (
        counting.codebook_versions is not None
        and c.codebook_version not in counting.codebook_versions
    )


# What the last three codes of EXCLUSIONS need is known only when all rows are seen together;
# `judgments` adds them.
_RULES: Final[tuple[tuple[str, Callable[[Candidate, Counting], bool]], ...]] = (
    ("machine", lambda c, _: c.origin == "machine"),
    ("propagated", lambda c, _: c.propagated),
    ("gold_check", lambda c, _: c.gold_check),
    ("withdrawn", lambda c, _: c.withdrawn),
    ("disabled_annotator", lambda c, _: c.disabled),
    ("training_round", _of_kind("training_round")),
    ("cleanup_round", _of_kind("cleanup_round")),
    ("retest", lambda c, counting: c.reason == "retest" and "retest" not in counting.kinds),
    ("retest", _of_kind("retest")),
    ("other_round", _of_kind("other_round")),
    ("other_round", lambda c, counting: counting.round is not None and c.round != counting.round),
    ("other_codebook_version", _of_other_version),
    ("adaptive", lambda c, _: c.reason == "adaptive"),
    ("recode", lambda c, _: c.reason == "recode"),
    ("open", lambda c, _: c.state == "open"),
    ("skipped", lambda c, _: c.state == "skipped"),
    ("after_feedback", lambda c, _: c.after_feedback),
    ("imported", lambda c, counting: c.origin == "imported" and not counting.imported),
    ("gated", lambda c, _: c.state == "not_applicable"),
    ("left_blank", lambda c, _: c.state == "left_blank"),
    ("missing_label", lambda c, _: c.label is None),
)


def exclusion_of(candidate: Candidate, counting: Counting) -> str:
    """The first reason why the candidate does not count, taken by itself; empty if it does."""
    return next((code for code, holds in _RULES if holds(candidate, counting)), "")


def answered(judgments: int, excluded: Mapping[str, int]) -> int:
    """How many of the judgments were made; the others are `open`: assigned and not answered."""
    return judgments - excluded.get("open", 0)


def exclusions_schema() -> dict[str, Any]:
    """The JSON Schema of both lists, as it is kept in schema/exclusions.schema.json."""
    counted = {"const": "", "description": "The judgment counts."}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Why a judgment is not counted, and why a figure or its interval is missing",
        "type": "object",
        "properties": {
            "excluded": {"oneOf": [counted, *_choices(EXCLUSIONS)]},
            "why": {
                "oneOf": [{"type": "null", "description": "Nothing is missing."}, *_choices(WHY)]
            },
        },
    }


def _choices(sentences: dict[str, str]) -> list[dict[str, str]]:
    return [{"const": code, "description": sentence} for code, sentence in sentences.items()]
