"""jusText, trafilatura and readability on the HTML of the pages that have it.

Each gives the text it takes for the article. A block counts as kept if the words of the block stand
in that text in the same order: the longest common subsequence of the words of page and text, as the
labels of the pages were made.
"""

import difflib
import re
from collections.abc import Callable, Sequence

import justext
import lxml.html
import readability
import trafilatura

WORD = re.compile(r"[\u3040-\u9fff]|[^\W_\u3040-\u9fff]+")
STOPLISTS = {"en": "English", "el": "Greek", "pl": "Polish", "ru": "Russian", "id": "Indonesian"}
KEPT_FROM = 0.6
# (HTML, language) -> the text of the article
Rival = Callable[[bytes, str], str]


def by_justext(page: bytes, lang: str) -> str:
    words = justext.get_stoplist(STOPLISTS[lang]) if lang in STOPLISTS else frozenset()
    # Without a list of its own, the documentation advises the mode that does not use one.
    settings = {} if words else {"stopwords_low": 0, "stopwords_high": 0}
    found = justext.justext(page, words, **settings)
    return "\n".join(one.text for one in found if not one.is_boilerplate)


def by_trafilatura(page: bytes, _lang: str) -> str:
    return trafilatura.extract(page, include_comments=False) or ""


def by_readability(page: bytes, _lang: str) -> str:
    summary = readability.Document(page.decode("utf-8", "replace")).summary(html_partial=True)
    return str(lxml.html.fromstring(summary).text_content()) if summary.strip() else ""


RIVALS: dict[str, Rival] = {
    "jusText": by_justext,
    "trafilatura": by_trafilatura,
    "readability": by_readability,
}


def kept(texts: Sequence[str], extracted: str) -> list[bool]:
    """Whether the article that was extracted holds each block."""
    blocks = [WORD.findall(text.casefold()) for text in texts]
    words = [word for block in blocks for word in block]
    matcher = difflib.SequenceMatcher(
        None, words, WORD.findall(extracted.casefold()), autojunk=False
    )
    aligned = [False] * len(words)
    for start, _, size in matcher.get_matching_blocks():
        aligned[start : start + size] = [True] * size
    found, at = [], 0
    for block in blocks:
        share = sum(aligned[at : at + len(block)]) / max(len(block), 1)
        found.append(bool(block) and share >= KEPT_FROM)
        at += len(block)
    return found
