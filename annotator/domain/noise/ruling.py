"""The rules, in the order in which they are asked."""

from annotator.domain.noise.contained import quoted
from annotator.domain.noise.finding import Finding, Rule, Surroundings
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


def ruled(around: Surroundings, position: int) -> list[Finding]:
    """What the rules say of a paragraph."""
    return [finding for rule in RULES if (finding := rule(around, position)) is not None]
