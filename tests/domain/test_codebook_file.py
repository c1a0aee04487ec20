import json

import jsonschema_rs
import pytest
from ruamel.yaml import YAML

from annotator.domain.codebook import Codebook
from annotator.domain.codebook_checks import RESERVED_LABELS, RESERVED_QUESTIONS
from annotator.domain.codebook_file import parse, schema
from annotator.errors import CodebookInvalid
from tests.domain.codebooks import DEFAULT_FILE, SCHEMA_FOLDER

GUIDE = SCHEMA_FOLDER.parent / "docs" / "codebook.md"

SMALL = """\
code: small
title: {en: Small}
languages: [en]
lists:
  targets:
    - code: russia
      name: {en: Russia}
    - code: china
      name: {en: China}
questions:
  - code: content
    scope: paragraph
    scale: nominal
    name: {en: Text or noise?}
    labels:
      - {code: main, name: {en: Main}, key: m}
      - {code: no, name: {en: No text}, key: x}
  - code: stance
    scope: paragraph
    scale: ordinal
    for_each: targets
    show_if: {content: [main]}
    name: {en: Stance}
    labels:
      - {code: -1, value: -1, name: {en: Against}}
      - {code: 1, value: 1, name: {en: For}}
"""

WRITE_SCHEMA = (
    "schema/codebook.schema.json is not what the models make: run "
    'python -c "import json; from annotator.domain.codebook_file import schema; '
    'print(json.dumps(schema(), indent=2, ensure_ascii=False))" > schema/codebook.schema.json'
)


def complaints(text: str) -> list[str]:
    with pytest.raises(CodebookInvalid) as caught:
        parse(text, name="small.yaml")
    return caught.value.complaints


def changed(old: str, new: str) -> str:
    assert SMALL.count(old) == 1, f"{old!r} must stand once in SMALL"
    return SMALL.replace(old, new)


def test_it_reads_a_codebook() -> None:
    made = parse(SMALL, name="small.yaml")

    assert isinstance(made, Codebook)
    assert [q.code for q in made.expanded("paragraph")] == [
        "content",
        "stance.russia",
        "stance.china",
    ]


def test_a_label_no_and_a_label_minus_one_stay_text() -> None:
    made = parse(SMALL, name="small.yaml")

    assert made.question("content").label_codes == ("main", "no")
    assert made.ranks("stance.russia") == [("-1", 1), ("1", 2)]


def test_a_condition_may_name_one_label_without_brackets() -> None:
    one = parse(changed("{content: [main]}", "{content: main}"), name="small.yaml")

    assert one.content_hash == parse(SMALL, name="small.yaml").content_hash


def test_comments_and_layout_do_not_change_the_hash() -> None:
    spaced = SMALL.replace("questions:", "\n# What is asked.\nquestions:")

    assert parse(spaced, name="a").content_hash == parse(SMALL, name="b").content_hash


def test_it_suggests_the_key_that_was_meant() -> None:
    assert complaints(changed("show_if:", "show_fi:")) == [
        (
            "small.yaml, line 22, questions[1].show_fi: there is no such key "
            "(did you mean “show_if”?): take it out"
        )
    ]


def test_it_tells_all_faults_of_shape_at_once_in_the_order_of_the_file() -> None:
    text = (
        changed("scale: ordinal", "scale: ordnal")
        .replace("title: {en: Small}", "title: Small\ncolour: red")
        .replace("value: -1", "value: low")
    )

    assert complaints(text) == [
        "small.yaml, line 2, title: must be a mapping of keys and values",
        "small.yaml, line 3, colour: there is no such key: take it out",
        (
            "small.yaml, line 21, questions[1].scale: "
            "must be one of nominal, ordinal, interval, set, text"
        ),
        "small.yaml, line 26, questions[1].labels[0].value: must be a number",
    ]


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("code: small\n", "", "line 1, code: is missing: write it"),
        ("code: small", "code: Small one", "line 1, code: “Small one” does not match the pattern"),
        ("code: content", "code: Content", "line 11, questions[0].code: “Content” does not match"),
        ("code: content", "code:", "line 11, questions[0].code: has no value"),
        ("code: content", f"code: {'c' * 41}", "line 11, questions[0].code: is too long"),
        ("languages: [en]", "languages: []", "line 3, languages: is empty"),
        ("languages: [en]", "languages: en", "line 3, languages: must be a list"),
        ("languages: [en]", "languages: [english]", "line 3, languages[0]: “english” does not"),
        ("key: m", "key: mm", "line 16, questions[0].labels[0].key: is too long"),
        ("key: m", "key: []", "line 16, questions[0].labels[0].key: must be a text"),
        ("value: -1", "value: .nan", "line 25, questions[1].labels[0].value: must be a"),
        ("value: -1", "value: nan", "line 25, questions[1].labels[0].value: must be a finite"),
        ("{en: Stance}", "{en: Stance, but how}", "a text with a comma or a colon needs quotes"),
        ("{en: Stance}", "{}", "line 23, questions[1].name: is empty"),
        ("{en: Stance}", '{en: ""}', "line 23, questions[1].name.en: is empty"),
        ("{en: Stance}", '{en: "a\\x07"}', "line 23, questions[1].name.en: holds the control"),
        ("{en: Stance}", '{en: "\\ud83d"}', "line 23, questions[1].name.en: holds half"),
        ("{content: [main]}", "{content: []}", "line 22, questions[1].show_if.content: is empty"),
        ("{content: [main]}", "content", "line 22, questions[1].show_if: must be a mapping"),
        ("show_if: {content: [main]}", "required: maybe", "must be true or false"),
        ("show_if: {content: [main]}", "weight: 0", "weight: must be greater than 0"),
        (
            "show_if: {content: [main]}",
            "for_each: targets",
            "line 22, questions[1].for_each: the key stands twice",
        ),
    ],
)
def test_it_says_what_is_wrong_with_the_shape(old: str, new: str, complaint: str) -> None:
    told = complaints(changed(old, new))

    assert any(complaint in each for each in told), told
    assert all(each.startswith("small.yaml, line ") for each in told)


def test_a_comma_without_quotes_gets_one_complaint() -> None:
    assert len(complaints(changed("{en: Stance}", "{en: Stance, but how}"))) == 1


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "small.yaml: the file is empty: write a codebook into it"),
        ("# soon\n", "small.yaml: the file is empty: write a codebook into it"),
        ("- a\n- b\n", "small.yaml, line 1: must be a mapping of keys and values"),
        ("just words", "small.yaml, line 1: must be a mapping of keys and values"),
        ("code: [", "small.yaml, line 1: not valid YAML"),
        ("a: &x [1]\nb: *x", "small.yaml, line 2: the alias *x is not allowed"),
        ("x" * 1_000_001, "small.yaml: the file is larger than 1,000,000 bytes"),
    ],
)
def test_it_refuses_what_is_no_codebook_at_all(text: str, complaint: str) -> None:
    told = complaints(text)

    assert len(told) == 1
    assert told[0].startswith(complaint)


def test_a_long_unknown_key_stays_short_in_the_complaint() -> None:
    (told,) = complaints(changed("code: small", f"code: small\n? '{'k' * 5000}\\x1b'\n: 1"))

    assert len(told) < 200
    assert told.isprintable()


def test_too_many_questions_are_refused() -> None:
    question = "  - {code: q%d, scope: paragraph, scale: text, name: {en: Q}}\n"
    many = "".join(question % n for n in range(201))

    (told,) = complaints(SMALL.split("questions:", maxsplit=1)[0] + "questions:\n" + many)

    assert told.endswith("questions: is too long: the limit is 200")


def test_a_file_full_of_faults_is_told_of_the_first_hundred() -> None:
    told = complaints(SMALL + "".join(f"wrong{n}: 1\n" for n in range(500)))

    assert len(told) == 101
    assert told[-1].endswith("there are more complaints than these: set these right first")


def test_the_committed_schema_is_the_one_the_models_make() -> None:
    committed = (SCHEMA_FOLDER / "codebook.schema.json").read_text(encoding="utf-8")

    assert committed == json.dumps(schema(), indent=2, ensure_ascii=False) + "\n", WRITE_SCHEMA


def test_the_schema_takes_the_default_codebook_as_any_editor_reads_it() -> None:
    content = YAML(typ="safe", pure=True).load(DEFAULT_FILE.read_text(encoding="utf-8"))

    assert list(jsonschema_rs.Draft202012Validator(schema()).iter_errors(content)) == []


@pytest.mark.parametrize(
    "change",
    [
        {"colour": "red"},
        {"languages": []},
        {"questions": [{"code": "q"}]},
        {"title": "Small"},
        {"rollups": {"external": {"nmae": {"en": "x"}}}},
    ],
)
def test_the_schema_refuses_what_the_parser_refuses(change: dict[str, object]) -> None:
    content = YAML(typ="safe", pure=True).load(DEFAULT_FILE.read_text(encoding="utf-8")) | change

    assert not jsonschema_rs.Draft202012Validator(schema()).is_valid(content)


def test_the_schema_explains_the_keys_that_are_not_plain() -> None:
    definitions = schema()["$defs"]

    assert "$target" in definitions["WrittenQuestion"]["properties"]["show_if"]["description"]
    assert definitions["Label"]["additionalProperties"] is False


def test_the_example_of_the_guide_is_a_codebook() -> None:
    example = GUIDE.read_text(encoding="utf-8").split("```yaml\n")[1].split("```")[0]

    made = parse(example, name="docs/codebook.md")

    assert list(made.asked) == ["content", "targets", "stance.russia", "stance.turkey"]


def test_the_guide_explains_every_key() -> None:
    guide = GUIDE.read_text(encoding="utf-8")
    keys = {key for model in schema()["$defs"].values() for key in model["properties"]}

    assert [
        key for key in sorted(keys | set(schema()["properties"])) if f"`{key}`" not in guide
    ] == []


def test_the_guide_lists_the_reserved_words() -> None:
    guide = GUIDE.read_text(encoding="utf-8")

    assert [w for w in RESERVED_QUESTIONS | RESERVED_LABELS if f"`{w}`" not in guide] == []
