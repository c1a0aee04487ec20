"""crowd-kit's tables: `task,worker,label`, a CSV for each question.

Only free first judgments are written, so that a model of annotators counts nobody twice. Cells are
codes and pseudonyms, which no spreadsheet can take for a formula that does anything; so they stand
as they are, and labels are the same as in the codebook.
"""

import csv
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

from annotator.domain.codebook import Question
from annotator.formats.releases.frozen import Frozen, is_vote
from annotator.formats.releases.names import file_names

COLUMNS: Final = ("task", "worker", "label")
LOSSES: Final = (
    (
        "Texts, gold, sources, rounds, times and marked passages are not in it; `task` is the "
        "item_id of the tables."
    ),
    "Only free first judgments: not those of training, after feedback, or after votes were seen.",
    "A set of labels is one label, such as `economic|security`; the empty set is an empty cell.",
    "Questions that are answered by a number or a text are left out.",
)


def write(frozen: Frozen, folder: Path) -> tuple[str, ...]:
    """Write the files into an empty folder. Returns what the format cannot hold, in sentences."""
    asked = [question for question in frozen.settled if is_labelled(question)]
    names = file_names(question.code for question in asked)
    with ExitStack() as stack:
        appended = {
            question.code: stack.enter_context(_writer(folder / f"{names[question.code]}.csv"))
            for question in asked
        }
        for row in frozen.records("annotations"):
            append = appended.get(row["question"])
            if append is not None and is_vote(row):
                append((row["item_id"], row["annotator_id"], row["label"]))
    return LOSSES


def is_labelled(question: Question) -> bool:
    """Whether the answers are labels of the codebook."""
    return question.scale in {"nominal", "ordinal", "set"}


@contextmanager
def _writer(path: Path) -> Iterator[Callable[[tuple[Any, ...]], object]]:
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(COLUMNS)
        yield out.writerow
