"""From the bytes of a file to text, or one sentence that says where they cannot be read.

UTF-8 is read strictly; another encoding only if the person names it, and only where the file is
not UTF-8: a folder holds files of several encodings. Nothing is repaired.
"""

import codecs
import re
from dataclasses import dataclass

from annotator.errors import DocumentRefused
from annotator.formats.guessing import likely_encoding, likely_kind

FILE_AT_MOST = 20_000_000
ENCODINGS = (
    "utf-8", "utf-16", "windows-1250", "windows-1251", "windows-1252", "windows-1253",
    "windows-1254", "windows-1255", "windows-1256", "windows-1257", "windows-1258", "iso-8859-1",
    "iso-8859-2", "iso-8859-5", "iso-8859-7", "iso-8859-9", "iso-8859-15", "iso-8859-16", "koi8-r",
    "koi8-u", "cp866", "mac-cyrillic", "gb18030", "big5", "shift_jis", "euc-jp", "euc-kr",
)  # fmt: skip
# Python's name of each, and ours, which people read.
_CODECS = {codecs.lookup(encoding).name: encoding for encoding in ENCODINGS}

BOM_TAKEN_OFF = "A byte order mark at the start was taken off."
TOO_BIG = "it has {size:,} bytes, and a file may have {most:,}: split it into several files."
NOT_TEXT = (
    "it is not text but {kind}, whatever its name says: save it as one of the kinds that can be "
    "read here, under the right name."
)
CHOSEN = "Read as {encoding}, as chosen."
CHOSEN_AGAINST = "Read as {encoding}, as chosen, although the file says that it is {said}."
NOT_NEEDED = "Read as UTF-8, which it is; the encoding {encoding} that was chosen was not needed."
DECLARED = "Read as {encoding}, which the file says of itself."
EMPTY = "the file is empty: check that the right file was chosen."
ENCODING_UNKNOWN = "the encoding “{encoding}” is not known here: choose one of {known}."
NOT_READABLE = (
    "not {encoding}: byte 0x{byte:02X} in line {line}, at offset {offset} of the file; {do}."
)
NUL_BYTE = "a NUL byte in line {line}, at offset {offset} of the file; {do}."
CONTROL = (
    "a control character (U+{code:04X}) in line {line} of the {what}, at character {column}; no "
    "text needs it and many programs cannot read it: take it out."
)
SURROGATE = (
    "half of a surrogate pair (U+{code:04X}) in line {line} of the {what}, at character {column}; "
    "the program that wrote it cut a character in two: write it again, or take it out."
)
LOOKS_MISREAD = (
    "{count} C1 control characters, the first (U+{code:04X}) in line {line} of the {what}: it may "
    "have been read with a wrong encoding before it came here; it was kept as it is."
)

# Tab, line feed, vertical tab, form feed and carriage return are the only controls that text has.
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
# NEL, U+0085, is a line end.
_C1 = re.compile(r"[\x80-\x84\x86-\x9f]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a file, in which encoding it was, and the sentences to tell about its reading."""

    text: str
    told: tuple[str, ...]
    encoding: str = "utf-8"


def decode(name: str, data: bytes, encoding: str, *, declared: str | None = None) -> Decoded:
    """The text in the file. What is UTF-8 is read as that: bytes of another encoding look like it
    by chance alone. `declared` is what the file says of itself, which is believed where it is not
    UTF-8 and nobody chose another encoding.

    Raises `DocumentRefused` for a file that is too big, empty, of a kind that is no text, with NUL
    bytes, or not in `encoding`.
    """
    codec = _codec(name, encoding)
    check_size(name, data)
    if kind := likely_kind(data):
        raise DocumentRefused(name, NOT_TEXT.format(kind=kind))
    if codec != "utf-8" and _is_utf8(data):
        told = () if data.isascii() else (NOT_NEEDED.format(encoding=encoding),)
        return _without_mark(data.decode(), told, "utf-8")
    if codec != "utf-16":
        _refuse_nul_bytes(name, data)
    try:
        text = data.decode(codec)
    except UnicodeDecodeError as error:
        if codec == "utf-8" and (known := _known_codec(declared)) not in ("", "utf-8"):
            return _as_declared(name, data, known)
        raise DocumentRefused(
            name, _not_readable(data, error.start, "UTF-8" if codec == "utf-8" else encoding)
        ) from error
    told = () if codec == "utf-8" else (_chosen(encoding, codec, declared),)
    return _without_mark(text, told, encoding)


def check_size(name: str, data: bytes) -> None:
    """Raises `DocumentRefused` for a file that is too big, or empty."""
    if len(data) > FILE_AT_MOST:
        raise DocumentRefused(name, TOO_BIG.format(size=len(data), most=FILE_AT_MOST))
    if not data:
        raise DocumentRefused(name, EMPTY)


def _chosen(encoding: str, codec: str, declared: str | None) -> str:
    said = _known_codec(declared)
    if said in ("", "utf-8", codec):
        return CHOSEN.format(encoding=encoding)
    return CHOSEN_AGAINST.format(encoding=encoding, said=_CODECS[said])


def _is_utf8(data: bytes) -> bool:
    """Whether it is UTF-8 text; UTF-16 of Latin letters would be, but for its NUL bytes."""
    if b"\0" in data:
        return False
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _without_mark(text: str, told: tuple[str, ...], encoding: str) -> Decoded:
    if text.startswith("\ufeff"):
        return Decoded(text[1:], (BOM_TAKEN_OFF, *told), encoding)
    return Decoded(text, told, encoding)


def _as_declared(name: str, data: bytes, codec: str) -> Decoded:
    encoding = _CODECS[codec]
    try:
        text = data.decode(codec)
    except UnicodeDecodeError as error:
        raise DocumentRefused(name, _not_readable(data, error.start, encoding)) from error
    return Decoded(text, (DECLARED.format(encoding=encoding),), encoding)


def check_characters(where: str, text: str, *, what: str) -> tuple[str, ...]:
    """What is to be told of odd characters in `text`; `what` is its name in the sentence.

    Raises `DocumentRefused` for control characters (NUL among them) and lone surrogates.
    """
    for pattern, sentence in ((_CONTROL, CONTROL), (_SURROGATE, SURROGATE)):
        if odd := pattern.search(text):
            raise DocumentRefused(where, sentence.format(what=what, **_place(text, odd.start())))
    if misread := _C1.search(text):
        place = _place(text, misread.start())
        return (LOOKS_MISREAD.format(count=len(_C1.findall(text)), what=what, **place),)
    return ()


def _codec(name: str, encoding: str) -> str:
    codec = _known_codec(encoding)
    if not codec:
        known = ", ".join(ENCODINGS)
        raise DocumentRefused(name, ENCODING_UNKNOWN.format(encoding=encoding, known=known))
    return codec


def _known_codec(encoding: str | None) -> str:
    """Python's name for it, or nothing where it is not one of `ENCODINGS`."""
    try:
        codec = codecs.lookup(encoding or "").name
    except (LookupError, ValueError):
        return ""
    return codec if codec in _CODECS else ""


def _refuse_nul_bytes(name: str, data: bytes) -> None:
    offset = data.find(b"\0")
    if offset < 0:
        return
    line = _line_of(data, offset)
    raise DocumentRefused(
        name, NUL_BYTE.format(line=line, offset=offset, do=_what_to_do(data, offset))
    )


def _not_readable(data: bytes, offset: int, encoding: str) -> str:
    return NOT_READABLE.format(
        encoding=encoding,
        byte=data[offset],
        line=_line_of(data, offset),
        offset=offset,
        do=_what_to_do(data, offset),
    )


def _what_to_do(data: bytes, offset: int) -> str:
    likely = likely_encoding(data, offset)
    if likely is None:
        return "save it as UTF-8 text, or import it with the encoding it was saved in"
    return f"it looks like {likely}: save it as UTF-8, or import it with the encoding {likely}"


def _line_of(data: bytes, offset: int) -> int:
    return len(data[: offset + 1].splitlines())


def _place(text: str, at: int) -> dict[str, int]:
    """Line and character count from 1, as an editor shows them."""
    before = text[: at + 1].splitlines(keepends=True)
    return {"code": ord(text[at]), "line": len(before), "column": len(before[-1])}
