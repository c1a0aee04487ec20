"""The adjudication pages: nothing is shown before it is taken, and one click settles a question."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from annotator.domain.identity import pseudonym
from annotator.store.corpus import Project, Subject
from annotator.store.database import Database
from annotator.store.labelling import Disclosure
from annotator.store.people import User
from annotator.store.settling import (
    Adjudication,
    AdjudicationLease,
    AdjudicationSettings,
    AdjudicationUndo,
    Gold,
    GoldBatch,
)
from tests.labelled import NOISE, Labelled, prose
from tests.web.conftest import Seed, SignIn

BASE = "/projects/news/adjudicate"
# On a fresh database the document is the first subject, then come its three paragraphs.
DISPUTED = 3
Stored = Callable[[type], int]


@pytest.fixture
def labelled(seed: Seed) -> Labelled:
    """A project with one paragraph in dispute between two on which alice and bob agree."""
    with seed() as make:
        labelled = Labelled.empty(make, slug="news", title="News", source_blind=False)
        labelled.person("lead", role="lead")
        before, disputed, after = labelled.paragraphs("Before it.", "The dispute.", "After it.")
        for subject in (before, after):
            labelled.says("alice", subject, NOISE)
            labelled.says("bob", subject, NOISE)
        labelled.says("alice", disputed, prose(["economic"], russia="1"), saved={"note": "Hm."})
        labelled.says("bob", disputed, prose(["security"], russia="1"))
    return labelled


@pytest.fixture
def lead(client: FlaskClient, labelled: Labelled, sign_in: SignIn) -> FlaskClient:
    """A browser in which the lead is signed in."""
    sign_in(client, labelled.people["lead"])
    return client


@pytest.fixture
def count(app_database: Database) -> Stored:
    def rows(table: type) -> int:
        with app_database.read() as session:
            return session.scalar(select(func.count()).select_from(table)) or 0

    return rows


def start(client: FlaskClient, **form: str) -> str:
    """The address of the subject that was taken."""
    response = client.post(f"{BASE}/next", data=form)
    assert response.status_code == 303
    return str(response.location)


def text(response: TestResponse) -> str:
    html = re.sub(r"<[^>]+>", " ", response.get_data(as_text=True))
    return " ".join(html.split())


def gold(database: Database) -> dict[str, tuple[str, object]]:
    """Gold that people settled, by question."""
    with database.read() as session:
        rows = session.scalars(select(Gold).where(Gold.method == "person")).all()
        return {row.question: (row.state, row.alternatives) for row in rows}


def test_a_lead_sees_what_is_left_and_the_next_text_but_no_votes(
    lead: FlaskClient, count: Stored
) -> None:
    response = lead.get(BASE)
    html = response.get_data(as_text=True)
    assert 'data-left="1"' in html
    assert "The dispute." in html
    assert "Frames" in html
    assert "annotator-" not in html
    assert "2 answers are the same" not in html
    assert (count(AdjudicationLease), count(Disclosure)) == (0, 0)


def test_starting_takes_the_next_one_and_notes_that_the_votes_were_seen(
    lead: FlaskClient, labelled: Labelled, count: Stored
) -> None:
    address = start(lead)
    response = lead.get(address)
    shown = text(response)
    key = labelled.project.pseudonym_key
    for name, frame in (("alice", "Economic"), ("bob", "Security")):
        assert re.search(rf"{frame} {pseudonym(key, name)}", shown)
        assert not re.search(rf"\b{name}\b", shown)
    assert "Before it." in shown
    assert "After it." in shown
    assert "Hm." in shown
    assert "Stance on Russia" in shown.split("Not in dispute")[1]
    assert 'name="accept.stance.russia"' not in response.get_data(as_text=True)
    assert (count(AdjudicationLease), count(Disclosure)) == (1, 1)


def test_what_is_put_off_comes_back_when_it_is_the_only_one(
    lead: FlaskClient,
) -> None:
    address = start(lead)
    assert start(lead, instead_of=address.rpartition("/")[2]) == address
    assert 'name="accept.frames"' in lead.get(address).get_data(as_text=True)


def test_a_get_changes_nothing(lead: FlaskClient, count: Stored) -> None:
    html = lead.get(f"{BASE}/{DISPUTED}").get_data(as_text=True)
    assert "Show the votes" in html
    assert "annotator-" not in html
    assert "accept." not in html
    assert (count(AdjudicationLease), count(Disclosure)) == (0, 0)
    response = lead.post(f"{BASE}/{DISPUTED}/take")
    assert response.status_code == 303
    assert 'name="accept.frames"' in lead.get(str(response.location)).get_data(as_text=True)


def test_ticking_an_answer_settles_the_question(
    lead: FlaskClient, app_database: Database, count: Stored
) -> None:
    address = start(lead)
    response = lead.post(address, data={"seen": "0", "accept.frames": "=economic"})
    assert (response.status_code, response.location) == (303, BASE)
    assert gold(app_database) == {"frames": ("decided", [["economic"]])}
    page = text(lead.get(BASE))
    assert "Settled 1 question." in page
    assert "Nothing is left that you can settle." in page
    assert "Nothing is in dispute" in page
    assert (count(AdjudicationLease), count(Adjudication)) == (0, 1)


def test_ticking_two_answers_makes_both_right(lead: FlaskClient, app_database: Database) -> None:
    address = start(lead)
    lead.post(address, data={"seen": "0", "accept.frames": ["=economic", "=security"]})
    assert gold(app_database) == {"frames": ("decided", [["economic"], ["security"]])}


@pytest.mark.parametrize(
    ("other", "stored"),
    [(["security", "economic"], [["security", "economic"]]), ([""], [[]])],
)
def test_an_answer_that_nobody_gave_can_be_right(
    lead: FlaskClient, app_database: Database, other: list[str], stored: object
) -> None:
    address = start(lead)
    lead.post(address, data={"seen": "0", "other.frames": other})
    assert gold(app_database) == {"frames": ("decided", stored)}


@pytest.mark.parametrize("outcome", ["undecidable", "codebook_unclear"])
def test_a_lead_can_say_that_there_is_no_right_answer_and_why(
    lead: FlaskClient, app_database: Database, outcome: str
) -> None:
    address = start(lead)
    data = {
        "seen": "0",
        "outcome.frames": outcome,
        "reason.frames": " Two readings. ",
        "cause.frames": "ambiguous_text",
    }
    assert lead.post(address, data=data).status_code == 303
    assert gold(app_database) == {"frames": (outcome, None)}
    with app_database.read() as session:
        row = session.scalars(select(Adjudication)).one()
    assert (row.reason, row.cause) == ("Two readings.", "ambiguous_text")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({}, "Nothing was decided"),
        ({"accept.frames": "=economic", "outcome.frames": "undecidable"}, "take one of the two"),
        ({"accept.frames": "=weather"}, "Choose only what the page offers"),
        ({"other.frames": ["", "economic"]}, "choose one or the other"),
        ({"other.frames": ["weather"]}, "Choose only what the page offers"),
        ({"accept.frames": "=economic", "cause.frames": "weather"}, "is not a cause"),
        ({"accept.frames": "=economic", "reason.frames": "x" * 1001}, "shorten it to 1,000"),
        ({"seen": "many", "accept.frames": "=economic"}, "did not come through whole"),
    ],
)
def test_a_decision_that_cannot_be_comes_back_with_what_was_chosen(
    lead: FlaskClient, count: Stored, data: dict[str, str], sentence: str
) -> None:
    address = start(lead)
    response = lead.post(address, data={"seen": "0"} | data)
    assert response.status_code == 422
    html = response.get_data(as_text=True)
    assert sentence in text(response)
    if data.get("accept.frames") == "=economic":
        assert re.search(r'value="=economic"\s+checked', html)
    assert (count(Adjudication), count(Gold)) == (0, 0)


def test_who_comes_second_is_told_so(
    lead: FlaskClient, labelled: Labelled, seed: Seed, sign_in: SignIn
) -> None:
    address = start(lead)
    with seed() as make:
        project = make.session.scalars(select(Project)).one()
        other = make.member(project, role="lead")
    second = lead.application.test_client()
    sign_in(second, other)
    assert "Someone else is settling this one" in text(second.get(address))
    assert text(second.get(BASE)).count("being settled by another lead just now") == 1
    response = second.post(address, data={"seen": "0", "accept.frames": "=economic"})
    assert response.status_code == 409
    assert lead.post(address, data={"seen": "0", "accept.frames": "=security"}).status_code == 303
    response = second.post(address, data={"seen": "0", "accept.frames": "=economic"})
    assert response.status_code == 409
    assert "Someone else has settled this meanwhile" in text(response)


def test_a_decision_can_be_changed(lead: FlaskClient, app_database: Database) -> None:
    address = start(lead)
    lead.post(address, data={"seen": "0", "accept.frames": "=economic", "reason.frames": "Gas."})
    assert address.rpartition("/")[2] in lead.get(BASE).get_data(as_text=True)
    assert "you can change what was decided" in text(lead.get(address))
    lead.post(f"{address}/take")
    html = lead.get(address).get_data(as_text=True)
    assert re.search(r'value="=economic"\s+checked', html)
    assert "Gas." in html
    seen = re.search(r'name="seen"\s+value="(\d+)"', html)
    assert seen is not None
    data = {"seen": seen[1], "accept.frames": "=security"}
    assert lead.post(address, data=data).status_code == 303
    assert gold(app_database) == {"frames": ("decided", [["security"]])}
    assert "changed" in text(lead.get(BASE))


def test_boilerplate_is_said_to_close_what_stood_behind_it(
    lead: FlaskClient, labelled: Labelled, seed: Seed
) -> None:
    with seed() as make:
        subject = make.session.get_one(Subject, DISPUTED)
        again = Labelled(
            make,
            make.session.scalars(select(Project)).one(),
            labelled.codebook,
            labelled.round,
        )
        again.says("chen", subject, NOISE)
    address = start(lead)
    response = lead.post(address, data={"seen": "0", "accept.content": "=boilerplate"})
    assert response.status_code == 422
    assert "Most annotators said “main”" in text(response)
    data = {"seen": "0", "accept.content": "=boilerplate", "reason.content": "A caption."}
    assert lead.post(address, data=data).status_code == 303
    page = text(lead.get(BASE))
    assert "Does not apply any more: frames, targets, stance.russia" in page


def test_one_question_at_a_time_stays_chosen(lead: FlaskClient) -> None:
    page = lead.get(f"{BASE}?question=frames").get_data(as_text=True)
    assert 'aria-current="true"' in page
    assert start(lead, question="frames").endswith("?question=frames")
    assert start(lead, question="content") == BASE


def test_the_policy_says_first_what_it_would_do_and_can_be_undone(
    lead: FlaskClient, count: Stored
) -> None:
    before = text(lead.get(BASE))
    found = re.search(r"(\d+) answers are the same from two or more people", before)
    assert found is not None
    response = lead.post(f"{BASE}/policy")
    assert (response.status_code, response.location) == (303, BASE)
    page = lead.get(BASE)
    assert f"Settled {found[1]} questions that all agree on" in text(page)
    assert "Everything that two or more people agree on has gold" in text(page)
    assert count(GoldBatch) == 1
    stands = count(Gold)
    assert lead.post(f"{BASE}/batches/1/undo").status_code == 303
    assert f"Undone: {stands} gold labels were taken back" in text(lead.get(BASE))
    assert count(Gold) == 0
    assert lead.post(f"{BASE}/batches/1/undo").status_code == 409
    assert lead.post(f"{BASE}/batches/7/undo").status_code == 404


def test_a_policy_without_work_says_so(lead: FlaskClient) -> None:
    lead.post(f"{BASE}/policy")
    lead.get(BASE)
    lead.post(f"{BASE}/policy")
    assert "There was nothing to settle" in text(lead.get(BASE))


def test_documents_and_sources_are_settled_on_the_same_page(
    client: FlaskClient, seed: Seed, sign_in: SignIn
) -> None:
    with seed() as make:
        labelled = Labelled.empty(make, slug="news")
        user = labelled.person("lead", role="lead")
        source = make.source(labelled.project, "The Ledger")
        rated = Subject(project_id=labelled.project.id, scope="source", source_id=source.id)
        make.session.add(rated)
        make.session.flush()
        whole = labelled.whole(labelled.paragraphs("First.", "Second.", source=source)[0])
        for name, genre, grade in (("alice", "opinion", "a"), ("bob", "reporting", "b")):
            labelled.says(name, whole, {"genre": [genre]})
            labelled.says(name, rated, {"reliability": [grade]})
    sign_in(client, user)
    pages = []
    for code, value in (("reliability", "=b"), ("genre", "=opinion")):
        address = start(client, question=code)
        pages.append(text(client.get(address)))
        data = {"seen": "0", f"accept.{code}": value, "question": code}
        assert client.post(address.partition("?")[0], data=data).status_code == 303
    assert "The Ledger" in pages[0]
    assert "First. Second." in pages[1]


def test_a_lead_who_labelled_it_is_told_that_the_decision_is_marked(
    lead: FlaskClient, labelled: Labelled, seed: Seed
) -> None:
    with seed() as make:
        again = Labelled(
            make,
            make.session.scalars(select(Project)).one(),
            labelled.codebook,
            labelled.round,
            {"lead": make.session.scalars(select(User).where(User.name == "lead")).one()},
        )
        again.says("lead", make.session.get_one(Subject, DISPUTED), NOISE)
    assert "You labelled this yourself" in text(lead.get(start(lead)))


def test_a_project_without_labels_has_nothing_to_settle(
    client: FlaskClient, seed: Seed, sign_in: SignIn
) -> None:
    with seed() as make:
        project = make.project("empty")
        user = make.member(project, role="lead")
    sign_in(client, user)
    assert "Nothing is in dispute" in text(client.get("/projects/empty/adjudicate"))


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", BASE),
        ("post", f"{BASE}/next"),
        ("get", f"{BASE}/3"),
        ("post", f"{BASE}/3"),
        ("post", f"{BASE}/3/take"),
        ("post", f"{BASE}/policy"),
        ("post", f"{BASE}/batches/1/undo"),
    ],
)
@pytest.mark.parametrize(("role", "status"), [("annotator", 403), (None, 404)])
def test_only_leads_settle(
    client: FlaskClient,
    labelled: Labelled,
    seed: Seed,
    sign_in: SignIn,
    method: str,
    path: str,
    role: str | None,
    status: int,
) -> None:
    with seed() as make:
        user = make.user()
        if role:
            make.member(make.session.scalars(select(Project)).one(), user, role=role)
    sign_in(client, user)
    assert getattr(client, method)(path).status_code == status


@pytest.mark.parametrize("path", [f"{BASE}/999", f"{BASE}/1"])
def test_a_subject_that_is_not_here_or_has_no_votes_is_not_found(
    lead: FlaskClient, path: str
) -> None:
    assert lead.get(path).status_code == 404


def test_a_forged_request_changes_nothing(lead: FlaskClient, count: Stored) -> None:
    assert lead.post(f"{BASE}/policy", forged=True).status_code == 400
    assert count(Gold) == 0


def test_blind_first_shows_no_votes_before_the_lead_has_decided(
    lead: FlaskClient, labelled: Labelled, app_database: Database, count: Stored
) -> None:
    lead.post(f"{BASE}/settings", data={"blind_first": "1", "second_percent": "100"})
    address = start(lead)
    blind = lead.get(address).get_data(as_text=True)
    names = [pseudonym(labelled.project.pseudonym_key, name) for name in ("alice", "bob")]
    assert not any(name in blind for name in (*names, "Hm."))
    assert count(Disclosure) == 0
    refused = lead.post(f"{address}/blind", data={"seen": "0"})
    assert refused.status_code == 422
    assert "Decide this before the votes are shown" in text(refused)
    data = {"seen": "0", "other.frames": ["security", "economic"]}
    assert lead.post(f"{address}/blind", data=data).status_code == 303
    shown = lead.get(address).get_data(as_text=True)
    assert all(name in shown for name in (*names, "Hm."))
    assert re.search(r'value="=security\|economic"\s+checked', shown)
    assert lead.post(address, data={"seen": "0", "accept.frames": "=economic"}).status_code == 303
    with app_database.read() as session:
        row = session.scalars(select(Adjudication)).one()
    assert (row.blind_alternatives, row.alternatives) == (
        [["security", "economic"]],
        [["economic"]],
    )
    assert "100% (1 of 1;" in text(lead.get(f"{BASE}/figures"))


def test_the_last_decision_can_be_undone(lead: FlaskClient, count: Stored) -> None:
    address = start(lead)
    lead.post(address, data={"seen": "0", "accept.frames": "=economic"})
    assert count(Gold) == 1
    response = lead.post(f"{BASE}/undo")
    assert response.location == address
    assert "Economic" in text(lead.get(address))
    assert (count(Gold), count(Adjudication), count(AdjudicationUndo)) == (0, 1, 1)
    assert lead.post(f"{BASE}/undo").status_code == 409
    assert lead.post(address, data={"seen": "1", "accept.frames": "=economic"}).status_code == 409


def test_a_consensus_is_reached_by_people_of_the_project(
    lead: FlaskClient, app_database: Database
) -> None:
    address = start(lead)
    data = {"seen": "0", "accept.frames": "=economic", "agreed_reason": "We met."}
    for more, sentence in (
        ({"participants": "lead, Alice"}, "A consensus needs two people or more"),
        ({"participants": "lead, nobody", "agreed_on": "2026-01-02"}, "named “nobody”"),
        ({"participants": "lead, alice", "agreed_on": "yesterday"}, "written as 2025-01-31"),
    ):
        refused = lead.post(address, data=data | more)
        assert refused.status_code == 422
        assert sentence in text(refused)
    good = {"participants": "lead, Alice", "agreed_on": "2026-01-02"}
    assert lead.post(address, data=data | good).status_code == 303
    with app_database.read() as session:
        assert session.scalars(select(Gold)).one().method == "consensus"


def test_the_queue_is_narrowed_and_stays_so(lead: FlaskClient, labelled: Labelled) -> None:
    names = [pseudonym(labelled.project.pseudonym_key, name) for name in ("alice", "bob")]
    narrow = {
        "question": "frames",
        "labels": "economic~security",
        "lang": "en",
        "voters": "~".join(names),
        "source": "1",
        "round": "1",
    }
    assert 'data-left="1"' in lead.get(BASE, query_string=narrow).get_data(as_text=True)
    assert "labels=economic" in start(lead, **narrow)
    for other in (
        {"labels": "economic~main"},
        {"lang": "ru"},
        {"voters": f"{names[0]}~nobody"},
        {"source": "9"},
        {"round": "9"},
    ):
        page = lead.get(BASE, query_string=narrow | other).get_data(as_text=True)
        assert 'data-left="0"' in page, other


def test_a_policy_is_looked_at_before_it_runs(lead: FlaskClient, count: Stored) -> None:
    for name, decided in (("majority", 3), ("model", 0)):
        page = lead.get(f"{BASE}/policy?policy={name}&question=content")
        assert f'data-decided="{decided}"' in page.get_data(as_text=True)
    assert count(Gold) == 0
    assert "only 3 items have labels" in text(lead.get(f"{BASE}/policy?policy=model"))
    for query, sentence in (
        ("policy=majority&at_least=1", "at least 2 votes"),
        ("policy=majority&at_least=two", "must be numbers"),
        ("policy=model&threshold=0.4", "above 0.5"),
        ("policy=loudest", "is not a policy"),
        ("policy=majority&question=mood", "adjudicates no question “mood”"),
    ):
        refused = lead.get(f"{BASE}/policy?{query}")
        assert refused.status_code == 422
        assert sentence in text(refused)
    lead.post(f"{BASE}/policy", data={"policy": "majority", "question": "content"})
    assert count(GoldBatch) == 1


def test_what_the_codebook_leaves_unclear_is_listed_with_its_text(lead: FlaskClient) -> None:
    address = start(lead)
    data = {
        "seen": "0",
        "outcome.frames": "codebook_unclear",
        "reason.frames": "Is a tariff security?",
        "cause.frames": "guideline_gap",
    }
    assert lead.post(address, data=data).status_code == 303
    page = text(lead.get(f"{BASE}/unclear"))
    for words in ("The dispute.", "Is a tariff security?", "Gap in the guidelines"):
        assert words in page


def test_a_second_lead_decides_a_share_again_without_seeing_anything(
    lead: FlaskClient, labelled: Labelled, seed: Seed, sign_in: SignIn, app_database: Database
) -> None:
    lead.post(f"{BASE}/settings", data={"second_percent": "100"})
    lead.post(start(lead), data={"seen": "0", "accept.frames": "=economic"})
    assert lead.post(f"{BASE}/second").location == BASE
    with seed() as make:
        other = make.member(labelled.project, make.user("other"), role="lead")
    browser = lead.application.test_client()
    sign_in(browser, other)
    address = browser.post(f"{BASE}/second").location
    page = browser.get(address).get_data(as_text=True)
    assert "annotator-" not in page
    assert browser.post(address, data={"seen": "0"}).status_code == 422
    assert browser.post(address, data={"seen": "0", "other.frames": "security"}).location == BASE
    with app_database.read() as session:
        assert session.scalars(select(Gold.alternatives)).all() == [[["economic"]]]
        assert session.scalars(select(Adjudication.second)).all() == [False, True]
    figures = text(browser.get(f"{BASE}/figures"))
    assert re.search(r"Frames 1 -?\d\.\d\d", figures)
    assert browser.get(address).status_code == 409


@pytest.mark.parametrize("percent", ["101", "-1", "many", "nan"])
def test_a_share_that_is_none_is_refused(lead: FlaskClient, count: Stored, percent: str) -> None:
    lead.post(f"{BASE}/settings", data={"second_percent": percent})
    assert "from 0 to 100 percent" in text(lead.get(f"{BASE}/figures"))
    assert count(AdjudicationSettings) == 0
