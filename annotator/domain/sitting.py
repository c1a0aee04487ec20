"""What one person said about one item in another tool, before it is matched with a project."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Mark:
    """A marked passage; `quote` is None where the tool keeps offsets alone. The end is excluded."""

    question: str
    label: str
    start: int
    end: int
    quote: str | None = None


@dataclass(frozen=True, slots=True)
class Sitting:
    """Answers are labels by question, both as the tool has them: codes, or names of labels.

    `where` names the place for a sentence, such as `tasks.json, task 3`. The item is named by
    `item_id` or known by its `text`. With `skipped` there are no answers.
    """

    where: str
    annotator: str
    item_id: str | None
    text: str | None
    answers: dict[str, list[str]]
    marks: tuple[Mark, ...] = ()
    round_name: str | None = None
    skipped: bool = False
    seconds: float | None = None
    saved_at: datetime | None = None
