"""Lines that were read with a wrong encoding before they came here, such as “ZprÃ¡va”, and what
they were. A repair is offered and told, and done where the person has asked for it; never else.

What a line was is found by ftfy (Speer 2019), of which `fix_encoding` alone is used: it undoes a
wrong decoding and nothing else. Its `fix_text` would also change quotation marks and spaces.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Final

from annotator.domain.document import ImportRecord, Misread
from annotator.formats.decoding import check_characters

if TYPE_CHECKING:
    from ftfy import TextFixerConfig

OFFERED: Final = (
    "{lines} as if read with a wrong encoding before: in line {line}, “{before}” would be "
    "“{after}”. Kept as it is; it can be repaired at import."
)
REPAIRED: Final = (
    "Repaired, as asked, in {lines} read with a wrong encoding before: in line {line}, “{before}” "
    "became “{after}”."
)
SHOWN: Final = 40
_BEFORE_IT: Final = 15

_LINE = re.compile(r"[^\r\n]+")
# Letters by which UTF-8 begins, read as Latin, Central European, Cyrillic or Macintosh, before
# signs that stand there for its further bytes; or what only such a reading gives. It says where to
# look, since a look at every line of a large import would take seconds.
_FURTHER = "\x80-\xbfŒœŠšŸŽžŚśŤťŹźŁłĽľŞşŻżƒˆ˜ˇ˘˛–—‘’‚“”„†‡•…‰‹›€™ЂЃѓЉЊЌЋЏђљњќћџЎўЈҐЁЄЇІіґё№єјЅѕї"
_SIGNS = re.compile(
    f"[ÂÃÄÅÎÏÐÑ×ØÙËĂĹĽРС][{_FURTHER}]|[âв][€Ђ]|[\u201a\u00ac\u221a][\u00c4\u00a9\u2020]"
    "|[\x80-\x84\x86-\x9f]"
)


def mended(record: ImportRecord, *, repair: bool) -> ImportRecord:
    """The record as it is stored: repaired if that was asked for, else with what is offered."""
    if not repair and not _SIGNS.search(record.text):
        return record
    misread = tuple(_misread(record.text))
    if not misread:
        return record
    # That there are odd characters is said better by what they were.
    noticed = check_characters(record.where, record.text, what="text")
    said = (sentence for sentence in record.told if sentence not in noticed)
    told = (*said, _sentence(misread, REPAIRED if repair else OFFERED, repair=repair))
    if not repair:
        return replace(record, told=told, misread=misread)
    text = _LINE.sub(lambda found: _as_meant(found[0]), record.text)
    left = check_characters(record.where, text, what="text")
    return replace(
        record,
        text=text,
        title=_as_meant(record.title) if record.title else record.title,
        byline=_as_meant(record.byline) if record.byline else record.byline,
        told=told + left,
        misread=misread,
    )


def _misread(text: str) -> Iterator[Misread]:
    number, at = 1, 0
    for found in _LINE.finditer(text):
        number += len(re.findall(r"\r\n?|\n", text[at : found.start()]))
        at = found.end()
        meant = _as_meant(found[0])
        if meant != found[0]:
            yield Misread(number, found[0], meant)


def _as_meant(line: str) -> str:
    if line.isascii():
        return line
    # Importing it takes as long as starting the program: only who has such lines pays.
    from ftfy import fix_encoding  # noqa: PLC0415

    meant = fix_encoding(line, _config())
    # Paragraphs are lines: a repair does not make more of them.
    return meant if len(meant.splitlines()) == len(line.splitlines()) else line


@cache
def _config() -> "TextFixerConfig":
    from ftfy import TextFixerConfig  # noqa: PLC0415

    # It would write � where bytes are lost for good.
    return TextFixerConfig(replace_lossy_sequences=False)


def _sentence(misread: tuple[Misread, ...], sentence: str, *, repair: bool) -> str:
    count = len(misread)
    lines = "1 line" if count == 1 else f"{count:,} lines"
    if not repair:
        lines += " looks" if count == 1 else " look"
    first = misread[0]
    before, after = first.difference(_BEFORE_IT, SHOWN)
    return sentence.format(lines=lines, line=first.line, before=before, after=after)
