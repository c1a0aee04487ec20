"""The main job in a real Chromium: documents in, two people label, a lead settles and releases."""

import json
import re
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from annotator import paths
from annotator.config import Settings
from annotator.domain import codebook_file
from annotator.domain.sample_annotators import ANNOTATORS, SampleAnnotator, answers_of
from annotator.services import working
from annotator.services.releases import verifying
from tests.browser.conftest import PATIENCE_MS, Server

DOCUMENTS = (
    "northern-ledger/05-neutral-needs-an-explanation.txt",
    "northern-ledger/06-partners-without-a-treaty.txt",
)
SOURCE = "Northern Ledger"
PASSWORD = "four unrelated words"
PROJECT = "/projects/study"
# A paragraph of this length is found in one document only.
LONG = 80
Gold = dict[str, dict[str, list[str]]]


@cache
def gold() -> Gold:
    """The author's answers by the text of a paragraph, `document <file>` and `source <name>`."""
    found: Gold = {}
    for line in (paths.sample() / "gold.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if "source" in row:
            found[f"source {row['source']}"] = row["answers"]
        elif row["file"] in DOCUMENTS and "document" in row:
            found[f"document {row['file']}"] = row["answers"]
        elif row["file"] in DOCUMENTS:
            text = texts(row["file"])[row["position"]]
            found.setdefault(squeezed(text), row["answers"])
    return found


@cache
def texts(file: str) -> tuple[str, ...]:
    text = (paths.sample() / "documents" / file).read_text(encoding="utf-8")
    return tuple(line for line in text.split("\n") if line.strip())


def unmasked(shown: str) -> str:
    """The text that a page shows with its source masked."""
    pattern = re.compile(".+".join(re.escape(part) for part in shown.split("[source]")))
    return next(text for text in gold() if pattern.fullmatch(text))


def squeezed(text: str) -> str:
    return " ".join(text.split())


class Person:
    """Someone at a browser of their own, who does one thing after the other."""

    def __init__(self, browser: Browser, server: Server) -> None:
        self.server = server
        self.context = browser.new_context(viewport={"width": 1280, "height": 860})
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE_MS)

    def accept_invite(self, link: str) -> None:
        self.page.goto(link)
        for field in self.page.locator("input[type=password]").all():
            field.fill(PASSWORD)
        self.submit("Set the password and sign in")

    def go(self, path: str) -> None:
        self.page.goto(self.server.url(path))

    def submit(self, button: str) -> None:
        self.send(self.page.get_by_role("button", name=button, exact=True).first)

    def send(self, button: Locator) -> None:
        """Click, and come back when the next page is there: a click alone may be overtaken."""
        with self.page.expect_navigation():
            button.click()

    def heading(self) -> str:
        return self.page.locator("main h1").first.inner_text()


class Lead(Person):
    def add_person(self, name: str) -> str:
        """The one-time link of a new annotator."""
        self.go("/people")
        self.page.locator('main input[name="name"]').fill(name)
        self.page.locator('main form select[name="role"]').last.select_option("annotator")
        self.page.locator('main input[name="name"]').press("Enter")
        return self.page.locator("[data-invite]").inner_text()

    def make_project(self) -> None:
        self.go("/projects/new")
        self.page.locator('input[name="title"]').fill("A study")
        self.page.locator('input[name="slug"]').fill("study")
        self.submit("Make the project")

    def add_member(self, name: str) -> None:
        self.go(f"{PROJECT}/members")
        self.page.locator('input[name="name"]').fill(name)
        self.submit("Add")

    def bring_in_documents(self) -> None:
        self.go(f"{PROJECT}/documents")
        files = [paths.sample() / "documents" / file for file in DOCUMENTS]
        self.page.locator('input[type="file"]').set_input_files(files)
        self.page.locator('input[name="source_name"]').first.fill(SOURCE)
        self.submit("Look at them")
        self.submit("Import")

    def begin_round(self) -> None:
        self.go(f"{PROJECT}/rounds")
        self.page.locator('input[name="overlap"]').fill("2")
        self.send(self.page.locator("#begin button[type=submit]"))

    def close_round(self) -> None:
        self.go(f"{PROJECT}/rounds")
        self.page.get_by_text("Close the round").first.click()
        self.send(self.page.locator("details[open] button[type=submit]").first)

    def settle_everything(self) -> int:
        """Close what is unanimous, then accept the first answer of every dispute."""
        self.go(f"{PROJECT}/adjudicate")
        self.submit("Settle what is unanimous")
        settled = 0
        self.send(self.page.locator("button[name=start]"))
        while self.page.locator(".dispute").count():
            for dispute in self.page.locator(".dispute").all():
                if not dispute.locator('input[name^="accept."]:checked').count():
                    dispute.locator('input[name^="accept."]').first.check()
            self.submit("Save and take the next")
            settled += 1
            assert settled < 100, "the queue does not get shorter"
        return settled


class Labeller(Person):
    def __init__(self, browser: Browser, server: Server, habit: SampleAnnotator) -> None:
        super().__init__(browser, server)
        self.habit = habit
        path = paths.schema() / "codebooks" / "framing-stance-noise.yaml"
        self.codebook = codebook_file.parse(path.read_text(encoding="utf-8"), name=path.name)

    def label_everything(self) -> int:
        """Answer and save until the page says that nothing is left; returns how many saves."""
        self.go(f"{PROJECT}/label")
        saves = 0
        while self.page.locator('button[name="save"]').count():
            where = self.page.locator(".where").inner_text()
            scope, item = self._item(where)
            answers = answers_of(
                self.habit, gold()[item], codebook=self.codebook, scope=scope, item=item, blind=True
            )
            self._choose(answers)
            self.page.locator('button[name="save"]').click()
            expect(self.page.locator(".where", has_text=where)).to_have_count(0)
            # While the next page is coming in, it has no button either.
            expect(self.page.locator('button[name="save"], .all-done').first).to_be_visible()
            saves += 1
        return saves

    def _item(self, where: str) -> tuple[str, str]:
        if where.startswith("paragraph"):
            shown = squeezed(self.page.locator("[data-paragraph]").inner_text())
            return "paragraph", unmasked(shown)
        if where.startswith("rating"):
            return "source", f"source {SOURCE}"
        shown = squeezed(self.page.locator(".reading").inner_text())
        file = next(f for f in DOCUMENTS if any(len(t) > LONG and t in shown for t in texts(f)))
        return "document", f"document {file}"

    def _choose(self, answers: Mapping[str, list[str]]) -> None:
        for question, labels in answers.items():
            for label in labels or [""]:
                self.page.locator(f'input[name="{question}"][value="{label}"]').check()


@pytest.mark.browser
def test_a_team_goes_from_documents_to_a_verified_release(
    chromium: Browser, server: Server, tmp_path: Path
) -> None:
    with server.seed() as make:
        admin = make.user("lea", role="admin")

    # Given a lead with a project, two documents and two annotators
    lead = Lead(chromium, server)
    server.sign_in(lead.page, admin)
    links = {name: lead.add_person(name) for name in ("ana", "boris")}
    lead.make_project()
    lead.bring_in_documents()
    expect(lead.page.get_by_role("cell", name="new", exact=True)).to_have_count(2)
    for name in links:
        lead.add_member(name)
    lead.begin_round()
    expect(lead.page.locator("main")).to_contain_text("boris")

    # When both label everything in their own browsers
    labellers = []
    for (_, link), habit in zip(links.items(), ANNOTATORS[1:], strict=True):
        labeller = Labeller(chromium, server, habit)
        labeller.accept_invite(link)
        assert labeller.label_everything() == sum(len(texts(f)) + 1 for f in DOCUMENTS)
        labellers.append(labeller)

    # And rate the source once the round is over, not before
    lead.close_round()
    for labeller in labellers:
        assert labeller.label_everything() == 1

    # Then the lead sees the agreement, settles the rest, and makes a release that holds
    lead.go(f"{PROJECT}/agreement")
    expect(lead.page.locator("main")).to_contain_text("too few documents")
    assert lead.settle_everything() > 3
    folder = release(lead, server, tmp_path)
    report = verifying.verify(folder)
    assert report.holds, report
    lines = (folder / "items.jsonl").read_bytes().decode().rstrip("\n").split("\n")
    rows = [json.loads(line) for line in lines]
    released = [row["text"] for row in rows if row["scope"] == "paragraph"]
    assert sorted(released) == sorted(text for file in DOCUMENTS for text in texts(file))
    assert all(row["gold.content"] for row in rows if row["scope"] == "paragraph")
    for person in (lead, *labellers):
        person.context.close()


def release(lead: Lead, server: Server, tmp_path: Path) -> Path:
    """The release as the browser downloads it, unpacked."""
    home = Path(server.database.url.database or "").parent
    lead.go(f"{PROJECT}/releases")
    lead.submit("Make a release")
    assert working.run_next(
        server.database, Settings(home=home), worker="test", clock=lambda: datetime.now(UTC)
    )
    lead.go(f"{PROJECT}/releases")
    with lead.page.expect_download() as download:
        lead.page.get_by_role("link", name="All files (ZIP)").click()
    archive = tmp_path / "release.zip"
    download.value.save_as(archive)
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(tmp_path / "release")
    (manifest,) = (tmp_path / "release").rglob("manifest.json")
    return manifest.parent
