"""Decisions of people, what follows from them, and the policy that needs nobody."""

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from annotator.domain.adjudication import Decision, Outcome
from annotator.errors import AnswersInvalid, Conflict, DataInvalid, NotFound
from annotator.services.adjudication import batches, deciding, leases, policies
from annotator.services.adjudication.deciding import Consensus, Settled
from annotator.services.adjudication.dockets import cases
from annotator.services.adjudication.policies import Policy, PolicyReport
from annotator.store import audit
from annotator.store.corpus import Subject
from annotator.store.labelling import Disclosure
from annotator.store.queries import decisions as made
from annotator.store.settling import Adjudication, AdjudicationLease, Gold, GoldBatch
from tests.factories import NOW, Factory
from tests.labelled import NOISE, Answers, Labelled, prose

MAIN = Decision("decided", (("main",),))
BOILERPLATE = Decision("decided", (("boilerplate",),), "A caption.")


@pytest.fixture
def labelled(make: Factory) -> Labelled:
    labelled = Labelled.empty(make)
    labelled.person("lead", role="lead")
    return labelled


def disputed(labelled: Labelled, *said: Answers) -> Subject:
    """A paragraph that people have labelled as given."""
    (subject,) = labelled.paragraphs("A paragraph.")
    for name, answers in zip(("alice", "bob", "chen"), said, strict=False):
        labelled.says(name, subject, answers)
    return subject


def decide(
    session: Session,
    labelled: Labelled,
    subject: Subject,
    decisions: Mapping[str, Decision],
    *,
    by: str = "lead",
    seen: int | None = None,
    **given: Any,
) -> Settled:
    if seen is None:
        seen = made.decision_count(session, subject.id)
    return deciding.decide(
        session,
        project_id=labelled.project.id,
        subject_id=subject.id,
        user_id=labelled.person(by, role="lead").id,
        decisions=decisions,
        seen=seen,
        now=NOW,
        **given,
    )


def apply(session: Session, labelled: Labelled) -> PolicyReport:
    return policies.apply_policy(
        session, project_id=labelled.project.id, actor_id=labelled.person("lead").id, now=NOW
    )


def gold_of(session: Session, subject: Subject) -> dict[str, object]:
    """By question: the one right answer, the list of them, or the state."""
    rows = session.scalars(select(Gold).where(Gold.subject_id == subject.id)).all()
    return {row.question: row.alternatives or row.state for row in rows}


def test_a_decision_is_kept_and_becomes_gold(session: Session, labelled: Labelled) -> None:
    subject = disputed(labelled, NOISE, prose(["economic"]))
    settled = decide(
        session,
        labelled,
        subject,
        {"content": Decision("decided", (("main",),), reason="It argues.", cause="slip")},
    )
    assert (settled.decided, settled.voided, settled.left) == (1, (), ())
    gold = session.scalars(select(Gold)).one()
    lead = labelled.person("lead").id
    assert (gold.state, gold.alternatives, gold.method) == ("decided", [["main"]], "person")
    assert (gold.people, gold.batch_id) == ([lead], None)
    decision = session.scalars(select(Adjudication)).one()
    assert (decision.number, decision.outcome, decision.reason) == (1, "decided", "It argues.")
    assert (decision.cause, decision.self_adjudicated) == ("slip", False)
    pending = session.info[audit._PENDING]
    assert [event["action"] for event in pending] == ["work.recoded", "adjudication.decided"]


def test_two_answers_can_both_be_right(session: Session, labelled: Labelled) -> None:
    subject = disputed(labelled, prose(["economic"]), prose(["security"]))
    both = Decision("decided", (("economic",), ("security",)))
    decide(session, labelled, subject, {"frames": both})
    assert gold_of(session, subject) == {"frames": [["economic"], ["security"]]}


def test_the_empty_set_can_be_right(session: Session, labelled: Labelled) -> None:
    subject = disputed(labelled, prose(), prose(["security"]))
    decide(session, labelled, subject, {"frames": Decision("decided", ((),))})
    assert gold_of(session, subject) == {"frames": [[]]}


@pytest.mark.parametrize("outcome", ["undecidable", "codebook_unclear"])
def test_that_nothing_can_be_decided_is_gold_too(
    session: Session, labelled: Labelled, outcome: Outcome
) -> None:
    subject = disputed(labelled, NOISE, prose())
    decide(session, labelled, subject, {"content": Decision(outcome)})
    assert gold_of(session, subject) == {"content": outcome}


def test_a_changed_decision_is_a_new_number_and_the_old_one_stays(
    session: Session, labelled: Labelled
) -> None:
    subject = disputed(labelled, NOISE, prose())
    decide(session, labelled, subject, {"content": BOILERPLATE})
    decide(session, labelled, subject, {"content": MAIN})
    rows = session.scalars(select(Adjudication).order_by(Adjudication.number)).all()
    assert [(row.number, row.alternatives) for row in rows] == [
        (1, [["boilerplate"]]),
        (2, [["main"]]),
    ]
    assert gold_of(session, subject) == {"content": [["main"]]}


def test_boilerplate_makes_the_questions_behind_it_void(
    session: Session, labelled: Labelled
) -> None:
    subject = disputed(labelled, NOISE, prose(["economic"]), prose(["security"], russia="1"))
    settled = decide(session, labelled, subject, {"content": BOILERPLATE})
    behind = ("frames", "targets", "stance.russia", "stance.china", "part")
    assert settled.voided == behind
    assert settled.left == ()
    assert gold_of(session, subject) == {
        "content": [["boilerplate"]],
        **dict.fromkeys(behind, "void"),
    }


def test_what_was_void_is_as_before_when_the_gate_is_decided_otherwise(
    session: Session, labelled: Labelled
) -> None:
    subject = disputed(labelled, NOISE, prose(["economic"]), prose(["security"], russia="1"))
    frames = Decision("decided", (("security",),))
    decide(session, labelled, subject, {"content": MAIN, "frames": frames})
    decide(session, labelled, subject, {"content": BOILERPLATE})
    assert gold_of(session, subject)["frames"] == "void"
    settled = decide(session, labelled, subject, {"content": MAIN})
    assert set(settled.freed) == {"frames", "targets", "stance.russia", "stance.china", "part"}
    assert settled.left == ("targets",)
    assert gold_of(session, subject) == {"content": [["main"]], "frames": [["security"]]}


def test_a_target_that_is_decided_against_makes_its_stance_void(
    session: Session, labelled: Labelled
) -> None:
    subject = disputed(labelled, prose(russia="1"), prose(russia="-1", china="0"))
    targets = Decision("decided", (("russia",),))
    settled = decide(session, labelled, subject, {"targets": targets})
    assert settled.voided == ("stance.china",)
    assert settled.left == ("stance.russia",)


def test_a_decision_on_what_does_not_apply_is_refused(session: Session, labelled: Labelled) -> None:
    subject = disputed(labelled, NOISE, prose(["economic"]), prose(["security"]))
    frames = Decision("decided", (("security",),))
    with pytest.raises(AnswersInvalid) as refused:
        decide(session, labelled, subject, {"content": BOILERPLATE, "frames": frames})
    assert refused.value.problems == {
        "frames": "This question does not apply after the decision on content: leave it open."
    }
    assert gold_of(session, subject) == {}


@pytest.mark.parametrize(
    ("question", "decision", "sentence"),
    [
        ("content", Decision("decided"), "at least one answer"),
        ("content", Decision("undecidable", (("main",),)), "take one of the two back"),
        ("content", Decision("decided", (("mixed",),)), "“mixed” is not a label"),
        ("content", Decision("decided", (("main", "boilerplate"),)), "takes one label"),
        ("content", Decision("decided", (("main",), ("main",))), "given twice"),
        ("content", Decision("decided", (("main",),), cause="weather"), "not a cause"),
        ("content", Decision("decided", (("main",),), reason="x" * 1001), "shorten it to 1,000"),
        ("part", Decision("decided", (("body",),)), "not in dispute"),
        ("mood", Decision("decided", (("good",),)), "not in dispute"),
    ],
)
def test_a_decision_that_cannot_be_is_refused_with_a_sentence(
    session: Session, labelled: Labelled, question: str, decision: Decision, sentence: str
) -> None:
    subject = disputed(labelled, NOISE, prose())
    with pytest.raises(AnswersInvalid) as refused:
        decide(session, labelled, subject, {question: decision})
    assert sentence in refused.value.problems[question]
    assert session.scalar(select(func.count(Adjudication.id))) == 0


def test_no_decision_at_all_is_refused(session: Session, labelled: Labelled) -> None:
    subject = disputed(labelled, NOISE, prose())
    with pytest.raises(DataInvalid, match="Nothing was decided"):
        decide(session, labelled, subject, {})


def test_who_decides_after_someone_else_is_told_so(session: Session, labelled: Labelled) -> None:
    subject = disputed(labelled, NOISE, prose())
    decide(session, labelled, subject, {"content": MAIN}, by="other lead")
    with pytest.raises(Conflict, match="settled this meanwhile"):
        decide(session, labelled, subject, {"content": BOILERPLATE}, seen=0)
    assert gold_of(session, subject) == {"content": [["main"]]}


def test_who_decides_what_another_lead_holds_is_told_so(
    session: Session, labelled: Labelled
) -> None:
    subject = disputed(labelled, NOISE, prose())
    leases.take(
        session,
        project_id=labelled.project.id,
        subject_id=subject.id,
        user_id=labelled.person("other lead", role="lead").id,
        now=NOW - timedelta(minutes=14),
    )
    with pytest.raises(Conflict, match="settling this one just now"):
        decide(session, labelled, subject, {"content": MAIN})
    assert session.scalar(select(func.count(Adjudication.id))) == 0


def test_a_lead_who_labelled_the_subject_is_marked(session: Session, labelled: Labelled) -> None:
    subject = disputed(labelled, NOISE, prose())
    labelled.says("lead", subject, NOISE)
    with pytest.raises(DataInvalid, match="declare that you decide about your own label"):
        decide(session, labelled, subject, {"content": BOILERPLATE})
    decide(session, labelled, subject, {"content": BOILERPLATE}, own_declared=True)
    assert session.scalars(select(Adjudication.self_adjudicated)).all() == [True]


def test_a_lead_leaves_their_own_label_to_another_who_has_none(
    session: Session, labelled: Labelled
) -> None:
    subject = disputed(labelled, NOISE, prose())
    labelled.says("lead", subject, NOISE)
    labelled.person("other lead", role="lead")
    with pytest.raises(DataInvalid, match="another lead did not"):
        decide(session, labelled, subject, {"content": BOILERPLATE}, own_declared=True)


def test_a_consensus_names_who_reached_it_when_and_why(
    session: Session, labelled: Labelled
) -> None:
    subject = disputed(labelled, NOISE, prose())
    labelled.says("lead", subject, prose())
    people = tuple(labelled.person(name).id for name in ("lead", "alice"))
    consensus = Consensus(people, NOW.date(), "We read the page again.")
    decide(session, labelled, subject, {"content": MAIN}, consensus=consensus)
    row = session.scalars(select(Adjudication)).one()
    assert (row.participants, row.agreed_on) == (sorted(people), NOW.date())
    assert (row.reason, row.self_adjudicated) == ("We read the page again.", False)
    gold = session.scalars(select(Gold).where(Gold.question == "content")).one()
    assert (gold.method, gold.people) == ("consensus", list(people))
    seen = session.scalars(select(Disclosure.user_id).where(Disclosure.kind == "votes")).all()
    assert sorted(seen) == sorted(people)


@pytest.mark.parametrize(
    ("names", "days", "reason", "sentence"),
    [
        (("lead",), 0, "why", "needs two people"),
        (("lead", "alice"), None, "why", "needs two people"),
        (("lead", "alice"), 0, None, "needs two people"),
        (("lead", "alice"), 1, "why", "still to come"),
        (("lead", "stranger"), 0, "why", "people of this project"),
    ],
)
def test_a_consensus_that_says_too_little_is_refused(
    session: Session,
    labelled: Labelled,
    names: tuple[str, ...],
    days: int | None,
    reason: str | None,
    sentence: str,
) -> None:
    subject = disputed(labelled, NOISE, prose())
    known = {name: labelled.person(name).id for name in ("lead", "alice")}
    known["stranger"] = labelled.make.user("stranger").id
    day = None if days is None else (NOW + timedelta(days=days)).date()
    consensus = Consensus(tuple(known[name] for name in names), day, reason)
    with pytest.raises(DataInvalid, match=sentence):
        decide(session, labelled, subject, {"content": MAIN}, consensus=consensus)
    assert session.scalars(select(Adjudication)).all() == []


def test_the_votes_count_as_seen_and_the_lease_ends(session: Session, labelled: Labelled) -> None:
    subject = disputed(labelled, NOISE, prose())
    decide(session, labelled, subject, {"content": MAIN})
    seen = session.scalars(select(Disclosure).where(Disclosure.kind == "votes")).one()
    assert (seen.subject_id, seen.kind) == (subject.id, "votes")
    assert session.scalars(select(AdjudicationLease)).all() == []


def test_a_subject_of_another_project_is_not_found(session: Session, labelled: Labelled) -> None:
    other = Labelled.empty(labelled.make)
    (subject,) = other.paragraphs("A paragraph.")
    with pytest.raises(NotFound, match="nothing here to settle"):
        decide(session, labelled, subject, {"content": MAIN})


def test_the_policy_settles_what_all_agree_on(session: Session, labelled: Labelled) -> None:
    subject = disputed(labelled, prose(["economic"], russia="1"), prose(["economic"], russia="1"))
    report = apply(session, labelled)
    assert gold_of(session, subject) == {
        "content": [["main"]],
        "frames": [["economic"]],
        "targets": [["russia"]],
        "stance.russia": [["1"]],
        "stance.china": "void",
    }
    assert (report.decided, report.void, report.left) == (4, 1, {"unanswered": 1})
    gold = session.scalars(select(Gold)).all()
    assert {(row.method, row.people, row.batch_id) for row in gold} == {
        ("unanimous", None, report.batch_id)
    }


def test_the_policy_makes_void_what_boilerplate_does_not_ask(
    session: Session, labelled: Labelled
) -> None:
    subject = disputed(labelled, NOISE, NOISE, NOISE)
    report = apply(session, labelled)
    assert gold_of(session, subject)["frames"] == "void"
    assert (report.decided, report.void, report.left) == (1, 5, {})


def test_the_policy_waits_with_a_question_whose_gate_is_in_dispute(
    session: Session, labelled: Labelled
) -> None:
    subject = disputed(labelled, NOISE, prose(["economic"]), prose(["economic"]))
    report = apply(session, labelled)
    assert (report.batch_id, gold_of(session, subject)) == (None, {})
    assert report.left == {"disputed": 1, "waiting": 2, "unanswered": 3}
    decide(session, labelled, subject, {"content": MAIN})
    assert apply(session, labelled).decided == 2
    assert gold_of(session, subject)["frames"] == [["economic"]]


def test_the_policy_leaves_open_what_one_person_labelled(
    session: Session, labelled: Labelled
) -> None:
    subject = disputed(labelled, NOISE)
    report = apply(session, labelled)
    assert gold_of(session, subject) == {}
    assert report.left == {"single": 1, "unanswered": 5}


def test_the_policy_settles_documents_too(session: Session, labelled: Labelled) -> None:
    whole = labelled.whole(labelled.paragraphs("One.")[0])
    for name in ("alice", "bob"):
        labelled.says(name, whole, {"genre": ["opinion"], "remark": [f"by {name}"]})
    apply(session, labelled)
    assert gold_of(session, whole) == {"genre": [["opinion"]]}


def test_the_policy_takes_cannot_judge_for_an_answer(session: Session, labelled: Labelled) -> None:
    subject = disputed(labelled, prose(russia="unclear"), prose(russia="unclear"))
    apply(session, labelled)
    assert gold_of(session, subject)["stance.russia"] == [["unclear"]]


def test_the_policy_never_touches_what_a_person_decided(
    session: Session, labelled: Labelled
) -> None:
    subject = disputed(labelled, NOISE, prose(["economic"]), prose(["economic"]))
    decide(session, labelled, subject, {"content": BOILERPLATE})
    before = gold_of(session, subject)
    assert apply(session, labelled).batch_id is None
    assert gold_of(session, subject) == before


def test_the_policy_finds_nothing_to_do_the_second_time(
    session: Session, labelled: Labelled
) -> None:
    disputed(labelled, NOISE, NOISE)
    assert apply(session, labelled).batch_id is not None
    again = apply(session, labelled)
    assert (again.batch_id, again.decided, again.settled_before) == (None, 0, 6)
    assert session.scalar(select(func.count(GoldBatch.id))) == 1


def test_a_preview_says_what_would_be_done_and_writes_nothing(
    session: Session, labelled: Labelled
) -> None:
    disputed(labelled, NOISE, NOISE)
    preview = policies.preview_policy(session, project_id=labelled.project.id)
    assert (preview.decided, preview.void, preview.questions) == (1, 5, {"content": 1})
    assert session.scalar(select(func.count(Gold.id))) == 0
    assert apply(session, labelled).decided == preview.decided


def test_a_policy_that_does_not_exist_is_refused(session: Session, labelled: Labelled) -> None:
    with pytest.raises(DataInvalid, match="“loudest” is not a policy: choose among unanimous"):
        policies.apply_policy(
            session,
            project_id=labelled.project.id,
            policy=Policy("loudest"),
            actor_id=None,
            now=NOW,
        )


def undo(session: Session, labelled: Labelled, batch_id: int | None) -> int:
    assert batch_id is not None
    return batches.undo_batch(
        session,
        project_id=labelled.project.id,
        batch_id=batch_id,
        actor_id=labelled.person("lead").id,
        now=NOW,
    )


def test_a_run_of_the_policy_can_be_undone_once(session: Session, labelled: Labelled) -> None:
    subject = disputed(labelled, NOISE, NOISE)
    batch = apply(session, labelled).batch_id
    assert undo(session, labelled, batch) == 6
    assert gold_of(session, subject) == {}
    with pytest.raises(Conflict, match="undone before"):
        undo(session, labelled, batch)
    assert apply(session, labelled).decided == 1


def test_undoing_leaves_what_a_person_decided_since(session: Session, labelled: Labelled) -> None:
    subject = disputed(labelled, prose(["economic"]), prose(["security"]))
    batch = apply(session, labelled).batch_id
    decide(session, labelled, subject, {"frames": Decision("decided", (("security",),))})
    undo(session, labelled, batch)
    assert gold_of(session, subject) == {"frames": [["security"]]}


def test_a_run_in_another_project_cannot_be_undone(session: Session, labelled: Labelled) -> None:
    disputed(labelled, NOISE, NOISE)
    batch = apply(session, labelled).batch_id
    assert batch is not None
    other = labelled.make.project()
    with pytest.raises(NotFound, match="no such run"):
        batches.undo_batch(session, project_id=other.id, batch_id=batch, actor_id=None, now=NOW)


def test_batches_are_listed_with_what_still_stands(session: Session, labelled: Labelled) -> None:
    disputed(labelled, NOISE, NOISE)
    apply(session, labelled)
    (batch,) = made.batches(session, labelled.project.id)
    assert (batch.policy, batch.made_by, batch.gold, batch.undone_at) == (
        "unanimous",
        "lead",
        6,
        None,
    )
    undo(session, labelled, batch.id)
    (batch,) = made.batches(session, labelled.project.id)
    assert (batch.gold, batch.undone_at) == (0, NOW)


@pytest.mark.parametrize(
    ("given", "votes"),
    [
        ({"reason": "adaptive"}, 2),
        ({"reason": "recode"}, 2),
        ({"saved": {"after_feedback": True}}, 2),
        ({"reason": "retest", "occasion": 2}, 1),
    ],
)
def test_labels_that_agreement_leaves_out_may_still_settle(
    session: Session, labelled: Labelled, given: dict[str, str], votes: int
) -> None:
    subject = disputed(labelled, NOISE)
    labelled.says("bob", subject, NOISE, **given)
    (case,) = cases(session, project_id=labelled.project.id)
    assert len(case.votes["content"]) == votes


def test_the_later_word_of_a_person_counts(session: Session, labelled: Labelled) -> None:
    cleanup = labelled.make.round(labelled.project, labelled.codebook, kind="cleanup", name="clean")
    (subject,) = labelled.paragraphs("A paragraph.")
    labelled.says("alice", subject, prose(["economic"]))
    labelled.says("alice", subject, NOISE, round=cleanup)
    (case,) = cases(session, project_id=labelled.project.id)
    alice = labelled.person("alice").id
    assert case.votes["content"] == {alice: ("boilerplate",)}


@pytest.mark.parametrize("kind", ["training", "retest"])
def test_rounds_that_settle_nothing_have_no_votes(
    session: Session, labelled: Labelled, kind: str
) -> None:
    other = labelled.make.round(labelled.project, labelled.codebook, kind=kind, name="other")
    (subject,) = labelled.paragraphs("A paragraph.")
    labelled.says("alice", subject, NOISE, round=other)
    assert cases(session, project_id=labelled.project.id) == []


def test_votes_of_withdrawn_documents_and_disabled_people_are_left_out(
    session: Session, labelled: Labelled
) -> None:
    document = labelled.make.document(labelled.project, texts=("One.",))
    (subject,) = labelled.paragraphs_of(document)
    labelled.says("alice", subject, NOISE)
    labelled.says("bob", subject, NOISE)
    labelled.person("bob").disabled_at = NOW
    session.flush()
    (case,) = cases(session, project_id=labelled.project.id)
    assert set(case.votes["content"]) == {labelled.person("alice").id}
    document.withdrawn_at = NOW
    session.flush()
    assert cases(session, project_id=labelled.project.id) == []


SAID = st.sampled_from(
    [NOISE, prose(), prose(["economic"], china="0"), prose(["economic"], china="1", russia="1")]
)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(st.lists(SAID, min_size=1, max_size=3), min_size=1, max_size=4))
def test_the_report_of_a_policy_adds_up(session: Session, said: list[list[Answers]]) -> None:
    nested = session.begin_nested()
    labelled = Labelled.empty(Factory(session), slug="added-up")
    for number, votes in enumerate(said):
        (subject,) = labelled.paragraphs(f"Paragraph {number}.")
        for name, answers in zip(("sum a", "sum b", "sum c"), votes, strict=False):
            labelled.says(name, subject, answers)
    preview = policies.preview_policy(session, project_id=labelled.project.id)
    report = policies.apply_policy(session, project_id=labelled.project.id, actor_id=None, now=NOW)
    after = cases(session, project_id=labelled.project.id)
    again = policies.preview_policy(session, project_id=labelled.project.id)
    nested.rollback()
    asked = sum(len(case.questions) for case in after)
    assert report.decided + report.void + sum(report.left.values()) == asked
    assert (preview.decided, preview.void, preview.left) == (
        report.decided,
        report.void,
        report.left,
    )
    assert (again.decided, again.void, again.left) == (0, 0, report.left)
    stands = Counter(where for case in after for where in case.standings.values())
    assert stands["settled"] == report.decided + report.void
