"""Annotators at a glance, and each in full."""

import re

from tests.web.agreement.conftest import Lead, text


def test_it_shows_how_much_everybody_did_and_links_to_each(lead: Lead) -> None:
    html = lead.get("/annotators")
    assert "alice 25 12" in lead.section("/annotators", "work")
    assert f"/annotators/{lead.pseudonym('alice')}" in html


def test_it_shows_how_often_each_said_the_same_question_by_question(lead: Lead) -> None:
    said = lead.section("/annotators", "same")
    assert "What is it? 71 % 71 %" in said
    assert "Genre 100 % 100 %" in said


def test_one_annotator_has_every_question_with_the_largest_confusion(lead: Lead) -> None:
    said = lead.section(f"/annotators/{lead.pseudonym('alice')}", "questions")
    assert re.search(
        r"What is it\? 24 71 % Main text 79 % -?0\.\d\d – too few labels the vote", said
    ), said
    assert "“Boilerplate” where others said “Main text”: 4 of 24 items" in said
    assert "nothing, all are the same" in said
    assert "Competence is how often somebody is right" in said


def test_it_opens_on_the_question_where_they_differ_most(lead: Lead) -> None:
    page = text(lead.get(f"/annotators/{lead.pseudonym('bob')}"))
    assert "Their labels and those of others: Frames" in page
    asked = text(lead.get(f"/annotators/{lead.pseudonym('bob')}?question=content"))
    assert "Their labels and those of others: What is it?" in asked
    assert "Main text Boilerplate 4 differs" in asked
    assert "Competence on this question: The vote stands because only 24 items" in asked
    assert "What is it?: same label as the others, over time" in asked


def test_nobody_has_a_page_but_those_who_were_given_work(lead: Lead) -> None:
    assert lead.status(f"/annotators/{lead.pseudonym('lead')}") == 404
    assert lead.status("/annotators/alice") == 404


def test_someone_whose_labels_do_not_count_has_an_empty_page(lead: Lead) -> None:
    page = lead.get(f"/annotators/{lead.pseudonym('alice')}?round=training")
    assert "No label of this person counts" in page
