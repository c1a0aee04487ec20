from dataclasses import replace

import numpy as np
import pytest

from annotator.domain.certainty import Competence, Mistake, wilson
from annotator.domain.certainty.competence import _largest
from annotator.domain.exclusions import WHY
from tests.domain.certainty.tables import Row, coins, drawn, lines, question

MANY = drawn(coins([0.95, 0.8, 0.65, 0.5, 0.9], 3), items=600, seed=0).rows


def by_name(found: list[Competence]) -> dict[str, Competence]:
    return {one.annotator: one for one in found}


def test_everybody_is_listed_with_the_number_of_their_labels() -> None:
    found = question([row for row in MANY if row[1] != 3], labels=("a", "b", "c")).competence
    assert [(one.annotator, one.labels, one.why) for one in found] == [
        ("ann", 600, None),
        ("bob", 600, None),
        ("cat", 600, None),
        ("dan", 0, "no_labels"),
        ("eve", 600, None),
    ]


def test_the_value_is_that_of_the_chosen_model_and_lies_in_its_interval() -> None:
    found = question(MANY, labels=("a", "b", "c"))
    assert found.choice.model == "dawid_skene"
    for one, value in zip(found.competence, found.models["dawid_skene"].competence, strict=True):
        assert one.value == pytest.approx(value)
        assert one.low is not None
        assert one.high is not None
        assert one.value is not None
        assert 0 <= one.low < one.value < one.high <= 1
        assert one.method is not None
        assert one.method.startswith("Wilson interval, ")


def test_without_intervals_the_values_are_the_same_and_the_reason_is_given() -> None:
    found = question(MANY, labels=("a", "b", "c"))
    plain = replace(found, intervals=False)
    assert [one.value for one in plain.competence] == [one.value for one in found.competence]
    for one in plain.competence:
        assert (one.low, one.high, one.method) == (None, None, None)
        assert one.why == ("no_bootstrap" if one.labels else "no_labels")


def test_the_interval_holds_the_accuracy_that_was_drawn_from() -> None:
    truth = [0.9, 0.75, 0.6, 0.85]
    hits = 0
    for seed in range(15):
        rows = drawn(coins(truth, 2), items=200, seed=seed).rows
        found = question(rows, labels=("a", "b"), raters=("a", "b", "c", "d")).competence
        hits += sum(
            one.low <= value <= one.high
            for one, value in zip(found, truth, strict=True)
            if one.low is not None and one.high is not None
        )
    assert 54 <= hits <= 60


def test_labels_of_one_document_that_stand_or_fall_together_widen_the_interval() -> None:
    rows: list[Row] = []
    chance = np.random.default_rng(0)
    for document in range(60):
        wrong = chance.random() < 0.2
        for item in range(10 * document, 10 * document + 10):
            rows += [(item, 0, (item + wrong) % 2), (item, 1, item % 2), (item, 2, item % 2)]
    names = ("ann", "bob", "cat")
    units = np.arange(600) // 10
    apart = by_name(question(rows, labels=("a", "b"), raters=names).competence)["ann"]
    joined = by_name(question(rows, labels=("a", "b"), raters=names, units=units).competence)["ann"]
    assert joined.value == apart.value
    assert joined.high is not None
    assert joined.low is not None
    assert apart.high is not None
    assert apart.low is not None
    assert joined.high - joined.low > 2 * (apart.high - apart.low)
    assert joined.method is not None
    assert joined.method.endswith("in 60 documents")


def test_below_twenty_documents_there_is_no_interval() -> None:
    rows = drawn(coins([0.9, 0.8, 0.7], 2), items=100, seed=0).rows
    names = ("ann", "bob", "cat")
    for units in (np.arange(100) // 6, np.arange(100) // 5):
        found = question(rows, labels=("a", "b"), raters=names, units=units).competence
        withheld = len(set(units.tolist())) < 20
        assert [one.why for one in found] == ["too_few_documents" if withheld else None] * 3
        assert all((one.low is None) == withheld for one in found)
        assert all(one.value is not None for one in found)


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        (lines("abab"), "one_rater"),
        (lines("aaaa", "aaaa"), "single_category"),
        (lines("ab..", "..ab"), "no_pairable_items"),
        (lines("abab", "abab"), "too_few_documents"),
    ],
)
def test_what_cannot_be_said_is_none_with_a_reason(rows: list[Row], why: str) -> None:
    found = question(rows, labels=("a", "b")).competence
    assert found[0].why == why
    assert why in WHY
    assert (found[0].value is None) == (why != "too_few_documents")
    assert found[0].low is None


def test_by_the_vote_competence_is_how_often_the_others_say_the_same() -> None:
    found = question(lines("aabb.", "aabba", "abab."), labels=("a", "b"), raters=("x", "y", "z"))
    assert [one.value for one in found.competence] == [0.75, 0.75, 0.5]
    assert [(one.labels, one.shared) for one in found.competence] == [(4, 4), (5, 4), (4, 4)]


def test_the_largest_confusion_names_both_labels_and_how_often() -> None:
    confusion = np.repeat(np.eye(3)[None], 3, axis=0) * 0.9 + 0.1 / 3
    confusion[0, 2] = [0.1, 0.5, 0.4]
    rows = drawn(confusion, items=900, seed=1).rows
    found = question(rows, labels=("for", "neutral", "against"), raters=("ann", "bob", "cat"))
    mistake = found.competence[0].confusion
    assert mistake is not None
    assert (mistake.given, mistake.likely) == ("neutral", "against")
    assert mistake.share == pytest.approx(0.5, abs=0.08)
    assert mistake.of == pytest.approx(300, abs=40)
    assert mistake.words().startswith("said “neutral” on ")


@pytest.mark.parametrize(
    ("times", "words"),
    [
        (0.5, None),
        (0.50001, "said “y” on 1 of the 3 items that are likely “x” (20 %)"),
        (2.5, "said “y” on 3 of the 5 items that are likely “x” (56 %)"),
    ],
)
def test_a_confusion_is_named_only_where_it_rounds_to_a_label(
    times: float, words: str | None
) -> None:
    found = _largest(np.array([[2.0, times], [0.1, 3.0]]), ("x", "y"))
    assert (found and found.words()) == words


def test_halves_of_both_numbers_are_rounded_up() -> None:
    said = Mistake("y", "x", 0.5, 0.5).words()
    assert said == "said “y” on the one item that is likely “x” (100 %)"


def test_an_annotator_who_differs_from_nobody_has_no_confusion() -> None:
    rows = lines("abab", "abab", "abab")
    assert question(rows, labels=("a", "b")).competence[0].confusion is None


def test_the_commonest_label_shows_who_always_says_the_same() -> None:
    found = question(lines("aaaa", "abba", "abab"), labels=("a", "b")).competence
    assert [(one.commonest, one.commonest_share) for one in found[:3]] == [
        ("a", 1.0),
        ("a", 0.5),
        ("a", 0.5),
    ]
    assert found[3].commonest is None


def test_a_wilson_interval_needs_a_trial() -> None:
    with pytest.raises(ValueError, match="at least one"):
        wilson(0.5, 0)


def test_a_mistake_on_half_an_item_is_none() -> None:
    # Of two labels of an item, each is as likely as the other.
    found = question(lines("ac", "bd"), labels=("a", "b", "c", "d"), raters=("x", "y"))
    assert [each.confusion for each in found.competence] == [None, None]
