"""The first page of agreement: who sees it, what stands first, and what it says of the missing."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from annotator.services.live import LiveAgreement
from annotator.services.live.keeping import Figures
from annotator.store.corpus import Project, Subject
from annotator.store.labelling import Round
from annotator.web.agreement.overview import PUBLISHED
from tests.labelled import Labelled, prose
from tests.web.agreement.conftest import Lead, text
from tests.web.conftest import Seed, SignIn

ROOT = Path(__file__).resolve().parents[3]


def row(html: str, code: str) -> str:
    """The words of the row of a question."""
    return text(html[html.index(f'/agreement/{code}"') :].partition("</tr>")[0])


def test_a_lead_sees_value_interval_and_threshold_of_each_question(lead: Lead) -> None:
    content = row(lead.get(), "content")
    assert re.search(r"What is it\? 0\.\d\d 0?-?\d?\.\d\d to 1?0?\.\d\d 0\.90", content), content
    assert "all of the interval is below it" in content
    # The share of the same label, items, annotators, left out.
    assert content.endswith("71 % 24 2 0")


def test_its_values_are_those_of_the_page_of_each_question(lead: Lead) -> None:
    """Its figures are kept, and those of a question are made anew: they must not differ."""
    overview = lead.get()
    for code in ("content", "frames", "targets"):
        alpha, percent = (
            re.search(pattern, lead.section(f"/{code}", "statistics"))
            for pattern in (r"Krippendorff's alpha (\S+)", r"Percent agreement (0\.\d\d|1\.00)")
        )
        assert alpha
        assert percent
        said = row(overview, code)
        assert f" {alpha[1]} " in said
        assert f" {float(percent[1]):.0%}".replace("%", " %") in said


def test_it_says_too_few_documents_in_place_of_an_interval_that_would_lie(lead: Lead) -> None:
    html = lead.get()
    assert "too few documents" in row(html, "frames")
    assert "Only one label was used" in row(html, "genre")


def test_it_sums_what_was_left_out(lead: Lead) -> None:
    assert row(lead.get(), "frames").endswith("16 2 16")


def test_the_plot_is_drawn_on_the_server_and_can_be_read_aloud(lead: Lead) -> None:
    html = lead.get()
    for width in ("for-wide", "for-narrow"):
        plot = html[html.index(f'<svg class="plot {width}"') :].split("</svg>")[0]
        assert 'role="img"' in plot
        assert "<title" in plot
        assert "<desc" in plot
        assert plot.count('class="dot"') == plot.count('class="dot small"') == 1
        assert plot.count('class="threshold"') == 1
    assert "style=" not in html
    assert "<style" not in html


def test_a_threshold_is_the_leads_and_others_are_a_footnote(lead: Lead) -> None:
    html = lead.get()
    assert "Krippendorff (2004)" in html[html.index("<footer") :]
    assert "substantial" not in html[: html.index("<footer")]


def test_the_published_figures_are_those_of_the_documentation(lead: Lead) -> None:
    html = lead.get()
    footnote = text(html[html.index("<footer") :])
    docs = (ROOT / "docs" / "agreement.md").read_text(encoding="utf-8")
    for row_ in PUBLISHED:
        assert " ".join(row_) in footnote
        assert f"| {' | '.join(row_)} |" in docs


def test_a_lead_can_look_at_one_round_and_stays_in_it(lead: Lead, seed: Seed) -> None:
    with seed() as make:
        training = make.session.scalars(select(Round).where(Round.name == "training")).one()
        subject = make.session.scalars(select(Subject).where(Subject.scope == "paragraph")).first()
        assert subject
        make.assignment(training, subject, lead.labelled.people["alice"])
    html = lead.get("?round=training")
    assert re.search(r'value="training"\s+selected', html)
    assert "/agreement/content?round=training" in html
    assert "/agreement/annotators?round=training" in html
    assert lead.status("?round=nothing") == 404


def test_a_project_without_rounds_says_what_to_do(
    client: FlaskClient, seed: Seed, sign_in: SignIn
) -> None:
    with seed() as make:
        user = make.member(make.project("empty"), role="lead")
    sign_in(client, user)
    assert "Start a round" in client.get("/projects/empty/agreement").text


def test_a_round_that_nobody_works_in_is_empty(
    client: FlaskClient, seed: Seed, sign_in: SignIn
) -> None:
    with seed() as make:
        user = Labelled.empty(make, slug="idle").person("lead", role="lead")
    sign_in(client, user)
    assert "Nobody was given anything" in client.get("/projects/idle/agreement").text
    assert "Nobody has labelled" in client.get("/projects/idle/agreement/annotators").text
    assert client.get("/projects/idle/agreement/content").status_code == 200


@pytest.mark.parametrize(("role", "status"), [("annotator", 403), (None, 404)])
def test_only_leads_see_it(
    client: FlaskClient, lead: Lead, seed: Seed, sign_in: SignIn, role: str | None, status: int
) -> None:
    with seed() as make:
        user = make.user()
        if role:
            news = make.session.scalars(select(Project).where(Project.slug == "news")).one()
            make.member(news, user, role=role)
    sign_in(client, user)
    for path in ("", "/content", "/content/pairs", "/annotators", "/overview.csv"):
        assert lead.status(path) == status


@pytest.fixture
def two_rounds(client: FlaskClient, seed: Seed, sign_in: SignIn) -> FlaskClient:
    """Three paragraphs of two people in one round; the next has one answer, and one to come."""
    with seed() as make:
        labelled = Labelled.empty(make, slug="two")
        user = labelled.person("lead", role="lead")
        second = make.round(labelled.project, labelled.codebook, name="second")
        subjects = labelled.paragraphs("One.", "Two.", "Three.")
        for name in ("alice", "bob"):
            for subject in subjects:
                labelled.says(name, subject, prose())
        (later,) = labelled.paragraphs("Four.")
        labelled.says("alice", later, prose(), round=second)
        labelled.says("bob", later, None, round=second)
    sign_in(client, user)
    return client


def test_what_is_not_answered_yet_is_not_left_out(two_rounds: FlaskClient) -> None:
    html = two_rounds.get("/projects/two/agreement").text
    assert row(html, "content").endswith("3 2 1")
    page = text(two_rounds.get("/projects/two/agreement/content").text)
    assert "6 of 7 judgments count; 1 more is assigned and not answered yet." in page
    assert "All judgments 7 Besides: assigned and not answered yet 1" in page


def test_other_rounds_are_no_part_of_a_round_that_is_chosen(two_rounds: FlaskClient) -> None:
    html = two_rounds.get("/projects/two/agreement?round=second").text
    content = row(html.replace("?round=second", ""), "content")
    assert "Only one annotator has labels that count." in content
    assert content.endswith("0 1 1")
    page = text(two_rounds.get("/projects/two/agreement/content?round=second").text)
    assert "0 of 1 judgments count; 1 more is assigned and not answered yet." in page
    assert "6 judgments belong to other rounds and are no part of this." in page


def test_figures_of_a_moment_ago_say_so(lead: Lead, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Figures as of" not in lead.get()
    headlines = LiveAgreement.headlines

    def late(live: LiveAgreement, **asked: Any) -> Figures:
        return replace(headlines(live, **asked), age=5.0)

    monkeypatch.setattr(LiveAgreement, "headlines", late)
    html = text(lead.get())
    assert re.search(r"Figures as of \d\d:\d\d:\d\d UTC", html)
    assert "look again" in html
