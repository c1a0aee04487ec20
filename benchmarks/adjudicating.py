"""The page of what is left to settle, in a project with 100,000 paragraphs in dispute."""

import http.client
import time
from http.cookies import SimpleCookie
from urllib.parse import urlencode

import annotators
import projects
import server
from figures import Options, heading, percentile, run_alone, say
from labelled import label_paragraphs

from annotator.store.database import Database

# Each has eleven paragraphs, and each paragraph two people who differ.
DOCUMENTS = 9_100
QUICK_DOCUMENTS = 417
LOOKS = 40
DECISIONS = 20
MEGABYTE = 2**20
COOKIE = "annotator_session"
ONE = {"content": ["main"], "part": ["body"], "frames": ["economic"], "targets": []}
OTHER = {"content": ["boilerplate"], "noise_type": ["caption"]}


def measure(options: Options) -> None:
    documents = QUICK_DOCUMENTS if options.quick else DOCUMENTS
    home = options.workshop / "adjudicating"
    with projects.opened(home) as database:
        projects.make(database, "settle", documents=documents, annotators=2, overlap=2)
        disputed = _differ(database)
        token = projects.lead(database)
        with server.serving(home) as running:
            lead = _Lead(running.port, token)
            memory = running.peak
            first = lead.opened("/adjudicate")
            grown = running.peak - memory
            heading(f"What is left to settle, {disputed:,} paragraphs")
            say("first look after the server has started", [first], "ms")
            say("memory of the server, more than before it", [grown / MEGABYTE], "MB")
            _looks("first page", [lead.opened("/adjudicate") for _ in range(LOOKS)], under=200)
            one = [lead.opened("/adjudicate?question=content") for _ in range(LOOKS)]
            _looks("first page of one question", one, under=200)
            _looks("decide, and the page of the next one", lead.settle(DECISIONS))


def _looks(name: str, milliseconds: list[float], *, under: float | None = None) -> None:
    for share in (0.5, 0.95):
        say(f"{name}, {share:.0%}", [percentile(milliseconds, share)], "ms", under=under)


class _Lead:
    """A lead who looks and decides, on one connection."""

    def __init__(self, port: int, token: str) -> None:
        self._connection = http.client.HTTPConnection(annotators.HOST, port, timeout=600)
        self._cookies = {COOKIE: token}

    def opened(self, path: str) -> float:
        began = time.perf_counter()
        self._answer("GET", f"/projects/settle{path}")
        return (time.perf_counter() - began) * 1000

    def settle(self, times: int) -> list[float]:
        """Milliseconds from saving a decision until the next subject is there."""
        page = self._answer("GET", "/projects/settle/adjudicate")
        where = self._sent("/projects/settle/adjudicate/next", page)
        took = []
        for _ in range(times):
            page = self._answer("GET", where)
            seen = page.partition('name="seen" value="')[2].partition('"')[0]
            began = time.perf_counter()
            where = self._sent(where, page, **{"accept.content": "=main", "seen": seen})
            self._answer("GET", where)
            took.append((time.perf_counter() - began) * 1000)
        return took

    def _sent(self, path: str, page: str, **fields: str) -> str:
        token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
        body = urlencode({"csrf_token": token} | fields)
        return self._answer("POST", path, body)

    def _answer(self, method: str, path: str, body: str | None = None) -> str:
        """The page, or where a POST leads to."""
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        headers = {"Cookie": cookies}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        text = answer.read().decode()
        for line in answer.headers.get_all("Set-Cookie") or []:
            self._cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        if answer.status == http.client.SEE_OTHER:
            return answer.headers["Location"]
        if answer.status != http.client.OK:
            raise RuntimeError(f"{method} {path} was answered with {answer.status}")
        return text


def _differ(database: Database) -> int:
    """Of every paragraph one person says text and the other noise. Returns how many there are."""
    return label_paragraphs(database, 1, lambda _, person: ONE if person % 2 else OTHER)


if __name__ == "__main__":
    run_alone(measure)
