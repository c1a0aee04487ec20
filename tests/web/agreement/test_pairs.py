"""The paragraphs on which two labels met."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from annotator.store.corpus import Paragraph, Subject
from tests.labelled import NOISE, Labelled, prose
from tests.web.agreement.conftest import Lead, text
from tests.web.conftest import Seed, SignIn


def test_it_shows_the_paragraph_with_who_said_what_and_the_ways_on(lead: Lead) -> None:
    html = lead.get("/content/pairs?a=main&b=boilerplate")
    said = text(html)
    assert "“Main text” or “Boilerplate”?" in said
    assert "7 found" in said
    assert "Paragraph 5. alice Boilerplate bob Main text" in said
    assert html.count("/adjudicate/") == 7
    assert "Document 5, paragraph 1" in said
    assert 'href="/projects/news/documents/' in html
    assert "Paragraph 0." not in said


def test_without_labels_it_shows_every_difference(lead: Lead) -> None:
    said = text(lead.get("/frames/pairs"))
    assert "Where annotators gave different labels" in said
    assert "alice Security bob Economic" in said


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("a=main", "Name two different labels in the address"),
        ("b=main", "Name two different labels in the address"),
        ("a=main&b=main", "Name two different labels in the address"),
        ("a=main&b=gone", "The question has no label “gone”; its labels are: main, boilerplate"),
    ],
)
def test_it_says_what_is_wrong_with_the_labels_in_the_address(
    lead: Lead, query: str, sentence: str
) -> None:
    response = lead.client.get(f"/projects/news/agreement/content/pairs?{query}")
    assert response.status_code == 404
    assert sentence in text(response.text)


def test_sets_are_labels_too(lead: Lead) -> None:
    assert "economic” or “" not in lead.get("/frames/pairs?a=economic&b=economic%7Csecurity")
    assert lead.status("/frames/pairs?a=economic&b=economic%7Cgone") == 404


def test_it_counts_pairs_of_labels_and_paragraphs(
    client: FlaskClient, seed: Seed, sign_in: SignIn
) -> None:
    with seed() as make:
        labelled = Labelled.empty(make, slug="three")
        user = labelled.person("lead", role="lead")
        for subject in labelled.paragraphs("One.", "Two."):
            for name in ("alice", "bob", "cat"):
                labelled.says(name, subject, NOISE if name == "cat" else prose())
        make.gold(subject.id, "content", [["main"]])
    sign_in(client, user)
    page = text(client.get("/projects/three/agreement/content").text)
    assert "“Boilerplate” met 4 times: 4 pairs of labels on 2 paragraphs." in page
    assert "Main text Boilerplate 4 2 Read them" in page
    html = client.get("/projects/three/agreement/content/pairs?a=main&b=boilerplate").text
    assert "2 found, in reading order. In all 4 pairs of labels on 2 paragraphs." in text(html)
    assert text(html).count("Settle it") == text(html).count("Settled: look at it") == 1


def test_labels_that_never_met_are_told_as_none(lead: Lead) -> None:
    assert "0 found" in lead.get("/frames/pairs?a=&b=economic%7Csecurity")
    assert "0 found" in text(lead.get("/genre/pairs"))


def test_it_keeps_back_what_the_lead_labels_in_an_open_round(lead: Lead, seed: Seed) -> None:
    with seed() as make:
        subject = make.session.scalars(
            select(Subject).join(Subject.paragraph).where(Paragraph.text == "Paragraph 5.")
        ).one()
        make.assignment(lead.labelled.round, subject, lead.labelled.people["lead"])
    html = lead.get("/content/pairs?a=main&b=boilerplate")
    assert "1 more is kept back" in text(html)
    assert "6 found" in text(html)
    assert "Paragraph 5." not in html


def test_a_page_that_is_no_number_is_the_first(lead: Lead) -> None:
    assert "7 found" in lead.get("/content/pairs?a=main&b=boilerplate&page=x")
