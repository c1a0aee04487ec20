"""An annotator at the labelling page; keys go to the page, not into a field."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from annotator.services import assigning
from annotator.store.corpus import Project
from annotator.store.labelling import Annotation, AnnotationRevision, Assignment
from annotator.store.people import User
from tests.browser.conftest import Server
from tests.default_codebook import with_default_codebook
from tests.factories import NOW, Factory


@dataclass
class Labeller:
    server: Server
    page: Page
    project: Project
    alice: User

    def open(self, page: Page | None = None) -> None:
        self.page = page or self.page
        self.page.goto(self.server.url(f"/projects/{self.project.slug}/label"))
        expect(self.page.locator("body")).to_have_class(re.compile("scripted"))

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def label_noise(self, kind: str = "c") -> None:
        """Boilerplate, a kind of noise, save."""
        self.press("b", kind, "Enter")

    @contextmanager
    def loading_more(self) -> Iterator[None]:
        """Ends when the next tasks are there whole: a response begins before its body has come."""
        with self.page.expect_response("**/sheets?*") as loaded:
            yield
        loaded.value.finished()

    def active(self) -> str:
        return self.page.locator(".question.active").get_attribute("data-question") or ""

    def question(self, code: str) -> "Question":
        return Question(self.page, code)

    def sees(self, text: str) -> None:
        expect(self.page.locator("[data-paragraph]")).to_have_text(text)

    def state(self, text: str) -> None:
        expect(self.status.filter(has_text=text)).to_be_visible()

    @property
    def status(self) -> Locator:
        return self.page.locator(".save-state")

    def stored(self) -> list[dict[str, list[str]]]:
        """What the server has, once nothing is on its way any more."""
        expect(self.status.filter(has_text="Saving")).to_have_count(0)
        with self.server.database.read() as session:
            return list(
                session.scalars(select(AnnotationRevision.answers).order_by(AnnotationRevision.id))
            )

    def ranks(self) -> list[int]:
        """Ranks of what was saved, in the order in which the server got it."""
        with self.server.database.read() as session:
            return list(
                session.scalars(
                    select(Assignment.rank)
                    .join(Annotation, Annotation.assignment_id == Assignment.id)
                    .join(AnnotationRevision, AnnotationRevision.annotation_id == Annotation.id)
                    .order_by(AnnotationRevision.id)
                )
            )


@dataclass
class Question:
    page: Page
    code: str

    def is_shown(self) -> None:
        expect(self.page.locator(f'[data-question="{self.code}"]')).to_be_visible()

    def is_folded(self) -> None:
        expect(self.page.locator(f'[data-question="{self.code}"]')).to_be_hidden()

    def choose(self, value: str) -> None:
        self.page.locator(f'input[name="{self.code}"][value="{value}"]').check()

    def has(self, *values: str) -> None:
        for value in values:
            box = self.page.locator(f'input[name="{self.code}"][value="{value}"]')
            expect(box).to_be_checked()
        count = self.page.locator(f'input[name="{self.code}"]:checked')
        expect(count).to_have_count(len(values))

    def complains(self, sentence: str) -> None:
        expect(self.page.locator(f'[id="problem-{self.code}"]')).to_contain_text(sentence)


def at_work(server: Server, page: Page, texts: tuple[str, ...], *, documents: int = 1) -> Labeller:
    """Alice with so many documents of these paragraphs to label, signed in."""
    with server.seed() as make:
        project = make.project("strait")
        alice = make.member(project, make.user("alice"))
        for _ in range(documents):
            make.document(project, texts=texts)
        with_default_codebook(make, project)
        with_work(make, project)
    server.sign_in(page, alice)
    return Labeller(server, page, project, alice)


def with_work(make: Factory, project: Project) -> int:
    """Everything to everyone, once; returns the id of the round."""
    return assigning.assign(
        make.session, project_id=project.id, overlap=1, seed=1, actor_id=None, now=NOW
    ).round_id
