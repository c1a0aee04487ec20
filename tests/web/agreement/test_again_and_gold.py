"""What a retest and the decisions of people add to the pages of agreement."""

from html import unescape

import pytest
from flask.testing import FlaskClient

from tests.labelled import NOISE, Labelled, prose
from tests.web.agreement.conftest import Lead
from tests.web.conftest import Seed, SignIn


@pytest.fixture
def retested(client: FlaskClient, seed: Seed, sign_in: SignIn) -> Lead:
    """Alice labels six documents twice, the first two otherwise; a lead decided on all of them."""
    with seed() as make:
        labelled = Labelled.empty(make, slug="news", title="News")
        user = labelled.person("lead", role="lead")
        again = make.round(labelled.project, labelled.codebook, name="again", kind="retest")
        for number in range(6):
            (subject,) = labelled.paragraphs(f"Paragraph {number}.")
            truth = NOISE if number % 2 else prose(["economic"])
            labelled.says("alice", subject, truth)
            labelled.says("bob", subject, NOISE)
            other = truth if number > 1 else {"content": ["mixed"]}
            labelled.says("alice", subject, other, round=again, reason="retest", occasion=2)
            make.gold(subject.id, "content", [truth["content"]], method="person", people=[user.id])
    sign_in(client, user)
    return Lead(client, labelled)


def test_the_page_of_a_question_shows_both(retested: Lead) -> None:
    again = retested.section("/content", "again")
    assert "All annotators 6 67 % 0.5" in again
    assert "alice 6 67 % 0.5" in again
    assert "ceiling of any agreement" in again
    gold = retested.section("/content", "gold")
    assert "alice 100 % 61 to 100 % 6 –" in gold
    assert "bob 50 %" in gold
    assert "the vote 50 %" in gold
    assert "Gold that follows from votes is left out" in gold


def test_the_page_of_an_annotator_shows_both_question_by_question(retested: Lead) -> None:
    path = f"/annotators/{retested.pseudonym('alice')}"
    assert "What is it? 6 67 % 0.5" in retested.section(path, "again")
    assert "What is it? 100 % 61 to 100 % 6" in retested.section(path, "gold")
    bob = retested.get(f"/annotators/{retested.pseudonym('bob')}")
    assert 'id="again"' not in bob


def test_each_can_be_downloaded_and_the_methods_say_both(retested: Lead) -> None:
    table = retested.get("/content/again.csv")
    assert f"alice,{retested.pseudonym('alice')},6," in table
    assert "<svg" in retested.get("/content/gold.svg")
    methods = unescape(retested.get("/methods"))
    assert "In a retest, one annotator labelled 6 items again; intra-annotator alpha" in methods
    assert "Of the 6 items with gold that follows from no vote, the majority" in methods
