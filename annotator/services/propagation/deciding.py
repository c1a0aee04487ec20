"""A lead's decision about a whole cluster."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from annotator.domain import propagation as rules
from annotator.domain.codebook import Codebook
from annotator.domain.near_duplicates.likeness import ALIKE
from annotator.domain.propagation import LEAD, Choice, Vote
from annotator.errors import DataInvalid, NotFound
from annotator.services.propagation.batches import Origin, Propagated, Run, run_of, write
from annotator.store.queries import clusters as queries
from annotator.store.queries.clusters import MemberRow

NO_CLUSTER: Final = "There is no such cluster in this project."
NO_CHOICE: Final = "Choose what the lines are, such as one kind of noise."
NOTHING_LEFT: Final = "Nothing was decided: every line of it is settled, or people said otherwise."
NO_CLEANUP: Final = "The codebook has no clean-up question: nothing can be settled by cluster."


Votes = Mapping[int, Sequence[tuple[Vote, datetime]]]


def gate_of(codebook: Codebook) -> str:
    """The code of the first clean-up question.

    Raises:
        DataInvalid: the codebook has none.
    """
    found = rules.choices(codebook, "en")
    if not found:
        raise DataInvalid(NO_CLEANUP)
    return next(iter(found[0].answers))


def decide(
    session: Session,
    *,
    project_id: int,
    cluster_id: int,
    choice: str,
    left_out: Collection[int] = (),
    actor_id: int | None,
    now: datetime,
) -> Propagated:
    """A lead's word about a cluster: gold for each of its paragraphs that has none.

    Noise goes to what is at least .9 like the oldest text, in any source, since the lead has seen
    them; main text to identical text only. A paragraph that someone called otherwise is left to
    adjudication. Open tasks on what is now noise are taken back.

    Args:
        session: of a writing transaction.
        project_id: the project.
        cluster_id: the cluster.
        choice: code of a `Choice` of the newest codebook.
        left_out: subjects that the decision is not about.
        actor_id: the lead.
        now: the moment.

    Raises:
        NotFound: the project has no such cluster.
        DataInvalid: there is no such choice, or nothing to settle.
    """
    if not queries.has_cluster(session, project_id=project_id, cluster_id=cluster_id):
        raise NotFound(NO_CLUSTER)
    run = run_of(session, project_id=project_id, actor_id=actor_id, now=now)
    members = members_of(run, [cluster_id])
    chosen = choice_named(run.codebook, choice)
    if chosen is None:
        raise DataInvalid(NO_CHOICE)
    votes = votes_on(run, [cluster_id])
    targets = meant(run, chosen, members, votes, left_out=left_out)
    if not targets:
        raise DataInvalid(NOTHING_LEFT)
    return write(
        run,
        Origin(LEAD, cluster_id),
        targets,
        answers=chosen.answers,
        noise=chosen.noise,
        choice=choice,
        left_out=sorted(left_out),
        sources=sorted({member.source_id for member in members}),
    )


def choice_named(codebook: Codebook, code: str) -> Choice | None:
    return next((each for each in rules.choices(codebook, "en") if each.code == code), None)


def members_of(run: Run, cluster_ids: Collection[int]) -> list[MemberRow]:
    gate = gate_of(run.codebook)
    return queries.members(
        run.session, project_id=run.project_id, cluster_ids=cluster_ids, gate=gate
    )


def votes_on(
    run: Run, cluster_ids: Collection[int] | None = None
) -> dict[int, list[tuple[Vote, datetime]]]:
    """By cluster; answers to the clean-up questions, as the newest codebook reads them."""
    found: dict[int, list[tuple[Vote, datetime]]] = {}
    for row in queries.votes(run.session, project_id=run.project_id, cluster_ids=cluster_ids):
        if answers := rules.cleaned(run.codebook, row.answers):
            vote = Vote(row.annotation_id, row.subject_id, row.document_id, row.source_id, answers)
            found.setdefault(row.cluster_id, []).append((vote, row.saved_at))
    return found


def meant(
    run: Run,
    chosen: Choice,
    members: Sequence[MemberRow],
    votes: Votes,
    *,
    left_out: Collection[int],
) -> list[MemberRow]:
    """The paragraphs that a decision settles: without gold, and called otherwise by nobody."""
    return [
        member
        for member in _alike(chosen, members)
        if member.gold is None
        and member.subject_id not in left_out
        and not _contradicted(run.codebook, chosen, votes.get(member.cluster_id, ()), member)
    ]


def _alike(chosen: Choice, members: Sequence[MemberRow]) -> Iterable[MemberRow]:
    """Those that a choice may be about, by their text and place."""
    first: dict[int, int] = {}
    oldest = min(members, key=lambda m: (-m.similarity, m.paragraph_id), default=None)
    for member in members:
        is_first = first.setdefault(member.document_id, member.subject_id) == member.subject_id
        if oldest is None or (chosen.spares_first and is_first):
            continue
        if member.similarity >= ALIKE if chosen.noise else member.text == oldest.text:
            yield member


def _contradicted(
    codebook: Codebook, chosen: Choice, votes: Sequence[tuple[Vote, datetime]], member: MemberRow
) -> bool:
    mine = [vote for vote, _ in votes if vote.subject_id == member.subject_id]
    return rules.contrary(codebook, chosen.answers, mine) is not None
