"""Labels as other tools write them: each shape that a tool has used, and what is none."""

import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from annotator.domain.sitting import Mark, Sitting
from annotator.errors import DataInvalid
from annotator.formats.sittings import KINDS, Kind, Wanted, read
from annotator.formats.sittings.potato import texts_of

WANTED = Wanted(
    questions=frozenset({"content", "frames", "stance.russia"}),
    sets=frozenset({"frames"}),
    question="frames",
)


def written(folder: Path, name: str, content: object) -> Path:
    """A file with this text, or with this as JSON."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    path.write_text(text, encoding="utf-8", newline="")
    return path


def lines(*rows: object) -> str:
    return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)


def found(kind: Kind, path: Path, wanted: Wanted = WANTED) -> list[Sitting]:
    return list(read(kind, path, wanted))


def said(sittings: list[Sitting]) -> list[tuple[str, str | None, dict[str, list[str]]]]:
    return [(each.annotator, each.item_id or each.text, each.answers) for each in sittings]


def choice(name: str, *labels: str) -> dict[str, Any]:
    return {"from_name": name, "type": "choices", "value": {"choices": list(labels)}}


def test_label_studio_has_an_annotation_for_each_account(tmp_path: Path) -> None:
    task = {
        "id": 7,
        "data": {"text": "The strait 😀 is calm."},
        "annotations": [
            {
                "completed_by": {"id": 3, "email": "ana@example.org"},
                "lead_time": 4.5,
                "created_at": "2025-03-09T21:52:49.5Z",
                "result": [choice("content", "main"), choice("frames", "economic", "security")],
            },
            {"completed_by": 4, "was_cancelled": True, "result": [choice("content", "main")]},
            {
                "completed_by": 5,
                "result": [
                    {"from_name": "rating", "value": {"rating": 3}},
                    {"from_name": "share", "value": {"number": 0.5}},
                    {"from_name": "remark", "value": {"text": ["Odd."]}},
                ],
            },
        ],
    }
    one, two, three = found("label-studio", written(tmp_path, "export.json", [task]))
    assert (one.annotator, one.text) == ("ana@example.org", "The strait 😀 is calm.")
    assert one.answers == {"content": ["main"], "frames": ["economic", "security"]}
    assert one.seconds == 4.5
    assert one.saved_at == datetime(2025, 3, 9, 21, 52, 49, 500_000, UTC)
    assert (two.annotator, two.skipped, two.answers) == ("4", True, {})
    assert three.answers == {"rating": ["3"], "share": ["0.5"], "remark": ["Odd."]}
    assert three.where == "export.json, task 1, annotation 3"


def test_what_is_only_marked_in_label_studio_is_an_answer_too(tmp_path: Path) -> None:
    value = {"start": 4, "end": 10, "text": "strait", "labels": ["place", "sea"]}
    result = [{"from_name": "frames", "type": "labels", "value": value}]
    task = {"data": {"text": "The strait."}, "annotations": [{"result": result}]}
    (one,) = found("label-studio", written(tmp_path, "export.json", [task]))
    assert one.answers == {"frames": ["place", "sea"]}
    assert one.marks == (
        Mark("frames", "place", 4, 10, "strait"),
        Mark("frames", "sea", 4, 10, "strait"),
    )
    assert one.annotator == "unknown"


def test_doccano_has_a_file_for_each_person(tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "ana.jsonl",
            lines(
                {"id": 1, "text": "Первый.", "label": ["economic", "security"]},
                {"id": 2, "text": "Second.", "label": []},
            ),
        )
        archive.writestr("bo.jsonl", lines({"id": 1, "text": "Первый.", "label": ["economic"]}))
    assert said(found("doccano", path)) == [
        ("ana", "Первый.", {"frames": ["economic", "security"]}),
        ("bo", "Первый.", {"frames": ["economic"]}),
    ]


@pytest.mark.parametrize(
    "line",
    [
        {"text": "The strait.", "label": [[4, 10, "place"]]},
        {"text": "The strait.", "labels": [[4, 10, "place"]]},
        {"data": "The strait.", "entities": [[4, 10, "place"]], "cats": []},
        {
            "text": "The strait.",
            "entities": [{"label": "place", "start_offset": 4, "end_offset": 10}],
        },
    ],
)
def test_doccano_marks_passages_in_several_shapes(tmp_path: Path, line: dict[str, Any]) -> None:
    (one,) = found("doccano", written(tmp_path, "ana.jsonl", lines(line)))
    assert said([one]) == [("ana", "The strait.", {"frames": ["place"]})]
    assert one.marks == (Mark("frames", "place", 4, 10),)


ARGILLA_2 = {
    "id": "r1",
    "fields": {"text": "The strait."},
    "metadata": {"item_id": "p-1"},
    "responses": {
        "content": [
            {"value": "main", "user_id": "u1", "status": "submitted"},
            {"value": "boilerplate", "user_id": "u2", "status": "discarded"},
        ],
        "frames": [
            {"value": ["economic"], "user_id": "u1", "status": "submitted"},
            {"value": ["security"], "user_id": "u3", "status": "draft"},
        ],
    },
}
ARGILLA_FLAT = {
    "text": "The strait.",
    "item_id": "p-1",
    "content.responses": ["main", "boilerplate"],
    "content.responses.users": ["u1", "u2"],
    "content.responses.status": ["submitted", "discarded"],
    "frames.responses": [["economic"], ["security"]],
    "frames.responses.users": ["u1", "u3"],
    "frames.responses.status": ["submitted", "draft"],
    "frames.suggestion": "economic",
}
ARGILLA_1 = {
    "fields": {"text": "The strait."},
    "metadata": {"item_id": "p-1"},
    "responses": [
        {
            "user_id": "u1",
            "status": "submitted",
            "values": {"content": {"value": "main"}, "frames": {"value": ["economic"]}},
        },
        {"user_id": "u2", "status": "discarded", "values": {}},
        {"user_id": "u3", "status": "draft", "values": {"frames": {"value": ["security"]}}},
    ],
}


@pytest.mark.parametrize("record", [ARGILLA_2, ARGILLA_FLAT, ARGILLA_1])
@pytest.mark.parametrize("name", ["records.json", "records.jsonl"])
def test_argilla_has_what_each_person_submitted(
    tmp_path: Path, record: dict[str, Any], name: str
) -> None:
    content = lines(record) if name.endswith("l") else [record]
    one, two = found("argilla", written(tmp_path, name, content))
    assert said([one]) == [("u1", "p-1", {"content": ["main"], "frames": ["economic"]})]
    assert (two.annotator, two.skipped, two.answers) == ("u2", True, {})


def test_argilla_marks_passages(tmp_path: Path) -> None:
    span = {"label": "place", "start": 4, "end": 10}
    responses = {"frames": [{"value": [span], "user_id": "u1"}]}
    record = {"fields": {"text": "The strait."}, "responses": responses}
    (one,) = found("argilla", written(tmp_path, "records.json", [record]))
    assert one.marks == (Mark("frames", "place", 4, 10),)
    assert one.answers == {"frames": ["place"]}


POTATO_PAIRS = [
    [{"schema": "content", "name": "main"}, True],
    [{"schema": "frames", "name": "economic"}, "true"],
    [{"schema": "frames", "name": "security"}, False],
    [{"schema": "stance.russia", "name": "scale_2"}, "-1"],
    [{"schema": "remark", "name": "text_box"}, "Odd."],
]
POTATO_OBJECT = {
    "content": {"main": "true"},
    "frames": {"labels": {"economic": True, "security": False}},
    "stance.russia": "-1",
    "remark": {"text_box": "Odd."},
}
POTATO_SAID = {
    "content": ["main"], "frames": ["economic"], "stance.russia": ["-1"], "remark": ["Odd."],
}  # fmt: skip


@pytest.mark.parametrize("labels", [POTATO_PAIRS, POTATO_OBJECT])
def test_potato_keeps_a_state_for_each_person(tmp_path: Path, labels: object) -> None:
    for name in ("ana", "bo"):
        state = {"user_id": name, "instance_id_to_label_to_value": {"p-1": labels, "p-2": []}}
        written(tmp_path, f"out/{name}/user_state.json", state)
    sittings = found("potato", tmp_path / "out")
    assert said(sittings) == [("ana", "p-1", POTATO_SAID), ("bo", "p-1", POTATO_SAID)]


@pytest.mark.parametrize(
    "spans",
    [
        [[{"schema": "frames", "name": "place", "start": 4, "end": 10}, "true"]],
        {"frames": [{"label": "place", "start": 4, "end": 10}]},
    ],
)
def test_potato_finds_texts_by_the_file_that_the_task_was_made_from(
    tmp_path: Path, spans: object
) -> None:
    state = {"instance_id_to_span_to_value": {"i1": spans}}
    written(tmp_path, "out/ana/user_state.json", state)
    texts = texts_of(written(tmp_path, "items.jsonl", lines({"id": "i1", "text": "The strait."})))
    (one,) = found("potato", tmp_path / "out", Wanted(texts=texts))
    assert said([one]) == [("ana", "The strait.", {"frames": ["place"]})]
    assert one.marks == (Mark("frames", "place", 4, 10),)


@pytest.mark.parametrize(("name", "separator"), [("all.csv", ","), ("all.tsv", "\t")])
def test_potato_writes_a_column_for_each_label(tmp_path: Path, name: str, separator: str) -> None:
    columns = (
        "instance_id", "user_id", "content.main", "frames.economic", "frames.security",
        "stance.russia.-1", "remark.text_box", "content._room_id",
    )  # fmt: skip
    rows = (columns, ("p-1", "ana", "true", "true", "", "-1", "Odd.", "r7"))
    text = "".join(separator.join(row) + "\n" for row in rows)
    assert said(found("potato", written(tmp_path, name, text))) == [("ana", "p-1", POTATO_SAID)]


def test_potato_writes_json_lines_too(tmp_path: Path) -> None:
    line = {"instance_id": "p-1", "user_id": "ana", "labels": POTATO_OBJECT, "spans": {}}
    path = written(tmp_path, "annotations.jsonl", lines(line))
    assert said(found("potato", path)) == [("ana", "p-1", POTATO_SAID)]


def test_the_texts_of_a_task_are_read_from_any_of_its_files(tmp_path: Path) -> None:
    wanted = {"1": "Первый.", "2": "Second, in two"}
    rows = [{"id": key, "text": text} for key, text in wanted.items()]
    table = 'id,text\n1,Первый.\n2,"Second, in two"\n'
    for name, content in (("a.jsonl", lines(*rows)), ("a.json", rows), ("a.csv", table)):
        assert texts_of(written(tmp_path, name, content)) == wanted
    with pytest.raises(DataInvalid, match="has no texts"):
        texts_of(written(tmp_path, "b.jsonl", lines({"id": 1, "body": "x"})))


@pytest.mark.parametrize(("name", "separator"), [("t.csv", ","), ("t.tsv", "\t")])
def test_the_long_table_needs_four_columns(tmp_path: Path, name: str, separator: str) -> None:
    rows = (
        ("item_id", "annotator_id", "question", "label"),
        ("p-1", "ana", "content", "main"),
        ("p-1", "bo", "content", "main"),
        ("p-1", "ana", "frames", "economic|security"),
        ("p-2", "ana", "frames", ""),
    )
    text = "".join(separator.join(row) + "\n" for row in rows)
    assert said(found("table", written(tmp_path, name, text))) == [
        ("ana", "p-1", {"content": ["main"], "frames": ["economic", "security"]}),
        ("bo", "p-1", {"content": ["main"]}),
        ("ana", "p-2", {"frames": []}),
    ]


@pytest.mark.parametrize(
    ("kind", "name", "content", "sentence"),
    [
        ("label-studio", "a.json", "{", "a.json: not JSON"),
        ("label-studio", "a.json", {"x": 1}, "a.json: an object where a list is needed."),
        ("label-studio", "a.json", [1], "a.json, task 1: a number where an object is needed."),
        ("label-studio", "a.json", "[" * 100_000, "nested too deep"),
        ("label-studio", "a.json", "[NaN]", "NaN is no number of JSON"),
        ("doccano", "a.zip", "no archive", "a.zip is not a ZIP"),
        ("doccano", "a.jsonl", '{"text": "x", "label": [[0, "place"]]}', "a whole number from 0"),
        ("doccano", "a.jsonl", '{"text": "x", "label": [[-1, 2, "p"]]}', "a whole number from 0"),
        ("argilla", "a.json", [{"responses": {"q": [1]}}], "record 1: a number where an object"),
        ("potato", "a.csv", "id,user\n1,2\n", "a.csv needs the columns instance_id and user_id"),
        ("table", "a.csv", "item_id,question,label\np,q,l\n", "row 2: the annotator_id is missing"),
        ("table", "a.jsonl", '{"annotator_id": "a", "question": "q"}', "line 1: the item_id is"),
        ("table", "a.parquet", "PAR1", "a.parquet cannot be read as Parquet"),
    ],
)
def test_what_a_tool_does_not_write_is_one_sentence(
    tmp_path: Path, kind: Kind, name: str, content: object, sentence: str
) -> None:
    with pytest.raises(DataInvalid) as refused:
        found(kind, written(tmp_path, name, content))
    assert sentence in str(refused.value)


@pytest.mark.parametrize("kind", KINDS)
def test_bytes_that_are_no_text_are_one_sentence(tmp_path: Path, kind: Kind) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"text": "\xff"}')
    with pytest.raises(DataInvalid, match=r"a\.jsonl is not UTF-8 at byte 10"):
        found(kind, path)


def test_doccano_must_be_told_the_question(tmp_path: Path) -> None:
    with pytest.raises(DataInvalid, match="--question"):
        found("doccano", written(tmp_path, "a.jsonl", ""), Wanted())


def test_folders_without_states_and_archives_without_lines_are_named(tmp_path: Path) -> None:
    with pytest.raises(DataInvalid, match=r"no folders with a user_state\.json"):
        found("potato", tmp_path)
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("ana.csv", "")
    with pytest.raises(DataInvalid, match=r"holds no \.jsonl file"):
        found("doccano", path)
