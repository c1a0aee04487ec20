"""Which script a text is written in, from the code points of its letters."""

import re
from collections import Counter
from functools import lru_cache

# Blocks that hold the letters of running text, as the inside of a character class. Rare historical
# blocks are left out on purpose: an unknown letter then counts for no script instead of for a wrong
# one.
LETTERS = {
    "latin": (
        "A-Za-z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u1e00-\u1eff\ua720-\ua7ff"
        "\uff21-\uff3a\uff41-\uff5a"
    ),
    "cyrillic": "\u0400-\u052f\u1c80-\u1c8f\u2de0-\u2dff\ua640-\ua69f",
    "greek": "\u0370-\u0373\u0376-\u037d\u037f-\u03ff\u1f00-\u1fff",
    "armenian": "\u0531-\u0587",
    "georgian": "\u10a0-\u10ff\u1c90-\u1cbf\u2d00-\u2d2f",
    "hebrew": "\u05d0-\u05f2",
    "arabic": "\u0620-\u064a\u066e-\u06d3\u06fa-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc",
    "devanagari": "\u0904-\u0961",
    "bengali": "\u0985-\u09e1",
    "tamil": "\u0b85-\u0bd0",
    "thai": "\u0e01-\u0e46",
    "hangul": "\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3",
    "kana": "\u3041-\u30fe\u31f0-\u31ff",
    "han": "\u3005\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f",
}
_LETTER = re.compile("|".join(f"(?P<{script}>[{block}])" for script, block in LETTERS.items()))

# ISO 639-1 codes of the languages that are not written in Latin letters.
_SCRIPTS_OF = {
    **dict.fromkeys(("be", "bg", "kk", "ky", "mk", "mn", "ru", "tg", "uk"), ("cyrillic",)),
    **dict.fromkeys(("ar", "fa", "ps", "ug", "ur"), ("arabic",)),
    **dict.fromkeys(("hi", "mr", "ne"), ("devanagari",)),
    "sr": ("cyrillic", "latin"),
    "el": ("greek",),
    "hy": ("armenian",),
    "ka": ("georgian",),
    "he": ("hebrew",),
    "bn": ("bengali",),
    "ta": ("tamil",),
    "th": ("thai",),
    "ko": ("hangul", "han"),
    "ja": ("kana", "han"),
    "zh": ("han",),
}

NAMES = {script: script.capitalize() for script in LETTERS} | {
    "han": "Chinese",
    "kana": "Japanese",
}


def letters_by_script(text: str) -> Counter[str]:
    """How many letters of each script `text` has; digits, punctuation and unknown scripts not
    counted.
    """
    return Counter(_counted(text))


# Language and rules of noise ask of the same text in turn: enough is kept for one document.
@lru_cache(maxsize=256)
def _counted(text: str) -> Counter[str]:
    letters: Counter[str] = Counter()
    # A text has few different characters, and they come in the order of their first occurrence.
    for character, count in Counter(text).items():
        script = _script_of_letter(character)
        if script is not None:
            letters[script] += count
    return letters


@lru_cache(maxsize=4096)
def _script_of_letter(character: str) -> str | None:
    found = _LETTER.match(character)
    return None if found is None else found.lastgroup


def script_of(text: str) -> str | None:
    """The script of most letters (`latin`, `cyrillic`, `han` …); None without letters.

    Of two scripts with as many letters the one that comes first in the text.
    """
    most = letters_by_script(text).most_common(1)
    return most[0][0] if most else None


def scripts_of_language(lang: str) -> tuple[str, ...]:
    """The scripts a language (ISO 639-1) is written in; Latin for any that is not known
    otherwise.
    """
    return _SCRIPTS_OF.get(lang, ("latin",))
