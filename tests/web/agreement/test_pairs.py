"""The paragraphs on which two labels met."""

from sqlalchemy import select

from annotator.store.corpus import Paragraph, Subject
from tests.web.agreement.conftest import Lead, text
from tests.web.conftest import Seed


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


def test_labels_that_never_met_are_told_as_none(lead: Lead) -> None:
    assert "0 found" in lead.get("/content/pairs?a=main&b=gone")
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
