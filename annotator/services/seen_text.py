"""Texts as the annotator saw them. Every page that shows or searches an annotator's own work asks
here, so that a source-blind round hides the same names everywhere.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy.orm import Session

from annotator.domain.masking import Mask
from annotator.services import codebooks, masking
from annotator.store.labelling import CodebookVersion


class StoredText(NamedTuple):
    """A text of a document as it is stored.

    `masked_by` is the codebook version of the blind round it is labelled in, whose stance targets
    stay visible; None where it may be seen.
    """

    text: str
    document_id: int | None
    masked_by: int | None


def as_seen(session: Session, texts: Sequence[StoredText]) -> list[str]:
    """One text for each given, in the same order."""
    masks = _masks(session, texts)
    return [
        masks[one.masked_by, one.document_id].view(one.text).text
        if one.masked_by is not None and one.document_id is not None
        else one.text
        for one in texts
    ]


def _masks(session: Session, texts: Sequence[StoredText]) -> dict[tuple[int, int], Mask]:
    asked: dict[int, set[int]] = defaultdict(set)
    for one in texts:
        if one.masked_by is not None and one.document_id is not None:
            asked[one.masked_by].add(one.document_id)
    return {
        (version_id, document_id): mask
        for version_id, documents in asked.items()
        for document_id, mask in masking.masks_of(
            session,
            document_ids=documents,
            codebook=codebooks.codebook_of(session.get_one(CodebookVersion, version_id)),
        ).items()
    }
