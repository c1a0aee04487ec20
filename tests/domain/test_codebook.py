import copy
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from annotator.domain.codebook import FIXED_KEYS, Codebook, Condition, in_language
from annotator.errors import NotFound
from tests.domain.codebooks import codebook, default_codebook, label, question

TARGETS = {
    "targets": [
        label("russia", name={"en": "Russia", "ru": "Россия"}),
        label("nato", enabled=False),
        label("china"),
    ]
}


def stances(**given: object) -> Codebook:
    """content -> targets -> stance for each target."""
    return codebook(
        question("content", "main", "boilerplate"),
        question("targets", scale="set", labels_from="targets", show_if={"content": "main"}),
        question(
            "stance",
            scale="ordinal",
            for_each="targets",
            show_if={"targets": "$target"},
            labels=[label("-1", value=-1), label("1", value=1)],
            **given,
        ),
        lists=TARGETS,
    )


def test_it_expands_a_repeated_question_over_the_items_that_are_on() -> None:
    codes = [q.code for q in stances().expanded("paragraph")]

    assert codes == ["content", "targets", "stance.russia", "stance.china"]


def test_it_knows_the_names_of_its_targets_in_all_languages() -> None:
    assert set(stances().target_names) == {
        "Russia",
        "Россия",
        *stances().lists["targets"][2].name.values(),
    }
    assert codebook(question("content", "main")).target_names == ()


def test_items_with_aliases_are_targets_even_if_nothing_is_repeated_over_them() -> None:
    named = codebook(
        question("targets", scale="set", labels_from="targets"),
        lists={"targets": [label("china", aliases={"en": ["Beijing"]}), label("other")]},
    )
    assert "Beijing" in named.target_names
    assert named.lists["targets"][1].name["en"] not in named.target_names


def test_the_default_codebook_keeps_the_aliases_of_the_targets_in_use() -> None:
    names = default_codebook().target_names
    assert {"Kremlin", "Кремль", "Beijing", "Украина"} <= set(names)
    assert "NATO" not in names


def test_it_tells_of_each_copy_what_it_is_for() -> None:
    asked = stances().question("stance.china")

    assert (asked.base, asked.target, asked.for_each) == ("stance", "china", "targets")
    assert stances().question("content").target is None


def test_it_names_each_copy_by_its_item_in_each_language() -> None:
    made = stances(name={"en": "Stance on {target}", "ru": "О стране {target}"})

    # The codebook knows English only, so that the Russian name is not taken over.
    assert made.question("stance.russia").name == {"en": "Stance on Russia"}


def test_it_puts_the_item_behind_a_name_without_a_place_for_it() -> None:
    assert stances().question("stance.russia").name_in("en") == "Stance: Russia"


def test_it_takes_labels_from_a_list_before_the_questions_own() -> None:
    made = codebook(question("who", "nobody", scale="set", labels_from="targets"), lists=TARGETS)

    assert made.question("who").label_codes == ("russia", "china", "nobody")


def test_it_asks_only_what_is_marked_in_a_cleanup_round() -> None:
    made = codebook(question("content", "main", cleanup=True), question("part", "body"))

    assert [q.code for q in made.expanded("paragraph", kind="cleanup")] == ["content"]
    assert len(made.expanded("paragraph", kind="training")) == 2


def test_it_asks_about_recognition_only_where_sources_are_hidden() -> None:
    made = codebook(question("recognised", "no", scope="document", only_blind=True))

    assert made.expanded("document") == ()
    assert [q.code for q in made.expanded("document", blind=True)] == ["recognised"]


def test_it_keeps_scopes_apart() -> None:
    made = codebook(question("content", "main"), question("genre", "satire", scope="document"))

    assert [q.code for q in made.expanded("document")] == ["genre"]
    assert made.expanded("source") == ()


def test_it_leaves_out_a_question_that_is_off() -> None:
    made = codebook(question("content", "main"), question("cited", "own", enabled=False))

    assert [q.code for q in made.expanded("paragraph")] == ["content"]
    with pytest.raises(NotFound, match="no question “cited”"):
        made.question("cited")


def test_it_names_its_questions_when_asked_for_another() -> None:
    with pytest.raises(NotFound, match=r"its questions are content, targets, stance\.russia"):
        stances().question("stance")


def test_it_follows_a_question_with_its_details() -> None:
    made = codebook(
        question("owner", "yes", "no", scope="source", details=["evidence"]),
        details={"evidence": {"name": {"en": "Link"}, "format": "link"}},
    )

    detail = made.question("owner.evidence")

    assert [q.code for q in made.expanded("source")] == ["owner", "owner.evidence"]
    assert (detail.scale, detail.format, detail.detail_of) == ("text", "link", "owner")
    assert not detail.required
    assert not detail.agreement
    assert detail.show_if == (Condition(question="owner", labels=("yes", "no")),)


def test_it_keeps_texts_out_of_agreement() -> None:
    made = codebook(question("why", scale="text"))

    assert not made.question("why").agreement


def test_it_reads_any_as_every_label() -> None:
    made = codebook(
        question("targets", "a", "b", scale="set"),
        question("words", "own", show_if={"targets": "any"}),
    )

    assert made.question("words").show_if == (Condition(question="targets", labels=("a", "b")),)


def test_it_gives_the_whole_gate_from_the_outside_inwards() -> None:
    gate = stances().gate_of("stance.china")

    assert gate == (
        Condition(question="content", labels=("main",)),
        Condition(question="targets", labels=("china",)),
    )


def test_it_gives_each_condition_of_a_gate_once() -> None:
    made = codebook(
        question("content", "main"),
        question("a", "x", show_if={"content": "main"}),
        question("b", "x", show_if={"content": "main", "a": "x"}),
    )

    assert [c.question for c in made.gate_of("b")] == ["content", "a"]


def test_it_gives_no_gate_to_a_question_that_is_always_asked() -> None:
    made = stances()

    assert made.gate_of(made.question("content")) == ()


def test_it_ranks_equal_values_equally_and_missing_labels_not() -> None:
    labels = [
        label("0", value=0),
        label("both", value=0),
        label("1", value=7.5),
        label("-1", value=-3),
        label("unclear", missing=True, value=9),
    ]
    made = codebook(question("stance", scale="ordinal", labels=labels))

    assert made.ranks("stance") == [("-1", 1), ("0", 2), ("both", 2), ("1", 3)]


def test_it_ranks_nothing_on_a_nominal_scale() -> None:
    made = stances()

    assert made.ranks("content") == []


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=8))
def test_ranks_depend_on_the_order_of_values_only(values: list[float]) -> None:
    labels = [label(f"l{n}", value=value) for n, value in enumerate(values)]
    made = codebook(question("q", scale="ordinal", labels=labels))

    rank_of = dict(made.ranks("q"))

    assert sorted(set(rank_of.values())) == list(range(1, len(set(values)) + 1))
    for n, a in enumerate(values):
        for m, b in enumerate(values):
            assert (a < b) == (rank_of[f"l{n}"] < rank_of[f"l{m}"])


def test_it_knows_which_labels_are_missing_and_which_roll_up() -> None:
    labels = [label("-2", rollup="against"), label("0"), label("unclear", missing=True)]
    asked = codebook(question("q", labels=labels)).question("q")

    assert asked.missing_codes == {"unclear"}
    assert asked.coarser == {"-2": "against", "0": "0", "unclear": "unclear"}
    assert list(asked.by_code) == ["-2", "0", "unclear"]


@pytest.mark.parametrize(
    ("lang", "text"), [("en", "West"), ("ru", "Запад"), ("ru-RU", "Запад"), ("ro", "West")]
)
def test_it_falls_back_to_the_first_language(lang: str, text: str) -> None:
    assert in_language({"en": "West", "ru": "Запад"}, lang) == text


def test_it_falls_back_to_nothing_where_nothing_is_written() -> None:
    assert in_language({}, "en") == ""


def test_the_first_language_is_the_codebooks_and_not_the_first_written() -> None:
    names = {"ru": "Запад", "en": "West"}
    made = codebook(
        question("q", name=names, help=names, labels=[label("west", name=names)]),
        languages=["en", "ru"],
    )

    assert made.question("q").name_in("fr") == "West"
    assert made.question("q").help_in("fr") == "West"
    assert made.question("q").labels[0].name_in("fr") == "West"


def test_definitions_fall_back_too() -> None:
    made = codebook(question("q", labels=[label("west", definition={"en": "Named so."})]))

    assert made.question("q").labels[0].definition_in("ru") == "Named so."


def test_it_comes_back_from_its_canonical_form_with_the_same_hash() -> None:
    made = default_codebook()

    again = Codebook.model_validate_json(made.canonical_json)

    assert again == made
    assert again.content_hash == made.content_hash
    assert again.expanded("paragraph") == made.expanded("paragraph")


def test_the_hash_does_not_depend_on_the_order_of_keys_or_on_defaults() -> None:
    one = question("content", "main")
    other = dict(reversed(list((one | {"required": True, "spans": "none"}).items())))

    assert codebook(one).content_hash == codebook(other).content_hash


@pytest.mark.parametrize(
    "change",
    [
        {"name": {"en": "Another name"}},
        {"required": False},
        {"code": "contents"},
        {"labels": [label("main"), label("mixed")]},
    ],
)
def test_the_hash_changes_with_everything_a_lead_can_change(change: dict[str, object]) -> None:
    one = question("content", "main")

    assert codebook(one).content_hash != codebook(one | change).content_hash


def test_the_hash_is_a_sha256_in_hexadecimal() -> None:
    digits = default_codebook().content_hash

    assert len(digits) == 64
    assert set(digits) <= set("0123456789abcdef")


def test_nobody_changes_a_codebook() -> None:
    made = codebook(question("content", "main"))

    with pytest.raises(ValidationError, match="frozen"):
        made.code = "other"  # type: ignore[misc]
    with pytest.raises(ValidationError, match="frozen"):
        made.question("content").required = False  # type: ignore[misc]


def test_reading_the_questions_leaves_codebooks_equal() -> None:
    one, other = stances(), stances()

    one.expanded("paragraph")

    assert one == other


def test_it_refuses_what_is_not_in_the_shape() -> None:
    with pytest.raises(ValidationError, match="Extra inputs"):
        codebook(question("content", "main", colour="red"))


def test_expanding_again_costs_next_to_nothing() -> None:
    made = default_codebook()
    made.expanded("paragraph")

    start = time.perf_counter()
    for _ in range(1000):
        made.expanded("paragraph", kind="main", blind=True)

    # A lookup takes under a microsecond; making the questions anew takes a millisecond.
    assert time.perf_counter() - start < 0.5


def test_the_pages_own_keys_are_those_of_the_design() -> None:
    assert {"u", "s", "f", "h", "n", "[", "]", "?"} == FIXED_KEYS


def test_its_canonical_form_is_plain_json_that_keeps_codes_as_text() -> None:
    content = json.loads(default_codebook().canonical_json)
    stance_codes = [item["code"] for item in content["lists"]["stances"]]

    assert stance_codes == ["-2", "-1", "0", "both_sides", "1", "2"]


def test_a_copy_of_the_codebook_expands_alike() -> None:
    made = stances()

    assert copy.deepcopy(made).expanded("paragraph") == made.expanded("paragraph")
