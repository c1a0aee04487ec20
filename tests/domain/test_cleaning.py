"""Which codebooks are cleaned a document at a time, and which answers are noise."""

import pytest

from annotator.domain.cleaning import gate_of, is_noise
from tests.domain.codebooks import codebook, default_codebook, question

MAIN, NOISE = {"content": ["main"]}, {"content": ["boilerplate"]}


def test_the_default_codebook_has_a_gate_with_the_kind_of_noise_behind_it() -> None:
    gate = gate_of(default_codebook(), blind=True)
    assert gate is not None
    assert [q.code for q in gate.questions] == ["content", "noise_type"]
    assert set(gate.opening) == {"boilerplate", "mixed"}


def test_a_single_question_is_a_gate() -> None:
    gate = gate_of(codebook(question("content", "main", cleanup=True)), blind=False)
    assert gate is not None
    assert (gate.follow_up, gate.opening, len(gate.questions)) == (None, (), 1)


@pytest.mark.parametrize(
    "questions",
    [
        [],
        [question("content", "main", cleanup=True, scale="set")],
        [question("content", "main", cleanup=True, spans="may")],
        [question("content", "main", cleanup=True, required=False)],
        # The second is asked of every paragraph: it does not lean on the first.
        [question("content", "main", cleanup=True), question("part", "body", cleanup=True)],
        [question(code, "a", cleanup=True) for code in ("one", "two", "three")],
    ],
)
def test_what_no_line_has_room_for_is_asked_a_paragraph_at_a_time(
    questions: list[dict[str, object]],
) -> None:
    assert gate_of(codebook(*(questions or [question("part", "body")])), blind=False) is None


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        (NOISE, True),
        (NOISE | {"noise_type": ["caption"]}, True),
        (MAIN, False),
        ({"content": ["mixed"], "noise_type": ["caption"]}, False),
        ({}, False),
        # What the codebook does not know is for a person to judge.
        ({"content": ["junk"]}, False),
        ({"noise_type": ["caption"]}, False),
        (NOISE | {"was_asked_once": ["yes"]}, False),
    ],
)
def test_noise_leaves_nothing_else_to_be_asked(
    answers: dict[str, list[str]], expected: bool
) -> None:
    assert is_noise(default_codebook(), answers, blind=True) is expected
