"""Where the paragraphs of a web page stand in it, told from the page that is kept beside the text.

Asked of the page whenever suggestions are made, so that nothing is lost when they are made anew.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from annotator.domain.noise.placing import Placed, of_pieces
from annotator.domain.segmentation import Piece
from annotator.formats import html_page
from annotator.store.corpus import DocumentVersion


def placed_in_page(
    markup: bytes | None, text: str, pieces: Sequence[Piece]
) -> tuple[Placed, ...] | None:
    """By paragraph of a document; None if it came without a page."""
    lines = None if markup is None else html_page.placed(markup, text)
    return None if lines is None else of_pieces(lines, text, pieces)


def placed_in_pages(
    session: Session, versions: Mapping[int, Sequence[Row[Any]]]
) -> dict[int, tuple[Placed, ...]]:
    """The same of the versions that came with a page; they are given with their paragraphs."""
    pages = session.execute(
        select(DocumentVersion.id, DocumentVersion.head, DocumentVersion.markup).where(
            DocumentVersion.id.in_(versions), DocumentVersion.markup.is_not(None)
        )
    )
    found = {}
    for version_id, head, markup in pages:
        pieces = [Piece(row.start, row.end, row.text, row.tail) for row in versions[version_id]]
        text = head + "".join(piece.text + piece.tail for piece in pieces)
        placed = placed_in_page(markup, text, pieces)
        if placed is not None:
            found[version_id] = placed
    return found
