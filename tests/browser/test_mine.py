"""A person's own pages in a real browser: found, searched, read, and free of what axe can find."""

from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server
from tests.labelled import NOISE, Labelled, prose
from tests.small_codebook import SMALL

pytestmark = pytest.mark.browser

TEXTS = (
    "A caption",
    "The body of it, long enough to be read twice. " * 8,
    "Третий абзац о мосте.",
    "What is left",
)
CHANGED = (
    SMALL.replace("Main text", "Text of the article")
    .replace("{code: economic, name: {en: Economic}}", "{code: morality, name: {en: Morality}}")
    .replace("Boilerplate}}", 'Boilerplate}, definition: {en: "Nobody wrote it to be read."}}')
)


@dataclass
class Annotator:
    """Alice, who has labelled under version 1 and goes on under version 2."""

    server: Server
    page: Page
    world: Labelled

    def open(self, path: str = "") -> None:
        self.page.goto(self.server.url(f"/projects/strait/{path}"))


@pytest.fixture
def annotator(server: Server, page: Page) -> Annotator:
    with server.seed() as make:
        world = Labelled.empty(make, slug="strait", title="Strait")
        subjects = world.paragraphs(*TEXTS)
        world.says("alice", subjects[0], NOISE, saved={"note": "Is it one?"})
        world.says("alice", subjects[1], prose(["economic"], russia="-1"), flag_note="Who speaks?")
        world.says("alice", subjects[2], None, state="skipped", skip_reason="Not my language")
        version = make.codebook(world.project, CHANGED, number=2)
        second = make.round(world.project, version, name="second")
        world.says("alice", subjects[3], None, round=second)
    server.sign_in(page, world.people["alice"])
    return Annotator(server, page, world)


def test_from_my_projects_one_finds_a_paragraph_by_its_words_and_opens_it(
    annotator: Annotator,
) -> None:
    page = annotator.page
    page.goto(annotator.server.url("/projects"))
    page.get_by_role("main").get_by_role("link", name="Strait").first.click()
    page.get_by_role("link", name="My annotations").click()
    page.get_by_label("Words in the text").fill("МОСТЕ")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="1 found")).to_be_visible()
    page.get_by_role("link", name="Look again or change").click()
    expect(page.locator("[data-paragraph]")).to_have_text(TEXTS[2])


def test_what_is_new_is_read_once(annotator: Annotator) -> None:
    page = annotator.page
    annotator.open("mine")
    page.get_by_role("link", name="What is new").click()
    expect(page.get_by_role("cell", name="Text of the article").first).to_be_visible()
    page.get_by_role("button", name="I have read it").click()
    expect(page.get_by_role("heading", name="My work")).to_be_visible()
    expect(page.get_by_text("The codebook changed")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["mine", "mine/annotations", "codebook/changes", ""])
def test_it_has_no_fault_that_axe_can_find(annotator: Annotator, path: str, scheme: str) -> None:
    annotator.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    annotator.open(path)
    results = Axe().run(annotator.page)
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("path", ["mine", "mine/annotations", "codebook/changes"])
def test_it_never_needs_scrolling_sideways(annotator: Annotator, path: str, width: int) -> None:
    annotator.page.set_viewport_size({"width": width, "height": 740})
    annotator.open(path)
    html = annotator.page.locator("html")
    assert html.evaluate("element => element.scrollWidth") <= width
