"""What a person sends for one task, and the checks that need no database."""

import math
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from annotator.domain import answers as answering
from annotator.domain import spans as spanning
from annotator.domain.codebook import Codebook
from annotator.domain.plain_text import strange_character
from annotator.domain.spans import Span
from annotator.errors import AnswersInvalid, DataInvalid

NOTE_LIMIT = 2000

SAVE_ID_MALFORMED = "The save_id must be a UUID, such as 123e4567-e89b-42d3-a456-426614174000."
SECONDS_WRONG = "The seconds must be a number of 0 or more."
CONTEXT_WRONG = "The number of paragraphs of context must be 0 or more."
NOTE_TOO_LONG = "The note has {count:,} characters: shorten it to {limit:,}."
NOTE_STRANGE = "The note holds the character {character}: take it out."


@dataclass(frozen=True, slots=True)
class Save:
    """What a person sends for one task.

    `save_id` is a UUID made by the client, so that the same save sent twice is stored once;
    `seen_revision` is the revision that the page showed, 0 for none; `suggestion_shown`: the
    machine's suggestion was in view when they answered; `settled_seen`: they were told that a lead
    has settled the subject since they last saved.
    """

    save_id: str
    seen_revision: int
    answers: Mapping[str, object]
    spans: Sequence[Span] = ()
    seconds: float | None = None
    note: str | None = None
    context_before: int = 0
    context_after: int = 0
    suggestion_shown: bool = False
    settled_seen: bool = False


def content(
    save: Save, codebook: Codebook, *, scope: str, kind: str, blind: bool, text: str | None
) -> dict[str, Any]:
    """What is stored of a save, in one spelling: answers, spans, note, seconds and context.

    Args:
        save: as it was sent.
        codebook: the version that the round is labelled under.
        scope: paragraph, document or source.
        kind: kind of the round.
        blind: whether the round is source-blind.
        text: of the paragraph; needed only where there are spans.

    Raises:
        AnswersInvalid: a sentence per question, or for `spans`, `note`, `seconds`, `context`.
    """
    answers = answering.check(codebook, scope, save.answers, kind=kind, blind=blind)
    found = _field_problems(save)
    questions = codebook.expanded(scope, kind=kind, blind=blind)
    wrong = spanning.problem(questions, answers, save.spans, text)
    if wrong is not None:
        found["spans"] = wrong
    if found:
        raise AnswersInvalid(found)
    return {
        "answers": answers,
        "spans": [span.as_json() for span in save.spans],
        "note": checked_note(save.note),
        "seconds": save.seconds,
        "context_before": save.context_before,
        "context_after": save.context_after,
    }


def checked_note(note: str | None) -> str | None:
    """The note without white space around it; None if nothing is left.

    Raises:
        DataInvalid: it is too long, or holds control characters.
    """
    text = (note or "").replace("\r\n", "\n").strip()
    wrong = _note_problem(text)
    if wrong is not None:
        raise DataInvalid(wrong)
    return text or None


def checked_id(save_id: str) -> str:
    """The save_id in lower case with hyphens.

    Raises:
        DataInvalid: it is no UUID.
    """
    try:
        return str(uuid.UUID(save_id))
    except ValueError as error:
        raise DataInvalid(SAVE_ID_MALFORMED) from error


def _field_problems(save: Save) -> dict[str, str]:
    found: dict[str, str] = {}
    if save.seconds is not None and not (math.isfinite(save.seconds) and save.seconds >= 0):
        found["seconds"] = SECONDS_WRONG
    if save.context_before < 0 or save.context_after < 0:
        found["context"] = CONTEXT_WRONG
    wrong = _note_problem(save.note or "")
    if wrong is not None:
        found["note"] = wrong
    return found


def _note_problem(note: str) -> str | None:
    if len(note) > NOTE_LIMIT:
        return NOTE_TOO_LONG.format(count=len(note), limit=NOTE_LIMIT)
    strange = strange_character(note)
    return None if strange is None else NOTE_STRANGE.format(character=strange)
