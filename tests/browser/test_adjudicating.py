"""Settling disagreement in a browser: two leads at once, blind first, by key alone."""

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from annotator.store.corpus import Project, Subject
from annotator.store.labelling import Assignment
from annotator.store.people import User
from annotator.store.settling import Adjudication, Gold
from tests.browser.conftest import Server
from tests.browser.test_accessibility import finds_nothing
from tests.small_codebook import SMALL

pytestmark = pytest.mark.browser

TEXTS = ("Moscow and Beijing agreed.", "Share this", "The end.", "Read more")


@pytest.fixture
def project(server: Server) -> Project:
    """Four paragraphs that one person took for text and another for noise; two leads."""
    with server.seed() as make:
        project = make.project("strait")
        codebook = make.codebook(project, SMALL)
        round_ = make.round(project, codebook, overlap=2)
        make.document(project, texts=TEXTS)
        people = [make.member(project, make.user(name)) for name in ("alice", "bob")]
        for name in ("lena", "lea"):
            make.member(project, make.user(name), role="lead")
        wanted = select(Subject).where(Subject.scope == "paragraph").order_by(Subject.id)
        for subject in make.session.scalars(wanted):
            for user, label in zip(people, ("main", "boilerplate"), strict=True):
                assignment = make.assignment(round_, subject, user)
                make.annotation(assignment, {"content": [label]})
    return project


def signed_in(server: Server, page: Page, name: str) -> Page:
    with server.database.read() as session:
        user = session.scalars(select(User).where(User.name == name)).one()
    server.sign_in(page, user)
    page.emulate_media(reduced_motion="reduce")
    page.goto(server.url("/projects/strait/adjudicate"))
    return page


def press(page: Page, key: str) -> None:
    """A key that leads to another page."""
    with page.expect_navigation():
        page.keyboard.press(key)


def start(page: Page) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name="Start").click()


def gold(server: Server) -> list[object]:
    decided = select(Gold).where(Gold.question == "content").order_by(Gold.id)
    with server.database.read() as session:
        return [each.alternatives for each in session.scalars(decided)]


@pytest.mark.usefixtures("project")
def test_everything_in_dispute_is_settled_by_key_and_the_last_decision_is_taken_back(
    server: Server, page: Page
) -> None:
    signed_in(server, page, "lena")
    expect(page.locator("[data-left] strong")).to_have_text("4")
    page.get_by_role("button", name="Start").focus()
    press(page, "Enter")
    for number in range(4):
        expect(page.locator(".dispute.active")).to_have_count(1)
        if number == 0:
            finds_nothing(page)
        # Without keys of their own, answers are numbered as they stand: boilerplate, main.
        page.keyboard.press("2" if number % 2 == 0 else "1")
        press(page, "Enter")
    expect(page.get_by_text("Nothing is left that you can settle.")).to_be_visible()
    assert gold(server) == [[["main"]], [["boilerplate"]], [["main"]], [["boilerplate"]]]
    page.get_by_role("button", name="Undo my last decision").click()
    expect(page.get_by_text("Your last decision was taken back")).to_be_visible()
    assert len(gold(server)) == 3


@pytest.mark.usefixtures("project")
def test_two_leads_never_get_the_same_and_see_who_has_it(server: Server, page: Page) -> None:
    start(signed_in(server, page, "lena"))
    expect(page.locator(".dispute")).to_have_count(1)
    browser = page.context.browser
    assert browser is not None
    with browser.new_context() as context:
        other = signed_in(server, context.new_page(), "lea")
        expect(other.get_by_text("1 are being settled by another lead just now.")).to_be_visible()
        start(other)
        expect(other.locator(".dispute")).to_have_count(1)
        assert other.url != page.url
        other.goto(page.url)
        expect(other.get_by_text("Someone else is settling this one just now")).to_be_visible()
        expect(other.locator(".dispute")).to_have_count(0)


@pytest.mark.usefixtures("project")
def test_blind_first_no_vote_is_on_the_page_until_the_lead_has_decided(
    server: Server, page: Page
) -> None:
    signed_in(server, page, "lena")
    page.get_by_role("link", name="How adjudicators decide").click()
    page.get_by_label("Blind first").check()
    with page.expect_navigation():
        page.get_by_role("button", name="Change").click()
    page.goto(server.url("/projects/strait/adjudicate"))
    start(page)
    expect(page.get_by_text("Decide from the text alone")).to_be_visible()
    assert "annotator-" not in page.content()
    finds_nothing(page)
    page.keyboard.press("2")
    press(page, "Enter")
    expect(page.locator(".voter")).to_have_count(2)
    # What was decided blind is filled in; the lead changes it now that the votes are there.
    expect(page.locator(".answer input:checked")).to_have_value("=boilerplate")
    page.keyboard.press("2")
    press(page, "Enter")
    with server.database.read() as session:
        decision = session.scalars(select(Adjudication)).one()
        assert decision.blind_alternatives == [["boilerplate"]]
        assert decision.alternatives == [["main"]]
        # Whoever took it for noise is asked what they were led past.
        again = select(Assignment.state).where(Assignment.reason == "recode")
        assert session.scalars(again).all() == ["open"]


@pytest.mark.usefixtures("project")
def test_looking_again_shows_what_was_decided_and_leaves_the_rest_as_it_is(
    server: Server, page: Page
) -> None:
    start(signed_in(server, page, "lena"))
    page.keyboard.press("2")
    press(page, "Enter")
    page.goto(server.url("/projects/strait/adjudicate"))
    page.get_by_role("link", name="Look again").first.click()
    page.get_by_role("button", name="Show the votes").click()
    expect(page.locator(".settled summary").first).to_have_text("Main text")
    page.locator(".settled summary").first.click()
    expect(page.locator(".answer input:checked")).to_have_value("=main")
