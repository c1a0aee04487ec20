"""From questions as written to questions as asked.

A question that is repeated over a list becomes one per item (`stance.russia`, `stance.china`); a
question with details is followed by them (`marks_ads.evidence`). Expansion never fails: what points
nowhere becomes empty, and `codebook_checks` complains of it.
"""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from annotator.domain.codebook_shape import (
    ANY,
    TARGET,
    Example,
    Format,
    Frozen,
    Item,
    Label,
    QuestionTraits,
    Texts,
    WrittenCodebook,
    WrittenQuestion,
    in_language,
)

# A label's code with its names, each with the language that it is written in.
Names = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]

# What a name may hold in place of the name of the item.
_PLACE = "{target}"


class Condition(Frozen):
    """Holds when at least one of `labels` is chosen in `question` (an expanded code)."""

    question: str
    labels: tuple[str, ...]


class Question(QuestionTraits):
    """A question as asked. `base` is its code before expansion, `target` the item it is for."""

    code: str
    base: str
    target: str | None = None
    detail_of: str | None = None
    format: Format = "text"
    show_if: tuple[Condition, ...] = ()

    @cached_property
    def label_codes(self) -> tuple[str, ...]:
        return tuple(label.code for label in self.labels)

    @cached_property
    def by_code(self) -> dict[str, Label]:
        """Labels by code, in the codebook's order."""
        return {label.code: label for label in self.labels}

    @cached_property
    def missing_codes(self) -> frozenset[str]:
        """Labels that mean "cannot judge"."""
        return frozenset(label.code for label in self.labels if label.missing)

    @cached_property
    def coarser(self) -> dict[str, str]:
        """The coarser code of every label; a label without one keeps its own."""
        return {label.code: label.rollup or label.code for label in self.labels}

    @cached_property
    def names_in_texts(self) -> Names:
        """Names and aliases of the labels that have aliases; the others are no names."""
        return tuple(
            (label.code, (*label.name.items(), *_by_language(label.aliases)))
            for label in self.labels
            if isinstance(label, Item) and any(label.aliases.values())
        )


def _by_language(aliases: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    return ((lang, alias) for lang, written in aliases.items() for alias in written)


def expand_question(
    codebook: WrittenCodebook, written: WrittenQuestion, earlier: Mapping[str, Question]
) -> tuple[Question, ...]:
    """The questions that one written question becomes, each followed by its details.

    Args:
        codebook: for its lists, details and the order of languages.
        written: the question to expand.
        earlier: expanded questions by code; `any` in a condition means all labels found here.
    """
    items: tuple[Item | None, ...] = (None,)
    if written.for_each is not None:
        items = codebook.enabled_items(written.for_each)
    traits = _traits(codebook, written)
    expanded: list[Question] = []
    for item in items:
        question = _copy(written, traits, item, earlier)
        expanded.append(question)
        expanded.extend(_details(codebook, written, question))
    return tuple(expanded)


def with_target(text: str, item: Item | None) -> str:
    """A code of a condition with `$target` replaced."""
    return text if item is None else text.replace(TARGET, item.code)


def _traits(codebook: WrittenCodebook, written: WrittenQuestion) -> dict[str, Any]:
    """What all copies of a question share, made once."""
    kept = {name: getattr(written, name) for name in QuestionTraits.model_fields}
    return kept | {
        "name": in_order(written.name, codebook),
        "help": in_order(written.help, codebook),
        "labels": labels_of(codebook, written),
        "agreement": written.agreement and written.scale != "text",
    }


def _copy(
    written: WrittenQuestion,
    traits: dict[str, Any],
    item: Item | None,
    earlier: Mapping[str, Question],
) -> Question:
    own = {
        "code": written.code if item is None else f"{written.code}.{item.code}",
        "base": written.code,
        "target": item and item.code,
        "name": _named(traits["name"], item),
        "help": _filled(traits["help"], item),
        "show_if": tuple(
            _condition(with_target(question, item), labels, item, earlier)
            for question, labels in written.show_if.items()
        ),
    }
    return Question(**(traits | own))


def _condition(
    question: str, labels: tuple[str, ...], item: Item | None, earlier: Mapping[str, Question]
) -> Condition:
    if labels == (ANY,):
        known = earlier.get(question)
        return Condition(question=question, labels=known.label_codes if known else ())
    return Condition(question=question, labels=tuple(with_target(label, item) for label in labels))


def labels_of(codebook: WrittenCodebook, written: WrittenQuestion) -> tuple[Label, ...]:
    """Labels of the named list that are in use, then the question's own."""
    shared = codebook.enabled_items(written.labels_from) if written.labels_from else ()
    return tuple(_in_first_language_first(label, codebook) for label in (*shared, *written.labels))


def _details(
    codebook: WrittenCodebook, written: WrittenQuestion, question: Question
) -> list[Question]:
    return [
        Question(
            code=f"{question.code}.{code}",
            base=f"{question.base}.{code}",
            target=question.target,
            detail_of=question.code,
            scope=question.scope,
            scale="text",
            format=detail.format,
            name=in_order(detail.name, codebook),
            help=in_order(detail.help, codebook),
            required=detail.required,
            agreement=False,
            cleanup=question.cleanup,
            only_blind=question.only_blind,
            show_if=(Condition(question=question.code, labels=question.label_codes),),
        )
        for code in written.details
        if (detail := codebook.details.get(code)) is not None
    ]


def in_order(texts: Texts, codebook: WrittenCodebook) -> Texts:
    """The same texts with the codebook's first language first, which is the one to fall back to."""
    return {lang: texts[lang] for lang in codebook.languages if lang in texts}


def _in_first_language_first(label: Label, codebook: WrittenCodebook) -> Label:
    example = Example(
        positive=in_order(label.example.positive, codebook),
        negative=in_order(label.example.negative, codebook),
    )
    names = in_order(label.name, codebook)
    definition = in_order(label.definition, codebook)
    return label.model_copy(update={"name": names, "definition": definition, "example": example})


def _named(texts: Texts, item: Item | None) -> Texts:
    """Names of the copies differ even where the lead wrote no `{target}`."""
    if item is None:
        return texts
    placed = {lang: t if _PLACE in t else f"{t}: {_PLACE}" for lang, t in texts.items()}
    return _filled(placed, item)


def _filled(texts: Texts, item: Item | None) -> Texts:
    if item is None:
        return texts
    return {lang: t.replace(_PLACE, in_language(item.name, lang)) for lang, t in texts.items()}
