"""Noise told by its being too short and no sentence.

The probabilities are the shares of noise that were counted among the lines without a sentence in
the article containers of 1,162 labelled pages in five languages (English, Greek, Polish, Russian,
Chinese). They depend on where the line stands: above the body a longer line may be the headline,
inside it a subheading or an item of a list, below it there is hardly anything but noise.
"""

import re

from annotator.domain.noise.finding import Finding, Surroundings

ABOVE_THE_BODY = 0.97
IN_THE_BODY = {1: 0.71, 2: 0.64}
BELOW_THE_BODY = 0.92
NO_LETTER = 0.65

WORDS_ABOVE = 3
WORDS_BELOW = 16
# Spares counting the words of a line that has more than 16 of them anyway.
LONG_LINE = 1_000

_SENTENCE_END = re.compile(r"[.!?…。！？؟।][\"'»”’“)\]）」』]*\s*\Z")
_EAST_ASIAN = re.compile("[\u3041-\u30fe\u3400-\u4dbf\u4e00-\u9fff]")
_LETTER = re.compile(r"[^\W\d_]")


def too_short(around: Surroundings, position: int) -> Finding | None:
    text = around.pieces[position].text
    if len(text) > LONG_LINE or ends_a_sentence(text):
        return None
    if not _LETTER.search(text):
        return Finding("metadata", NO_LETTER, "There is no word on this line.")
    return _few_words(around, position, words(text))


def ends_a_sentence(text: str) -> bool:
    return _SENTENCE_END.search(text.rstrip()[-20:]) is not None


def words(text: str) -> int:
    """Words between spaces; two Chinese or Japanese characters count as one word."""
    east_asian = len(_EAST_ASIAN.findall(text))
    return len(_EAST_ASIAN.sub(" ", text).split()) + (east_asian + 1) // 2


def may_be_headline(around: Surroundings, position: int) -> bool:
    """Above the body, a line of more than three words, or the longest line there."""
    if position >= around.body.start:
        return False
    return position == around.longest_above or words(around.pieces[position].text) > WORDS_ABOVE


def _few_words(around: Surroundings, position: int, count: int) -> Finding | None:
    said = "1 word" if count == 1 else f"{count} words"
    if position < around.body.start:
        if may_be_headline(around, position):
            return None
        reason = f"Above the first long paragraph, {said} and no sentence."
        return Finding("other", ABOVE_THE_BODY, reason)
    if around.body and position >= around.body.stop and count <= WORDS_BELOW:
        reason = f"Below the last long paragraph, {said} and no sentence."
        return Finding("other", BELOW_THE_BODY, reason)
    if position in around.body and count in IN_THE_BODY and not _introduces(around, position):
        return Finding("other", IN_THE_BODY[count], f"Only {said} and no sentence.")
    return None


def _introduces(around: Surroundings, position: int) -> bool:
    """A colon in the body leads in a list or a quotation more often than not (noise: 2 in 5)."""
    return around.pieces[position].text.rstrip().endswith(":")
