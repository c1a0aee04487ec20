"""What is put beside a task for its annotator: hints, odd characters, the machine's suggestion.

Hints and odd characters are found in the text as it is shown, so the tasks come here masked. They
are the same for everyone; a suggestion reaches a person only where the lead lets it.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Protocol

from sqlalchemy.orm import Session

from annotator.domain import mentions
from annotator.domain.odd_characters import odd_characters
from annotator.domain.suggestion_policy import When, when_shown
from annotator.errors import AnswersInvalid
from annotator.services import codebooks
from annotator.store.queries import labelling as queries
from annotator.store.queries.labelling import ParagraphShown, SuggestionShown, Task

NONE_SHOWN = "No suggestion is shown to you here, so none can have been seen: load the page again."

Hints = dict[str, dict[str, tuple[str, ...]]]


class Given(Protocol):
    """An assignment with what its round says of suggestions."""

    @property
    def subject_id(self) -> int: ...

    @property
    def suggestions(self) -> str: ...

    @property
    def seed(self) -> int: ...


def with_hints(session: Session, tasks: Sequence[Task], *, user_id: int) -> tuple[Task, ...]:
    """The same tasks; those of paragraphs with hints, odd characters and, if shown, a suggestion.

    Args:
        session: asked only where a suggestion is shown, or a codebook was not parsed yet.
        tasks: of this person, with their texts as shown.
        user_id: the person, for whom suggestions are drawn.
    """
    suggestions = _suggestions(session, tasks, user_id)
    return tuple(
        replace(
            task,
            hints=_hints(session, task, task.paragraph),
            odd=odd_characters(task.paragraph.text),
            suggestion=suggestions.get(task.id),
        )
        if task.paragraph is not None
        else task
        for task in tasks
    )


def suggestion_seen(session: Session, given: Given, *, user_id: int, shown: bool) -> dict[str, Any]:
    """What a revision stores of the suggestion: `suggestion_shown` and `suggested_label`.

    That it was seen is for the page to say; what it was is the server's own word.

    Args:
        session: asked only if one was shown.
        given: the assignment with its round.
        user_id: the person who saves.
        shown: whether the page had shown it.

    Raises:
        AnswersInvalid: it cannot have been shown to this person here.
    """
    if not shown:
        return {"suggestion_shown": False, "suggested_label": None}
    may = when_shown(
        given.suggestions, seed=given.seed, user_id=user_id, subject_id=given.subject_id
    )
    found = queries.suggested(session, [given.subject_id]) if may else {}
    if given.subject_id not in found:
        raise AnswersInvalid({"suggestion_shown": NONE_SHOWN})
    return {"suggestion_shown": True, "suggested_label": found[given.subject_id][0]}


def _hints(session: Session, task: Task, shown: ParagraphShown) -> Hints:
    codebook = codebooks.codebook_by_hash(
        session, version_id=task.codebook_version_id, content_hash=task.content_hash
    )
    asked = codebook.expanded(task.scope, kind=task.kind, blind=task.blind)
    found = {
        question.code: mentions.words(question.names_in_texts, shown.text, shown.lang)
        for question in asked
        if question.names_in_texts
    }
    return {question: labels for question, labels in found.items() if labels}


def _suggestions(
    session: Session, tasks: Sequence[Task], user_id: int
) -> dict[int, SuggestionShown]:
    """By assignment; no query where nothing may be shown."""
    shown: dict[int, tuple[int, When]] = {}
    for task in tasks:
        when = when_shown(
            task.suggestions, seed=task.seed, user_id=user_id, subject_id=task.subject_id
        )
        if when is not None and task.paragraph is not None:
            shown[task.id] = (task.subject_id, when)
    if not shown:
        return {}
    found = queries.suggested(session, [subject_id for subject_id, _ in shown.values()])
    return {
        assignment_id: SuggestionShown(*found[subject_id], when)
        for assignment_id, (subject_id, when) in shown.items()
        if subject_id in found
    }
