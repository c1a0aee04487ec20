"""Whether a settled label can have come about in the way that items says.

What a person or a rule decided cannot be computed anew. But `unanimous` is a claim about votes: at
least two, all for this answer. Votes may have come or changed since the label was settled, so only
what no honest release holds is named: an answer that nobody gave where all said the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from annotator.domain.dataset import Cell, gold_answers
from annotator.services.releases.verifying_rows import shown

UNANIMOUS: Final = "unanimous"
FEWEST_VOTES: Final = 2
# States of a judgment that was saved. One that is not an answer may have become an answer later,
# after the person had seen votes; the release has the earlier revision.
SAVED: Final = frozenset({"answered", "left_blank", "not_applicable"})
# A judgment left out for one of these reasons never settles a label; one left out for another
# reason may have.
NEVER_VOTING: Final = frozenset({"machine", "training_round", "retest"})

NO_GOLD = "items, row {row}, gold.{question}: nothing there, but gold_method says {method}."
NOT_ONE = "items, row {row}, gold.{question}: {found} there as unanimous, which gives one answer."
NOT_VOTED = (
    "items, row {row}, gold.{question}: {found} there as unanimous, but in annotations all who "
    "answered said {wanted}."
)
NOBODY_VOTED = (
    "items, row {row}, gold.{question}: {found} there as unanimous, but in annotations nobody "
    "answered."
)
TOO_FEW = (
    "items, row {row}, gold.{question}: {found} there as unanimous, but annotations has judgments "
    "of fewer than two people."
)


@dataclass(slots=True)
class Heard:
    """Who said anything when asked a question about an item, and the different answers given."""

    people: set[str] = field(default_factory=set)
    answers: set[str] = field(default_factory=set)

    def hear(self, row: dict[str, Cell]) -> None:
        """Take in a row of annotations on this item and question."""
        if row["state"] not in SAVED or row["excluded"] in NEVER_VOTING:
            return
        self.people.add(str(row["annotator_id"]))
        if row["state"] == "answered":
            # An empty cell of CSV may be the empty set.
            self.answers.add(str(row["label"] or ""))


def doubts(
    method: str, gold: Cell, heard: Heard, *, none_is_empty: bool
) -> Iterator[tuple[str, dict[str, Any]]]:
    """A sentence's template with its facts for what cannot be; `question` and `row` are open.

    Args:
        method: one of `GOLD_METHODS`.
        gold: the cell beside it.
        heard: what annotations says of the same item and question.
        none_is_empty: whether an empty cell may stand for the empty set.
    """
    if gold is None and not none_is_empty:
        yield NO_GOLD, {"method": method}
    elif method == UNANIMOUS:
        yield from _against_votes(str(gold or ""), heard)


def _against_votes(gold: str, heard: Heard) -> Iterator[tuple[str, dict[str, Any]]]:
    found = {"found": shown(gold)}
    if len(gold_answers(gold)) > 1:
        yield NOT_ONE, found
    elif len(heard.people) < FEWEST_VOTES:
        yield TOO_FEW, found
    elif not heard.answers:
        yield NOBODY_VOTED, found
    elif len(heard.answers) == 1 and gold not in heard.answers:
        yield NOT_VOTED, found | {"wanted": shown(*heard.answers)}
