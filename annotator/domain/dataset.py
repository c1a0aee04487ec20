"""The tables of a release: their columns, what a cell means, and what is computed from judgments.

A row is a tuple with a value for each column of its table, None where nothing is known. Everything
a reader must know to use a table stands in `means`; the data dictionary is made from it.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final, Literal

from annotator.domain.judgments import item_agreement

Kind = Literal["text", "integer", "number", "json"]
Cell = str | int | float | None
Row = tuple[Cell, ...]

QUESTION: Final = "<question>"
ALTERNATIVE: Final = " / "
TABLES: Final = ("annotations", "items", "labels", "annotators", "sources")

# A judgment with one of these codes is the free first judgment of a person all the same: it is
# left out of agreement only because nobody else has one, or because a copy of the text counts.
VOTING: Final = frozenset({"", "single_coded", "cluster_duplicate"})

GOLD_METHODS: Final = ("unanimous", "majority", "model", "person", "consensus", "propagated")
NO_GOLD_STATES: Final = ("void", "undecidable", "codebook_unclear")

JUDGED_PATTERN: Final = re.compile(r"(gold|gold_method|votes|agreement)\.(.+)")


@dataclass(frozen=True, slots=True)
class Column:
    """`json` is a text that holds JSON. A name may end in `<question>`: there is one for each."""

    name: str
    kind: Kind
    means: str


@dataclass(frozen=True, slots=True)
class Table:
    """`order` says in words how the rows are sorted."""

    name: str
    means: str
    order: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    def asked(self, questions: Iterable[str]) -> "Table":
        """The table with a set of columns for each question in place of the pattern."""
        fixed = [column for column in self.columns if not column.name.endswith(QUESTION)]
        patterns = [column for column in self.columns if column.name.endswith(QUESTION)]
        copies = [
            replace(column, name=column.name.replace(QUESTION, question))
            for question in questions
            for column in patterns
        ]
        return replace(self, columns=(*fixed, *copies))


ANNOTATIONS: Final = Table(
    "annotations",
    "One row per item, annotator and question. Scoring the rows with empty `excluded` gives the "
    "figures of agreement.json again.",
    "by item_id, annotator_id, question, round",
    (
        Column("item_id", "text", "What was judged: a paragraph (p-…), document (d-…) or source "
               "(s-…). Made from the content, the same on any machine."),
        Column("annotator_id", "text", "Pseudonym of the person, the same in every release of the "
               "project."),
        Column("question", "text", "Code of the question in codebook.yaml, as asked "
               "(stance.russia)."),
        Column("label", "text", "What was answered: a label's code; labels of a set sorted and "
               "joined by |; a number or a text where the question asks for one. Empty unless "
               "`state` is answered; an answered set that is empty is the empty set."),
        Column("document_id", "text", "The document of the item, the cluster that intervals are "
               "resampled by. Empty for a source."),
        Column("cluster_id", "text", "Items with the same or nearly the same text share it. Empty "
               "where there is no other."),
        Column("state", "text", "answered; left_blank (optional, and not answered); not_applicable "
               "(its condition is false after the earlier answers); skipped (the whole item); open "
               "(not done yet)."),
        Column("round", "text", "Name of the round; manifest.json has its kind."),
        Column("codebook_version", "integer", "Number of the codebook the answer was given under."),
        Column("revision", "integer", "Which saving this is, from 1: the last before the annotator "
               "saw any vote, gold or feedback. Empty if nothing was saved."),
        Column("reason", "text", "Why the item was given: sample, adaptive, recode or retest. Only "
               "sample enters published agreement."),
        Column("origin", "text", "person, imported or machine. Empty if nothing was saved."),
        Column("excluded", "text", "Empty for a judgment that counts in agreement, else the one "
               "reason why not; see “Why a judgment is left out”."),
        Column("seconds", "number", "From showing to saving the whole item. Empty if unknown."),
        Column("saved_at", "text", "UTC, such as 2026-01-05T09:00:00.000000Z. Empty if nothing was "
               "saved."),
        Column("spans", "json", "Marked passages: a list of objects with start, end (code points, "
               "end excluded), quote and label. Empty if there are none."),
    ),
)  # fmt: skip

ITEMS: Final = Table(
    "items",
    "One row per item, also of those that nobody labelled: every paragraph of every document that "
    "stands today, the documents and the sources.",
    "sources first; then document by document (document_id): the document itself, then its "
    "paragraphs in reading order",
    (
        Column("item_id", "text", "As in annotations."),
        Column("scope", "text", "paragraph, document or source."),
        Column("document_id", "text", "The document it belongs to. Empty for a source."),
        Column("source_id", "text", "Its publisher, a row of sources."),
        Column("cluster_id", "text", "As in annotations."),
        Column("position", "integer", "Place of a paragraph in its document, from 0. Empty for "
               "documents and sources."),
        Column("lang", "text", "Language, as ISO 639. Empty if unknown."),
        Column("text", "text", "The paragraph, character for character. Empty for documents and "
               "sources, and where the text is withheld: manifest.json says of which sources."),
        Column("start", "integer", "Where the paragraph begins in its document, in code points "
               "from 0. Empty for documents and sources."),
        Column("end", "integer", "Where it ends; the character there is no part of it."),
        Column("text_sha256", "text", "SHA-256 of the paragraph in UTF-8: who has the document can "
               "find the text again. Empty for documents and sources."),
        Column("url", "text", "Address of the document, on its own row. Empty if unknown."),
        Column("published_on", "text", "Day on which the document was published, such as "
               "2026-01-05. Empty for sources, and if unknown."),
        Column("noise", "text", "Who takes the paragraph for noise: gold, votes (more than half) "
               "or machine, the first that says anything. Empty for main text. What two documents "
               "share links them into one group only if it is main text."),
        Column("split", "text", "train, validation or test: all documents that share main text are "
               "on one side. Empty for sources, and where manifest.json says why."),
        Column("split_group", "text", "The document of its group that was imported first. All "
               "documents of a group share main text with another one of it."),
        Column(f"gold.{QUESTION}", "text", "The settled label; labels of a set sorted and joined "
               "by |. Several answers that are all right are separated by “ / ”. Empty where "
               "there is none, and for the empty set: gold_method tells them apart."),
        Column(f"gold_method.{QUESTION}", "text", "How the label was reached: unanimous, majority, "
               "model, person, consensus or propagated. Where it was settled that there is no "
               "label: void (the question does not apply), undecidable or codebook_unclear. Empty "
               "where nothing is settled."),
        Column(f"votes.{QUESTION}", "json", "How many annotators gave which label, such as "
               '{"main":2,"mixed":1}: first judgments only, with those that were left out of '
               "agreement as single_coded or cluster_duplicate. Empty without any."),
        Column(f"agreement.{QUESTION}", "number", "The share of pairs of these annotators that "
               "gave the very same label, 0 to 1 (Fleiss 1971, doi:10.1037/h0031619). Empty below "
               "two votes."),
    ),
)  # fmt: skip

LABELS: Final = Table(
    "labels",
    "One row per item and question that anyone was asked or that was settled: hard gold stands in "
    "`items`, here is what it rests on, and how sure it is.",
    "by item_id, question",
    (
        Column("item_id", "text", "A row of items."),
        Column("question", "text", "As in annotations."),
        Column("n", "integer", "How many labels were given freely, as in votes of items."),
        Column("votes", "json", "How many annotators gave which label, as in items. Empty without "
               "any."),
        Column("soft", "json", "The soft label: votes as shares that add up to 1, such as "
               '{"main":0.5,"mixed":0.5}. Empty without any.'),
        Column("posterior", "json", "The probability of each label under `model`, from the labels "
               "that count and those alone on their item; for the vote on sets the share of each "
               "member. Labels of probability 0 are left out. Empty without such labels."),
        Column("entropy", "number", "Of the posterior, 0 (sure) to 1 (no idea): over the log of "
               "the number of labels."),
        Column("model", "text", "one_coin, mace, dawid_skene, vote or median: what the data of the "
               "question can carry; agreement.json has the reason."),
        Column("gold_set", "json", "Gold as a list of answers that are all right, each a list of "
               'labels, such as [["economic","security"],["rivalry"]]; [[]] is the empty set. '
               "Empty where there is none."),
        Column("gold_method", "text", "As in items."),
        Column("no_gold", "text", "Why there is no gold; see “Why an item has no gold”. Empty "
               "where there is."),
    ),
)  # fmt: skip

ANNOTATORS: Final = Table(
    "annotators",
    "One row per person who was given something to label.",
    "by annotator_id",
    (
        Column("annotator_id", "text", "As in annotations."),
        Column("items", "integer", "Items with at least one answer by this person."),
        Column("answered", "integer", "Rows of annotations that were answered."),
        Column("counted", "integer", "Rows of annotations that count in agreement."),
        Column("competence", "json", "By question the competence that `model` of agreement.json "
               "estimates, 0 to 1. Empty unless the lead chose to tell it."),
    ),
)  # fmt: skip

SOURCES: Final = Table(
    "sources",
    "One row per publisher.",
    "by source_id",
    (
        Column("source_id", "text", "As in items."),
        Column("name", "text", "The name of the publisher."),
        Column("documents", "integer", "Its documents in items."),
        Column("paragraphs", "integer", "Their paragraphs in items."),
        Column("raters", "integer", "People who rated it."),
        Column("passes", "number", "The weighted share of criteria that it passes, 0 to 1, as the "
               "mean over its raters; what one cannot tell is in neither sum. Empty without any."),
        Column("ratings", "json", "By question the votes, such as "
               '{"funding":{"independent":2}}. Empty without any.'),
        Column("agreement", "number", "The mean over its questions of `agreement` in items, 0 to "
               "1. Empty where no question has two ratings."),
    ),
)  # fmt: skip


def tables(questions: Iterable[str] = ()) -> dict[str, Table]:
    """The tables by name, in the order of `TABLES`, with columns for these questions."""
    known = (ANNOTATIONS, ITEMS.asked(questions), LABELS, ANNOTATORS, SOURCES)
    return {table.name: table for table in known}


def compact_json(value: object) -> str:
    """JSON in one spelling, so that equal values are equal cells."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def votes_cell(labels: Sequence[str]) -> str | None:
    """How often each label was given, as JSON; None without any.

    >>> votes_cell(["main", "mixed", "main"])
    '{"main":2,"mixed":1}'
    """
    return _votes(tuple(sorted(labels))) if labels else None


# Most items have the votes of another one.
@lru_cache(maxsize=4_096)
def _votes(labels: tuple[str, ...]) -> str:
    return compact_json(Counter(labels))


def soft_cell(labels: Sequence[str]) -> str | None:
    """The share of each label with 12 significant digits, as JSON; None without any.

    >>> soft_cell(["main", "mixed", "main"])
    '{"main":0.666666666667,"mixed":0.333333333333}'
    """
    return _soft(tuple(sorted(labels))) if labels else None


@lru_cache(maxsize=4_096)
def _soft(labels: tuple[str, ...]) -> str:
    votes = Counter(labels)
    return compact_json({label: _short(votes[label] / len(labels)) for label in votes})


def gold_set_cell(alternatives: Sequence[Sequence[str]]) -> str:
    """Settled answers as JSON, each with its labels sorted.

    >>> gold_set_cell([["security", "economic"], ["rivalry"]])
    '[["economic","security"],["rivalry"]]'
    """
    return compact_json([sorted(answer) for answer in alternatives])


def agreement_cell(labels: Sequence[str]) -> float | None:
    """The share of agreeing pairs with 12 significant digits; None below two labels."""
    return _agreement(tuple(sorted(labels))) if len(labels) > 1 else None


@lru_cache(maxsize=4_096)
def _agreement(labels: tuple[str, ...]) -> float | None:
    value = item_agreement(labels)
    return None if value is None else _short(value)


def gold_cell(alternatives: Sequence[Sequence[str]]) -> str:
    """Settled answers in one cell, each with its labels sorted.

    >>> gold_cell([["security", "economic"], ["rivalry"]])
    'economic|security / rivalry'
    """
    return ALTERNATIVE.join("|".join(sorted(answer)) for answer in alternatives)


def gold_answers(cell: str) -> list[list[str]]:
    """The settled answers that `gold_cell` put into a cell; an empty one is the empty set.

    >>> gold_answers("economic|security / rivalry")
    [['economic', 'security'], ['rivalry']]
    """
    return [answer.split("|") if answer else [] for answer in cell.split(ALTERNATIVE)]


def mean_cell(values: Sequence[float]) -> float | None:
    """The mean with 12 significant digits; None of nothing."""
    return _short(math.fsum(values) / len(values)) if values else None


def _short(value: float) -> float:
    return float(f"{value:.12g}")
