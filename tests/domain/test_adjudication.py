"""What is disputed, what needs no person, and what follows from a decision: as pure values."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain import adjudication as settling
from annotator.domain.adjudication import VOID, Answer, Decision, Ruling, Votes
from annotator.domain.codebook_file import parse
from tests.small_codebook import SMALL

CODEBOOK = parse(SMALL, name="small.yaml")
QUESTIONS = tuple(q for q in CODEBOOK.expanded("paragraph") if q.agreement and q.scale != "text")
BY_CODE = {question.code: question for question in QUESTIONS}
SCORED = {question.code for question in QUESTIONS}
MAIN, BOILERPLATE = Ruling("decided", (("main",),)), Ruling("decided", (("boilerplate",),))

ANSWERS: dict[str, list[Answer]] = {
    "content": [("main",), ("boilerplate",)],
    "frames": [(), ("economic",), ("security", "economic")],
    "targets": [(), ("russia",), ("russia", "china")],
    "stance.russia": [("0",), ("1",), ("unclear",)],
    "stance.china": [("-1",), ("both_sides",)],
    "part": [("body",)],
}
VOTES = st.fixed_dictionaries(
    {
        code: st.dictionaries(st.integers(1, 3), st.sampled_from(answers), max_size=3)
        for code, answers in ANSWERS.items()
    }
)
GOLD = st.fixed_dictionaries(
    {},
    optional={
        code: st.one_of(
            st.sampled_from([VOID, Ruling("undecidable"), Ruling("codebook_unclear")]),
            st.lists(st.sampled_from(answers), min_size=1, max_size=2, unique=True).map(
                lambda chosen: Ruling("decided", tuple(chosen))
            ),
        )
        for code, answers in ANSWERS.items()
    },
)


def test_a_tally_puts_the_most_given_answer_first_and_breaks_ties_by_code_point() -> None:
    votes: Votes = {1: ("b",), 2: ("a",), 3: ("b",), 4: ()}
    assert settling.tally(votes) == [(("b",), (1, 3)), ((), (4,)), (("a",), (2,))]
    assert settling.tally({}) == []


@pytest.mark.parametrize(
    ("question", "gold", "gate"),
    [
        ("content", {}, "holds"),
        ("frames", {}, "open"),
        ("frames", {"content": MAIN}, "holds"),
        ("frames", {"content": BOILERPLATE}, "fails"),
        ("frames", {"content": Ruling("undecidable")}, "open"),
        ("frames", {"content": Ruling("codebook_unclear")}, "open"),
        ("frames", {"content": Ruling("decided", (("main",), ("boilerplate",)))}, "holds"),
        ("stance.china", {"targets": VOID}, "fails"),
        ("stance.china", {"targets": Ruling("decided", (("russia",),))}, "fails"),
        ("stance.china", {"targets": Ruling("decided", ((), ("russia", "china")))}, "holds"),
    ],
)
def test_a_gate_holds_if_one_right_answer_opens_it(
    question: str, gold: dict[str, Ruling], gate: str
) -> None:
    assert settling.gate_of(CODEBOOK.question(question), gold, SCORED) == gate


def test_a_gate_that_never_gets_gold_is_passed_over() -> None:
    frames = CODEBOOK.question("frames")
    assert settling.gate_of(frames, {"content": BOILERPLATE}, SCORED - {"content"}) == "holds"


@pytest.mark.parametrize(
    ("votes", "gold", "where"),
    [
        ({}, {"content": MAIN}, "unanswered"),
        ({1: ("economic",)}, {"content": MAIN}, "single"),
        ({1: ("economic",), 2: ("economic",)}, {"content": MAIN}, "unanimous"),
        ({1: ("economic",), 2: ("economic",)}, {}, "waiting"),
        ({1: ("economic",), 2: ()}, {}, "disputed"),
        ({1: ("economic",), 2: ()}, {"content": BOILERPLATE}, "void"),
        ({1: ("economic",), 2: ()}, {"frames": Ruling("undecidable")}, "settled"),
    ],
)
def test_a_question_stands_in_one_place(votes: Votes, gold: dict[str, Ruling], where: str) -> None:
    frames = CODEBOOK.question("frames")
    assert settling.standing(frames, votes, gold, SCORED) == where


def test_the_policy_goes_through_the_gates_in_one_pass() -> None:
    both: dict[str, Votes] = {
        "content": {1: ("main",), 2: ("main",)},
        "targets": {1: ("russia",), 2: ("russia",)},
        "stance.russia": {1: ("1",), 2: ("1",)},
        "frames": {1: (), 2: ("economic",)},
    }
    closing = settling.close(QUESTIONS, both, {})
    assert closing.rulings == {
        "content": MAIN,
        "targets": Ruling("decided", (("russia",),)),
        "stance.russia": Ruling("decided", (("1",),)),
        "stance.china": VOID,
    }
    assert closing.after == {
        "content": "settled",
        "frames": "disputed",
        "targets": "settled",
        "stance.russia": "settled",
        "stance.china": "settled",
        "part": "unanswered",
    }


@given(VOTES, GOLD)
def test_the_policy_settles_nothing_twice_and_nothing_that_is_disputed(
    votes: Mapping[str, Votes], gold: dict[str, Ruling]
) -> None:
    closing = settling.close(QUESTIONS, votes, gold)
    after = gold | closing.rulings
    for code in set(closing.rulings) & set(gold):
        # What was decided before its gate was does not apply by it.
        assert closing.rulings[code] == VOID
        assert settling.gate_of(BY_CODE[code], after, SCORED) == "fails"
    assert not settling.close(QUESTIONS, votes, after).rulings
    for code, ruling in closing.rulings.items():
        if ruling.state == "decided":
            assert len(votes[code]) > 1
            assert set(votes[code].values()) == set(ruling.alternatives)
    assert settling.disputed(QUESTIONS, votes, after) == tuple(
        code for code, where in closing.after.items() if where == "disputed"
    )


@given(VOTES, GOLD)
def test_it_does_not_matter_who_voted_first(
    votes: Mapping[str, Votes], gold: dict[str, Ruling]
) -> None:
    turned = {code: dict(reversed(list(cast.items()))) for code, cast in votes.items()}
    assert settling.close(QUESTIONS, votes, gold) == settling.close(QUESTIONS, turned, gold)


@given(GOLD)
def test_after_its_consequences_gold_is_at_peace_with_its_gates(gold: dict[str, Ruling]) -> None:
    changed = settling.consequences(QUESTIONS, gold)
    after = {code: ruling for code, ruling in gold.items() if code not in changed.freed}
    after |= dict.fromkeys(changed.voided, VOID)
    for question in QUESTIONS:
        fails = settling.gate_of(question, after, SCORED) == "fails"
        assert fails == (after.get(question.code) == VOID)
    assert not settling.consequences(QUESTIONS, after).anything


@pytest.mark.parametrize(
    ("question", "decision", "sentence"),
    [
        ("content", Decision("decided", (("main",),)), None),
        ("content", Decision("decided", (("main",), ("boilerplate",))), None),
        ("content", Decision("undecidable"), None),
        ("frames", Decision("decided", ((),)), None),
        ("stance.russia", Decision("decided", (("unclear",),), "why", "ambiguous_text"), None),
        ("content", Decision("decided"), settling.NO_ALTERNATIVE),
        ("content", Decision("codebook_unclear", (("main",),)), settling.ALTERNATIVE_TOO),
        ("content", Decision("decided", ((),)), "takes one label"),
        ("frames", Decision("decided", (("economic", "economic"),)), "given twice"),
        ("frames", Decision("decided", ((), ())), "“none of these” is given twice"),
        ("frames", Decision("decided", (("economy",),)), "“economy” is not a label"),
    ],
)
def test_a_decision_is_checked_by_itself(
    question: str, decision: Decision, sentence: str | None
) -> None:
    found = settling.problem_with(CODEBOOK.question(question), decision)
    assert found is None if sentence is None else sentence in (found or "")


@pytest.mark.parametrize(
    ("text", "wrong"), [("0.5", False), ("-3", False), ("many", True), ("nan", True), ("inf", True)]
)
def test_a_number_must_be_one(text: str, wrong: bool) -> None:
    question = CODEBOOK.question("content").model_copy(update={"scale": "interval", "labels": ()})
    found = settling.problem_with(question, Decision("decided", ((text,),)))
    assert (found is not None) == wrong


def test_a_decision_that_closes_the_gate_of_another_is_told_at_the_other() -> None:
    decisions = {
        "content": Decision("decided", (("boilerplate",),)),
        "frames": Decision("decided", (("economic",),)),
    }
    assert list(settling.problems(QUESTIONS, decisions, {}, {})) == ["frames"]
    assert (
        settling.problems(QUESTIONS, decisions | {"content": Decision("undecidable")}, {}, {}) == {}
    )


def test_labels_come_in_the_order_of_the_codebook() -> None:
    frames = CODEBOOK.question("frames")
    given = ["mood", "economic", "security"]
    assert settling.in_codebook_order(frames, given) == ("security", "economic", "mood")
    assert settling.shown(()) == "none of these"


def test_more_doubt_and_more_copies_are_worth_more() -> None:
    split: Votes = {1: ("a",), 2: ("b",)}
    one, two = (dict.fromkeys((1, 2), competence) for competence in (0.8, 0.6))
    assert settling.worth([split], one, copies=1) == pytest.approx(1.0)
    assert settling.worth([split], two, copies=1) == pytest.approx(1.0)
    assert settling.worth([split, split], one, copies=3) == pytest.approx(6.0)


@given(VOTES)
def test_a_better_known_annotator_leaves_less_in_doubt(votes: Mapping[str, Votes]) -> None:
    split: Votes = {1: ("a",), 2: ("b",)}
    doubts = [settling.bits(split, {1: better, 2: 0.6}) for better in (0.6, 0.7, 0.8, 0.9)]
    assert doubts == sorted(doubts, reverse=True)
    for cast in votes.values():
        assert settling.bits(cast, dict.fromkeys(cast, 0.8)) >= 0.0


def test_competence_is_how_often_one_says_what_the_others_say() -> None:
    known = settling.Competence()
    for _ in range(8):
        known.add({1: ("a",), 2: ("a",), 3: ("b",)})
    assert known.of(1) == pytest.approx(9 / 18)
    assert known.of(3) == known.of(99) == 0.5
    before = known.of(1)
    known.add({1: ("a",), 2: ("a",)})
    assert known.of(1) > before
    known.add({1: ("a",), 2: ("a",)}, -1)
    assert known.of(1) == before


@pytest.mark.parametrize(
    ("votes", "majority"),
    [
        ({}, None),
        ({1: ("a",)}, None),
        ({1: ("a",), 2: ("b",)}, None),
        ({1: ("a",), 2: ("a",), 3: ("b",)}, ("a",)),
        ({1: ("a",), 2: ("a",), 3: ("b",), 4: ("c",)}, None),
    ],
)
def test_a_majority_is_more_than_half_of_two_or_more(
    votes: Votes, majority: tuple[str, ...] | None
) -> None:
    assert settling.majority(votes) == majority


def test_who_overrules_a_majority_must_say_why() -> None:
    votes: dict[str, Votes] = {"content": {1: ("main",), 2: ("main",), 3: ("boilerplate",)}}
    against = Decision("decided", (("boilerplate",),))
    found = settling.problems(QUESTIONS, {"content": against}, {}, votes)
    assert "Most annotators said “main”" in found["content"]
    said = Decision("decided", (("boilerplate",),), "A caption.")
    with_them = Decision("decided", (("main",),))
    for decision in (said, with_them):
        assert settling.problems(QUESTIONS, {"content": decision}, {}, votes) == {}
    assert settling.problems(QUESTIONS, {"content": Decision("undecidable")}, {}, votes)


@pytest.mark.parametrize(
    ("question", "answers", "sentence"),
    [
        ("content", ("main", "boilerplate"), "Other questions depend on this one"),
        ("stance.russia", ("-1", "1"), "no neighbours"),
        ("stance.russia", ("unclear", "1"), "no neighbours"),
        ("stance.russia", ("0", "1"), None),
        ("stance.russia", ("both_sides", "0", "1"), None),
        ("part", ("headline", "body"), None),
    ],
)
def test_both_are_right_only_where_they_can_be(
    question: str, answers: tuple[str, ...], sentence: str | None
) -> None:
    decision = Decision("decided", tuple((answer,) for answer in answers))
    found = settling.problems(QUESTIONS, {question: decision}, {}, {})
    assert list(found) == ([question] if sentence else [])
    assert sentence is None or sentence in found[question]


def test_a_majority_needs_so_many_votes_and_so_much_ahead() -> None:
    votes: dict[str, Votes] = {"content": {1: ("main",), 2: ("main",), 3: ("boilerplate",)}}
    for at_least, margin, settled in ((2, 1, True), (3, 1, False), (2, 2, False)):
        pick = settling.by_majority(at_least, margin)
        found = settling.close(QUESTIONS, votes, {}, pick).rulings
        assert (found.get("content") == MAIN) == settled


def test_a_model_decides_where_it_is_sure_and_two_people_voted() -> None:
    pick = settling.by_belief({"content": (("main",), 0.96)}, 0.95)
    split: Votes = {1: ("main",), 2: ("boilerplate",)}
    assert settling.close(QUESTIONS, {"content": split}, {}, pick).rulings == {"content": MAIN}
    assert settling.close(QUESTIONS, {"content": {1: ("main",)}}, {}, pick).rulings == {}
    unsure = settling.by_belief({"content": (("main",), 0.94)}, 0.95)
    assert settling.close(QUESTIONS, {"content": split}, {}, unsure).rulings == {}


def test_gold_from_before_its_gate_was_settled_becomes_void() -> None:
    votes: dict[str, Votes] = {"content": {1: ("boilerplate",), 2: ("boilerplate",)}}
    frames = {"frames": Ruling("decided", (("economic",),))}
    found = settling.close(QUESTIONS, votes, frames, only="content").rulings
    assert found["frames"] == VOID
