"""axe-core finds nothing on the labelling page, in no state of it, in light and in dark."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from sqlalchemy import delete

from annotator.store.people import SignInSession
from tests.browser.conftest import Server
from tests.browser.labeller import Labeller, at_work
from tests.default_codebook import with_default_codebook

pytestmark = pytest.mark.browser

TEXTS = ("Moscow and Beijing agreed.", "The body\u200b of it, long enough.", "Third.")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES = {"runOnly": {"type": "tag", "values": TAGS}}


@pytest.fixture
def labeller(server: Server, page: Page) -> Labeller:
    return at_work(server, page, TEXTS)


def empty(labeller: Labeller) -> None:
    labeller.sees(TEXTS[0])


def filled(labeller: Labeller) -> None:
    labeller.press("m", "b", "e", "d", "ArrowDown", "r", "c")
    labeller.question("stance.russia").is_shown()


def marked(labeller: Labeller) -> None:
    labeller.press("m", "ArrowDown")
    labeller.page.locator("[data-paragraph]").select_text()
    labeller.press("Shift+e")
    expect(labeller.page.locator(".span-chip")).to_be_visible()
    labeller.page.locator("[data-paragraph]").select_text()
    expect(labeller.page.locator("[data-marking]")).to_be_visible()


def error(labeller: Labeller) -> None:
    labeller.press("m", "ArrowDown", "e", "Enter", "Enter")
    labeller.question("targets").complains("required")


def note(labeller: Labeller) -> None:
    labeller.press("n")
    labeller.page.keyboard.type("A word to the lead.")


def keys(labeller: Labeller) -> None:
    labeller.press("?")
    expect(labeller.page.get_by_role("dialog", name="Keys")).to_be_visible()


def codebook(labeller: Labeller) -> None:
    labeller.press("h")
    expect(labeller.page.get_by_role("dialog", name="Codebook").locator("dt").first).to_be_visible()


def sign_in(labeller: Labeller) -> None:
    with labeller.server.database.write() as session:
        session.execute(delete(SignInSession))
    labeller.label_noise()
    expect(labeller.page.get_by_role("dialog", name="Sign in again")).to_be_visible()


def offline(labeller: Labeller) -> None:
    labeller.page.context.set_offline(True)
    labeller.label_noise()
    labeller.state("1 waiting, will retry")


def compared(labeller: Labeller) -> None:
    other = labeller.page.context.new_page()
    other.goto(labeller.page.url)
    expect(other.locator(".scripted")).to_be_visible()
    other.keyboard.press("b")
    other.keyboard.press("w")
    other.keyboard.press("Enter")
    expect(other.locator(".save-state")).to_contain_text("All saved")
    other.close()
    labeller.label_noise()
    expect(labeller.page.get_by_role("heading", name="Saved elsewhere")).to_be_visible()


def whole_document(labeller: Labeller) -> None:
    for text in TEXTS:
        labeller.sees(text)
        labeller.label_noise()
    expect(labeller.page.locator("[data-document]")).to_be_visible()


def all_done(labeller: Labeller) -> None:
    for text in TEXTS:
        labeller.sees(text)
        labeller.label_noise()
    expect(labeller.page.locator("[data-document]")).to_be_visible()
    labeller.press("s")
    labeller.page.keyboard.type("nothing to judge")
    labeller.press("Enter")
    expect(labeller.page.get_by_role("heading", name="All done")).to_be_visible()


STATES = [
    empty, filled, marked, error, note, keys, codebook, sign_in, offline, compared, whole_document,
    all_done,
]  # fmt: skip


@pytest.mark.parametrize("reach", STATES, ids=lambda reach: reach.__name__)
def test_axe_finds_nothing(labeller: Labeller, reach: Callable[[Labeller], None]) -> None:
    # Colours that are on their way from light to dark are nobody's.
    labeller.page.emulate_media(reduced_motion="reduce")
    labeller.open()
    reach(labeller)
    finds_nothing(labeller.page)


def test_axe_finds_nothing_on_the_page_of_a_mask(server: Server, page: Page) -> None:
    with server.seed() as make:
        project = make.project("strait")
        lead = make.member(project, make.user("lena"), role="lead")
        source = make.source(project, "Harbour Gazette", aliases=["Гавань"])
        texts = ("The Harbour Gazette reports.", "Гавань и Harbour Gazette.", "Nothing here.")
        make.document(project, source, texts=texts)
        with_default_codebook(make, project)
    server.sign_in(page, lead)
    page.emulate_media(reduced_motion="reduce")
    page.goto(server.url(f"/projects/strait/sources/{source.id}/mask"))
    expect(page.get_by_text("Гавань").first).to_be_visible()
    finds_nothing(page)


def finds_nothing(page: Page) -> None:
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        results = Axe().run(page, options=RULES)
        assert results.violations_count == 0, f"{scheme}: {results.generate_report()}"
