"""Evidence spans hold only for the very words of the text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain import spans
from annotator.domain.codebook_file import parse
from annotator.domain.spans import Span

CODEBOOK = parse(
    """
code: spanned
title: {en: With evidence}
languages: [en]
questions:
- code: tone
  name: {en: Tone}
  scope: paragraph
  scale: set
  spans: may
  labels:
  - {code: warm, name: {en: Warm}}
  - {code: cold, name: {en: Cold}}
- code: proof
  name: {en: Proof}
  scope: paragraph
  scale: nominal
  required: false
  spans: must
  labels:
  - {code: strong, name: {en: Strong}}
  - {code: unclear, name: {en: Unclear}, missing: true}
""",
    name="spanned.yaml",
)
QUESTIONS = CODEBOOK.expanded("paragraph")
WARM = {"tone": ["warm"]}


def problem(
    answers: dict[str, list[str]], *found: Span, text: str | None = "A 😀 body."
) -> str | None:
    return spans.problem(QUESTIONS, answers, found, text)


@given(st.text(min_size=1), st.data())
def test_every_cut_of_the_text_with_its_own_words_is_right(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    span = Span("tone", "warm", start, end, text[start:end])
    assert problem(WARM, span, text=text) is None


@given(st.text(min_size=1, max_size=30), st.integers(-5, 40), st.integers(-5, 40), st.text())
def test_what_is_accepted_is_always_the_text(text: str, start: int, end: int, quote: str) -> None:
    if problem(WARM, Span("tone", "warm", start, end, quote), text=text) is None:
        assert 0 <= start < end <= len(text)
        assert text[start:end] == quote


def test_offsets_of_a_browser_that_counts_other_units_are_refused() -> None:
    assert problem(WARM, Span("tone", "warm", 4, 8, "body")) is None
    sentence = problem(WARM, Span("tone", "warm", 5, 9, "body"))
    assert sentence == "The characters 5 to 9 of the text are not “body”: mark the passage again."


def test_passages_may_overlap_but_not_stand_twice() -> None:
    whole, part = Span("tone", "warm", 2, 8, "😀 body"), Span("tone", "warm", 4, 8, "body")
    assert problem(WARM, whole, part) is None
    assert "marked twice" in (problem(WARM, part, part) or "")


@pytest.mark.parametrize(
    ("span", "sentence"),
    [
        (Span("tone", "cold", 4, 8, "body"), "“cold” is not chosen in “tone”"),
        (Span("mood", "warm", 4, 8, "body"), "“mood” takes no marked passages"),
        (Span("tone", "warm", 4, 4, ""), "mark the passage again"),
        (Span("tone", "warm", -6, -2, "body"), "mark the passage again"),
        (Span("tone", "warm", 4, 8, "bo\ndy" * 20), "…"),
    ],
)
def test_it_says_what_is_wrong_with_a_passage(span: Span, sentence: str) -> None:
    found = problem(WARM, span)
    assert found is not None
    assert sentence in found
    assert "\n" not in found


def test_a_task_without_a_paragraph_takes_no_passages() -> None:
    assert "takes no marked passages" in (
        problem(WARM, Span("tone", "warm", 4, 8, "body"), text=None) or ""
    )


def test_a_question_that_must_be_proved_needs_a_passage_for_each_label() -> None:
    assert problem({"proof": ["strong"]}) == "Mark the words that show “strong” in “proof”."
    assert problem({"proof": ["strong"]}, Span("proof", "strong", 4, 8, "body")) is None


def test_who_cannot_judge_needs_to_prove_nothing() -> None:
    assert problem({"proof": ["unclear"]}) is None
    assert problem({}) is None


def test_there_is_an_end_to_marking() -> None:
    text = "x" * 500
    many = [Span("tone", "warm", n, n + 1, "x") for n in range(spans.MOST + 1)]
    assert "keep 200 at most" in (problem(WARM, *many, text=text) or "")
    assert problem(WARM, *many[:-1], text=text) is None


def test_it_is_stored_by_name() -> None:
    assert Span("tone", "warm", 4, 8, "body").as_json() == {
        "question": "tone", "label": "warm", "start": 4, "end": 8, "quote": "body",
    }  # fmt: skip
