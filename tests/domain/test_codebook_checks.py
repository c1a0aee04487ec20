from typing import Any

import pytest

from annotator.domain.codebook_checks import Fault, faults
from annotator.domain.codebook_file import parse
from annotator.errors import CodebookInvalid
from tests.domain.codebooks import codebook, default_codebook, label, question

TARGETS = {"targets": [label("russia"), label("china"), label("nato", enabled=False)]}


def of(*questions: dict[str, Any], **given: Any) -> list[str]:
    """Faults as `path: sentence`."""
    return [_shown(fault) for fault in faults(codebook(*questions, **given))]


def _shown(fault: Fault) -> str:
    return f"{'.'.join(str(part) for part in fault.path)}: {fault.sentence}"


def test_the_default_codebook_has_no_faults() -> None:
    assert faults(default_codebook()) == []


def test_names_are_needed_in_every_language_and_definitions_in_the_first() -> None:
    names = {"en": "x", "ru": "х"}
    labels = [label("a", name=names, definition={"en": "Only here."}), label("b")]

    assert of(question("q", name=names, labels=labels), languages=["en", "ru"], title=names) == [
        "questions.0.labels.1.name: the text in “ru” is missing: write it"
    ]


def test_a_definition_in_a_second_language_only_is_a_fault() -> None:
    labels = [label("a", definition={"ru": "Так."}, name={"en": "a", "ru": "а"})]
    found = of(
        question("q", labels=labels, name={"en": "q", "ru": "в"}),
        languages=["en", "ru"],
        title={"en": "t", "ru": "т"},
    )

    assert found == ["questions.0.labels.0.definition: the text in “en” is missing: write it"]


def test_a_language_that_is_not_declared_is_a_fault() -> None:
    assert of(question("q", "a", name={"en": "q", "de": "q"})) == [
        "questions.0.name.de: “de” is not one of `languages`: add it there, or take it out"
    ]


def test_examples_are_checked_for_languages_too() -> None:
    labels = [label("a", example={"positive": {"fr": "oui"}})]

    assert len(of(question("q", labels=labels))) == 2


def test_a_language_twice_is_a_fault() -> None:
    assert of(question("q", "a"), languages=["en", "en"]) == [
        "languages.1: “en” stands twice: take one out"
    ]


def test_a_label_twice_is_a_fault() -> None:
    assert of(question("q", "a", "b", "a")) == [
        "questions.0.labels.2.code: the code “a” stands twice: change one"
    ]


def test_an_own_label_may_not_repeat_one_of_the_list() -> None:
    found = of(question("q", "russia", labels_from="targets"), lists=TARGETS)

    assert found == ["questions.0.labels.0.code: the code “russia” stands twice: change one"]


def test_an_item_twice_is_a_fault_even_if_one_is_off() -> None:
    found = of(question("q", "a"), lists={"l": [label("x"), label("x", enabled=False)]})

    assert found == ["lists.l.1.code: the code “x” stands twice: change one"]


def test_an_empty_list_is_a_fault() -> None:
    assert of(question("q", "a"), lists={"l": []}) == [
        "lists.l: the list is empty: write an item, or take the list out"
    ]


def test_a_question_twice_is_a_fault_also_across_scopes() -> None:
    assert of(question("q", "a"), question("q", "a", scope="source")) == [
        "questions.1.code: the question “q” stands twice: change one code"
    ]


def test_a_question_may_not_take_the_code_of_a_copy() -> None:
    found = of(
        question("stance", "a", for_each="targets"), question("stance.china", "a"), lists=TARGETS
    )

    assert found == ["questions.1.code: the question “stance.china” stands twice: change one code"]


def test_the_same_detail_twice_is_a_fault() -> None:
    found = of(
        question("q", "a", details=["link", "link"]), details={"link": {"name": {"en": "Link"}}}
    )

    assert found == ["questions.0.code: the question “q.link” stands twice: change one code"]


@pytest.mark.parametrize("code", ["note", "spans", "csrf_token", "save_id"])
def test_fields_of_the_save_are_no_questions(code: str) -> None:
    assert of(question(code, "a")) == [
        f"questions.0.code: “{code}” is a reserved word: choose another code"
    ]


@pytest.mark.parametrize("code", ["any", "gated"])
def test_words_of_conditions_and_statistics_are_no_labels(code: str) -> None:
    assert of(question("q", code)) == [
        f"questions.0.labels.0.code: “{code}” is a reserved word: choose another code"
    ]


def test_two_labels_of_a_question_may_not_share_a_key() -> None:
    labels = [label("a", key="1"), label("b", key="1")]

    assert of(question("q", labels=labels)) == [
        "questions.0.labels.1.key: the key “1” is already that of “a”: change one"
    ]


def test_labels_of_two_questions_may_share_a_key_since_keys_act_on_the_active_one() -> None:
    labels = [label("a", key="1")]

    assert of(question("q", labels=labels), question("r", labels=labels)) == []


def test_an_item_that_is_off_holds_no_key() -> None:
    items = [label("a", key="1", enabled=False), label("b", key="1")]

    assert of(question("q", "x"), lists={"l": items}) == []


def test_an_own_label_may_not_take_the_key_of_the_list() -> None:
    found = of(
        question("q", labels_from="l", labels=[label("b", key="1")]),
        lists={"l": [label("a", key="1")]},
    )

    assert found == ["questions.0.labels.0.key: the key “1” is already that of “a”: change one"]


@pytest.mark.parametrize("key", list("usfhn[]?"))
def test_the_keys_of_the_page_are_taken(key: str) -> None:
    (found,) = of(question("q", labels=[label("a", key=key)]))

    assert "belongs to the labelling page" in found


@pytest.mark.parametrize("key", ["A", " ", "\t", "Я", "\u200b"])
def test_a_key_is_something_one_can_press_without_shift(key: str) -> None:
    (found,) = of(question("q", labels=[label("a", key=key)]))

    assert "cannot be a key" in found


@pytest.mark.parametrize("key", ["1", "b", "я", "+", ","])
def test_digits_letters_and_signs_are_keys(key: str) -> None:
    assert of(question("q", labels=[label("a", key=key)])) == []


def test_ordinal_labels_need_values() -> None:
    (found,) = of(question("q", scale="ordinal", labels=[label("a", value=1), label("b")]))

    assert found.startswith("questions.0.labels: the label “b” of an ordinal question has no value")


def test_ordinal_labels_need_two_different_values() -> None:
    same = [label("a", value=1), label("b", value=1), label("c", missing=True)]

    assert of(question("q", scale="ordinal", labels=same)) == [
        (
            "questions.0.labels: an ordinal question needs two different values: "
            "all labels have the same"
        )
    ]


def test_a_missing_label_needs_no_value() -> None:
    labels = [label("a", value=1), label("b", value=2), label("c", missing=True)]

    assert of(question("q", scale="ordinal", labels=labels)) == []


@pytest.mark.parametrize("scale", ["nominal", "ordinal", "set"])
def test_a_labelled_scale_needs_labels(scale: str) -> None:
    assert of(question("q", scale=scale)) == [
        "questions.0.labels: no labels: write some, or name a list in labels_from"
    ]


@pytest.mark.parametrize("scale", ["text", "interval"])
def test_other_scales_have_none(scale: str) -> None:
    assert of(question("q", "a", scale=scale)) == [
        f"questions.0.labels: a question of the scale {scale} has no labels: take them out"
    ]
    assert of(question("q", scale=scale)) == []


def test_details_need_labels() -> None:
    (found,) = of(question("q", scale="text", details=["d"]), details={"d": {"name": {"en": "D"}}})

    assert found == "questions.0.details: a text question has no details: take them out"


def test_a_rollup_must_be_declared() -> None:
    (found,) = of(
        question("q", labels=[label("a", rollup="externl")]),
        rollups={"external": {"name": {"en": "External"}}},
    )

    assert found == (
        "questions.0.labels.0.rollup: “externl” is not in `rollups` (did you mean “external”?): "
        "add it there with its name"
    )


@pytest.mark.parametrize("field", ["labels_from", "for_each"])
def test_a_list_must_exist(field: str) -> None:
    (found,) = of(question("q", "a", **{field: "target"}), lists=TARGETS)

    assert found == (
        f"questions.0.{field}: there is no list “target” (did you mean “targets”?): "
        "add it to `lists`"
    )


def test_a_detail_must_exist() -> None:
    (found,) = of(question("q", "a", details=["evidence"]))

    assert found.startswith("questions.0.details.0: there is no detail “evidence”")


CONTENT = question("content", "main", "mixed")


@pytest.mark.parametrize(
    ("show_if", "sentence"),
    [
        ({"contents": "main"}, "there is no earlier question “contents” (did you mean “content”?)"),
        ({"content": "mian"}, "“content” has no label “mian” (did you mean “main”?)"),
        ({"content": ["main", "x"]}, "“content” has no label “x”"),
        (
            {"later": "a"},
            "“later” comes later, or is off: a condition names an earlier question that is on",
        ),
        (
            {"q": "a"},
            "“q” comes later, or is off: a condition names an earlier question that is on",
        ),
        (
            {"off": "a"},
            "“off” comes later, or is off: a condition names an earlier question that is on",
        ),
        ({"genre": "a"}, "“genre” is asked of the document, this question of the paragraph"),
        ({"why": "any"}, "“why” has no labels to choose from: name another question"),
        ({"content": "$target"}, "$target has no meaning here: the question has no for_each"),
    ],
)
def test_a_condition_must_point_to_an_earlier_label(
    show_if: dict[str, object], sentence: str
) -> None:
    (found,) = of(
        CONTENT,
        question("off", "a", enabled=False),
        question("genre", "a", scope="document"),
        question("why", scale="text"),
        question("q", "a", show_if=show_if),
        question("later", "a"),
    )

    assert found == f"questions.4.show_if.{next(iter(show_if))}: {sentence}"


def test_a_repeated_condition_is_checked_for_every_item_that_is_on() -> None:
    found = of(
        question("targets", "russia", scale="set"),
        question("stance", "a", for_each="targets", show_if={"targets": "$target"}),
        lists=TARGETS,
    )

    assert found == ["questions.1.show_if.targets: “targets” has no label “china”"]


def test_a_fault_of_every_copy_is_told_once() -> None:
    found = of(
        CONTENT,
        question("stance", "a", for_each="targets", show_if={"content": "mane"}),
        lists=TARGETS,
    )

    assert len(found) == 1


def test_a_copy_may_lean_on_the_copy_for_the_same_item() -> None:
    made = codebook(
        question("stance", "a", for_each="targets"),
        question("cited", "b", for_each="targets", show_if={"stance.$target": "a"}),
        lists=TARGETS,
    )

    assert faults(made) == []
    assert made.gate_of("cited.china")[0].question == "stance.china"


def test_what_is_off_is_checked_as_if_all_were_on() -> None:
    off = question("a", "x", enabled=False)

    assert of(off, question("b", "y", enabled=False, show_if={"a": "x"})) == []
    (found,) = of(off, question("b", "y", enabled=False, show_if={"a": "z"}))
    assert "“a” has no label “z”" in found


def test_a_question_of_a_cleanup_round_leans_on_none_that_is_not_asked_there() -> None:
    (found,) = of(CONTENT, question("noise", "a", cleanup=True, show_if={"content": "mixed"}))

    assert found.endswith("“content” is not asked in cleanup rounds, and this question is")


def test_a_question_of_all_projects_leans_on_none_of_blind_ones() -> None:
    (found,) = of(
        question("recognised", "knew", only_blind=True),
        question("how", "logo", show_if={"recognised": "knew"}),
    )

    assert "asked in source-blind projects only" in found


def test_a_weight_needs_yes_and_no_about_a_source() -> None:
    good = question("q", "yes", "no", scope="source", weight=1)

    assert of(good) == []
    for change in ({"scope": "document"}, {"labels": [label("yes")]}, {"scale": "set"}):
        (found,) = of(good | change)
        assert found.startswith("questions.0.weight: only a nominal source question")


def test_reversed_needs_a_weight() -> None:
    (found,) = of(question("q", "yes", "no", scope="source", reversed=True))

    assert found == "questions.0.reversed: has no meaning without a weight: add one"


def test_the_parser_adds_the_lines_and_keeps_the_order_of_the_file() -> None:
    text = (
        "code: c\ntitle: {en: T}\nlanguages: [en]\nquestions:\n"
        "  - {code: q, scope: paragraph, scale: nominal, name: {en: Q},\n"
        "     show_if: {r: a},\n"
        "     labels: []}\n"
        "lists:\n  l:\n    - {code: any, name: {en: Any}}\n"
    )

    with pytest.raises(CodebookInvalid) as caught:
        parse(text, name="c.yaml")

    assert caught.value.complaints == [
        "c.yaml, line 6, questions[0].show_if.r: there is no earlier question “r”",
        "c.yaml, line 7, questions[0].labels: no labels: write some, or name a list in labels_from",
        "c.yaml, line 10, lists.l[0].code: “any” is a reserved word: choose another code",
    ]


def test_a_few_lines_cannot_ask_for_a_hundred_thousand_questions() -> None:
    items = [label(f"i{n}") for n in range(100)]
    questions = [question(f"q{n}", "a", for_each="l") for n in range(11)]

    assert of(*questions[:10], lists={"l": items}) == []
    assert of(*questions, lists={"l": items}) == [
        (
            "questions: with for_each and details these are 1,100 questions: "
            "1,000 is the limit, shorten a list"
        )
    ]
