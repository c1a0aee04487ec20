"""The codebook: what is asked, of what, with which labels, and under which conditions.

A codebook is immutable; a change makes a new version (a new object with another `content_hash`).
Answers are checked against it in `answers`, files are read in `codebook_file`.
"""

import hashlib
import json
from functools import cached_property

from annotator.domain.codebook_expansion import Condition, Question, expand_question
from annotator.domain.codebook_shape import (
    Detail,
    Example,
    Item,
    Label,
    Rollup,
    Scale,
    Scope,
    WrittenCodebook,
    WrittenQuestion,
    in_language,
)
from annotator.errors import NotFound

__all__ = [
    "CLEANUP",
    "FIXED_KEYS",
    "Codebook",
    "Condition",
    "Detail",
    "Example",
    "Item",
    "Label",
    "Question",
    "Rollup",
    "Scale",
    "Scope",
    "Target",
    "WrittenQuestion",
    "in_language",
]

Target = Item

CLEANUP = "cleanup"

# Keys of the labelling page itself, which no label may take: u back, s skip, f flag, h codebook,
# n note, [ ] context, ? keys.
FIXED_KEYS = frozenset("usfhn[]?")

_SCOPES: tuple[Scope, ...] = ("paragraph", "document", "source")


class Codebook(WrittenCodebook):
    """A checked codebook. Make one with `codebook_file.parse`, or from `canonical_json`."""

    @cached_property
    def asked(self) -> dict[str, Question]:
        """Every question that is on, expanded, by code, in the file's order."""
        found: dict[str, Question] = {}
        for written in self.questions:
            if written.enabled:
                found.update((q.code, q) for q in expand_question(self, written, found))
        return found

    @cached_property
    def sheets(self) -> dict[tuple[str, bool, bool], tuple[Question, ...]]:
        """Questions by scope, clean-up or not, blind or not; made once, read at each save."""
        return {
            (scope, cleanup, blind): tuple(
                question
                for question in self.asked.values()
                if question.scope == scope
                and (question.cleanup or not cleanup)
                and (blind or not question.only_blind)
            )
            for scope in _SCOPES
            for cleanup in (False, True)
            for blind in (False, True)
        }

    def expanded(
        self, scope: str, *, kind: str = "main", blind: bool = False
    ) -> tuple[Question, ...]:
        """The questions of a task, in the order asked.

        Args:
            scope: paragraph, document or source.
            kind: kind of the round; a `cleanup` round asks only what is marked so.
            blind: whether the project is source-blind.
        """
        return self.sheets[scope, kind == CLEANUP, blind]

    def question(self, code: str) -> Question:
        """The question with this expanded code.

        Raises:
            NotFound: the codebook does not ask it.
        """
        found = self.asked.get(code)
        if found is None:
            raise NotFound(
                f"The codebook {self.code} has no question “{code}”: "
                f"its questions are {', '.join(self.asked)}."
            )
        return found

    def gate_of(self, question: Question | str) -> tuple[Condition, ...]:
        """Everything that must hold for the question to apply, from the outermost gate inwards.

        `stance.russia` gives the condition on `content`, then the one on `targets`.
        """
        asked = question if isinstance(question, Question) else self.question(question)
        conditions: dict[Condition, None] = {}
        for condition in asked.show_if:
            conditions.update(dict.fromkeys(self.gate_of(condition.question)))
            conditions[condition] = None
        return tuple(conditions)

    def ranks(self, question: Question | str) -> list[tuple[str, int]]:
        """Labels of an ordinal question with their ranks 1, 2, …, low to high.

        Equal values share a rank. Labels that mean "cannot judge" have none and are left out; so is
        everything on the other scales.
        """
        asked = question if isinstance(question, Question) else self.question(question)
        valued = [
            (label.value, label.code)
            for label in asked.labels
            if label.value is not None and not label.missing and asked.scale == "ordinal"
        ]
        rank_of = {value: n for n, value in enumerate(sorted({v for v, _ in valued}), start=1)}
        ranked = [(code, rank_of[value]) for value, code in valued]
        return sorted(ranked, key=lambda pair: pair[1])

    @cached_property
    def target_names(self) -> tuple[str, ...]:
        """Names and aliases, in all languages, of everything that texts are read for by name.

        That is each item of a list over which a question is repeated, and each that has aliases, as
        far as questions in use take them. Source-blind masking never covers one.
        """
        asked = [written for written in self.questions if written.enabled]
        repeated = {written.for_each for written in asked}
        used = repeated | {written.labels_from for written in asked}
        found: dict[str, None] = {}
        for name in self.lists:
            for item in self.enabled_items(name) if name in used else ():
                if name in repeated or item.aliases:
                    aliases = (alias for named in item.aliases.values() for alias in named)
                    found.update(dict.fromkeys((*item.name.values(), *aliases)))
        return tuple(found)

    @cached_property
    def canonical_json(self) -> str:
        """The content as JSON with sorted keys and without defaults.

        `Codebook.model_validate_json` reads it back. Defaults are left out so that the hash of a
        stored version stays the same when a later program knows more keys.
        """
        content = self.model_dump(mode="json", exclude_defaults=True)
        return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 of `canonical_json`, 64 hexadecimal digits."""
        return hashlib.sha256(self.canonical_json.encode()).hexdigest()
