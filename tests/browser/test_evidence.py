"""Evidence spans in a real browser: what is selected is what Python slices, in every script."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from annotator.services import codebooks
from annotator.store.labelling import AnnotationRevision
from tests.browser.conftest import Server
from tests.browser.labeller import Labeller, at_work, with_work
from tests.factories import NOW

pytestmark = pytest.mark.browser

EMOJI = "Gas 😀👩‍👩‍👧 deals, she said, “won’t” save the rouble."
TEXTS = (
    EMOJI,
    "Cafe\u0301 \u00a0prices rose 3\u202f% after the summit.",
    "Министр заявил: «Пекин — наш друг», и ушёл.",
    "قال الوزير إن بكين شريك مهم 😀 اليوم.",
    "  edge spaces stay  ",
)


@pytest.fixture
def labeller(server: Server, page: Page) -> Labeller:
    return at_work(server, page, TEXTS)


def select_words(labeller: Labeller, words: str) -> None:
    """Select these words with a real selection of the browser, counted in its UTF-16 units."""
    labeller.page.locator("[data-paragraph]").evaluate(
        """(paragraph, words) => {
            const node = [...paragraph.childNodes].find((each) => each.textContent.includes(words));
            const text = node.nodeType === Node.TEXT_NODE ? node : node.firstChild;
            const at = text.data.indexOf(words);
            getSelection().setBaseAndExtent(text, at, text, at + words.length);
        }""",
        words,
    )


def spans_of(labeller: Labeller) -> list[dict[str, Any]]:
    labeller.state("All saved")
    with labeller.server.database.read() as session:
        found = session.scalars(
            select(AnnotationRevision.spans).order_by(AnnotationRevision.id.desc())
        )
        return list(next(iter(found)))


def finish(labeller: Labeller) -> None:
    """Answer what is still required, and save."""
    labeller.question("targets").choose("")
    labeller.page.locator('button[name="save"]').click()


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "deals"),
        (0, "👩‍👩‍👧"),
        (0, "“won’t”"),
        (1, "\u00a0prices rose 3\u202f%"),
        (1, "Cafe\u0301"),
        (2, "«Пекин — наш друг»"),
        (3, "بكين شريك مهم 😀"),
        (4, "  edge"),
    ],
)
def test_marked_words_are_what_python_slices(labeller: Labeller, number: int, words: str) -> None:
    labeller.open()
    for _ in range(number):
        labeller.label_noise()
    labeller.sees(TEXTS[number])
    labeller.press("m", "ArrowDown")
    assert labeller.active() == "frames"
    select_words(labeller, words)
    labeller.press("Shift+e")
    labeller.question("frames").has("economic")
    expect(labeller.page.locator(".span-chip")).to_contain_text(words.strip())
    finish(labeller)
    (span,) = spans_of(labeller)
    assert (span["question"], span["label"], span["quote"]) == ("frames", "economic", words)
    assert TEXTS[number][span["start"] : span["end"]] == words


def test_spans_may_overlap_and_can_be_removed(labeller: Labeller) -> None:
    labeller.open()
    labeller.press("m", "ArrowDown")
    for words, key in (("deals, she said", "Shift+e"), ("she said, “won’t” save", "Shift+d")):
        select_words(labeller, words)
        labeller.press(key)
    select_words(labeller, "rouble")
    labeller.press("Shift+e")
    chips = labeller.page.locator(".span-chip")
    expect(chips).to_have_count(3)
    chips.filter(has_text="rouble").get_by_role("button").click()
    expect(chips).to_have_count(2)
    finish(labeller)
    quotes = {(span["label"], span["quote"]) for span in spans_of(labeller)}
    assert quotes == {("economic", "deals, she said"), ("security", "she said, “won’t” save")}


def test_words_are_marked_with_the_mouse_alone(labeller: Labeller) -> None:
    labeller.open()
    labeller.question("content").choose("main")
    labeller.question("frames").choose("economic")
    select_words(labeller, "deals")
    labeller.page.get_by_role("group", name="Mark as evidence").get_by_role("button").click()
    expect(labeller.page.locator(".span-chip")).to_contain_text("Economic")
    painted = labeller.page.evaluate("[...CSS.highlights.get('evidence-0')].map(String)")
    assert painted == ["deals"]


def test_a_label_that_is_let_go_takes_its_words_along_and_brings_them_back(
    labeller: Labeller,
) -> None:
    labeller.open()
    labeller.press("m", "ArrowDown")
    select_words(labeller, "deals")
    labeller.press("Shift+e")
    labeller.press("e")
    expect(labeller.page.locator(".span-chip")).to_have_count(0)
    labeller.press("e")
    expect(labeller.page.locator(".span-chip")).to_have_count(1)


def test_marked_words_come_back_with_the_paragraph(labeller: Labeller) -> None:
    labeller.open()
    labeller.press("m", "ArrowDown")
    select_words(labeller, "“won’t”")
    labeller.press("Shift+e")
    finish(labeller)
    labeller.sees(TEXTS[1])
    labeller.press("u")
    labeller.sees(EMOJI)
    expect(labeller.page.locator(".span-chip")).to_contain_text("“won’t”")
    # Also when it is loaded anew, once the server has it.
    labeller.state("Saved; you are looking at it again")
    labeller.open()
    labeller.press("u")
    expect(labeller.page.locator(".span-chip")).to_contain_text("“won’t”")


def test_required_words_are_asked_for(labeller: Labeller) -> None:
    yaml = codebooks.default_yaml().replace("spans: may", "spans: must")
    with labeller.server.seed() as make:
        project = make.project("must")
        make.member(project, labeller.alice)
        make.document(project, texts=TEXTS)
        codebooks.add_version(
            make.session,
            project_id=project.id,
            yaml=yaml,
            name="codebook.yaml",
            editorial=False,
            actor_id=None,
            now=NOW,
        )
        with_work(make, project)
    labeller.project = project
    labeller.open()
    labeller.press("m", "ArrowDown", "e")
    finish(labeller)
    labeller.question("frames").complains("Mark the words that show “Economic”")
    select_words(labeller, "deals")
    labeller.press("Shift+e")
    labeller.page.locator('button[name="save"]').click()
    labeller.sees(TEXTS[1])
    assert [span["quote"] for span in spans_of(labeller)] == ["deals"]
