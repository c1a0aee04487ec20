import json

import pytest

from annotator.formats.asking import Asked
from annotator.services.documents.beside import labels_them, lines_of

LINE = "A long sentence of the first text, which somebody took out of it to be labelled."
LINES = lines_of([f"{LINE}\n\n  Another line. \n".encode(), b"caf\xe9\n"])
DOCUMENT = "A paragraph of quite some length.\n" * 20


def labels(*texts: str, name: str = "a.jsonl") -> bool:
    rows = "\n".join(json.dumps({"text": text, "id": n}) for n, text in enumerate(texts))
    return labels_them(name, rows.encode(), Asked(), LINES)


def test_lines_are_taken_without_their_spaces_however_a_text_is_encoded() -> None:
    assert {LINE, "Another line.", "caf\ufffd"} == LINES


def test_rows_that_stand_in_the_texts_or_are_single_lines_label_them() -> None:
    assert labels(LINE, "Another line.")
    assert labels("A line of a text that is not here.")


def test_rows_that_are_documents_do_not() -> None:
    assert not labels(DOCUMENT, DOCUMENT + "Other.")
    assert not labels(DOCUMENT, "Short.\nBut two lines.", LINE)


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a.csv", "file,label\nb.txt,noise\n", True),
        ("a.csv", f"text\n{LINE}\n{LINE}\n", True),
        ("a.jsonl", json.dumps({"text": LINE}) + "\n{broken", True),
        ("a.csv", 'text\n"never closed\n', False),
        ("a.csv", f'text\n"{DOCUMENT}"\n"{DOCUMENT}"\n', False),
    ],
    ids=["no text", "a line twice", "broken, of lines", "broken", "a document twice"],
)
def test_a_table_that_cannot_be_read_is_left_only_if_it_is_about_the_texts(
    name: str, data: str, expected: bool
) -> None:
    assert labels_them(name, data.encode(), Asked(), LINES) is expected
