"""The form of a decision: shapes in, decisions out, and back as they were chosen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from annotator.domain import adjudication
from annotator.domain.adjudication import Decision, Ruling, Votes
from annotator.domain.codebook_file import parse
from annotator.errors import AnswersInvalid
from annotator.store.queries.decisions import LastDecision
from annotator.web.adjudication_form import (
    CAUSE_NAMES,
    OUTCOMES,
    DecisionForm,
    encoded,
    ruling_in_words,
)
from tests.small_codebook import SMALL

CODEBOOK = parse(SMALL, name="small.yaml")
CONTENT, FRAMES, STANCE = (
    CODEBOOK.question(code) for code in ("content", "frames", "stance.russia")
)
NUMBER = CONTENT.model_copy(update={"code": "share", "scale": "interval", "labels": ()})
QUESTIONS = (CONTENT, FRAMES, STANCE, NUMBER)
VOTES: dict[str, Votes] = {
    "content": {1: ("main",), 2: ("boilerplate",), 3: ("main",)},
    "frames": {1: (), 2: ("security", "economic")},
    "stance.russia": {1: ("-1",), 2: ("both_sides",)},
    "share": {1: ("0.5",), 2: ("0.25",)},
}


def sent(*pairs: tuple[str, str]) -> MultiDict[str, str]:
    return MultiDict([("seen", "0"), *pairs])


def form(*pairs: tuple[str, str], decided: dict[str, LastDecision] | None = None) -> DecisionForm:
    given = sent(*pairs) if pairs else None
    return DecisionForm(QUESTIONS, VOTES, decided or {}, seen=0, sent=given)


@pytest.mark.parametrize(
    ("pairs", "decisions"),
    [
        ([("reason.content", "  ")], {}),
        ([("reason.content", "A reason alone settles nothing.")], {}),
        (
            [("accept.content", "=main")],
            {"content": Decision("decided", (("main",),))},
        ),
        (
            [("accept.frames", "="), ("accept.frames", "=security|economic")],
            {"frames": Decision("decided", ((), ("security", "economic")))},
        ),
        (
            [("accept.frames", "="), ("other.frames", "")],
            {"frames": Decision("decided", ((),))},
        ),
        (
            [("other.frames", "economic"), ("other.frames", "security")],
            {"frames": Decision("decided", (("security", "economic"),))},
        ),
        ([("other.content", "")], {}),
        (
            [("other.stance.russia", "1"), ("accept.stance.russia", "=-1")],
            {"stance.russia": Decision("decided", (("-1",), ("1",)))},
        ),
        (
            [("other.share", " 0.3 ")],
            {"share": Decision("decided", (("0.3",),))},
        ),
        (
            [("outcome.content", "undecidable"), ("cause.content", "slip")],
            {"content": Decision("undecidable", (), None, "slip")},
        ),
        (
            [("accept.content", "=main"), ("reason.content", " It argues. ")],
            {"content": Decision("decided", (("main",),), "It argues.")},
        ),
    ],
)
def test_what_was_chosen_becomes_decisions(
    pairs: list[tuple[str, str]], decisions: dict[str, Decision]
) -> None:
    assert form(*pairs).decisions() == (0, decisions)


@pytest.mark.parametrize(
    ("pair", "question"),
    [
        (("accept.content", "=mixed"), "content"),
        (("accept.content", "main"), "content"),
        (("other.frames", "weather"), "frames"),
        (("seen", "x"), None),
    ],
)
def test_what_the_page_does_not_offer_is_refused_at_its_question(
    pair: tuple[str, str], question: str | None
) -> None:
    filled = (
        form(pair)
        if question
        else DecisionForm(QUESTIONS, VOTES, {}, seen=0, sent=MultiDict([pair]))
    )
    with pytest.raises(AnswersInvalid) as refused:
        filled.decisions()
    assert list(refused.value.problems) == [question or "page"]


def test_none_of_these_stands_alone() -> None:
    with pytest.raises(AnswersInvalid, match="choose one or the other"):
        form(("other.frames", ""), ("other.frames", "economic")).decisions()


def test_the_page_shows_each_answer_once_with_those_who_gave_it() -> None:
    content, frames, stance, share = form().shown("en")
    assert [(each.labels, each.voters) for each in content.answers] == [
        (("Main text",), (1, 3)),
        (("Boilerplate",), (2,)),
    ]
    assert [each.labels for each in frames.answers] == [(), ("Security", "Economic")]
    assert [each.type for each in (content, frames, stance, share)] == [
        *("radio", "checkbox", "radio", "text"),
    ]
    assert stance.name == "Stance on Russia"
    assert content.choices[0].name == "No other answer"
    assert content.choices[0].checked
    assert frames.choices[0].name == "none of these"
    assert not any(choice.checked for choice in frames.choices)
    assert (content.other_open, content.why_open) == (False, False)


def test_what_was_decided_before_is_chosen_already() -> None:
    before = LastDecision(7, "decided", [["economic"], []], "It argues.", "guideline_gap")
    frames = form(decided={"frames": before}).shown("en")[1]
    assert [(each.value, each.voters, each.checked) for each in frames.answers] == [
        ("=", (1,), True),
        ("=security|economic", (2,), False),
        ("=economic", (), True),
    ]
    assert (frames.reason, frames.why_open) == ("It argues.", True)
    assert [cause.name for cause in frames.causes if cause.checked] == ["Gap in the guidelines"]


def test_what_was_typed_comes_back_with_the_problem() -> None:
    filled = form(
        ("other.frames", "economic"),
        ("outcome.frames", "undecidable"),
        ("reason.frames", "Both."),
        ("accept.content", "=main"),
    )
    filled.decisions()
    filled.problems["frames"] = "A sentence."
    content, frames, *_ = filled.shown("en")
    assert [each.checked for each in content.answers] == [True, False]
    assert frames.problem == "A sentence."
    assert frames.other_open
    assert [choice.name for choice in frames.choices if choice.checked] == ["Economic"]
    assert [each.value for each in frames.outcomes if each.checked] == ["undecidable"]


@given(
    st.dictionaries(
        st.sampled_from(["accept", "other", "outcome", "reason", "cause", "mood"]).flatmap(
            lambda field: st.sampled_from([f"{field}.{q.code}" for q in QUESTIONS])
        ),
        st.lists(st.text(max_size=6), max_size=3),
    )
)
def test_whatever_is_sent_is_taken_or_refused_and_shown_again(
    anything: dict[str, list[str]],
) -> None:
    pairs = [(name, value) for name, values in anything.items() for value in values]
    filled = form(*pairs)
    try:
        named = set(filled.decisions()[1])
    except AnswersInvalid as refused:
        named = set(refused.problems) - {"page"}
    assert named <= {question.code for question in QUESTIONS}
    assert len(filled.shown("en")) == len(QUESTIONS)


@pytest.mark.parametrize(
    ("ruling", "words"),
    [
        (Ruling("decided", (("security", "economic"), ())), "Security + Economic or none of these"),
        (Ruling("void"), "does not apply"),
        (Ruling("undecidable"), "it cannot be decided"),
        (Ruling("codebook_unclear"), "the codebook is unclear"),
    ],
)
def test_gold_can_be_read_aloud(ruling: Ruling, words: str) -> None:
    assert ruling_in_words(FRAMES, ruling, "en") == words


def test_every_outcome_and_cause_has_a_name() -> None:
    assert set(OUTCOMES) == set(adjudication.OUTCOMES)
    assert set(CAUSE_NAMES) == set(adjudication.CAUSES)
    assert encoded(()) == "="


BY_POLICY = LastDecision(0, "decided", [["main"]], None, None)
BY_LENA = LastDecision(7, "decided", [["-1"], ["1"]], "Both can be read so.", None)
UNTOUCHED = (
    ("accept.content", "=main"),
    ("accept.stance.russia", "=1"),
    ("accept.stance.russia", "=-1"),
    ("outcome.content", "decided"),
    ("reason.stance.russia", "Both can be read so."),
    ("cause.content", ""),
)


@pytest.mark.parametrize(
    ("more", "decided"),
    [
        ((("accept.frames", "="),), {"frames"}),
        ((("other.content", "mixed"),), {"content"}),
        ((("outcome.content", "undecidable"),), {"content"}),
        ((("cause.stance.russia", "slip"),), {"stance.russia"}),
        ((), {"stance.russia"}),
    ],
)
def test_of_settled_questions_only_what_is_changed_is_decided_anew(
    more: tuple[tuple[str, str], ...], decided: set[str]
) -> None:
    given = MultiDict([("seen", "0"), *more, *UNTOUCHED])
    standing = {"content": BY_POLICY, "stance.russia": BY_LENA}
    found = DecisionForm(QUESTIONS, VOTES, standing, seen=0, settled=standing, sent=given)
    assert found.decisions()[1].keys() == decided


def test_what_a_policy_settled_is_no_decision_of_whoever_saves_it_unchanged() -> None:
    given = sent(("accept.content", "=main"))
    standing = {"content": BY_POLICY}
    found = DecisionForm(QUESTIONS, VOTES, standing, seen=0, settled=standing, sent=given)
    assert found.decisions()[1] == {}
