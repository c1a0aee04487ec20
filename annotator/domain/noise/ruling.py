"""The rules, in the order in which they are asked."""

from dataclasses import replace

from annotator.domain.noise.contained import quoted
from annotator.domain.noise.finding import NOT_SUSPECTED, Finding, Rule, Surroundings
from annotator.domain.noise.foreign import disguised, other_language, other_script
from annotator.domain.noise.phrases import byline, captioned, credit, said_by_pages
from annotator.domain.noise.placed import placed_apart
from annotator.domain.noise.related import announced
from annotator.domain.noise.repeated import copy_in_document, phrase_in_line, seen_in_source

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
    placed_apart,
)


def ruled(around: Surroundings, position: int, *, headline: bool) -> list[Finding]:
    """What the rules say of a paragraph.

    Pages repeat their headlines in paths and boxes, and name those of other documents: that a
    `headline`, as the model takes it, also stands elsewhere is only one more reason.
    """
    found = [finding for rule in RULES if (finding := rule(around, position)) is not None]
    if not headline:
        return found
    return [
        replace(one, probability=min(one.probability, NOT_SUSPECTED))
        if one.spares_headlines
        else one
        for one in found
    ]
