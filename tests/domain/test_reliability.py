import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.codebook import Codebook
from annotator.domain.reliability import WeightedShare, criteria, weighted_share
from tests.domain.codebooks import codebook, default_codebook, label, question

NINE = [
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


def criterion(code: str, weight: float, **given: object) -> dict[str, object]:
    labels = [label("yes"), label("no"), label("cannot_tell", missing=True)]
    return question(code, scope="source", labels=labels, weight=weight, **given)


def two() -> Codebook:
    return codebook(criterion("cites", 3), criterion("hides", 1, reversed=True))


def test_a_pass_counts_by_its_weight() -> None:
    assert weighted_share(two(), {"cites": ["yes"], "hides": ["yes"]}) == WeightedShare(3, 4, ())
    assert weighted_share(two(), {"cites": ["no"], "hides": ["no"]}) == WeightedShare(1, 4, ())


def test_no_is_the_pass_of_a_reversed_criterion() -> None:
    assert weighted_share(two(), {"cites": ["yes"], "hides": ["no"]}).share == 1.0


def test_what_cannot_be_told_leaves_both_sums_and_is_named() -> None:
    share = weighted_share(two(), {"cites": ["cannot_tell"], "hides": ["no"]})

    assert share == WeightedShare(1, 1, ("cites",))
    assert share.share == 1.0


def test_an_open_criterion_leaves_both_sums_too() -> None:
    assert weighted_share(two(), {"hides": ["yes"]}) == WeightedShare(0, 1, ("cites",))


def test_there_is_no_share_when_nothing_could_be_judged() -> None:
    nothing = weighted_share(two(), {"cites": ["cannot_tell"]})

    assert nothing.share is None
    assert nothing.unjudged == ("cites", "hides")


def test_there_is_no_share_without_criteria() -> None:
    assert weighted_share(codebook(question("content", "main")), {}).share is None


def test_the_default_codebook_has_nine_criteria_and_yes_is_always_the_pass() -> None:
    made = default_codebook()

    assert [q.code for q in criteria(made)] == NINE
    assert weighted_share(made, {code: ["yes"] for code in NINE}).share == 1.0
    assert weighted_share(made, {code: ["no"] for code in NINE}).share == 0.0


def test_grades_and_state_influence_do_not_count() -> None:
    grades = {"reliability": ["e"], "funding": ["controlled"]}

    assert weighted_share(default_codebook(), grades).total == 0


@given(st.dictionaries(st.sampled_from(NINE), st.sampled_from(["yes", "no", "cannot_tell"])))
def test_the_share_lies_between_nought_and_one(answers: dict[str, str]) -> None:
    lists = {code: [answer] for code, answer in answers.items()}

    share = weighted_share(default_codebook(), lists)

    judged = {code for code, answer in answers.items() if answer != "cannot_tell"}
    assert set(share.unjudged) == set(NINE) - judged
    assert (share.share is None) == (not judged)
    assert 0 <= share.passes <= share.total


@given(st.floats(0.1, 10), st.floats(0.1, 10))
def test_only_the_proportion_of_weights_matters(first: float, second: float) -> None:
    answers = {"a": ["yes"], "b": ["no"]}
    once = codebook(criterion("a", first), criterion("b", second))
    twice = codebook(criterion("a", 2 * first), criterion("b", 2 * second))

    assert weighted_share(once, answers).share == pytest.approx(
        weighted_share(twice, answers).share
    )
