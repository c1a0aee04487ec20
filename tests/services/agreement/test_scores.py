"""Agreement of a project: the figures of its judgments, and the numbers that must add up."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from annotator.domain.scoring import rounded
from annotator.domain.scoring import score as score_rows
from annotator.errors import NotFound
from annotator.services import agreement
from annotator.services.judging import project_judgments
from tests.factories import Factory
from tests.labelled import NOISE, Labelled, prose


@pytest.fixture
def labelled(make: Factory) -> Labelled:
    """Four paragraphs: on `content` two people agree three times and differ once."""
    labelled = Labelled.empty(make)
    paragraphs = labelled.paragraphs("One.", "Two.", "Three.", "Four.", "Five.")
    for subject, first, second in zip(
        paragraphs,
        (NOISE, prose(["economic"]), prose(["security"]), NOISE),
        (NOISE, prose(["economic"]), prose(["economic"]), prose()),
        strict=False,
    ):
        labelled.says("alice", subject, first)
        labelled.says("bob", subject, second)
    labelled.says("alice", paragraphs[4], None)
    return labelled


def score(session: Session, labelled: Labelled, **given: Any) -> dict[str, Any]:
    return agreement.score_project(
        session, project_id=labelled.project.id, **({"replicates": 50} | given)
    )


def question(found: dict[str, Any], code: str) -> dict[str, Any]:
    (entry,) = [entry for entry in found["questions"] if entry["question"] == code]
    return dict(entry)


def test_it_gives_percent_and_alpha_of_each_question(session: Session, labelled: Labelled) -> None:
    content = question(score(session, labelled), "content")
    assert content["statistics"]["percent_agreement"]["value"] == 0.75
    # By hand: 8 labels, 3 noise and 5 main; D_o = 2/8, D_e = 2*3*5/(8*7).
    expected = 1 - (2 / 8) / (2 * 3 * 5 / (8 * 7))
    assert content["statistics"]["krippendorff_alpha"]["value"] == pytest.approx(expected)
    assert (content["pairable_items"], content["counted"], content["judgments"]) == (4, 8, 9)
    assert content["excluded"] == {"open": 1}


def test_it_withholds_an_interval_that_would_lie(session: Session, labelled: Labelled) -> None:
    alpha = question(score(session, labelled), "content")["statistics"]["krippendorff_alpha"]
    assert (alpha["low"], alpha["high"], alpha["why"]) == (None, None, "too_few_documents")


def test_it_says_how_many_never_passed_the_gate(session: Session, labelled: Labelled) -> None:
    frames = question(score(session, labelled), "frames")
    assert (frames["gated"], frames["counted"]) == (3, 4)
    assert frames["excluded"] == {"open": 1, "gated": 3, "single_coded": 1}


def test_judgments_are_those_that_count_and_those_with_a_reason(
    session: Session, labelled: Labelled
) -> None:
    for entry in score(session, labelled)["questions"]:
        assert entry["counted"] + sum(entry["excluded"].values()) == entry["judgments"]


def test_it_leaves_out_texts_and_what_the_codebook_keeps_out(
    session: Session, labelled: Labelled
) -> None:
    codes = {entry["question"] for entry in score(session, labelled)["questions"]}
    assert codes.isdisjoint({"confidence", "remark"})
    assert "genre" in codes


def test_it_states_the_threshold_also_for_questions_made_from_one(
    session: Session, labelled: Labelled
) -> None:
    labelled.round.thresholds = {"content": 0.8, "stance": 0.5, "stance.china": 0.4}
    session.flush()
    found = score(session, labelled)
    assert question(found, "content")["threshold"] == 0.8
    assert question(found, "stance.russia")["threshold"] == 0.5
    assert question(found, "stance.china")["threshold"] == 0.4
    assert question(found, "frames")["threshold"] is None


def test_scoring_only_what_counts_gives_the_same_figures(
    session: Session, labelled: Labelled
) -> None:
    """A release is checked so: the rows with an empty `excluded` are all that is needed."""
    judgments = project_judgments(session, project_id=labelled.project.id)
    counted = [row for row in judgments.for_statistics() if not row.excluded]
    alone = rounded(score_rows(counted, judgments.scales, seed=judgments.seed, replicates=50))
    whole = agreement.scored(judgments, replicates=50)
    for ours, theirs in zip(whole["questions"], alone["questions"], strict=True):
        for part in ("question", "statistics", "labels", "confusions", "pairs"):
            assert ours[part] == theirs[part]


def test_it_names_what_was_scored(session: Session, labelled: Labelled) -> None:
    found = score(session, labelled, seed=7)
    assert (found["rounds"], found["codebook_version"]) == (["main"], 1)
    assert (found["seed"], found["replicates"]) == (7, 50)
    with pytest.raises(NotFound, match="no round “pilot”"):
        score(session, labelled, round_name="pilot")


def test_the_same_seed_gives_the_same_intervals(session: Session, make: Factory) -> None:
    labelled = Labelled.empty(make)
    for number in range(24):
        (subject,) = labelled.paragraphs(f"Paragraph {number}.")
        labelled.says("alice", subject, NOISE if number % 3 else prose())
        labelled.says("bob", subject, NOISE if number % 4 else prose())
    first, again, other = (score(session, labelled, seed=seed) for seed in (1, 1, 2))
    alpha = question(first, "content")["statistics"]["krippendorff_alpha"]
    assert alpha["low"] < alpha["value"] < alpha["high"]
    assert first["questions"] == again["questions"]
    assert first["questions"] != other["questions"]


def test_a_project_without_labels_has_no_figures(session: Session, make: Factory) -> None:
    project = make.project()
    found = agreement.score_project(session, project_id=project.id)
    assert (found["questions"], found["rounds"]) == ([], [])


def test_one_question_alone_has_the_same_figures(session: Session, labelled: Labelled) -> None:
    judgments = project_judgments(session, project_id=labelled.project.id)
    whole = agreement.scored(judgments, replicates=50)
    (alone,) = agreement.scored(judgments, replicates=50, only="frames")["questions"]
    assert alone == question(whole, "frames")
