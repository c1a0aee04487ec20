"""Codebook, progress, agreement and labels of a project as a script gets them."""

import json
from typing import Any

import pytest
from sqlalchemy import select

from annotator.domain.dataset import ANNOTATIONS
from annotator.services.agreement import score_project
from annotator.services.judging import project_judgments
from annotator.store.corpus import Project
from annotator.store.database import Database
from annotator.store.labelling import Assignment, Round
from annotator.web.api import shapes
from annotator.web.api.projects import LINES_AT_ONCE
from tests.labelled import Labelled, prose
from tests.web.api.conftest import Case, token_of
from tests.web.api.test_assignments import NOISE, a_body, path_of
from tests.web.conftest import Seed


def label_all(case: Case) -> None:
    """Both label everything; they differ on the last paragraph."""
    for mine, bobs in zip(case.mine, case.bobs, strict=True):
        other = NOISE if mine == case.mine[-1] else prose(["security"])
        case.alice.put(path_of(mine), json=a_body(prose(["security"])))
        case.bob.put(path_of(bobs), json=a_body(other))


def lines_of(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_the_codebook_has_every_question_as_asked(case: Case) -> None:
    answer = case.alice.get("/projects/news/codebook")
    assert answer.status_code == 200
    shapes.CodebookShown.model_validate(answer.json)
    assert answer.json["version"] == 1
    assert answer.json["languages"] == ["en"]
    assert answer.json["round"] is None
    asked = {question["code"]: question for question in answer.json["questions"]}
    assert asked["stance.russia"]["target"] == "russia"
    assert asked["frames"]["show_if"] == [{"question": "content", "labels": ["main"]}]
    assert [label["code"] for label in asked["frames"]["labels"]] == ["security", "economic"]


def test_the_codebook_of_a_round_has_the_questions_of_its_kind(
    case: Case, app_database: Database
) -> None:
    with app_database.write() as session:
        session.scalars(select(Round)).one().kind = "cleanup"
    answer = case.alice.get("/projects/news/codebook?round=main")
    shapes.CodebookShown.model_validate(answer.json)
    assert answer.json["round"] == "main"
    assert [question["code"] for question in answer.json["questions"]] == ["content"]


def test_the_codebook_of_an_unknown_round_is_not_there(case: Case) -> None:
    answer = case.alice.get("/projects/news/codebook?round=nowhere%00")
    assert answer.status_code == 404
    assert "nowhere" in answer.json["error"]


def test_progress_is_ones_own(case: Case) -> None:
    case.alice.put(path_of(case.mine[0]), json=a_body())
    case.alice.post(f"/assignments/{case.mine[1]}/skip", json={"reason": "torn"})
    answer = case.alice.get("/projects/news/progress")
    shapes.Progress.model_validate(answer.json)
    row = {"round": "main", "kind": "main", "open": True, "done": 1, "skipped": 1, "left": 4}
    assert answer.json == {"rounds": [row], "people": []}


def test_a_lead_sees_how_far_everyone_is(case: Case) -> None:
    case.alice.put(path_of(case.mine[0]), json=a_body())
    answer = case.lena.get("/projects/news/progress")
    shapes.Progress.model_validate(answer.json)
    assert answer.json["rounds"] == []
    done = {row["name"]: (row["done"], row["left"]) for row in answer.json["people"]}
    assert done == {"alice": (1, 5), "bob": (0, 6)}


def test_agreement_is_what_the_service_says(case: Case, app_database: Database) -> None:
    label_all(case)
    answer = case.lena.get("/projects/news/agreement")
    assert answer.status_code == 200
    shapes.Agreement.model_validate(answer.json)
    with app_database.read() as session:
        project = session.scalars(select(Project).where(Project.slug == "news")).one()
        expected = score_project(session, project_id=project.id)
    assert answer.json == json.loads(json.dumps(expected))
    content = next(q for q in answer.json["questions"] if q["question"] == "content")
    assert content["pairable_items"] == 6
    assert 0 < content["statistics"]["percent_agreement"]["value"] < 1


def test_agreement_of_a_project_without_labels_is_no_error(case: Case) -> None:
    answer = case.lena.get("/projects/news/agreement")
    assert answer.status_code == 200
    values = [q["statistics"]["krippendorff_alpha"]["value"] for q in answer.json["questions"]]
    assert set(values) == {None}


def test_the_annotations_are_the_lines_of_a_release(case: Case, app_database: Database) -> None:
    label_all(case)
    answer = case.lena.get("/projects/news/annotations")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/jsonl"
    assert answer.headers["Content-Disposition"] == "attachment; filename=news-annotations.jsonl"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    lines = lines_of(answer.text)
    for line in lines:
        assert tuple(line) == ANNOTATIONS.names
        shapes.JudgmentLine.model_validate(line)
    with app_database.read() as session:
        project = session.scalars(select(Project).where(Project.slug == "news")).one()
        rows = project_judgments(session, project_id=project.id).rows
    assert len(lines) == len(rows)
    assert {line["label"] for line in lines if line["question"] == "content"} == {
        "main",
        "boilerplate",
    }
    assert not {"alice", "bob"} & {line["annotator_id"] for line in lines}


def test_lines_come_in_pieces_and_none_is_lost(app: Any, seed: Seed) -> None:
    with seed() as make:
        labelled = Labelled.empty(make, slug="long")
        lena = labelled.person("lena", role="lead")
        for subject in labelled.paragraphs(*(f"Paragraph {n}." for n in range(LINES_AT_ONCE))):
            labelled.says("alice", subject, NOISE)
        token = token_of(make.session, lena)
    answer = app.test_client().get(
        "/api/v1/projects/long/annotations", headers={"Authorization": f"Bearer {token}"}
    )
    items = {line["item_id"] for line in lines_of(answer.get_data(as_text=True))}
    assert len(items) == LINES_AT_ONCE


@pytest.mark.parametrize("what", ["agreement", "annotations"])
def test_labels_of_others_are_for_leads(case: Case, what: str) -> None:
    answer = case.alice.get(f"/projects/news/{what}")
    assert answer.status_code == 403
    assert list(answer.json) == ["error"]


@pytest.mark.parametrize("what", ["agreement", "annotations", "codebook", "progress", "next"])
def test_a_lead_of_another_project_finds_nothing(case: Case, what: str) -> None:
    assert case.stranger.get(f"/projects/news/{what}").status_code == 404


@pytest.mark.parametrize("what", ["agreement", "annotations"])
def test_a_round_that_is_not_there_is_named(case: Case, what: str) -> None:
    answer = case.lena.get(f"/projects/news/{what}?round=second")
    assert answer.status_code == 404
    assert "second" in answer.json["error"]


@pytest.mark.parametrize("what", ["agreement", "annotations", "codebook"])
@pytest.mark.parametrize("asked", ["rounds=main", f"round={'x' * 201}"])
def test_a_wrong_parameter_is_named(case: Case, what: str, asked: str) -> None:
    answer = case.lena.get(f"/projects/news/{what}?{asked}")
    assert answer.status_code == 422
    assert list(answer.json["problems"]) == [asked.partition("=")[0]]


def test_asking_changes_nothing(case: Case, app_database: Database) -> None:
    for what in ("agreement", "annotations", "codebook", "progress"):
        assert case.lena.get(f"/projects/news/{what}").status_code == 200
    with app_database.read() as session:
        assert set(session.scalars(select(Assignment.state))) == {"open"}
