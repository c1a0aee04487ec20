"""No label is ever lost: the network goes, the server dies, the tab closes, the sign-in expires.

Each is done for real against a running server, and the rows are counted afterwards.
"""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog, Page, Route, expect
from sqlalchemy import delete, select

from annotator.services import assigning, passwords, people
from annotator.store.labelling import Round
from annotator.store.people import SignInSession
from tests.browser.conftest import Server
from tests.browser.labeller import Labeller, at_work
from tests.factories import NOW

pytestmark = pytest.mark.browser

PARAGRAPHS = 26
TEXTS = tuple(f"Paragraph {n} 😀 of the document." for n in range(1, PARAGRAPHS + 1))
PASSWORD = "quarry-lantern-pickle-82"
NOISE = {"content": ["boilerplate"], "noise_type": ["caption"]}
PATIENCE_S = 60.0
# Whoever reads from a store waits for what is being written to it.
DRAFTS = """async () => {
  const done = (asked) =>
    new Promise((resolve) => { asked.onsuccess = () => resolve(asked.result); });
  const database = await done(indexedDB.open("annotator"));
  const rows = await done(database.transaction("drafts").objectStore("drafts").getAll());
  database.close();
  return JSON.stringify(rows);
}"""


@pytest.fixture
def labeller(server: Server, page: Page) -> Labeller:
    labeller = at_work(server, page, TEXTS)
    with server.seed() as make:
        token = people.invite(make.session, user_id=labeller.alice.id, actor_id=None, now=NOW)
        people.accept_invite(
            make.session, token=token, password=passwords.choose(PASSWORD, context=()), now=NOW
        )
    # A new password ends the sessions that there were.
    server.sign_in(page, labeller.alice)
    return labeller


def test_twenty_labels_made_without_network_arrive_once_and_in_order(labeller: Labeller) -> None:
    # Given a page that has saved one paragraph and has more lying ready
    labeller.open()
    with labeller.loading_more():
        labeller.label_noise()
    labeller.sees(TEXTS[1])
    labeller.state("All saved")
    # When the network drops and twenty more are labelled
    labeller.page.context.set_offline(True)
    for n in range(1, 21):
        labeller.sees(TEXTS[n])
        labeller.label_noise("w")
    labeller.state("20 waiting, will retry")
    # Then all of them arrive when it is back
    labeller.page.context.set_offline(False)
    labeller.state("All saved")
    assert labeller.stored() == [NOISE, *[NOISE | {"noise_type": ["widget"]}] * 20]
    assert labeller.ranks() == sorted(labeller.ranks())
    assert len(set(labeller.ranks())) == 21


def test_what_waits_survives_closing_the_tab(labeller: Labeller) -> None:
    labeller.open()
    with labeller.loading_more():
        labeller.label_noise()
    labeller.state("All saved")
    labeller.page.context.set_offline(True)
    for n in range(1, 4):
        labeller.sees(TEXTS[n])
        labeller.label_noise()
    labeller.state("3 waiting, will retry")
    # When the tab is closed and the person comes back later
    context = labeller.page.context
    labeller.page.close()
    context.set_offline(False)
    labeller.open(context.new_page())
    # Then the labels are sent, and work goes on where it was
    labeller.sees(TEXTS[4])
    labeller.state("All saved")
    assert labeller.stored() == [NOISE] * 4
    assert len(set(labeller.ranks())) == 4


def test_what_is_saved_arrives_though_the_person_leaves_at_once(labeller: Labeller) -> None:
    labeller.open()
    labeller.label_noise()
    labeller.page.goto(labeller.server.url("/projects"))
    labeller.page.wait_for_load_state("networkidle")
    assert labeller.stored() == [NOISE]


def test_what_waits_is_sent_from_whatever_page_comes_next(labeller: Labeller) -> None:
    labeller.open()
    labeller.page.context.set_offline(True)
    labeller.label_noise()
    labeller.state("1 waiting, will retry")
    context = labeller.page.context
    labeller.page.close()
    context.set_offline(False)
    page = context.new_page()
    with page.expect_response("**/annotation"):
        page.goto(labeller.server.url("/projects"))
    assert labeller.ranks() == [1]


def test_a_warning_comes_before_the_tab_closes_on_unsent_labels(labeller: Labeller) -> None:
    labeller.open()
    asked: list[str] = []

    def note(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    labeller.page.on("dialog", note)
    labeller.page.context.set_offline(True)
    labeller.label_noise()
    labeller.state("1 waiting, will retry")
    with labeller.page.expect_event("dialog"):
        labeller.page.close(run_before_unload=True)
    labeller.page.context.set_offline(False)
    labeller.state("All saved")
    assert asked == ["beforeunload"]


def test_an_answer_that_got_lost_does_not_double_the_save(labeller: Labeller) -> None:
    lost: list[int] = []

    def lose_first(route: Route) -> None:
        if route.request.method != "PUT" or lost:
            return route.continue_()
        # The server stores it, but the browser never hears of it.
        lost.append(route.fetch().status)
        return route.abort()

    labeller.page.route("**/annotation", lose_first)
    labeller.open()
    labeller.label_noise()
    labeller.sees(TEXTS[1])
    labeller.state("1 waiting, will retry")
    labeller.state("All saved")
    assert lost == [201]
    assert labeller.stored() == [NOISE]


@pytest.mark.parametrize("status", [503, 500, 429])
def test_a_server_that_fails_is_asked_again(labeller: Labeller, status: int) -> None:
    failed: list[int] = []

    def fail_twice(route: Route) -> None:
        if len(failed) >= 2:
            return route.continue_()
        failed.append(status)
        return route.fulfill(status=status, json={"error": "Not now."})

    labeller.page.route("**/annotation", fail_twice)
    labeller.open()
    labeller.label_noise()
    labeller.sees(TEXTS[1])
    labeller.state("All saved")
    assert failed == [status, status]
    assert labeller.stored() == [NOISE]


def test_one_signs_in_again_in_place_when_the_session_is_over(labeller: Labeller) -> None:
    labeller.open()
    with labeller.server.database.write() as session:
        session.execute(delete(SignInSession))
    labeller.label_noise()
    dialog = labeller.page.get_by_role("dialog", name="Sign in again")
    expect(dialog).to_be_visible()
    labeller.state("1 waiting until you sign in")
    dialog.get_by_label("Password").fill("not-the-password-at-all")
    labeller.press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("not your password")
    dialog.get_by_label("Password").fill(PASSWORD)
    labeller.press("Enter")
    expect(dialog).to_be_hidden()
    labeller.state("All saved")
    labeller.sees(TEXTS[1])
    assert labeller.stored() == [NOISE]


def test_work_goes_on_from_memory_where_the_browser_keeps_nothing(labeller: Labeller) -> None:
    labeller.page.add_init_script("indexedDB.open = () => { throw new Error('forbidden'); };")
    labeller.open()
    labeller.page.context.set_offline(True)
    labeller.label_noise()
    labeller.state("this browser keeps nothing, so do not close the tab")
    labeller.page.context.set_offline(False)
    labeller.state("All saved")
    assert labeller.stored() == [NOISE]


def test_a_full_disk_of_the_browser_costs_no_label(labeller: Labeller) -> None:
    labeller.page.add_init_script(
        "IDBObjectStore.prototype.put = () => {"
        " throw new DOMException('', 'QuotaExceededError'); };"
    )
    labeller.open()
    labeller.label_noise()
    labeller.sees(TEXTS[1])
    labeller.label_noise()
    labeller.sees(TEXTS[2])
    labeller.state("All saved")
    assert labeller.stored() == [NOISE, NOISE]


def test_what_was_chosen_and_not_saved_is_back_after_a_crash(labeller: Labeller) -> None:
    labeller.open()
    labeller.press("m", "b", "e")
    labeller.question("frames").has("economic")
    assert "economic" in labeller.page.evaluate(DRAFTS)
    context = labeller.page.context
    labeller.page.close()
    labeller.open(context.new_page())
    labeller.question("content").has("main")
    labeller.question("part").has("body")
    labeller.question("frames").has("economic")
    expect(labeller.page.get_by_text("is back")).to_be_visible()
    labeller.state("Not saved yet")
    assert labeller.stored() == []


def test_a_refused_save_comes_back_with_the_sentence_at_its_question(labeller: Labeller) -> None:
    refused: list[str] = []

    def refuse_first(route: Route) -> None:
        if refused:
            return route.continue_()
        refused.append(route.request.url)
        problems = {"noise_type": "“caption” is no label any more: choose another."}
        return route.fulfill(status=422, json={"error": "Look again.", "problems": problems})

    labeller.page.route("**/annotation", refuse_first)
    labeller.open()
    labeller.label_noise()
    labeller.question("noise_type").complains("choose another")
    labeller.sees(TEXTS[0])
    labeller.question("noise_type").has("caption")
    labeller.state("Not saved yet")
    labeller.press("w", "Enter")
    labeller.sees(TEXTS[1])
    labeller.state("All saved")
    assert labeller.stored() == [NOISE | {"noise_type": ["widget"]}]


def test_a_round_that_was_closed_meanwhile_is_said_and_nothing_is_thrown_away(
    labeller: Labeller,
) -> None:
    labeller.open()
    with labeller.server.database.write() as session:
        round_id = session.scalars(select(Round.id)).one()
        assigning.close_round(
            session, project_id=labeller.project.id, round_id=round_id, actor_id=None, now=NOW
        )
    labeller.label_noise()
    kept = labeller.page.get_by_role("region", name="Answers that were not taken")
    expect(kept).to_contain_text("is closed")
    expect(kept).to_contain_text("noise_type: caption")
    # It is still there for a person who comes back, until they let it go.
    labeller.page.once("dialog", lambda dialog: dialog.accept())
    context = labeller.page.context
    labeller.page.close()
    page = context.new_page()
    page.goto(labeller.server.url(f"/projects/{labeller.project.slug}/label"))
    kept = page.get_by_role("region", name="Answers that were not taken")
    expect(kept).to_contain_text("noise_type: caption")
    kept.get_by_role("button", name="Discard it").click()
    expect(kept).to_be_hidden()


def test_signing_out_sends_what_waits_and_leaves_nothing_behind(labeller: Labeller) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    labeller.page.route("**/annotation", hold)
    labeller.open()
    labeller.label_noise()
    labeller.state("Saving…")
    labeller.page.get_by_role("button", name="Sign out").click()
    for route in held:
        route.continue_()
    labeller.page.wait_for_url("**/login")
    assert labeller.stored() == [NOISE]
    names = labeller.page.evaluate("async () => (await indexedDB.databases()).map((d) => d.name)")
    assert names == []


def test_a_server_that_is_killed_loses_nothing(labeller: Labeller, chromium: Browser) -> None:
    """The real `annotator serve`, killed with -9 between two labels and started again."""
    home = labeller.server.home
    port = free_port()
    with serving(home, port) as first:
        context = chromium.new_context()
        page = context.new_page()
        labeller.server.sign_in(page, labeller.alice)
        labeller = Labeller(
            Server(port, labeller.server.database, home), page, labeller.project, labeller.alice
        )
        labeller.open()
        with labeller.loading_more():
            labeller.label_noise()
        labeller.state("All saved")
        first.send_signal(signal.SIGKILL)
        first.wait()
        for n in range(1, 6):
            labeller.sees(TEXTS[n])
            labeller.label_noise()
        labeller.state("5 waiting, will retry")
    with serving(home, port):
        expect(labeller.status.filter(has_text="All saved")).to_be_visible(timeout=60_000)
        assert labeller.stored() == [NOISE] * 6
        assert len(set(labeller.ranks())) == 6
        context.close()


@contextmanager
def serving(home: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "annotator", "serve", "--port", str(port)],
        env={"ANNOTATOR_HOME": str(home), "PATH": ""},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(port)
        yield process
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def wait_for(port: int) -> None:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError("the server did not start")


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
