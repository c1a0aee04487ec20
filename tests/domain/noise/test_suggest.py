import ast
import inspect
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.codebook_file import parse
from annotator.domain.language import document_language
from annotator.domain.noise import MADE_BY, RULES, Suggestion, foreign, repeated, short, suggest
from annotator.domain.repetition import duplicate_key
from annotator.domain.segmentation import segment
from annotator.paths import schema
from tests.domain.noise.cases import BODY, MORE, suggested

BANNER = "Check the news before you share it! " * 7
LINES = st.sampled_from(
    [BODY, MORE, "Menu", "Photo source:", "33 (31%)", "Читать на русском", BANNER]
)


def test_only_what_is_suspicious_is_suggested() -> None:
    found = suggested("Neighbours keep the border open", BODY, MORE)

    assert found == {}


def test_every_reason_is_given_and_the_weightiest_first() -> None:
    found = suggested("Читать на русском", "Neighbours keep the border open", BODY)

    assert found[0] == Suggestion(
        position=0,
        noise_type="other",
        probability=short.ABOVE_THE_BODY,
        reasons=(
            "Above the first long paragraph, 3 words and no sentence.",
            "In Cyrillic letters, while the document is in Latin ones.",
        ),
    )


def test_a_copy_keeps_the_position_of_the_first_whatever_else_is_said_of_it() -> None:
    found = suggested(
        "Menu", "Neighbours keep the border open", BODY, "Menu", MORE,
        seen_elsewhere={duplicate_key("Menu"): 4}, documents_of_source=5,
    )  # fmt: skip

    assert found[3].noise_type == "navigation"
    assert found[3].repeat_of == 0
    assert len(found[3].reasons) == 3


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
    assert named_types() >= {"banner", "repeat", "navigation", "other", "metadata"}


def named_types() -> set[str]:
    calls = (
        node
        for module in (foreign, repeated, short)
        for node in ast.walk(ast.parse(inspect.getsource(module)))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "Finding"
    )
    return {call.args[0].value for call in calls if isinstance(call.args[0], ast.Constant)}  # type: ignore[misc]


def test_every_rule_of_the_package_is_in_the_list() -> None:
    assert len(set(RULES)) == len(RULES) == 6
    assert MADE_BY == "rules-1"


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
    assert suspected_noise >= 45


def seed_labels(shared: Path) -> dict[str, list[bool]]:
    labels: dict[str, list[bool]] = {}
    rows = (shared / "seeds/paragraph_labels.jsonl").read_text(encoding="utf-8").split("\n")
    for row in map(json.loads, filter(None, rows)):
        labels.setdefault(row["file"], []).append(row["is_boilerplate"])
    return labels
