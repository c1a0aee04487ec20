"""Clusters as a lead sees them: the text, where it stands, what people and the machine say."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from annotator.domain import propagation as rules
from annotator.domain.codebook import Codebook
from annotator.domain.near_duplicates.differences import differences
from annotator.domain.propagation import Choice, Vote
from annotator.errors import NotFound
from annotator.services import codebooks
from annotator.services.propagation.deciding import NO_CLUSTER, gate_of
from annotator.store.queries import clusters as queries
from annotator.store.queries.clusters import ClusterRow, MemberRow, PropagationRow

MEMBERS_SHOWN = 200
MEMBERS_ASKED = 20


@dataclass(frozen=True, slots=True)
class ClusterShown:
    """`source` holds most of its documents, `here` of the `of_source` that the source has.

    `votes` are answers in words with how often they were given. `proposed` is the code of the
    choice that labels, or else the machine, speak for, and `settles` how many lines that would
    settle: of repeats the first in each document stays. `last` is the newest decision.
    """

    row: ClusterRow
    text: str
    lang: str | None
    source: str
    here: int
    of_source: int
    sources: int
    votes: tuple[tuple[str, int], ...]
    noise_type: str | None
    probability: float
    reason: str | None
    proposed: str | None
    settles: int
    last: PropagationRow | None


@dataclass(frozen=True, slots=True)
class MemberShown:
    """A paragraph with where it differs from the oldest, and what stands around it."""

    row: MemberRow
    pieces: tuple[tuple[str, bool], ...]
    before: str
    after: str


def choices_of(session: Session, *, project_id: int, lang: str) -> tuple[Choice, ...]:
    """What a lead can decide under the newest codebook.

    Raises:
        NotFound: the project has no codebook.
    """
    version = codebooks.latest(session, project_id)
    return rules.choices(codebooks.codebook_of(version), lang)


def clusters_shown(
    session: Session, rows: Sequence[ClusterRow], *, project_id: int, lang: str
) -> list[ClusterShown]:
    """The same clusters with all that a list shows of them."""
    codebook = codebooks.codebook_of(codebooks.latest(session, project_id))
    ids = [row.id for row in rows]
    gate = gate_of(codebook)
    members: dict[int, list[MemberRow]] = {}
    for member in queries.members(session, project_id=project_id, cluster_ids=ids, gate=gate):
        members.setdefault(member.cluster_id, []).append(member)
    votes: dict[int, list[Vote]] = {}
    for said in queries.votes(session, project_id=project_id, cluster_ids=ids):
        answers = rules.cleaned(codebook, said.answers)
        vote = Vote(said.annotation_id, said.subject_id, said.document_id, said.source_id, answers)
        votes.setdefault(said.cluster_id, []).append(vote)
    last: dict[int, PropagationRow] = {}
    for each in queries.propagations(session, project_id=project_id, cluster_ids=ids):
        last.setdefault(each.cluster_id, each)
    of_source = queries.documents_of_sources(session, project_id=project_id)
    oldest = {number: oldest_of(some) for number, some in members.items()}
    guesses = queries.suggestions(
        session, [one.paragraph_id for some in members.values() for one in some[:MEMBERS_ASKED]]
    )
    known = rules.choices(codebook, lang)
    found = []
    for row in rows:
        first = oldest[row.id]
        places = {(one.source_id, one.document_id) for one in members[row.id]}
        source_id, here = Counter(source for source, _ in places).most_common(1)[0]
        # Of a text that is copied in its document, only the later copies are suspected.
        guess = next(
            (
                guesses[one.paragraph_id]
                for one in (first, *members[row.id][:MEMBERS_ASKED])
                if one.paragraph_id in guesses
            ),
            None,
        )
        mine = votes.get(row.id, [])
        proposed = _proposed(known, mine, guess.noise_type if guess else None)
        found.append(
            ClusterShown(
                row=row,
                text=first.text,
                lang=first.lang,
                source=next(m.source for m in members[row.id] if m.source_id == source_id),
                here=here,
                of_source=of_source.get(source_id, here),
                sources=len({source for source, _ in places}),
                votes=tuple(Counter(_in_words(codebook, v, lang) for v in mine).most_common()),
                noise_type=guess.noise_type if guess else None,
                probability=guess.probability if guess else 0.0,
                reason=guess.reasons[0] if guess and guess.reasons else None,
                proposed=proposed.code if proposed else None,
                settles=_settles(proposed, members[row.id]),
                last=last.get(row.id),
            )
        )
    return found


def members_shown(
    session: Session, *, project_id: int, cluster_id: int
) -> tuple[ClusterRow, list[MemberShown]]:
    """The paragraphs of one cluster, 200 at most, and how many there are.

    Raises:
        NotFound: the project has no such cluster.
    """
    if not queries.has_cluster(session, project_id=project_id, cluster_id=cluster_id):
        raise NotFound(NO_CLUSTER)
    gate = gate_of(codebooks.codebook_of(codebooks.latest(session, project_id)))
    rows = queries.members(session, project_id=project_id, cluster_ids=[cluster_id], gate=gate)
    if not rows:
        raise NotFound(NO_CLUSTER)
    shown = rows[:MEMBERS_SHOWN]
    around = queries.neighbours(session, [row.paragraph_id for row in shown])
    oldest = oldest_of(rows).text
    counted = ClusterRow(
        id=cluster_id,
        kind="exact" if all(row.similarity == 1 for row in rows) else "near",
        paragraphs=len(rows),
        documents=len({row.document_id for row in rows}),
        open=sum(row.gold is None for row in rows),
    )
    return counted, [
        MemberShown(
            row, tuple(differences(row.text, oldest)), *around.get(row.paragraph_id, ("", ""))
        )
        for row in shown
    ]


def oldest_of(members: Sequence[MemberRow]) -> MemberRow:
    """The paragraph that stands for a cluster: most like the text that names it, then oldest."""
    return min(members, key=lambda one: (-one.similarity, one.paragraph_id))


def _in_words(codebook: Codebook, vote: Vote, lang: str) -> str:
    words = []
    for code, labels in vote.answers.items():
        names = {each.code: each.name_in(lang) for each in codebook.question(code).labels}
        words += [names.get(label, label) for label in labels]
    return " / ".join(words)


def _proposed(known: Sequence[Choice], votes: Sequence[Vote], guess: str | None) -> Choice | None:
    """The choice that all labels agree on, or else that of the machine's guess."""
    said = [vote.answers for vote in votes]
    for choice in known:
        if said and all(answers == choice.answers for answers in said):
            return choice
    if said:
        return None
    return next((c for c in known if c.noise and guess and [guess] in c.answers.values()), None)


def _settles(choice: Choice | None, members: Sequence[MemberRow]) -> int:
    """How many lines have no gold and are such as the choice may be about."""
    first: dict[int, int] = {}
    for member in members:
        first.setdefault(member.document_id, member.subject_id)
    spared = set(first.values()) if choice is not None and choice.spares_first else set()
    return sum(member.gold is None and member.subject_id not in spared for member in members)
