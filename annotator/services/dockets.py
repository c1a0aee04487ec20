"""The docket: every subject of a project that people have voted on, with its votes and its gold."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import cast

from sqlalchemy.orm import Session

from annotator.domain import adjudication as settling
from annotator.domain import answers as answering
from annotator.domain.adjudication import Answer, Ruling, State
from annotator.domain.codebook import Codebook, Question
from annotator.services.codebooks import codebook_of
from annotator.services.scoring_frame import comparable, is_scored
from annotator.store.labelling import CodebookVersion
from annotator.store.queries import adjudication as queries
from annotator.store.queries import judgments
from annotator.store.queries.adjudication import VoteRow


@dataclass(frozen=True, slots=True)
class Case:
    """One subject: what was asked, who said what, and what is settled.

    `votes` and `gated` are by question: a person's answer, and who was led past the question.
    Votes under a codebook version with another meaning are left out. `document_id` and `position`
    are for reading order; a source has no document, and only paragraphs have a position.
    """

    subject_id: int
    scope: str
    document_id: int
    position: int
    codebook: Codebook
    version_id: int
    questions: tuple[Question, ...]
    votes: dict[str, dict[int, Answer]]
    gated: dict[str, set[int]]
    notes: dict[int, str]
    remarks: dict[str, dict[int, str]] = field(default_factory=dict)
    gold: dict[str, Ruling] = field(default_factory=dict)

    @property
    def disputed(self) -> tuple[str, ...]:
        return settling.disputed(self.questions, self.votes, self.gold)

    @property
    def standings(self) -> dict[str, settling.Standing]:
        return settling.standings(self.questions, self.votes, self.gold)


def cases(
    session: Session,
    *,
    project_id: int,
    subject_ids: Collection[int] | None = None,
    differing: bool = False,
) -> list[Case]:
    """The docket by subject; with `differing` only where not all answers are the same."""
    versions = _Versions(judgments.versions(session, project_id))
    rows = queries.votes(session, project_id, subject_ids=subject_ids, differing=differing)
    found = {
        subject_id: _case(subject_id, list(votes), versions)
        for subject_id, votes in groupby(rows, key=lambda row: row.subject_id)
    }
    for each in queries.gold(session, project_id, subject_ids=subject_ids):
        if each.subject_id in found:
            ruling = ruling_of(each.state, each.alternatives)
            found[each.subject_id].gold[each.question] = ruling
    return list(found.values())


def ruling_of(state: str, alternatives: Iterable[Iterable[str]] | None) -> Ruling:
    """Gold as it is stored, as a value."""
    return Ruling(cast("State", state), tuple(tuple(each) for each in alternatives or ()))


class _Versions:
    """The codebooks of a project, and which of them mean the same."""

    def __init__(self, rows: Mapping[int, CodebookVersion]) -> None:
        self.rows = rows
        self._same: dict[int, frozenset[int]] = {}

    def same(self, newest: int) -> frozenset[int]:
        if newest not in self._same:
            self._same[newest] = comparable(self.rows, newest)
        return self._same[newest]


def _case(subject_id: int, rows: list[VoteRow], versions: _Versions) -> Case:
    newest = max(row.version for row in rows)
    counted = [row for row in rows if row.version in versions.same(newest)]
    codebook = codebook_of(versions.rows[newest])
    scope = rows[0].scope
    asked = {
        question.code
        for row in counted
        for question in codebook.expanded(scope, kind=row.round_kind, blind=row.blind)
    }
    case = Case(
        subject_id=subject_id,
        scope=scope,
        document_id=rows[0].document_id or 0,
        position=rows[0].position or 0,
        codebook=codebook,
        version_id=versions.rows[newest].id,
        questions=tuple(q for q in codebook.asked.values() if q.code in asked and is_scored(q)),
        votes={},
        gated={},
        notes={},
    )
    for row in counted:
        _cast(case, row)
    return case


def _cast(case: Case, row: VoteRow) -> None:
    """Enter what a person says; of one who labelled the subject twice, the later word counts."""
    states = answering.states(
        case.codebook, case.scope, row.answers, kind=row.round_kind, blind=row.blind
    )
    for code, state in states.items():
        question = case.codebook.question(code)
        if question.detail_of is not None and state == "answered":
            case.remarks.setdefault(question.detail_of, {})[row.user_id] = row.answers[code][0]
        if not is_scored(question):
            continue
        case.votes.setdefault(code, {}).pop(row.user_id, None)
        case.gated.setdefault(code, set()).discard(row.user_id)
        if state == "answered":
            answer = settling.in_codebook_order(question, row.answers[code])
            case.votes[code][row.user_id] = answer
        elif state == "not_applicable":
            case.gated[code].add(row.user_id)
    if row.note:
        case.notes[row.user_id] = row.note
