"""What a round need not ask again: paragraphs that are settled as noise, and by what.

Gold decides where there is any. Where nobody has settled a paragraph yet, the clean-up rounds do,
if everybody who got it there has answered, and all who ever judged it say that it is noise. What is
mixed, disputed, skipped or still open is assigned.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, TypedDict

from sqlalchemy import Select
from sqlalchemy.orm import Session

from annotator.domain.cleaning import is_noise
from annotator.domain.codebook import CLEANUP, Codebook
from annotator.errors import NotFound
from annotator.services import codebooks
from annotator.store.queries import assigning as queries
from annotator.store.queries import surviving
from annotator.store.queries.surviving import CleanupVote

BY_GOLD: Final = ""
TRAINING: Final = "training"


class _Facts(TypedDict):
    project_id: int
    subjects: Collection[int] | Select[int] | None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How many of `paragraphs` are settled as noise.

    `rounds` counts them by the clean-up round in which they were labelled; under `BY_GOLD` those
    that gold settles though no such round had them.
    """

    paragraphs: int
    rounds: Mapping[str, int]

    @property
    def count(self) -> int:
        return sum(self.rounds.values())


def settled_as_noise(
    session: Session,
    *,
    project_id: int,
    codebook: Codebook,
    blind: bool,
    subjects: Collection[int] | Select[int] | None = None,
) -> dict[int, str]:
    """Subjects of paragraphs that are settled as noise, with the clean-up round or `BY_GOLD`.

    Args:
        session: a session.
        project_id: the project.
        codebook: the one of the round to come; answers that it does not know settle nothing.
        blind: whether that round is source-blind.
        subjects: look at these alone; without them at the whole project.
    """
    asked = _asked(codebook, blind=blind)
    if not asked:
        return {}
    judge = _Judge(codebook, blind=blind)
    facts: _Facts = {"project_id": project_id, "subjects": subjects}
    decided = queries.decided_answers(session, questions=asked, **facts)
    votes = _by_subject(surviving.cleanup_votes(session, **facts))
    noise = {
        subject_id: _round_of(votes.get(subject_id, ()))
        for subject_id, alternatives in decided.items()
        if all(map(judge.is_noise, alternatives))
    }
    return noise | _by_cleanup(session, judge, votes, facts)


def settled_by_cleanup(
    session: Session,
    *,
    project_id: int,
    codebook: Codebook,
    blind: bool,
    subjects: Collection[int] | Select[int] | None = None,
) -> frozenset[int]:
    """Those of `settled_as_noise` that no gold is on: clean-up rounds alone have settled them."""
    facts: _Facts = {"project_id": project_id, "subjects": subjects}
    if not _asked(codebook, blind=blind):
        return frozenset()
    votes = _by_subject(surviving.cleanup_votes(session, **facts))
    return frozenset(_by_cleanup(session, _Judge(codebook, blind=blind), votes, facts))


def _by_cleanup(
    session: Session, judge: "_Judge", votes: Mapping[int, list[CleanupVote]], facts: "_Facts"
) -> dict[int, str]:
    has_gold = surviving.with_gold(session, questions=judge.asked, **facts) if votes else ()
    unsettled = votes.keys() - set(has_gold)
    return {
        subject_id: _round_of(votes[subject_id])
        for subject_id in unsettled
        if judge.all_say_noise(votes[subject_id])
    }


def _asked(codebook: Codebook, *, blind: bool) -> list[str]:
    return [q.code for q in codebook.expanded("paragraph", kind=CLEANUP, blind=blind)]


def left_out(session: Session, *, project_id: int) -> LeftOut:
    """What a pilot or main round begun now would leave out of all documents in use."""
    try:
        version = codebooks.latest(session, project_id)
    except NotFound:
        return LeftOut(0, {})
    noise = settled_as_noise(
        session, project_id=project_id, codebook=codebooks.codebook_of(version), blind=True
    )
    if not noise:
        return LeftOut(0, {})
    documents = queries.documents_to_assign(session, project_id=project_id)
    return counted([s for document in documents for s in document.paragraphs], noise)


def counted(subjects: Collection[int], noise: Mapping[int, str]) -> LeftOut:
    """How many of these subjects are noise, by round."""
    rounds = Counter(noise[subject_id] for subject_id in subjects if subject_id in noise)
    return LeftOut(
        len(subjects), dict(sorted(rounds.items(), key=lambda pair: pair[0] or "\uffff"))
    )


def in_words(left: LeftOut) -> str:
    """A sentence such as “65 of 119 paragraphs are left out: settled as noise in round “x”.”"""
    if not left.count:
        return ""
    named = {name: f"in round “{name}”" if name != BY_GOLD else "by gold" for name in left.rounds}
    if len(named) == 1:
        how = next(iter(named.values()))
    else:
        how = ", ".join(f"{words} ({left.rounds[name]:,})" for name, words in named.items())
    verb = "is" if left.count == 1 else "are"
    share = f"{left.count:,} of {left.paragraphs:,} paragraphs"
    return f"{share} {verb} left out: settled as noise {how}."


class _Judge:
    """Remembers what it has judged: a whole project has few different answers."""

    def __init__(self, codebook: Codebook, *, blind: bool) -> None:
        self._codebook = codebook
        self._blind = blind
        self.asked = _asked(codebook, blind=blind)
        self._known: dict[str, bool] = {}

    def is_noise(self, answers: Mapping[str, list[str]]) -> bool:
        key = repr(sorted(answers.items()))
        if key not in self._known:
            self._known[key] = is_noise(self._codebook, answers, blind=self._blind)
        return self._known[key]

    def all_say_noise(self, votes: Iterable[CleanupVote]) -> bool:
        """Other rounds have asked more; only what they say of the gate counts here."""
        return all(
            vote.answers is not None
            and self.is_noise(
                {code: vote.answers[code] for code in self.asked if code in vote.answers}
            )
            for vote in votes
        )


def _by_subject(votes: Iterable[CleanupVote]) -> dict[int, list[CleanupVote]]:
    found: dict[int, list[CleanupVote]] = {}
    for vote in votes:
        found.setdefault(vote.subject_id, []).append(vote)
    return found


def _round_of(votes: Iterable[CleanupVote]) -> str:
    """The newest clean-up round in which it was labelled."""
    names = [vote.round_name for vote in votes if vote.kind == CLEANUP]
    return names[-1] if names else BY_GOLD
