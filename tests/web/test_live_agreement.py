"""The lead's page follows what people save, and says so while the judgments are being counted."""

import uuid

import pytest
from flask.testing import FlaskClient

from annotator.domain.saving import Save
from annotator.errors import BeingCounted
from annotator.services import annotating
from annotator.services.live import LiveAgreement
from annotator.store.database import Database
from annotator.store.labelling import Assignment
from annotator.store.people import User
from tests.factories import NOW
from tests.labelled import NOISE, Labelled
from tests.web.conftest import Seed, SignIn

PAGE = "/projects/news/agreement"


@pytest.fixture
def project(seed: Seed) -> tuple[User, Assignment]:
    """A lead, and what bob has still to label: a paragraph that alice has labelled."""
    with seed() as make:
        labelled = Labelled.empty(make, slug="news", title="News")
        lead = labelled.person("lead", role="lead")
        (subject,) = labelled.paragraphs("One.")
        labelled.says("alice", subject, NOISE)
        return lead, labelled.says("bob", subject, None)


def test_a_save_shows_on_the_page_that_was_looked_at_before(
    client: FlaskClient,
    project: tuple[User, Assignment],
    sign_in: SignIn,
    app_database: Database,
) -> None:
    lead, task = project
    sign_in(client, lead)
    assert "0 items with two labels" in " ".join(client.get(f"{PAGE}/content").text.split())
    with app_database.write() as session:
        annotating.save_annotation(
            session,
            assignment_id=task.id,
            user_id=task.user_id,
            save=Save(str(uuid.uuid4()), seen_revision=0, answers=NOISE),
            now=NOW,
        )
    assert "1 items with two labels" in " ".join(client.get(f"{PAGE}/content").text.split())


def test_while_it_is_counted_the_page_says_so_and_loads_anew_by_itself(
    client: FlaskClient,
    project: tuple[User, Assignment],
    sign_in: SignIn,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise BeingCounted("They are being counted.")

    monkeypatch.setattr(LiveAgreement, "_look", refuse)
    sign_in(client, project[0])
    response = client.get(PAGE)
    assert response.status_code == 503
    assert response.headers["Refresh"] == response.headers["Retry-After"] == "5"
    html = response.get_data(as_text=True)
    assert "They are being counted." in html
    assert "lead" in html
