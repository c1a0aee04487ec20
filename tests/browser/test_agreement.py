"""The lead's pages of agreement in a real browser: axe finds nothing, and a phone shows all."""

import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server
from tests.browser.test_accessibility import RULES
from tests.factories import NOW
from tests.labelled import NOISE, Labelled, prose

pytestmark = pytest.mark.browser

PATHS = ("agreement", "agreement/content", "agreement/annotators", "agreement/content/pairs")
PHONE = 360


@dataclass
class Lead:
    """A lead whose three annotators have labelled 30 paragraphs of two sources."""

    server: Server
    page: Page

    def open(self, path: str) -> None:
        self.page.goto(self.server.url(f"/projects/strait/{path}"))


@pytest.fixture
def lead(server: Server, page: Page) -> Lead:
    with server.seed() as make:
        world = Labelled.empty(make, slug="strait", title="Strait")
        world.round.thresholds = {"content": 0.8}
        user = world.person("lea", role="lead")
        for document in range(2):
            texts = (f"Text {document} {number}." for number in range(15))
            for number, subject in enumerate(world.paragraphs(*texts)):
                for shift, name in enumerate(("alice", "bob", "cat")):
                    noise = number % 2 == 0 and number % 7 != shift
                    saved = {"saved_at": NOW + timedelta(days=number)}
                    world.says(name, subject, NOISE if noise else prose(), saved=saved)
    server.sign_in(page, user)
    page.emulate_media(reduced_motion="reduce")
    return Lead(server, page)


def test_axe_finds_nothing_in_light_and_dark(lead: Lead) -> None:
    for path in PATHS[:2]:
        lead.open(path)
        for scheme in ("light", "dark"):
            lead.page.emulate_media(color_scheme=scheme)
            results = Axe().run(lead.page, options=RULES)
            assert results.violations_count == 0, f"{path} {scheme}: {results.generate_report()}"


def test_a_phone_shows_all_of_it_without_scrolling_sideways(lead: Lead) -> None:
    lead.page.set_viewport_size({"width": PHONE, "height": 740})
    for path in PATHS:
        lead.open(path)
        width = lead.page.locator("html").evaluate("element => element.scrollWidth")
        assert width <= PHONE, path
        for plot in lead.page.locator("svg.for-narrow").all():
            expect(plot).to_be_visible()
            box = plot.bounding_box()
            assert box is not None
            assert box["x"] + box["width"] <= PHONE, path
        for plot in lead.page.locator("svg.for-wide").all():
            expect(plot).to_be_hidden()


def test_from_the_overview_one_comes_to_the_very_paragraphs(lead: Lead) -> None:
    page = lead.page
    lead.open("agreement")
    page.get_by_role("rowheader", name="What is it?").get_by_role("link").click()
    page.get_by_role("link", name=re.compile("Read them.*Main text and Boilerplate")).click()
    expect(page.get_by_role("heading", name="“Main text” or “Boilerplate”?")).to_be_visible()
    expect(page.locator("[data-paragraph]").first).to_have_text("Text 0 0.")
