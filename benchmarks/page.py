"""The labelling page in Chromium, cold: bytes over the wire, ms until a label can be clicked."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import projects
import server
from figures import Options, heading, run_alone, say
from playwright.sync_api import Browser, sync_playwright

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
        runs = [_cold(browser, base, made.slug, cookies) for _ in range(2 if options.quick else 9)]
        browser.close()
    heading("The labelling page in Chromium, nothing cached")
    say("over the wire, with all its files", [run.bytes / 1000 for run in runs], "kB")
    say("requests", [run.requests for run in runs], "")
    say("until a label can be clicked", [run.seconds * 1000 for run in runs], "ms")


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


def _cold(browser: Browser, base: str, slug: str, cookies: list[Any]) -> Run:
    """A fresh context has an empty cache; the trial click waits until the label takes one."""
    context = browser.new_context()
    context.add_cookies(cookies)
    page = context.new_page()
    loaded: list[float] = []
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    network.on("Network.loadingFinished", lambda event: loaded.append(event["encodedDataLength"]))
    began = time.perf_counter()
    page.goto(f"{base}/projects/{slug}/label", wait_until="commit")
    page.locator("input[name=content]").first.click(trial=True)
    seconds = time.perf_counter() - began
    page.wait_for_load_state("networkidle")
    context.close()
    return Run(seconds, sum(loaded), len(loaded))


def _now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    run_alone(measure)
