"""Texts as the annotator saw them. Every page that shows or searches an annotator's own work asks
here, so that a source-blind round hides the same names everywhere.
"""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy.orm import Session

from annotator.services import masking


class StoredText(NamedTuple):
    """A text of a document as it is stored; `blind` is that of the round it is labelled in."""

    text: str
    document_id: int | None
    blind: bool


def as_seen(session: Session, texts: Sequence[StoredText]) -> list[str]:
    """One text for each given, in the same order; masked under the newest codebook."""
    hidden = {one.document_id for one in texts if one.blind and one.document_id is not None}
    masks = masking.newest_masks(session, hidden)
    return [
        masks[one.document_id].view(one.text).text
        if one.blind and one.document_id is not None
        else one.text
        for one in texts
    ]
