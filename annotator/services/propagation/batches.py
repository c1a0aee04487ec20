"""Propagated gold, batch by batch: written, with the tasks that it makes needless, and undone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from annotator.domain.codebook import Codebook
from annotator.domain.propagation import LEAD
from annotator.errors import Conflict, NotFound
from annotator.services import codebooks
from annotator.store.audit import record
from annotator.store.labelling import Annotation, Assignment, Round
from annotator.store.queries import clusters as queries
from annotator.store.queries.clusters import MemberRow
from annotator.store.settling import Gold, GoldBatch, Propagation

POLICY: Final = "propagation"
PROPAGATED: Final = "propagated"

NO_DECISION: Final = "There is no such decision about a cluster in this project."
UNDONE_BEFORE: Final = "This decision was undone before."


@dataclass(frozen=True, slots=True)
class Run:
    """Who propagates in which project, when, and under which codebook: the newest."""

    session: Session
    project_id: int
    codebook: Codebook
    version_id: int
    actor_id: int | None
    now: datetime


@dataclass(frozen=True, slots=True)
class Propagated:
    """`settled` paragraphs got gold, `taken_back` open tasks went with it."""

    batch_id: int
    settled: int
    taken_back: int


@dataclass(frozen=True, slots=True)
class Origin:
    """Where gold comes from: the `rule`, and the annotation unless it is a lead's decision."""

    rule: str
    cluster_id: int
    annotation_id: int | None = None


def run_of(session: Session, *, project_id: int, actor_id: int | None, now: datetime) -> Run:
    """Raises:
    NotFound: the project has no codebook.
    """
    version = codebooks.latest(session, project_id)
    codebook = codebooks.codebook_of(version)
    return Run(session, project_id, codebook, version.id, actor_id, now)


def write(
    run: Run,
    origin: Origin,
    targets: Sequence[MemberRow],
    *,
    answers: dict[str, list[str]],
    noise: bool,
    **parameters: str | list[int],
) -> Propagated:
    """A new batch with gold for these paragraphs."""
    batch = GoldBatch(
        project_id=run.project_id,
        policy=POLICY,
        parameters={"answers": answers, "left_out": [], "taken_back": [], **parameters},
        made_at=run.now,
        made_by_id=run.actor_id,
    )
    run.session.add(batch)
    run.session.flush()
    run.session.add(
        Propagation(
            rule=origin.rule,
            cluster_id=origin.cluster_id,
            annotation_id=origin.annotation_id,
            batch_id=batch.id,
            made_at=run.now,
        )
    )
    return add(run, batch, targets, noise=noise, spare_sample=origin.rule != LEAD)


def add(
    run: Run, batch: GoldBatch, targets: Sequence[MemberRow], *, noise: bool, spare_sample: bool
) -> Propagated:
    """More gold in a batch; open tasks on noise are taken back, but for the sample if spared."""
    subjects = [member.subject_id for member in targets]
    run.session.execute(
        insert(Gold),
        [
            {
                "subject_id": subject_id,
                "codebook_version_id": run.version_id,
                "question": question,
                "state": "decided",
                "alternatives": [labels],
                "method": PROPAGATED,
                "people": None,
                "batch_id": batch.id,
                "settled_at": run.now,
            }
            for subject_id in subjects
            for question, labels in batch.parameters["answers"].items()
        ],
    )
    tasks = queries.open_tasks(run.session, subjects, spare_sample=spare_sample) if noise else []
    for task in tasks:
        task.state = "withdrawn"
    taken = [*batch.parameters["taken_back"], *(task.id for task in tasks)]
    batch.parameters = batch.parameters | {"taken_back": taken}
    put_on_record(run, "gold.propagated", batch, paragraphs=len(subjects))
    if tasks:
        put_on_record(run, "assignments.taken_back", batch, tasks=len(tasks))
    run.session.flush()
    return Propagated(batch.id, len(subjects), len(tasks))


def undo(
    session: Session, *, project_id: int, batch_id: int, actor_id: int | None, now: datetime
) -> int:
    """Take a decision back, with its gold; tasks that it took back are open again.

    Returns:
        How many paragraphs lost their gold.

    Raises:
        NotFound: the project has no such decision.
        Conflict: it was undone before.
    """
    return take_back(run_of(session, project_id=project_id, actor_id=actor_id, now=now), batch_id)


def take_back(run: Run, batch_id: int) -> int:
    """What `undo` does, in a run."""
    batch = _standing(run, batch_id)
    taken = set(
        run.session.scalars(
            delete(Gold).where(Gold.batch_id == batch.id).returning(Gold.subject_id)
        )
    )
    batch.undone_at = run.now
    run.session.execute(
        update(Propagation).where(Propagation.batch_id == batch.id).values(undone_at=run.now)
    )
    put_on_record(run, "gold.propagation_undone", batch, paragraphs=len(taken))
    _give_back(run, batch, batch.parameters["taken_back"])
    run.session.flush()
    return len(taken)


def leave_out(
    session: Session,
    *,
    project_id: int,
    batch_id: int,
    subject_id: int,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Take one paragraph out of a decision; it loses the gold, and its tasks are open again.

    Raises:
        NotFound: the project has no such decision, or it is not about this paragraph.
        Conflict: it was undone before.
    """
    run = run_of(session, project_id=project_id, actor_id=actor_id, now=now)
    batch = _standing(run, batch_id)
    of_it = (Gold.batch_id == batch.id, Gold.subject_id == subject_id)
    if not session.scalars(delete(Gold).where(*of_it).returning(Gold.id)).all():
        raise NotFound(NO_DECISION)
    left = sorted({*batch.parameters["left_out"], subject_id})
    batch.parameters = batch.parameters | {"left_out": left}
    put_on_record(run, "gold.propagation_undone", batch, paragraphs=1)
    mine = Assignment.subject_id == subject_id
    taken = Assignment.id.in_(batch.parameters["taken_back"])
    _give_back(run, batch, session.scalars(select(Assignment.id).where(mine, taken)).all())
    session.flush()


def put_on_record(run: Run, action: str, batch: GoldBatch, **counts: int) -> None:
    record(
        run.session,
        action=action,
        at=run.now,
        actor_id=run.actor_id,
        project_id=run.project_id,
        object_id=batch.id,
        **counts,
    )


def _standing(run: Run, batch_id: int) -> GoldBatch:
    batch = run.session.get(GoldBatch, batch_id, with_for_update=True)
    if batch is None or batch.project_id != run.project_id or batch.policy != POLICY:
        raise NotFound(NO_DECISION)
    if batch.undone_at is not None:
        raise Conflict(UNDONE_BEFORE)
    return batch


def _give_back(run: Run, batch: GoldBatch, assignment_ids: Sequence[int]) -> None:
    """Open tasks again that were taken back, unless their round is closed or they hold answers."""
    answered = select(Annotation.id).where(Annotation.assignment_id == Assignment.id)
    tasks = run.session.scalars(
        select(Assignment)
        .join(Round, Round.id == Assignment.round_id)
        .where(
            Assignment.id.in_(assignment_ids),
            Assignment.state == "withdrawn",
            Round.closed_at.is_(None),
            ~answered.exists(),
        )
    ).all()
    for task in tasks:
        task.state = "open"
    if tasks:
        put_on_record(run, "assignments.given_back", batch, tasks=len(tasks))
