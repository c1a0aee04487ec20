import pytest
from flask.testing import FlaskClient

from annotator.store.corpus import Project, Source
from annotator.store.database import Database
from annotator.store.people import User
from tests.small_codebook import SMALL
from tests.web.conftest import Seed, SignIn

Strait = tuple[Project, User, Source]


@pytest.fixture
def strait(seed: Seed) -> Strait:
    with seed() as make:
        project = make.project("strait")
        lead = make.member(project, role="lead")
        source = make.source(project, "Northern Ledger", domains=["ledger.example"])
        make.document(project, source)
    return project, lead, source


@pytest.fixture
def lead_client(client: FlaskClient, sign_in: SignIn, strait: Strait) -> FlaskClient:
    sign_in(client, strait[1])
    return client


def test_a_lead_sees_the_sources(lead_client: FlaskClient) -> None:
    page = lead_client.get("/projects/strait/sources").text
    assert "Northern Ledger" in page
    assert "ledger.example" in page


def test_a_project_without_sources_says_where_they_come_from(
    client: FlaskClient, sign_in: SignIn, seed: Seed
) -> None:
    with seed() as make:
        lead = make.member(make.project("empty"), role="lead")
    sign_in(client, lead)
    assert "Sources come with the documents" in client.get("/projects/empty/sources").text


def test_a_lead_describes_a_source(
    lead_client: FlaskClient, strait: Strait, app_database: Database
) -> None:
    address = f"/projects/strait/sources/{strait[2].id}"
    assert "ledger.example" in lead_client.get(address).text
    response = lead_client.post(
        address,
        data={
            "domains": "Ledger.example\r\n news.ledger.example \r\n\r\n",
            "aliases": "The  Ledger\nВестник\nThe Ledger",
        },
    )
    assert response.status_code == 303
    with app_database.read() as session:
        source = session.get_one(Source, strait[2].id)
        assert source.domains == ["ledger.example", "news.ledger.example"]
        assert source.aliases == ["The Ledger", "Вестник"]
    assert "Вестник" in lead_client.get(address).text


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"domains": "https://ledger.example/news"}, "is not a domain"),
        ({"domains": "ledger"}, "“ledger” is not a domain"),
        ({"aliases": "x"}, "The alias “x” cannot be used"),
        ({"aliases": "a\x07b"}, "cannot be used"),
        ({"aliases": "\n".join(f"name {n}" for n in range(101))}, "There are too many names"),
    ],
)
def test_what_cannot_be_masked_is_refused(
    lead_client: FlaskClient,
    strait: Strait,
    app_database: Database,
    form: dict[str, str],
    sentence: str,
) -> None:
    response = lead_client.post(f"/projects/strait/sources/{strait[2].id}", data=form)
    assert response.status_code == 422
    assert sentence in response.text
    with app_database.read() as session:
        source = session.get_one(Source, strait[2].id)
        assert (source.domains, source.aliases) == (["ledger.example"], [])


def test_sources_of_other_projects_do_not_exist(lead_client: FlaskClient, seed: Seed) -> None:
    with seed() as make:
        theirs = make.source(make.project())
    address = f"/projects/strait/sources/{theirs.id}"
    assert lead_client.get(address).status_code == 404
    assert lead_client.post(address, data={"aliases": "Mine now"}).status_code == 404


def test_a_withdrawn_source_is_listed_apart_and_restored_on_its_page(
    lead_client: FlaskClient, strait: Strait
) -> None:
    address = f"/projects/strait/sources/{strait[2].id}"
    assert lead_client.post(f"{address}/withdraw").status_code == 303
    assert "Withdrawn or merged" in lead_client.get("/projects/strait/sources").text
    page = lead_client.get(address).text
    assert "Withdrawn on" in page
    assert "0 documents" in page
    assert lead_client.post(f"{address}/restore").status_code == 303
    assert "1 document<" in lead_client.get(address).text
    assert "Withdrawn or merged" not in lead_client.get("/projects/strait/sources").text


def test_a_source_is_merged_into_another_and_taken_out_again(
    lead_client: FlaskClient, seed: Seed, strait: Strait
) -> None:
    with seed() as make:
        other = make.source(strait[0], "The Ledger")
        make.document(strait[0], other)
    address = f"/projects/strait/sources/{other.id}"
    assert lead_client.post(f"{address}/merge").status_code == 422
    assert "into itself" in lead_client.post(f"{address}/merge", data={"into": other.id}).text
    merged = lead_client.post(f"{address}/merge", data={"into": strait[2].id})
    assert merged.location.endswith(f"/sources/{strait[2].id}")
    assert "2 documents" in lead_client.get(merged.location).text
    assert "Merged into" in lead_client.get(address).text
    assert lead_client.post(f"{address}/withdraw").status_code == 422
    assert lead_client.post(f"{address}/take-out").status_code == 303
    assert "1 document<" in lead_client.get(address).text
    assert lead_client.post(f"{address}/take-out").status_code == 409


def test_a_renamed_source_keeps_its_name_as_one_to_hide(
    lead_client: FlaskClient, strait: Strait, app_database: Database
) -> None:
    address = f"/projects/strait/sources/{strait[2].id}"
    assert lead_client.post(address, data={"name": " ", "domains": ""}).status_code == 422
    assert lead_client.post(address, data={"name": "Ledger"}).status_code == 303
    with app_database.read() as session:
        source = session.get_one(Source, strait[2].id)
        assert (source.name, source.aliases) == ("Ledger", ["Northern Ledger"])


def test_an_annotator_never_sees_a_source(
    client: FlaskClient, sign_in: SignIn, seed: Seed, strait: Strait
) -> None:
    with seed() as make:
        alice = make.member(strait[0], make.user("alice"))
    sign_in(client, alice)
    assert client.get("/projects/strait/sources").status_code == 403
    assert client.get(f"/projects/strait/sources/{strait[2].id}").status_code == 403


class TestTheMask:
    TEXTS = ("By Ann Author", "The Northern  Ledger’s <b>view</b> of Kyiv", "www.ledger.example/a")

    @pytest.fixture
    def address(self, strait: Strait, seed: Seed) -> str:
        with seed() as make:
            make.document(strait[0], strait[2], texts=self.TEXTS, byline="Ann Author", title="One")
        return f"/projects/strait/sources/{strait[2].id}/mask"

    def test_a_lead_sees_every_place_with_its_words(
        self, lead_client: FlaskClient, address: str
    ) -> None:
        page = lead_client.get(address).text
        assert "3 places in" in page
        for words in ("Ann Author", "Northern  Ledger’s", "www.ledger.example/a"):
            assert f"<mark>{words}</mark>" in page
        assert "&lt;b&gt;view&lt;/b&gt;" in page

    def test_it_follows_what_the_lead_adds_and_exempts(
        self, lead_client: FlaskClient, address: str, strait: Strait, app_database: Database
    ) -> None:
        form = {"domains": "", "aliases": "Kyiv\n24", "exemptions": "Northern  Ledger"}
        assert lead_client.post(address.removesuffix("/mask"), data=form).status_code == 303
        page = lead_client.get(address).text
        assert "<mark>Kyiv</mark>" in page
        assert "<mark>Northern" not in page
        assert "nothing tells it from other words: 24" in page
        assert "Exempt: Northern Ledger." in page
        with app_database.read() as session:
            assert session.get_one(Source, strait[2].id).mask_exemptions == ["Northern Ledger"]
        assert "Northern Ledger" in lead_client.get(address.removesuffix("/mask")).text

    def test_it_names_documents_that_are_not_blindable_and_why(
        self, lead_client: FlaskClient, address: str, strait: Strait, seed: Seed
    ) -> None:
        with seed() as make:
            make.codebook(strait[0], SMALL.replace("Russia}", "Northern Ledger}"), number=1)
        page = lead_client.get(address).text
        assert "Not blindable" in page
        assert "Its source is called “Northern Ledger”" in page

    def test_a_source_without_documents_hides_nothing_yet(
        self, lead_client: FlaskClient, strait: Strait, seed: Seed
    ) -> None:
        with seed() as make:
            empty = make.source(strait[0], "Empty")
        page = lead_client.get(f"/projects/strait/sources/{empty.id}/mask").text
        assert "Nothing is found in the texts" in page

    def test_it_is_for_leads_of_the_project(
        self, client: FlaskClient, sign_in: SignIn, seed: Seed, address: str, strait: Strait
    ) -> None:
        with seed() as make:
            alice = make.member(strait[0], make.user("alice"))
            theirs = make.source(make.project())
        missing = f"/projects/strait/sources/{theirs.id}/mask"
        sign_in(client, strait[1])
        assert client.get(missing).status_code == 404
        sign_in(client, alice)
        assert client.get(address).status_code == 403
