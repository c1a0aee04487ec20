"""The lines of a web page as a reader sees them, and where in the page each stands."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from annotator.domain.noise.placing import Placed, Region
from annotator.domain.segmentation import is_blank
from annotator.formats import html_article

if TYPE_CHECKING:
    from lxml.etree import _Element

# Where one of these begins or ends, a line of text does.
_BLOCKS: Final = frozenset({
    "address", "article", "aside", "audio", "blockquote", "body", "br", "button", "caption",
    "center", "dd", "details", "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption",
    "figure", "footer", "form", "frameset", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup",
    "hr", "html", "img", "input", "label", "legend", "li", "main", "menu", "nav", "ol", "p",
    "picture", "pre", "search", "section", "summary", "table", "tbody", "td", "textarea", "tfoot",
    "th", "thead", "tr", "ul", "video",
})  # fmt: skip
_UNSEEN: Final = frozenset({
    "applet", "canvas", "datalist", "embed", "head", "iframe", "link", "map", "math", "meta",
    "noembed", "noframes", "noscript", "object", "param", "script", "select", "source", "style",
    "svg", "template", "title", "track",
})  # fmt: skip
_KEEPS_LINES: Final = frozenset({"pre", "textarea"})
_LINE_ENDS = re.compile(r"\r\n?|\n")
_HIDDEN = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
# What HTML takes for white space: a no-break space is not, and stays.
_SPACES = re.compile(r"[ \t\n\f\r]+")

_BY_TAG: Final[dict[str, Region]] = {
    "nav": "navigation",
    "footer": "footer",
    "aside": "aside",
    "form": "controls",
    "button": "controls",
    "label": "controls",
    "fieldset": "controls",
}
# Said of an element by its class or id. What says it of the whole page, or of a heading or a link
# alone, is not asked.
_BY_NAME: Final = re.compile(
    r"(?P<navigation>nav(?!y)|menu|breadcrumb|skip-?to)|(?P<footer>foot(?!ball|age|note))|"
    r"(?P<comments>comment(?!ary|ator)|disqus)|(?P<sharing>shar(?:e(?!d|hold)|ing)|social(?!is))|"
    r"(?P<related>related|recommend|popular|trending|most-?read)|"
    r"(?P<newsletter>newsletter|subscri(?:be|ption))|(?P<aside>sidebar)|"
    r"(?P<advertising>advert|promo(?!t)|sponsor)|(?P<cookies>cookie|consent)|"
    r"(?P<author>byline|author(?!i))"
)
_NOT_ASKED: Final = frozenset({"html", "body", "a", "h1", "h2", "h3", "h4", "h5", "h6"})
# Running text, of which a region may hold but a small share: a form may be the whole page, and a
# template may call its middle column a menu.
_RUNNING_FROM: Final = 80
_RUNNING_SHARE: Final = 0.2
_LINKED_UPTO: Final = 0.5


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text with its spaces made single, never blank, and where it stands."""

    text: str
    placed: Placed


@dataclass(slots=True, eq=False)
class _Part:
    """An element that may be a region; `running` counts the characters of running text in it.

    `apart` is the region of what stands in it, once that is known.
    """

    region: Region
    outer: "_Part | None"
    depth: int
    running: int = 0
    apart: Region | None = None


class _Stand(NamedTuple):
    linked: bool
    part: _Part | None
    article: bool


@dataclass(frozen=True, slots=True)
class _Found:
    text: str
    links: float
    part: _Part | None
    article: bool


def lines(root: "_Element") -> list[Line]:
    """All text that a reader of the page sees, block by block in reading order."""
    article = html_article.article(root)
    found = list(_found(root, article))
    _set_apart(found)
    return [
        Line(
            line.text,
            Placed(
                line.links,
                line.part.apart if line.part else None,
                line.article if article else None,
            ),
        )
        for line in found
    ]


def _set_apart(found: Sequence["_Found"]) -> None:
    """Name for each part the outermost one around it that holds little running text, or itself."""
    parts = _outermost_first(found)
    running = 0
    for line in found:
        if len(line.text) >= _RUNNING_FROM and line.links < _LINKED_UPTO:
            running += len(line.text)
            if line.part is not None:
                line.part.running += len(line.text)
    for part in reversed(parts):
        if part.outer is not None:
            part.outer.running += part.running
    most = _RUNNING_SHARE * max(running, 1)
    for part in parts:
        part.apart = part.outer.apart if part.outer else None
        if part.apart is None and part.running < most:
            part.apart = part.region


def _outermost_first(found: Sequence["_Found"]) -> list[_Part]:
    parts: dict[int, _Part] = {}
    for line in found:
        part = line.part
        while part is not None and id(part) not in parts:
            parts[id(part)] = part
            part = part.outer
    return sorted(parts.values(), key=lambda part: part.depth)


def _found(root: "_Element", article: Collection["_Element"]) -> Iterator[_Found]:
    line: list[tuple[str, _Stand]] = []
    for piece in _pieces(root, article):
        if piece is not None:
            line.append(piece)
        elif line:
            yield from _joined(line)
            line = []
    yield from _joined(line)


def _joined(line: list[tuple[str, _Stand]]) -> Iterator[_Found]:
    text = _SPACES.sub(" ", "".join(piece for piece, _ in line)).strip(" ")
    if is_blank(text):
        return
    linked, characters, first = 0, 0, line[0][1]
    for piece, stand in line:
        size = len("".join(piece.split()))
        if size and not characters:
            first = stand
        characters += size
        linked += size * stand.linked
    yield _Found(text, linked / max(characters, 1), first.part, first.article)


def _pieces(
    root: "_Element", article: Collection["_Element"]
) -> Iterator[tuple[str, _Stand] | None]:
    """Runs of text in reading order, and None where a line ends.

    No recursion: pages are nested deeper than Python likes. `kept` says that line breaks count.
    """
    waiting = [(root, False, False, _Stand(linked=False, part=None, article=False))]
    while waiting:
        element, left, kept, stand = waiting.pop()
        tag = element.tag if isinstance(element.tag, str) else ""
        if not left and _is_seen(element, tag):
            inside, here = kept or tag in _KEEPS_LINES, _entered(element, tag, stand)
            if element in article:
                here = here._replace(article=True)
            if tag in _BLOCKS:
                yield None
            yield from _text(element.text, here, kept=inside)
            waiting.append((element, True, kept, stand))
            waiting.extend((child, False, inside, here) for child in reversed(element))
            continue
        if left and tag in _BLOCKS:
            yield None
        yield from _text(element.tail, stand, kept=kept)


def _entered(element: "_Element", tag: str, stand: _Stand) -> _Stand:
    if tag == "a":
        return stand._replace(linked=True)
    if tag == "h1":
        # The headline of the article may be the last of a path to it.
        return stand._replace(part=None)
    region = _BY_TAG.get(tag)
    if region is None and tag not in _NOT_ASKED:
        region = _named(element.get("class") or "", element.get("id") or "")
    if region is None:
        return stand
    depth = stand.part.depth + 1 if stand.part else 0
    return stand._replace(part=_Part(region, stand.part, depth))


@lru_cache(maxsize=4_096)
def _named(classes: str, id_: str) -> Region | None:
    found = _BY_NAME.search(f"{classes} {id_}".lower())
    return None if found is None else found.lastgroup  # type: ignore[return-value]


def _text(text: str | None, stand: _Stand, *, kept: bool) -> Iterator[tuple[str, _Stand] | None]:
    if not text:
        return
    if not kept:
        yield text, stand
        return
    for number, line in enumerate(_LINE_ENDS.split(text)):
        if number:
            yield None
        yield line, stand


def _is_seen(element: "_Element", tag: str) -> bool:
    if not tag or tag in _UNSEEN or element.get("hidden") is not None:
        return False
    return _HIDDEN.search(element.get("style") or "") is None
