"""Suggesting which paragraphs are noise, with a reason in words for each.

A rule is a function (`Surroundings`, position) -> `Finding` or None. A new one goes into a module
of its own here and into `RULES`; whatever changes what is suggested also changes `MADE_BY`, which
is stored with every suggestion.
"""

from collections.abc import Iterable, Mapping, Sequence

from annotator.domain.noise.finding import Finding, Rule, Suggestion, Surroundings
from annotator.domain.noise.foreign import other_language, other_script
from annotator.domain.noise.repeated import copy_in_document, phrase_in_line, seen_in_source
from annotator.domain.noise.short import too_short
from annotator.domain.segmentation import Piece

__all__ = ["MADE_BY", "RULES", "Finding", "Rule", "Suggestion", "Surroundings", "suggest"]

MADE_BY = "rules-1"

# Among findings of the same probability the earlier rule gives the type.
RULES: tuple[Rule, ...] = (
    phrase_in_line,
    copy_in_document,
    seen_in_source,
    other_script,
    other_language,
    too_short,
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
    too. Every probability is at least .5. The findings of several rules on one paragraph are not
    independent, so the highest probability stands and is not raised by the others.
    """
    around = Surroundings(
        pieces=pieces,
        lang=lang,
        langs=tuple(langs),
        seen_elsewhere=seen_elsewhere,
        documents_of_source=documents_of_source,
    )
    suggestions = (_of_paragraph(around, position) for position in range(len(pieces)))
    return [suggestion for suggestion in suggestions if suggestion is not None]


def _of_paragraph(around: Surroundings, position: int) -> Suggestion | None:
    findings = [finding for rule in RULES if (finding := rule(around, position)) is not None]
    if not findings:
        return None
    findings.sort(key=lambda finding: -finding.probability)
    copies = (finding.repeat_of for finding in findings if finding.repeat_of is not None)
    return Suggestion(
        position=position,
        noise_type=findings[0].noise_type,
        probability=findings[0].probability,
        reasons=tuple(finding.reason for finding in findings),
        repeat_of=next(copies, None),
    )
