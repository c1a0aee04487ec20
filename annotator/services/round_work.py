"""What a round gives out: documents that are new to it, or a person's own once more."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from annotator.domain import assignment as planning
from annotator.domain.assignment import DocumentWork, Planned
from annotator.domain.codebook import CLEANUP, Codebook
from annotator.services import survivors
from annotator.services.survivors import TRAINING, LeftOut
from annotator.store.labelling import Round
from annotator.store.queries import assigning as queries
from annotator.store.queries import clusters

RETEST = "retest"
NOTHING = LeftOut(0, {})
SHARE_CHECKED = 0.05


@dataclass(frozen=True, slots=True)
class Work:
    """What a round gives out: planned tasks, with the occasions of those asked again.

    `checks` are subjects with propagated gold that are asked all the same.
    """

    planned: list[Planned]
    reason: str
    occasions: Mapping[tuple[int, int], int] = field(default_factory=dict)
    left_out: LeftOut = NOTHING
    checks: frozenset[int] = frozenset()


def fresh(session: Session, this: Round, codebook: Codebook, people: Mapping[int, str]) -> Work:
    """Documents that are new to the round."""
    given = queries.documents_in_round(session, this.id)
    documents = [
        document
        for document in queries.documents_to_assign(session, project_id=this.project_id)
        if document.document_id not in given
    ]
    gated = _gated(session, this, codebook)
    checks = _checks(session, this, gated.keys())
    gated = {subject: name for subject, name in gated.items() if subject not in checks}
    asks_of_document = bool(codebook.expanded("document", kind=this.kind, blind=this.blind))
    planned = planning.plan(
        [_without(document, gated, whole=asks_of_document) for document in documents],
        list(people),
        overlap=this.overlap,
        sample_share=this.sample_share,
        seed=this.seed,
        loads={user_id: n for user_id, (n, _) in queries.loads(session, this.id).items()},
    )
    subjects = [subject for document in documents for subject in document.paragraphs]
    alone = _by_one_person(planned, checks)
    left_out = survivors.counted(subjects, gated)
    return Work(planned=alone, reason="sample", left_out=left_out, checks=checks)


def _without(document: DocumentWork, gated: Collection[int], *, whole: bool) -> DocumentWork:
    return DocumentWork(
        document.document_id,
        tuple(subject for subject in document.paragraphs if subject not in gated),
        document.document_subject if whole else None,
    )


def _gated(session: Session, this: Round, codebook: Codebook) -> dict[int, str]:
    """Paragraphs that are settled as noise, with what settled them.

    In training people learn on them. A clean-up round is about them, unless it is known of them
    from others that are alike.
    """
    if this.kind == TRAINING:
        return {}
    noise = survivors.settled_as_noise(
        session, project_id=this.project_id, codebook=codebook, blind=this.blind
    )
    if this.kind != CLEANUP:
        return noise
    propagated = clusters.propagated_subjects(session, project_id=this.project_id)
    return {subject: name for subject, name in noise.items() if subject in propagated}


def _checks(session: Session, this: Round, gated: Collection[int]) -> frozenset[int]:
    """A share of what was settled by propagation: a person is asked all the same, blind."""
    propagated = clusters.propagated_subjects(session, project_id=this.project_id)
    return frozenset(
        subject_id
        for subject_id in propagated.intersection(gated)
        if planning.drawn(this.seed, "check", subject_id) < SHARE_CHECKED
    )


def _by_one_person(planned: list[Planned], checks: frozenset[int]) -> list[Planned]:
    """The plan in which what only checks gold goes to one person and is in no sample."""
    met: set[int] = set()
    found: list[Planned] = []
    for one in planned:
        if one.subject_id not in checks:
            found.append(one)
        elif one.subject_id not in met:
            met.add(one.subject_id)
            found.append(replace(one, overlapping=False))
    return found


def again(session: Session, this: Round) -> Work:
    """A share of each person's own documents, once more."""
    given = queries.documents_by_person(session, this.id)
    planned: list[Planned] = []
    occasions: dict[tuple[int, int], int] = {}
    done = queries.done_before(session, project_id=this.project_id)
    for person, documents in done.items():
        open_ones = sorted(documents.keys() - given.get(person, frozenset()))
        chosen = planning.chosen_share(open_ones, this.sample_share, seed=this.seed + person)
        tasks = [
            task
            for document_id in planning.in_random_order(
                sorted(chosen), annotator=person, seed=this.seed
            )
            for task in documents[document_id]
        ]
        for rank, (subject_id, occasion) in enumerate(tasks, start=1):
            occasions[person, subject_id] = occasion + 1
            share = len(chosen) / len(open_ones)
            planned.append(
                Planned(
                    subject_id=subject_id,
                    scope="paragraph",
                    annotator=person,
                    rank=rank,
                    overlapping=False,
                    inclusion_probability=share,
                )
            )
    return Work(planned=planned, reason=RETEST, occasions=occasions)
