"""The model's judgment of documents, in the words of a finding."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import repeat
from typing import TYPE_CHECKING, Final

import numpy as np

from annotator.domain.noise.features import LINKS, NONE, Batch
from annotator.domain.noise.finding import Finding, Surroundings
from annotator.domain.noise.lines import RUNNING_TEXT_FROM, is_short, words
from annotator.domain.noise.model import NOISE, Judged, Model, shipped
from annotator.domain.noise.ruling import ruled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

# The bands of the model card: from `SURE` on few are wrong, from `LIKELY` on to be looked at;
# below, nothing is suggested.
SURE: Final = 0.9
LIKELY: Final = 0.5
# What a group of features must add to the log odds to be named, unless it adds the most.
NAMED_FROM: Final = 0.7
REASONS_AT_MOST: Final = 2
OUTSIDE: Final = "It stands outside what looks like the article of the page."
# Shares of links that are said in words.
NEARLY_ALL: Final = 0.9
MUCH: Final = 0.4
# Paragraphs judged together; bounds the memory.
_AT_ONCE: Final = 20_000

GROUPS: Final = ("form", "wording", "place", "around", "vocabulary", "repeats", "links")
_WORDING: Final = ("grams.noise", "grams.headline")
_VOCABULARY: Final = ("topic", "function", "own_script")
_REPEATS: Final = ("copies", "later_copy", "source_share", "source_holding", "source_documents")
_PLACE: Final = (
    "place", "from_top", "from_end", "mass_before", "longs_before", "longs_after", "longs_place",
    "since_long", "until_long", "mass_share", "below_longest",
)  # fmt: skip
_GROUPS: Final = {
    "wording": _WORDING,
    "vocabulary": _VOCABULARY,
    "repeats": _REPEATS,
    "place": _PLACE,
}
# The type and the reason of what is probably no noise.
UNSUSPECTED: Final = ("other", "")
_MANY_DIGITS: Final = 0.3
_DIGIT: Final = re.compile(r"\d")
_MENU_WORDS: Final = 4
_TITLE_WORDS: Final = 5


def judged(
    documents: Sequence[Surroundings], model: Model | None = None
) -> Iterator[tuple[list[Surroundings], Judged]]:
    """Documents, some at a time, with what a model (None: the shipped one) thinks of them."""
    for some in _batches(documents):
        yield some, (model or shipped()).judge(batch(some))


def findings(
    documents: Sequence[Surroundings], found: Judged, model: Model | None = None
) -> Iterator[list[Finding]]:
    """The same in words, by document; without a reason below one half."""
    reasons = _groups(model or shipped(), found)
    row = 0
    for document in documents:
        of_document = []
        for position in range(len(document.pieces)):
            probability = float(found.noise[row])
            kind, reason = UNSUSPECTED
            if row in reasons:
                kind = kind_of(document, position)
                reason = _in_words(document, position, reasons[row])
                if document.placed is not None and document.placed[position].article is False:
                    reason = f"{reason} {OUTSIDE}"
            of_document.append(Finding(kind, probability, reason, by_model=True))
            row += 1
        yield of_document


def rules_of(documents: Sequence[Surroundings], found: Judged) -> Iterator[list[list[Finding]]]:
    """What the rules say of documents that a model has judged: by document and paragraph."""
    row = 0
    for document in documents:
        of_document = []
        for position in range(len(document.pieces)):
            of_document.append(ruled(document, position, headline=bool(found.headlines[row])))
            row += 1
        yield of_document


def group_of(column: str) -> str:
    """The group of a feature, by which reasons are given."""
    if column.startswith(LINKS):
        return "links"
    if "+" in column or "-" in column or "_before" in column or "_after" in column:
        return "place" if column in _PLACE else "around"
    for name, columns in _GROUPS.items():
        if column in columns:
            return name
    return "form"


def batch(documents: Sequence[Surroundings]) -> Batch:
    copies = [Counter(document.keys) for document in documents]
    return Batch(
        texts=[piece.text for document in documents for piece in document.pieces],
        of=np.repeat(np.arange(len(documents)), [len(one.pieces) for one in documents]),
        copies=_column(
            times[key]
            for document, times in zip(documents, copies, strict=True)
            for key in document.keys
        ),
        later=_column(
            position in document.first_copies
            for document in documents
            for position in range(len(document.pieces))
        ),
        elsewhere=_column(
            document.seen_elsewhere.get(key, 0) for document in documents for key in document.keys
        ),
        documents=_column(document.documents_of_source for document in documents),
        links=_column(share for document in documents for share in _links(document)),
        article=_column(inside for document in documents for inside in _article(document)),
    )


def _links(document: Surroundings) -> Iterator[float]:
    if document.placed is None:
        return repeat(NONE, len(document.pieces))
    return (placed.links for placed in document.placed)


def _article(document: Surroundings) -> Iterator[float]:
    if document.placed is None:
        return repeat(NONE, len(document.pieces))
    return (NONE if placed.article is None else float(placed.article) for placed in document.placed)


def _batches(documents: Sequence[Surroundings]) -> Iterator[list[Surroundings]]:
    some: list[Surroundings] = []
    paragraphs = 0
    for document in documents:
        if some and paragraphs + len(document.pieces) > _AT_ONCE:
            yield some
            some, paragraphs = [], 0
        some.append(document)
        paragraphs += len(document.pieces)
    if some:
        yield some


def _groups(model: Model, judged: Judged) -> dict[int, list[str]]:
    """Row of each likely noise -> the groups of features that speak most for it.

    What a group adds is the fall of the log odds when its features are those of the middle
    paragraph of main text.
    """
    rows = np.flatnonzero(judged.noise >= LIKELY)
    if not len(rows):
        return {}
    bins = judged.bins[:, rows]
    groups = _numbered(model.columns)
    # Without a page nothing is known of links, which are the last group.
    asked = len(GROUPS) if judged.from_pages[rows].any() else len(GROUPS) - 1
    changed = [
        np.where((groups == group)[:, None], model.typical[:, None], bins) for group in range(asked)
    ]
    from_pages = np.tile(judged.from_pages[rows], 1 + asked)
    odds = _odds(model.margins(np.concatenate([bins, *changed], axis=1), from_pages))
    odds = odds.reshape(1 + asked, len(rows))
    weight = (odds[0] - odds[1:]).T
    order = np.argsort(-weight, axis=1, kind="stable")[:, :REASONS_AT_MOST]
    return {
        int(row): [
            GROUPS[group] for nth, group in enumerate(best) if nth == 0 or of[group] >= NAMED_FROM
        ]
        for row, best, of in zip(rows, order, weight, strict=True)
    }


@cache
def _numbered(columns: tuple[str, ...]) -> "NDArray[np.int64]":
    return np.array([GROUPS.index(group_of(column)) for column in columns])


def _odds(margins: "Floats") -> "Floats":
    return np.asarray(margins[NOISE] - np.maximum(margins[0], margins[2]))


def _in_words(around: Surroundings, position: int, groups: Sequence[str]) -> str:
    return " ".join(_sentence(around, position, group) for group in groups)


def _sentence(around: Surroundings, position: int, group: str) -> str:
    text = around.pieces[position].text
    if group == "form":
        return (
            "Short and no sentence."
            if is_short(text)
            else "Its form is unlike that of running text."
        )
    if group == "links":
        return of_links(around, position)
    if group == "place":
        return f"It stands {_place(around, position)}."
    return {
        "wording": "Its wording is like that of menus, buttons and notices.",
        "around": "The lines around it look like noise, too.",
        "vocabulary": "It shares few words with the text.",
        "repeats": "The same text stands in several places.",
    }[group]


def of_links(around: Surroundings, position: int) -> str:
    share = around.placed[position].links if around.placed else 0.0
    if share >= NEARLY_ALL:
        return "Nearly all of it is links."
    return "Much of it is links." if share >= MUCH else "It stands among links."


def _place(around: Surroundings, position: int) -> str:
    if not around.body:
        return "in a document without long paragraphs"
    if position < around.body.start:
        return "above the first long paragraph"
    if position >= around.body.stop:
        return "below the last long paragraph"
    return "where the text is often interrupted"


def kind_of(around: Surroundings, position: int) -> str:
    """A guess at the type of noise, for what only the model suspects."""
    text = around.pieces[position].text
    head = text[:RUNNING_TEXT_FROM]
    digits = len(_DIGIT.findall(head))
    if digits >= _MANY_DIGITS * len(head):
        return "metadata"
    if len(text) >= RUNNING_TEXT_FROM:
        return "teaser" if position >= around.body.start else "banner"
    count = words(text)
    if position >= around.body.stop and count >= _TITLE_WORDS:
        return "teaser"
    return "navigation" if count <= _MENU_WORDS else "other"


def _column(values: "Iterator[float]") -> "Floats":
    return np.fromiter(values, np.float32)
