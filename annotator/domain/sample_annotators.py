"""The made-up annotators of the sample project: the author's gold, with the slips of each.

Nobody labelled the sample three times. Each annotator starts from the author's gold and errs as
real ones do: takes teasers for text, sees one frame more or less, reads reported words as the
author's. How often is in `ANNOTATORS`; which items is drawn by a seed, so that the sample is the
same on every machine.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from annotator.domain.answers import Answers, applicable, canonical
from annotator.domain.codebook import Codebook, Question

SEED = 2024

# What is easily taken for what; anything else is not confused at all.
CONFUSED: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "content": {
        "main": ("boilerplate",),
        "mixed": ("main", "boilerplate"),
        "boilerplate": ("main",),
    },
    "noise_type": {
        "teaser": ("cross_link", "banner"),
        "cross_link": ("teaser", "navigation"),
        "byline": ("author_bio", "metadata"),
        "author_bio": ("byline",),
        "metadata": ("byline", "credits"),
        "credits": ("metadata", "other"),
        "widget": ("navigation", "poll"),
        "navigation": ("widget", "other"),
        "caption": ("other", "metadata"),
        "banner": ("teaser", "other"),
        "poll": ("widget",),
        "repeat": ("other",),
    },
    "part": {
        "standfirst": ("body", "headline"),
        "pull_quote": ("body",),
        "headline": ("standfirst",),
    },
    "attribution": {
        "own": ("reported", "endorsed"),
        "reported": ("own", "distanced"),
        "distanced": ("reported",),
        "endorsed": ("own", "reported"),
    },
    "genre": {
        "analysis": ("opinion", "reporting"),
        "opinion": ("analysis",),
        "official": ("press_release",),
    },
}
# Noise that reads like text; the rest is told at a glance.
LIKE_TEXT = frozenset(
    {"teaser", "author_bio", "caption", "repeat", "cross_link", "banner", "credits"}
)
# Text that looks like noise.
LIKE_NOISE = frozenset({"headline", "standfirst", "pull_quote"})
FRAMES_MISTAKEN = {
    "economic": "capacity",
    "capacity": "economic",
    "partnership": "economic",
    "rivalry": "security",
    "security": "rivalry",
    "world_order": "partnership",
    "policy": "political",
    "political": "policy",
    "morality": "fairness",
    "crime": "legality",
    "public_opinion": "reputation",
}


@dataclass(frozen=True, slots=True)
class SampleAnnotator:
    """`slips`: the chance to err by question (before its `.`), where erring is plausible at all.

    `towards`: the pole to which a stance is misread, -1 against, 1 for, 0 either.
    """

    name: str
    habit: str
    slips: Mapping[str, float]
    otherwise: float
    towards: int


ANNOTATORS = (
    SampleAnnotator(
        name="sample-ana",
        habit="careful; now and then a slip of the finger",
        slips={"stance": 0.08, "frames": 0.15, "primary_frame": 0.15},
        otherwise=0.04,
        towards=0,
    ),
    SampleAnnotator(
        name="sample-boris",
        habit="takes teasers and captions for text; leaves frames out or adds their neighbour",
        slips={
            "content": 0.3,
            "noise_type": 0.15,
            "frames": 0.4,
            "targets": 0.1,
            "stance": 0.12,
            "primary_frame": 0.35,
        },
        otherwise=0.1,
        towards=0,
    ),
    SampleAnnotator(
        name="sample-clara",
        habit="reads reported words as the author's, and stance as stronger than it is",
        slips={
            "content": 0.12,
            "attribution": 0.3,
            "stance": 0.22,
            "frames": 0.25,
            "targets": 0.08,
        },
        otherwise=0.08,
        towards=1,
    ),
)


def answers_of(
    annotator: SampleAnnotator,
    gold: Mapping[str, Sequence[str]],
    *,
    codebook: Codebook,
    scope: str,
    item: str,
    blind: bool,
) -> Answers:
    """What the annotator said of an item whose gold is given; always valid under the codebook.

    A child question that the gold does not have (its annotator let noise pass as text) is answered
    as plainly as can be: no frame, no target, body.
    """
    given: dict[str, list[str]] = {}
    done: set[str] = set()
    while True:
        asked = applicable(codebook, scope, given, blind=blind)
        question = next((q for q in asked if q.code not in done), None)
        if question is None:
            return canonical(codebook, scope, given, blind=blind)
        done.add(question.code)
        answer = _answer(annotator, question, gold, item)
        if answer is not None:
            given[question.code] = answer


def _answer(
    annotator: SampleAnnotator, question: Question, gold: Mapping[str, Sequence[str]], item: str
) -> list[str] | None:
    draw = _Draw(annotator.name, item, question.code)
    if question.code not in gold:
        return _plain(question, draw)
    true = list(gold[question.code])
    if not _may_err(question, gold) or draw.share("slip") >= annotator.slips.get(
        question.base, annotator.otherwise
    ):
        return true
    if question.scale == "set":
        return _wrong_set(question, true, draw)
    if question.scale == "ordinal":
        return _wrong_rank(question, true, draw, annotator.towards)
    options = _taken_for(question, true[0]) if true else ()
    return [draw.one_of(options)] if options else true


def _taken_for(question: Question, label: str) -> Sequence[str]:
    if question.base == "primary_frame":
        return [FRAMES_MISTAKEN[label]] if label in FRAMES_MISTAKEN else []
    if question.scope == "source" and "cannot_tell" in question.label_codes:
        return ["cannot_tell"]
    return CONFUSED.get(question.base, {}).get(label, ())


def _plain(question: Question, draw: "_Draw") -> list[str] | None:
    """An answer where the author gave none: `confidence`, `recognised`, children of a slip."""
    if question.base == "confidence":
        return [draw.one_of(("2", "3", "3"))]
    if question.base == "recognised":
        return [draw.one_of(("no", "no", "no", "guessed"))]
    if not question.required:
        return None
    if question.scale == "set":
        return []
    plain = {"noise_type": "other", "attribution": "own"}
    return [
        plain.get(question.base, "0" if "0" in question.label_codes else question.label_codes[0])
    ]


def _may_err(question: Question, gold: Mapping[str, Sequence[str]]) -> bool:
    """A menu is not taken for text, nor a long paragraph for a menu."""
    if question.base != "content":
        return True
    if gold["content"] == ["boilerplate"]:
        return bool(LIKE_TEXT.intersection(gold.get("noise_type", ())))
    return gold["content"] == ["mixed"] or bool(LIKE_NOISE.intersection(gold.get("part", ())))


def _wrong_set(question: Question, true: list[str], draw: "_Draw") -> list[str]:
    """One label fewer, or one of the neighbours more."""
    if question.base == "frames":
        more = [FRAMES_MISTAKEN[code] for code in true if code in FRAMES_MISTAKEN]
        more = [code for code in more if code not in true]
        if more and draw.share("more") < 0.4:  # noqa: PLR2004 - people leave out more than they add
            return [*true, draw.one_of(more)]
        if not true:
            return [draw.one_of(("policy", "political", "economic"))]
    if not true:
        return true
    left_out = draw.one_of(true)
    return [code for code in true if code != left_out]


def _wrong_rank(question: Question, true: list[str], draw: "_Draw", towards: int) -> list[str]:
    """The neighbouring rank; a missing label (cannot tell) is not confused."""
    values = {label.code: label.value for label in question.labels if label.value is not None}
    if not true or true[0] not in values:
        return true
    order = sorted(set(values.values()))
    place = order.index(values[true[0]])
    step = towards or (1 if draw.share("step") < 0.5 else -1)  # noqa: PLR2004 - a fair coin
    wanted = order[min(max(place + step, 0), len(order) - 1)]
    return [next(code for code, value in values.items() if value == wanted)]


class _Draw:
    """Chances that depend on nothing but who, what and the seed: no order of calls matters."""

    def __init__(self, *what: str) -> None:
        self._what = what

    def share(self, purpose: str) -> float:
        """A number in [0, 1)."""
        text = "\0".join((str(SEED), *self._what, purpose))
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6]) / 2**48

    def one_of(self, options: Sequence[str]) -> str:
        return options[int(self.share("choice") * len(options))]
