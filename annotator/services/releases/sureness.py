"""How sure the label of each item is by the chosen model: posterior, entropy and model.

Kept as numbers and as few different cells as there are, since most items were labelled alike.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from annotator.domain.dataset import compact_json

if TYPE_CHECKING:
    from annotator.domain.scoring import ScoredQuestion, SpanQuestion

Cells = tuple[str | None, float | None, str | None]
NOTHING: Cells = (None, None, None)


@dataclass(slots=True)
class Sureness:
    """Cells by question and item id; `posteriors` has each different one once."""

    by_item: dict[str, dict[str, int]] = field(default_factory=dict)
    kinds: list[Cells] = field(default_factory=list)
    numbers: dict[Cells, int] = field(default_factory=dict)
    posteriors: list[dict[str, float] | None] = field(default_factory=list)

    def take(self, question: "ScoredQuestion | SpanQuestion") -> None:
        """Keep what is said of the items of a question; of passages nothing is."""
        items = getattr(question, "items", None)
        if items is None:
            return
        found = self.by_item.setdefault(question.name, {})
        for name, item in items():
            cells: Cells = (
                compact_json(item.posterior) if item.posterior else None,
                None if item.entropy is None else float(item.entropy),
                item.model,
            )
            number = self.numbers.get(cells)
            if number is None:
                number = self.numbers[cells] = len(self.kinds)
                self.kinds.append(cells)
                self.posteriors.append(item.posterior or None)
            found[name] = number

    def cells(self, question: str, item_id: str) -> Cells:
        """Posterior, entropy and model; all None where no label counts."""
        number = self.by_item.get(question, {}).get(item_id)
        return NOTHING if number is None else self.kinds[number]

    def posterior(self, question: str, item_id: str) -> dict[str, float] | None:
        number = self.by_item.get(question, {}).get(item_id)
        return None if number is None else self.posteriors[number]


def sureness_of(questions: Iterable["ScoredQuestion | SpanQuestion"]) -> Sureness:
    found = Sureness()
    for question in questions:
        found.take(question)
    return found


def parsed(cell: object) -> dict[str, float] | None:
    """A posterior from its cell; None for nothing and for what is none."""
    try:
        found = json.loads(str(cell)) if cell is not None else None
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
