"""The page of suggestions against gold, and of refits."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from annotator.config import Settings
from annotator.domain.noise import MADE_BY
from annotator.services import working
from annotator.store.database import Database
from annotator.web.noise import COMPUTING, REFITTING
from tests.services.test_noise_refits import settled_project
from tests.web.conftest import Seed, SignIn

PAGE = "/projects/settled/noise"
Work = Callable[[], bool]
Open = Callable[[int], FlaskClient]


@pytest.fixture
def lead(client: FlaskClient, seed: Seed, sign_in: SignIn) -> Open:
    def opened(documents: int) -> FlaskClient:
        with seed() as make:
            user = make.user("lena", role="lead")
            project = settled_project(make.session, documents=documents)
            make.member(project, user, role="lead")
        sign_in(client, user)
        return client

    return opened


@pytest.fixture
def work(app_database: Database, tmp_path: Path) -> Work:
    def run() -> bool:
        return working.run_next(
            app_database,
            Settings(home=tmp_path / "home"),
            worker="test",
            clock=lambda: datetime.now(UTC),
        )

    return run


def test_a_lead_with_little_gold_sees_figures_and_what_is_missing(lead: Open) -> None:
    client = lead(2)
    page = client.get(PAGE).text

    assert "By source" in page
    assert "Ledger" in page
    assert "a refit needs 20 of each" in page
    assert "Refit from" not in page
    refused = client.post(f"{PAGE}/refits")
    assert refused.status_code == 422
    assert "a refit needs 20 of each" in refused.text


def test_a_lead_refits_looks_at_it_and_switches_it_on_and_off(lead: Open, work: Work) -> None:
    client = lead(12)
    assert "Refit from 96 settled paragraphs" in client.get(PAGE).text
    assert client.post(f"{PAGE}/refits").status_code == 303
    waiting = client.get(PAGE).text
    assert REFITTING in waiting
    assert "A refit waits to be made" in waiting
    assert client.post(f"{PAGE}/refits").status_code == 409
    assert work()
    made = client.get(PAGE).text
    assert "judged by a fit of other sources alone" in made
    assert "by lena" in made
    assert "Switch on refit 1" in made
    assert client.post(f"{PAGE}/shipped/use").status_code == 409
    assert client.post(f"{PAGE}/refits/1/use").status_code == 303
    assert COMPUTING in client.get(PAGE).text
    assert work()
    assert f"{MADE_BY}+refit-1" in client.get(PAGE).text
    assert client.post(f"{PAGE}/shipped/use").status_code == 303
    assert work()
    assert "refit-1</code>" not in client.get(PAGE).text


def test_a_refit_that_is_not_there_is_no_page(lead: Open) -> None:
    assert lead(1).post(f"{PAGE}/refits/3/use").status_code == 404
