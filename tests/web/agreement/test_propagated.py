"""The page of a question says what repeated lines do to its figures."""

import pytest
from flask.testing import FlaskClient

from tests.labelled import NOISE, Labelled, prose
from tests.web.agreement.conftest import Lead
from tests.web.conftest import Seed, SignIn


@pytest.fixture
def repeated(client: FlaskClient, seed: Seed, sign_in: SignIn) -> Lead:
    """A banner in four documents: two people label it in two of them, the label is copied on."""
    with seed() as make:
        labelled = Labelled.empty(make, slug="news", title="News")
        user = labelled.person("lead", role="lead")
        banners = []
        for number in range(4):
            banner, prose_ = labelled.paragraphs("Subscribe.", f"Paragraph {number}.")
            banners.append(banner)
            for name in ("alice", "bob"):
                labelled.says(name, prose_, prose(["economic"]))
                if number < 2:
                    labelled.says(name, banner, NOISE)
            make.gold(prose_.id, "content", [["main"]], method="unanimous")
            method = "unanimous" if number < 2 else "propagated"
            make.gold(banner.id, "content", [["boilerplate"]], method=method)
        labelled.clustered(*banners)
    sign_in(client, user)
    return Lead(client, labelled)


def test_figures_with_each_copy_stand_beside_those_with_one(repeated: Lead) -> None:
    copies = repeated.section("/content", "copies")
    assert "One of each near-duplicate cluster" in copies
    assert "Every copy by itself" in copies
    table = repeated.get("/content/copies.csv").splitlines()
    assert [line.split(",")[-3:-1] for line in table[1:]] == [["5", "10"], ["6", "12"]]


def test_what_was_settled_before_stands_beside_what_was_copied(repeated: Lead) -> None:
    said = repeated.section("/content", "propagated")
    assert "Boilerplate 2 33 % 4 50 %" in said
    assert "they change no figure of agreement" in said
    head, boilerplate, main = repeated.get("/content/propagated.csv").splitlines()
    assert head == 'Label,"Label, code",Before,Share before,After,Share after'
    assert boilerplate.split(",")[1:] == ["boilerplate", "2", str(1 / 3), "4", "0.5"]
    assert main.split(",")[1:] == ["main", "4", str(2 / 3), "4", "0.5"]


def test_a_question_without_copies_says_nothing_of_them(lead: Lead) -> None:
    html = lead.get("/content")
    assert 'id="copies"' not in html
    assert 'id="propagated"' not in html
