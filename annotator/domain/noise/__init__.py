"""Suggesting which paragraphs are noise, with reasons in words for each.

A trained model judges every paragraph (`model`, its card is docs/noise-model.md); rules say what a
model cannot know, such as that a text stands twice. A rule is a function (`Surroundings`, position)
-> `Finding` or None. A new one goes into a module of its own here and into `RULES`; whatever
changes what is suggested also changes `MADE_BY`, which is stored with every suggestion.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from annotator.domain.noise.contained import quoted
from annotator.domain.noise.finding import Finding, Rule, Suggestion, Surroundings
from annotator.domain.noise.foreign import disguised, other_language, other_script
from annotator.domain.noise.phrases import byline, captioned, credit, said_by_pages
from annotator.domain.noise.related import announced
from annotator.domain.noise.repeated import copy_in_document, phrase_in_line, seen_in_source
from annotator.domain.segmentation import Piece

if TYPE_CHECKING:
    from annotator.domain.noise.model import Model

__all__ = [
    "LIKELY",
    "MADE_BY",
    "RULES",
    "SURE",
    "Finding",
    "Rule",
    "Suggestion",
    "Surroundings",
    "assess",
    "suggest",
    "suggest_all",
]

MADE_BY = "model-1"
# The bands of the model card: from `SURE` on few are wrong, from `LIKELY` on to be looked at;
# below, nothing is suggested.
SURE = 0.9
LIKELY = 0.5

# Among findings of the same probability the earlier rule gives the type.
RULES: tuple[Rule, ...] = (
    phrase_in_line,
    copy_in_document,
    said_by_pages,
    byline,
    credit,
    captioned,
    announced,
    quoted,
    seen_in_source,
    other_script,
    other_language,
    disguised,
)


def suggest(
    pieces: Sequence[Piece],
    *,
    lang: str | None,
    langs: Iterable[str],
    seen_elsewhere: Mapping[str, int],
    documents_of_source: int,
) -> list[Suggestion]:
    """The suspicious paragraphs of one document, in order; the others are left out.

    `lang` is the document's language (None: not known, then only scripts are compared), `langs`
    those of the project; `seen_elsewhere` maps `duplicate_key(text)` to the number of other
    documents of the same source with that paragraph; `documents_of_source` counts this document
    too. Every probability is at least .5. What the model and the rules find on one paragraph is not
    independent, so the highest probability stands and is not raised by the others.
    """
    document = Surroundings(
        pieces=pieces,
        lang=lang,
        langs=tuple(langs),
        seen_elsewhere=seen_elsewhere,
        documents_of_source=documents_of_source,
    )
    return suggest_all([document])[0]


def suggest_all(documents: Sequence[Surroundings]) -> list[list[Suggestion]]:
    """As `suggest`, of many documents at once, which takes less time than one by one."""
    return [[one for one in found if one.probability >= LIKELY] for found in assess(documents)]


def assess(
    documents: Sequence[Surroundings], model: "Model | None" = None
) -> list[list[Suggestion]]:
    """What is thought of every paragraph of every document; `model` None is the shipped one.

    A paragraph that is probably no noise has no reasons.
    """
    # Numpy and the model are loaded by those who ask for suggestions alone.
    from annotator.domain.noise.judging import findings  # noqa: PLC0415

    return [
        [_of_paragraph(around, position, one) for position, one in enumerate(thought)]
        for around, thought in zip(documents, findings(documents, model), strict=True)
    ]


def _of_paragraph(around: Surroundings, position: int, thought: Finding) -> Suggestion:
    findings = [finding for rule in RULES if (finding := rule(around, position)) is not None]
    findings.append(thought)
    findings.sort(key=lambda finding: -finding.probability)
    probability = findings[0].probability
    copies = (finding.repeat_of for finding in findings if finding.repeat_of is not None)
    # The model gives a reason only for what it suspects; a rule that alone would not suspect the
    # paragraph is one more reason if something else does.
    reasons = dict.fromkeys(finding.reason for finding in findings if finding.reason)
    return Suggestion(
        position=position,
        noise_type=_type(findings),
        probability=probability,
        reasons=tuple(reasons) if probability >= LIKELY else (),
        repeat_of=next(copies, None),
    )


def _type(findings: Sequence[Finding]) -> str:
    """That of the strongest rule: the model knows that a line is noise, but hardly which."""
    ruled = (finding.noise_type for finding in findings if not finding.by_model)
    return next(ruled, findings[0].noise_type)
