"""The paragraph on methods: numbers of the pages, ready to paste."""

from html import unescape

from flask.testing import FlaskClient

from annotator.web.security import DOWNLOAD_POLICY
from tests.labelled import Labelled
from tests.web.agreement.conftest import Lead
from tests.web.conftest import Seed, SignIn


def test_it_says_what_was_computed_on_how_many_items_and_how(lead: Lead) -> None:
    page = unescape(lead.get("/methods"))
    paragraph = page.partition("readonly>")[2].partition("</textarea>")[0]
    assert "2 annotators gave 48 judgments that count to 24 items" in paragraph
    assert "The threshold stated beforehand was 0.90." in paragraph
    assert "the seed 1" in paragraph
    assert "https://doi.org/10.1080/19312450709336664" in paragraph


def test_it_can_be_had_as_text(lead: Lead) -> None:
    response = lead.client.get("/projects/news/agreement/methods.txt")
    assert response.text in unescape(lead.get("/methods"))
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert response.headers["Content-Disposition"] == "attachment; filename=news-methods.txt"
    assert response.headers["Content-Security-Policy"] == DOWNLOAD_POLICY


def test_it_is_found_from_the_overview(lead: Lead) -> None:
    assert 'href="/projects/news/agreement/methods"' in lead.get()


def test_there_is_nothing_to_describe_where_nobody_labelled(
    client: FlaskClient, seed: Seed, sign_in: SignIn
) -> None:
    with seed() as make:
        user = Labelled.empty(make, slug="idle").person("lead", role="lead")
    sign_in(client, user)
    assert "there is nothing to describe" in client.get("/projects/idle/agreement/methods").text
