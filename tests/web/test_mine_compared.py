"""How my labels compare: what a person is told of their own, and nothing of anybody else."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from annotator.domain.identity import pseudonym
from annotator.store.labelling import Round
from tests.factories import NOW
from tests.labelled import NOISE, Labelled, prose
from tests.web.conftest import Seed, SignIn

PAGE = "/projects/strait/mine/compared"


@pytest.fixture
def labelled(client: FlaskClient, seed: Seed, sign_in: SignIn) -> Labelled:
    """Alice never says what zoe alone says: security."""
    with seed() as make:
        labelled = Labelled.empty(make, slug="strait", title="Strait")
        for number, subject in enumerate(
            labelled.paragraphs(*(f"Text {number}." for number in range(20)))
        ):
            labelled.says("alice", subject, NOISE if number % 3 else prose(["economic"]))
            labelled.says("zoe", subject, NOISE if number % 2 else prose(["security"]))
            if number < 6:
                labelled.says("yuri", subject, NOISE, saved={"note": "a note of yuri"})
    sign_in(client, labelled.people["alice"])
    return labelled


def close(labelled: Labelled, seed: Seed) -> None:
    with seed() as make:
        make.session.get_one(Round, labelled.round.id).closed_at = NOW + timedelta(days=9)


def test_nothing_is_shown_while_the_round_is_open(client: FlaskClient, labelled: Labelled) -> None:
    page = client.get(PAGE).text
    assert "This round is still open." in page
    assert "What is it?" not in page


def test_once_it_is_closed_it_says_how_often_in_gentle_words(
    client: FlaskClient, labelled: Labelled, seed: Seed
) -> None:
    close(labelled, seed)
    page = client.get(PAGE).text
    content = page[page.index("What is it?") :].partition("</tr>")[0]
    assert "about 6 times in 10" in content
    assert "20" in content
    # Only zoe said that it is text, too, so that nothing can be told of her frames.
    frames = page[page.index("Frames") :].partition("</tr>")[0]
    assert "too few to say" in frames
    main = page[page.index("<main") : page.index("</main>")]
    for hard in ("%", "rank", "wrong", "worst", "alpha", "badge", "error", "best"):
        assert hard not in main, hard


def test_no_name_pseudonym_or_label_of_another_person_reaches_the_page(
    client: FlaskClient, labelled: Labelled, seed: Seed
) -> None:
    close(labelled, seed)
    page = client.get(PAGE).text
    for name in ("zoe", "yuri"):
        assert name not in page
        assert pseudonym(labelled.project.pseudonym_key, name) not in page
    for word in ("annotator-", "ecurity", "Main text", "Boilerplate", "boilerplate", "Text 0."):
        assert word not in page


def test_it_is_found_from_my_work(client: FlaskClient, labelled: Labelled) -> None:
    assert f'href="{PAGE}"' in client.get("/projects/strait/mine").text


def test_whoever_has_no_work_is_told_so(
    client: FlaskClient, labelled: Labelled, seed: Seed, sign_in: SignIn
) -> None:
    with seed() as make:
        user = make.member(labelled.project, make.user("eve"))
    sign_in(client, user)
    assert "Nothing is assigned to you" in client.get(PAGE).text


def test_it_is_for_members_alone(
    client: FlaskClient, labelled: Labelled, seed: Seed, sign_in: SignIn
) -> None:
    with seed() as make:
        user = make.user()
    sign_in(client, user)
    assert client.get(PAGE).status_code == 404
