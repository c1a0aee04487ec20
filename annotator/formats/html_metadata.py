"""What a web page says of itself: title, author, date, language, address and the name of its site.

Taken from, in this order: the tags for sharing (Open Graph) and for search engines (`meta`, JSON-LD
of schema.org), the elements of HTML. What cannot be read is left out and told: whoever imports a
page did not write it.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from annotator.domain.plain_text import strange_character
from annotator.errors import DocumentRefused
from annotator.formats.fields import FIELD_AT_MOST, YEARS, quoted
from annotator.formats.json_lines import parse

if TYPE_CHECKING:
    from lxml.etree import _Element

LEFT_OUT = "Its {what} {value} cannot be used and was left out."

_META: Final = {
    "title": ("og:title", "twitter:title", "dc.title", "headline"),
    "byline": ("author", "article:author", "dc.creator", "parsely-author", "byl"),
    "published_on": (
        "article:published_time", "og:published_time", "datepublished", "date", "dc.date",
        "dc.date.issued", "dcterms.created", "pubdate", "publishdate", "parsely-pub-date",
    ),
    "lang": ("og:locale", "content-language", "dc.language"),
    "url": ("og:url",),
    "publisher": ("og:site_name", "application-name"),
}  # fmt: skip
_ARTICLES: Final = re.compile(r"Article|Posting|Report|WebPage", re.IGNORECASE)
_ISO_DATE = re.compile(r"(\d{4,5})-(\d{1,2})-(\d{1,2})(?!\d)")
_COMPACT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})(?!\d)")
_LANG = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]{2,8})*\Z")
_ADDRESS = re.compile(r"https?://[^\s<>\"]+\Z", re.IGNORECASE)
# The name of a source has no more.
_SITE_AT_MOST: Final = 200
_JSON_AT_MOST: Final = 1_000_000
_TOLD: Final = {"published_on": "date", "lang": "language", "url": "address"}


def described(root: "_Element") -> tuple[dict[str, str], tuple[str, ...]]:
    """(field -> value, sentences on what was left out); `publisher` beside fields of a record."""
    told: list[str] = []
    facts: dict[str, str] = {}
    for field, values in _said(root).items():
        usable = _USABLE[field]
        plain = [" ".join(value.split()) for value in values if value and value.strip()]
        clean = [value for value in plain if strange_character(value) is None]
        kept = next((found for value in clean if (found := usable(value)) is not None), None)
        if kept is not None:
            facts[field] = kept
        elif plain and field in _TOLD:
            told.append(LEFT_OUT.format(what=_TOLD[field], value=quoted(plain[0])))
    return facts, tuple(told)


def _said(root: "_Element") -> dict[str, list[str | None]]:
    """Field -> every value that the page gives for it, the best first."""
    meta = _meta(root)
    said: dict[str, list[str | None]] = {
        field: [meta.get(name) for name in names] for field, names in _META.items()
    }
    for article in _articles(root):
        said["title"].append(_text(article.get("headline")))
        said["byline"].append(_names(article.get("author")))
        said["published_on"].append(_text(article.get("datePublished")))
        said["lang"].append(_text(article.get("inLanguage")))
        said["publisher"].append(_names(article.get("publisher")))
    canonical = [link.get("href") for link in root.iter("link") if _is(link, "rel", "canonical")]
    # A page may be shared under several addresses; this one is meant to be its name.
    said["url"][:0] = canonical
    said["lang"].insert(
        0, root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang")
    )
    said["title"].extend("".join(title.itertext()) for title in root.iter("title"))
    said["published_on"].extend(_times(root))
    return said


def _meta(root: "_Element") -> dict[str, str]:
    """The first content of every `meta`, by its name in small letters."""
    found: dict[str, str] = {}
    for one in root.iter("meta"):
        name = (
            one.get("property") or one.get("name") or one.get("itemprop") or one.get("http-equiv")
        )
        content = one.get("content")
        if name and content:
            found.setdefault(name.strip().lower(), content)
    return found


def _articles(root: "_Element") -> Iterator[Mapping[str, Any]]:
    for script in root.iter("script"):
        if (script.get("type") or "").strip().lower() != "application/ld+json":
            continue
        text = script.text or ""
        if len(text) > _JSON_AT_MOST:
            continue
        try:
            found = parse("", text.strip())
        except DocumentRefused:
            # Broken JSON-LD is common, and the same facts mostly stand elsewhere.
            continue
        yield from sorted(_objects(found), key=_is_webpage)


def _objects(found: object) -> Iterator[Mapping[str, Any]]:
    entries = found if isinstance(found, list) else [found]
    for entry in entries:
        if not isinstance(entry, dict):
            continue
        if _ARTICLES.search(str(entry.get("@type"))):
            yield entry
        if "@graph" in entry:
            yield from _objects(entry["@graph"])


def _is_webpage(article: Mapping[str, Any]) -> bool:
    return "WebPage" in str(article.get("@type"))


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _names(value: object) -> str | None:
    """The names of one or several persons or organisations of JSON-LD."""
    entries: Iterable[object] = value if isinstance(value, list) else [value]
    names = [_text(each.get("name") if isinstance(each, dict) else each) for each in entries]
    return ", ".join(name for name in names if name) or None


def _times(root: "_Element") -> Iterator[str | None]:
    for time in root.iter("time"):
        if time.get("pubdate") is not None or _is(time, "itemprop", "datePublished"):
            yield time.get("datetime")


def _is(element: "_Element", attribute: str, value: str) -> bool:
    return value.lower() in (element.get(attribute) or "").lower().split()


def _short(value: str) -> str | None:
    return value if len(value) <= FIELD_AT_MOST else None


def _site(value: str) -> str | None:
    return value if len(value) <= _SITE_AT_MOST else None


def _name(value: str) -> str | None:
    """Who wrote it: many pages give the address of a profile instead."""
    return None if _ADDRESS.match(value) else _short(value)


def _date(value: str) -> str | None:
    found = _ISO_DATE.match(value) or _COMPACT_DATE.match(value)
    if found is None:
        return None
    year, month, day = map(int, found.groups())
    try:
        return date(year, month, day).isoformat() if year in YEARS else None
    except ValueError:
        return None


def _lang(value: str) -> str | None:
    found = _LANG.match(value)
    return found[1].lower() if found else None


def _url(value: str) -> str | None:
    """The address of this page: that of the site alone would make one document of all its pages."""
    if not _ADDRESS.match(value) or len(value) > FIELD_AT_MOST:
        return None
    try:
        parts = urlsplit(value)
    except ValueError:
        return None
    return value if parts.path.strip("/") or parts.query else None


_USABLE: Final[dict[str, Callable[[str], str | None]]] = {
    "title": _short, "byline": _name, "published_on": _date, "lang": _lang, "url": _url,
    "publisher": _site,
}  # fmt: skip
