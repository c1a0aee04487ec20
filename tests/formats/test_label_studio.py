import json

import pytest

from annotator.errors import DocumentRefused
from annotator.formats import Asked, read_file, understand


def written(found: object) -> bytes:
    return json.dumps(found).encode()


def test_the_data_of_tasks_are_documents_and_their_annotations_are_left() -> None:
    task = {
        "id": 12,
        "data": {"text": "One.\nTwo.", "title": "T", "date": "2024-05-16", "ref": 4},
        "annotations": [{"id": 1, "result": []}],
        "predictions": [],
    }
    found = understand("a.json", written([task, {"data": {"text": "Three."}}]), Asked())

    first, second = found.records
    assert (first.where, first.text, first.title) == ("a.json task 1", "One.\nTwo.", "T")
    assert second.text == "Three."
    assert found.kind == "Label Studio tasks"
    assert first.told == (
        "Fields not used: “ref”.",
        "1 of the tasks carry annotations; only their texts were read, not their labels.",
    )


def test_the_number_of_a_task_is_not_the_identity_of_its_document() -> None:
    (one,) = read_file("a.json", written([{"id": 1, "data": {"text": "One."}}]))
    (other,) = read_file("a.json", written([{"id": 1, "data": {"text": "Other."}}]))
    (named,) = read_file("a.json", written([{"id": 1, "data": {"text": "One.", "id": 7}}]))

    assert one.key != other.key
    assert named.key == "7"


def test_a_plain_list_of_objects_and_a_single_task_are_read_too() -> None:
    assert understand("a.json", written([{"text": "One."}]), Asked()).kind == "JSON"
    assert read_file("a.json", written({"data": {"text": "One."}}))[0].text == "One."


def test_the_text_may_have_another_name() -> None:
    (record,) = read_file("a.json", written([{"data": {"body": "One."}}]), mapping={"text": "body"})
    assert record.text == "One."


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"[]", "a.json: it holds an empty list"),
        (
            b'[{"data": {"text": "a"}},\n {"data": ]',
            "a.json: not JSON .* in line 2 at character 11",
        ),
        (b"[" * 10_000 + b"]" * 10_000, "a.json: nested more than 20 levels deep"),
        (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "a.json: nested more than 20 levels deep"),
        (b'[{"data": "text"}]', "a.json task 1: a text|a.json task 1: text where an object"),
        (b'[{"data": {"text": ["a"]}}]', "a.json task 1: the field “text” holds a list"),
        (b'[{"data": {"text": "a\\ud800"}}]', "half of a surrogate pair"),
        (b'[{"data": {"body": "a"}}]', "a.json: it has no field named “text”"),
        (b'[{"data": {"text": "a", "date": "20240-01-01"}}]', "is not a date that can be read"),
    ],
)
def test_what_is_no_list_of_texts_is_refused_with_its_place(data: bytes, sentence: str) -> None:
    with pytest.raises(DocumentRefused, match=sentence):
        read_file("a.json", data)
