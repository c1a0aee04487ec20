"""One question whose answers are marked stretches of text, scored by unitizing alpha."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np

from annotator.domain.agreement.additive import Figure, Resampling
from annotator.domain.agreement.unitizing import (
    BinaryUAlpha,
    Continua,
    CuAlpha,
    Span,
    Text,
    UAlpha,
    alpha_of_spans,
    figure_of_spans,
    span_label_alphas,
)
from annotator.domain.intervals import IntArray
from annotator.domain.long_table import NONE, LongTable, SpanColumns
from annotator.domain.scales import Scale
from annotator.domain.scoring.offered import tally
from annotator.domain.scoring.units import units
from annotator.domain.settling import count_clusters_once
from annotator.errors import DataInvalid

STATISTICS: Final[dict[str, UAlpha | BinaryUAlpha | CuAlpha]] = {
    "krippendorff_alpha": UAlpha(),
    "binary_u_alpha": BinaryUAlpha(),
    "cu_alpha": CuAlpha(),
}
NO_MODEL: Final = "Spans have no model of competence."
NO_PLACES: Final = (
    "Question {question} has the scale span, but the table has no columns start and end: add them."
)
LABEL_WITHOUT_PLACE: Final = (
    "Question {question}, item {item}, annotator {annotator}: a label without start and end; fill "
    "them in, or empty the label to say that nothing was marked."
)


@dataclass(frozen=True, eq=False)
class SpanQuestion:
    """The rows of one question as they came: a row is a span, or, without a place and label, says
    that its annotator read the item and marked nothing.

    An item is as long as its `length` says, or else as the largest `end` that anybody gave it.
    """

    name: str
    given: LongTable
    scale: Scale
    seed: int
    replicates: int

    @cached_property
    def rows(self) -> LongTable:
        """The rows with every reason; an item that one person read is single-coded."""
        places = self._places
        blank = self.given.labels == self._blank
        nowhere = places.starts == NONE
        unplaced = np.flatnonzero(nowhere & ~blank & (self.given.labels != NONE))
        if len(unplaced):
            raise DataInvalid(self._sentence(LABEL_WITHOUT_PLACE, int(unplaced[0])))
        missing = self.given.counted & ~nowhere & (blank | (self.given.labels == NONE))
        rows = count_clusters_once(self.given.excluding(missing, "missing_label"), seed=self.seed)
        counted = np.flatnonzero(rows.counted)
        width = len(rows.names.annotators)
        met = np.unique(rows.items[counted].astype(np.int64) * width + rows.annotators[counted])
        readers = np.bincount(met // max(1, width), minlength=len(rows.names.items))
        return rows.excluding(rows.counted & (readers[rows.items] == 1), "single_coded")

    @cached_property
    def continua(self) -> Continua:
        return self._continua(np.flatnonzero(self.rows.counted))

    def entry(self) -> dict[str, Any]:
        """What `score --json` prints of the question; alpha is unitizing alpha."""
        return {
            "question": self.name,
            "scale": str(self.scale),
            "items": len(np.unique(self.given.items)),
            "judgments": len(self.given),
            "pairable_items": len(self.continua.item_names),
            "excluded": tally(self.rows),
            "statistics": {name: asdict(one) for name, one in self._figures().items()},
            "ungated_alpha": asdict(Figure(None, why="not_gated")),
            "labels": [
                {"label": label, "count": count, "alpha": alpha}
                for label, (count, alpha) in span_label_alphas(self.continua).items()
            ],
            "confusions": [],
            "pairs": [],
            "annotators": list(self._annotators()),
            "model": {"name": None, "reason": NO_MODEL, "version": None, "converged": True},
        }

    @cached_property
    def _places(self) -> SpanColumns:
        if self.given.spans is None:
            raise DataInvalid(NO_PLACES.format(question=self.name))
        return self.given.spans

    @property
    def _blank(self) -> int:
        """The number of the empty label; -2, which nothing has, where there is none."""
        return 0 if self.given.names.labels[:1] == ("",) else -2

    def _sentence(self, sentence: str, row: int) -> str:
        names = self.given.names
        return sentence.format(
            question=self.name,
            item=names.items[self.given.items[row]],
            annotator=names.annotators[self.given.annotators[row]],
        )

    def _continua(self, rows: IntArray) -> Continua:
        table, names = self.rows.at(rows), self.rows.names
        spans = table.spans
        assert spans is not None  # noqa: S101 - `rows` has looked
        lengths = np.zeros(len(names.items), dtype=np.int64)
        np.maximum.at(lengths, table.items, np.maximum(spans.lengths, spans.ends))
        readers: dict[str, set[str]] = {}
        for item, annotator in zip(table.items.tolist(), table.annotators.tolist(), strict=True):
            readers.setdefault(names.items[item], set()).add(names.annotators[annotator])
        number = {name: code for code, name in enumerate(names.items)}
        texts = {item: Text(int(lengths[number[item]]), who) for item, who in readers.items()}
        placed = np.flatnonzero(spans.starts != NONE)
        return Continua.of((self._span(table, spans, row) for row in placed.tolist()), texts)

    def _span(self, table: LongTable, spans: SpanColumns, row: int) -> Span:
        names = table.names
        return Span(
            names.items[table.items[row]],
            names.annotators[table.annotators[row]],
            names.labels[table.labels[row]],
            int(spans.starts[row]),
            int(spans.ends[row]),
        )

    def _figures(self) -> dict[str, Figure]:
        if not self.continua.item_names:
            counted = self.rows.annotators[(self.rows.counted | self.given.counted)]
            why = ("no_labels", "one_rater", "no_pairable_items")[min(len(np.unique(counted)), 2)]
            return dict.fromkeys(STATISTICS, Figure(None, why=why))
        return {
            name: figure_of_spans(statistic, self.continua, self._resampling())
            for name, statistic in STATISTICS.items()
        }

    def _resampling(self) -> Resampling:
        offered = self.given.at(np.flatnonzero(self.given.counted))
        number = {name: code for code, name in enumerate(offered.names.items)}
        read = np.array([number[name] for name in self.continua.item_names], dtype=np.int64)
        known, unit = np.unique(units(offered)[read], return_inverse=True)
        noun = "documents" if (offered.documents != NONE).any() else "items"
        return Resampling(unit, len(known), noun, self.seed, self.replicates)

    def _annotators(self) -> Iterator[dict[str, Any]]:
        names = self.given.names.annotators
        counted = self.rows.counted
        for number in np.unique(self.given.annotators[self.given.counted]).tolist():
            theirs = self.rows.annotators == number
            others = self._continua(np.flatnonzero(counted & ~theirs))
            yield {
                "annotator": names[number],
                "judgments": int((counted & theirs).sum()),
                "alpha_without": alpha_of_spans(UAlpha(), others),
                **dict.fromkeys(("competence", "competence_low", "competence_high")),
                "competence_why": "no_model",
                "mistake": None,
            }
