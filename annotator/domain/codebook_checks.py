"""What a codebook must hold beyond its shape: everything that looks at two places of the file.

Each check yields faults: a path into the file and a sentence. `codebook_file` adds the line.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from annotator.domain.codebook import CLEANUP, FIXED_KEYS
from annotator.domain.codebook_expansion import Question, expand_question, labels_of, with_target
from annotator.domain.codebook_shape import (
    ANY,
    TARGET,
    Frozen,
    Item,
    Label,
    WrittenCodebook,
    WrittenQuestion,
)

Path = tuple[str | int, ...]

# Names of form fields and of the API beside the answers.
RESERVED_QUESTIONS = frozenset(
    {"answers", "csrf_token", "flag", "note", "reason", "save", "save_id", "seconds"}
    | {"seen_revision", "skip", "spans"}
)
# `any` is a word of show_if; the statistics call an item `gated` that did not pass the gate.
RESERVED_LABELS = frozenset({ANY, "gated"})

# Texts that must be there in every language; the others in the first one only.
_IN_ALL_LANGUAGES = frozenset({"name", "title"})
_LABELLED = frozenset({"nominal", "ordinal", "set"})
_RANKS_NEEDED = 2

# More could neither be answered nor shown; a file of a few lines could ask for a million.
EXPANDED_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class Fault:
    path: Path
    sentence: str


def faults(codebook: WrittenCodebook) -> list[Fault]:
    """Everything wrong with a codebook whose shape is right; empty when it can be used."""
    too_many = _too_many(codebook)
    if too_many is not None:
        return [too_many]
    found = [*_languages(codebook), *_lists(codebook)]
    known: dict[str, Question] = {}
    all_known: dict[str, Question] = {}
    for n, written in enumerate(codebook.questions):
        path = ("questions", n)
        # A question that is off may lean on others that are off: it is checked as if all were on.
        earlier = known if written.enabled else all_known
        expanded = expand_question(codebook, written, earlier)
        found += _own_faults(codebook, written, path)
        found += _conditions(codebook, written, earlier, path)
        found += _codes(expanded, all_known, path)
        all_known.update((q.code, q) for q in expanded)
        if written.enabled:
            known.update((q.code, q) for q in expanded)
    return found


def nearest(word: str, words: Iterable[str]) -> str:
    """` (did you mean “x”?)` when a known word is close, else the empty string."""
    near = get_close_matches(word, sorted(words), n=1)
    return f" (did you mean “{near[0]}”?)" if near else ""


def _too_many(codebook: WrittenCodebook) -> Fault | None:
    count = sum(
        (1 + len(written.details))
        * (len(codebook.enabled_items(written.for_each)) if written.for_each else 1)
        for written in codebook.questions
    )
    if count <= EXPANDED_LIMIT:
        return None
    sentence = (
        f"with for_each and details these are {count:,} questions: "
        f"{EXPANDED_LIMIT:,} is the limit, shorten a list"
    )
    return Fault(("questions",), sentence)


def _languages(codebook: WrittenCodebook) -> Iterator[Fault]:
    for n, lang in enumerate(codebook.languages):
        if lang in codebook.languages[:n]:
            yield Fault(("languages", n), f"“{lang}” stands twice: take one out")
    for path, field, texts in _texts(codebook, ()):
        needed = codebook.languages if field in _IN_ALL_LANGUAGES else codebook.languages[:1]
        for lang in needed:
            if texts and lang not in texts:
                yield Fault(path, f"the text in “{lang}” is missing: write it")
        for lang in texts:
            if lang not in codebook.languages:
                sentence = f"“{lang}” is not one of `languages`: add it there, or take it out"
                yield Fault((*path, lang), sentence)


def _texts(value: Any, path: Path) -> Iterator[tuple[Path, str, dict[str, str]]]:  # noqa: ANN401
    """Every text-by-language below `value`, with its path and the name of its field."""
    if isinstance(value, Frozen):
        for field in type(value).model_fields:
            inner = getattr(value, field)
            if _is_texts(inner):
                yield (*path, field), field, inner
            else:
                yield from _texts(inner, (*path, field))
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _texts(inner, (*path, key))
    elif isinstance(value, tuple):
        for n, inner in enumerate(value):
            yield from _texts(inner, (*path, n))


def _is_texts(value: object) -> bool:
    return (
        isinstance(value, dict)
        and bool(value)
        and all(isinstance(text, str) for text in value.values())
    )


def _lists(codebook: WrittenCodebook) -> Iterator[Fault]:
    for name, items in codebook.lists.items():
        path: Path = ("lists", name)
        if not items:
            yield Fault(path, "the list is empty: write an item, or take the list out")
        for n, item in enumerate(items):
            yield from _label_faults(codebook, item, (*path, n))
            yield from _repeats(items, n, (*path, n))


def _label_faults(codebook: WrittenCodebook, label: Label, path: Path) -> Iterator[Fault]:
    if label.code in RESERVED_LABELS:
        yield Fault((*path, "code"), f"“{label.code}” is a reserved word: choose another code")
    if label.rollup is not None and label.rollup not in codebook.rollups:
        hint = nearest(label.rollup, codebook.rollups)
        sentence = f"“{label.rollup}” is not in `rollups`{hint}: add it there with its name"
        yield Fault((*path, "rollup"), sentence)
    if label.key is not None:
        yield from _key_form(label.key, (*path, "key"))


def _key_form(key: str, path: Path) -> Iterator[Fault]:
    if key in FIXED_KEYS:
        fixed = " ".join(sorted(FIXED_KEYS))
        sentence = f"“{key}” belongs to the labelling page ({fixed}): choose another key"
        yield Fault(path, sentence)
    elif key.isspace() or not key.isprintable() or key != key.lower():
        # Shift with the key of a label marks words, so that capitals are taken.
        sentence = f"“{key}” cannot be a key: choose a digit, a small letter or a sign"
        yield Fault(path, sentence)


def _repeats(labels: Sequence[Label], n: int, path: Path) -> Iterator[Fault]:
    """The label at `n` against those before it: one code, one key, one meaning."""
    label = labels[n]
    for earlier in labels[:n]:
        if label.code == earlier.code:
            yield Fault((*path, "code"), f"the code “{label.code}” stands twice: change one")
        elif label.key is not None and label.key == earlier.key and _together(label, earlier):
            sentence = f"the key “{label.key}” is already that of “{earlier.code}”: change one"
            yield Fault((*path, "key"), sentence)


def _together(*labels: Label) -> bool:
    """Whether labels are on screen at once: items that are off are not."""
    return all(label.enabled for label in labels if isinstance(label, Item))


def _own_faults(codebook: WrittenCodebook, written: WrittenQuestion, path: Path) -> Iterator[Fault]:
    yield from _references(codebook, written, path)
    shared = codebook.enabled_items(written.labels_from) if written.labels_from else ()
    labels: tuple[Label, ...] = (*shared, *written.labels)
    for n, label in enumerate(written.labels):
        yield from _label_faults(codebook, label, (*path, "labels", n))
        yield from _repeats(labels, len(shared) + n, (*path, "labels", n))
    yield from _scale_faults(codebook, written, path)
    yield from _criterion_faults(codebook, written, path)


def _references(codebook: WrittenCodebook, written: WrittenQuestion, path: Path) -> Iterator[Fault]:
    for field in ("labels_from", "for_each"):
        name = getattr(written, field)
        if name is not None and name not in codebook.lists:
            sentence = (
                f"there is no list “{name}”{nearest(name, codebook.lists)}: add it to `lists`"
            )
            yield Fault((*path, field), sentence)
    for n, name in enumerate(written.details):
        if name not in codebook.details:
            hint = nearest(name, codebook.details)
            sentence = f"there is no detail “{name}”{hint}: add it to `details`"
            yield Fault((*path, "details", n), sentence)
    if written.details and written.scale not in _LABELLED:
        yield Fault((*path, "details"), f"a {written.scale} question has no details: take them out")


def _scale_faults(
    codebook: WrittenCodebook, written: WrittenQuestion, path: Path
) -> Iterator[Fault]:
    labels = labels_of(codebook, written)
    if written.scale not in _LABELLED:
        if written.labels or written.labels_from:
            sentence = f"a question of the scale {written.scale} has no labels: take them out"
            yield Fault((*path, "labels"), sentence)
        return
    if not labels:
        yield Fault((*path, "labels"), "no labels: write some, or name a list in labels_from")
    elif written.scale == "ordinal":
        yield from _order(labels, (*path, "labels"))


def _order(labels: Sequence[Label], path: Path) -> Iterator[Fault]:
    ranked = [label for label in labels if not label.missing]
    for label in ranked:
        if label.value is None:
            sentence = (
                f"the label “{label.code}” of an ordinal question has no value: give it its place "
                "in the order, or mark it missing"
            )
            yield Fault(path, sentence)
    values = {label.value for label in ranked} - {None}
    if len(values) < _RANKS_NEEDED and all(label.value is not None for label in ranked):
        sentence = "an ordinal question needs two different values: all labels have the same"
        yield Fault(path, sentence)


def _criterion_faults(
    codebook: WrittenCodebook, written: WrittenQuestion, path: Path
) -> Iterator[Fault]:
    codes = {label.code for label in labels_of(codebook, written)}
    if written.weight is not None and (
        written.scope != "source" or written.scale != "nominal" or not codes >= {"yes", "no"}
    ):
        sentence = "only a nominal source question with the labels yes and no can have a weight"
        yield Fault((*path, "weight"), sentence)
    if written.reversed and written.weight is None:
        yield Fault((*path, "reversed"), "has no meaning without a weight: add one")


def _codes(
    expanded: Sequence[Question], known: Mapping[str, Question], path: Path
) -> Iterator[Fault]:
    taken: set[str] = set()
    for question in expanded:
        if question.code in known or question.code in taken:
            sentence = f"the question “{question.code}” stands twice: change one code"
            yield Fault((*path, "code"), sentence)
        if question.code in RESERVED_QUESTIONS:
            sentence = f"“{question.code}” is a reserved word: choose another code"
            yield Fault((*path, "code"), sentence)
        taken.add(question.code)


def _conditions(
    codebook: WrittenCodebook,
    written: WrittenQuestion,
    earlier: Mapping[str, Question],
    path: Path,
) -> Iterator[Fault]:
    items: tuple[Item | None, ...] = (None,)
    if written.for_each is not None:
        items = codebook.enabled_items(written.for_each)
    later = {question.code for question in codebook.questions} - earlier.keys()
    for code, labels in written.show_if.items():
        where = (*path, "show_if", code)
        if written.for_each is None and (TARGET in code or TARGET in labels):
            yield Fault(where, f"{TARGET} has no meaning here: the question has no for_each")
            continue
        # Copies for several items would complain of the same thing several times.
        sentences: dict[str, None] = {}
        for item in items:
            named = with_target(code, item)
            question = earlier.get(named)
            if question is None:
                sentences[_no_question(named, earlier, later)] = None
            else:
                chosen = tuple(with_target(label, item) for label in labels)
                sentences.update(dict.fromkeys(_condition(written, question, chosen)))
        yield from (Fault(where, sentence) for sentence in sentences)


def _condition(
    written: WrittenQuestion, question: Question, labels: tuple[str, ...]
) -> Iterator[str]:
    """What is wrong with a condition of `written` on an earlier question."""
    code = question.code
    if question.scope != written.scope:
        yield f"“{code}” is asked of the {question.scope}, this question of the {written.scope}"
    if question.scale not in _LABELLED:
        yield f"“{code}” has no labels to choose from: name another question"
    elif labels != (ANY,):
        for label in labels:
            if label not in question.by_code:
                yield f"“{code}” has no label “{label}”{nearest(label, question.label_codes)}"
    if written.cleanup and not question.cleanup:
        yield f"“{code}” is not asked in {CLEANUP} rounds, and this question is"
    if question.only_blind and not written.only_blind:
        yield f"“{code}” is asked in source-blind projects only, and this one in all"


def _no_question(named: str, earlier: Mapping[str, Question], later: set[str]) -> str:
    if named in later:
        return f"“{named}” comes later, or is off: a condition names an earlier question that is on"
    return f"there is no earlier question “{named}”{nearest(named, earlier)}"
