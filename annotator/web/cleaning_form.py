"""The page of a document that is cleaned, as a form: two fields a line, and what was sent of them.

As on the labelling page, the form knows shapes only; what answers mean is checked when they are
saved. A line that was left as it is stored is not sent on.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field

from werkzeug.datastructures import MultiDict

from annotator.domain.answer_words import in_words
from annotator.domain.codebook import Codebook, Question
from annotator.domain.saving import Save
from annotator.errors import AnnotatorError, AnswersInvalid, DataInvalid, StaleAnnotation
from annotator.services.cleaning import CleaningPage, Line

PAGE_DAMAGED = "The page did not come through whole, so nothing was saved: load it again."
SAVE = "save_id"
SEEN = "seen_revision"
SETTLED = "settled_seen"


@dataclass(frozen=True, slots=True)
class LineShown:
    """A line as the template needs it: what is chosen in it, and what was refused of it.

    `stored` is what stands on the server in words, where it was saved elsewhere meanwhile.
    """

    line: Line
    chosen: dict[str, str]
    seen_revision: int
    problem: str | None = None
    stored: tuple[tuple[str, str], ...] = ()
    settled: bool = False

    @property
    def id(self) -> int:
        return self.line.task.id

    @property
    def is_stored(self) -> bool:
        return self.line.task.revision > 0


@dataclass(slots=True)
class CleaningForm:
    """The lines of a page with what is chosen in them, and the id of this save."""

    page: CleaningPage
    sent: MultiDict[str, str] | None = None
    refused: dict[int, AnnotatorError] = field(default_factory=dict)
    page_id: str = field(default_factory=lambda: str(uuid.uuid4()))

    def saves(self) -> list[tuple[int, Save]]:
        """Of each line that was changed, what is to be saved.

        Raises:
            DataInvalid: fields of the page itself are missing or damaged.
        """
        page_id = self._sent_id()
        found = []
        for line in self.page.lines:
            answers = self._answers(line)
            stored = {code: labels for code, labels in line.task.answers.items() if labels}
            if answers and answers != stored:
                found.append((line.task.id, self._save(page_id, line, answers)))
        return found

    def lines(self) -> Iterator[LineShown]:
        for line in self.page.lines:
            yield self._shown(line)

    def _shown(self, line: Line) -> LineShown:
        error = self.refused.get(line.task.id)
        seen = self._seen(line) if self.sent is not None else line.task.revision
        if isinstance(error, StaleAnnotation):
            # What is saved now has seen it.
            seen = error.revision
        stale = error if isinstance(error, StaleAnnotation) else None
        return LineShown(
            line=line,
            chosen={code: labels[0] for code, labels in self._answers(line).items() if labels},
            seen_revision=seen,
            problem=None if error is None else _sentence(error),
            stored=() if stale is None else self._in_words(stale),
            settled=stale is not None and stale.settled,
        )

    def _answers(self, line: Line) -> dict[str, list[str]]:
        if self.sent is None:
            return line.task.answers
        found: dict[str, list[str]] = {}
        for question in self.page.gate.questions:
            chosen = [value for value in self.sent.getlist(name_of(line, question)) if value]
            if chosen:
                found[question.code] = chosen
        return found

    def _save(self, page_id: uuid.UUID, line: Line, answers: dict[str, list[str]]) -> Save:
        at = line.number - self.page.lines[0].number
        return Save(
            save_id=str(uuid.uuid5(page_id, str(line.task.id))),
            seen_revision=self._seen(line),
            answers=answers,
            note=line.task.note,
            settled_seen=self.sent is not None and f"{line.task.id}:{SETTLED}" in self.sent,
            context_before=at,
            context_after=len(self.page.lines) - at - 1,
        )

    def _sent_id(self) -> uuid.UUID:
        try:
            return uuid.UUID(self._field(SAVE, ""))
        except ValueError as error:
            raise DataInvalid(PAGE_DAMAGED) from error

    def _field(self, name: str, missing: str) -> str:
        return missing if self.sent is None else self.sent.get(name, missing)

    def _seen(self, line: Line) -> int:
        """The revision that the page showed; a line without one had none."""
        value = self._field(f"{line.task.id}:{SEEN}", "0")
        if not (value.isascii() and value.isdigit() and len(value) < 10):  # noqa: PLR2004 - digits
            raise DataInvalid(PAGE_DAMAGED)
        return int(value)

    def _in_words(self, error: StaleAnnotation) -> tuple[tuple[str, str], ...]:
        answers = error.annotation.get("answers", {})
        return in_words(self.page.codebook, answers, language(self.page.codebook))


def name_of(line: Line, question: Question) -> str:
    """Of a field: every line asks the same questions."""
    return f"{line.task.id}:{question.code}"


def language(codebook: Codebook) -> str:
    """The first language of the codebook: the pages around it are in English, too."""
    return codebook.languages[0]


def _sentence(error: AnnotatorError) -> str:
    if isinstance(error, AnswersInvalid):
        return " ".join(error.problems.values())
    return str(error)
