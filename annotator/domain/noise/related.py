"""Noise told by the heading above it: the teasers of a “related” block."""

from typing import Final

from annotator.domain.noise.finding import Finding, Surroundings
from annotator.domain.noise.headings import is_heading
from annotator.domain.noise.lines import is_short

HEADING: Final = 0.93
SHORT_BELOW: Final = 0.85
LONG_BELOW: Final = 0.6


def announced(around: Surroundings, position: int) -> Finding | None:
    if is_heading(around.pieces[position].text):
        return Finding(
            "teaser", HEADING, "A heading such as stands above links to other documents."
        )
    heading = around.lifted_by.get(position)
    if heading is None:
        return None
    probability = SHORT_BELOW if is_short(around.pieces[position].text) else LONG_BELOW
    reason = f"It follows the heading of paragraph {heading + 1}, which announces other documents."
    return Finding("teaser", probability, reason, spares_headlines=True)
