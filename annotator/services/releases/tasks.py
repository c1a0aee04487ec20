"""What all rows of one assignment share in the table of judgments, held in a few bytes each."""

from array import array
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import numpy as np

from annotator.domain.dataset import compact_json
from annotator.services.judging import Task

_BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_NEVER: Final = -(2**62)


@dataclass(slots=True)
class Tasks:
    """What all rows of an assignment share, one entry for each; a revision of 0 is none."""

    rounds: Sequence[str]
    versions: Sequence[int]
    withheld: set[int] = field(default_factory=set)
    round: "array[int]" = field(default_factory=lambda: array("i"))
    revision: "array[int]" = field(default_factory=lambda: array("i"))
    reason: list[str] = field(default_factory=list)
    origin: list[str | None] = field(default_factory=list)
    occasion: "array[int]" = field(default_factory=lambda: array("i"))
    seconds: "array[float]" = field(default_factory=lambda: array("d"))
    saved_at: "array[int]" = field(default_factory=lambda: array("q"))
    spans: dict[int, Sequence[dict[str, Any]]] = field(default_factory=dict)

    def add(self, task: Task, round_number: int) -> None:
        row, saved = task.row, task.saved
        if saved and row.spans:
            self.spans[len(self.round)] = row.spans
        self.round.append(round_number)
        self.revision.append((row.revision or 0) if saved else 0)
        self.reason.append(row.reason)
        self.origin.append(row.origin if saved else None)
        self.occasion.append(row.occasion)
        self.seconds.append(row.seconds if saved and row.seconds is not None else np.nan)
        self.saved_at.append(
            (row.saved_at - _BEGINNING) // _MICROSECOND if saved and row.saved_at else _NEVER
        )

    def withhold(self, tasks: Collection[int]) -> None:
        """Leave the quotes of these out of the passages that were marked."""
        self.withheld.update(tasks)

    def before(self, task: int) -> tuple[str, int, int | None, str, str | None]:
        """Round, codebook version, revision, reason and origin."""
        number = self.round[task]
        return (
            self.rounds[number],
            self.versions[number],
            self.revision[task] or None,
            self.reason[task],
            self.origin[task],
        )

    def after(self, task: int, question: str) -> tuple[float | None, str | None, str | None]:
        """Seconds, moment and the spans that were marked for a question."""
        seconds, saved_at = self.seconds[task], self.saved_at[task]
        return (
            None if seconds != seconds else float(f"{seconds:.12g}"),  # noqa: PLR0124 - not a number
            None if saved_at == _NEVER else _moment(saved_at),
            self._spans(task, question) if task in self.spans else None,
        )

    def _spans(self, task: int, question: str) -> str | None:
        found = [span for span in self.spans[task] if span.get("question") == question]
        if task in self.withheld:
            found = [{key: span[key] for key in span if key != "quote"} for span in found]
        return compact_json(found) if found else None


def _moment(microseconds: int) -> str:
    at = _BEGINNING + microseconds * _MICROSECOND
    return f"{at.replace(tzinfo=None).isoformat(timespec='microseconds')}Z"
