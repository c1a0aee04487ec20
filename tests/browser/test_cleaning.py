"""The clean-up page in a browser: by key, by mouse, without network, and read by axe-core."""

import re

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from annotator.services import assigning
from annotator.store.corpus import Paragraph, Suggestion
from annotator.store.labelling import AnnotationRevision
from tests.browser.conftest import Server
from tests.browser.labeller import Labeller, with_default_codebook
from tests.browser.test_accessibility import finds_nothing
from tests.factories import NOW

pytestmark = pytest.mark.browser

TEXTS = ("Share this", "Moscow and Beijing agreed.", "A caption", "Another caption", "The end.")
MAIN = {"content": ["main"]}


@pytest.fixture
def labeller(server: Server, page: Page) -> Labeller:
    """Alice with two documents to clean; suggestions come after her own choice."""
    with server.seed() as make:
        project = make.project("strait")
        alice = make.member(project, make.user("alice"))
        for _ in range(2):
            make.document(project, texts=TEXTS)
        for paragraph in make.session.scalars(select(Paragraph).where(Paragraph.position == 0)):
            make.session.add(
                Suggestion(
                    paragraph_id=paragraph.id,
                    noise_type="widget",
                    probability=0.93,
                    reasons=["It asks to share."],
                    made_by="rules 1",
                )
            )
        with_default_codebook(make, project)
        assigning.assign(
            make.session,
            project_id=project.id,
            overlap=1,
            kind="cleanup",
            suggestions="after_choice",
            seed=1,
            actor_id=None,
            now=NOW,
        )
    server.sign_in(page, alice)
    page.emulate_media(reduced_motion="reduce")
    return Labeller(server, page, project, alice)


def is_at(labeller: Labeller, line: int) -> None:
    expect(labeller.page.locator(".line.marked .number")).to_have_text(str(line))


def seen(labeller: Labeller) -> list[str | None]:
    """Of what was saved, the suggestion that the person had seen."""
    with labeller.server.database.read() as session:
        return list(
            session.scalars(
                select(AnnotationRevision.suggested_label).order_by(AnnotationRevision.id)
            )
        )


def test_two_documents_are_cleaned_by_key_one_of_them_without_network(labeller: Labeller) -> None:
    page = labeller.page
    labeller.open()
    where = page.locator("[data-where]")
    # A key answers a line of text, two a line of noise; the suggestion is told after the choice.
    expect(page.get_by_text("Suggested by the machine")).to_have_count(0)
    labeller.press("b", "w")
    expect(page.get_by_text("Suggested by the machine: noise, widget (93 %)")).to_be_visible()
    labeller.press("m", "x", "u")
    is_at(labeller, 3)
    # A range is answered at once.
    labeller.press("Shift+J", "b", "c")
    is_at(labeller, 5)
    # What is chosen and not saved is back after the tab was closed.
    labeller.open()
    expect(page.get_by_text("What you had chosen here and not saved is back.")).to_be_visible()
    is_at(labeller, 5)
    labeller.press("m")
    with page.expect_response("**/clean/*") as ahead:
        labeller.press("Enter")
    ahead.value.finished()
    expect(where).to_have_text("Document 2 of 2")
    labeller.state("All saved")
    noise = {"content": ["boilerplate"], "noise_type": ["caption"]}
    first = [noise | {"noise_type": ["widget"]}, MAIN, noise, noise, MAIN]
    assert labeller.stored() == first
    assert seen(labeller) == ["widget", None, None, None, None]
    # Without network the second document waits, also when the tab is closed.
    page.context.set_offline(True)
    page.locator(".line .number").nth(0).click()
    page.locator(".line .number").nth(4).click(modifiers=["Shift"])
    page.get_by_role("button", name="Main text").click()
    labeller.press("s")
    labeller.state("5 waiting, will retry")
    assert labeller.stored() == first
    context = page.context
    page.close()
    context.set_offline(False)
    page = context.new_page()
    page.goto(labeller.server.url("/projects/strait/clean/6"))
    expect(page.locator("body")).to_have_class(re.compile("scripted"))
    expect(page.locator(".save-state")).to_contain_text("All saved")
    labeller.page = page
    assert labeller.stored() == first + [MAIN] * 5


def test_a_line_saved_elsewhere_is_told_at_the_line_and_axe_finds_nothing(
    labeller: Labeller,
) -> None:
    page = labeller.page
    labeller.open()
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.locator("body")).to_have_class(re.compile("scripted"))
    other.keyboard.press("m")
    other.keyboard.press("s")
    expect(other.locator("[data-where]")).to_have_text("Document 2 of 2")
    expect(other.locator(".save-state")).to_contain_text("All saved")
    other.close()
    # One line is stale: it alone waits for the person, the others are stored.
    labeller.press("b", "w", "m", "s")
    page.go_back()
    expect(page.locator(".refusal")).to_contain_text("saved elsewhere meanwhile")
    finds_nothing(page)
    page.get_by_role("button", name="keep what is saved").click()
    expect(page.locator(".refusal")).to_have_count(0)
    assert labeller.stored() == [MAIN, MAIN]
    page.set_viewport_size({"width": 360, "height": 740})
    labeller.press("Shift+J", "b")
    expect(page.get_by_text("2 lines selected")).to_be_visible()
    finds_nothing(page)
