"""Check the table `labels`: soft labels are the votes, posteriors those of the model, and what has
no gold has none for the reason given.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from annotator.domain.dataset import (
    GOLD_METHODS,
    NO_GOLD_STATES,
    Cell,
    gold_answers,
    gold_set_cell,
    soft_cell,
    votes_cell,
)
from annotator.domain.manifest import Manifest
from annotator.domain.released_gold import LEFT_OUT_BY_CHOICE, Settled, likeliest, why_no_gold
from annotator.services.releases.sureness import Sureness, parsed
from annotator.services.releases.verifying_rows import Findings, shown

WRONG_LABEL: Final = "labels, row {row}, {column}: {found} there, {wanted} computed from {origin}."
NO_ITEM: Final = "labels, row {row}: {item} and {question} are no item and question of the release."
ABSENT: Final = (
    "labels has no row of item {item} and question {question}, which somebody was asked."
)
WRONG_WHY: Final = "labels, row {row}, no_gold: {found} there, and {wanted} follows from the rest."
# Of posterior and entropy six decimals are written; another processor may round the last one.
PLACES: Final = 2e-6


@dataclass(slots=True)
class LabelCheck:
    """`votes` and `gold` by item and question are those of the other tables."""

    made: Manifest
    findings: Findings
    votes: Mapping[str, Mapping[str, list[str]]]
    gold: Mapping[tuple[str, str], tuple[Cell, Cell]]
    sureness: Sureness
    states: Mapping[tuple[str, str], set[str]] = field(default_factory=dict)
    due: set[tuple[str, str]] = field(default_factory=set)
    questions: frozenset[str] = frozenset()
    items: Collection[str] = ()
    methods: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)

    def expect(
        self,
        states: Mapping[tuple[str, str], set[str]],
        items: Collection[str],
        questions: Collection[str],
    ) -> None:
        """Which rows there must be."""
        self.states, self.items, self.questions = states, items, frozenset(questions)
        self.due = {
            (item, code)
            for item, code in {*states, *self.gold}
            if item in items and code in self.questions
        }

    def take(self, number: int, row: dict[str, Cell]) -> None:
        place = str(row["item_id"]), str(row["question"])
        if place[0] not in self.items or place[1] not in self.questions:
            self.findings.add(NO_ITEM, row=number, item=place[0], question=place[1])
            return
        self.due.discard(place)
        votes = self.votes.get(place[0], {}).get(place[1], [])
        computed: dict[str, Cell] = {"n": len(votes)}
        cells = {"votes": votes_cell(votes), "soft": soft_cell(votes)}
        computed |= {
            name: cell for name, cell in cells.items() if parsed(row[name]) != parsed(cell)
        }
        self._compare(number, row, computed, "annotations")
        self._sure(number, row, place)
        self._settled(number, row, place, len(votes))

    def finish(self) -> None:
        for item, question in sorted(self.due):
            self.findings.add(ABSENT, item=item, question=question)

    def _sure(self, number: int, row: dict[str, Cell], place: tuple[str, str]) -> None:
        posterior, entropy, model = self.sureness.cells(place[1], place[0])
        wanted: dict[str, Cell] = {"model": model}
        if not _close(parsed(row["posterior"]), parsed(posterior)):
            wanted["posterior"] = posterior
        if not _close(row["entropy"], entropy):
            wanted["entropy"] = entropy
        self._compare(number, row, wanted, "annotations")

    def _settled(
        self, number: int, row: dict[str, Cell], place: tuple[str, str], votes: int
    ) -> None:
        gold, method = self.gold.get(place, (None, None))
        answers = gold_answers(str(gold or "")) if method in GOLD_METHODS else None
        cell = None if answers is None else gold_set_cell(answers)
        self._compare(number, row, {"gold_method": method, "gold_set": cell}, "items")
        self.methods.update([str(method)] if answers is not None else [])
        why = "" if row["no_gold"] is None else str(row["no_gold"])
        self.reasons.update([why] if why else [])
        wanted = self._why(place, method, votes)
        if why != wanted and not (method is None and self._may_be(why, place, votes)):
            facts = {"found": shown(row["no_gold"]), "wanted": shown(wanted or None)}
            self.findings.add(WRONG_WHY, row=number, **facts)

    def _why(self, place: tuple[str, str], method: Cell, votes: int) -> str:
        states = self.states.get(place, set())
        settled = method in GOLD_METHODS
        return why_no_gold(
            Settled(
                state="decided" if settled else str(method) if method in NO_GOLD_STATES else None,
                method=str(method) if settled else None,
                votes=votes,
                gated="not_applicable" in states and "answered" not in states,
                certainty=likeliest(self.sureness.posterior(place[1], place[0])),
            ),
            self.made.choices,
        )

    def _may_be(self, why: str, place: tuple[str, str], votes: int) -> bool:
        """Whether gold that the release does not show can be missing for this reason."""
        if why == "other_codebook_version":
            return self.made.gold_left_out > 0
        if why not in LEFT_OUT_BY_CHOICE:
            return False
        certainty = likeliest(self.sureness.posterior(place[1], place[0]))
        chosen = self.made.choices
        return {
            "not_by_people": chosen.gold == "people",
            "few_annotators": votes < chosen.min_annotators,
            "uncertain": certainty is not None and certainty < chosen.certainty,
        }[why]

    def _compare(
        self, number: int, row: dict[str, Cell], wanted: Mapping[str, Cell], origin: str
    ) -> None:
        for column, value in wanted.items():
            if row[column] != value:
                facts = {"found": shown(row[column]), "wanted": shown(value), "origin": origin}
                self.findings.add(WRONG_LABEL, row=number, column=column, **facts)


def _close(found: Any, wanted: Any) -> bool:  # noqa: ANN401 - cells, or what JSON held
    if isinstance(found, dict) and isinstance(wanted, dict):
        return found.keys() == wanted.keys() and all(
            _close(found[key], wanted[key]) for key in wanted
        )
    if isinstance(found, int | float) and isinstance(wanted, int | float):
        return abs(found - wanted) <= PLACES
    return bool(found == wanted)
