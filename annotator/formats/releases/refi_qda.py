"""REFI-QDA 1.5 (`.qdpx`), which NVivo, MAXQDA, ATLAS.ti and QualCoder open.

Labels are codes below a code for their question; each annotator is a user under their pseudonym,
and a user `gold` holds what was settled. Offsets are code points, end excluded. GUIDs are made from
hashes, so the same release gives the same file.
"""

import re
import uuid
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Final
from xml.etree import ElementTree as ET

from annotator.domain.codebook import Question
from annotator.domain.dataset import gold_answers
from annotator.formats.releases.documents import Document, Place, documents
from annotator.formats.releases.files import entry
from annotator.formats.releases.frozen import (
    Frozen,
    Judgments,
    Record,
    is_vote,
    labels_of,
    spans_of,
)

PROJECT: Final = "project.qdpx"
NAMESPACE: Final = "urn:QDA-XML:project:1.0"
GOLD: Final = "gold"
LOSSES: Final = (
    (
        "Only free first judgments and gold: not those of training, after feedback, or after votes "
        "were seen. Rounds, ratings of sources, and near-duplicates are not in it."
    ),
    "An empty set, a question that was left blank and one that did not apply look alike: no code.",
    "Several settled answers that are all right are several codes of the user `gold`.",
    (
        "A document is its paragraphs with an empty line between two. Every line break is a line "
        "feed, since these programs count one character for it; offsets are moved accordingly."
    ),
    "Control characters that XML cannot hold are � in names and notes.",
)

_SPACE: Final = uuid.uuid5(uuid.NAMESPACE_URL, NAMESPACE)
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def write(frozen: Frozen, folder: Path) -> tuple[str, ...]:
    """Write the project into an empty folder. Returns what the format cannot hold, in sentences."""
    unfinished = folder / ".sources.xml"
    with zipfile.ZipFile(folder / PROJECT, "w", zipfile.ZIP_DEFLATED) as archive:
        notes: list[ET.Element] = []
        with unfinished.open("wb") as out, frozen.judgments() as judgments:
            made = _Sources(frozen, judgments, notes)
            for document in documents(frozen):
                element, text = made.source(document)
                with entry(archive, f"sources/{element.get('guid')}.txt") as file:
                    file.write(text.encode())
                out.write(ET.tostring(element))
        with entry(archive, "project.qde") as file:
            _project(frozen, file, unfinished, notes)
    unfinished.unlink()
    return LOSSES


def guid(*about: str) -> str:
    """The same for the same things, in capitals as the programs write it.

    >>> guid("user", "a") == guid("user", "a") != guid("user", "b")
    True
    """
    return str(uuid.uuid5(_SPACE, "\n".join(about))).upper()


def _project(frozen: Frozen, file: IO[bytes], sources: Path, notes: list[ET.Element]) -> None:
    """Written in pieces: the sources of a large project do not fit into one tree."""
    name = _clean(frozen.made.project.title)
    root = ET.Element("Project", xmlns=NAMESPACE, name=name, origin="Annotator")
    # The tag with its attributes as the library writes them, opened.
    opened = ET.tostring(root).rstrip(b"/> ") + b">"
    file.write(b'<?xml version="1.0" encoding="utf-8"?>\n' + opened)
    file.write(ET.tostring(_users(frozen)))
    file.write(ET.tostring(_codebook(frozen)))
    if sources.stat().st_size:
        file.write(b"<Sources>")
        with sources.open("rb") as given:
            while block := given.read(1024 * 1024):
                file.write(block)
        file.write(b"</Sources>")
    if notes:
        file.write(b"<Notes>")
        file.writelines(ET.tostring(note) for note in notes)
        file.write(b"</Notes>")
    file.write(b"</Project>\n")


def _users(frozen: Frozen) -> ET.Element:
    users = ET.Element("Users")
    for name in (*frozen.annotators, GOLD):
        ET.SubElement(users, "User", guid=guid("user", name), name=name)
    return users


def _codebook(frozen: Frozen) -> ET.Element:
    language = frozen.codebook.languages[0]
    book = ET.Element("CodeBook")
    codes = ET.SubElement(book, "Codes")
    for question in _coded(frozen):
        parent = _code(codes, question.code, question.name_in(language), question.help_in(language))
        parent.set("isCodable", "false")
        for label in question.labels:
            name = f"{label.code}: {label.name_in(language)}"
            described = label.definition_in(language)
            _code(parent, f"{question.code}\n{label.code}", name, described)
    return book


def _code(parent: ET.Element, about: str, name: str, described: str) -> ET.Element:
    code = ET.SubElement(
        parent, "Code", guid=guid("code", about), name=_clean(name), isCodable="true"
    )
    if described:
        ET.SubElement(code, "Description").text = _clean(described)
    return code


def _coded(frozen: Frozen) -> Iterator[Question]:
    return (q for q in frozen.questions if q.labels and q.scope in {"paragraph", "document"})


class _Sources:
    """Makes the element of each document; answers in words become notes."""

    def __init__(self, frozen: Frozen, judgments: Judgments, notes: list[ET.Element]) -> None:
        self._judgments = judgments
        self._notes = notes
        self._questions = {question.code: question for question in frozen.questions}

    def source(self, document: Document) -> tuple[ET.Element, str]:
        """The element and the text of its file, in which line breaks are line feeds."""
        item = document.item
        name = guid("source", item["item_id"])
        element = ET.Element(
            "TextSource", guid=name, name=item["item_id"], plainTextPath=f"internal://{name}.txt"
        )
        for place in document.places:
            self._paragraph(element, document, place)
        notes = []
        for said in self._said(item):
            _codings(element, said)
            notes += said.notes
        _refer(element, notes)
        return element, _unified(document.text)

    def _paragraph(self, element: ET.Element, document: Document, place: Place) -> None:
        for said in self._said(place.item):
            if said.labels or said.notes:
                selection = _selection(element, document, place.start, place.end, said.about)
                selection.set("creatingUser", guid("user", said.user))
                _codings(selection, said)
                _refer(selection, said.notes)
            for question, label, start, end in () if place.is_withheld else said.passages:
                about = (*said.about, "passage", question, label, str(start), str(end))
                at = place.start
                selection = _selection(element, document, at + start, at + end, about)
                selection.set("creatingUser", guid("user", said.user))
                _codings(selection, _Said(said.user, about, [(question, label)]))

    def _said(self, item: Record) -> Iterator["_Said"]:
        for annotator, round_, rows in self._judgments.by_sitting(item["item_id"]):
            said = _Said(annotator, (item["item_id"], annotator, round_), [])
            for row in filter(is_vote, rows):
                self._hear(said, row)
            yield said
        gold = _Said(GOLD, (item["item_id"], GOLD), list(self._gold(item)))
        if gold.labels:
            yield gold

    def _hear(self, said: "_Said", row: Record) -> None:
        question = self._questions[row["question"]]
        if question.labels:
            said.labels += [(question.code, label) for label in labels_of(question, row["label"])]
        else:
            note = ET.Element("Note", guid=guid("note", *said.about, question.code))
            note.set("name", _clean(question.code))
            note.set("creatingUser", guid("user", said.user))
            text = f"{question.code}: {row['label']}"
            ET.SubElement(note, "PlainTextContent").text = _clean(_unified(text))
            self._notes.append(note)
            said.notes.append(str(note.get("guid")))
        for span in spans_of(row):
            said.passages.append((question.code, span["label"], span["start"], span["end"]))

    def _gold(self, item: Record) -> Iterator[tuple[str, str]]:
        for code, question in self._questions.items():
            cell = item.get(f"gold.{code}")
            if cell and question.labels:
                labels = {label for answer in gold_answers(cell) for label in answer}
                yield from ((code, label) for label in question.label_codes if label in labels)


class _Said:
    """What one user says of one item."""

    def __init__(self, user: str, about: tuple[str, ...], labels: list[tuple[str, str]]) -> None:
        self.user = user
        self.about = about
        self.labels = labels
        self.notes: list[str] = []
        self.passages: list[tuple[str, str, int, int]] = []


def _selection(
    element: ET.Element, document: Document, start: int, end: int, about: Iterable[str]
) -> ET.Element:
    text = document.text
    # Each line break that is two characters in the text is one in the file.
    begin = start - text.count("\r\n", 0, start)
    stop = end - text.count("\r\n", 0, end)
    return ET.SubElement(
        element,
        "PlainTextSelection",
        guid=guid("selection", *about),
        name=_clean(_unified(text[start : min(end, start + 40)])),
        startPosition=str(begin),
        endPosition=str(stop),
    )


def _codings(element: ET.Element, said: _Said) -> None:
    for question, label in said.labels:
        coding = ET.SubElement(element, "Coding", guid=guid("coding", *said.about, question, label))
        coding.set("creatingUser", guid("user", said.user))
        ET.SubElement(coding, "CodeRef", targetGUID=guid("code", f"{question}\n{label}"))


def _refer(element: ET.Element, notes: Iterable[str]) -> None:
    for note in notes:
        ET.SubElement(element, "NoteRef", targetGUID=note)


def _unified(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _clean(text: str) -> str:
    return _NOT_XML.sub("�", text)
