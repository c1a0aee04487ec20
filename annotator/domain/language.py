"""Which language a paragraph is in: by its script first, then by py3langid among the given
languages.

py3langid (a fork of langid.py, Lui & Baldwin 2012) scores a text under every language with naive
Bayes over byte n-grams; the margin between two languages is the difference of their log scores.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from annotator.domain.scripts import letters_by_script, scripts_of_language
from annotator.domain.segmentation import Piece

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

__all__ = [
    "COMMON_LANGUAGES",
    "LETTERS_AT_LEAST",
    "SCRIPT_MARGIN",
    "detect",
    "document_language",
    "foreign_language",
]

LETTERS_AT_LEAST = 20
# The margin of an answer that the script alone gives: far above any that the scores reach on one
# line.
SCRIPT_MARGIN = 1000.0
# For where no project says which languages to expect. Fewer languages, fewer false alarms.
COMMON_LANGUAGES = (
    "ar", "be", "bg", "cs", "da", "de", "el", "en", "es", "et", "fa", "fi", "fr", "he", "hi", "hr",
    "hu", "hy", "it", "ja", "ka", "ko", "lt", "lv", "nl", "no", "pl", "pt", "ro", "ru", "sk", "sl",
    "sr", "sv", "tr", "uk", "zh",
)  # fmt: skip

# The first three hundred characters settle it; the time goes up with every one more.
_LOOKED_AT = 300
_PARAGRAPHS_LOOKED_AT = 10


def detect(text: str, langs: Iterable[str]) -> tuple[str | None, float]:
    """(language, margin over the runner-up) of `text` among `langs` (ISO 639-1 codes).

    (None, 0.0) if no language of the list is written in its script, or if it has fewer than
    `LETTERS_AT_LEAST` letters and more than one is. The margin is 0 or more.
    """
    letters = letters_by_script(text[:_LOOKED_AT])
    candidates = _written_like(letters, langs)
    if len(candidates) == 1:
        return candidates[0], SCRIPT_MARGIN
    if not candidates or letters.total() < LETTERS_AT_LEAST:
        return None, 0.0
    scores = _scores(text, candidates)
    ranked = sorted(scores, key=lambda lang: (-scores[lang], lang))
    if not ranked:
        return None, 0.0
    if len(ranked) == 1:
        return ranked[0], SCRIPT_MARGIN
    return ranked[0], scores[ranked[0]] - scores[ranked[1]]


def foreign_language(text: str, lang: str, langs: Iterable[str]) -> tuple[str | None, float]:
    """(language, margin over `lang`) if another of `langs` fits `text` better, else (None, 0.0).

    Only languages in the same script are compared, and nothing is said of a text of fewer than
    `LETTERS_AT_LEAST` letters.
    """
    letters = letters_by_script(text[:_LOOKED_AT])
    candidates = _written_like(letters, {*langs, lang})
    if lang not in candidates or len(candidates) == 1 or letters.total() < LETTERS_AT_LEAST:
        return None, 0.0
    scores = _scores(text, candidates)
    if lang not in scores:
        return None, 0.0
    best = min(scores, key=lambda one: (-scores[one], one))
    return (best, scores[best] - scores[lang]) if best != lang else (None, 0.0)


def document_language(
    pieces: Sequence[Piece], langs: Iterable[str] = COMMON_LANGUAGES
) -> str | None:
    """The language of most of the longest paragraphs, where noise is rarest; None if unclear."""
    longest = sorted(pieces, key=lambda piece: (-len(piece.text), piece.start))
    known = tuple(langs)
    weight: Counter[str] = Counter()
    for piece in longest[:_PARAGRAPHS_LOOKED_AT]:
        lang, _ = detect(piece.text, known)
        if lang is not None:
            weight[lang] += len(piece.text)
    return max(weight, key=lambda lang: (weight[lang], lang)) if weight else None


def _written_like(letters: Counter[str], langs: Iterable[str]) -> list[str]:
    script = max(letters, key=lambda one: letters[one], default=None)
    # Japanese has more Chinese characters than kana in many a line, Chinese never has kana.
    if script == "han" and letters["kana"]:
        script = "kana"
    return sorted({lang for lang in langs if script in scripts_of_language(lang)})


def _scores(text: str, langs: Iterable[str]) -> dict[str, float]:
    """Log scores of those `langs` that the model knows. The model is never restricted in place,
    because several threads share it.
    """
    scores = _all_scores(text[:_LOOKED_AT])
    return {lang: scores[lang] for lang in langs if lang in scores}


# The language of the document, of the paragraph, and whether it is foreign, are asked of the same
# text in turn: enough is kept for one document.
@lru_cache(maxsize=256)
def _all_scores(text: str) -> dict[str, float]:
    return dict(_model().rank(text))


@cache
def _model() -> "LanguageIdentifier":
    # Loading takes a second and brings in numpy: only those who ask for a language pay.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415

    return LanguageIdentifier.from_model_file(MODEL_FILE)
