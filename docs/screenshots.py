"""Draw the pictures of docs/images anew: the sample project, served and opened in Chromium.

Run by `make screenshots`. The database is a temporary one; nothing of the checkout's var/ is used.
"""

import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from waitress.server import create_server

from annotator.config import Settings
from annotator.services import demo, people
from annotator.store import migrating
from annotator.store.database import Database
from annotator.web import create_app

IMAGES = Path(__file__).parent / "images"
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PROJECT = "/projects/sample"
PASSWORD = "four unrelated words here"  # noqa: S105 - of a database that is thrown away
# What a lead might mend after a pilot: a definition, and the name of a frame.
REWORDED = (
    (
        "Everything that surrounds the text - names,",
        "Whatever surrounds the text - headers, names,",
    ),
    ("{en: Capacity and resources,", "{en: Means and capacity,"),
)
PAGES = {
    "overview": PROJECT,
    "documents": f"{PROJECT}/documents",
    "document": f"{PROJECT}/documents/7",
    "search": f"{PROJECT}/documents/search?q=china",
    "codebook": f"{PROJECT}/codebook",
    "mask": f"{PROJECT}/sources/2/mask",
    "rounds": f"{PROJECT}/rounds",
    "agreement": f"{PROJECT}/agreement",
    "agreement-question": f"{PROJECT}/agreement/frames",
    "agreement-pairs": f"{PROJECT}/agreement/content/pairs?a=main&b=boilerplate",
    "agreement-annotators": f"{PROJECT}/agreement/annotators",
    "releases": f"{PROJECT}/releases",
    "members": f"{PROJECT}/members",
}


def main() -> None:
    IMAGES.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        served_sample(Settings(home=Path(folder))) as (address, link),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_context(
            viewport={"width": 1280, "height": 860}, locale="en-US", reduced_motion="reduce"
        ).new_page()
        page.goto(address + link)
        picture(page, "invite")
        for field in page.locator("input[type=password]").all():
            field.fill(PASSWORD)
        page.locator("main button[type=submit]").click()
        for name, path in PAGES.items():
            page.goto(address + path)
            picture(page, name)
        labelling(page, address)
        adjudicating(page, address)
        own_pages(page, address)
        cleaning(page, address)
        browser.close()


@contextmanager
def served_sample(settings: Settings) -> Iterator[tuple[str, str]]:
    """The sample project on a free port; the address, and the path of an invite link."""
    now = datetime.now(UTC)
    database = Database(settings.sqlalchemy_url)
    migrating.upgrade(database)
    with database.write() as session:
        user = people.add_person(session, name="lea", role="admin", actor_id=None, now=now)
        token = people.invite(session, user_id=user.id, actor_id=None, now=now)
        demo.load(session, now=now)
    server = create_server(create_app(settings, database), host="127.0.0.1", port=0)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}", f"/invite/{token}"
    server.close()
    database.dispose()


def labelling(page: Page, address: str) -> None:
    """The labelling page in its states: empty, refused, half answered, dark, narrow, offline."""
    opened(page, address)
    picture(page, "label-empty")
    page.keyboard.press("Enter")
    picture(page, "label-refused")
    to_a_paragraph_of_text(page)
    page.keyboard.press("m")
    page.keyboard.press("b")
    page.locator("[data-paragraph]").evaluate(
        "p => getSelection().setBaseAndExtent(p.firstChild, 0, p.firstChild, 16)"
    )
    page.keyboard.press("Shift+e")
    for target in ("russia", "china"):
        page.locator(f'input[name="targets"][value="{target}"]').check()
    page.locator('input[name="stance.russia"][value="1"]').hover()
    picture(page, "label")
    page.emulate_media(color_scheme="dark")
    picture(page, "label-dark")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 390, "height": 844})
    picture(page, "label-phone")
    page.set_viewport_size({"width": 1280, "height": 860})
    for key, name in (("?", "keys"), ("h", "codebook")):
        page.locator("[data-where]").focus()
        page.keyboard.press(key)
        page.locator("dialog[open]").wait_for()
        picture(page, f"label-{name}")
        page.keyboard.press("Escape")
    without_network(page, address)
    in_two_tabs(page, address)


def without_network(page: Page, address: str) -> None:
    opened(page, address)
    as_noise(page)
    page.context.set_offline(True)
    for _ in range(3):
        as_noise(page)
    page.get_by_text("3 waiting, will retry").wait_for()
    picture(page, "label-offline")
    page.context.set_offline(False)
    page.get_by_text("All saved").wait_for()


def in_two_tabs(page: Page, address: str) -> None:
    opened(page, address)
    other = page.context.new_page()
    opened(other, address)
    as_noise(other)
    other.get_by_text("All saved").wait_for()
    other.close()
    as_noise(page, kind="widget")
    page.get_by_role("heading", name="Saved elsewhere meanwhile").wait_for()
    picture(page, "label-compared")


def opened(page: Page, address: str) -> None:
    page.goto(f"{address}{PROJECT}/label")
    page.locator("body.scripted").wait_for()


def as_noise(page: Page, kind: str = "caption") -> None:
    """Label what is shown as boilerplate and wait for the next one."""
    before = page.locator("[data-paragraph]").get_attribute("data-paragraph")
    page.locator('input[name="content"][value="boilerplate"]').check()
    page.locator(f'input[name="noise_type"][value="{kind}"]').check()
    page.locator('button[name="save"]').click()
    page.locator(f'[data-paragraph]:not([data-paragraph="{before}"])').wait_for()


def to_a_paragraph_of_text(page: Page) -> None:
    """Answer `boilerplate` until a long paragraph is shown."""
    while len(page.locator("[data-paragraph]").inner_text()) < 300:  # noqa: PLR2004 - characters
        as_noise(page, kind="other")


def adjudicating(page: Page, address: str) -> None:
    page.goto(f"{address}{PROJECT}/adjudicate")
    picture(page, "adjudicate")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state()
    picture(page, "adjudicate-decide")


def cleaning(page: Page, address: str) -> None:
    """A document of a clean-up round, half done; the rounds before are closed to get there."""
    rounds = f"{address}{PROJECT}/rounds"
    page.goto(rounds)
    while page.get_by_text("Close the round").count():
        page.get_by_text("Close the round").first.click()
        page.locator("details[open] button.danger").click()
        page.wait_for_load_state()
    page.locator("#begin [name=name]").fill("cleanup")
    page.locator("#begin [name=overlap]").fill("1")
    page.locator("#begin [name=kind]").select_option("cleanup")
    page.locator("#begin button[type=submit]").click()
    page.wait_for_load_state()
    opened(page, address)
    for key in ("m", "b", "y", "Shift+J", "b"):
        page.keyboard.press(key)
    picture(page, "clean")


def own_pages(page: Page, address: str) -> None:
    """An annotator's own work, and what is new in a second version of the codebook."""
    page.goto(f"{address}{PROJECT}/mine")
    picture(page, "mine")
    page.goto(f"{address}{PROJECT}/mine/annotations")
    picture(page, "mine-annotations")
    page.goto(f"{address}{PROJECT}/codebook/new")
    yaml = page.locator("textarea")
    text = yaml.input_value()
    for old, new in REWORDED:
        assert old in text, old  # noqa: S101
        text = text.replace(old, new, 1)
    yaml.fill(text)
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_load_state()
    page.goto(f"{address}{PROJECT}/codebook/changes")
    picture(page, "codebook-changes")


def picture(page: Page, name: str) -> None:
    page.screenshot(path=IMAGES / f"{name}.png")


if __name__ == "__main__":
    main()
