"""Headings such as “Read also”, and the lines below that they announce."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from annotator.domain.noise.lines import DECORATION, is_short

_LIFTED_AT_MOST: Final = 12
_HEADING_AT_MOST: Final = 60
# A block of teasers after less text than this may be the list of contents at the head of a page.
_TEXT_ABOVE: Final = 2
_LOOKED_AT_ABOVE: Final = 30

_WHAT: Final = (
    r"(?:articles?|stories|story|posts?|news|content|links?|topics?|reading|analytics|analysis|"
    r"publications?|materials?|coverage|reports?|videos?)"
)
_HEADER = re.compile(
    rf"(?:related(?: {_WHAT})?|{_WHAT} on (?:this |the )?topic|(?:read|see|watch) (?:also|more|"
    rf"next)|"
    rf"also read|more (?:on|from|in|about) [^.!?]{{1,30}}|more {_WHAT}|(?:latest|recent|top|"
    rf"popular|"
    rf"trending|recommended|most read|most popular|similar)(?: {_WHAT})?|most (?:read|viewed|"
    rf"popular)|"
    r"you (?:may|might) (?:also )?(?:like|be interested in)|recommended(?: for you)?|up next|"
    r"what to read next|editor[’']?s[’']? picks?|"
    r"читайте также|читать также|смотрите также|по теме|материалы по теме|похожие (?:статьи|"
    r"материалы)|"
    r"другие (?:статьи|новости|материалы)|последние новости|самое читаемое|новости по теме|"
    r"ultimele (?:știri|stiri|noutăți|buletine de știri)|citește și|citiți și|articole (?:similare|"
    r"asemănătoare|recomandate)|(?:te-ar|v-ar|ți-ar) (?:mai )?putea interesa(?: și)?|"
    r"cele mai citite|"
    r"skaitykite taip pat|taip pat skaitykite|susij(?:ę|usios) \w+|naujausios? \w+|"
    r"populiariausi\w*|"
    r"(?:czytaj|zobacz|przeczytaj) (?:też|także|również)|powiązane \w+|podobne \w+|"
    r"najnowsze(?: \w+)?|"
    r"najczęściej czytane|polecamy|"
    r"mehr zum thema|lesen sie auch|auch interessant|verwandte \w+|à lire aussi|lire aussi|"
    r"sur le même sujet|lea también|te puede interesar|artículos relacionados|"
    r"διαβάστε (?:επίσης|ακόμη)|σχετικά (?:άρθρα|θέματα)|δείτε επίσης|τελευταία νέα|"
    r"相关(?:阅读|新闻|文章|报道|链接)|推荐阅读|延伸阅读|热点(?:新闻|推荐)|最新(?:新闻|文章)|热门\w*)"
    r"\s*[:：]?\s*\Z",
    re.IGNORECASE,
)


def is_heading(text: str) -> bool:
    return len(text) <= _HEADING_AT_MOST and _HEADER.match(text.strip(DECORATION)) is not None


def lifted(texts: Sequence[str]) -> dict[int, int]:
    """Position of each line below a heading of this kind -> position of the heading.

    Short lines are lifted up to the first running text. Where no two paragraphs of running text
    follow each other any more to the end of the document, titles and their summaries take turns,
    and the summaries are lifted too.
    """
    headings = [position for position, text in enumerate(texts) if is_heading(text)]
    found: dict[int, int] = {}
    for heading in headings:
        closing = _closes(texts, heading)
        for line in range(heading + 1, min(heading + 1 + _LIFTED_AT_MOST, len(texts))):
            if not is_short(texts[line]) and not closing:
                break
            found.setdefault(line, heading)
    return found


def _closes(texts: Sequence[str], heading: int) -> bool:
    below = texts[heading + 1 : heading + 2 + _LIFTED_AT_MOST]
    if not below or len(below) > _LIFTED_AT_MOST or not is_short(below[0]):
        return False
    above = texts[max(heading - _LOOKED_AT_ABOVE, 0) : heading]
    if sum(not is_short(text) for text in above) < _TEXT_ABOVE:
        return False
    return all(is_short(one) or is_short(two) for one, two in pairwise(below))
