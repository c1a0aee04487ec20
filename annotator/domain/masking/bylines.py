"""The people that a byline names, with the other ways in which texts write them."""

import re
from collections.abc import Iterator

from annotator.domain.masking.folding import plain

_BETWEEN = re.compile(
    r"\s*[,;/|&•·]\s*|\s+(?:and|und|et|y|e|i|ir|și|si|и|та|і|with)\s+", re.IGNORECASE
)
_BEFORE = re.compile(
    r"\A(?:by|from|author|authors|text|words|story|par|(?-i:de)|autor|autorius|autorė|parengė|tekstas"
    r"|автор|авторы|текст|беседовал|беседовала|подготовил|подготовила)\b\s*[:—–-]?\s*",
    re.IGNORECASE,
)
_EDGES = " .:—–-#*()[]«»„“”\"'"
# What stands where a name should: it would be hidden wherever the word is used.
_OFFICES = (
    "admin administrator author editor editors editorial staff newsroom news team desk redaction "
    "redacția redactia redakcija redakcja redaktor redactor corespondent correspondent reporter "
    "guest special agency agencies wire press analysis analize opinion unknown anonymous none "
    "редакция редактор автор корреспондент пресс-служба агентство новости отдел аноним"
)
_NOBODY = frozenset(_OFFICES.split())
_SHORTEST_ALONE = 4
_WORDS_OF_A_PERSON = (2, 3)
_PERSON_WORD = re.compile(r"[^\W\d_]{2,}(?:-[^\W\d_]+)*\Z")


def people(byline: str) -> tuple[str, ...]:
    """The names in a byline, in its order: as written, turned round, and with initials.

    Titles of an office alone (“Staff”, «Редакция») and single words of fewer than four letters
    name nobody. A bare surname is not among them: it may be that of somebody in the news.
    """
    found: dict[str, None] = {}
    for part in _BETWEEN.split(plain(byline)):
        name = _BEFORE.sub("", part.strip(_EDGES)).strip(_EDGES)
        if _names_somebody(name):
            found.update(dict.fromkeys(_spellings(name)))
    return tuple(found)


def _names_somebody(name: str) -> bool:
    words = name.split()
    if all(word.lower() in _NOBODY for word in words):
        return False
    return len(words) > 1 or len(name) >= _SHORTEST_ALONE


def _spellings(name: str) -> Iterator[str]:
    yield name
    words = name.split()
    is_person = len(words) in _WORDS_OF_A_PERSON and all(
        _PERSON_WORD.match(word) and not word[0].islower() for word in words
    )
    if not is_person:
        return
    first, *_, last = words
    yield f"{first} {last}"
    yield f"{last} {first}"
    yield f"{first[0]}. {last}"
    yield f"{last} {first[0]}."
