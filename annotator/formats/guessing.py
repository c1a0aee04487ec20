"""What a file most likely is that cannot be read as it says: its kind by its first bytes, or the
encoding it was saved in. Offered to the person, never applied.
"""

import re
import unicodedata

# In the order of preference where two fit as well.
_SINGLE_BYTE = (
    "windows-1252", "windows-1250", "iso-8859-2", "windows-1257", "windows-1254", "windows-1251",
    "koi8-r", "cp866",
)  # fmt: skip
# The letters beyond a to z that one language has: bytes that are words in several encodings are
# the letters of one language in the right one alone. All of Cyrillic is one alphabet here.
_ALPHABETS = tuple(map(frozenset, (
    "àâæçéèêëîïôœùûüÿ", "äöüß", "áéíñóúü", "ãáàâçéêíóõôú", "àèéìîòóù", "åäöé", "æøåéô", "äöšžå",
    "éëïóöü", "þðæáéíóöúý", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "ąćęłńóśźż", "áéíóöőúüű",
    "čćđšž", "ăâîşţ", "ąčęėįšųūž", "āčēģīķļņšūž", "äõöüšž", "âçğıöşüî",
)))  # fmt: skip
_BEFORE, _AFTER = 500, 3_500
_LETTER_RUN = re.compile(r"[^\W\d_]+")
_FAIR_MARKS = set("«»„“”‘’–—…№\u00a0°€§•")
_GOOD_ENOUGH = 0.5
# The first bytes of files that come with the wrong name.
_KINDS = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive, a Word or an Excel file"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Word or Excel file"),
    (b"{\\rtf", "a rich text file (RTF)"),
    (b"\x89PNG\r\n\x1a\n", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"\x1f\x8b", "a file compressed with gzip"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3\0", "a SQLite database"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90\0", "a program"),
)
_WORD_AT_LEAST = 3
_UTF16_AT_LEAST = 8
_UTF16_NUL_SHARE = 0.35


def likely_kind(data: bytes) -> str | None:
    """What the first bytes say that the file is, such as “a PDF”; None for what may be text."""
    return next((kind for start, kind in _KINDS if data.startswith(start)), None)


def likely_encoding(data: bytes, offset: int) -> str | None:
    """The name of an encoding that reads the bytes around `offset` as words, or None if none
    does.
    """
    if _looks_like_utf16(data):
        return "utf-16"
    sample = data[max(0, offset - _BEFORE) : offset + _AFTER]
    if b"\0" in sample:
        return None
    scores = {encoding: _score(sample, encoding) for encoding in _SINGLE_BYTE}
    fitting = [encoding for encoding in _SINGLE_BYTE if scores[encoding] >= _GOOD_ENOUGH]
    return max(
        fitting,
        key=lambda encoding: (_of_one_alphabet(sample.decode(encoding)), scores[encoding]),
        default=None,
    )


def _looks_like_utf16(data: bytes) -> bool:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    # Without its mark UTF-16 can only be told for Latin letters: every second byte is NUL.
    head = data[:_AFTER]
    nul_bytes = max(head[0::2].count(0), head[1::2].count(0))
    return len(head) >= _UTF16_AT_LEAST and nul_bytes > _UTF16_NUL_SHARE * len(head)


def _score(sample: bytes, encoding: str) -> float:
    """Plausible minus implausible characters among those above ASCII, from -1 to 1."""
    try:
        text = sample.decode(encoding)
    except UnicodeDecodeError:
        return -1.0
    above = sum(char > "\x7f" for char in text)
    fair = sum(char in _FAIR_MARKS for char in text)
    letters = sum(_word_score(run[0]) for run in _LETTER_RUN.finditer(text))
    return (letters + 0.5 * fair) / above if above else -1.0


def _of_one_alphabet(text: str) -> float:
    """The largest share of the letters above ASCII that one language has, from 0 to 1."""
    letters = [char for char in text.lower() if char > "\x7f" and char.isalpha()]
    if not letters:
        return 0.0
    cyrillic = sum("\u0400" <= char <= "\u04ff" for char in letters)
    most = max(sum(char in alphabet for char in letters) for alphabet in _ALPHABETS)
    return max(cyrillic, most) / len(letters)


def _word_score(word: str) -> int:
    """A Latin word has plain letters beside its accents; a Cyrillic one has no Latin letter, and no
    capital after a small one (which is how one Cyrillic encoding looks when read as another). Words
    of one or two letters prove nothing.
    """
    above = [char for char in word if char > "\x7f"]
    if len(above) == len(word) < _WORD_AT_LEAST:
        return 0
    if any("\u0400" <= char <= "\u04ff" for char in above):
        proper = all("\u0400" <= char <= "\u04ff" for char in word)
    else:
        proper = len(above) < len(word) and all(_is_cased(char) for char in above)
    in_case = word.islower() or word.isupper() or word.istitle()
    return len(above) if proper and in_case else -len(above)


def _is_cased(char: str) -> bool:
    return unicodedata.category(char) in {"Ll", "Lu"}
