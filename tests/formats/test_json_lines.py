import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.document import ImportRecord
from annotator.domain.segmentation import is_blank
from annotator.errors import DocumentRefused
from annotator.formats import read_file

TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t\r\u2028\x85"),
    min_size=1,
).filter(lambda text: not is_blank(text))


def read(text: str, mapping: dict[str, str] | None = None) -> list[ImportRecord]:
    return read_file("a.jsonl", text.encode(), mapping=mapping)


def refusal(text: str) -> str:
    with pytest.raises(DocumentRefused) as refused:
        read(text)
    return str(refused.value)


def test_one_line_is_one_document_with_its_fields() -> None:
    line = {
        "id": 7, "text": "One.\n\nTwo.", "source": "Ledger", "title": "A title",
        "url": "https://ledger.example/1", "published_on": "2024-05-16T08:00:00Z", "lang": "ro",
        "byline": None,
    }  # fmt: skip

    (record,) = read(json.dumps(line))

    assert record == ImportRecord(
        where="a.jsonl line 1",
        key="7",
        text="One.\n\nTwo.",
        source="Ledger",
        title="A title",
        url="https://ledger.example/1",
        published_on=date(2024, 5, 16),
        lang="ro",
    )


@given(st.lists(TEXT, min_size=1, max_size=5, unique=True), st.booleans())
def test_every_text_comes_back_exactly(texts: list[str], escaped: bool) -> None:
    lines = "\n".join(json.dumps({"text": text}, ensure_ascii=escaped) for text in texts)

    assert [record.text for record in read(lines)] == texts


def test_the_other_suffix_is_read_the_same() -> None:
    assert read_file("a.ndjson", b'{"text": "One."}')[0].text == "One."


def test_blank_lines_are_passed_over_and_still_counted() -> None:
    one, two = read('\n{"text": "One."}\r\n\r\n{"text": "Two."}\n')

    assert (one.where, two.where) == ("a.jsonl line 2", "a.jsonl line 4")


def test_fields_that_are_not_used_are_told_once() -> None:
    one, two = read('{"text": "One.", "views": {"n": [1]}}\n{"text": "Two.", "mood": 1.5}')

    assert one.told == ("Fields not used: “views”, “mood”.",)
    assert two.told == ()


def test_a_mapping_says_which_field_holds_the_text() -> None:
    (record,) = read('{"body": "One.", "text": "x"}', {"text": "body"})

    assert record.text == "One."


def test_brackets_inside_a_string_are_not_depth() -> None:
    text = '[{"' * 30 + "\\"

    assert read(json.dumps({"text": text}))[0].text == text


def test_nesting_up_to_twenty_levels_is_read() -> None:
    assert read('{"text": "A", "x": ' + "[" * 19 + "]" * 19 + "}")[0].text == "A"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"text": "One."', "not JSON (Expecting ',' delimiter at character 16)"),
        ("{'text': 'One.'}", "not JSON ("),
        ('["One."]', "a list where an object is needed"),
        ("null", "null where an object is needed"),
        ('"One."', "text where an object is needed"),
        ('{"text": 5}', "the field “text” holds a number, and must hold text"),
        ('{"text": ["One."]}', "the field “text” holds a list"),
        ('{"text": "A", "id": true}', "the field “external_id” holds true or false"),
        ('{"text": "A", "id": 1.5}', "the field “external_id” holds a number"),
        ('{"text": "A", "date": 2024}', "the field “published_on” holds a number"),
        ('{"text": "A", "n": NaN}', "NaN is not a JSON number"),
        ('{"text": "A", "n": -Infinity}', "-Infinity is not a JSON number"),
        ('{"text": "A", "text": "B"}', "the field “text” stands twice in one object"),
        ('{"text": "A", "x": {"y": 1, "y": 2}}', "the field “y” stands twice in one object"),
        ('{"text": "A", "x": ' + "[" * 20 + "]" * 20 + "}", "nested more than 20 levels deep"),
        ("[" * 100_000, "nested more than 20 levels deep"),
        ('{"text": "A", "n": ' + "1" * 5_000 + "}", "a number with too many digits"),
        ('{"text": "\\ud83d"}', "half of a surrogate pair (U+D83D) in line 1 of the text"),
        ('{"text": "a\\u0000b"}', "a control character (U+0000) in line 1 of the text"),
        (
            '{"text": "A", "title": "\\ud83d"}',
            "half of a surrogate pair (U+D83D) in line 1 of the title",
        ),
        ('{"text": " \\n"}', "The text holds no paragraph"),
        ('{"text": null}', "The text holds no paragraph"),
        ('{"title": "A"}', "The text holds no paragraph"),
    ],
)
def test_a_bad_line_is_refused_with_its_number(line: str, said: str) -> None:
    refused = refusal('{"text": "First."}\n' + line)

    assert refused.startswith("a.jsonl line 2: ")
    assert said in refused


def test_a_file_without_objects_is_refused() -> None:
    assert refusal("\n \n").startswith("a.jsonl: it holds only blank lines")


def test_a_file_without_a_text_field_is_refused() -> None:
    said = refusal('{"body": "One."}\n{"content": "Two."}')

    assert said.startswith("a.jsonl: it has no field named “text”; it has “body”, “content”")


def test_the_same_document_twice_is_refused() -> None:
    assert "a.jsonl line 2: it has the same identity (“x”) as a.jsonl line 1" in refusal(
        '{"text": "One.", "id": "x"}\n{"text": "Two.", "id": "x"}'
    )
