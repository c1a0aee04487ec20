"""The part of a web page that looks like its article: where running text with few links is dense.

Every paragraph has points for its length and its commas. It gives them to the element around it,
and half of them to the one around that; the names of an element and its links raise and lower what
it has. The element with most points is the article, with those of its siblings that have many, too.
It is the way of Arc90's Readability (2009), without its cleaning: what stands inside may be noise.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from lxml.etree import _Element

_NOT_READ: Final = frozenset({
    "head", "iframe", "noscript", "option", "script", "select", "style", "svg", "template",
})  # fmt: skip
_APART: Final = re.compile(
    r"banner|breadcrumb|combx|comment|community|cookie|disqus|extra|foot|header|menu|nav\b|"
    r"newsletter|pag(?:er|ination)|popup|promo|related|remark|share|sidebar|social|sponsor|tweet"
)
# Names that templates give to what holds the article, whatever else they say.
_PERHAPS: Final = re.compile(r"article|body|column|content|main|shadow")
_FOR: Final = re.compile(r"article|blog|body|content|entry|main|page|post|story|text")
_AGAINST: Final = re.compile(
    r"comment|contact|foot|masthead|media|meta|outbrain|promo|related|scroll|share|shopping|"
    r"sidebar|social|sponsor|tags|tool|widget"
)
_NAMED: Final = 25.0
_BY_TAG: Final = {
    "article": 8.0, "main": 8.0, "div": 5.0, "section": 3.0, "blockquote": 3.0, "pre": 3.0,
    "td": 3.0, "address": -3.0, "dd": -3.0, "dl": -3.0, "dt": -3.0, "form": -3.0, "li": -3.0,
    "ol": -3.0, "ul": -3.0, "h1": -5.0, "h2": -5.0, "h3": -5.0, "h4": -5.0, "h5": -5.0,
    "h6": -5.0, "header": -5.0, "th": -5.0, "aside": -8.0, "footer": -8.0, "nav": -8.0,
}  # fmt: skip
# What may be a paragraph: the first always, the others where no block stands in them.
_PARAGRAPHS: Final = frozenset({"blockquote", "p", "pre"})
_PERHAPS_PARAGRAPHS: Final = frozenset({"div", "li", "section", "td"})
_BLOCKS: Final = frozenset({
    "article", "blockquote", "div", "dl", "form", "h1", "h2", "h3", "h4", "img", "li", "ol", "p",
    "pre", "section", "table", "td", "ul",
})  # fmt: skip
_COMMAS: Final = re.compile("[,،、，]")
_SENTENCE_END: Final = re.compile(r"[.。!?](?:\s|$)")
_LEAST_CHARACTERS: Final = 25
_MOST_FOR_LENGTH: Final = 3.0
_LEAST_POINTS: Final = 10.0
_SIBLING_SHARE: Final = 0.2
_LONG: Final = 80
_FEW_LINKS: Final = 0.25


@dataclass(slots=True)
class _Held:
    """What an element holds: characters that are not space, those inside links, commas."""

    characters: int = 0
    linked: int = 0
    commas: int = 0
    blocks: bool = False

    @property
    def links(self) -> float:
        return self.linked / self.characters if self.characters else 0.0

    def add(self, text: str | None) -> None:
        if text:
            self.characters += len("".join(text.split()))
            self.commas += len(_COMMAS.findall(text))


def article(root: "_Element") -> frozenset["_Element"]:
    """The elements that look like the article; none where no element holds a paragraph.

    Time is linear in the elements of the page.
    """
    elements = list(_read(root))
    held = _held(elements)
    points = _points(elements, held)
    if not points:
        return frozenset()
    best = max(points, key=points.__getitem__)
    least = max(_LEAST_POINTS, _SIBLING_SHARE * points[best])
    around = best.getparent()
    siblings = [best] if around is None else [one for one in around if one in held]
    return frozenset(
        one
        for one in siblings
        if one is best or points.get(one, 0.0) >= least or _continues(one, held[one])
    )


def _read(root: "_Element") -> Iterator["_Element"]:
    """Outer elements before inner ones, without those that are named as something else."""
    waiting = [root]
    while waiting:
        element = waiting.pop()
        if not isinstance(element.tag, str) or element.tag in _NOT_READ or _is_apart(element):
            continue
        yield element
        waiting.extend(reversed(element))


def _is_apart(element: "_Element") -> bool:
    if element.tag in {"html", "body", "article", "main", "a"}:
        return False
    return _named_apart(element.get("class") or "", element.get("id") or "")


@lru_cache(maxsize=4_096)
def _named_apart(classes: str, id_: str) -> bool:
    names = f"{classes} {id_}".lower()
    return bool(_APART.search(names)) and not _PERHAPS.search(names)


def _held(elements: Collection["_Element"]) -> dict["_Element", _Held]:
    held: dict[_Element, _Held] = {element: _Held() for element in elements}
    for element in reversed(held):
        mine = held[element]
        mine.add(element.text)
        for child in element:
            inner = held.get(child)
            if inner is not None:
                mine.characters += inner.characters
                mine.linked += inner.linked
                mine.commas += inner.commas
                mine.blocks |= inner.blocks or child.tag in _BLOCKS
            mine.add(child.tail)
        if element.tag == "a":
            mine.linked = mine.characters
    return held


def _points(
    elements: Collection["_Element"], held: dict["_Element", _Held]
) -> dict["_Element", float]:
    """Of the elements around paragraphs."""
    points: dict[_Element, float] = {}
    for element in elements:
        mine = held[element]
        if mine.characters < _LEAST_CHARACTERS or not _is_paragraph(element, mine):
            continue
        given = 1 + mine.commas + min(mine.characters / 100, _MOST_FOR_LENGTH)
        around = element.getparent()
        for share in (1.0, 0.5):
            if around is None:
                break
            points[around] = points.get(around, _before(around)) + share * given
            around = around.getparent()
    return {element: (1 - held[element].links) * own for element, own in points.items()}


def _is_paragraph(element: "_Element", held: _Held) -> bool:
    return element.tag in _PARAGRAPHS or (element.tag in _PERHAPS_PARAGRAPHS and not held.blocks)


def _before(element: "_Element") -> float:
    """What an element has before any paragraph gives it points."""
    names = (element.get("class"), element.get("id"))
    return _BY_TAG.get(str(element.tag), 0.0) + sum(_by_name(name) for name in names if name)


@lru_cache(maxsize=4_096)
def _by_name(name: str) -> float:
    lower = name.lower()
    return _NAMED * bool(_FOR.search(lower)) - _NAMED * bool(_AGAINST.search(lower))


def _continues(element: "_Element", held: _Held) -> bool:
    """Whether it is a paragraph that merely stands beside the element with most points."""
    if element.tag != "p" or not held.characters:
        return False
    if held.characters > _LONG:
        return held.links < _FEW_LINKS
    return not held.linked and bool(_SENTENCE_END.search("".join(element.itertext())))
