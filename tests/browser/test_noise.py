"""The lead's pages of noise in a real browser: settled by key and undone, and nothing for axe."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from annotator.services import noise_refits
from tests.browser.conftest import Server
from tests.factories import NOW
from tests.services.propagation.world import BANNER, CHANGED, repeats
from tests.services.test_noise_refits import settled_project, work

pytestmark = pytest.mark.browser

WIDTHS = (360, 1280)
SCHEMES = ("light", "dark")


@pytest.fixture
def lead(server: Server, page: Page) -> Page:
    """Lena, whose project has a banner in three documents, and another one with a refit."""
    with server.seed() as make:
        lena = make.user("lena", role="lead")
        # It settles whatever paragraphs there are.
        settled = settled_project(make.session)
        world = repeats(make)
        world.bring(0, BANNER, CHANGED, BANNER)
        for project in (world.project, settled):
            make.member(project, lena, role="lead")
        noise_refits.request_refit(make.session, project_id=settled.id, actor_id=lena.id, now=NOW)
    work(server.database)
    server.sign_in(page, lena)
    return page


def assert_nobody_is_shut_out(page: Page) -> None:
    """In light and dark axe finds nothing, and no width needs scrolling sideways."""
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        # Colours fade from one scheme to the other on a page that is open.
        page.reload()
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            results = Axe().run(page)
            assert results.violations_count == 0, results.generate_report()
            html = page.locator("html")
            assert html.evaluate("element => element.scrollWidth") <= width


def test_repeated_lines_are_settled_by_two_keys_and_undone_by_a_button(
    server: Server, lead: Page
) -> None:
    lead.goto(server.url("/projects/repeats/clusters"))
    assert_nobody_is_shut_out(lead)
    lead.keyboard.press("j")
    with lead.expect_navigation():
        lead.keyboard.press("b")
    expect(lead.get_by_text("Settled 3 lines.")).to_be_visible()
    lead.goto(server.url("/projects/repeats/clusters?state=decided"))
    assert_nobody_is_shut_out(lead)
    lead.get_by_role("link", name="Look at all 3").click()
    expect(lead.get_by_role("heading", name="A repeated line")).to_be_visible()
    assert_nobody_is_shut_out(lead)
    lead.get_by_role("button", name="Undo").first.click()
    expect(lead.get_by_text("Undone: the gold of 3 lines was taken away.")).to_be_visible()


def test_the_page_of_suggestions_with_figures_and_a_refit(server: Server, lead: Page) -> None:
    lead.goto(server.url("/projects/settled/noise"))
    expect(lead.get_by_text("judged by a fit of other sources alone")).to_be_visible()
    assert_nobody_is_shut_out(lead)
