"""Figures of documents in which noise is what gold or a clean-up round says it is: that is what
later rounds leave out, so that is what a lead is told.
"""

from collections import Counter
from dataclasses import replace

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from annotator.errors import NotFound
from annotator.services import codebooks
from annotator.services.documents.noise_gold import noise_labels_of
from annotator.services.survivors import settled_by_cleanup
from annotator.store.corpus import Document, Subject
from annotator.store.queries import corpus_figures, document_list
from annotator.store.queries.corpus_figures import Figures
from annotator.store.queries.document_list import Listed, Wanted


def figures(session: Session, *, project_id: int, source_id: int | None = None) -> list[Figures]:
    """By source and language; of one source, or of all."""
    rows = corpus_figures.figures(
        session,
        project_id=project_id,
        source_id=source_id,
        noise=noise_labels_of(session, project_id),
    )
    of_source = select(Subject.id).join(Document, Document.id == Subject.document_id)
    of_source = of_source.where(Document.source_id == source_id)
    cleaned = _cleaned(session, project_id, None if source_id is None else of_source)
    places = corpus_figures.cleaned_places(session, project_id=project_id, source_id=source_id)
    more = Counter(
        (of, lang)
        for subject_id, of, lang, _ in (places if cleaned else ())
        if subject_id in cleaned
    )
    return [
        replace(
            row,
            settled=row.settled + more[row.source_id, row.lang],
            noise=row.noise + more[row.source_id, row.lang],
        )
        for row in rows
    ]


def listed(session: Session, *, project_id: int, wanted: Wanted) -> Listed:
    """One page of the list of documents."""
    found = document_list.listed(
        session, project_id=project_id, wanted=wanted, noise=noise_labels_of(session, project_id)
    )
    ids = [row.id for row in found.rows]
    cleaned = _cleaned(session, project_id, select(Subject.id).where(Subject.document_id.in_(ids)))
    places = corpus_figures.cleaned_places(session, project_id=project_id, document_ids=ids)
    more = Counter(
        document_id
        for subject_id, _, _, document_id in (places if cleaned else ())
        if subject_id in cleaned
    )
    return replace(
        found, rows=tuple(replace(row, noise=row.noise + more[row.id]) for row in found.rows)
    )


def _cleaned(session: Session, project_id: int, subjects: Select[int] | None) -> frozenset[int]:
    try:
        version = codebooks.latest(session, project_id)
    except NotFound:
        return frozenset()
    return settled_by_cleanup(
        session,
        project_id=project_id,
        codebook=codebooks.codebook_of(version),
        blind=True,
        subjects=subjects,
    )
