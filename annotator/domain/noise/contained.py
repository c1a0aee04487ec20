"""Noise told by its standing inside another paragraph: a pull quote."""

from typing import Final

from annotator.domain.noise.finding import Finding, Surroundings

QUOTED_BEFORE: Final = 0.8
# A standfirst or a summary is as likely as a pull quote: only one more reason.
QUOTED_AHEAD: Final = 0.4


def quoted(around: Surroundings, position: int) -> Finding | None:
    """A paragraph whose words another one holds.

    Of a sentence that an earlier paragraph holds, the earlier place stays. Before the text has
    begun, it may be the standfirst, which the codebook calls main text.
    """
    holder = around.held_by.get(position)
    if holder is None or (holder > position and position <= around.body.start + 1):
        return None
    if holder < position:
        reason = f"Paragraph {holder + 1} holds the same words already."
        return Finding("repeat", QUOTED_BEFORE, reason, repeat_of=holder, spares_headlines=True)
    reason = f"Paragraph {holder + 1} holds the same words, as where a quotation is pulled out."
    return Finding("repeat", QUOTED_AHEAD, reason)
