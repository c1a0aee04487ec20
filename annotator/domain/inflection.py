"""The forms in which a name stands in a text: its case endings, and spellings of its letters.

Tables, not a grammar: a form that no language has does no harm, since it stands in no text. A
language without a table has the written form only.
"""

import re
from collections.abc import Iterable
from typing import Final

from annotator.domain.scripts import script_of, scripts_of_language

# Rows of endings that take each other's place; the first is how the word is written. The first row
# that fits counts; a row that begins with "" is for all other words.
_Table = tuple[tuple[str, ...], ...]


def _table(lines: str) -> _Table:
    """A row a line; `-` stands for no ending."""
    return tuple(
        tuple(ending.replace("-", "") for ending in line.split())
        for line in lines.strip().splitlines()
    )


_ENGLISH: Final = _table("""
y    ies y's
s    s' s's
-    s 's s'
""")
_RUSSIAN: Final = _table("""
ия   ии ию ией иею ий иям иями иях
ая   ой ую ою ые ых ым ыми
яя   ей юю ею ие их им ими
ый   ого ому ым ом ая ой ую ое ые ых ыми
ий   ого его ому ему им ом ем ая ой ую ое ие их ими ия ию ием ии
ой   ого ому ым ом ая ую ое ые ых ыми
ые   ых ым ыми
ие   их им ими ия ию ием ии ий иям иями иях
ое   ого ому ым ом
а    - ы и е у ой ою ей ею ам ами ах
я    ь и е ю ей ёй ею ям ями ях
ы    - ов ам ами ах
и    - ей ов ам ям ами ями ах ях
ь    я и ю ем ём ом е ью ям ями ях
й    я ю ем ём е и ев ёв ям ями ях
о    а у ом е
е    я а ю у ем и
-    а у ом ем е ы и ов ам ами ах
""")
_ROMANIAN: Final = _table("""
eană ene enei
ele  elor
ile  ilor
le   lor
ea   ii e ei
ul   - ului ule
ă    e ei a
a    ei ii e ă
e    ea ei i ii
u    ul ului
-    ul ului ule i ii ilor
""")
_LITHUANIAN: Final = _table("""
ius  iaus iui ių iumi iuje iau
us   aus ui ų umi uje au
ias  io iui ią iu yje
as   o ui ą u e ai ų ams us ais uose
is   io iui į iu yje y ies iai ių
ys   io iui į iu yje iai ių iams ius iais iuose
iai  ių iams ius iais iuose
ai   ų ams us ais uose
ieji iųjų ųjų iesiems uosius aisiais uosiuose
ės   ių ėms es ėmis ėse ė ei ę e ėje
os   a ai ą oje ų oms as omis ose
a    os ai ą oje
ė    ės ei ę e ėje
-
""")
_TABLES: Final = {
    "en": _ENGLISH, "ru": _RUSSIAN, "ro": _ROMANIAN, "mo": _ROMANIAN, "lt": _LITHUANIAN
}  # fmt: skip
# In English only the end of a name changes, elsewhere an adjective goes with its noun.
_LAST_WORD_ONLY: Final = frozenset({"en"})
_PARTICLE_UP_TO = 3

# Letters and signs that are typed in several ways.
_SPELLINGS: Final = {
    "ё": "[ёе]", "й": "(?:й|и\u0306)", "ї": "(?:ї|і\u0308)", "ș": "[șş]", "ț": "[țţ]",
    "'": "['’ʼ]", "’": "['’ʼ]", "-": "[-‐‑–]",
}  # fmt: skip
_ARTICLE = re.compile(r"the\s+", re.IGNORECASE)
# A headline leaves the article out (“with West”); “the West Bank” is another name.
_NO_NAME_AFTER = r"(?!\s+[A-Z])"


def spelling(name: str, langs: Iterable[str]) -> str:
    """A regular expression of the name in all its forms, without what bounds it in a text.

    An abbreviation must stand in capitals as written, so that "US" is not "us"; another word with
    a capital needs that capital ("Запад", not "запад"); the rest may stand in any case.

    Args:
        name: as written in a codebook, composed (NFC).
        langs: languages whose endings it may have; those of another script do not count.
    """
    tables = {
        lang: _TABLES[lang]
        for lang in langs
        if lang in _TABLES and script_of(name) in scripts_of_language(lang)
    }
    article = _ARTICLE.match(name) if "en" in tables else None
    words = name[article.end() :].split() if article else name.split()
    spelt = r"\s+".join(
        _word(word, [
            table
            for lang, table in tables.items()
            if n == len(words) or (lang not in _LAST_WORD_ONLY and len(word) > _PARTICLE_UP_TO)
        ])
        for n, word in enumerate(words, start=1)
    )  # fmt: skip
    return rf"(?:[tT](?i:he)\s+)?{spelt}{_NO_NAME_AFTER}" if article else spelt


def _word(word: str, tables: Iterable[_Table]) -> str:
    tables = tuple(tables)
    if _is_abbreviation(word):
        return _spelt(word) + ("(?:['’]s)?" if _ENGLISH in tables else "")
    rows = [_row(word, table) for table in tables]
    kept = max(1, len(word) - max((len(row[0]) for row in rows), default=0))
    forms = {word} | {word.removesuffix(row[0]) + ending for row in rows for ending in row}
    rests = sorted({form[kept:] for form in forms}, key=lambda rest: (-len(rest), rest))
    first = f"[{word[0]}{word[0].upper()}]" if word[0].islower() else re.escape(word[0])
    return f"{first}(?i:{_spelt(word[1:kept])}(?:{'|'.join(_spelt(rest) for rest in rests)}))"


def _is_abbreviation(word: str) -> bool:
    return word.isupper() and sum(letter.isalpha() for letter in word) > 1


def _row(word: str, table: _Table) -> tuple[str, ...]:
    """The ending of the word with those that take its place; nothing is only an ending."""
    fits = (row for row in table if word.endswith(row[0]) and len(word) > len(row[0]))
    return next(fits)


def _spelt(part: str) -> str:
    return "".join(_SPELLINGS.get(letter, re.escape(letter)) for letter in part)
