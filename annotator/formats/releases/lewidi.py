"""The JSON of the shared tasks on learning with disagreement (Le-Wi-Di, SemEval-2023 task 11).

A file for each question: an object with an entry for each item that somebody labelled. A question
with sets becomes a file for each of its labels, with 1 where an annotator chose it and 0 where not,
since a distribution over sets of labels is none that a model of that task could predict.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from annotator.domain.codebook import Question
from annotator.domain.dataset import gold_answers
from annotator.formats.releases import json_out
from annotator.formats.releases.crowdkit import is_labelled
from annotator.formats.releases.frozen import Frozen, Record, is_vote, labels_of
from annotator.formats.releases.names import file_names
from annotator.formats.releases.splits import split_of

LOSSES: Final = (
    (
        "Only free first judgments: not those of training, after feedback, or after votes were "
        "seen. Rounds, times and marked passages are not in it."
    ),
    "A question with sets becomes a task for each label (1 chosen, 0 not chosen).",
    (
        "`hard_label` is the settled label; where nothing is settled, the most frequent one; null "
        "where several are settled as right, or several are equally frequent. `other_info` says "
        "which."
    ),
    "Labels that mean “cannot judge” are labels like the others.",
    "Questions that are answered by a number or a text are left out.",
)


@dataclass(frozen=True, slots=True)
class _Task:
    """A question, or one label of a question with sets."""

    name: str
    question: Question
    label: str | None

    @property
    def labels(self) -> tuple[str, ...]:
        return self.question.label_codes if self.label is None else ("0", "1")

    def answer(self, labels: list[str]) -> str:
        return labels[0] if self.label is None else str(int(self.label in labels))

    def gold(self, item: Record) -> list[str] | None:
        """The settled answers, None where nothing is settled."""
        question = self.question.code
        cell = item[f"gold.{question}"]
        # An empty cell of a set with a method is the empty set; without one nothing is settled.
        settled_empty = self.label is not None and cell == ""
        if not cell and not settled_empty:
            return None
        return sorted({self.answer(answer) for answer in gold_answers(cell)})


def write(frozen: Frozen, folder: Path) -> tuple[str, ...]:
    """Write the files into an empty folder. Returns what the format cannot hold, in sentences."""
    tasks = list(_tasks(frozen))
    names = file_names(task.name for task in tasks)
    appended: dict[str, Callable[[str, Any], None]] = {}
    with ExitStack() as stack, frozen.judgments() as judgments:
        for item in frozen.records("items"):
            votes: dict[str, list[Record]] = defaultdict(list)
            for row in filter(is_vote, judgments.of(item["item_id"])):
                votes[row["question"]].append(row)
            for task in tasks:
                if task.question.code in votes:
                    if task.name not in appended:
                        path = folder / f"{names[task.name]}.json"
                        opened = json_out.object_writer(path)
                        appended[task.name] = stack.enter_context(opened)
                    entry = _entry(task, item, votes[task.question.code])
                    appended[task.name](item["item_id"], entry)
    return LOSSES


def _tasks(frozen: Frozen) -> Iterator[_Task]:
    for question in filter(is_labelled, frozen.settled):
        if question.scale == "set":
            for label in question.label_codes:
                yield _Task(f"{question.code}.{label}", question, label)
        else:
            yield _Task(question.code, question, None)


def _entry(task: _Task, item: Record, rows: list[Record]) -> Record:
    votes = [
        (row["annotator_id"], task.answer(labels_of(task.question, row["label"]))) for row in rows
    ]
    counts = Counter(answer for _, answer in votes)
    hard, origin = _hard_label(task.gold(item), counts)
    return {
        "text": item["text"],
        "annotation task": task.name,
        "number of annotations": len(votes),
        "annotations": ",".join(answer for _, answer in votes),
        "annotators": ",".join(annotator for annotator, _ in votes),
        "lang": item["lang"],
        "hard_label": hard,
        "soft_label": {label: float(f"{counts[label] / len(votes):.12g}") for label in task.labels},
        "split": split_of(item),
        "other_info": {
            "hard_label_from": origin,
            "document_id": item["document_id"],
            "source_id": item["source_id"],
            "cluster_id": item["cluster_id"],
        },
    }


def _hard_label(settled: list[str] | None, counts: Counter[str]) -> tuple[str | None, str]:
    if settled is not None:
        return (settled[0], "gold") if len(settled) == 1 else (None, "gold: several")
    (first, most), *others = counts.most_common()
    if others and others[0][1] == most:
        return None, "tie"
    return first, "majority"
