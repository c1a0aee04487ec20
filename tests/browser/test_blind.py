"""A blind round labelled in a real browser: every byte that reaches it is read."""

import html
import json
import uuid
from typing import Any

import pytest
from playwright.sync_api import APIResponse, Page, Response, expect
from sqlalchemy import select

from annotator.store.labelling import AnnotationRevision
from tests.browser.conftest import Server
from tests.browser.labeller import Labeller, with_work
from tests.default_codebook import with_default_codebook

pytestmark = pytest.mark.browser

TEXTS = (
    "By Ann Author for the Harbour Gazette",
    "😀 Гавань reports: Moscow sent it, wrote HARBOUR\u00a0GAZETTE’s desk@harbour-gazette.example.",
    "Bob Writer saw it from Гавани, #HarbourGazette https://www.harbour-gazette.example/2024/fleet",
    "Нave\u0306 nothing.",
    "Nothing to hide in Kyiv.",
    "© Harbour\u00adGazette",
)
SHOWN = "😀 [source] reports: Moscow sent it, wrote [source] [source]."
NAMES = (
    "Harbour Gazette", "HarbourGazette", "HARBOUR", "Гаван", "harbour-gazette", "Ann Author",
    "Bob Writer", "A telling title", "fleet.txt", "2024/fleet",
)  # fmt: skip


REDIRECTS = range(300, 400)


class Wire:
    """Everything that the server sends to a tab: headers and body, under the address."""

    def __init__(self, page: Page) -> None:
        self.found: list[tuple[str, str]] = []
        self._waiting: list[Response] = []
        self._page = page
        page.on("response", self._came)

    def _came(self, response: Response) -> None:
        self._waiting.append(response)

    def add(self, response: Response | APIResponse) -> None:
        headers = json.dumps(response.headers, ensure_ascii=False)
        self.found.append((response.url, f"{headers}\n{response.body().decode()}"))

    def read(self) -> None:
        """What came since the last time; a browser forgets it when another page is opened."""
        self._page.wait_for_load_state("networkidle")
        waiting, self._waiting = self._waiting, []
        for response in waiting:
            if response.status not in REDIRECTS:
                self.add(response)


def spellings(name: str) -> set[str]:
    """A name as HTML and JSON write it, too."""
    return {name, html.escape(name), json.dumps(name)[1:-1], name.replace(" ", "%20")}


@pytest.fixture
def labeller(server: Server, page: Page) -> Labeller:
    with server.seed() as make:
        project = make.project("strait")
        alice = make.member(project, make.user("alice"))
        source = make.source(
            project,
            "Harbour Gazette",
            aliases=["Гавань"],
            domains=["harbour-gazette.example"],
        )
        make.document(
            project,
            source,
            texts=TEXTS,
            title="A telling title",
            byline="By Ann Author",
            url="https://harbour-gazette.example/2024/fleet",
            key="fleet.txt",
        )
        other = make.document(project, source, texts=("Else.",), byline="Bob Writer")
        other.withdrawn_at = other.created_at
        with_default_codebook(make, project)
        with_work(make, project)
    server.sign_in(page, alice)
    return Labeller(server, page, project, alice)


def asked(labeller: Labeller, wire: Wire, path: str, **given: Any) -> Any:
    """A request of the page's own, read like everything else."""
    response = labeller.page.request.fetch(labeller.server.url(f"/api/v1{path}"), **given)
    wire.add(response)
    return response.json()


def test_nothing_of_the_source_reaches_the_browser(labeller: Labeller, page: Page) -> None:
    # Given an annotator with a document to label, and somebody who reads all that is sent
    wire = Wire(page)
    labeller.open()
    work = asked(labeller, wire, "/projects/strait/next?n=50")["assignments"]
    second = work[1]["id"]
    # When they label its paragraphs
    labeller.sees("By [source] for the [source]")
    labeller.label_noise()
    labeller.sees(SHOWN)
    third = "[source] saw it from [source], #[source] [source]"
    for text in (SHOWN, third, *TEXTS[3:5], "© [source]"):
        labeller.sees(text)
        labeller.label_noise()
    labeller.state("All saved")
    wire.read()
    # and look around: a wider context, earlier work, a conflict, the document, their other pages
    around = asked(labeller, wire, f"/assignments/{second}/context?before=20&after=20")
    token = page.locator("input[name=csrf_token]").first.get_attribute("value") or ""
    clash = asked(
        labeller,
        wire,
        f"/assignments/{second}/annotation",
        method="PUT",
        headers={"X-CSRFToken": token},
        data={"save_id": str(uuid.uuid4()), "seen_revision": 0, "answers": {}},
    )
    asked(labeller, wire, f"/assignments/{second}")
    for path in (
        f"/projects/strait/label/{second}", "/projects/strait/label", "/projects/strait",
        "/projects", "/account", "/projects/strait/codebook", "/projects/strait/sources",
        "/projects/strait/documents", "/projects/strait/mine", "/projects/strait/mine/annotations",
        "/projects/strait/mine/annotations?q=source", "/projects/strait/codebook/changes",
    ):  # fmt: skip
        page.goto(labeller.server.url(path))
        wire.read()
    page.goto(labeller.server.url("/projects/strait/label"))
    expect(page.locator("[data-document]")).to_contain_text("#[source]")
    wire.read()
    # Then the masks are there, and nothing else is
    assert around["before"] == ["By [source] for the [source]"]
    assert around["after"][-1] == "© [source]"
    assert clash["annotation"]["answers"]["content"] == ["boilerplate"]
    assert len(wire.found) > 20
    found = [
        (url, name)
        for url, body in wire.found
        for name in NAMES
        if any(spelling in url + body for spelling in spellings(name))
    ]
    assert found == []
    with labeller.server.database.read() as session:
        assert set(session.scalars(select(AnnotationRevision.masked))) == {True}
