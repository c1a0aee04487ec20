"""The labelling page in Chromium: bytes, ms until a label can be clicked, ms from key to next."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import projects
import server
from figures import Options, heading, percentile, run_alone, say
from playwright.sync_api import Browser, Page, sync_playwright

from annotator.services import passwords, people

CHROMIUM = "/usr/bin/chromium"
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
KEYS = 200
# Noted in the page itself: from the key going down until the next paragraph has been painted.
WATCH = """() => {
  window.taken = [];
  let pressed = 0;
  const note = (event) => { if (event.key === "Enter") pressed = performance.now(); };
  addEventListener("keydown", note, true);
  new MutationObserver((changes) => {
    const isNext = changes.some(({ addedNodes }) =>
      [...addedNodes].some((node) => node.dataset?.paragraph || node.dataset?.document));
    if (!isNext || !pressed) return;
    const since = pressed;
    pressed = 0;
    requestAnimationFrame(() => setTimeout(() => window.taken.push(performance.now() - since)));
  }).observe(document.querySelector("[data-shown]"), { childList: true });
}"""
# Noted in the page itself: from the start of the navigation until a label has been painted and is
# what a click at its place would hit.
CLICKABLE = """window.clickable = new Promise((resolve) => {
  const look = () => {
    const label = document.querySelector("input[name=content]")?.closest("label");
    const { left, top, width, height } = label?.getBoundingClientRect() ?? {};
    const hit = width && document.elementFromPoint(left + width / 2, top + height / 2);
    const painted = performance.getEntriesByName("first-contentful-paint").length > 0;
    if (painted && hit && label.contains(hit)) resolve(performance.now());
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})"""
PASSWORD = "quarry-lantern-pickle-82"  # noqa: S105 - of a made-up person in a temporary home


@dataclass(frozen=True)
class Run:
    seconds: float
    bytes: float
    requests: int


def measure(options: Options) -> None:
    home = options.workshop / "page"
    with projects.opened(home) as database:
        made = projects.make(database, "page", documents=20, annotators=1, overlap=1)
        with database.write() as session:
            labeller = people.person_named(session, name=f"{made.slug}-00")
            chosen = passwords.choose(PASSWORD, context=())
            token = people.invite(session, user_id=labeller.id, actor_id=None, now=_now())
            people.accept_invite(session, token=token, password=chosen, now=_now())
            name = labeller.name
    with server.serving(home) as running, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        base = f"http://{server.HOST}:{running.port}"
        cookies = _signed_in(browser, base, name)
        rounds = range(2 if options.quick else 9)
        visits, opened, empty = [], [], []
        for _ in rounds:
            visits.append(_visits(browser, base, made.slug, cookies))
            opened.append(_from_the_project(browser, base, made.slug, cookies))
            empty.append(_empty(browser, base))
        taken = _keys(browser, base, made.slug, cookies, 40 if options.quick else KEYS)
        browser.close()
    for name, runs, bytes_at_most in (
        ("nothing cached", [cold for cold, _ in visits], 60),
        ("visited before", [warm for _, warm in visits], 10),
    ):
        heading(f"The labelling page in Chromium, {name}")
        kilobytes = [run.bytes / 1000 for run in runs]
        say("over the wire, with all its files", kilobytes, "kB", under=bytes_at_most)
        say("requests", [run.requests for run in runs], "")
        say("until a label can be clicked", [run.seconds * 1000 for run in runs], "ms", under=150)
    heading("The labelling page, nothing cached, in a browser that shows the project's page")
    say("until a label is painted and takes a click", opened, "ms", under=150)
    heading("An answer of one line in Chromium, by the same measure: what the browser alone takes")
    say("until it can be clicked", [run.seconds * 1000 for run in empty], "ms")
    heading(f"From Enter to the next paragraph, {len(taken)} in a row")
    say("median", [percentile(taken, 0.5)], "ms", under=50)
    say("95%", [percentile(taken, 0.95)], "ms")


def _signed_in(browser: Browser, base: str, name: str) -> list[Any]:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{base}/login")
    page.fill("input[name=name]", name)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: not url.endswith("/login"))
    cookies = context.cookies()
    context.close()
    return cookies


def _visits(browser: Browser, base: str, slug: str, cookies: list[Any]) -> tuple[Run, Run]:
    """A fresh context has an empty cache; the second visit finds there what the first left."""
    context = browser.new_context()
    context.add_cookies(cookies)
    address = f"{base}/projects/{slug}/label"
    runs = [_visit(context.new_page(), address, "input[name=content]") for _ in range(2)]
    context.close()
    return runs[0], runs[1]


def _from_the_project(browser: Browser, base: str, slug: str, cookies: list[Any]) -> float:
    """Milliseconds from the navigation on, without what starting a browser's process takes."""
    context = browser.new_context()
    context.add_cookies(cookies)
    page = context.new_page()
    page.goto(f"{base}/projects/{slug}", wait_until="networkidle")
    context.new_cdp_session(page).send("Network.clearBrowserCache")
    page.add_init_script(CLICKABLE)
    page.goto(f"{base}/projects/{slug}/label")
    milliseconds = float(page.evaluate("window.clickable"))
    context.close()
    return milliseconds


def _empty(browser: Browser, base: str) -> Run:
    context = browser.new_context()
    run = _visit(context.new_page(), f"{base}/healthz", "body")
    context.close()
    return run


def _visit(page: Page, address: str, clicked: str) -> Run:
    """The trial click waits until the element takes one."""
    loaded: list[float] = []
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.on("Network.loadingFinished", lambda event: loaded.append(event["encodedDataLength"]))
    began = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.locator(clicked).first.click(trial=True)
    seconds = time.perf_counter() - began
    page.wait_for_load_state("networkidle")
    page.close()
    return Run(seconds, sum(loaded), sum(size > 0 for size in loaded))


def _keys(browser: Browser, base: str, slug: str, cookies: list[Any], most: int) -> list[float]:
    """Milliseconds for each of the paragraphs that are labelled in a row, by keyboard."""
    context = browser.new_context()
    context.add_cookies(cookies)
    page = context.new_page()
    page.goto(f"{base}/projects/{slug}/label")
    page.locator("body.scripted").wait_for()
    page.evaluate(WATCH)
    while len(taken := page.evaluate("window.taken")) < most:
        if page.locator("[data-document]").count():
            page.locator("[data-question=primary_frame] input").first.check()
            page.locator("[data-question=genre] input").first.check()
            for question in page.locator("[data-question^=overall_stance]").all():
                question.locator("input").first.check()
        else:
            page.keyboard.press("b")
            page.keyboard.press("v")
        page.locator("[data-where]").focus()
        page.keyboard.press("Enter")
        # People do not press Enter in the very moment of the next paragraph, either.
        page.wait_for_timeout(50)
    context.close()
    return list(taken)


def _now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    run_alone(measure)
