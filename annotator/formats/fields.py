"""The fields of a record, whatever the file they come from; schema/import-record.schema.json says
the same.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from annotator.domain.document import ImportRecord, text_hash
from annotator.domain.segmentation import segment
from annotator.errors import DataInvalid, DocumentRefused, NoTextColumn
from annotator.formats.decoding import check_characters

# Field -> the names a column may have; the first is the one we write ourselves.
COLUMNS: dict[str, tuple[str, ...]] = {
    "text": ("text",),
    "source": ("source",),
    "title": ("title",),
    "url": ("url",),
    "byline": ("byline", "author"),
    "published_on": ("published_on", "date"),
    "lang": ("lang", "language"),
    "external_id": ("external_id", "id"),
}
PARAGRAPH_AT_MOST = 100_000
DOCUMENTS_AT_MOST = 200_000
FIELD_AT_MOST = 2_000
SHOWN_AT_MOST = 60
YEARS = range(1000, 3000)

LONG_PARAGRAPH = (
    "paragraph {number} has {size:,} characters on one line, and may have {most:,}: put line "
    "breaks between the paragraphs."
)
TOO_MANY = "it has more than {most:,} documents: split it into several files."
LONG_FIELD = "{field} has {size:,} characters and may have {most:,}: shorten it."
BAD_DATE = (
    "{value} is not a date that can be read: write it as year-month-day (2024-05-16), with a "
    "year from 1000 to 2999, or leave it out."
)
BAD_LANG = (
    "{value} is not a language code: write two letters such as en, ru or zh, or leave it out."
)
BAD_URL = "{value} is not a web address: it must begin with http:// or https://; or leave it out."
NO_TEXT_COLUMN = (
    "it has no {kind} named “text”; it has {found}: rename the one with the text, or say at "
    "import which one it is."
)
TWICE = "{columns} both give {field}: keep one of them, or say at import which one to read."
MAPPED_TO_NOTHING = (
    "it has no {kind} {column} to read {field} from; it has {found}: choose among these."
)
MAPPED_FIELD_UNKNOWN = "{field} is not something a document has: choose among {known}."
SAME_KEY = "it has the same identity ({key}) as {first}: give each document an id of its own."
SAME_TEXT = "it is word for word {first}: leave one of them out, or give each an id of its own."

_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ][0-9:.,+\-Z ]*)?", re.ASCII)
_LANG = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]{2,8})*", re.ASCII)
_URL = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)


def find_columns(
    name: str, found: Iterable[str], mapping: Mapping[str, str], *, kind: str = "column"
) -> dict[str, str]:
    """Field -> column of the file. `mapping` (field -> column) wins over the accepted names.

    Raises `DocumentRefused` without a text column, for two columns for one field, and for a
    mapping to nothing. `kind` is what a column is called in the message.
    """
    present = list(found)
    columns = _mapped(name, present, mapping, kind)
    plain = {column.strip().casefold(): column for column in reversed(present)}
    for field, accepted in COLUMNS.items():
        named = [plain[one] for one in accepted if one in plain]
        if field in columns or not named:
            continue
        if len(named) > 1:
            said = " and ".join(map(quoted, named))
            raise DocumentRefused(name, TWICE.format(columns=said, field=field))
        columns[field] = named[0]
    if "text" not in columns:
        raise NoTextColumn(name, NO_TEXT_COLUMN.format(kind=kind, found=listed(present)))
    return columns


def record(
    where: str,
    values: Mapping[str, str | None],
    *,
    name: str,
) -> ImportRecord:
    """A checked record of `values` (field -> raw value, blank or None if missing) of file `name`.

    The text is taken as it is, the other fields are trimmed and their inner spaces made single. A
    record with neither id nor URL is known by file and text: its rows may then be put in another
    order and are still the same documents. Raises `DocumentRefused` for what cannot be taken.
    """
    text = values.get("text") or ""
    noticed = check_characters(where, text, what="text")
    _check_paragraphs(where, text)
    plain = {field: _plain(where, field, values.get(field)) for field in COLUMNS if field != "text"}
    url = _url(where, plain["url"])
    return ImportRecord(
        where=where,
        key=plain["external_id"] or url or f"{name}#{text_hash(text)[:16]}",
        text=text,
        source=plain["source"],
        title=plain["title"],
        url=url,
        byline=plain["byline"],
        published_on=_date(where, plain["published_on"]),
        lang=_lang(where, plain["lang"]),
        told=noticed,
    )


def together(
    name: str, records: Iterable[ImportRecord], told: tuple[str, ...]
) -> list[ImportRecord]:
    """The records of file `name`; what is `told` of it as a whole is told with the first.

    Raises `DocumentRefused` for a record with the source and key of an earlier one, and for more
    than `DOCUMENTS_AT_MOST`; no further record is asked for then.
    """
    seen: dict[tuple[str | None, str], ImportRecord] = {}
    for one in records:
        if len(seen) == DOCUMENTS_AT_MOST:
            raise DocumentRefused(name, TOO_MANY.format(most=DOCUMENTS_AT_MOST))
        first = seen.setdefault((one.source, one.key), one)
        if first is not one:
            sentence = SAME_TEXT if first.text == one.text else SAME_KEY
            raise DocumentRefused(
                one.where, sentence.format(key=quoted(one.key), first=first.where)
            )
    found = list(seen.values())
    return [replace(one, told=told + one.told) for one in found[:1]] + found[1:]


def _mapped(name: str, present: list[str], mapping: Mapping[str, str], kind: str) -> dict[str, str]:
    for field, column in mapping.items():
        if field not in COLUMNS:
            known = ", ".join(COLUMNS)
            raise DocumentRefused(
                name, MAPPED_FIELD_UNKNOWN.format(field=quoted(field), known=known)
            )
        if column not in present:
            sentence = MAPPED_TO_NOTHING.format(
                kind=kind, column=quoted(column), field=field, found=listed(present)
            )
            raise DocumentRefused(name, sentence)
    return dict(mapping)


def listed(names: Sequence[str]) -> str:
    """The first twenty names in quotes and the number of the others: a wide table would otherwise
    drown the sentence.
    """
    shown = [quoted(name) for name in names[:20]]
    more = len(names) - len(shown)
    return (", ".join(shown) or "nothing") + (f" and {more} more" if more else "")


def quoted(value: str) -> str:
    """A value of the file for a sentence, cut after `SHOWN_AT_MOST` characters."""
    return f"“{value[:SHOWN_AT_MOST]}…”" if len(value) > SHOWN_AT_MOST else f"“{value}”"


def _check_paragraphs(where: str, text: str) -> None:
    try:
        pieces = segment(text).pieces
    except DataInvalid as error:
        raise DocumentRefused(where, str(error)) from error
    for number, piece in enumerate(pieces, start=1):
        if len(piece.text) > PARAGRAPH_AT_MOST:
            size = len(piece.text)
            sentence = LONG_PARAGRAPH.format(number=number, size=size, most=PARAGRAPH_AT_MOST)
            raise DocumentRefused(where, sentence)


def _plain(where: str, field: str, value: str | None) -> str | None:
    if value is None:
        return None
    check_characters(where, value, what=field)
    plain = " ".join(value.split())
    if len(plain) > FIELD_AT_MOST:
        sentence = LONG_FIELD.format(field=field, size=len(plain), most=FIELD_AT_MOST)
        raise DocumentRefused(where, sentence)
    return plain or None


def _date(where: str, value: str | None) -> date | None:
    if value is None:
        return None
    found = _DATE.fullmatch(value)
    try:
        day = date.fromisoformat(found[1]) if found else None
    except ValueError:
        day = None
    if day is None or day.year not in YEARS:
        raise DocumentRefused(where, BAD_DATE.format(value=quoted(value)))
    return day


def _lang(where: str, value: str | None) -> str | None:
    """The language alone: en of en-GB, since paragraphs are compared by language."""
    if value is None:
        return None
    found = _LANG.fullmatch(value)
    if found is None:
        raise DocumentRefused(where, BAD_LANG.format(value=quoted(value)))
    return found[1].lower()


def _url(where: str, value: str | None) -> str | None:
    # Pages link to it, so nothing but a web address may come in (never javascript:).
    if value is not None and _URL.fullmatch(value) is None:
        raise DocumentRefused(where, BAD_URL.format(value=quoted(value)))
    return value
