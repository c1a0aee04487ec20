"""What stands beside the questions: hints, odd characters, more text, the machine's guess."""

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from annotator.services import assigning
from annotator.store.corpus import Paragraph, Suggestion
from annotator.store.labelling import AnnotationRevision
from tests.browser.conftest import Server
from tests.browser.labeller import Labeller
from tests.default_codebook import with_default_codebook
from tests.factories import NOW

pytestmark = pytest.mark.browser

TEXTS = (
    "Share this page",
    *(f"Sentence {n} before." for n in range(1, 7)),
    "Moscow’s envoy met \u0421hina’s and\u200b Beijing’s friends.",
    *(f"Sentence {n} after." for n in range(1, 4)),
)
NAMED = 7
REASON = "A phrase of sharing."


def begin(server: Server, page: Page, **given: Any) -> Labeller:
    """Alice at a round with these settings; the first paragraph has a suggestion of noise."""
    with server.seed() as make:
        project = make.project("strait")
        alice = make.member(project, make.user("alice"))
        make.document(project, texts=TEXTS)
        with_default_codebook(make, project)
        first = make.session.scalars(select(Paragraph.id).order_by(Paragraph.position)).first()
        make.session.add(
            Suggestion(
                paragraph_id=first,
                noise_type="widget",
                probability=0.93,
                reasons=[REASON],
                made_by="rules 1",
            )
        )
        assigning.assign(
            make.session, project_id=project.id, overlap=1, seed=1, actor_id=None, now=NOW, **given
        )
    server.sign_in(page, alice)
    labeller = Labeller(server, page, project, alice)
    labeller.open()
    return labeller


def guess(labeller: Labeller) -> Locator:
    return labeller.page.locator(".suggestion:visible")


def shown(labeller: Labeller) -> list[tuple[bool, str | None]]:
    labeller.state("All saved")
    with labeller.server.database.read() as session:
        rows = session.execute(
            select(AnnotationRevision.suggestion_shown, AnnotationRevision.suggested_label)
        )
        return [(row.suggestion_shown, row.suggested_label) for row in rows]


def test_the_machines_guess_is_hidden_unless_the_lead_shows_it(server: Server, page: Page) -> None:
    labeller = begin(server, page)
    assert REASON not in page.content()
    labeller.press("b", "w")
    expect(guess(labeller)).to_have_count(0)
    labeller.press("Enter")
    assert shown(labeller) == [(False, None)]


def test_it_may_be_shown_after_ones_own_choice_and_that_is_stored(
    server: Server, page: Page
) -> None:
    labeller = begin(server, page, suggestions="after_choice")
    expect(guess(labeller)).to_have_count(0)
    labeller.press("b")
    expect(guess(labeller)).to_contain_text(f"noise, widget (93 %). {REASON}")
    labeller.press("w", "Enter")
    labeller.sees(TEXTS[1])
    labeller.label_noise()
    labeller.sees(TEXTS[2])
    assert shown(labeller) == [(True, "widget"), (False, None)]


def go_to_the_named_one(labeller: Labeller) -> None:
    for n in range(NAMED):
        labeller.sees(TEXTS[n])
        labeller.label_noise()
    labeller.sees(TEXTS[NAMED])


def test_targets_have_the_words_that_name_them_and_none_is_ticked(
    server: Server, page: Page
) -> None:
    labeller = begin(server, page)
    go_to_the_named_one(labeller)
    labeller.press("m")
    choices = page.locator('[data-question="targets"] .choice')
    expect(choices.filter(has_text="Russia").locator(".hint")).to_have_text("“Moscow’s”")
    expect(choices.filter(has_text="China").locator(".hint")).to_have_text("“Beijing’s”")
    labeller.question("targets").has()


def test_what_the_eye_misses_is_marked_and_named(server: Server, page: Page) -> None:
    labeller = begin(server, page)
    go_to_the_named_one(labeller)
    assert page.locator("[data-paragraph]").text_content() == TEXTS[NAMED]
    expect(page.locator(".odd")).to_have_count(2)
    expect(page.get_by_text("Marked in the text:")).to_contain_text("ZERO WIDTH SPACE")


def test_brackets_show_more_of_the_text_and_how_much_is_stored(server: Server, page: Page) -> None:
    labeller = begin(server, page)
    go_to_the_named_one(labeller)
    before = page.get_by_role("group", name="Before").locator("p")
    after = page.get_by_role("group", name="After").locator("p")
    expect(before).to_have_count(2)
    labeller.press("[")
    expect(before).to_have_text(TEXTS[2:NAMED])
    page.get_by_role("button", name="More below").click()
    expect(after).to_have_text(TEXTS[NAMED + 1 :])
    expect(page.get_by_role("button", name="More below")).to_have_count(0)
    labeller.label_noise()
    labeller.state("All saved")
    with server.database.read() as session:
        counts = session.execute(
            select(AnnotationRevision.context_before, AnnotationRevision.context_after).order_by(
                AnnotationRevision.id.desc()
            )
        ).first()
    assert counts is not None
    assert tuple(counts) == (5, 3)


def test_the_clock_stands_still_while_the_page_is_out_of_sight(server: Server, page: Page) -> None:
    labeller = begin(server, page)
    hide = """(hidden) => {
        Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));
    }"""
    page.evaluate(hide, True)
    page.wait_for_timeout(3_000)
    page.evaluate(hide, False)
    labeller.label_noise()
    labeller.state("All saved")
    with server.database.read() as session:
        seconds = session.scalars(select(AnnotationRevision.seconds)).one()
    assert seconds is not None
    assert seconds < 3
