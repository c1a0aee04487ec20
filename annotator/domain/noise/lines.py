"""What a line is by its looks: running text, a sentence, so many words."""

import re
from typing import Final

RUNNING_TEXT_FROM: Final = 120
# What lists and headings begin with; rules read a line without it.
DECORATION: Final = " \t\u00a0#*•·-–—>»|▶►\u200b\ufeff"

_SENTENCE_END = re.compile(r"[.!?…。！？؟।][\"'»”’“)\]）」』]*\s*\Z")
_EAST_ASIAN = re.compile("[\u3041-\u30fe\u3400-\u4dbf\u4e00-\u9fff]")
_WORDS_COUNTED_IN: Final = 2_000


def ends_a_sentence(text: str) -> bool:
    return _SENTENCE_END.search(text[-200:].rstrip()[-20:]) is not None


def is_short(text: str) -> bool:
    """Neither running text nor a sentence."""
    return len(text) < RUNNING_TEXT_FROM and not ends_a_sentence(text)


def words(text: str) -> int:
    """Words between spaces; two Chinese or Japanese characters count as one word.

    Of a long paragraph only the first 2,000 characters are counted.
    """
    text = text[:_WORDS_COUNTED_IN]
    east_asian = len(_EAST_ASIAN.findall(text))
    return len(_EAST_ASIAN.sub(" ", text).split()) + (east_asian + 1) // 2
