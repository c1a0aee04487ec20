"""HTML: one page is one document. All its text is kept, in reading order, one block a paragraph.

Nothing is taken for boilerplate here: that is what people label. Left out is what no reader sees:
scripts, styles, what is marked as hidden, and the choices of menus in forms. Tags are never stored
in the text nor shown; the page itself is kept beside it, compressed, as evidence.
"""

import re
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from annotator.domain.language import COMMON_LANGUAGES, foreign_language
from annotator.domain.noise.placing import Placed
from annotator.errors import DocumentRefused
from annotator.formats import html_lines
from annotator.formats.asking import Asked, Understood
from annotator.formats.decoding import ENCODINGS, Decoded, decode
from annotator.formats.fields import record, together
from annotator.formats.html_lines import Line
from annotator.formats.html_metadata import described

if TYPE_CHECKING:
    from lxml.etree import _Element

KIND: Final = "HTML"
NO_COLUMNS = "a web page has no columns to choose from: leave the choice of columns out for it."
NO_TEXT = "it holds no text that a reader would see: check that the page was saved whole."
TOO_DEEP = (
    "its tags are nested more than 2,000 deep, which no page needs: save the page anew from a "
    "browser, or bring its text."
)
CUT_OFF = "The page ends in the middle of a tag: it may have been cut off when it was saved."
CUT_SHORT = (
    "The page ends before what it opened is closed: it may have been cut off when it was saved."
)
OTHER_LANGUAGE = (
    "The page says that its language is {said}, but most of it reads like {found}, which was taken."
)
CONTROLS_LEFT_OUT = "{count:,} control characters, which no browser shows, were left out."

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_DECLARED = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE
)
_XML_DECLARED = re.compile(rb"<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([A-Za-z0-9_:.-]{2,40})")
_DECLARED_WITHIN: Final = 4096
# Browsers take the first for the second, too: the characters that differ are controls.
_MEANT: Final = {"iso-8859-1": "windows-1252", "latin1": "windows-1252", "us-ascii": "windows-1252"}
_PARAGRAPHS_ASKED: Final = 5
# In log scores, for up to three hundred characters; neighbouring languages stay far below.
_PLAIN_MARGIN: Final = 30.0
_CUT_OFF = re.compile(r"<[A-Za-z/!][^<>]*\Z")
_ENDED = re.compile(r"</(?:body|html)\s*>", re.IGNORECASE)
# HTML lets nobody leave out the ends of these.
_CLOSED = re.compile(
    r"<(/?)(?:article|aside|div|footer|header|main|nav|ol|script|section|style|table|ul)\b",
    re.IGNORECASE,
)


def read(name: str, data: bytes, asked: Asked) -> Understood:
    """Raises `DocumentRefused` for a page without text, nested too deep, or that is not in the
    encoding it declares.
    """
    if asked.mapping:
        raise DocumentRefused(name, NO_COLUMNS)
    decoded = decode(name, data, asked.encoding, declared=_declared(data))
    root = _parsed(name, decoded.text)
    lines, left_out = _without_controls(html_lines.lines(root))
    if not lines:
        raise DocumentRefused(name, NO_TEXT)
    text = _text(lines)
    facts, told = described(root)
    told += _other_language(facts, text)
    checked = record(name, {"text": text, **facts}, name=name)
    page = replace(
        checked,
        key=checked.url or name,
        publisher=facts.get("publisher"),
        markup=zlib.compress(data),
        told=checked.told + told,
    )
    notes = decoded.told + left_out + _notes(decoded)
    return Understood(KIND, together(name, [page], notes), decoded.encoding)


def placed(markup: bytes, text: str) -> list[Placed] | None:
    """Where each line of `text` stands in the page that it was read from, kept as `markup`.

    None where the page gives another text: the program read pages otherwise when it came in.
    """
    data = zlib.decompress(markup)
    for encoding in ENCODINGS:
        try:
            decoded = decode("", data, encoding, declared=_declared(data))
            lines, _ = _without_controls(html_lines.lines(_parsed("", decoded.text)))
        except DocumentRefused:
            # Somebody said at import which encoding it is in.
            continue
        if _text(lines) == text:
            return [line.placed for line in lines]
        if encoding == ENCODINGS[0]:
            return None
    return None


def _declared(data: bytes) -> str | None:
    start = data[:_DECLARED_WITHIN]
    found = _DECLARED.search(start) or _XML_DECLARED.match(start)
    if found is None:
        return None
    said = found[1].decode("ascii").lower()
    return _MEANT.get(said, said)


def _parsed(name: str, text: str) -> "_Element":
    # Half a megabyte of code that only those who bring pages pay for.
    from lxml import etree  # noqa: PLC0415

    parser = etree.HTMLParser(
        encoding="utf-8", huge_tree=True, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.ParserError as error:
        raise DocumentRefused(name, NO_TEXT) from error
    except etree.XMLSyntaxError as error:
        raise DocumentRefused(name, _fault(parser.error_log)) from error
    if root is None:
        raise DocumentRefused(name, NO_TEXT)
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise DocumentRefused(name, TOO_DEEP)
    return root


def _fault(log: Any) -> str:  # noqa: ANN401 - lxml has no types
    deep = any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in log)
    return TOO_DEEP if deep else NO_TEXT


def _without_controls(lines: Iterable[Line]) -> tuple[list[Line], tuple[str, ...]]:
    """The lines from the first to the last one with something to see, and what to tell."""
    kept, count = [], 0
    for line in lines:
        text, found = _CONTROL.subn("", line.text)
        kept.append(replace(line, text=text))
        count += found
    told = (CONTROLS_LEFT_OUT.format(count=count),) if count else ()
    seen = [at for at, line in enumerate(kept) if line.text]
    return kept[seen[0] : seen[-1] + 1] if seen else [], told


def _text(lines: Sequence[Line]) -> str:
    return "".join(f"{line.text}\n" for line in lines)


def _other_language(facts: dict[str, str], text: str) -> tuple[str, ...]:
    """Templates of sites name one language for pages in several: plain evidence overrules it."""
    said = facts.get("lang")
    if said not in COMMON_LANGUAGES:
        return ()
    longest = sorted(text.split("\n"), key=len, reverse=True)[:_PARAGRAPHS_ASKED]
    heard = [foreign_language(line, said, COMMON_LANGUAGES) for line in longest]
    votes = Counter(lang for lang, margin in heard if lang is not None and margin >= _PLAIN_MARGIN)
    found, count = votes.most_common(1)[0] if votes else (None, 0)
    if found is None or 2 * count <= len(longest):
        return ()
    facts["lang"] = found
    return (OTHER_LANGUAGE.format(said=said, found=found),)


def _notes(decoded: Decoded) -> tuple[str, ...]:
    if _CUT_OFF.search(decoded.text[-2_000:]):
        return (CUT_OFF,)
    if _ENDED.search(decoded.text[-2_000:]):
        return ()
    opened = sum(1 if end == "" else -1 for end in _CLOSED.findall(decoded.text))
    return (CUT_SHORT,) if opened > 0 else ()
