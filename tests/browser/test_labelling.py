"""The labelling page in a real browser: keys, folding, the clock, and the same without scripts."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, Request, expect
from sqlalchemy import select

from annotator.store.labelling import AnnotationRevision, Assignment
from tests.browser.conftest import Server
from tests.browser.labeller import Labeller, at_work
from tests.factories import Factory

pytestmark = pytest.mark.browser

TEXTS = ("A caption", "The body of it, long enough to be read twice.", "Third.")


@pytest.fixture
def labeller(server: Server, page: Page) -> Labeller:
    return at_work(server, page, TEXTS, documents=2)


class TestKeys:
    def test_a_paragraph_is_labelled_with_the_keyboard_alone(self, labeller: Labeller) -> None:
        # Given the first paragraph
        labeller.open()
        labeller.sees(TEXTS[0])
        # When noise, its kind and Enter are pressed
        labeller.press("b")
        assert labeller.active() == "noise_type"
        labeller.press("c", "Enter")
        # Then it is saved and the next one is there
        labeller.sees(TEXTS[1])
        labeller.state("All saved")
        assert labeller.stored() == [{"content": ["boilerplate"], "noise_type": ["caption"]}]

    def test_main_text_takes_frames_targets_and_a_stance_for_each(self, labeller: Labeller) -> None:
        labeller.open()
        labeller.press("m", "b")  # main text; body
        assert labeller.active() == "frames"
        labeller.press("e", "d", "ArrowDown")  # economic, security; on to the targets
        labeller.press("r", "c")
        labeller.question("stance.russia").is_shown()
        labeller.question("stance.west").is_folded()
        labeller.press("Enter")
        assert labeller.active() == "stance.russia"
        labeller.press("2", "4")
        assert labeller.active() == "attribution"
        labeller.press("o", "Enter")
        labeller.sees(TEXTS[1])
        assert labeller.stored() == [
            {
                "content": ["main"],
                "part": ["body"],
                "frames": ["economic", "security"],
                "targets": ["russia", "china"],
                "stance.russia": ["-1"],
                "stance.china": ["1"],
                "attribution": ["own"],
            }
        ]

    def test_zero_is_none_of_these_and_excludes_the_others(self, labeller: Labeller) -> None:
        labeller.open()
        labeller.press("m", "ArrowDown", "e", "0")
        labeller.question("frames").has("")
        labeller.press("p")
        labeller.question("frames").has("political")

    def test_enter_goes_to_what_is_missing_and_says_so(self, labeller: Labeller) -> None:
        labeller.open()
        labeller.press("Enter")
        labeller.question("content").complains("required")
        labeller.press("m", "Enter")
        assert labeller.active() == "frames"
        labeller.press("0", "Enter")
        assert labeller.active() == "targets"
        labeller.press("Enter")
        labeller.question("targets").complains("required")
        assert labeller.stored() == []

    def test_u_goes_back_to_the_one_before_with_its_answers(self, labeller: Labeller) -> None:
        labeller.open()
        labeller.press("b", "c", "Enter")
        labeller.sees(TEXTS[1])
        labeller.press("u")
        labeller.sees(TEXTS[0])
        labeller.question("content").has("boilerplate")
        labeller.question("noise_type").has("caption")
        labeller.state("Saved; you are looking at it again")

    def test_the_fixed_keys_open_what_they_say(self, labeller: Labeller) -> None:
        labeller.open()
        labeller.press("n")
        expect(labeller.page.get_by_label("Note")).to_be_focused()
        labeller.press("m", "Escape")
        expect(labeller.page.get_by_label("Note")).to_have_value("m")
        labeller.press("h")
        codebook = labeller.page.get_by_role("dialog", name="Codebook")
        expect(codebook.get_by_text("Written for this document").first).to_be_visible()
        labeller.press("Escape", "f")
        expect(labeller.page.locator("#flag-reason")).to_be_focused()
        labeller.press("Escape", "?")
        expect(labeller.page.get_by_role("dialog")).to_be_visible()
        labeller.press("Escape")
        expect(labeller.page.get_by_role("dialog")).to_be_hidden()

    def test_a_skip_asks_for_the_reason(self, labeller: Labeller) -> None:
        labeller.open()
        labeller.press("s")
        labeller.page.keyboard.type("mb ")
        labeller.press("Enter")
        labeller.sees(TEXTS[1])
        labeller.state("All saved")
        with labeller.server.database.read() as session:
            reasons = session.scalars(select(Assignment.skip_reason)).all()
        assert [reason for reason in reasons if reason] == ["mb"]

    @pytest.mark.parametrize("key", ["Control+m", "Meta+m", "Alt+m"])
    def test_keys_with_a_modifier_are_left_to_the_browser(
        self, labeller: Labeller, key: str
    ) -> None:
        labeller.open()
        labeller.press(key)
        labeller.question("content").has()

    def test_the_keys_can_be_switched_off_and_stay_off(self, labeller: Labeller) -> None:
        labeller.open()
        labeller.page.get_by_role("button", name="Keys").click()
        labeller.page.get_by_role("button", name="Switch the keys off").click()
        labeller.page.get_by_role("button", name="Close").click()
        labeller.open()
        labeller.press("m")
        labeller.question("content").has()


class TestMouse:
    def test_a_paragraph_is_labelled_with_the_mouse_alone(self, labeller: Labeller) -> None:
        labeller.open()
        labeller.question("noise_type").is_folded()
        labeller.question("content").choose("boilerplate")
        labeller.question("noise_type").choose("banner")
        labeller.state("Not saved yet")
        labeller.page.locator('button[name="save"]').click()
        labeller.sees(TEXTS[1])
        assert labeller.stored() == [{"content": ["boilerplate"], "noise_type": ["banner"]}]

    def test_an_optional_answer_can_be_let_go(self, labeller: Labeller) -> None:
        labeller.open()
        labeller.question("content").choose("main")
        part = labeller.page.locator('input[name="part"][value="body"]')
        part.click()
        expect(part).to_be_checked()
        part.click()
        expect(part).not_to_be_checked()

    def test_what_a_label_means_is_shown_at_it(self, labeller: Labeller) -> None:
        labeller.open()
        labeller.page.get_by_text("Boilerplate", exact=True).first.hover()
        rule = labeller.page.locator("[data-rule]")
        expect(rule).to_contain_text("Boilerplate: Everything that surrounds the text")

    def test_nothing_moves_under_the_pointer(self, labeller: Labeller) -> None:
        labeller.open()
        labeller.press("m")
        choice = labeller.page.locator('input[name="targets"][value="china"]')
        choice.scroll_into_view_if_needed()
        before = choice.bounding_box()
        choice.hover()
        labeller.page.mouse.down()
        assert choice.bounding_box() == before
        labeller.page.mouse.up()
        expect(choice).to_be_checked()


class TestFolding:
    def test_what_no_longer_applies_is_cleared_and_can_be_taken_back(
        self, labeller: Labeller
    ) -> None:
        labeller.open()
        labeller.question("content").choose("main")
        labeller.question("frames").choose("economic")
        labeller.question("content").choose("boilerplate")
        labeller.question("frames").is_folded()
        expect(labeller.page.get_by_text("was cleared")).to_be_visible()
        labeller.page.get_by_role("button", name="Undo").click()
        labeller.question("content").has("main")
        labeller.question("frames").has("economic")

    def test_what_was_folded_is_not_sent(self, labeller: Labeller) -> None:
        labeller.open()
        labeller.press("m", "ArrowDown", "e")
        labeller.question("content").choose("boilerplate")
        labeller.question("noise_type").choose("caption")
        labeller.press("Enter")
        labeller.sees(TEXTS[1])
        assert labeller.stored() == [{"content": ["boilerplate"], "noise_type": ["caption"]}]

    def test_a_gate_behind_a_gate_folds_too(self, labeller: Labeller) -> None:
        labeller.open()
        labeller.question("content").choose("main")
        labeller.question("targets").choose("china")
        labeller.question("stance.china").choose("1")
        labeller.question("content").choose("boilerplate")
        labeller.question("stance.china").is_folded()
        labeller.question("attribution").is_folded()


def test_the_form_of_a_whole_document_is_fresh_for_the_next_one(labeller: Labeller) -> None:
    labeller.open()
    for number in (1, 2):
        for text in TEXTS:
            labeller.sees(text)
            labeller.label_noise()
        expect(labeller.page.locator("[data-where]")).to_contain_text(f"document {number} of 2")
        expect(labeller.page.locator("[data-document]")).to_be_visible()
        expect(labeller.page.locator(".question.active")).to_have_count(1)
        expect(labeller.page.locator("input:checked")).to_have_count(0)
        assert labeller.active() == "primary_frame"
        for question in labeller.page.locator("[data-required]:visible").all():
            question.locator("input").first.check()
        labeller.page.locator('button[name="save"]').click()
    expect(labeller.page.get_by_role("heading", name="All done")).to_be_visible()
    assert len(labeller.ranks()) == 2 * (len(TEXTS) + 1)


def test_the_clock_runs_while_the_page_is_seen(labeller: Labeller) -> None:
    labeller.open()
    labeller.page.wait_for_timeout(400)
    labeller.press("b", "c", "Enter")
    labeller.sees(TEXTS[1])
    labeller.state("All saved")
    with labeller.server.database.read() as session:
        seconds = session.scalars(select(AnnotationRevision.seconds)).one()
    assert seconds is not None
    assert 0.3 <= seconds < 60


def test_an_answer_from_another_tab_is_shown_and_not_overwritten(labeller: Labeller) -> None:
    # Given the same paragraph in two tabs
    labeller.open()
    other = labeller.page.context.new_page()
    other.goto(labeller.page.url)
    other.locator('input[name="content"][value="boilerplate"]').check()
    other.locator('input[name="noise_type"][value="widget"]').check()
    other.locator('button[name="save"]').click()
    expect(other.locator("[data-paragraph]")).to_have_text(TEXTS[1])
    expect(other.get_by_role("status").filter(has_text="All saved")).to_be_visible()
    # When the first one is saved with something else
    labeller.press("b", "c", "Enter")
    # Then both are shown, and the person decides
    expect(labeller.page.get_by_role("heading", name="Saved elsewhere")).to_be_visible()
    labeller.question("noise_type").has("caption")
    labeller.state("Not saved yet")
    labeller.press("Enter")
    labeller.sees(TEXTS[1])
    assert [answers["noise_type"] for answers in labeller.stored()] == [["widget"], ["caption"]]


def test_what_was_settled_meanwhile_is_said_and_ones_change_is_kept(labeller: Labeller) -> None:
    labeller.open()
    labeller.label_noise()
    labeller.sees(TEXTS[1])
    labeller.state("All saved")
    # When the lead settles it, and the person goes back and changes it
    with labeller.server.database.write() as session:
        subject = session.scalars(
            select(Assignment.subject_id).where(Assignment.state == "done")
        ).one()
        settled_at = datetime.now(UTC) + timedelta(minutes=1)
        Factory(session).gold(subject, "content", [["boilerplate"]], settled_at=settled_at)
    labeller.press("Backspace")
    labeller.sees(TEXTS[0])
    labeller.question("noise_type").choose("widget")
    labeller.press("Escape", "Enter")
    # Then it is said, with both versions, and saving again keeps the change
    expect(labeller.page.get_by_role("heading", name="Settled by the lead")).to_be_visible()
    labeller.question("noise_type").has("widget")
    labeller.press("Enter")
    expect(labeller.page.get_by_role("heading", name="Settled by the lead")).to_have_count(0)
    labeller.state("All saved")
    assert [answers["noise_type"] for answers in labeller.stored()] == [["caption"], ["widget"]]


def test_it_works_as_a_plain_form_without_scripts(labeller: Labeller, chromium: Browser) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    labeller.server.sign_in(page, labeller.alice)
    page.goto(labeller.server.url("/projects/strait/label"))
    expect(page.locator('[data-question="frames"]')).to_be_visible()
    page.locator('input[name="content"][value="boilerplate"]').check()
    page.locator('input[name="frames"][value="economic"]').check()
    page.locator('button[name="save"]').click()
    expect(page.locator('[id="problem-frames"]')).to_contain_text("does not apply")
    page.locator('input[name="frames"][value="economic"]').uncheck()
    page.locator('input[name="noise_type"][value="caption"]').check()
    page.locator('button[name="save"]').click()
    expect(page.locator("[data-paragraph]")).to_have_text(TEXTS[1])
    context.close()
    assert labeller.stored() == [{"content": ["boilerplate"], "noise_type": ["caption"]}]


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_it_never_needs_scrolling_sideways(labeller: Labeller, width: int) -> None:
    labeller.page.set_viewport_size({"width": width, "height": 740})
    labeller.open()
    labeller.press("m")
    page = labeller.page.locator("html")
    assert page.evaluate("element => element.scrollWidth") <= width


def test_targets_are_large_enough_for_a_thumb(labeller: Labeller) -> None:
    labeller.page.set_viewport_size({"width": 360, "height": 740})
    labeller.open()
    labeller.press("m")
    for target in labeller.page.locator(".choice:visible, button:visible").all():
        box = target.bounding_box()
        assert box is not None
        assert box["height"] >= 44 or "link" in (target.get_attribute("class") or "")


def test_the_page_is_light(labeller: Labeller) -> None:
    loaded: dict[str, int] = {}

    def note(request: Request) -> None:
        sizes = request.sizes()
        loaded[request.url] = sizes["responseBodySize"] + sizes["responseHeadersSize"]

    labeller.page.on("requestfinished", note)
    labeller.open()
    labeller.page.wait_for_load_state("networkidle")
    own = labeller.server.url("/")
    assert all(url.startswith(own) for url in loaded)
    assert sum(loaded.values()) < 60_000
    loaded.clear()
    labeller.open()
    labeller.page.wait_for_load_state("networkidle")
    assert sum(loaded.values()) < 10_000
