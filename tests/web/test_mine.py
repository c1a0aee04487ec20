"""A person's own pages: their progress, their annotations, and what is new in the codebook."""

import re
from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient

from annotator.services import codebook_news, mine
from annotator.services.codebook_news import News
from annotator.store.corpus import Subject
from annotator.store.database import Database
from annotator.store.labelling import Assignment
from tests.factories import NOW
from tests.labelled import NOISE, Labelled, prose
from tests.small_codebook import SMALL
from tests.web.conftest import Seed, SignIn

TEXTS = ("A caption <b>", "The body 😀 of it.", "Third.")
CHANGED = SMALL.replace("Main text", "Text of the article")


@dataclass
class Case:
    """Alice has labelled one paragraph, skipped one, and one is left; the client is hers."""

    client: FlaskClient
    database: Database
    world: Labelled
    subjects: list[Subject]
    tasks: list[Assignment]

    @property
    def address(self) -> str:
        return f"/projects/{self.world.project.slug}/mine"

    @property
    def codebook(self) -> str:
        return f"/projects/{self.world.project.slug}/codebook"

    def page(self, address: str = "") -> str:
        response = self.client.get(self.address + address)
        assert response.status_code == 200
        return response.text

    def rows(self, address: str = "") -> int:
        return self.page(f"/annotations{address}").count('class="card own-row"')

    def news(self) -> News | None:
        with self.database.read() as session:
            return codebook_news.news(
                session,
                project_id=self.world.project.id,
                user_id=self.world.people["alice"].id,
            )


@pytest.fixture
def case(client: FlaskClient, app_database: Database, seed: Seed, sign_in: SignIn) -> Case:
    with seed() as make:
        world = Labelled.empty(make, slug="strait", title="Strait")
        source = make.source(world.project, "The Harbour Ledger", domains=["ledger.example"])
        document = make.document(
            world.project, source, texts=TEXTS, key="ledger-01.txt", title="A headline"
        )
        subjects = world.paragraphs_of(document)
        tasks = [
            world.says("alice", subjects[0], NOISE, saved={"note": "Odd <i>"}, flag_note="Who?"),
            world.says("alice", subjects[1], None, state="skipped", skip_reason="Cut off"),
            world.says("alice", subjects[2], None),
        ]
        world.says("bob", subjects[2], prose(["security"]), saved={"note": "of bob"})
        world.person("lea", role="lead")
    sign_in(client, world.people["alice"])
    return Case(client, app_database, world, subjects, tasks)


def change_codebook(case: Case, seed: Seed, *, editorial: bool = False) -> None:
    with seed() as make:
        version = make.codebook(case.world.project, CHANGED, number=2, editorial=editorial)
        second = make.round(case.world.project, version, name="second")
        make.assignment(second, case.subjects[0], case.world.people["alice"])
        make.session.get_one(Assignment, case.tasks[2].id).state = "withdrawn"


def test_it_shows_how_far_the_person_is_and_the_way_on(case: Case) -> None:
    page = case.page()
    cells = re.findall(r'<td class="number">(.*?)</td>', page)
    assert cells == ["1", "1", "1", "1", "0", "12 s"]
    assert 'href="/projects/strait/label">Go on labelling (1 left)' in page


def test_whoever_has_no_work_is_told_so(case: Case, sign_in: SignIn) -> None:
    sign_in(case.client, case.world.people["lea"])
    page = case.page()
    assert "Nothing is assigned to you in this project yet." in page
    assert "Go on labelling" not in page
    assert "You have labelled nothing here yet." in case.page("/annotations")


def test_whoever_has_done_everything_is_thanked(case: Case, seed: Seed) -> None:
    with seed() as make:
        make.session.get_one(Assignment, case.tasks[2].id).state = "withdrawn"
    page = case.page()
    assert "Thank you!" in page
    assert "Go on labelling" not in page


def test_the_pages_are_found_from_the_project_and_from_my_projects(case: Case) -> None:
    own = 'href="/projects/strait/mine"'
    assert case.client.get("/projects/strait").text.count(own) == 2
    assert own in case.client.get("/projects/strait/codebook").text
    projects = case.client.get("/projects").text
    assert re.search(r"Left for you:\s*<a " + own + r">Strait</a> 1\.", projects)


def test_it_lists_what_was_labelled_and_skipped_in_the_persons_words(case: Case) -> None:
    page = case.page("/annotations")
    assert "2 found, newest first" in page
    assert "A caption &lt;b&gt;" in page
    assert "Boilerplate" in page
    assert "Odd &lt;i&gt;" in page
    assert "<strong>Skipped because:</strong> Cut off" in page
    assert "<strong>Told the lead:</strong> Who?" in page
    assert page.count("Look again or change") == 2
    for task in case.tasks[:2]:
        assert f'href="/projects/strait/label/{task.id}"' in page
        assert case.client.get(f"/projects/strait/label/{task.id}").status_code == 200


def test_it_shows_nothing_of_others_and_nothing_of_the_source(case: Case) -> None:
    page = case.page() + case.page("/annotations")
    for secret in ("of bob", "Security</dd>", "Harbour Ledger", "ledger", "A headline"):
        assert secret not in page
    for words in ("bob", "ledger", "headline"):
        assert case.rows(f"?q={words}") == 0


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("", 2),
        ("?q=CAPTION", 1),
        ("?q=odd", 1),
        ("?q=+", 2),
        ("?state=skipped", 1),
        ("?state=done", 1),
        ("?state=flagged", 1),
        ("?answer=content", 1),
        ("?answer=content:boilerplate", 1),
        ("?answer=content:main", 0),
        ("?answer=frames", 0),
        ("?answer=content:boilerplate&state=skipped", 0),
    ],
)
def test_it_narrows_the_list(case: Case, query: str, rows: int) -> None:
    assert case.rows(query) == rows


@pytest.mark.parametrize(
    "query",
    [
        "?round=99999999999999999999",
        "?round=x",
        "?state=withdrawn",
        "?answer=content:%22",
        "?answer=a%22%5B:x",
        "?page=x",
        "?page=0",
        "?page=99999999999999999999999",
        "?round=&state=&answer=&q=",
    ],
)
def test_what_cannot_be_asked_for_is_as_if_nothing_were_chosen(case: Case, query: str) -> None:
    assert case.rows(query) == 2


@pytest.mark.parametrize("words", ["%00", "%ed%a0%80", "%ff", "😀" * 300, "%27%22%3Cscript%3E"])
def test_any_words_can_be_looked_for(case: Case, words: str) -> None:
    assert case.rows(f"?q={words}") == 0


def test_the_round_can_be_chosen(case: Case, seed: Seed) -> None:
    change_codebook(case, seed)
    assert case.rows(f"?round={case.world.round.id}") == 2
    page = case.page(f"/annotations?round={case.world.round.id}")
    assert re.search(rf'value="{case.world.round.id}"\s+selected>main', page)


def test_pages_keep_what_was_asked_for(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mine, "PAGE", 1)
    page = case.page("/annotations?q=o")
    assert re.search(r"2 found, newest first;\s+page 1 of 2\.", page)
    assert 'href="/projects/strait/mine/annotations?page=2&amp;q=o">Older' in page
    assert 'href="/projects/strait/mine/annotations?page=1&amp;q=o">Newer' in case.page(
        "/annotations?q=o&page=2"
    )


def test_a_closed_round_is_for_looking_only_and_says_so(case: Case, seed: Seed) -> None:
    with seed() as make:
        make.session.get_one(type(case.world.round), case.world.round.id).closed_at = NOW
    page = case.page("/annotations")
    assert page.count("The round is closed: look only.") == 2
    assert "Look again or change" not in page


def test_without_a_new_version_there_is_no_notice(case: Case) -> None:
    assert "The codebook changed" not in case.page()


def test_the_notice_stands_until_the_person_says_that_they_have_read_it(
    case: Case, seed: Seed
) -> None:
    change_codebook(case, seed)
    page = case.page()
    assert "You label under version 2 now; you know version 1." in page
    assert 'href="/projects/strait/codebook/changes?to=2&amp;from=1">What is new' in page
    assert case.news() is not None
    response = case.client.post(f"{case.codebook}/2/read", data={"back": "mine"})
    assert (response.status_code, response.location) == (303, case.address)
    assert case.news() is None
    page = case.page()
    assert "The codebook changed" not in page
    assert "version 2 counts as read" in page


def test_a_change_of_wording_only_is_called_so(case: Case, seed: Seed) -> None:
    change_codebook(case, seed, editorial=True)
    assert "every label means what it meant before" in case.page()


@pytest.mark.parametrize(
    ("back", "location"),
    [
        ("label", "/projects/strait/label"),
        ("https://evil.example/", "/projects/strait/mine"),
        ("", "/projects/strait/mine"),
    ],
)
def test_reading_leads_back_to_a_page_of_ours(
    case: Case, seed: Seed, back: str, location: str
) -> None:
    change_codebook(case, seed)
    response = case.client.post(f"{case.codebook}/2/read", data={"back": back})
    assert response.location == location


def test_reading_a_version_that_is_not_there_is_not_found(case: Case) -> None:
    assert case.client.post(f"{case.codebook}/7/read").status_code == 404


def test_only_a_post_says_that_it_was_read(case: Case, seed: Seed) -> None:
    change_codebook(case, seed)
    assert case.client.get(f"{case.codebook}/2/read").status_code == 405
    assert case.news() is not None


def test_it_shows_old_and_new_words_side_by_side(case: Case, seed: Seed) -> None:
    change_codebook(case, seed)
    page = case.client.get(f"{case.codebook}/changes?from=1&to=2").text
    assert "1 question changed" in page
    assert "renamed" in page
    assert re.search(
        r"<td>\s*<span[^>]*>Main text</span>\s*</td>\s*"
        r"<td>\s*<span[^>]*>Text of the article</span>",
        page,
    )
    assert "I have read it" in page


def test_without_numbers_it_compares_the_newest_with_the_one_before(case: Case, seed: Seed) -> None:
    change_codebook(case, seed)
    page = case.client.get(f"{case.codebook}/changes").text
    assert re.findall(r'value="(.)"\s+selected>', page) == ["1", "2"]


def test_one_version_is_the_same_as_itself(case: Case) -> None:
    assert "the same version twice" in case.client.get(f"{case.codebook}/changes").text


@pytest.mark.parametrize("query", ["?from=5&to=1", "?from=1&to=99999999999999999999", "?to=-1"])
def test_a_version_that_is_not_there_is_not_found(case: Case, query: str) -> None:
    assert case.client.get(f"{case.codebook}/changes{query}").status_code == 404


def test_the_codebook_leads_to_what_is_new(case: Case, seed: Seed) -> None:
    assert "Compare any two versions" not in case.client.get(case.codebook).text
    change_codebook(case, seed)
    page = case.client.get(case.codebook).text
    assert "Compare any two versions" in page
    assert page.count('href="/projects/strait/codebook/changes?to=2&amp;from=1"') == 1
