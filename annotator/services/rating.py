"""Rating sources: a task of its own, given out once a round is over.

While people label, they should not think of who publishes; so they judge a source only after the
round, and only if they have read something of it.
"""

from collections import Counter
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from annotator.services import codebooks, masking
from annotator.store.corpus import Subject
from annotator.store.labelling import Assignment, CodebookVersion, Round
from annotator.store.queries import assigning as queries


def ask_for_ratings(session: Session, this: Round, *, now: datetime) -> int:
    """Give each annotator of a round the sources whose documents they labelled; the number given.

    Only after pilot and main rounds, only if the codebook asks something of sources, and never the
    same source twice under one codebook version.
    """
    version = session.get_one(CodebookVersion, this.codebook_version_id)
    asked = codebooks.codebook_of(version).expanded("source", kind=this.kind, blind=this.blind)
    if this.kind not in queries.USED or not asked:
        return 0
    rated = queries.sources_rated(session, codebook_version_id=version.id)
    pairs = [pair for pair in queries.sources_labelled(session, this.id) if pair not in rated]
    if pairs:
        subjects = _subjects(session, this.project_id, {source for _, source in pairs})
        work = [(person, subjects[source]) for person, source in pairs]
        _write(session, this, work, now)
        masking.disclose(session, round_id=this.id, asked=pairs, now=now)
    return len(pairs)


def _subjects(session: Session, project_id: int, sources: set[int]) -> dict[int, int]:
    """Subject by source; those that no import has made yet are made."""
    known = queries.source_subjects(session, project_id)
    for source_id in sorted(sources - known.keys()):
        subject = Subject(project_id=project_id, scope="source", source_id=source_id)
        session.add(subject)
        session.flush()
        known[source_id] = subject.id
    return known


def _write(session: Session, this: Round, work: list[tuple[int, int]], now: datetime) -> None:
    loads = queries.loads(session, this.id)
    ranks = Counter({person: last for person, (_, last) in loads.items()})
    rows = []
    for person, subject_id in work:
        ranks[person] += 1
        rows.append(
            {
                "round_id": this.id,
                "scope": "source",
                "subject_id": subject_id,
                "user_id": person,
                "reason": "sample",
                "occasion": 1,
                "inclusion_probability": 1.0,
                "overlapping": True,
                "rank": ranks[person],
                "state": "open",
                "created_at": now,
            }
        )
    session.execute(insert(Assignment), rows)
