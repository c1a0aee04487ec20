"""doccano: JSON Lines of one person, or the ZIP of a project with a file for each person.

The file is named after the person. doccano asks one question, which it does not name. A line
without labels says nothing: doccano writes one for whoever has not looked at the text, too.
"""

import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any, Final

from annotator.domain.sitting import Mark, Sitting
from annotator.errors import DataInvalid
from annotator.formats.sittings.given import (
    BYTES_AT_MOST,
    TOO_LARGE,
    Wanted,
    a_label,
    a_list,
    a_number,
    an_object,
    decoded,
    lines_of,
    text_of,
    the_text,
)

NO_QUESTION: Final = "doccano does not name its question: say which one it is (--question)."
NOT_A_ZIP: Final = "{name} is not a ZIP that can be read ({detail}): export it again."
NO_LINES: Final = "{name} holds no .jsonl file: export as JSONL."
# In the order in which they are looked for.
LABELS: Final = ("label", "labels", "cats")
OFFSETS: Final = 3


def read(path: Path, wanted: Wanted) -> Iterator[Sitting]:
    """The lines that hold labels.

    Raises:
        DataInvalid: the question is not named, or it is not what doccano writes.
    """
    if wanted.question is None:
        raise DataInvalid(NO_QUESTION)
    if path.suffix.lower() == ".zip":
        files = _unpacked(path)
    else:
        files = iter([(path.stem, path.name, text_of(path))])
    for author, name, text in files:
        for where, line in lines_of(name, text):
            found = _sitting(where, author, an_object(where, line), wanted.question)
            if found.answers:
                yield found


def _unpacked(path: Path) -> Iterator[tuple[str, str, str]]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [each for each in archive.infolist() if each.filename.endswith(".jsonl")]
            size = sum(each.file_size for each in members)
            if size > BYTES_AT_MOST:
                raise DataInvalid(TOO_LARGE.format(name=path.name, size=size, most=BYTES_AT_MOST))
            for each in members:
                name = f"{path.name}/{each.filename}"
                text = decoded(name, archive.read(each))
                yield PurePosixPath(each.filename).stem, name, text
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
        raise DataInvalid(NOT_A_ZIP.format(name=path.name, detail=error)) from error
    if not members:
        raise DataInvalid(NO_LINES.format(name=path.name))


def _sitting(where: str, author: str, line: dict[str, Any], question: str) -> Sitting:
    labels: list[str] = []
    marks: list[Mark] = []
    found: Any = next((line[name] for name in LABELS if line.get(name)), [])
    for one in [*(found if isinstance(found, list) else [found]), *(line.get("entities") or [])]:
        passage = _passage(where, one, question)
        if passage is not None:
            marks.append(passage)
        label = a_label(where, one) if passage is None else passage.label
        if label not in labels:
            labels.append(label)
    return Sitting(
        where=where,
        annotator=author,
        item_id=line["item_id"] if isinstance(line.get("item_id"), str) else None,
        text=the_text({"text": line.get("text", line.get("data"))}),
        answers={question: labels} if labels else {},
        marks=tuple(marks),
    )


def _passage(where: str, one: object, question: str) -> Mark | None:
    if isinstance(one, dict) and "start_offset" in one:
        one = [one["start_offset"], one.get("end_offset"), one.get("label")]
    if not isinstance(one, list):
        return None
    if len(a_list(where, one)) != OFFSETS:
        a_number(where, None)
    start, end, label = one
    return Mark(question, a_label(where, label), a_number(where, start), a_number(where, end))
