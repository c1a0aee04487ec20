import io
import json
import re
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from annotator.config import Settings
from annotator.errors import Unavailable
from annotator.services import working
from annotator.services.releases import verifying, writing
from annotator.store.database import Database
from annotator.store.publishing import Job, Release
from annotator.web.releases import QUEUED
from annotator.web.security import DOWNLOAD_POLICY
from tests.services.release_world import CODEBOOK, build
from tests.web.conftest import Seed, SignIn

PAGE = "/projects/small/releases"
Work = Callable[[], bool]


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    return Settings(home=tmp_path / "home").exports


@pytest.fixture
def lead_client(client: FlaskClient, seed: Seed, sign_in: SignIn, exports: Path) -> FlaskClient:
    with seed() as make:
        lead = make.user("lena", role="lead")
        build(make, documents=1, lead=lead)
    sign_in(client, lead)
    return client


@pytest.fixture
def work(app_database: Database, tmp_path: Path) -> Work:
    """Do one waiting job, as the worker process would."""
    settings = Settings(home=tmp_path / "home")

    def run() -> bool:
        return working.run_next(
            app_database, settings, worker="test", clock=lambda: datetime.now(UTC)
        )

    return run


def test_a_project_without_releases_says_so(lead_client: FlaskClient) -> None:
    page = lead_client.get(PAGE).text
    assert "No release yet" in page
    assert "follow.js" not in page


def test_a_lead_makes_a_release_and_sees_it(lead_client: FlaskClient, work: Work) -> None:
    response = lead_client.post(PAGE, data={"seed": "7"})
    assert response.status_code == 303
    waiting = lead_client.get(PAGE).text
    assert QUEUED in waiting
    assert "waits to be made" in waiting
    assert "follow.js" in waiting
    assert "Make a release" not in waiting
    assert work()
    page = lead_client.get(PAGE).text
    assert "Release 1" in page
    assert "by lena" in page
    assert "follow.js" not in page
    shown = lead_client.get(f"{PAGE}/1").text
    assert "with the seed 7" in shown
    assert "annotator verify" in shown
    assert "small-release-1" in shown
    assert "<code>content</code>" in shown
    assert "Fewer than 20 documents" in shown


def test_the_release_that_was_made_holds(
    lead_client: FlaskClient, work: Work, exports: Path
) -> None:
    lead_client.post(PAGE, data={"seed": "1"})
    work()
    assert verifying.verify(exports / "small-release-1").findings == []
    assert sorted(path.name for path in exports.iterdir()) == [
        "small-release-1",
        "small-release-1.zip",
    ]


def test_every_file_of_a_release_is_sent_as_a_download_that_no_browser_runs(
    lead_client: FlaskClient, work: Work, exports: Path
) -> None:
    lead_client.post(PAGE, data={"seed": "1"})
    work()
    links = re.findall(r'href="([^"]+/files/[^"]+)"', lead_client.get(f"{PAGE}/1").text)
    names = {link.rpartition("/")[2] for link in links}
    assert names == {path.name for path in (exports / "small-release-1").iterdir()}
    for link in links:
        response = lead_client.get(link)
        name = link.rpartition("/")[2]
        assert response.status_code == 200
        assert response.data == (exports / "small-release-1" / name).read_bytes()
        assert response.headers["Content-Security-Policy"] == DOWNLOAD_POLICY
        assert response.headers.getlist("Cache-Control") == ["no-store"]
        disposition = response.headers["Content-Disposition"]
        assert disposition == f"attachment; filename=small-release-1-{name}"
        response.close()


def test_the_archive_holds_the_whole_release(
    lead_client: FlaskClient, work: Work, exports: Path
) -> None:
    lead_client.post(PAGE, data={"seed": "1"})
    work()
    response = lead_client.get(f"{PAGE}/1/archive")
    assert response.headers["Content-Disposition"].endswith("filename=small-release-1.zip")
    assert response.headers.getlist("Cache-Control") == ["no-store"]
    with zipfile.ZipFile(io.BytesIO(response.data)) as held:
        assert held.testzip() is None
        held.extractall(exports / "unpacked")
    response.close()
    assert verifying.verify(exports / "unpacked" / "small-release").holds


def test_the_same_data_again_makes_no_second_release(
    lead_client: FlaskClient, work: Work, app_database: Database, exports: Path
) -> None:
    for _ in range(2):
        lead_client.post(PAGE, data={"seed": "1"})
        assert work()
    assert "Nothing has changed since release 1" in lead_client.get(PAGE).text
    with app_database.read() as session:
        assert session.scalars(select(Release.number)).all() == [1]
    assert len(list(exports.iterdir())) == 2


def test_another_seed_makes_another_release(
    lead_client: FlaskClient, work: Work, app_database: Database
) -> None:
    for seed in ("1", "2"):
        lead_client.post(PAGE, data={"seed": seed})
        assert work()
    with app_database.read() as session:
        assert sorted(session.scalars(select(Release.number))) == [1, 2]


def test_only_one_release_is_made_at_a_time(lead_client: FlaskClient) -> None:
    lead_client.post(PAGE, data={"seed": "1"})
    response = lead_client.post(PAGE, data={"seed": "1"})
    assert response.status_code == 409
    assert "being made already" in response.text


def test_a_project_without_documents_has_nothing_to_release(
    client: FlaskClient, seed: Seed, sign_in: SignIn
) -> None:
    with seed() as make:
        project = make.project("empty")
        make.codebook(project, CODEBOOK)
        lead = make.member(project, role="lead")
    sign_in(client, lead)
    response = client.post("/projects/empty/releases", data={"seed": "1"})
    assert response.status_code == 422
    assert "there is nothing to release" in response.text


@pytest.mark.parametrize("typed", ["", "-1", "many", str(2**31)])
def test_a_seed_that_is_none_brings_the_form_back(lead_client: FlaskClient, typed: str) -> None:
    response = lead_client.post(PAGE, data={"seed": typed})
    assert response.status_code == 422
    assert "The seed is a whole number" in response.text or "Not a valid integer" in response.text


def test_a_release_that_failed_says_why(
    lead_client: FlaskClient, work: Work, exports: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise Unavailable("The disk is full, so x was not written.")

    monkeypatch.setattr(writing, "_write_table", full)
    lead_client.post(PAGE, data={"seed": "1"})
    assert work()
    page = lead_client.get(PAGE).text
    assert "could not be made" in page
    assert "The disk is full" in page
    assert "Make a release" in page
    assert list(exports.iterdir()) == []


@pytest.mark.parametrize(
    "address",
    [
        "2",
        "2/archive",
        "2/files/items.csv",
        "1/files/secret.key",
        "1/files/..%2F..%2Fhome%2Fsecret.key",
    ],
)
def test_what_is_no_part_of_a_release_is_not_found(
    lead_client: FlaskClient, work: Work, address: str
) -> None:
    lead_client.post(PAGE, data={"seed": "1"})
    work()
    assert lead_client.get(f"{PAGE}/{address}").status_code == 404


def test_a_folder_that_was_taken_away_is_named(
    lead_client: FlaskClient, work: Work, exports: Path
) -> None:
    lead_client.post(PAGE, data={"seed": "1"})
    work()
    (exports / "small-release-1" / "items.csv").unlink()
    (exports / "small-release-1.zip").unlink()
    for address in (f"{PAGE}/1/files/items.csv", f"{PAGE}/1/archive"):
        response = lead_client.get(address)
        assert response.status_code == 404
        assert "bring them back from a backup" in response.text


def test_another_projects_release_is_not_shown(
    lead_client: FlaskClient, work: Work, seed: Seed, sign_in: SignIn
) -> None:
    lead_client.post(PAGE, data={"seed": "1"})
    work()
    with seed() as make:
        other = make.project("other")
        lead = make.member(other, role="lead")
    sign_in(lead_client, lead)
    assert lead_client.get("/projects/other/releases/1").status_code == 404
    assert lead_client.get("/projects/other/releases/1/files/items.csv").status_code == 404
    assert lead_client.get(f"{PAGE}/1").status_code == 404


def test_an_annotator_does_not_see_releases(
    client: FlaskClient, seed: Seed, sign_in: SignIn
) -> None:
    with seed() as make:
        annotator = make.member(make.project("small"))
    sign_in(client, annotator)
    for address in ("", "/1", "/1/archive", "/1/files/items.csv"):
        assert client.get(PAGE + address).status_code == 403
    assert client.post(PAGE, data={"seed": "1"}).status_code == 403


def test_a_forged_request_makes_nothing(lead_client: FlaskClient, app_database: Database) -> None:
    # `forged` is a word of our test client: it leaves out the CSRF token.
    response = lead_client.open(PAGE, method="POST", data={"seed": "1"}, forged=True)
    assert response.status_code == 400
    with app_database.read() as session:
        assert session.scalars(select(Job.id)).all() == []


def test_the_manifest_in_the_database_is_the_one_in_the_folder(
    lead_client: FlaskClient, work: Work, app_database: Database, exports: Path
) -> None:
    lead_client.post(PAGE, data={"seed": "1"})
    work()
    with app_database.read() as session:
        (release,) = session.scalars(select(Release))
        kept, folder = release.manifest, release.folder
    assert kept == json.loads((exports / folder / "manifest.json").read_text(encoding="utf-8"))


def test_the_second_release_says_what_changed_since_the_first(
    lead_client: FlaskClient, work: Work
) -> None:
    for data in ({"seed": "1"}, {"seed": "1", "gold": "people", "train": "0", "test": "90"}):
        lead_client.post(PAGE, data=data)
        assert work()
    assert "Changes since" not in lead_client.get(f"{PAGE}/1").text
    page = " ".join(re.sub("<[^>]+>", " ", lead_client.get(f"{PAGE}/2").text).split())
    assert "Changes since release 1" in page
    assert "gold : all → people" in page
    assert "Gold: content 0 1 0" in page
    assert "(not_by_people)" in page
    assert "1 documents, because" in page


def test_a_release_whose_forerunner_is_gone_says_so(
    lead_client: FlaskClient, work: Work, exports: Path
) -> None:
    lead_client.post(PAGE, data={"seed": "1"})
    assert work()
    (exports / "small-release-1" / "labels.jsonl").unlink()
    lead_client.post(PAGE, data={"seed": "2"})
    assert work()
    page = lead_client.get(f"{PAGE}/2").text
    assert "Changes since release 1" in page
    assert "so they were not compared" in page
