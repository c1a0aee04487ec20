"""What follows from labels by a rule, and when a contrary label takes it back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from annotator.domain import propagation as rules
from annotator.domain.near_duplicates.likeness import ALIKE, form_of, likeness, says_enough
from annotator.domain.propagation import AGREEING_LABELS, LEAD, Vote
from annotator.services import codebooks
from annotator.services.propagation.batches import (
    Origin,
    Propagated,
    Run,
    add,
    put_on_record,
    run_of,
    take_back,
    write,
)
from annotator.services.propagation.deciding import (
    Votes,
    choice_named,
    gate_of,
    meant,
    members_of,
    votes_on,
)
from annotator.store.queries import clusters as queries
from annotator.store.queries.clusters import MemberRow, PropagationRow
from annotator.store.settling import GoldBatch, Propagation

_CLUSTERS_AT_ONCE = 500

Members = Mapping[int, Sequence[MemberRow]]


@dataclass(frozen=True, slots=True)
class FollowReport:
    """`reopened` groups met a contrary label; `settled` paragraphs got gold in `groups` groups."""

    reopened: int
    groups: int
    settled: int
    taken_back: int


@dataclass(frozen=True, slots=True)
class Errors:
    """What the blind checks found: of `checked` propagated labels, `wrong` were said otherwise."""

    checked: int
    wrong: int


def follow(
    session: Session, *, project_id: int, actor_id: int | None, now: datetime
) -> FollowReport:
    """Bring gold up to date with the labels; run again, it finds nothing to do.

    First contrary labels reopen: what agreeing labels had settled loses its gold, a lead's decision
    keeps it and is marked. Then lead's decisions take in paragraphs of the same sources that came
    later. Then each cluster of which two documents of a source were labelled noise, with no label
    to the contrary, is settled in that source, where nobody has labelled yet. Tasks on what is
    settled are taken back, but for those of an overlap sample.
    """
    run = run_of(session, project_id=project_id, actor_id=actor_id, now=now)
    if not rules.choices(run.codebook, "en"):
        return FollowReport(0, 0, 0, 0)
    votes = votes_on(run)
    standing = [
        row
        for row in queries.propagations(session, project_id=project_id)
        if row.undone_at is None and row.reopened_by_id is None
    ]
    reopened = {row.id for row in standing if _reopen(run, row, votes)}
    standing = [row for row in standing if row.id not in reopened]
    members = _members(run, {*votes, *(row.cluster_id for row in standing)})
    made = [*_extend(run, standing, members, votes), *_settle(run, members, votes)]
    return FollowReport(
        len(reopened),
        len(made),
        sum(each.settled for each in made),
        sum(each.taken_back for each in made),
    )


def errors(session: Session, *, project_id: int) -> Errors:
    """How often people who labelled blind said otherwise than propagated gold.

    A check whose gold is gone since was contrary: that is why it was taken back.
    """
    codebook = codebooks.codebook_of(codebooks.latest(session, project_id))
    if not rules.choices(codebook, "en"):
        return Errors(0, 0)
    gate = gate_of(codebook)
    found = queries.checks(session, project_id=project_id, gate=gate)
    wrong = sum(gold is None or answers.get(gate) not in gold for answers, gold in found)
    return Errors(len(found), wrong)


def _members(run: Run, cluster_ids: Iterable[int]) -> dict[int, list[MemberRow]]:
    about = sorted(cluster_ids)
    found: dict[int, list[MemberRow]] = {}
    for at in range(0, len(about), _CLUSTERS_AT_ONCE):
        for member in members_of(run, about[at : at + _CLUSTERS_AT_ONCE]):
            found.setdefault(member.cluster_id, []).append(member)
    return found


def _reopen(run: Run, row: PropagationRow, votes: Votes) -> bool:
    """Whether a label that was saved since says otherwise, in one of the sources it is about."""
    since = [
        vote
        for vote, saved_at in votes.get(row.cluster_id, ())
        if vote.source_id in row.parameters["sources"]
        and vote.subject_id not in row.parameters["left_out"]
        and (row.rule == AGREEING_LABELS or saved_at > row.made_at)
    ]
    otherwise = rules.contrary(run.codebook, row.parameters["answers"], since)
    if otherwise is None:
        return False
    run.session.get_one(Propagation, row.id).reopened_by_id = otherwise.annotation_id
    put_on_record(run, "gold.propagation_reopened", run.session.get_one(GoldBatch, row.batch_id))
    if row.rule == AGREEING_LABELS:
        take_back(run, row.batch_id)
    run.session.flush()
    return True


def _extend(
    run: Run, standing: Sequence[PropagationRow], members: Members, votes: Votes
) -> Iterable[Propagated]:
    """What came to a cluster after its decision joins it, under the same batch."""
    for row in standing:
        chosen = choice_named(run.codebook, row.parameters.get("choice", ""))
        if row.rule != LEAD or chosen is None:
            continue
        sources = row.parameters["sources"]
        theirs = [m for m in members.get(row.cluster_id, ()) if m.source_id in sources]
        targets = meant(run, chosen, theirs, votes, left_out=row.parameters["left_out"])
        if targets:
            batch = run.session.get_one(GoldBatch, row.batch_id)
            yield add(run, batch, targets, noise=chosen.noise, spare_sample=False)


def _settle(run: Run, members: Members, votes: Votes) -> Iterable[Propagated]:
    """What two documents of a source agree on is settled in the source."""
    for cluster_id, of_cluster in votes.items():
        for source_id in sorted({vote.source_id for vote, _ in of_cluster}):
            mine = [vote for vote, _ in of_cluster if vote.source_id == source_id]
            answers = rules.agreed(run.codebook, mine)
            if answers is None:
                continue
            targets = _unlabelled(members.get(cluster_id, ()), mine, source_id)
            if targets:
                origin = Origin(AGREEING_LABELS, cluster_id, mine[0].annotation_id)
                yield write(run, origin, targets, answers=answers, noise=True, sources=[source_id])


def _unlabelled(
    members: Sequence[MemberRow], votes: Sequence[Vote], source_id: int
) -> list[MemberRow]:
    """Paragraphs of the source without gold or label that are like one that was labelled."""
    labelled = {vote.subject_id for vote in votes}
    said = {form_of(member.text) for member in members if member.subject_id in labelled}
    return [
        member
        for member in members
        if member.source_id == source_id
        and member.gold is None
        and member.subject_id not in labelled
        and says_enough(form := form_of(member.text))
        and (form in said or any(likeness(form, other) >= ALIKE for other in said))
    ]
