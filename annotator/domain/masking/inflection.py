"""The forms of a word of a name, as a regular expression: endings are cut off and put back.

Which language a text is in is often unknown and names cross languages, so a script decides: one set
of endings for Cyrillic words, one for Latin ones (Romanian, Lithuanian, Polish, English). A word
that is a name by itself gets fewer of them, because “Europe” must not go with “Europa”.
"""

import re

from annotator.domain.scripts import script_of

SHORT = 3
_STEM = 3
_STEM_ALONE = 4
_LONG_LATIN = 5

_CYRILLIC_ENDINGS = (
    "а я о е и ы у ю й ь ъ і ї є ой ей ою ею ьей ью ый ий ая яя ое ее ые ие ую юю ого его ому ему "
    "ым им ых их ыми ими ом ем ам ям ами ями ах ях ов ев ів ия ии ию ием ья ье ьи ьям ьями ьях ої"
)
_CYRILLIC_END = re.compile(r"[аеиоуыэюяйьъії]{1,2}\Z")
_FLEETING = re.compile(r"[бвгджзклмнпрстфхцчшщ][еоё][бвгджзклмнпрстфхцчшщ]ь?\Z")

_LATIN_ENDINGS = (
    "a ă â e i o u y ą ę ė į ų ii ei ul ului le lor elor ilor ele ile uri urile urilor ea ia iei "
    "iile as is ys us os ės es io ui iui iu yje oje ėje uje ose uose ėse iuose ai iai ams iams oms "
    "ėms ius ais iais omis ėmis imi ies ių ią ej ów owi em iem om ach ami ie s"
)
# By themselves these make another word: Europa and Europe, Economist and economists.
_NOT_ALONE = frozenset(("e", "i", "o", "u", "y", "es", "s", "ie", "ies"))
_LATIN_END = re.compile(r"(?:ului|ul|iai|ai|as|is|ys|us|os|ės|a|ă|e|ė|i|o|u|y)\Z")
_ENDS_ALONE = re.compile(r"(?:ului|ul|as|is|ys|us|os|ės|a|ă|ė)\Z")

_LETTERS = re.compile(r"[^\W\d_]+\Z")


def forms(word: str, *, alone: bool) -> str:
    """A pattern for a word and its inflected forms; what belongs to no script is matched exactly.

    Args:
        word: letters and digits only, composed.
        alone: whether the word is the whole name.
    """
    exact = re.escape(word)
    if len(word) <= SHORT or not _LETTERS.match(word):
        return exact
    script = script_of(word)
    lower = word.lower()
    if script == "cyrillic":
        return _cyrillic(word, lower, _STEM_ALONE if alone else _STEM)
    if script == "latin" and len(word) >= _LONG_LATIN:
        return _latin(word, lower, alone=alone)
    return exact


def _cyrillic(word: str, lower: str, shortest: int) -> str:
    stem = _stem(word, _CYRILLIC_END.search(lower), shortest)
    endings = "|".join(_CYRILLIC_ENDINGS.split())
    found = [f"{re.escape(stem)}(?:{endings})?"]
    if stem != word:
        found.append(re.escape(word))
    if _FLEETING.search(lower) and len(word.rstrip("ьЬ")) > shortest + 1:
        # Рубец, рубца; огонёк, огонька.
        bare = word.rstrip("ьЬ")
        found.append(f"{re.escape(bare[:-2])}ь?{re.escape(bare[-1])}(?:{endings})")
    return f"(?:{'|'.join(found)})"


def _latin(word: str, lower: str, *, alone: bool) -> str:
    known = [ending for ending in _LATIN_ENDINGS.split() if not (alone and ending in _NOT_ALONE)]
    cut = (_ENDS_ALONE if alone else _LATIN_END).search(lower)
    stem = _stem(word, cut, _STEM_ALONE if alone else _STEM)
    endings = "|".join(known)
    found = [f"{re.escape(word)}(?:{endings})?"]
    if stem != word:
        found.append(f"{re.escape(stem)}(?:{endings})")
    return f"(?:{'|'.join(found)})"


def _stem(word: str, ending: re.Match[str] | None, shortest: int) -> str:
    """The word without its ending, if enough is left of it."""
    if ending is None:
        return word
    start = max(ending.start(), shortest)
    # Of a Cyrillic ending of two letters one can go alone: новости, новостей.
    return word[:start] if start < len(word) else word
