"""Documents put together again from their paragraphs, for formats in which passages lie in them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from annotator.formats.releases.frozen import Frozen, Record

BETWEEN: Final = "\n\n"
WITHHELD: Final = "[text withheld]"


@dataclass(frozen=True, slots=True)
class Place:
    """A paragraph in the text of its document: code points `start` to `end`, end excluded."""

    item: Record
    start: int
    end: int

    @property
    def is_withheld(self) -> bool:
        return self.item["text"] is None


@dataclass(slots=True)
class Document:
    """`text` is that of its paragraphs in reading order, with an empty line between two."""

    item: Record
    text: str = ""
    places: list[Place] = field(default_factory=list)

    def add(self, paragraph: Record) -> None:
        before = f"{self.text}{BETWEEN}" if self.places else ""
        text = WITHHELD if paragraph["text"] is None else paragraph["text"]
        self.text = before + text
        self.places.append(Place(paragraph, len(before), len(self.text)))


def documents(frozen: Frozen) -> Iterator[Document]:
    """All documents in the order of `items`, one at a time."""
    found: Document | None = None
    for item in frozen.records("items"):
        if item["scope"] == "document":
            if found is not None:
                yield found
            found = Document(item)
        elif item["scope"] == "paragraph" and found is not None:
            found.add(item)
    if found is not None:
        yield found
