"""What others call items, questions, labels and people, in the words of a project."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy.orm import Session

from annotator.domain.codebook import Codebook, Question
from annotator.domain.sitting import Mark, Sitting
from annotator.domain.spans import Span
from annotator.errors import DataInvalid
from annotator.services.items import items_of
from annotator.store.queries import labels_in as queries

NO_ITEM: Final = "the project has no item {name}: import its document first."
NO_TEXT: Final = "no paragraph of the project reads “{text}”: import its document first."
SEVERAL: Final = (
    "“{text}” stands in {count} places of the project: name one by item_id, since only you know "
    "which was meant."
)
NO_LABEL: Final = "“{label}” is no label of {question}; its labels are {known}."
NO_QUESTION: Final = "the codebook asks no “{question}”; its questions are {known}."
_SHOWN: Final = 60


@dataclass(slots=True)
class Items:
    """Where an item stands: its subject, by id or by text."""

    by_id: dict[str, int] = field(default_factory=dict)
    scopes: dict[int, str] = field(default_factory=dict)
    by_text: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    texts: dict[int, str] = field(default_factory=dict)

    @classmethod
    def of(cls, session: Session, project_id: int) -> "Items":
        """All that stands in the project today; texts of paragraphs are held in memory."""
        found = cls()
        for subject_id, item in items_of(session, project_id=project_id).items():
            if not item.withdrawn:
                found.by_id[item.item_id] = subject_id
                found.scopes[subject_id] = item.scope
        standing = set(found.by_id.values())
        for subject_id, text in queries.texts(session, project_id):
            if subject_id in standing:
                found.texts[subject_id] = text
                found.by_text[_plain(text)].append(subject_id)
        return found

    def subject(self, sitting: Sitting) -> int:
        """Raises:
        DataInvalid: there is no such item, or several have its text.
        """
        if sitting.item_id in self.by_id:
            return self.by_id[sitting.item_id]
        if sitting.text is None:
            raise DataInvalid(NO_ITEM.format(name=_short(sitting.item_id or "without a name")))
        found = self.by_text.get(_plain(sitting.text), [])
        if not found:
            raise DataInvalid(NO_TEXT.format(text=_short(sitting.text)))
        if len(found) > 1:
            sentence = SEVERAL.format(text=_short(sitting.text), count=len(found))
            raise DataInvalid(sentence)
        return found[0]


class Labels:
    """Codes of labels, given as codes or as names in any language of the codebook."""

    def __init__(self, codebook: Codebook) -> None:
        self._questions = codebook.asked
        self._known = {code: _codes(question) for code, question in codebook.asked.items()}

    def answers(self, answers: Mapping[str, Collection[str]]) -> dict[str, list[str]]:
        """Raises:
        DataInvalid: the codebook has no such question or label.
        """
        return {
            code: [self._label(code, label) for label in labels] for code, labels in answers.items()
        }

    def spans(self, marks: Collection[Mark], text: str | None) -> list[Span]:
        """Passages with their words, in order; the same one twice counts once.

        Raises:
            DataInvalid: the codebook has no such question or label.
        """
        found: dict[Span, None] = {}
        for mark in marks:
            quote = mark.quote if mark.quote is not None else (text or "")[mark.start : mark.end]
            label = self._label(mark.question, mark.label)
            found[Span(mark.question, label, mark.start, mark.end, quote)] = None
        return list(found)

    def _label(self, code: str, label: str) -> str:
        question = self._questions.get(code)
        if question is None:
            known = ", ".join(self._questions)
            raise DataInvalid(NO_QUESTION.format(question=_short(code), known=known))
        if question.scale in {"text", "interval"}:
            return label
        found = self._known[code].get(label) or self._known[code].get(_folded(label))
        if found is None:
            known = ", ".join(question.label_codes)
            raise DataInvalid(NO_LABEL.format(label=_short(label), question=code, known=known))
        return found


def _codes(question: Question) -> dict[str, str]:
    """Code by whatever it may be called; a code comes before a name."""
    names = {_folded(name): label.code for label in question.labels for name in label.name.values()}
    return names | {label.code: label.code for label in question.labels}


def _folded(label: str) -> str:
    return _plain(label).casefold()


def _plain(text: str) -> str:
    """What two tools have in common of a text: NFC, and white space as single spaces."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip()


def _short(text: str) -> str:
    plain = _plain(text)
    return plain if len(plain) <= _SHOWN else f"{plain[:_SHOWN]}…"
