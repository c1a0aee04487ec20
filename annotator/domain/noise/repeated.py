"""Noise told by its standing more than once: in its line, in its document, in its source."""

from annotator.domain.noise.finding import Finding, Surroundings
from annotator.domain.noise.lines import RUNNING_TEXT_FROM, ends_a_sentence, is_short, words

# Nobody writes a sentence three times in a row, but “location, location, location” is a way of
# writing, and “New York, New York” a name.
PHRASE_OFTEN = 0.95
WORD_OFTEN = 0.85
PHRASE_TWICE = 0.6
OFTEN = 3
# The codebook makes every later copy `repeat`. Of text and of a headline that stands there again at
# once the rule follows it. Cells of tables, names, and headings after their entry in a table of
# contents repeat, too, and the later copy is the text: there the model decides, with one more
# reason.
COPY = 0.85
COPY_CLOSE_BY = 0.7
COPY_OF_A_LINE = 0.4
COPY_FROM_CHARACTERS = 60
CLOSE_BY = 3
FEW_WORDS = 3
# Counted on the pages of docs/noise-model.md: 54,500 of 54,600 and 33,000 of 33,200. A line
# in most documents of its source belongs to the page; in a few it may be a wire story or a series.
# What may be the title of another document is left to the model.
SEEN_OFTEN = 0.97
SEEN_AGAIN = 0.85
SEEN_TITLE = 0.4
SEEN_OFTEN_FROM_DOCUMENTS = 3
SEEN_OFTEN_FROM_SHARE = 0.5


def phrase_in_line(around: Surroundings, position: int) -> Finding | None:
    repeat = around.phrases[position]
    if repeat is None:
        return None
    if repeat.times < OFTEN:
        return Finding("banner", PHRASE_TWICE, "This line is one phrase, twice.")
    one_word = len(repeat.phrase.split()) == 1
    what, probability = ("word", WORD_OFTEN) if one_word else ("phrase", PHRASE_OFTEN)
    reason = f"The same {what} stands {repeat.times} times in a row on this line."
    return Finding("banner", probability, reason)


def copy_in_document(around: Surroundings, position: int) -> Finding | None:
    kept = around.first_copies.get(position)
    if kept is None:
        return None
    text = around.pieces[position].text
    reason = (
        f"The same text stands in paragraph {kept + 1} of this document, and the first copy stays."
    )
    probability = _copied(text, position - kept)
    return Finding("repeat", probability, reason, repeat_of=kept, spares_headlines=True)


def _copied(text: str, apart: int) -> float:
    prose = len(text) >= RUNNING_TEXT_FROM or ends_a_sentence(text)
    if prose and len(text) >= COPY_FROM_CHARACTERS:
        return COPY
    if apart <= CLOSE_BY and words(text) > FEW_WORDS:
        return COPY_CLOSE_BY
    return COPY_OF_A_LINE


def seen_in_source(around: Surroundings, position: int) -> Finding | None:
    others = around.seen_elsewhere.get(around.keys[position], 0)
    if not others:
        return None
    seen, of = others + 1, max(around.documents_of_source, others + 1)
    often = seen >= SEEN_OFTEN_FROM_DOCUMENTS and seen / of >= SEEN_OFTEN_FROM_SHARE
    if not often and may_be_headline(around, position):
        # The teasers of a source repeat the headlines of its other documents.
        return None
    text = around.pieces[position].text
    title = is_short(text) and words(text) > FEW_WORDS
    again = SEEN_TITLE if title else SEEN_AGAIN
    return Finding(
        "navigation",
        SEEN_OFTEN if often else again,
        f"The same text stands in {seen} of {of} documents of this source.",
    )


def may_be_headline(around: Surroundings, position: int) -> bool:
    """Above the body, a line of more than three words, or the longest line there."""
    if position >= around.body.start:
        return False
    return position == around.longest_above or words(around.pieces[position].text) > FEW_WORDS
