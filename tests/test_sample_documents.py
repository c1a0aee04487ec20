"""The sample project's texts, its gold and the codebook fit each other."""

import re
import tomllib
import unicodedata
from collections import Counter
from datetime import date

import pytest

from annotator import paths
from annotator.domain.answers import problems
from annotator.domain.codebook_file import parse
from annotator.domain.segmentation import segment
from tests.sample_reading import (
    DOCUMENTS,
    SAMPLE,
    all_lines,
    document_gold,
    files,
    labelled,
    lines_of,
    paragraph_gold,
    prose,
    rows_of,
    sources,
    text_of,
    words,
)

CODES = """
content: main boilerplate mixed
noise_type: navigation widget banner byline author_bio metadata caption teaser cross_link poll \
repeat credits download other
part: headline standfirst body pull_quote
frames: economic capacity morality fairness legality policy crime security health quality_of_life \
cultural_identity public_opinion political other partnership rivalry world_order reputation
targets: russia china west ukraine
stance: -2 -1 0 both_sides 1 2
attribution: own reported distanced endorsed
genre: reporting opinion analysis official press_release satire
criterion: yes no cannot_tell
reliability: a b c d e f
influence: independent influenced controlled cannot_tell
"""
ALLOWED = {
    question: set(codes.split())
    for question, codes in (line.split(": ") for line in CODES.strip().splitlines())
}
TARGETS = sorted(ALLOWED["targets"])
CRITERIA = [
    "no_false_reports",
    "cites_sources",
    "shows_corrections",
    "marks_opinion",
    "headlines_fit",
    "names_owner",
    "marks_ads",
    "names_editors",
    "names_authors",
]
INFLUENCES = ["funding", "governance", "editorial_control"]


# ---- files --------------------------------------------------------------------------------------
def test_it_lists_every_text_once_and_no_other() -> None:
    on_disk = {
        path.relative_to(DOCUMENTS).as_posix() for path in DOCUMENTS.rglob("*") if path.is_file()
    }
    assert len(files()) == len(set(files())) == 24
    assert set(files()) == on_disk


@pytest.mark.parametrize("file", files())
def test_a_text_is_utf_8_with_plain_newlines_and_no_byte_order_mark(file: str) -> None:
    text = text_of(file)
    assert not text.startswith("\ufeff")
    assert text.splitlines() == text.removesuffix("\n").split("\n")
    assert "\r" not in text
    assert "\ufffd" not in text


@pytest.mark.parametrize("file", files())
def test_a_document_has_eight_to_twenty_paragraphs(file: str) -> None:
    assert 8 <= len(lines_of(file)) <= 20


def test_it_has_about_three_hundred_paragraphs() -> None:
    assert 285 <= len(all_lines()) <= 320


def test_it_has_four_outlets_in_three_languages_with_six_documents_each() -> None:
    lang = {source["name"]: source["lang"] for source in sources()}
    assert sorted(lang.values()) == ["en", "en", "ro", "ru"]
    assert Counter(row["source"] for row in rows_of("documents.jsonl")) == dict.fromkeys(lang, 6)
    assert all(row["lang"] == lang[row["source"]] for row in rows_of("documents.jsonl"))


def test_a_source_has_what_masking_needs_and_a_reserved_domain() -> None:
    for source in sources():
        assert set(source) == {"name", "slug", "domain", "aliases", "lang", "about"}
        assert source["domain"] == f"{source['slug']}.example"
        assert source["domain"] in source["aliases"]
        assert source["about"].startswith("Fictional.")
    assert len({source["slug"] for source in sources()}) == 4


def test_a_document_names_its_source_url_byline_and_date() -> None:
    by_name = {source["name"]: source for source in sources()}
    keys = {"file", "source", "title", "url", "byline", "published_on", "lang"}
    for row in rows_of("documents.jsonl"):
        source = by_name[row["source"]]
        assert set(row) == keys
        assert row["file"].startswith(f"{source['slug']}/")
        assert row["url"].startswith(f"https://{source['domain']}/")
        assert row["title"]
        assert row["byline"] is None or row["byline"]
        assert date(2024, 1, 1) <= date.fromisoformat(row["published_on"]) <= date(2025, 12, 31)
    assert len({row["url"] for row in rows_of("documents.jsonl")}) == 24


def test_a_byline_stands_in_its_document() -> None:
    for row in rows_of("documents.jsonl"):
        for name in re.split(", | and ", row["byline"] or ""):
            assert name in text_of(row["file"])


@pytest.mark.parametrize("file", files())
def test_a_text_is_in_the_script_of_its_language(file: str) -> None:
    lang = next(row["lang"] for row in rows_of("documents.jsonl") if row["file"] == file)
    letters = [unicodedata.name(letter) for letter in text_of(file) if letter.isalpha()]
    cyrillic = sum(name.startswith("CYRILLIC") for name in letters) / len(letters)
    assert cyrillic > 0.97 if lang == "ru" else cyrillic < 0.02


# ---- gold against texts -------------------------------------------------------------------------
def test_gold_covers_every_paragraph_in_order_then_the_document_then_the_sources() -> None:
    expected: list[tuple[str, int | str]] = []
    for file in files():
        expected += [(file, position) for position in range(len(lines_of(file)))]
        expected.append((file, "document"))
    expected += [(source["name"], "source") for source in sources()]
    found = [
        (row["source"], "source")
        if "source" in row
        else (row["file"], row.get("position", "document"))
        for row in rows_of("gold.jsonl")
    ]
    assert found == expected


def test_a_guard_is_the_first_thirty_characters_of_its_paragraph() -> None:
    for row in paragraph_gold():
        assert row["text"] == lines_of(row["file"])[row["position"]][:30]


@pytest.mark.parametrize("file", files())
def test_the_program_cuts_a_text_at_the_positions_of_gold(file: str) -> None:
    assert [piece.text for piece in segment(text_of(file)).pieces] == lines_of(file)


def test_a_body_paragraph_has_25_to_90_words() -> None:
    bodies = [text for _, text, answers in prose() if answers.get("part") in (None, ["body"])]
    assert len(bodies) >= 120
    assert all(25 <= words(text) <= 90 for text in bodies)


# ---- gold against the codebook ------------------------------------------------------------------
def test_boilerplate_is_asked_for_nothing_but_its_type() -> None:
    for _, _, answers in labelled():
        if answers["content"] == ["boilerplate"]:
            assert set(answers) == {"content", "noise_type"}
        assert ("noise_type" in answers) == (answers["content"] != ["main"])


def test_prose_has_frames_targets_and_a_stance_for_every_target() -> None:
    for _, _, answers in prose():
        always = {"content", "frames", "targets"}
        stances = {f"stance.{target}" for target in answers["targets"]}
        attribution = {"attribution"} if answers["targets"] else set()
        optional = {"noise_type"} if answers["content"] == ["mixed"] else set()
        assert set(answers) - {"part"} == always | stances | attribution | optional


def test_the_shipped_codebook_takes_every_gold_answer() -> None:
    file = paths.schema() / "codebooks" / "framing-stance-noise.yaml"
    codebook = parse(file.read_text("utf-8"), name=file.name)
    for row in rows_of("gold.jsonl"):
        scope = "paragraph" if "position" in row else "document" if "document" in row else "source"
        assert problems(codebook, scope, row["answers"]) == {}


def test_every_paragraph_code_is_of_the_codebook() -> None:
    for row in paragraph_gold():
        for question, codes in row["answers"].items():
            assert set(codes) <= ALLOWED[question.split(".")[0]]
            assert len(codes) == len(set(codes))
            assert len(codes) == 1 or question in ("frames", "targets")


def test_a_document_has_a_frame_a_genre_and_a_stance_for_every_target() -> None:
    questions = {"primary_frame", "genre"} | {f"overall_stance.{target}" for target in TARGETS}
    assert set(document_gold()) == set(files())
    for answers in document_gold().values():
        assert set(answers) == questions
        assert all(len(codes) == 1 for codes in answers.values())
        assert answers["primary_frame"][0] in ALLOWED["frames"]
        assert answers["genre"][0] in ALLOWED["genre"]
        for target in TARGETS:
            assert answers[f"overall_stance.{target}"][0] in ALLOWED["stance"] | {"not_addressed"}


@pytest.mark.parametrize("file", files())
def test_a_document_agrees_with_its_paragraphs(file: str) -> None:
    own = [answers for of, _, answers in prose() if of == file]
    overall = document_gold()[file]
    assert any(overall["primary_frame"][0] in answers["frames"] for answers in own)
    for target in TARGETS:
        taken_up = any(target in answers["targets"] for answers in own)
        assert taken_up == (overall[f"overall_stance.{target}"] != ["not_addressed"])


def test_a_source_is_rated_on_every_criterion() -> None:
    rated = {row["source"]: row["answers"] for row in rows_of("gold.jsonl") if "source" in row}
    assert set(rated) == {source["name"] for source in sources()}
    for answers in rated.values():
        assert list(answers) == [*CRITERIA, "reliability", *INFLUENCES]
        assert all(len(codes) == 1 for codes in answers.values())
        assert {answers[code][0] for code in CRITERIA} <= ALLOWED["criterion"]
        assert answers["reliability"][0] in ALLOWED["reliability"]
        assert {answers[code][0] for code in INFLUENCES} <= ALLOWED["influence"]
    for answer in ALLOWED["criterion"] | ALLOWED["influence"]:
        assert any([answer] in answers.values() for answers in rated.values())


def test_a_later_copy_of_prose_is_a_repeat() -> None:
    for file in files():
        seen: set[str] = set()
        for of, text, answers in labelled():
            if of == file and text in seen:
                assert answers["noise_type"] in (["repeat"], ["widget"], ["caption"])
            if of == file and answers["content"] != ["boilerplate"]:
                assert text not in seen
            if of == file:
                seen.add(text)


# ---- spread -------------------------------------------------------------------------------------
def test_every_code_is_used() -> None:
    used: dict[str, Counter[str]] = {}
    for row in rows_of("gold.jsonl"):
        for question, codes in row["answers"].items():
            used.setdefault(question.split(".")[0], Counter()).update(codes)
    for question in ("noise_type", "part", "frames", "targets", "stance", "attribution", "genre"):
        assert set(used[question]) == ALLOWED[question]
    assert used["content"]["mixed"] >= 5
    assert min(used["stance"].values()) >= 5
    assert min(used["attribution"].values()) >= 5


def test_some_prose_has_no_frame_and_some_no_target() -> None:
    assert sum(not answers["frames"] for _, _, answers in prose()) >= 10
    assert sum(not answers["targets"] for _, _, answers in prose()) >= 10


def test_main_text_and_noise_are_both_far_from_rare() -> None:
    share = len(prose()) / len(all_lines())
    assert 0.4 < share < 0.7


def test_length_does_not_tell_noise_from_text() -> None:
    long_noise = [
        text
        for _, text, answers in labelled()
        if answers["content"] == ["boilerplate"] and words(text) >= 20
    ]
    assert len(long_noise) >= 15


# ---- the page that tells about it ---------------------------------------------------------------
def test_the_readme_says_that_all_is_invented_and_under_which_licence() -> None:
    readme = (SAMPLE / "README.md").read_text("utf-8")
    project = tomllib.loads((paths.CHECKOUT / "pyproject.toml").read_text("utf-8"))["project"]
    assert "Everything here is invented" in readme
    assert f"Licence: {project['license']}" in readme
    assert all(source["name"] in readme for source in sources())


def test_every_document_that_the_readme_points_to_exists() -> None:
    readme = (SAMPLE / "README.md").read_text("utf-8")
    starts = {file[: file.index("/") + 3] for file in files()}
    assert set(re.findall(r"[a-z-]+/\d\d(?=`)", readme)) <= starts
