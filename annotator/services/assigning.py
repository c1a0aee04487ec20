"""Rounds: giving out documents, closing, and moving open work from one person to another.

`assign` writes every row of a round at once, so that asking for the next task only reads and no
paragraph can be handed out twice.
"""

import secrets
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from annotator.domain import assignment as planning
from annotator.domain import suggestion_policy
from annotator.domain.codebook import Codebook
from annotator.domain.plain_text import strange_character
from annotator.errors import Conflict, DataInvalid, NotFound
from annotator.services import codebooks, masking, rating, round_work
from annotator.services.propagation import following
from annotator.services.round_work import RETEST, Work
from annotator.store import audit
from annotator.store.corpus import Project
from annotator.store.labelling import ROUND_KINDS, Assignment, CodebookVersion, Round
from annotator.store.queries import assigning as queries

LARGEST_SEED = 2**31 - 1
NAME_LIMIT = 60

NO_ANNOTATORS = "The project has no active annotators: add people to it with the role annotator."
NO_DOCUMENTS = "The project has no documents to label: import some first."
NOTHING_NEW = "Every document is in the round “{name}” already: import more, or start a new round."
ALL_NOISE = (
    "All {count} paragraphs of the documents are settled as noise: nothing is left to be asked."
)
NOTHING_TO_ASK = "The codebook asks nothing in a round of the kind {kind}: mark questions for it."
NOTHING_DONE = "Nothing has been labelled in a pilot or main round yet that could be asked again."
KIND_UNKNOWN = "“{kind}” is not a kind of round: choose among {known}."
POLICY_UNKNOWN = "Suggestions cannot be shown as “{policy}”: choose among {known}."
NAME_WRONG = "The name of a round has 1 to {limit} characters on one line: give another one."
SEED_WRONG = "The seed must be a whole number from 0 to {most}."
THRESHOLD_UNKNOWN = "The codebook asks no “{question}”, so it cannot have a threshold."
THRESHOLD_WRONG = "The threshold of {question} is {value}: give a number from 0 to 1."
ROUND_OVER = "The round “{name}” is closed: give the new round another name."
ROUND_DIFFERS = (
    "The round “{name}” was begun with {what} {before}, not {now}: "
    "extend it with the same, or start a round of another name."
)
NO_SUCH_ROUND = "The project has no such round."
ALREADY_CLOSED = "The round “{name}” is closed already."
SAME_PERSON = "Choose two different people: from whom the work goes, and to whom."
NOT_AN_ANNOTATOR = "Work can only go to an active annotator of the project."


@dataclass(frozen=True, slots=True)
class AssignReport:
    """What `assign` gave out: different paragraphs, and those of them that several people label.

    `left_out`: paragraphs that are settled as noise, `left_out_by` of them by clean-up round or,
    under an empty name, by gold alone, `considered` those and the ones given out. `people`:
    paragraphs by name of annotator.
    """

    round_id: int
    round_name: str
    kind: str
    begun: bool
    seed: int
    codebook_version: int
    paragraphs: int
    overlapping: int
    assignments: int
    left_out: int
    left_out_by: dict[str, int]
    considered: int
    people: dict[str, int]


@dataclass(frozen=True, slots=True)
class CloseReport:
    """`unfinished`: tasks that were still open. `ratings`: tasks to rate a source."""

    unfinished: int
    ratings: int


@dataclass(frozen=True, slots=True)
class Moved:
    """`kept`: tasks that stay, since the other person has the same paragraph already."""

    moved: int
    kept: int


def assign(
    session: Session,
    *,
    project_id: int,
    overlap: int,
    round_name: str = "main",
    kind: str = "main",
    sample_share: float = 1.0,
    seed: int | None = None,
    blind: bool | None = None,
    suggestions: str | None = None,
    thresholds: Mapping[str, float] | None = None,
    only: Collection[int] | None = None,
    actor_id: int | None,
    now: datetime,
) -> AssignReport:
    """Begin a round under the newest codebook, or extend an open one by documents new to it.

    Args:
        session: inside the transaction that writes the whole round or nothing.
        project_id: its active members with the role annotator get the work.
        overlap: how many people label each paragraph of the overlap sample.
        round_name: unique in the project; an open round of this name is extended.
        kind: one of `ROUND_KINDS`.
        sample_share: share of the documents in that sample, above 0 and up to 1. In a retest: the
            share of each person's own documents that they get again.
        seed: drawn and stored if None; an extension always uses the round's own.
        blind: whether annotators see where documents come from; the project's rule if None.
        suggestions: one of `suggestion_policy.POLICIES`: whether annotators see what the machine
            takes for noise. None: hidden, or as the round was begun.
        thresholds: by question, the agreement that the lead wants, stated beforehand.
        only: ids of the people who get work; everyone if None.
        actor_id: who assigns, for the audit trail; None on the command line.
        now: when.

    Raises:
        DataInvalid: something given is out of range, or there is nothing or nobody to give it to.
        Conflict: the round is closed, or was begun with other settings.
        NotFound: the project has no codebook.
    """
    people = queries.annotators(session, project_id)
    if only is not None:
        people = {user_id: name for user_id, name in people.items() if user_id in only}
    if not people:
        raise DataInvalid(NO_ANNOTATORS)
    version = codebooks.latest(session, project_id)
    wanted = Round(
        project_id=project_id,
        codebook_version_id=version.id,
        name=round_name.strip(),
        kind=kind,
        blind=blind,
        overlap=overlap,
        sample_share=sample_share,
        seed=seed,
        suggestions=suggestions,
        thresholds=None if thresholds is None else dict(thresholds),
        created_at=now,
    )
    _check(wanted, codebooks.codebook_of(version))
    planning.check_settings(len(people), overlap=overlap, sample_share=sample_share)
    this, begun = _begun_or_extended(session, wanted)
    masking.mark_blindable(session, project_id=project_id)
    # What people agreed on so far need not be asked again.
    following.follow(session, project_id=project_id, actor_id=actor_id, now=now)
    work = _planned(session, this, codebooks.codebook_of(version), people)
    _write(session, this, work, now)
    report = _report(this, version, work, people, begun=begun)
    audit.record(
        session,
        action="round.begun" if begun else "round.extended",
        at=now,
        actor_id=actor_id,
        project_id=project_id,
        object_id=this.id,
        assignments=report.assignments,
        paragraphs=report.paragraphs,
    )
    return report


def close_round(
    session: Session, *, project_id: int, round_id: int, actor_id: int | None, now: datetime
) -> CloseReport:
    """End the labelling of a round for good, and ask its annotators to rate the sources.

    Work that is still open is taken back: what is saved after the end could not be told from what
    was said before. What was given out to recode stays: it never counts for agreement. After a
    pilot or main round each annotator rates the sources of the documents that they labelled, unless
    they were given that source under this codebook already.

    Raises:
        NotFound: the project has no such round.
        Conflict: it is closed already.
    """
    this = queries.round_of(session, project_id=project_id, round_id=round_id)
    if this is None:
        raise NotFound(NO_SUCH_ROUND)
    if this.closed_at is not None:
        raise Conflict(ALREADY_CLOSED.format(name=this.name))
    this.closed_at = now
    unfinished = session.scalars(
        update(Assignment)
        .where(
            Assignment.round_id == this.id,
            Assignment.state == "open",
            Assignment.reason != "recode",
        )
        .values(state="withdrawn")
        .returning(Assignment.id)
    ).all()
    ratings = rating.ask_for_ratings(session, this, now=now)
    report = CloseReport(unfinished=len(unfinished), ratings=ratings)
    audit.record(
        session,
        action="round.closed",
        at=now,
        actor_id=actor_id,
        project_id=project_id,
        object_id=this.id,
        unfinished=report.unfinished,
        ratings=report.ratings,
    )
    return report


def reassign(
    session: Session,
    *,
    project_id: int,
    from_user_id: int,
    to_user_id: int,
    round_id: int | None = None,
    actor_id: int | None,
    now: datetime,
) -> Moved:
    """Move a person's open work, in one round or in all, to the end of another's queue.

    What the other person has in the same round stays where it is: nobody gets a paragraph twice.

    Raises:
        NotFound: the project has no such round.
        DataInvalid: the two are the same person, or the second is no active annotator.
    """
    if round_id is not None:
        this = queries.round_of(session, project_id=project_id, round_id=round_id)
        if this is None:
            raise NotFound(NO_SUCH_ROUND)
    if from_user_id == to_user_id:
        raise DataInvalid(SAME_PERSON)
    if to_user_id not in queries.annotators(session, project_id):
        raise DataInvalid(NOT_AN_ANNOTATOR)
    work = queries.open_work(
        session, project_id=project_id, user_id=from_user_id, round_id=round_id
    )
    moved = 0
    for this_round in sorted({task.round_id for task in work}):
        has = queries.subjects_of(session, round_id=this_round, user_id=to_user_id)
        last = queries.loads(session, this_round).get(to_user_id, (0, 0))[1]
        for task in work:
            if task.round_id == this_round and task.subject_id not in has:
                last += 1
                task.user_id, task.rank = to_user_id, last
                moved += 1
                if task.subject.source_id is not None:
                    asked = [(to_user_id, task.subject.source_id)]
                    masking.disclose(session, round_id=this_round, asked=asked, now=now)
    session.flush()
    audit.record(
        session,
        action="work.moved",
        at=now,
        actor_id=actor_id,
        project_id=project_id,
        object_id=to_user_id,
        moved=moved,
        from_user=from_user_id,
    )
    return Moved(moved=moved, kept=len(work) - moved)


def _check(wanted: Round, codebook: Codebook) -> None:
    if not 0 < len(wanted.name) <= NAME_LIMIT or strange_character(wanted.name):
        raise DataInvalid(NAME_WRONG.format(limit=NAME_LIMIT))
    if wanted.kind not in ROUND_KINDS:
        raise DataInvalid(KIND_UNKNOWN.format(kind=wanted.kind, known=", ".join(ROUND_KINDS)))
    if wanted.suggestions is not None and wanted.suggestions not in suggestion_policy.POLICIES:
        known = ", ".join(suggestion_policy.POLICIES)
        raise DataInvalid(POLICY_UNKNOWN.format(policy=wanted.suggestions, known=known))
    if wanted.seed is not None and not 0 <= wanted.seed <= LARGEST_SEED:
        raise DataInvalid(SEED_WRONG.format(most=f"{LARGEST_SEED:,}"))
    for question, value in (wanted.thresholds or {}).items():
        if question not in codebook.asked:
            raise DataInvalid(THRESHOLD_UNKNOWN.format(question=question))
        if not 0 <= value <= 1:
            raise DataInvalid(THRESHOLD_WRONG.format(question=question, value=value))
    if not codebook.expanded("paragraph", kind=wanted.kind, blind=bool(wanted.blind)):
        raise DataInvalid(NOTHING_TO_ASK.format(kind=wanted.kind))


def _begun_or_extended(session: Session, wanted: Round) -> tuple[Round, bool]:
    """The open round of that name, or `wanted` with what was left open filled in."""
    found = queries.round_named(session, project_id=wanted.project_id, name=wanted.name)
    if found is not None:
        _refuse_other_settings(session, found, wanted)
        return found, False
    if wanted.blind is None:
        wanted.blind = session.get_one(Project, wanted.project_id).source_blind
    if wanted.seed is None:
        wanted.seed = secrets.randbelow(LARGEST_SEED)
    wanted.suggestions = wanted.suggestions or suggestion_policy.HIDDEN
    wanted.thresholds = wanted.thresholds or {}
    session.add(wanted)
    session.flush()
    return wanted, True


def _refuse_other_settings(session: Session, found: Round, wanted: Round) -> None:
    """Half a round under other rules could not be described by one line of a paper."""
    if found.closed_at is not None:
        raise Conflict(ROUND_OVER.format(name=found.name))
    if found.codebook_version_id != wanted.codebook_version_id:
        before = session.get_one(CodebookVersion, found.codebook_version_id).number
        now = session.get_one(CodebookVersion, wanted.codebook_version_id).number
        raise Conflict(_differs(found.name, "codebook version", before, now))
    for what in ("kind", "overlap", "sample_share", "seed", "blind", "suggestions", "thresholds"):
        before, now = getattr(found, what), getattr(wanted, what)
        if now is not None and before != now:
            raise Conflict(_differs(found.name, what.replace("_", " "), before, now))


def _differs(name: str, what: str, before: object, now: object) -> str:
    return ROUND_DIFFERS.format(name=name, what=what, before=before, now=now)


def _planned(session: Session, this: Round, codebook: Codebook, people: Mapping[int, str]) -> Work:
    known = queries.loads(session, this.id)
    work = (
        round_work.again(session, this)
        if this.kind == RETEST
        else round_work.fresh(session, this, codebook, people)
    )
    if not work.planned:
        raise DataInvalid(_nothing(session, this, work))
    last = {user_id: rank for user_id, (_, rank) in known.items()}
    shifted = [replace(p, rank=p.rank + last.get(p.annotator, 0)) for p in work.planned]
    return replace(work, planned=shifted)


def _nothing(session: Session, this: Round, work: Work) -> str:
    if queries.documents_in_round(session, this.id):
        return NOTHING_NEW.format(name=this.name)
    if work.left_out.count:
        return ALL_NOISE.format(count=work.left_out.count)
    return NOTHING_DONE if this.kind == RETEST else NO_DOCUMENTS


def _write(session: Session, this: Round, work: Work, now: datetime) -> None:
    session.execute(
        insert(Assignment),
        [
            {
                "round_id": this.id,
                "scope": planned.scope,
                "subject_id": planned.subject_id,
                "user_id": planned.annotator,
                "reason": work.reason,
                "occasion": work.occasions.get((planned.annotator, planned.subject_id), 1),
                "inclusion_probability": planned.inclusion_probability,
                "overlapping": planned.overlapping,
                "checks_gold": planned.subject_id in work.checks,
                "rank": planned.rank,
                "state": "open",
                "created_at": now,
            }
            for planned in work.planned
        ],
    )


def _report(
    this: Round, version: CodebookVersion, work: Work, people: Mapping[int, str], *, begun: bool
) -> AssignReport:
    paragraphs = [planned for planned in work.planned if planned.scope == "paragraph"]
    each = Counter(planned.annotator for planned in paragraphs)
    return AssignReport(
        round_id=this.id,
        round_name=this.name,
        kind=this.kind,
        begun=begun,
        seed=this.seed,
        codebook_version=version.number,
        paragraphs=len({planned.subject_id for planned in paragraphs}),
        overlapping=len({planned.subject_id for planned in paragraphs if planned.overlapping}),
        assignments=len(work.planned),
        left_out=work.left_out.count,
        left_out_by=dict(work.left_out.rounds),
        considered=work.left_out.paragraphs,
        people={name: each[user_id] for user_id, name in people.items()},
    )
