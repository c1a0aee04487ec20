"""The judgments of a project: what counts, and the one reason why the rest does not."""

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from annotator.domain import identity
from annotator.domain.exclusions import EXCLUSIONS
from annotator.errors import NotFound
from annotator.services import judging
from annotator.services.items import items_of
from annotator.services.judging import JudgmentRow, Judgments
from annotator.store.corpus import DocumentVersion, Paragraph, Subject
from annotator.store.labelling import Annotation, AnnotationRevision
from tests.factories import NOW, Factory
from tests.labelled import NOISE, Labelled, prose
from tests.small_codebook import SMALL


@pytest.fixture
def labelled(make: Factory) -> Labelled:
    return Labelled.empty(make)


def judged(session: Session, labelled: Labelled, round_name: str | None = None) -> Judgments:
    return judging.project_judgments(session, project_id=labelled.project.id, round_name=round_name)


def one(found: Judgments, name: str, question: str) -> JudgmentRow:
    key = b"k" * 32
    rows = [
        row
        for row in found.rows
        if (row.annotator_id, row.question) == (identity.pseudonym(key, name), question)
    ]
    assert len(rows) == 1
    return rows[0]


def test_it_gives_a_row_for_each_question_that_the_task_asks(
    session: Session, labelled: Labelled
) -> None:
    (paragraph,) = labelled.paragraphs("One.")
    labelled.says("alice", paragraph, prose(["economic", "security"], russia="1"))
    found = judged(session, labelled)
    states = {row.question: (row.state, row.label) for row in found.rows}
    assert states == {
        "content": ("answered", "main"),
        "frames": ("answered", "economic|security"),
        "targets": ("answered", "russia"),
        "stance.russia": ("answered", "1"),
        "stance.china": ("not_applicable", None),
        "part": ("left_blank", None),
        "confidence": ("left_blank", None),
    }


def test_it_names_things_by_content_and_people_by_pseudonym(
    session: Session, labelled: Labelled
) -> None:
    document = labelled.make.document(labelled.project, texts=("One.",), key="a.txt")
    (paragraph,) = labelled.paragraphs_of(document)
    labelled.says("alice", paragraph, NOISE)
    row = one(judged(session, labelled), "alice", "content")
    name = identity.document_id(document.source.name, "a.txt")
    assert row.document_id == name
    assert row.item_id == identity.item_id(name, "One.", 1)
    assert row.cluster_id is None
    assert "alice" not in str(row)
    assert (row.round, row.codebook_version, row.revision) == ("main", 1, 1)
    assert (row.reason, row.origin, row.seconds) == ("sample", "person", 12.0)


def test_it_counts_two_labels_of_one_item_and_says_why_one_alone_does_not(
    session: Session, labelled: Labelled
) -> None:
    both, single = labelled.paragraphs("One.", "Two.")
    labelled.says("alice", both, NOISE)
    labelled.says("bob", both, prose())
    labelled.says("alice", single, NOISE)
    counted = Counter(
        row.excluded for row in judged(session, labelled).rows if row.question == "content"
    )
    assert counted == {"": 2, "single_coded": 1}


def test_it_keeps_questions_out_that_the_codebook_keeps_out(
    session: Session, labelled: Labelled
) -> None:
    (paragraph,) = labelled.paragraphs("One.")
    whole = labelled.whole(paragraph)
    for name in ("alice", "bob"):
        labelled.says(name, paragraph, {**NOISE, "confidence": ["1"]})
        labelled.says(name, whole, {"genre": ["opinion"], "remark": ["Odd"]})
    found = judged(session, labelled)
    codes = {row.question: row.excluded for row in found.rows}
    assert (codes["confidence"], codes["remark"], codes["genre"]) == ("kept_out", "kept_out", "")
    assert list(found.scales) == [
        "content",
        "frames",
        "targets",
        "stance.russia",
        "stance.china",
        "part",
        "genre",
        "reliability",
    ]
    assert str(found.scales["stance.russia"]) == "ordinal:-1<0=both_sides<1"


@pytest.mark.parametrize(
    ("state", "given", "code"),
    [
        ("open", {}, "open"),
        ("skipped", {"skip_reason": "unreadable"}, "skipped"),
        ("withdrawn", {}, "withdrawn"),
    ],
)
def test_it_says_what_was_not_answered(
    session: Session, labelled: Labelled, state: str, given: dict[str, str], code: str
) -> None:
    (paragraph,) = labelled.paragraphs("One.")
    labelled.says("alice", paragraph, None, state=state, **given)
    row = one(judged(session, labelled), "alice", "content")
    assert (row.excluded, row.label, row.revision, row.saved_at) == (code, None, None, None)
    assert row.state == ("skipped" if state == "skipped" else "open")


@pytest.mark.parametrize("reason", ["adaptive", "recode"])
def test_labels_that_were_asked_for_because_of_disagreement_do_not_count(
    session: Session, labelled: Labelled, reason: str
) -> None:
    (paragraph,) = labelled.paragraphs("One.")
    labelled.says("alice", paragraph, NOISE, reason=reason)
    assert one(judged(session, labelled), "alice", "content").excluded == reason


@pytest.mark.parametrize(
    ("kind", "code"),
    [("training", "training_round"), ("cleanup", "cleanup_round"), ("retest", "retest")],
)
def test_rounds_with_another_purpose_do_not_count(
    session: Session, labelled: Labelled, kind: str, code: str
) -> None:
    (paragraph,) = labelled.paragraphs("One.")
    other = labelled.make.round(labelled.project, labelled.codebook, kind=kind, name="other")
    labelled.says("alice", paragraph, NOISE, round=other)
    found = judged(session, labelled)
    assert one(found, "alice", "content").excluded == code
    assert {row.question for row in found.rows} >= {"content"}
    assert ("frames" in {row.question for row in found.rows}) == (kind != "cleanup")


def test_a_round_that_is_named_is_scored_whatever_its_kind(
    session: Session, labelled: Labelled
) -> None:
    (paragraph,) = labelled.paragraphs("One.")
    training = labelled.make.round(
        labelled.project, labelled.codebook, kind="training", name="warm-up"
    )
    for name in ("alice", "bob"):
        labelled.says(name, paragraph, NOISE, round=training)
        labelled.says(name, paragraph, NOISE)
    found = judged(session, labelled, "warm-up")
    excluded = {row.round: row.excluded for row in found.rows if row.question == "content"}
    assert excluded == {"warm-up": "", "main": "other_round"}
    assert found.scored == ("warm-up",)


def test_pilots_count_as_long_as_there_is_no_main_round(session: Session, make: Factory) -> None:
    labelled = Labelled.empty(make)
    labelled.round.kind = "pilot"
    (paragraph,) = labelled.paragraphs("One.")
    for name in ("alice", "bob"):
        labelled.says(name, paragraph, NOISE)
    assert one(judged(session, labelled), "alice", "content").excluded == ""
    make.round(labelled.project, labelled.codebook, name="the main one")
    assert one(judged(session, labelled), "alice", "content").excluded == "other_round"


def test_a_round_that_does_not_exist_is_told_with_those_that_do(
    session: Session, labelled: Labelled
) -> None:
    with pytest.raises(NotFound, match="no round “mian”; its rounds are: main"):
        judged(session, labelled, "mian")


def test_a_project_without_rounds_has_no_judgments(session: Session, make: Factory) -> None:
    project = make.project()
    found = judging.project_judgments(session, project_id=project.id)
    assert (found.rows, found.scales, found.codebook_version) == ((), {}, None)
    with pytest.raises(NotFound, match="nothing has been assigned"):
        judging.project_judgments(session, project_id=project.id, round_name="main")


def revise(
    session: Session, annotation: Annotation, answers: dict[str, list[str]], *, after: bool
) -> None:
    annotation.revision += 1
    session.add(
        AnnotationRevision(
            annotation_id=annotation.id,
            number=annotation.revision,
            save_id=f"{annotation.id}-{annotation.revision}",
            answers=answers,
            spans=[],
            masked=False,
            after_feedback=after,
            saved_at=NOW + timedelta(days=annotation.revision),
        )
    )
    session.flush()


def test_the_last_revision_before_feedback_counts(session: Session, labelled: Labelled) -> None:
    (paragraph,) = labelled.paragraphs("One.")
    assignment = labelled.make.assignment(labelled.round, paragraph, labelled.person("alice"))
    annotation = labelled.make.annotation(assignment, NOISE)
    labelled.says("bob", paragraph, NOISE)
    revise(session, annotation, prose(), after=False)
    revise(session, annotation, NOISE, after=True)
    row = one(judged(session, labelled), "alice", "content")
    assert (row.label, row.revision, row.excluded) == ("main", 2, "")


def test_labels_given_only_after_feedback_never_count(session: Session, labelled: Labelled) -> None:
    (paragraph,) = labelled.paragraphs("One.")
    labelled.says("alice", paragraph, NOISE, saved={"after_feedback": True})
    assert one(judged(session, labelled), "alice", "content").excluded == "after_feedback"


def test_labels_given_after_the_round_has_closed_do_not_count_except_of_sources(
    session: Session, labelled: Labelled
) -> None:
    source = labelled.make.source(labelled.project)
    rated = Subject(project_id=labelled.project.id, scope="source", source_id=source.id)
    session.add(rated)
    session.flush()
    (paragraph,) = labelled.paragraphs("One.", source=source)
    late = {"saved_at": NOW + timedelta(days=9)}
    for name in ("alice", "bob"):
        labelled.says(name, paragraph, NOISE, saved=late)
        labelled.says(name, rated, {"reliability": ["a"]}, saved=late)
    labelled.round.closed_at = NOW + timedelta(days=1)
    session.flush()
    found = judged(session, labelled)
    assert one(found, "alice", "content").excluded == "after_feedback"
    row = one(found, "alice", "reliability")
    assert (row.excluded, row.document_id) == ("", None)
    assert row.item_id == identity.source_id(source.name)


def test_a_disabled_account_does_not_count(session: Session, labelled: Labelled) -> None:
    (paragraph,) = labelled.paragraphs("One.")
    labelled.says("alice", paragraph, NOISE)
    labelled.person("alice").disabled_at = NOW
    session.flush()
    assert one(judged(session, labelled), "alice", "content").excluded == "disabled_annotator"


def test_a_label_that_means_cannot_judge_is_kept_but_missing(
    session: Session, labelled: Labelled
) -> None:
    (paragraph,) = labelled.paragraphs("One.")
    labelled.says("alice", paragraph, prose(russia="unclear"))
    row = one(judged(session, labelled), "alice", "stance.russia")
    assert (row.label, row.excluded, row.judgment().label) == ("unclear", "missing_label", None)


def test_near_duplicates_count_once(session: Session, labelled: Labelled) -> None:
    first, second = labelled.paragraphs("Same.", "Same.")
    labelled.clustered(first, second)
    for name in ("alice", "bob"):
        labelled.says(name, first, NOISE)
        labelled.says(name, second, NOISE)
    found = [row for row in judged(session, labelled).rows if row.question == "content"]
    assert Counter(row.excluded for row in found) == {"": 2, "cluster_duplicate": 2}
    assert {row.cluster_id for row in found} == {identity.cluster_id("exact", "same.")}
    assert len({row.item_id for row in found}) == 2


def test_a_paragraph_that_left_its_document_is_withdrawn_and_one_that_stayed_is_the_same_item(
    session: Session, labelled: Labelled
) -> None:
    document = labelled.make.document(labelled.project, texts=("Stays.", "Goes."))
    stays, goes = labelled.paragraphs_of(document)
    for name in ("alice", "bob"):
        labelled.says(name, stays, NOISE)
        labelled.says(name, goes, NOISE)
    version = DocumentVersion(
        document_id=document.id,
        number=2,
        text_hash="second",
        characters=12,
        head="",
        file_name="a.txt",
        told=[],
        imported_at=NOW,
    )
    session.add(version)
    session.flush()
    paragraph = Paragraph(
        version_id=version.id,
        position=0,
        start=0,
        end=6,
        text="Stays.",
        tail="",
        duplicate_key="stays.",
    )
    session.add(paragraph)
    session.flush()
    newer = Subject(
        project_id=labelled.project.id,
        scope="paragraph",
        document_id=document.id,
        paragraph_id=paragraph.id,
    )
    session.add(newer)
    session.flush()
    items = items_of(session, project_id=labelled.project.id)
    assert items[stays.id].item_id == items[newer.id].item_id
    codes = {
        row.subject_id: row.excluded
        for row in judged(session, labelled).rows
        if row.question == "content"
    }
    assert codes == {stays.id: "", goes.id: "withdrawn"}


def test_labels_of_a_document_that_was_withdrawn_do_not_count(
    session: Session, labelled: Labelled
) -> None:
    document = labelled.make.document(labelled.project, texts=("One.",))
    (paragraph,) = labelled.paragraphs_of(document)
    labelled.says("alice", paragraph, NOISE)
    document.withdrawn_at = NOW
    session.flush()
    assert one(judged(session, labelled), "alice", "content").excluded == "withdrawn"


@pytest.mark.parametrize(
    ("editorial", "yaml", "code"),
    [
        (True, SMALL.replace("Main text", "Body text"), ""),
        (False, SMALL.replace("Main text", "Body text"), "other_codebook_version"),
        (True, SMALL.replace("code: headline", "code: title"), "other_codebook_version"),
    ],
    ids=["editorial", "another meaning", "said to be editorial, but with another label"],
)
def test_an_earlier_codebook_counts_only_if_the_later_one_means_the_same(
    session: Session, labelled: Labelled, editorial: bool, yaml: str, code: str
) -> None:
    (paragraph,) = labelled.paragraphs("One.")
    for name in ("alice", "bob"):
        labelled.says(name, paragraph, NOISE)
    second = labelled.make.codebook(labelled.project, yaml, number=2, editorial=editorial)
    assert one(judged(session, labelled), "alice", "content").excluded == ""
    labelled.make.round(labelled.project, second, name="later")
    found = judged(session, labelled)
    assert found.codebook_version == 2
    assert one(found, "alice", "content").excluded == code


def test_spans_stand_at_their_question(session: Session, labelled: Labelled) -> None:
    (paragraph,) = labelled.paragraphs("One.")
    span = {"question": "frames", "label": "economic", "start": 0, "end": 3, "quote": "One"}
    labelled.says("alice", paragraph, prose(["economic"]), saved={"spans": [span]})
    found = judged(session, labelled)
    assert one(found, "alice", "frames").spans == (span,)
    assert one(found, "alice", "content").spans == ()


def test_it_states_the_thresholds_of_the_newest_round(session: Session, labelled: Labelled) -> None:
    labelled.round.thresholds = {"content": 0.8, "frames": 0.5}
    labelled.make.round(
        labelled.project, labelled.codebook, name="later", thresholds={"frames": 0.6}
    )
    assert judged(session, labelled).thresholds == {"content": 0.8, "frames": 0.6}


def test_rows_come_in_code_point_order(session: Session, labelled: Labelled) -> None:
    for subject in labelled.paragraphs("Zebra.", "apple.", "Ébène."):
        for name in ("alice", "Zoë"):
            labelled.says(name, subject, NOISE)
    keys = [(row.item_id, row.annotator_id, row.question) for row in judged(session, labelled).rows]
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys) == 3 * 2 * 7


ANSWERS = st.sampled_from([None, NOISE, prose(), prose(["economic"], china="0")])


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(st.tuples(ANSWERS, ANSWERS, ANSWERS), min_size=1, max_size=5))
def test_every_judgment_counts_or_has_exactly_one_known_reason(
    session: Session, said: list[tuple[dict[str, list[str]] | None, ...]]
) -> None:
    nested = session.begin_nested()
    labelled = Labelled.empty(Factory(session), slug="added-up")
    texts = [f"Paragraph {number}." for number in range(len(said))]
    for subject, answers in zip(labelled.paragraphs(*texts), said, strict=True):
        for name, answer in zip(("added a", "added b", "added c"), answers, strict=True):
            labelled.says(name, subject, answer)
    found = judged(session, labelled)
    nested.rollback()
    for question in found.scales:
        rows = [row for row in found.rows if row.question == question]
        counted = [row for row in rows if not row.excluded]
        reasons = Counter(row.excluded for row in rows if row.excluded)
        assert set(reasons) <= set(EXCLUSIONS)
        assert len(counted) + reasons.total() == len(rows)
        assert all(votes > 1 for votes in Counter(row.item_id for row in counted).values())
