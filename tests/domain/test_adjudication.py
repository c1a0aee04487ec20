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
    closing = settling.close_unanimous(QUESTIONS, both, {})
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
    closing = settling.close_unanimous(QUESTIONS, votes, gold)
    after = gold | closing.rulings
    assert not set(closing.rulings) & set(gold)
    assert not settling.close_unanimous(QUESTIONS, votes, after).rulings
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
    assert settling.close_unanimous(QUESTIONS, votes, gold) == settling.close_unanimous(
        QUESTIONS, turned, gold
    )


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
    assert list(settling.problems(QUESTIONS, decisions, {})) == ["frames"]
    assert settling.problems(QUESTIONS, decisions | {"content": Decision("undecidable")}, {}) == {}


def test_labels_come_in_the_order_of_the_codebook() -> None:
    frames = CODEBOOK.question("frames")
    given = ["mood", "economic", "security"]
    assert settling.in_codebook_order(frames, given) == ("security", "economic", "mood")
    assert settling.shown(()) == "none of these"


def test_more_questions_are_worth_more_than_more_copies() -> None:
    keys = [
        settling.worth(questions=1, copies=9),
        settling.worth(questions=2, copies=1),
        settling.worth(questions=2, copies=3),
    ]
    assert sorted(keys) == [keys[2], keys[1], keys[0]]
