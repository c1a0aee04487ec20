"""The agreement page: who sees it, what stands first, and what it says when a figure is missing."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from annotator.store.corpus import Project
from annotator.store.people import User
from annotator.web.agreement import against
from tests.labelled import NOISE, Labelled, prose
from tests.web.conftest import Seed, SignIn


@pytest.fixture
def lead(seed: Seed) -> User:
    """The lead of a project of 24 documents that alice and bob have labelled."""
    with seed() as make:
        labelled = Labelled.empty(make, slug="news", title="News")
        labelled.round.thresholds = {"content": 0.9}
        lead = labelled.person("lead", role="lead")
        for number in range(24):
            (subject,) = labelled.paragraphs(f"Paragraph {number}.")
            frames = ["economic"] if number % 2 else ["security"]
            labelled.says("alice", subject, NOISE if number % 5 == 0 else prose(frames))
            labelled.says("bob", subject, NOISE if number % 6 == 0 else prose(["economic"]))
        whole = labelled.whole(subject)
        for name in ("alice", "bob"):
            labelled.says(name, whole, {"genre": ["opinion"]})
        make.round(labelled.project, labelled.codebook, name="training", kind="training")
    return lead


def page(client: FlaskClient, path: str = "/projects/news/agreement") -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.get_data(as_text=True)


def text(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_a_lead_sees_value_interval_and_threshold_of_each_question(
    client: FlaskClient, lead: User, sign_in: SignIn
) -> None:
    sign_in(client, lead)
    html = page(client)
    row = text(html[html.index('<a href="#content"') :].split("</tr>")[0])
    assert re.search(r"What is it\? 0\.\d\d 0?-?\d?\.\d\d to 1?0?\.\d\d 0\.90", row), row
    assert "the interval" in row


def test_it_says_too_few_documents_in_place_of_an_interval_that_would_lie(
    client: FlaskClient, lead: User, sign_in: SignIn
) -> None:
    sign_in(client, lead)
    html = page(client)
    frames = text(html[html.index('<a href="#frames"') :].split("</tr>")[0])
    assert "too few documents" in frames
    genre = text(html[html.index('<a href="#genre"') :].split("</tr>")[0])
    assert "Only one label was used" in genre


def test_it_says_in_words_what_was_left_out_and_the_numbers_add_up(
    client: FlaskClient, lead: User, sign_in: SignIn
) -> None:
    sign_in(client, lead)
    html = page(client)
    frames = html[html.index('id="frames"') :].split("</details>")[0]
    table = text(frames.split("What counts")[1].split("</table>")[0])
    assert "The question did not apply after this annotator's earlier answers. 9" in table.replace(
        "&#39;", "'"
    )
    numbers = [int(n) for n in re.findall(r"(?<=\s)(\d+)(?=\s|$)", table)]
    assert sum(numbers[:-1]) == numbers[-1] == 48


def test_it_shows_labels_confusions_pairs_and_people_by_name(
    client: FlaskClient, lead: User, sign_in: SignIn
) -> None:
    sign_in(client, lead)
    html = page(client)
    content = text(html[html.index('id="content"') :].split("</details>")[0])
    assert "Main text" in content
    assert "Boilerplate" in content
    assert "Most often taken for each other" in content
    assert re.search(r"alice bob \d+ % · κ", content) or re.search(r"bob \d+ % · κ", content)
    assert "annotator-" not in content


def test_the_plot_is_drawn_on_the_server_and_can_be_read_aloud(
    client: FlaskClient, lead: User, sign_in: SignIn
) -> None:
    sign_in(client, lead)
    html = page(client)
    plot = html[html.index('<svg class="plot interval-plot"') :].split("</svg>")[0]
    assert 'role="img"' in plot
    assert "<title" in plot
    assert "<desc" in plot
    assert "style=" not in html
    assert plot.count('class="dot"') == 2
    assert plot.count('class="threshold"') == 1


def test_a_lead_can_look_at_one_round(client: FlaskClient, lead: User, sign_in: SignIn) -> None:
    sign_in(client, lead)
    html = page(client, "/projects/news/agreement?round=training")
    assert re.search(r'value="training"\s+selected', html)
    assert "judgment was made in a round that is not scored here" in html
    assert client.get("/projects/news/agreement?round=nothing").status_code == 404


def test_a_project_without_rounds_says_what_to_do(
    client: FlaskClient, seed: Seed, sign_in: SignIn
) -> None:
    with seed() as make:
        project = make.project("empty")
        lead = make.member(project, role="lead")
    sign_in(client, lead)
    assert "Start a round" in page(client, "/projects/empty/agreement")


def test_a_round_that_nobody_works_in_is_empty(
    client: FlaskClient, seed: Seed, sign_in: SignIn
) -> None:
    with seed() as make:
        labelled = Labelled.empty(make, slug="idle")
        lead = labelled.person("lead", role="lead")
    sign_in(client, lead)
    assert "Nobody was given anything" in page(client, "/projects/idle/agreement")


@pytest.mark.parametrize(("role", "status"), [("annotator", 403), (None, 404)])
def test_only_leads_see_it(
    client: FlaskClient, lead: User, seed: Seed, sign_in: SignIn, role: str | None, status: int
) -> None:
    with seed() as make:
        user = make.user()
        if role:
            news = make.session.scalars(select(Project).where(Project.slug == "news")).one()
            make.member(news, user, role=role)
    sign_in(client, user)
    assert client.get("/projects/news/agreement").status_code == status


@pytest.mark.parametrize(
    ("alpha", "threshold", "verdict", "met"),
    [
        ((0.9, 0.85, 0.95), 0.8, "the interval is above it", True),
        ((0.9, 0.75, 0.95), 0.8, "the interval holds it", None),
        ((0.5, 0.45, 0.55), 0.8, "the interval is below it", False),
        ((0.8, None, None), 0.8, "the value is not below it", True),
        ((0.7, None, None), 0.8, "the value is below it", False),
        ((None, None, None), 0.8, None, None),
        ((0.7, 0.6, 0.8), None, None, None),
    ],
)
def test_it_says_how_a_figure_stands_to_the_threshold(
    alpha: tuple[float | None, ...],
    threshold: float | None,
    verdict: str | None,
    met: bool | None,
) -> None:
    figure = dict(zip(("value", "low", "high"), alpha, strict=True))
    assert against(figure, threshold) == (verdict, met)
