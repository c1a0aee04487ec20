"""Noise told by its standing more than once: in its line, in its document, in its source."""

from annotator.domain.noise.finding import Finding, Surroundings
from annotator.domain.noise.lines import RUNNING_TEXT_FROM, ends_a_sentence, words

# Nobody writes a sentence three times in a row, but “location, location, location” is a way of
# writing, and “New York, New York” a name.
PHRASE_OFTEN = 0.95
WORD_OFTEN = 0.85
PHRASE_TWICE = 0.6
OFTEN = 3
# The codebook makes every later copy `repeat`, so for text the rule only follows it. A copy that is
# no sentence may be a heading after its entry in the table of contents.
COPY = 0.95
COPY_OF_A_LINE = 0.7
# Cells of a table and names repeat each other, too: the model decides, and this is one more reason.
COPY_OF_FEW_WORDS = 0.4
FEW_WORDS = 3
# Counted there too: 57,000 of 57,100 such lines. A line in most documents of its source belongs to
# the page; in a few it may be a wire story, a series, the heading of a column, or the same article
# again, so that it is only one more reason.
SEEN_OFTEN = 0.97
SEEN_AGAIN = 0.4
WORDS_ABOVE = 3
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
    prose = len(text) >= RUNNING_TEXT_FROM or ends_a_sentence(text)
    reason = (
        f"The same text stands in paragraph {kept + 1} of this document, and the first copy stays."
    )
    if prose:
        probability = COPY
    else:
        probability = COPY_OF_A_LINE if words(text) > FEW_WORDS else COPY_OF_FEW_WORDS
    return Finding("repeat", probability, reason, repeat_of=kept)


def seen_in_source(around: Surroundings, position: int) -> Finding | None:
    others = around.seen_elsewhere.get(around.keys[position], 0)
    if not others:
        return None
    seen, of = others + 1, max(around.documents_of_source, others + 1)
    often = seen >= SEEN_OFTEN_FROM_DOCUMENTS and seen / of >= SEEN_OFTEN_FROM_SHARE
    if not often and may_be_headline(around, position):
        # The teasers of a source repeat the headlines of its other documents.
        return None
    return Finding(
        "navigation",
        SEEN_OFTEN if often else SEEN_AGAIN,
        f"The same text stands in {seen} of {of} documents of this source.",
    )


def may_be_headline(around: Surroundings, position: int) -> bool:
    """Above the body, a line of more than three words, or the longest line there."""
    if position >= around.body.start:
        return False
    return position == around.longest_above or words(around.pieces[position].text) > WORDS_ABOVE
