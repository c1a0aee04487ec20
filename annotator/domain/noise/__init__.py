"""Suggesting which paragraphs are noise, with reasons in words for each.

A trained model judges every paragraph (`model`, its card is docs/noise-model.md); rules say what a
model cannot know, such as that a text stands twice. A rule is a function (`Surroundings`, position)
-> `Finding` or None. A new one goes into a module of its own here and into `RULES` of `ruling`;
whatever changes what is suggested also changes `MADE_BY`, which is stored with every suggestion.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import repeat
from typing import TYPE_CHECKING

from annotator.domain.noise.finding import Finding, Rule, Suggestion, Surroundings
from annotator.domain.noise.placing import Placed
from annotator.domain.noise.ruling import RULES
from annotator.domain.segmentation import Piece

if TYPE_CHECKING:
    from annotator.domain.noise.model import Judged, Model
    from annotator.domain.noise.refit import Refit

__all__ = [
    "LIKELY",
    "MADE_BY",
    "MAKERS",
    "RULES",
    "SURE",
    "Finding",
    "Placed",
    "Rule",
    "Suggestion",
    "Surroundings",
    "assess",
    "suggest",
    "suggest_all",
]

# What every version of it begins with.
MAKERS = "model-"
MADE_BY = f"{MAKERS}3"
# The bands of the model card, as in `judging`, which loads numpy.
SURE = 0.9
LIKELY = 0.5
SETTLED_ALIKE = "Paragraphs like it were settled as noise in this project."


def suggest(
    pieces: Sequence[Piece],
    *,
    lang: str | None,
    langs: Iterable[str],
    seen_elsewhere: Mapping[str, int],
    documents_of_source: int,
    placed: Sequence[Placed] | None = None,
) -> list[Suggestion]:
    """The suspicious paragraphs of one document, in order; the others are left out.

    `lang` is the document's language (None: not known, then only scripts are compared), `langs`
    those of the project; `seen_elsewhere` maps `duplicate_key(text)` to the number of other
    documents of the same source with that paragraph; `documents_of_source` counts this document
    too; `placed` says where each paragraph stands in its web page, if it comes from one. Every
    probability is at least .5. What the model and the rules find on one paragraph is not
    independent, so the highest probability stands and is not raised by the others.
    """
    document = Surroundings(
        pieces=pieces,
        lang=lang,
        langs=tuple(langs),
        seen_elsewhere=seen_elsewhere,
        documents_of_source=documents_of_source,
        placed=placed,
    )
    return suggest_all([document])[0]


def suggest_all(
    documents: Sequence[Surroundings], refit: "Refit | None" = None
) -> list[list[Suggestion]]:
    """As `suggest`, of many documents at once, which takes less time than one by one."""
    return [
        [one for one in found if one.probability >= LIKELY]
        for found in assess(documents, refit=refit)
    ]


def assess(
    documents: Sequence[Surroundings],
    model: "Model | None" = None,
    refit: "Refit | None" = None,
) -> list[list[Suggestion]]:
    """What is thought of every paragraph of every document; `model` None is the shipped one.

    With a `refit` the probability is its own, and what model and rules say gives type and reasons
    alone. A paragraph that is probably no noise has no reasons.
    """
    # Numpy and the model are loaded by those who ask for suggestions alone.
    from annotator.domain.noise.judging import findings, judged, rules_of  # noqa: PLC0415

    suggestions = []
    for some, found in judged(documents, model):
        instead = _refitted(some, found, refit)
        for thought, rules in zip(findings(some, found, model), rules_of(some, found), strict=True):
            suggestions.append(
                [
                    _of_paragraph(position, [*said, one], next(instead))
                    for position, (one, said) in enumerate(zip(thought, rules, strict=True))
                ]
            )
    return suggestions


def _refitted(
    documents: Sequence[Surroundings], found: "Judged", refit: "Refit | None"
) -> Iterator[float | None]:
    """By paragraph, the probability that stands instead of those of model and rules."""
    if refit is None:
        return repeat(None)
    from annotator.domain.noise.model import CERTAIN  # noqa: PLC0415
    from annotator.domain.noise.refit import evidence_of  # noqa: PLC0415

    return iter(refit.probabilities(evidence_of(documents, found)).clip(max=CERTAIN).tolist())


def _of_paragraph(position: int, findings: list[Finding], instead: float | None) -> Suggestion:
    findings.sort(key=lambda finding: -finding.probability)
    probability = findings[0].probability if instead is None else instead
    copies = (finding.repeat_of for finding in findings if finding.repeat_of is not None)
    # The model gives a reason only for what it suspects; a rule that alone would not suspect the
    # paragraph is one more reason if something else does.
    reasons = dict.fromkeys(finding.reason for finding in findings if finding.reason)
    if instead is not None and not any(finding.probability >= LIKELY for finding in findings):
        reasons = {SETTLED_ALIKE: None, **reasons}
    return Suggestion(
        position=position,
        noise_type=_type(findings),
        probability=probability,
        reasons=tuple(reasons) if probability >= LIKELY else (),
        repeat_of=next(copies, None),
    )


def _type(findings: Sequence[Finding]) -> str:
    """That of the strongest rule: the model knows that a line is noise, but hardly which."""
    named = (finding.noise_type for finding in findings if not finding.by_model)
    return next(named, findings[0].noise_type)
