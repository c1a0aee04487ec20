"""What is new in a codebook: two versions compared as people read them, in one language.

Things are paired by their codes, which never change their meaning: a new name under an old code is
a renaming, an old name under a new code is one thing removed and another added. What is written but
switched off (`enabled: false`) is not asked, so it counts as absent.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, Protocol, TypeVar

from annotator.domain.codebook import Codebook
from annotator.domain.codebook_shape import (
    ANY,
    TARGET,
    Item,
    Label,
    WrittenQuestion,
    in_language,
)

Kind = Literal["added", "removed", "changed"]
Aspect = Literal[
    "name",
    "definition",
    "positive example",
    "negative example",
    "key",
    "value",
    "meaning",
    "coarser label",
    "other names",
    "title",
    "description",
    "rule",
    "condition",
    "asked of",
    "scale",
    "answer",
    "marked words",
    "repeated for",
    "details",
    "agreement",
    "clean-up rounds",
    "source-blind only",
    "order of labels",
    "order of questions",
]

# A change of one of these can change which label is right; the rest is about finding and typing it.
MEANING: frozenset[Aspect] = frozenset(
    {
        "definition",
        "positive example",
        "negative example",
        "value",
        "meaning",
        "rule",
        "condition",
        "asked of",
        "scale",
        "repeated for",
    }
)
MARKED = {"none": "", "may": "may be marked", "must": "must be marked"}


class Coded(Protocol):
    @property
    def code(self) -> str: ...


Thing = TypeVar("Thing", bound=Coded)
# What makes an aspect the same, and the words for it. The two differ where codes are named by their
# names: a label that is renamed changes no condition in which it stands.
Aspects = dict[Aspect, tuple[object, str]]
_NOTHING = ("", "")


@dataclass(frozen=True, slots=True)
class Difference:
    """The old and the new words of one aspect; the empty string where nothing is written."""

    aspect: Aspect
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class LabelChange:
    """A label that was added, removed or changed; `name` is the newest one it has."""

    code: str
    name: str
    kind: Kind
    differences: tuple[Difference, ...]

    @property
    def says(self) -> str:
        """What became of the label, in a word or two."""
        if self.kind != "changed":
            return self.kind
        aspects = {difference.aspect for difference in self.differences}
        return (
            _joined(
                word
                for word, holds in (
                    ("renamed", "name" in aspects),
                    ("redefined", not aspects.isdisjoint(MEANING)),
                    ("new key", "key" in aspects),
                )
                if holds
            )
            or "changed"
        )


@dataclass(frozen=True, slots=True)
class QuestionChange:
    """A question that was added, removed or changed, with its labels that were."""

    code: str
    name: str
    kind: Kind
    differences: tuple[Difference, ...]
    labels: tuple[LabelChange, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """`differences` are those of the codebook as a whole."""

    differences: tuple[Difference, ...]
    questions: tuple[QuestionChange, ...]

    def __bool__(self) -> bool:
        return bool(self.differences or self.questions)


@dataclass(frozen=True, slots=True)
class _Pair(Generic[Thing]):
    """One thing in both versions; None where it is not there."""

    before: Thing | None
    after: Thing | None

    @property
    def kind(self) -> Kind:
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "changed"

    @property
    def newest(self) -> Thing:
        found = self.after or self.before
        assert found is not None  # noqa: S101 - a pair holds at least one
        return found


def changes(before: Codebook, after: Codebook, lang: str) -> Changes:
    """Everything that a reader of `after` in this language finds different from `before`.

    Questions and labels come in the order of `after`; removed ones stand after the one that they
    followed. Returns something false when the two read the same.
    """
    return Changes(
        differences=_differences(_whole(before, lang), _whole(after, lang))
        + _order("order of questions", _asked(before), _asked(after), lang),
        questions=tuple(_question_changes(before, after, lang)),
    )


def _question_changes(before: Codebook, after: Codebook, lang: str) -> Iterator[QuestionChange]:
    for pair in _pairs(_asked(before), _asked(after)):
        old = _question(before, pair.before, lang)
        new = _question(after, pair.after, lang)
        old_labels, new_labels = _labels(before, pair.before), _labels(after, pair.after)
        differences = _differences(old, new)
        if pair.kind == "changed":
            differences += _order("order of labels", old_labels, new_labels, lang)
        labels = tuple(_label_changes(_Pair(before, after), old_labels, new_labels, lang))
        if differences or labels:
            newest = pair.newest
            yield QuestionChange(
                newest.code, _target_named(newest.name_in(lang)), pair.kind, differences, labels
            )


def _label_changes(
    books: _Pair[Codebook], before: Sequence[Label], after: Sequence[Label], lang: str
) -> Iterator[LabelChange]:
    for pair in _pairs(before, after):
        differences = _differences(
            _label(books.before, pair.before, lang), _label(books.after, pair.after, lang)
        )
        if differences:
            newest = pair.newest
            yield LabelChange(newest.code, newest.name_in(lang), pair.kind, differences)


def _pairs(before: Sequence[Thing], after: Sequence[Thing]) -> list[_Pair[Thing]]:
    """By code, in the order of `after`, removed ones after the one that they followed."""
    old = {thing.code: thing for thing in before}
    new = {thing.code: thing for thing in after}
    order = list(new)
    previous: str | None = None
    for code in old:
        if code not in new:
            order.insert(0 if previous is None else order.index(previous) + 1, code)
        previous = code
    return [_Pair(old.get(code), new.get(code)) for code in order]


def _differences(before: Aspects, after: Aspects) -> tuple[Difference, ...]:
    aspects = dict.fromkeys([*after, *before])
    pairs = ((each, before.get(each, _NOTHING), after.get(each, _NOTHING)) for each in aspects)
    return tuple(
        Difference(aspect, old_words, new_words)
        for aspect, (old, old_words), (new, new_words) in pairs
        if (old or "") != (new or "")
    )


def _order(
    aspect: Aspect,
    before: Sequence[Label | WrittenQuestion],
    after: Sequence[Label | WrittenQuestion],
    lang: str,
) -> tuple[Difference, ...]:
    """A difference only if things that stayed changed places."""
    stayed = {thing.code for thing in before} & {thing.code for thing in after}
    old = [thing for thing in before if thing.code in stayed]
    new = [thing for thing in after if thing.code in stayed]
    if [thing.code for thing in old] == [thing.code for thing in new]:
        return ()
    return (Difference(aspect, _names(old, lang), _names(new, lang)),)


def _whole(codebook: Codebook, lang: str) -> Aspects:
    return _plain(
        {
            "title": in_language(codebook.title, lang),
            "description": in_language(codebook.description, lang),
        }
    )


def _question(codebook: Codebook, question: WrittenQuestion | None, lang: str) -> Aspects:
    if question is None:
        return {}
    items = codebook.enabled_items(question.for_each) if question.for_each else ()
    details = [codebook.details[code].name_in(lang) for code in question.details]
    return _plain(
        {
            "name": _target_named(question.name_in(lang)),
            "rule": question.help_in(lang),
            "asked of": f"every {question.scope}",
            "scale": "any number of labels" if question.scale == "set" else question.scale,
            "answer": "required" if question.required else "optional",
            "marked words": MARKED[question.spans],
            "agreement": "" if question.agreement else "left out of agreement",
            "clean-up rounds": "asked there, too" if question.cleanup else "",
            "source-blind only": "asked there only" if question.only_blind else "",
        }
    ) | {
        "condition": (question.show_if, _conditions(codebook, question, lang)),
        "repeated for": ([item.code for item in items], _names(items, lang)),
        "details": (question.details, _joined(details)),
    }


def _label(codebook: Codebook | None, label: Label | None, lang: str) -> Aspects:
    if codebook is None or label is None:
        return {}
    coarser = codebook.rollups.get(label.rollup) if label.rollup else None
    aspects = _plain(
        {
            "name": label.name_in(lang),
            "definition": label.definition_in(lang),
            "positive example": in_language(label.example.positive, lang),
            "negative example": in_language(label.example.negative, lang),
            "key": label.key or "",
            "value": "" if label.value is None else f"{label.value:g}",
            "meaning": "cannot judge" if label.missing else "",
        }
    )
    aspects["coarser label"] = (label.rollup, coarser.name_in(lang) if coarser else "")
    if isinstance(label, Item):
        aspects |= _plain({"other names": _joined(_aliases(label))})
    return aspects


def _plain(texts: dict[Aspect, str]) -> Aspects:
    return {aspect: (text, text) for aspect, text in texts.items()}


def _aliases(item: Item) -> Iterator[str]:
    for aliases in item.aliases.values():
        yield from aliases


def _conditions(codebook: Codebook, question: WrittenQuestion, lang: str) -> str:
    return "; and ".join(
        _condition(codebook, code, chosen, lang) for code, chosen in question.show_if.items()
    )


def _condition(codebook: Codebook, code: str, chosen: Sequence[str], lang: str) -> str:
    base = code.removesuffix(f".{TARGET}")
    gate = next((each for each in codebook.questions if each.code == base), None)
    # Of a question that is repeated, one copy may be named: then the code says which.
    asked = _target_named(gate.name_in(lang)) if gate else code
    if ANY in chosen:
        return f"“{asked}” has an answer"
    names = {label.code: label.name_in(lang) for label in _labels(codebook, gate)}
    words = ("the same target" if one == TARGET else names.get(one, one) for one in chosen)
    return f"“{asked}” is {' or '.join(words)}"


def _asked(codebook: Codebook) -> tuple[WrittenQuestion, ...]:
    return tuple(question for question in codebook.questions if question.enabled)


def _labels(codebook: Codebook, question: WrittenQuestion | None) -> tuple[Label, ...]:
    if question is None:
        return ()
    listed = codebook.enabled_items(question.labels_from) if question.labels_from else ()
    return (*listed, *question.labels)


def _target_named(name: str) -> str:
    """“Stance on {target}” as a person reads it before it is repeated."""
    return name.replace("{target}", "…")


def _names(things: Iterable[Label | WrittenQuestion], lang: str) -> str:
    return _joined(_target_named(thing.name_in(lang)) for thing in things)


def _joined(words: Iterable[str]) -> str:
    return ", ".join(words)
