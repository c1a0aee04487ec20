import ast
import inspect
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.codebook_file import parse
from annotator.domain.language import document_language
from annotator.domain.noise import (
    LIKELY,
    MADE_BY,
    RULES,
    assess,
    contained,
    foreign,
    judging,
    phrases,
    placed,
    related,
    repeated,
    suggest,
    suggest_all,
)
from annotator.domain.noise.judging import kind_of
from annotator.domain.repetition import duplicate_key
from annotator.domain.segmentation import Piece, segment
from annotator.paths import schema
from tests.domain.noise.cases import BODY, MORE, around, suggested

KINDS = ("2024", BODY, "A ferry is sold to the neighbours", "Menu")
BANNER = "Check the news before you share it! " * 7
LINES = st.sampled_from(
    [BODY, MORE, "Menu", "Photo source:", "33 (31%)", "Читать на русском", BANNER]
)


def test_only_what_is_suspicious_is_suggested() -> None:
    found = suggested("Neighbours keep the border open", BODY, MORE)

    assert found == {}


def test_every_reason_is_given_and_the_weightiest_first() -> None:
    found = suggested("Читать на русском", "Neighbours keep the border open", BODY, MORE)

    assert found[0].noise_type == "navigation"
    assert found[0].probability >= 0.9
    assert found[0].reasons[0] == "In Cyrillic letters, while the document is in Latin ones."
    assert "A link to the text in another language." in found[0].reasons


def test_the_model_suspects_what_no_rule_knows_and_says_why() -> None:
    document = around(BODY, MORE, BODY + " Again.", "For traders", "For farmers", "For students")
    found = suggest_all([document])[0]

    assert all(rule(document, 4) is None for rule in RULES)
    assert 4 in {one.position for one in found}
    assert all(one.reasons for one in found)


def test_the_type_is_that_of_a_rule_however_sure_the_model_is() -> None:
    found = suggested(BODY, MORE, "Menu", "Share", "(3 votes)", "Home")

    assert found[4].noise_type == "widget"
    assert "A count of votes or a rating." in found[4].reasons


def test_every_paragraph_is_assessed_and_those_that_are_likely_noise_are_suggested() -> None:
    document = around("Menu", "Neighbours keep the border open", BODY, MORE, "Share")
    assessed = assess([document])[0]

    assert [one.position for one in assessed] == [0, 1, 2, 3, 4]
    assert [one for one in assessed if one.probability >= LIKELY] == suggest_all([document])[0]
    assert all(not one.reasons for one in assessed if one.probability < LIKELY)


def test_documents_are_judged_alike_alone_and_together() -> None:
    documents = [around("Menu", BODY, MORE, "Share"), around(BODY), around("1", "2", "3")]

    for alone, together in zip(documents, assess(documents), strict=True):
        for one, other in zip(assess([alone])[0], together, strict=True):
            assert one.probability == pytest.approx(other.probability, abs=1e-4)


def test_nothing_is_suggested_in_no_document_and_in_an_empty_one() -> None:
    assert suggest_all([]) == []
    assert suggest_all([around()]) == [[]]


@pytest.mark.parametrize(
    "text",
    [
        "word", "x" * 10_000_000, "(" * 1_000_000, "a. " * 500_000, "\ud800 lone",
        "شارك هذا المقال", "\u200f",
    ],
)  # fmt: skip
def test_odd_documents_are_judged_in_little_time(text: str) -> None:
    piece = Piece(0, len(text), text, "")
    began = time.process_time()
    suggest([piece], lang=None, langs=("en",), seen_elsewhere={}, documents_of_source=1)

    assert time.process_time() - began < 3


def test_the_time_grows_as_the_document_does() -> None:
    small, large = (seconds_for(count) for count in (1_000, 6_000))

    assert large < 6 * 2.5 * small


def seconds_for(count: int) -> float:
    lines = ["Menu", BODY, "Share", MORE, "Read also", "A ferry is sold", "By Irina Voss"]
    document = around(*(f"{lines[i % 7]} {i if i % 3 else ''}" for i in range(count)), lang=None)
    began = time.process_time()
    suggest_all([document])
    return time.process_time() - began


def test_neither_numpy_nor_the_model_is_loaded_before_something_is_judged() -> None:
    told = subprocess.run(
        [sys.executable, "-c", "import sys, annotator.domain.noise; print('numpy' in sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert told.stdout == "False\n"


def test_a_copy_keeps_the_position_of_the_first_whatever_else_is_said_of_it() -> None:
    found = suggested(
        "Menu", "Neighbours keep the border open", BODY, "Menu", MORE,
        seen_elsewhere={duplicate_key("Menu"): 4}, documents_of_source=5,
    )  # fmt: skip

    assert found[3].noise_type == "navigation"
    assert found[3].repeat_of == 0
    assert len(found[3].reasons) >= 2


@given(st.lists(LINES, min_size=1, max_size=12))
def test_suggestions_are_in_order_and_each_is_at_least_as_likely_as_not(lines: list[str]) -> None:
    found = list(suggested(*lines).values())

    assert [one.position for one in found] == sorted({one.position for one in found})
    for one in found:
        assert 0.5 <= one.probability < 1
        assert one.reasons
        assert all(reason.endswith(".") for reason in one.reasons)
        assert one.repeat_of is None or one.repeat_of < one.position


@given(st.lists(LINES, min_size=1, max_size=12))
def test_the_same_document_gives_the_same_suggestions(lines: list[str]) -> None:
    assert suggested(*lines) == suggested(*lines)


@given(st.text(min_size=1))
def test_no_text_whatever_stops_the_rules(text: str) -> None:
    assert suggested(f"{BODY}\n{text}\n{MORE}", lang=None) is not None


def test_every_type_a_rule_names_is_one_of_the_codebook() -> None:
    path = schema() / "codebooks" / "framing-stance-noise.yaml"
    book = parse(path.read_text(encoding="utf-8"), name=path.name)
    allowed = {
        label.code for question in book.questions if question.code == "noise_type"
        for label in question.labels
    }  # fmt: skip

    assert named_types() <= allowed
    assert named_types() >= {"banner", "repeat", "navigation", "other", "metadata", "teaser"}
    assert {kind_of(around(BODY, line), 1) for line in KINDS} <= allowed


def named_types() -> set[str]:
    calls = (
        node
        for module in (contained, foreign, judging, phrases, related, repeated)
        for node in ast.walk(ast.parse(inspect.getsource(module)))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "Finding"
    )
    said = {call.args[0].value for call in calls if isinstance(call.args[0], ast.Constant)}
    named = {phrase.noise_type for phrase in phrases.PHRASES}
    return said | named | {kind for kind, _ in placed.WORDS.values()}  # type: ignore[return-value]


def test_every_rule_of_the_package_is_in_the_list() -> None:
    assert len(set(RULES)) == len(RULES) == 13
    assert MADE_BY == "model-3"


@pytest.mark.parametrize("langs", [("en", "ru", "ro", "lt"), ("en", "ru")])
def test_on_the_seeds_no_main_text_is_suspected_and_most_noise_is(
    shared: Path, langs: tuple[str, ...]
) -> None:
    noise, suspected_noise, suspected_main = 0, 0, 0
    for name, labels in seed_labels(shared).items():
        pieces = segment((shared / "seeds" / name).read_bytes().decode()).pieces
        lang = document_language(pieces, langs)
        found = suggest(pieces, lang=lang, langs=langs, seen_elsewhere={}, documents_of_source=1)
        suspected = {one.position for one in found}
        noise += sum(labels)
        suspected_noise += sum(labels[position] for position in suspected)
        suspected_main += sum(not labels[position] for position in suspected)

    assert noise == 65
    assert suspected_main == 0
    assert suspected_noise >= 61


def seed_labels(shared: Path) -> dict[str, list[bool]]:
    labels: dict[str, list[bool]] = {}
    rows = (shared / "seeds/paragraph_labels.jsonl").read_text(encoding="utf-8").split("\n")
    for row in map(json.loads, filter(None, rows)):
        labels.setdefault(row["file"], []).append(row["is_boilerplate"])
    return labels
