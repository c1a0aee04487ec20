"""Files cut into paragraphs with what may be noise among them; needs no database.

The files of one source are read together, since what stands in many documents of a source is
noise; a source after another, so that memory holds one.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from annotator.domain import noise
from annotator.domain.document import ImportRecord
from annotator.domain.language import document_language
from annotator.domain.noise import Surroundings
from annotator.domain.repetition import duplicate_key
from annotator.domain.segmentation import segment
from annotator.formats import PAGES
from annotator.services.documents.inspecting import paragraph_language
from annotator.services.documents.placing import placed_in_page
from annotator.services.documents.reading import Found, Reading

_AT_ONCE = 100
_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph: `text` is `document[start:end]` in code points.

    `noise` is the probability that it is noise, 0 to 1; `noise_type` and `reasons` are there from
    one half on. `repeat_of` is the position of the first copy in the document.
    """

    document: str
    position: int
    start: int
    end: int
    text: str
    lang: str | None
    noise: float
    noise_type: str | None
    reasons: tuple[str, ...]
    repeat_of: int | None


@dataclass(frozen=True, slots=True)
class Refused:
    """A file or row that is no document, and why."""

    where: str
    reason: str

    def __str__(self) -> str:
        return f"{self.where}: {self.reason}"


def segmented(
    files: Iterable[tuple[str, bytes]], reading: Reading, *, langs: Sequence[str]
) -> Iterator[Line | Refused]:
    """The paragraphs of all documents in these files, source by source, and what was refused.

    Documents that name no source are taken as one. `langs` are the languages to expect (ISO 639-1);
    the language that comes with a document is believed.
    """
    sources: dict[str, list[tuple[str, ImportRecord]]] = defaultdict(list)
    for found in reading.documents(files):
        if found.record is None:
            yield Refused(found.where, found.reason)
        else:
            sources[found.record.source or ""].append((_name(found, found.record), found.record))
    for documents in sources.values():
        yield from _of_source(documents, tuple(langs))


def _name(found: Found, record: ImportRecord) -> str:
    """A file of one document goes by its own name, a row of a table by its key."""
    is_page = PurePosixPath(found.file_name).suffix.lower() in PAGES
    return found.file_name if is_page else record.key


def _of_source(
    documents: Sequence[tuple[str, ImportRecord]], langs: tuple[str, ...]
) -> Iterator[Line]:
    cut = [segment(record.text, wrapped=record.wrapped).pieces for _, record in documents]
    keys = [{duplicate_key(piece.text) for piece in pieces} for pieces in cut]
    holders = Counter(key for of_one in keys for key in of_one)
    around = [
        Surroundings(
            pieces=pieces,
            lang=record.lang or document_language(pieces, langs),
            langs=langs,
            seen_elsewhere={key: holders[key] - 1 for key in of_one if holders[key] > 1},
            documents_of_source=len(documents),
            placed=placed_in_page(record.markup, record.text, pieces),
        )
        for (_, record), pieces, of_one in zip(documents, cut, keys, strict=True)
    ]
    for start in range(0, len(around), _AT_ONCE):
        some = around[start : start + _AT_ONCE]
        for (name, _), one, thought in zip(
            documents[start:], some, noise.assess(some), strict=False
        ):
            yield from (_line(name, one, suggestion, langs) for suggestion in thought)


def _line(
    document: str, around: Surroundings, thought: noise.Suggestion, langs: tuple[str, ...]
) -> Line:
    piece = around.pieces[thought.position]
    return Line(
        document=document,
        position=thought.position,
        start=piece.start,
        end=piece.end,
        text=piece.text,
        lang=paragraph_language(piece.text, around.lang, langs),
        noise=round(thought.probability, _DIGITS),
        noise_type=thought.noise_type if thought.probability >= noise.LIKELY else None,
        reasons=thought.reasons,
        repeat_of=thought.repeat_of,
    )
