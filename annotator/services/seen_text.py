"""Texts as the annotator saw them. Every page that shows or searches an annotator's own work asks
here, so that a source-blind round hides the same names everywhere.
"""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy.orm import Session


class StoredText(NamedTuple):
    """A text of a document as it is stored; `blind` is that of the round it is labelled in."""

    text: str
    document_id: int | None
    blind: bool


def as_seen(session: Session, texts: Sequence[StoredText]) -> list[str]:  # noqa: ARG001
    """One text for each given, in the same order.

    Names inside the text itself are not masked yet, so that each comes as it is stored.
    """
    return [stored.text for stored in texts]
