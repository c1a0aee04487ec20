"""The codebook that every new project starts with is the one of the design."""

import json
from pathlib import Path

import pytest

from annotator.domain.answers import problems
from annotator.domain.codebook import Codebook, Item, Label
from tests.domain.codebooks import default_codebook

STANCES = ["-2", "-1", "0", "both_sides", "1", "2"]
FRAMES = [
    "economic",
    "capacity",
    "morality",
    "fairness",
    "legality",
    "policy",
    "crime",
    "security",
    "health",
    "quality_of_life",
    "cultural_identity",
    "public_opinion",
    "political",
    "partnership",
    "rivalry",
    "world_order",
    "reputation",
    "other",
]
NOISE_TYPES = [
    "navigation",
    "widget",
    "banner",
    "byline",
    "author_bio",
    "metadata",
    "caption",
    "teaser",
    "cross_link",
    "poll",
    "repeat",
    "credits",
    "download",
    "other",
]
GOLD = Path(__file__).resolve().parents[2] / "annotator" / "sample" / "gold.jsonl"


@pytest.fixture(scope="module")
def made() -> Codebook:
    return default_codebook()


def test_it_asks_of_a_paragraph_noise_first(made: Codebook) -> None:
    assert [q.code for q in made.expanded("paragraph")] == [
        "content",
        "noise_type",
        "part",
        "frames",
        "targets",
        "stance.russia",
        "stance.china",
        "stance.west",
        "stance.ukraine",
        "attribution",
        "confidence",
    ]


def test_it_asks_of_a_document(made: Codebook) -> None:
    assert [q.code for q in made.expanded("document", blind=True)] == [
        "primary_frame",
        "genre",
        "overall_stance.russia",
        "overall_stance.china",
        "overall_stance.west",
        "overall_stance.ukraine",
        "recognised",
    ]


def test_it_asks_of_a_source_each_question_with_evidence_and_date(made: Codebook) -> None:
    asked = made.expanded("source")
    judged = [q.code for q in asked if q.detail_of is None]

    assert judged[-4:] == ["reliability", "funding", "governance", "editorial_control"]
    assert len(judged) == 13
    assert [q.code for q in asked if q.detail_of is not None] == [
        f"{code}.{detail}" for code in judged for detail in ("evidence", "as_of")
    ]


@pytest.mark.parametrize(
    ("code", "labels"),
    [
        ("content", ["main", "boilerplate", "mixed"]),
        ("noise_type", NOISE_TYPES),
        ("part", ["headline", "standfirst", "body", "pull_quote"]),
        ("frames", FRAMES),
        ("primary_frame", FRAMES),
        ("targets", ["russia", "china", "west", "ukraine"]),
        ("stance.west", STANCES),
        ("overall_stance.west", [*STANCES, "not_addressed"]),
        ("attribution", ["own", "reported", "distanced", "endorsed"]),
        ("confidence", ["1", "2", "3"]),
        ("recognised", ["no", "guessed", "knew"]),
        ("marks_ads", ["yes", "no", "cannot_tell"]),
        ("reliability", list("abcdef")),
        ("funding", ["independent", "influenced", "controlled", "cannot_tell"]),
    ],
)
def test_its_labels_are_those_of_the_design(made: Codebook, code: str, labels: list[str]) -> None:
    assert list(made.question(code).label_codes) == labels


@pytest.mark.parametrize(
    "code", ["content", "noise_type", "frames", "stance.russia", "attribution"]
)
def test_the_labels_that_matter_are_defined_with_two_examples(made: Codebook, code: str) -> None:
    for each in made.question(code).labels:
        assert each.definition_in("en"), each.code
        assert each.example.positive, each.code
        assert each.example.negative, each.code


def test_every_question_and_label_has_an_english_and_a_russian_name(made: Codebook) -> None:
    for asked in made.asked.values():
        assert list(asked.name) == ["en", "ru"]
        assert all(list(each.name) == ["en", "ru"] for each in asked.labels)
    assert made.question("stance.west").name_in("ru").endswith("Запад")


def test_every_label_on_the_labelling_page_has_a_key(made: Codebook) -> None:
    for asked in (*made.expanded("paragraph"), *made.expanded("document", blind=True)):
        keys = [each.key for each in asked.labels]
        assert None not in keys, asked.code
        assert len(set(keys)) == len(keys), asked.code


def test_the_gate_has_the_keys_of_the_design(made: Codebook) -> None:
    keys: list[tuple[str, str | None]] = [(e.code, e.key) for e in made.question("content").labels]

    assert keys == [("main", "m"), ("boilerplate", "b"), ("mixed", "x")]


def test_international_frames_roll_up_to_one(made: Codebook) -> None:
    coarser = made.question("frames").coarser

    external = [code for code, coarse in coarser.items() if coarse == "external"]
    assert external == ["partnership", "rivalry", "world_order", "reputation"]


def test_stances_roll_up_to_three_and_two_of_them_share_a_rank(made: Codebook) -> None:
    asked = made.question("stance.china")

    assert list(asked.coarser.values()) == ["against"] * 2 + ["neutral"] * 2 + ["for"] * 2
    ranks = dict(made.ranks(asked))
    assert ranks["0"] == ranks["both_sides"] == 3


def test_a_is_the_best_grade_and_f_is_none(made: Codebook) -> None:
    ranks = dict(made.ranks("reliability"))

    assert max(ranks, key=ranks.__getitem__) == "a"
    assert "f" not in ranks
    assert made.question("reliability").missing_codes == {"f"}


def test_what_is_ready_but_off_can_be_switched_on() -> None:
    content = json.loads(default_codebook().canonical_json)
    for written in content["questions"]:
        written.pop("enabled", None)
    for item in content["lists"]["targets"]:
        item.pop("enabled", None)
    made = Codebook.model_validate(content)

    targets = [item.code for item in made.lists["targets"]]
    assert targets[4:] == ["russia_china_partnership", "nato", "united_states", "eu"]
    assert [q.target for q in made.expanded("paragraph") if q.base == "cited"] == targets
    assert made.question("credibility.claim").required


def test_targets_have_aliases_in_the_languages_of_the_texts(made: Codebook) -> None:
    for item in made.enabled_items("targets"):
        assert isinstance(item, Item)
        assert isinstance(item, Label)
        assert set(item.aliases) == {"en", "ru", "ro", "lt", "zh"}


def test_only_a_few_answers_stay_out_of_agreement(made: Codebook) -> None:
    out = {q.code for q in made.asked.values() if not q.agreement and q.scale != "text"}

    assert out == {"confidence", "recognised"}


def test_boilerplate_is_asked_for_its_type_only(made: Codebook) -> None:
    open_to_noise = [
        q.code
        for q in made.expanded("paragraph")
        if all("boilerplate" in c.labels for c in made.gate_of(q) if c.question == "content")
    ]

    assert open_to_noise == ["content", "noise_type"]


def test_the_authors_gold_of_the_sample_fits(made: Codebook) -> None:
    if not GOLD.is_file():
        pytest.skip("the sample project is not there")
    for line in GOLD.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        scope = "source" if "source" in row else "document" if "document" in row else "paragraph"
        assert problems(made, scope, row["answers"]) == {}, line
