"""The page of one question: all figures side by side, numbers that add up, and parts with n."""

import re

import pytest
from flask.testing import FlaskClient

from tests.factories import Factory
from tests.labelled import NOISE, Labelled, prose
from tests.small_codebook import SMALL
from tests.web.agreement.conftest import Lead, text
from tests.web.conftest import Seed, SignIn


def test_it_shows_the_statistics_side_by_side(lead: Lead) -> None:
    said = lead.section("/content", "statistics")
    assert re.search(r"Krippendorff's alpha -?0\.\d\d -?0\.\d\d to 0\.\d\d with the metric", said)
    assert re.search(r"Percent agreement 0\.\d\d 0\.\d\d to 0\.\d\d chance is not taken off", said)


def test_it_says_in_words_why_a_figure_is_missing(lead: Lead) -> None:
    assert "Only one label was used" in lead.section("/genre", "statistics")
    assert "too few documents" in lead.section("/frames", "statistics")


def test_it_says_what_the_threshold_has_to_fear_where_there_is_an_interval(lead: Lead) -> None:
    said = text(lead.get("/content"))
    assert re.search(r"The chance that alpha is really below the threshold is [\w ]+ %\.", said)
    assert re.search(r"About \d+ more documents would halve the interval", said)
    assert "more documents" not in text(lead.get("/genre"))


def test_it_says_in_words_what_was_left_out_and_the_numbers_add_up(lead: Lead) -> None:
    said = lead.section("/frames", "judgments")
    assert "The question did not apply after this annotator's earlier answers. 9" in said
    numbers = [int(n) for n in re.findall(r"(?<=\s)(\d+)(?=\s|$)", said.split("Counted")[1])]
    assert sum(numbers[:-1]) == numbers[-1] == 48
    assert "With dropping out at a gate as an answer of its own, alpha is" in said


def test_it_shows_how_often_each_label_was_given(lead: Lead) -> None:
    said = lead.section("/content", "labels")
    assert re.search(r"Main text 39 81 % 0\.\d\d", said) or re.search(r"Main text 39 81 % -0", said)
    assert "Boilerplate 9 19 %" in said


def test_it_names_the_confusions_and_links_to_their_paragraphs(lead: Lead) -> None:
    html = lead.get("/content")
    assert "“Main text” and “Boilerplate” met 7 times" in text(html)
    link = "/projects/news/agreement/content/pairs?a=main&amp;b=boilerplate"
    assert link in html


def test_it_shows_annotators_by_name_in_pairs_with_the_items_they_share(lead: Lead) -> None:
    html = lead.get("/content")
    assert re.search(r"alice bob 24 71 % -?0\.\d\d", lead.section("/content", "pairs"))
    plot = html[html.index('id="pairs"') :].split("</svg>")[0]
    assert "n 24" in plot
    assert "71 %" in plot
    assert "annotator-" not in html


def test_it_tells_the_range_without_each_annotator(
    client: FlaskClient, seed: Seed, sign_in: SignIn
) -> None:
    with seed() as make:
        labelled = Labelled.empty(make, slug="three")
        user = labelled.person("lead", role="lead")
        for number, subject in enumerate(labelled.paragraphs("One.", "Two.", "Three.", "Four.")):
            for name in ("alice", "bob", "cat"):
                differs = number == 3 and name == "cat"
                labelled.says(name, subject, NOISE if number % 2 != differs else prose())
    sign_in(client, user)
    page = text(client.get("/projects/three/agreement/content").text)
    # By hand: without cat all agree; without another, 8 labels of 3 and 5, and one pair differs.
    assert "Without one annotator each, alpha runs from 0.53 to 1.00; with everybody it is" in page
    assert "alice 4 0.53 bob 4 0.53 cat 4 1.00" in page


def test_nobody_can_be_left_out_of_two(lead: Lead) -> None:
    assert 'id="without"' not in lead.get("/content")


def test_it_marks_parts_that_say_nothing(lead: Lead) -> None:
    html = lead.get("/content")
    assert 'id="sources"' in html
    said = lead.section("/content", "sources")
    assert said.count("too few to say anything") == 24


def test_it_goes_over_time_with_dates(lead: Lead) -> None:
    said = lead.section("/content", "time")
    assert "2026-01-05 09:00 2026-01-24 09:00" in said
    assert said.count(" 20 ") == 2


@pytest.fixture
def lopsided(client: FlaskClient, seed: Seed, sign_in: SignIn) -> FlaskClient:
    """Three rounds under two codebooks; nearly everything is text, and they differ on the rest."""
    with seed() as make:
        labelled = Labelled.empty(make, slug="lopsided")
        user = labelled.person("lead", role="lead")
        fill(labelled, make)
    sign_in(client, user)
    return client


def fill(labelled: Labelled, make: Factory) -> None:
    second = make.codebook(labelled.project, SMALL.replace("Main text", "Text"), number=2)
    later = make.round(labelled.project, second, name="later")
    for number, subject in enumerate(labelled.paragraphs(*(f"Text {n}." for n in range(30)))):
        round_ = later if number else labelled.round
        labelled.says("alice", subject, NOISE if number == 1 else prose(), round=round_)
        labelled.says("bob", subject, NOISE if number == 2 else prose(), round=round_)


def test_it_explains_why_alpha_is_low_where_nearly_all_is_the_same(lopsided: FlaskClient) -> None:
    page = text(lopsided.get("/projects/lopsided/agreement/content").text)
    assert "gave the same label in 93 % of the cases, and yet alpha is -0.02" in page
    assert "97 % of all labels are “Text”" in page
    assert "prevalence paradox" in page


def test_it_says_nothing_of_a_paradox_where_there_is_none(lead: Lead) -> None:
    assert "prevalence" not in lead.get("/content")


def test_rounds_and_codebook_versions_stand_side_by_side(lopsided: FlaskClient) -> None:
    html = lopsided.get("/projects/lopsided/agreement/content").text
    rounds = text(html[html.index('id="rounds"') :].split("</section>")[0])
    assert re.search(
        r"main – Only one label was used[^.]*\. 100 % 1 2 too few to say anything 1", rounds
    )
    assert re.search(
        r"later -0\.02 too few documents 93 % 29 58 no, as there is no interval 2", rounds
    )
    versions = text(html[html.index('id="versions"') :].split("</section>")[0])
    assert "version 1" in versions
    assert "version 2" in versions


def test_a_question_that_is_not_scored_is_not_there(lead: Lead) -> None:
    assert lead.status("/remark") == 404
    assert lead.status("/nothing") == 404
    assert lead.status("/content?round=nothing") == 404


def test_every_scored_question_has_a_page(lead: Lead) -> None:
    for code in ("frames", "targets", "stance.russia", "part", "reliability", "genre"):
        assert lead.status(f"/{code}") == 200
