"""What a lead can choose about a release, in the browser."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from annotator.domain.dataset import TABLES
from annotator.domain.release_choices import Choices
from annotator.services.releases.writing import Options
from annotator.store.database import Database
from annotator.store.publishing import Job, Release
from annotator.web.releases import QUEUED
from tests.factories import NOW
from tests.services.release_world import build
from tests.web.conftest import Seed, SignIn

PAGE = "/projects/small/releases"


@pytest.fixture
def lead_client(client: FlaskClient, seed: Seed, sign_in: SignIn) -> FlaskClient:
    with seed() as make:
        lead = make.user("lena", role="lead")
        build(make, documents=2, lead=lead)
    sign_in(client, lead)
    return client


def asked(database: Database) -> Options:
    """The options of the one job that was queued."""
    with database.read() as session:
        return Options.from_json(session.scalars(select(Job.payload)).one())


def ticked(page: str, name: str) -> list[str]:
    boxes = re.findall(rf'<input[^>]*name="{name}"[^>]*>', page)
    return [re.findall('value="([^"]*)"', box)[0] for box in boxes if "checked" in box]


def test_a_form_that_nobody_touched_asks_for_everything(
    lead_client: FlaskClient, app_database: Database
) -> None:
    page = lead_client.get(PAGE).text
    every = {name: ticked(page, name) for name in ("questions", "languages", "formats")}
    assert every["questions"] == ["content", "frames", "stance", "genre"]
    assert every["languages"] == ["en"]
    assert every["formats"] == ["csv", "jsonl", "parquet"]
    lead_client.post(PAGE, data=every)
    assert asked(app_database) == Options()


def test_what_is_chosen_is_what_the_release_is_made_with(
    lead_client: FlaskClient, app_database: Database
) -> None:
    response = lead_client.post(
        PAGE,
        data={
            "questions": ["content", "genre"], "formats": ["parquet", "stata"], "gold": "people",
            "min_annotators": "2", "certainty": "0.9", "texts": "hash", "licence": "CC-BY-4.0",
            "withheld_sources": ["The Northern Ledger"], "texts_licence": "Ours", "competence": "y",
            "split_by": "date", "train": "70", "validation": "20", "test": "10",
            "validation_from": "2024-01-01", "test_from": "2025-01-01", "seed": "9",
        },
    )  # fmt: skip
    assert response.status_code == 303
    assert asked(app_database) == Options(
        seed=9,
        formats=("parquet", "stata"),
        choices=Choices(
            questions=("content", "genre"), gold="people", min_annotators=2, certainty=0.9,
            texts="hash", withheld_sources=("The Northern Ledger",), licence="CC-BY-4.0",
            texts_licence="Ours", competence=True, split_by="date", shares=(70, 20, 10),
            starts=("2024-01-01", "2025-01-01"),
        ),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"train": "70"}, "must be 100 together"),
        ({"split_by": "date"}, "splits by date need two days"),
        ({"certainty": "2"}, "a number from 0 to 1"),
        ({"min_annotators": "-1"}, "a whole number from 0 to 100"),
        ({"questions": ["mood"]}, "not a valid choice"),
        ({"formats": ["pdf"]}, "not a valid choice"),
        ({"licence": "x" * 2_001}, "2000 characters"),
    ],
)
def test_what_cannot_be_chosen_brings_the_form_back_and_makes_nothing(
    lead_client: FlaskClient, app_database: Database, typed: dict[str, Any], sentence: str
) -> None:
    response = lead_client.post(PAGE, data=typed | {"licence": typed.get("licence", "Kept")})
    assert response.status_code == 422
    assert sentence in response.text
    assert f'value="{typed.get("licence", "Kept")}"' in response.text
    with app_database.read() as session:
        assert session.scalars(select(Job.id)).all() == []


def test_what_it_would_hold_is_counted_and_nothing_is_made(
    lead_client: FlaskClient, app_database: Database
) -> None:
    response = lead_client.post(PAGE, data={"step": "check", "gold": "people", "competence": "y"})
    assert response.status_code == 200
    page = " ".join(re.sub("<[^>]+>", " ", response.text).split())
    assert "2 documents 16 paragraphs" in page
    assert re.search(r"Content 0 0 Frames 2 0 Stance 0 0", page)
    assert "There is no gold on “Content”, “Stance”, “Genre”." in page
    assert "The competence of 3 people is told" in page
    assert "No licence of the labels is named" in page
    assert QUEUED not in page
    with app_database.read() as session:
        assert session.scalars(select(Job.id)).all() == []


def test_the_form_has_the_choices_of_the_last_release(lead_client: FlaskClient, seed: Seed) -> None:
    choices = Choices(questions=("content",), licence="CC0-1.0", shares=(60, 20, 20))
    with seed() as make:
        options = Options(seed=4, formats=("csv", "lewidi"), choices=choices)
        make._add(
            Release(
                project_id=1, number=1, seed=4, options=options.as_json(), folder="small-release-1",
                manifest={"counts": dict.fromkeys(TABLES, 1), "excluded": {}},
                made_at=NOW,
            )
        )  # fmt: skip
    page = lead_client.get(PAGE).text
    assert "as for release 1" in page
    assert ticked(page, "questions") == ["content"]
    assert ticked(page, "formats") == ["csv", "lewidi"]
    assert 'value="CC0-1.0"' in page
    assert re.search('<input[^>]*name="train"[^>]*value="60"', page)
