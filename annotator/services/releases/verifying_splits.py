"""Whether the sides of a release are those of its plan, and no text is on two of them."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Final

from annotator.domain import splits
from annotator.domain.dataset import Cell, gold_answers
from annotator.domain.manifest import Manifest
from annotator.domain.splits import Plan, SplitDocument
from annotator.services.releases.tables import released_splits
from annotator.services.releases.verifying_rows import Findings, shown

LEAK: Final = (
    "items: cluster {cluster} is main text of documents in different groups ({groups}), so it "
    "leaks from one side to another."
)
OTHER_SIDE: Final = (
    "items, row {row}, {column}: {found} there, and its document {document} has {wanted}."
)
WRONG_SIDE: Final = (
    "items: document {document} is in split {found}, and the plan of manifest.json puts its group "
    "{wanted}."
)
WRONG_SPLITS: Final = "manifest.json, splits, {name}: {found} there, {wanted} computed from items."
WRONG_NOISE: Final = (
    "items, row {row}, noise: {found} there, {wanted} computed from gold and votes."
)
NO_TAKER: Final = "items, row {row}, noise: {found} is not gold, votes or machine."


@dataclass(slots=True)
class SplitCheck:
    """Takes the rows of items, then looks at all of them together."""

    made: Manifest
    findings: Findings
    documents: dict[str, SplitDocument] = field(default_factory=dict)
    sides: dict[str, tuple[str | None, str | None]] = field(default_factory=dict)
    groups: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def take(self, number: int, row: dict[str, Cell]) -> None:
        """A document comes before its paragraphs."""
        document = str(row["document_id"])
        found = {name: _text(row[name]) for name in ("split", "split_group")}
        if row["scope"] == "document":
            self.documents[document] = SplitDocument(
                document, str(row["source_id"]), _text(row["published_on"])
            )
            self.sides[document] = found["split"], found["split_group"]
        elif row["scope"] == "paragraph":
            wanted = self.sides.get(document, (None, None))
            for (name, value), other in zip(found.items(), wanted, strict=True):
                if value != other:
                    self.findings.add(
                        OTHER_SIDE, row=number, column=name, document=document,
                        found=shown(value), wanted=shown(other),
                    )  # fmt: skip
            self._noise(number, row)
            if row["noise"] is None and row["cluster_id"] is not None:
                self.groups[str(row["cluster_id"])].add(str(found["split_group"]))

    def finish(self) -> None:
        for cluster, groups in sorted(self.groups.items()):
            if len(groups) > 1:
                self.findings.add(LEAK, cluster=cluster, groups=", ".join(sorted(groups)))
        chosen = self.made.choices
        plan = Plan(chosen.split_by, self.made.splits.key, chosen.shares, chosen.starts)
        crossing = self._sides(plan)
        wanted = released_splits(plan, self.sides, crossing=crossing).model_dump()
        found = self.made.splits.model_dump()
        # A group may cross by a document that the choice of languages left out.
        passed = {"crossing"} if chosen.languages else set()
        for name in sorted(wanted.keys() - passed):
            if found[name] != wanted[name]:
                facts = {"found": found[name], "wanted": wanted[name]}
                self.findings.add(WRONG_SPLITS, name=name, **facts)

    def _sides(self, plan: Plan) -> int:
        """Names documents on a side that is not theirs; how many groups would be on two."""
        wanted: dict[str, set[str | None]] = defaultdict(set)
        for name, document in self.documents.items():
            group = str(self.sides[name][1])
            wanted[group].add(splits.side_of(document, group, plan))
        for name, (side, of_group) in self.sides.items():
            due = wanted[str(of_group)]
            expected = next(iter(due)) if len(due) == 1 else None
            if side != expected and not (side is None and self.made.choices.languages):
                facts = {"found": shown(side), "wanted": f"on {shown(expected)}"}
                self.findings.add(WRONG_SIDE, document=name, **facts)
        return sum(1 for due in wanted.values() if len(due) > 1)

    def _noise(self, number: int, row: dict[str, Cell]) -> None:
        """Only what the release shows can be computed; the machine's guess is a fact."""
        found, gold = row["noise"], row.get(f"gold.{splits.GATE}")
        if found not in (None, *splits.TAKEN_BY):
            self.findings.add(NO_TAKER, row=number, found=shown(found))
        if f"votes.{splits.GATE}" not in row:
            return
        method = row[f"gold_method.{splits.GATE}"]
        chosen = self.made.choices
        if method is None and (
            chosen.gold == "people" or chosen.min_annotators or chosen.certainty
        ):
            return
        if method is None and self.made.gold_left_out == 0 and row[f"votes.{splits.GATE}"] is None:
            return
        answers = None if gold is None else gold_answers(str(gold))
        votes = _votes(row[f"votes.{splits.GATE}"])
        wanted = splits.taken_for_noise(answers, votes, None) or None
        if found != wanted and (answers is not None or votes):
            self.findings.add(WRONG_NOISE, row=number, found=shown(found), wanted=shown(wanted))


def _votes(cell: Cell) -> list[str]:
    from annotator.services.releases.sureness import parsed  # noqa: PLC0415

    counts = parsed(cell) or {}
    return [label for label, n in counts.items() if isinstance(n, int) for _ in range(min(n, 999))]


def _text(cell: Cell) -> str | None:
    return None if cell is None else str(cell)
