"""What a release is made of, gathered from one state of the database before anything is written.

Importing this module loads numpy: it is for whoever makes a release, not for the web process.
"""

import hmac
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Final

import numpy as np
from sqlalchemy.orm import Session

from annotator.domain.codebook import Codebook, Question
from annotator.domain.dataset import GOLD_METHODS, Row
from annotator.domain.release_choices import Choices
from annotator.domain.released_gold import NO_GOLD
from annotator.domain.scoring import rounded, scored_questions
from annotator.domain.splits import GATE, Plan
from annotator.services import judging
from annotator.services.agreement import reported
from annotator.services.codebooks import codebook_of
from annotator.services.items import items_of
from annotator.services.releases.judged import Judged, judged
from annotator.services.releases.offering import (
    chosen_questions,
    released_questions,
    released_version,
    require_offered,
)
from annotator.services.releases.sureness import Sureness
from annotator.services.releases.tables import Corpus, Gold, annotators, told_competence
from annotator.services.scoring_frame import Frame, scale_of
from annotator.store.queries import judgments as facts
from annotator.store.queries import releases as queries

COMPETENCE: Final = (
    *("competence", "competence_low", "competence_high", "competence_why", "mistake"),
)
SPLITS: Final = b"splits"
_LABELS_METHOD, _LABELS_WHY = 9, 10


@dataclass(slots=True)
class Tally:
    """What the rows of `labels` had, once they have been read."""

    by_method: Counter[str | None] = field(default_factory=Counter)
    by_reason: Counter[str | None] = field(default_factory=Counter)

    def methods(self) -> dict[str, int]:
        return {name: self.by_method[name] for name in GOLD_METHODS if self.by_method[name]}

    def reasons(self) -> dict[str, int]:
        return {code: self.by_reason[code] for code in NO_GOLD if self.by_reason[code]}


@dataclass(slots=True)
class Content:
    """`figures` is what agreement.json holds; `tally` fills while `labels` is read."""

    frame: Frame
    questions: tuple[Question, ...]
    codebook: Codebook
    version: int
    yaml: str
    judged: Judged
    figures: dict[str, Any]
    corpus: Corpus
    competence: Mapping[str, Mapping[str, float]]
    tally: Tally = field(default_factory=Tally)

    @property
    def codes(self) -> list[str]:
        return [question.code for question in self.questions]

    def labels(self) -> Iterator[Row]:
        for row in self.corpus.labels():
            self.tally.by_method[str(row[_LABELS_METHOD])] += 1
            self.tally.by_reason[str(row[_LABELS_WHY])] += 1
            yield row

    def annotators(self) -> Iterator[Row]:
        return annotators(self.judged, self.competence)


def content_of(
    session: Session,
    *,
    project_id: int,
    seed: int,
    replicates: int,
    choices: Choices,
    progress: Callable[[float], None],
) -> Content:
    """Read, score and place everything.

    Raises:
        DataInvalid: the choices name a question, language or source that there is not.
    """
    known = items_of(session, project_id=project_id)
    progress(0.2)
    found = judging.facts_of(session, project_id=project_id, items=known)
    frame, rows = judged(session, project_id=project_id, seed=seed, facts=found)
    progress(0.5)
    everything = rows
    version, comparable = released_version(session, project_id, frame)
    codebook = codebook_of(version)
    questions = chosen_questions(released_questions(frame, codebook), choices)
    frame = replace(frame, questions=questions, codebook_version=version.number)
    documents = [
        row for row in queries.documents(session, project_id) if not known[row.subject_id].withdrawn
    ]
    released = [row for row in documents if not choices.languages or row.lang in choices.languages]
    require_offered(choices, documents, queries.sources(session, project_id))
    if len(released) < len(documents):
        kept = {row.subject_id for row in released}
        dropped = {known[row.subject_id].item_id for row in documents if row.subject_id not in kept}
        rows = rows.without(_of_documents(rows, dropped))
    rows = rows.without(_of_other_questions(rows, codebook, choices))
    if choices.texts == "hash" or choices.withheld_sources:
        rows.tasks.withhold(_withheld(rows, documents, known, choices))
    sureness, figures = _figures(frame, questions, rows, seed=seed, replicates=replicates)
    progress(0.9)
    competence = told_competence(figures) if choices.competence else {}
    if not choices.competence:
        _tell_no_competence(figures)
    gold = partial(Gold.of, session, project_id=project_id, known=known, versions=comparable)
    corpus = Corpus(
        session=session,
        project_id=project_id,
        choices=choices,
        questions=questions,
        known=known,
        documents=released,
        gold=gold({question.code for question in questions}),
        judged=rows,
        everything=everything,
        gate=gold({GATE}),
        sureness=sureness,
        noise=queries.probabilities_of_noise(session, project_id),
    )
    corpus.place(plan_of(session, project_id, choices), documents)
    progress(1.0)
    return Content(
        frame, questions, codebook, version.number, version.yaml, rows, figures, corpus, competence
    )


def plan_of(session: Session, project_id: int, choices: Choices) -> Plan:
    """How to split; the key is of the project, and is no help to find the pseudonyms' key."""
    key = hmac.new(facts.pseudonym_key(session, project_id), SPLITS, "sha256").hexdigest()
    return Plan(choices.split_by, key, choices.shares, choices.starts)


def _of_documents(rows: Judged, ids: set[str]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    names = rows.table.names.documents
    numbers = [number for number, name in enumerate(names) if name in ids]
    return np.isin(rows.table.documents, numbers)


def _of_other_questions(
    rows: Judged, codebook: Codebook, choices: Choices
) -> np.ndarray[Any, np.dtype[np.bool_]]:
    if not choices.questions:
        return np.zeros(len(rows), dtype=np.bool_)
    base = {code: question.base for code, question in codebook.asked.items()}
    others = [
        number
        for number, name in enumerate(rows.table.names.questions)
        if {name, base.get(name)}.isdisjoint(choices.questions)
    ]
    return np.isin(rows.table.questions, others)


def _withheld(
    rows: Judged, documents: list[queries.DocumentRow], known: Mapping[int, Any], choices: Choices
) -> set[int]:
    """The assignments whose marked passages would quote a text that is withheld."""
    full = {
        known[row.subject_id].item_id for row in documents if choices.has_text_of(row.source_name)
    }
    names = rows.table.names.documents
    hidden = [number for number, name in enumerate(names) if name not in full]
    return set(np.unique(rows.task[np.isin(rows.table.documents, hidden)]).tolist())


def _figures(
    frame: Frame, questions: tuple[Question, ...], rows: Judged, *, seed: int, replicates: int
) -> tuple[Sureness, dict[str, Any]]:
    """What agreement.json holds, and how sure each item is; a question at a time is in memory."""
    scales = {question.code: scale_of(question) for question in questions}
    sureness, entries = Sureness(), []
    scored = scored_questions(rows.table, scales, seed=seed, replicates=replicates)
    for question in reversed([scored.pop() for _ in range(len(scored))]):
        entries.append(question.entry())
        sureness.take(question)
    figures: dict[str, Any] = rounded(reported(frame, entries, replicates=replicates))
    return sureness, figures


def _tell_no_competence(figures: dict[str, Any]) -> None:
    for entry in figures["questions"]:
        for each in entry["annotators"]:
            for name in COMPETENCE:
                each.pop(name, None)
