"""What a mask hides in the documents of a source, for the lead to look through beforehand."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from annotator.domain.masking import Hit, Mask
from annotator.services import masking
from annotator.store.corpus import Source
from annotator.store.queries import masking as queries
from annotator.store.queries.masking import ParagraphToMask

LISTED = 500
SEARCHED = 20_000
AROUND = 60

OF_TARGET = "Its source is called “{name}”, like a stance target or a name that you exempted."
BY_TARGET = "Its author is given as “{name}”, which is a stance target."


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that is hidden, and how often it was found."""

    kind: str
    name: str
    hits: int


@dataclass(frozen=True, slots=True)
class HitShown:
    """A hit with what stands around it; `paragraph` counts from 1."""

    document_id: int
    document: str
    paragraph: int
    before: str
    words: str
    after: str
    kind: str


@dataclass(frozen=True, slots=True)
class NotBlindable:
    document_id: int
    document: str
    why: str


@dataclass(frozen=True, slots=True)
class Review:
    """`hits` are the first ones of `total`; `is_whole`: every paragraph was searched."""

    entries: tuple[Entry, ...]
    hits: tuple[HitShown, ...]
    total: int
    not_blindable: tuple[NotBlindable, ...]
    too_short: tuple[str, ...]
    is_whole: bool


def review(session: Session, source: Source) -> Review:
    """Every hit in the documents of a source as they stand today, under the newest codebook."""
    targets = masking.target_names(session, source.project_id)
    mask = masking.mask_from(queries.publisher(session, source), targets)
    paragraphs = queries.paragraphs_to_mask(session, source=source, at_most=SEARCHED + 1)
    shown: list[HitShown] = []
    counts = Counter((kind, name) for kind, names in _given(mask) for name in names)
    counts.subtract(counts.copy())
    for paragraph in paragraphs[:SEARCHED]:
        for hit in mask.hits(paragraph.text):
            counts[hit.kind, hit.entry] += 1
            if len(shown) < LISTED:
                shown.append(_shown(paragraph, hit))
    return Review(
        entries=tuple(Entry(kind, name, n) for (kind, name), n in counts.items()),
        hits=tuple(shown),
        total=counts.total(),
        not_blindable=tuple(_not_blindable(mask, paragraphs[:SEARCHED])),
        too_short=mask.too_short(),
        is_whole=len(paragraphs) <= SEARCHED,
    )


def _given(mask: Mask) -> list[tuple[str, tuple[str, ...]]]:
    """What is listed even where it is never found."""
    unseen = {*mask.too_short(), *mask.shown_names()}
    return [
        (kind, tuple(name for name in names if name not in unseen))
        for kind, names in (("name", mask.names), ("alias", mask.aliases))
    ]


def _shown(paragraph: ParagraphToMask, hit: Hit) -> HitShown:
    text = paragraph.text
    return HitShown(
        document_id=paragraph.document_id,
        document=paragraph.document,
        paragraph=paragraph.position + 1,
        before=text[max(0, hit.start - AROUND) : hit.start],
        words=text[hit.start : hit.end],
        after=text[hit.end : hit.end + AROUND],
        kind=hit.kind,
    )


def _not_blindable(mask: Mask, paragraphs: Iterable[ParagraphToMask]) -> list[NotBlindable]:
    names = mask.shown_names()
    found: dict[int, NotBlindable] = {}
    for one in paragraphs:
        if one.document_id in found:
            continue
        authors = mask.shown_people(one.byline or "")
        if names or authors:
            why = OF_TARGET.format(name=names[0]) if names else BY_TARGET.format(name=authors[0])
            found[one.document_id] = NotBlindable(one.document_id, one.document, why)
    return list(found.values())
