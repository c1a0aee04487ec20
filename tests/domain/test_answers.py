import itertools
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain import answers as answering
from annotator.domain.answers import applicable, canonical, check, problems, states
from annotator.domain.codebook import Codebook
from annotator.errors import AnswersInvalid
from tests.domain.codebooks import codebook, default_codebook, label, question

MAIN = {
    "content": ["main"],
    "frames": ["economic"],
    "targets": ["russia", "china"],
    "stance.russia": ["-1"],
    "stance.china": ["both_sides"],
    "attribution": ["own"],
}
NOISE = {"content": ["boilerplate"], "noise_type": ["banner"]}
NO_TARGETS: dict[str, list[str]] = {"content": ["main"], "frames": [], "targets": []}


def paragraph(answers: dict[str, Any], **given: Any) -> dict[str, str]:
    return problems(default_codebook(), "paragraph", answers, **given)


def one(scale: str, *labels: str, **given: Any) -> Codebook:
    return codebook(question("q", *labels, scale=scale, **given))


def wrong(made: Codebook, answer: object) -> str | None:
    return problems(made, "paragraph", {"q": answer}).get("q")


@pytest.mark.parametrize("answers", [MAIN, NOISE, NO_TARGETS])
def test_it_takes_complete_answers(answers: dict[str, Any]) -> None:
    assert paragraph(answers) == {}


def test_it_takes_a_mixed_paragraph_with_both_branches() -> None:
    assert paragraph(MAIN | {"content": ["mixed"], "noise_type": ["widget"]}) == {}


def test_it_asks_for_what_is_required() -> None:
    assert paragraph({}) == {"content": answering.REQUIRED}


def test_it_asks_only_for_what_applies() -> None:
    assert paragraph({"content": ["boilerplate"]}) == {"noise_type": answering.REQUIRED}


def test_it_asks_for_the_stance_towards_each_chosen_target_and_no_other() -> None:
    answers = {"content": ["main"], "frames": [], "targets": ["west"], "attribution": ["own"]}

    assert paragraph(answers) == {"stance.west": answering.REQUIRED}


def test_it_lets_a_draft_be_unfinished() -> None:
    assert paragraph({}, partial=True) == {}
    assert paragraph({"content": ["main"], "targets": ["west"]}, partial=True) == {}


def test_it_still_refuses_wrong_labels_in_a_draft() -> None:
    assert "not a label" in paragraph({"content": ["mane"]}, partial=True)["content"]


def test_it_refuses_an_answer_to_a_question_that_does_not_apply() -> None:
    found = paragraph(NOISE | {"frames": ["economic"]})

    assert found == {
        "frames": "This question does not apply: it is asked only if content is main or mixed; "
        "take the answer out."
    }


def test_it_refuses_the_empty_set_where_the_question_does_not_apply() -> None:
    assert list(paragraph(NOISE | {"targets": []})) == ["targets"]


def test_conditions_cascade_through_a_question_that_does_not_apply() -> None:
    found = paragraph(NOISE | {"targets": ["russia"], "stance.russia": ["1"]})

    assert list(found) == ["targets"]
    assert "stance.russia" not in {
        q.code for q in applicable(default_codebook(), "paragraph", NOISE | {"targets": ["russia"]})
    }


def test_a_wrong_gate_is_the_only_thing_complained_of() -> None:
    found = paragraph(MAIN | {"content": ["mane"]})

    assert list(found) == ["content"]


def test_a_missing_gate_is_the_only_thing_complained_of() -> None:
    without = {code: answer for code, answer in MAIN.items() if code != "content"}

    assert paragraph(without) == {"content": answering.REQUIRED}


def test_a_label_behind_a_wrong_gate_is_still_checked() -> None:
    found = paragraph(MAIN | {"content": ["mane"], "frames": ["frame_x"]})

    assert list(found) == ["content", "frames"]


def test_it_names_the_label_and_those_allowed() -> None:
    assert paragraph({"content": ["mane"]})["content"] == (
        "“mane” is not a label here: choose among main, boilerplate, mixed."
    )


def test_labels_are_compared_exactly() -> None:
    assert "not a label" in paragraph({"content": ["Main"]})["content"]
    assert "not a label" in paragraph({"content": ["main "]})["content"]


def test_it_does_not_take_an_item_that_is_off() -> None:
    assert "“nato” is not a label" in paragraph(NO_TARGETS | {"targets": ["nato"]})["targets"]


def test_it_suggests_the_question_that_was_meant() -> None:
    found = paragraph(MAIN | {"stance.rusia": ["1"]})

    assert found == {
        "stance.rusia": "The codebook has no question “stance.rusia”: did you mean “stance.russia”?"
    }


def test_it_refuses_a_question_that_resembles_none() -> None:
    assert paragraph(MAIN | {"zzz": []}) == {
        "zzz": "The codebook has no question “zzz”: take it out."
    }


def test_it_refuses_what_another_task_asks() -> None:
    assert paragraph(MAIN | {"genre": ["satire"]}) == {
        "genre": "“genre” is not asked in this task: take it out."
    }


def test_a_cleanup_round_takes_only_its_two_questions() -> None:
    assert paragraph({"content": ["main"]}, kind="cleanup") == {}
    assert paragraph(NOISE, kind="cleanup") == {}
    assert list(paragraph(NO_TARGETS, kind="cleanup")) == ["frames", "targets"]


def test_recognition_is_asked_only_in_blind_projects() -> None:
    answers = {
        "primary_frame": ["security"],
        "genre": ["reporting"],
        **{f"overall_stance.{t}": ["0"] for t in ("russia", "china", "west")},
        "overall_stance.ukraine": ["not_addressed"],
    }
    made = default_codebook()

    assert problems(made, "document", answers) == {}
    assert problems(made, "document", answers, blind=True) == {"recognised": answering.REQUIRED}
    with_it = answers | {"recognised": ["guessed"]}
    assert problems(made, "document", with_it, blind=True) == {}
    assert list(problems(made, "document", with_it)) == ["recognised"]


@pytest.mark.parametrize("scale", ["nominal", "ordinal"])
def test_it_wants_exactly_one_label_on_a_single_scale(scale: str) -> None:
    made = one(scale, "a", "b")

    assert wrong(made, ["a"]) is None
    assert wrong(made, []) == answering.EMPTY
    assert wrong(made, ["a", "b"]) == "Choose one label: 2 are given."


def test_it_takes_any_number_of_labels_in_a_set() -> None:
    made = one("set", "a", "b")

    assert [wrong(made, answer) for answer in ([], ["b"], ["b", "a"])] == [None, None, None]


@pytest.mark.parametrize("scale", ["nominal", "set"])
def test_it_refuses_the_same_label_twice(scale: str) -> None:
    assert wrong(one(scale, "a", "b"), ["a", "a"]) == "“a” is given twice: send each label once."


def test_no_judgment_cannot_be_combined_with_a_judgment() -> None:
    made = codebook(question("q", scale="set", labels=[label("a"), label("unclear", missing=True)]))

    assert wrong(made, ["unclear"]) is None
    assert "choose it alone" in str(wrong(made, ["a", "unclear"]))


@pytest.mark.parametrize(
    "answer", ["main", None, True, 1, {}, {"main": 1}, [True], [1], [None], [["main"]], ("main",)]
)
def test_it_refuses_other_types_than_a_list_of_strings(answer: object) -> None:
    assert paragraph({"content": answer}) == {"content": answering.NOT_A_LIST}


@pytest.mark.parametrize("value", ["3", "-2", "+0.5", ".5", "1e3", "2.", "0"])
def test_it_takes_numbers_on_an_interval_scale(value: str) -> None:
    assert wrong(one("interval"), [value]) is None


@pytest.mark.parametrize(
    "value",
    [
        "",
        "x",
        "nan",
        "NaN",
        "inf",
        "-Infinity",
        "1e999",
        "1_000",
        "1,5",
        " 1",
        "٣",
        "0x10",
        "1" * 41,
    ],
)
def test_it_refuses_what_is_not_a_finite_number(value: str) -> None:
    assert "is not a number" in str(wrong(one("interval"), [value]))


@pytest.mark.parametrize("scale", ["text", "interval"])
@pytest.mark.parametrize("answer", [[], ["1", "2"]])
def test_it_wants_one_string_for_text_and_interval(scale: str, answer: list[str]) -> None:
    assert wrong(one(scale), answer) == f"Send one string in the list: {len(answer)} are given."


def test_it_takes_a_text_with_line_breaks_emoji_and_accents() -> None:
    assert wrong(one("text"), ["Первая строка\r\n\tвторая 🙂 e\u0301"]) is None


@pytest.mark.parametrize("value", ["", "  ", "\n\t"])
def test_it_refuses_a_text_of_nothing(value: str) -> None:
    assert wrong(one("text"), [value]) == answering.BLANK_TEXT


def test_it_refuses_a_text_beyond_the_limit() -> None:
    made = one("text")

    assert wrong(made, ["я" * 2000]) is None
    assert wrong(made, ["я" * 2001]) == "The text has 2,001 characters: shorten it to 2,000."


@pytest.mark.parametrize(
    ("value", "name"),
    [("a\x00", "U+0000"), ("\x1b[1m", "U+001B"), ("\x85", "U+0085"), ("\ud83d", "U+D83D")],
)
def test_it_refuses_control_characters_and_half_characters(value: str, name: str) -> None:
    assert wrong(one("text"), [f"text {value} text"]) == (
        f"The text holds the character {name}: take it out."
    )


@pytest.mark.parametrize("value", ["\x00", "\ud83d", "x" * 10_000, "<script>", "a\nb"])
def test_a_strange_label_stays_short_and_printable_in_the_sentence(value: str) -> None:
    sentence = str(wrong(one("nominal", "a"), [value]))

    assert sentence.isprintable()
    assert len(sentence) < 120


def evidence(value: str, **detail: Any) -> str | None:
    made = codebook(
        question("owner", "yes", "no", scope="source", details=["detail"]),
        details={"detail": {"name": {"en": "Detail"}, **detail}},
    )
    answers = {"owner": ["yes"], "owner.detail": [value]}
    return problems(made, "source", answers).get("owner.detail")


@pytest.mark.parametrize(
    "value", ["https://example.org/imprint", "HTTP://example.org", " https://a.b/c "]
)
def test_it_takes_a_link(value: str) -> None:
    assert evidence(value, format="link") is None


@pytest.mark.parametrize(
    "value", ["example.org", "javascript:alert(1)", "https://", "https://a b", "ftp://a"]
)
def test_it_refuses_what_is_not_a_link(value: str) -> None:
    assert "must start with http:// or https://" in str(evidence(value, format="link"))


@pytest.mark.parametrize(
    "value", ["2025-02-30", "2025-1-1", "31.01.2025", "20250131", "2025-W01-1"]
)
def test_it_refuses_what_is_not_a_date(value: str) -> None:
    assert evidence("2025-01-31", format="date") is None
    assert "write it as 2025-01-31" in str(evidence(value, format="date"))


def test_a_detail_is_taken_only_beside_its_answer() -> None:
    made = default_codebook()
    answers = {"marks_ads.evidence": ["https://example.org"]}

    found = problems(made, "source", answers, partial=True)

    assert list(found) == ["marks_ads.evidence"]


def test_a_required_detail_is_asked_for_with_the_answer() -> None:
    made = codebook(
        question("claim", "true", "false", required=False, details=["quote"]),
        details={"quote": {"name": {"en": "Quote"}, "required": True}},
    )

    assert problems(made, "paragraph", {}) == {}
    assert list(problems(made, "paragraph", {"claim": ["true"]})) == ["claim.quote"]


def test_check_gives_the_answers_back_in_the_codebooks_order() -> None:
    shuffled = dict(reversed(list(MAIN.items()))) | {"targets": ["china", "russia"]}

    checked = check(default_codebook(), "paragraph", shuffled)

    assert list(checked) == list(MAIN)
    assert checked == MAIN


def test_check_raises_with_every_problem() -> None:
    with pytest.raises(AnswersInvalid) as caught:
        check(default_codebook(), "paragraph", MAIN | {"attribution": [], "zzz": []})

    assert set(caught.value.problems) == {"attribution", "zzz"}
    assert answering.EMPTY in str(caught.value)


@pytest.mark.parametrize(
    ("written", "spelled"),
    [("1", "1"), ("1.0", "1"), ("+1e0", "1"), ("-0.0", "0"), (".50", "0.5"), ("1e20", "1e+20")],
)
def test_equal_numbers_get_one_spelling(written: str, spelled: str) -> None:
    assert canonical(one("interval"), "paragraph", {"q": [written]}) == {"q": [spelled]}


def test_texts_lose_foreign_line_ends_and_outer_white_space_only() -> None:
    assert canonical(one("text"), "paragraph", {"q": [" a\r\n b\rc \n"]}) == {"q": ["a\n b\nc"]}


def test_canonical_keeps_the_empty_set() -> None:
    assert canonical(default_codebook(), "paragraph", NO_TARGETS) == NO_TARGETS


def test_canonical_does_not_hand_out_the_callers_lists() -> None:
    given = {"content": ["boilerplate"], "noise_type": ["poll"]}

    canonical(default_codebook(), "paragraph", given)["content"].append("x")

    assert given["content"] == ["boilerplate"]


def test_states_tell_blank_from_not_applicable() -> None:
    found = states(default_codebook(), "paragraph", MAIN)

    assert found["content"] == "answered"
    assert found["noise_type"] == "not_applicable"
    assert found["part"] == "left_blank"
    assert found["stance.west"] == "not_applicable"
    assert found["confidence"] == "left_blank"


def test_the_empty_set_is_an_answer() -> None:
    found = states(default_codebook(), "paragraph", NO_TARGETS)

    assert found["targets"] == "answered"
    assert found["attribution"] == "not_applicable"


def test_boilerplate_leaves_one_question() -> None:
    asked = applicable(default_codebook(), "paragraph", {"content": ["boilerplate"]})

    assert [q.code for q in asked] == ["content", "noise_type"]


def test_several_conditions_must_all_hold() -> None:
    made = codebook(
        question("a", "x", "y"),
        question("b", "x", "y"),
        question("c", "z", show_if={"a": "x", "b": ["x", "y"]}),
    )

    assert problems(made, "paragraph", {"a": ["x"], "b": ["y"], "c": ["z"]}) == {}
    found = problems(made, "paragraph", {"a": ["y"], "b": ["y"], "c": ["z"]})
    assert "only if a is x and b is x or y" in found["c"]


def test_every_choice_of_gates_has_answers_that_pass() -> None:
    """Whatever is chosen in the default codebook, filling in what is asked is valid."""
    made = default_codebook()
    subsets = [
        list(chosen)
        for size in range(5)
        for chosen in itertools.combinations(["russia", "china", "west", "ukraine"], size)
    ]
    for content, targets in itertools.product(["main", "boilerplate", "mixed"], subsets):
        answers: dict[str, list[str]] = {"content": [content]}
        if content != "boilerplate":
            answers["targets"] = targets
        for asked in made.expanded("paragraph"):
            if asked in applicable(made, "paragraph", answers) and asked.code not in answers:
                answers[asked.code] = [asked.label_codes[0]]
        assert problems(made, "paragraph", answers) == {}
        assert "not_applicable" not in {
            states(made, "paragraph", answers)[code] for code in answers
        }


codes = st.sampled_from(
    ["content", "noise_type", "frames", "targets", "stance.russia", "attribution", "genre", "x"]
)
values = st.sampled_from(["main", "boilerplate", "russia", "economic", "-1", "own", "banner", "x"])
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(codes | st.text(), st.lists(values) | anything, max_size=6))
def test_whatever_comes_in_gets_sentences_and_no_exception(answers: dict[str, Any]) -> None:
    found = paragraph(answers)

    assert all(sentence and len(sentence) < 500 for sentence in found.values())
    assert set(found) <= set(answers) | {q.code for q in default_codebook().expanded("paragraph")}


@given(st.dictionaries(codes, st.lists(values, max_size=3), max_size=6), st.booleans())
def test_what_passes_is_stable_under_canonical(
    answers: dict[str, list[str]], partial: bool
) -> None:
    made = default_codebook()
    if problems(made, "paragraph", answers, partial=partial):
        return
    spelled = canonical(made, "paragraph", answers)

    assert problems(made, "paragraph", spelled, partial=partial) == {}
    assert canonical(made, "paragraph", spelled) == spelled
    assert {c: set(a) for c, a in spelled.items()} == {c: set(a) for c, a in answers.items()}


def test_checking_one_save_is_cheap() -> None:
    made = default_codebook()
    check(made, "paragraph", MAIN)

    def took() -> float:
        start = time.perf_counter()
        for _ in range(100):
            check(made, "paragraph", MAIN)
        return (time.perf_counter() - start) / 100

    # 0.04 ms when measured; the best of a few runs, so that a busy machine does not fail it.
    assert min(took() for _ in range(5)) < 0.0002
