"""What the queue can be narrowed to, in the address of a page and as choices on it.

People stand there under their pseudonyms. What an address names that is not there narrows the
queue to nothing, or is passed over where it is no name at all.
"""

from typing import Any

from werkzeug.datastructures import MultiDict

from annotator.domain.adjudication import Answer, shown
from annotator.domain.identity import pseudonym
from annotator.services.adjudication.index import Docket
from annotator.services.adjudication.queue import Filters
from annotator.store.queries import judgments
from annotator.web.access import database

NAMES = ("question", "labels", "source", "lang", "voters", "round")
BETWEEN = "~"
MOST = 100


def kept(given: MultiDict[str, str]) -> dict[str, Any]:
    """The filters of a request, to be handed on."""
    return {name: given[name] for name in NAMES if given.get(name)}


def filters_of(given: MultiDict[str, str], project_id: int) -> Filters:
    question = given.get("question") or None
    labels = _pair(given.get("labels", ""))
    voters = _pair(given.get("voters", ""))
    return Filters(
        question=question,
        labels=(_answer(labels[0]), _answer(labels[1])) if labels and question else None,
        source_id=given.get("source", type=int),
        lang=given.get("lang") or None,
        voters=_people(voters, project_id) if voters else None,
        round_id=given.get("round", type=int),
    )


def _pair(text: str) -> tuple[str, str] | None:
    first, between, second = text.partition(BETWEEN)
    return (first, second) if between else None


def _answer(text: str) -> Answer:
    return tuple(part for part in text.split("|") if part)


def _people(names: tuple[str, str], project_id: int) -> tuple[int, int]:
    by_name = {name: user for user, name in _pseudonyms(project_id).items()}
    return by_name.get(names[0], 0), by_name.get(names[1], 0)


def _pseudonyms(project_id: int) -> dict[int, str]:
    with database().read() as session:
        key = judgments.pseudonym_key(session, project_id)
        people = judgments.annotators(session, project_id)
    return {user: pseudonym(key, each.name) for user, each in people.items()}


def choices_of(
    docket: Docket, project_id: int, filters: Filters
) -> dict[str, list[tuple[str, str]]]:
    """By the name of each filter its values, each with the words for it; one value is no choice."""
    facets = docket.facets
    with database().read() as session:
        sources = judgments.source_names(session, project_id)
        rounds = {each.id: each.name for each in judgments.rounds(session, project_id)}
    names = _pseudonyms(project_id)
    voters = sorted(names[user] for user in facets.users if user in names)
    found = {
        "source": [
            (str(key), f"{sources.get(key, key)} ({n:,})") for key, n in facets.sources.items()
        ],
        "lang": [(lang, f"{lang} ({n:,})") for lang, n in facets.langs.items() if lang],
        "round": [
            (str(key), f"{rounds.get(key, key)} ({n:,})") for key, n in facets.rounds.items()
        ],
        "voters": [
            (f"{one}{BETWEEN}{other}", f"{one} and {other}")
            for number, one in enumerate(voters)
            for other in voters[number + 1 :]
        ][:MOST],
        "labels": [],
    }
    if filters.question:
        found["labels"] = [
            ("|".join(a) + BETWEEN + "|".join(b), f"{shown(a)} or {shown(b)} ({n:,})")
            for (a, b), n in docket.label_pairs(filters.question).most_common(MOST)
        ]
    return {
        name: sorted(values, key=lambda pair: pair[1]) if name != "labels" else values
        for name, values in found.items()
        if len(values) > 1 or (name == "labels" and values)
    }
