"""Which gold of a project says that a paragraph is noise, under its newest codebook."""

from sqlalchemy.orm import Session

from annotator.domain.noise_labels import noise_labels
from annotator.errors import NotFound
from annotator.services import codebooks


def noise_labels_of(session: Session, project_id: int) -> tuple[str, frozenset[str]] | None:
    """The question and its labels of noise; None where the project's codebook has none."""
    try:
        version = codebooks.latest(session, project_id)
    except NotFound:
        return None
    return noise_labels(codebooks.codebook_of(version))
