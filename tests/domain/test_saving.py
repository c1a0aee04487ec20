"""What a person sends is checked before it meets a database."""

import uuid
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain import saving
from annotator.domain.codebook_file import parse
from annotator.domain.saving import Save
from annotator.domain.spans import Span
from annotator.errors import AnswersInvalid, DataInvalid
from tests.small_codebook import SMALL

CODEBOOK = parse(SMALL, name="small.yaml")
SAVE = Save(
    save_id=str(uuid.UUID(int=7)),
    seen_revision=0,
    answers={"content": ["main"], "frames": ["economic", "security"], "targets": []},
)


def content(save: Save, *, kind: str = "main", text: str | None = None) -> dict[str, object]:
    return saving.content(save, CODEBOOK, scope="paragraph", kind=kind, blind=False, text=text)


def problems(save: Save) -> dict[str, str]:
    with pytest.raises(AnswersInvalid) as caught:
        content(save)
    return caught.value.problems


def test_answers_are_stored_in_the_codebooks_order() -> None:
    assert content(SAVE)["answers"] == {
        "content": ["main"],
        "frames": ["security", "economic"],
        "targets": [],
    }


def test_a_cleanup_round_takes_only_its_questions() -> None:
    only = replace(SAVE, answers={"content": ["main"]})
    assert content(only, kind="cleanup")["answers"] == {"content": ["main"]}
    with pytest.raises(AnswersInvalid) as caught:
        content(SAVE, kind="cleanup")
    assert set(caught.value.problems) == {"frames", "targets"}


@pytest.mark.parametrize("seconds", [-0.1, float("nan"), float("inf"), float("-inf")])
def test_seconds_are_a_finite_number_from_zero(seconds: float) -> None:
    assert problems(replace(SAVE, seconds=seconds)) == {"seconds": saving.SECONDS_WRONG}


@pytest.mark.parametrize("seconds", [None, 0.0, 86_400.0])
def test_seconds_may_be_unknown_or_many(seconds: float | None) -> None:
    assert content(replace(SAVE, seconds=seconds))["seconds"] == seconds


def test_context_is_counted_from_zero() -> None:
    for save in (replace(SAVE, context_before=-1), replace(SAVE, context_after=-1)):
        assert problems(save) == {"context": saving.CONTEXT_WRONG}


def test_a_span_on_a_question_without_spans_is_a_problem_of_the_spans() -> None:
    span = Span("content", "main", 0, 1, "x")
    assert set(problems(replace(SAVE, spans=[span]))) == {"spans"}


def test_several_problems_are_told_at_once() -> None:
    assert set(problems(replace(SAVE, note="\x00", seconds=-1))) == {"note", "seconds"}


@given(st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=2000))
def test_a_note_is_kept_as_it_is_but_for_the_space_around_it(note: str) -> None:
    assert (saving.checked_note(f" \r\n{note}\n") or "") == note.strip()


def test_lines_of_a_note_end_in_one_way() -> None:
    assert saving.checked_note("one\r\ntwo") == "one\ntwo"
    assert saving.checked_note(" ") is None
    assert saving.checked_note(None) is None


def test_a_note_that_is_too_long_says_by_how_much() -> None:
    with pytest.raises(DataInvalid, match=r"has 2,001 characters: shorten it to 2,000"):
        saving.checked_note("x" * 2001)


@pytest.mark.parametrize("save_id", ["", "1", "x" * 36, "\ud800", "é" * 32])
def test_a_save_id_that_is_no_uuid_is_refused(save_id: str) -> None:
    with pytest.raises(DataInvalid, match="must be a UUID"):
        saving.checked_id(save_id)


def test_a_save_id_has_one_spelling() -> None:
    given = "123E4567E89B42D3A456426614174000"
    assert saving.checked_id(given) == "123e4567-e89b-42d3-a456-426614174000"
