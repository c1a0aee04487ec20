"""Every address with every role: who gets in, who is sent to sign in, who is told there is nothing.

The cases come from the application itself, so a new route is tested as soon as it is registered.
What it needs here at most: the object that a new argument of an address names (`Objects`), and, if
the view reads the body before it looks at the object, a body of the right shape (`BODIES`).
"""

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Blueprint, Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Map, Rule
from werkzeug.test import TestResponse

from annotator import web
from annotator.config import Settings
from annotator.domain.identity import pseudonym
from annotator.domain.noise import MADE_BY
from annotator.services import accounts, api_tokens, people, working
from annotator.services.documents import batches
from annotator.services.releases import releasing
from annotator.services.releases.writing import Options
from annotator.store.corpus import Cluster, ClusterMember, Subject
from annotator.store.database import Database
from annotator.store.labelling import Assignment
from annotator.store.people import ApiToken, SignInSession, User
from annotator.store.publishing import Job, Release
from annotator.store.settling import GoldBatch
from annotator.store.suggesting import NoiseRefit
from annotator.web import create_app
from annotator.web.access import (
    API,
    LARGEST_ID,
    OF_PROJECTS,
    SESSION_COOKIE,
    Policy,
    UndeclaredPolicy,
    policy_of,
    requires,
)
from annotator.web.assets import fingerprint
from annotator.web.security import SAFE_METHODS
from tests.factories import Factory
from tests.services.release_world import World, build
from tests.web.conftest import PageClient

# Open to everyone. An addition here is a decision, not an oversight.
OPEN = {
    "api.openapi.document",
    "assets.file",
    "health.healthz",
    "health.home",
    "sign_in.accept_invite",
    "sign_in.enter",
    "sign_in.invite",
    "sign_in.login",
    "sign_in.logout",
}
# The role in the installation differs from that in the project on purpose: the lead of the project
# is only an annotator elsewhere, and the lead of the installation leads another project.
ROLES = ("anonymous", "stranger", "lead of another project", "member", "lead", "admin")
MEMBERS = {"member", "lead", "admin"}
MAY = {
    Policy.SIGNED_IN: set(ROLES) - {"anonymous"},
    Policy.PROJECT_MAKER: {"lead of another project", "admin"},
    Policy.ADMIN: {"admin"},
    Policy.MEMBER: MEMBERS,
    Policy.PROJECT_LEAD: {"lead", "admin"},
}
BODIES: dict[str, Any] = {
    "api.assignments.save": {
        "save_id": "00000000-0000-4000-8000-00000000abcd",
        "seen_revision": 0,
        "answers": {},
    },
    "api.assignments.skip": {"reason": "a reason"},
    "api.assignments.flag": {"reason": "a reason"},
    "people.change_role": {"role": "lead"},
    "members.change_role": {"role": "lead"},
    "clusters.decide": {"choice": "boilerplate"},
    "rounds.move": {"from_user": "1", "to_user": "2"},
}
# Administrators act on everybody, so there is nobody of another project.
OF_EVERYBODY = ("people.",)

Case = tuple[Rule, str]


@dataclass(frozen=True, slots=True)
class Objects:
    """Values for the arguments of addresses.

    `blueprint.view.argument` comes before `blueprint.argument`, and that before `argument`.
    """

    by_argument: dict[str, str | int]

    def address(self, rule: Rule) -> str:
        """The address of this rule with these objects."""
        values = {name: self._value(rule, name) for name in rule.arguments}
        built = rule.build(values)
        assert built is not None
        return built[1]

    def _value(self, rule: Rule, name: str) -> str | int:
        blueprint = rule.endpoint.rpartition(".")[0]
        for key in (f"{rule.endpoint}.{name}", f"{blueprint}.{name}", name):
            if key in self.by_argument:
                return self.by_argument[key]
        pytest.fail(
            f"{rule.rule} has the argument {name!r}, which this test does not know: say in "
            "`objects_of` (and `objects_of_nobody`) of tests/test_routes.py which object it names."
        )


@dataclass(slots=True)
class Stage:
    """Two projects with their people; `cookies` and `tokens` let somebody of each role in."""

    folder: Path
    app: Flask
    cookies: dict[str, str]
    tokens: dict[str, str]
    mine: dict[str, Objects]
    theirs: Objects
    nobodys: Objects


def rules() -> list[Case]:
    """Every rule with every method that has a view of its own."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings(home=Path(folder)), Database("sqlite://"))
    return [
        (rule, method)
        for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


CASES = rules()


def named(case: object) -> str:
    return f"{case[1]} {case[0].rule}" if isinstance(case, tuple) else str(case)


every_route = pytest.mark.parametrize("case", CASES, ids=named)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Stage:
    folder = tmp_path_factory.mktemp("routes")
    shutil.copy(sqlite_template, folder / "stage.db")
    database = Database(f"sqlite:///{folder / 'stage.db'}")
    settings = Settings(home=folder)
    app = create_app(settings, database)
    app.test_client_class = PageClient
    return set_up(folder, app, settings, database)


def set_up(folder: Path, app: Flask, settings: Settings, database: Database) -> Stage:
    with database.write() as session:
        make = Factory(session)
        lead, other = make.user("lead"), make.user("other lead", role="lead")
        mine, theirs = (
            build(make, "mine", documents=1, lead=lead),
            build(make, "theirs", lead=other),
        )
        make.codebook(theirs.project, mine.codebook.yaml, number=2)
        persons = {
            "stranger": make.user("stranger"),
            "lead of another project": other,
            "member": mine.people[2],
            "lead": lead,
            "admin": make.user("admin", role="admin"),
        }
        for world in (mine, theirs):
            ask_for_release(make, world)
        make._add(release_two(theirs))
        bystander = make.user("bystander")
        cookies = {role: begin_session(make, user) for role, user in persons.items()}
        begin_session(make, bystander)
        now = datetime.now(UTC)
        tokens = {
            role: api_tokens.make_token(session, user_id=user.id, actor_id=None, now=now)
            for role, user in (persons | {"bystander": bystander}).items()
        }
        objects = {role: objects_of(make, mine, user) for role, user in persons.items()}
        objects["anonymous"] = objects["stranger"]
        of_others = objects_of(make, theirs, bystander)
        make._add(noise_refit(mine, number=1))
        make._add(noise_refit(theirs, number=2))
        of_others.by_argument.update(
            {"codebooks.number": 2, "noise.number": 2, "releases.number": 2}
        )
        # The codebooks ask the same, so the other project is one whose questions have other codes.
        of_others.by_argument["question"] = "theirs"
        # Figures are of no project; what is looked for is one that no page has.
        of_others.by_argument.update(
            {name: "theirs" for name in of_others.by_argument if name.endswith(".figure")}
        )
    while working.run_next(database, settings, worker="test", clock=lambda: datetime.now(UTC)):
        pass
    database.dispose()
    return Stage(folder, app, cookies, tokens, objects, of_others, objects_of_nobody(of_others))


def ask_for_release(make: Factory, world: World) -> None:
    releasing.request_release(
        make.session,
        project_id=world.project.id,
        options=Options(seed=1),
        actor_id=None,
        now=datetime.now(UTC),
    )


def release_two(world: World) -> Release:
    """Found by its number in one project only; nobody gets as far as its files."""
    return Release(
        project_id=world.project.id,
        number=2,
        seed=1,
        options={},
        manifest={},
        folder="theirs-2",
        made_at=datetime.now(UTC),
    )


def noise_refit(world: World, *, number: int) -> NoiseRefit:
    return NoiseRefit(
        project_id=world.project.id,
        number=number,
        base=MADE_BY,
        fit={},
        held_out=[],
        paragraphs=40,
        noise=20,
        made_at=datetime.now(UTC),
    )


def begin_session(make: Factory, user: User) -> str:
    token = accounts.new_token()
    now = datetime.now(UTC)
    make._add(
        SignInSession(
            token_hash=accounts.hash_of_token(token),
            user_id=user.id,
            created_at=now,
            # Fresh however long the tests take: using it must not write to the database.
            seen_at=now + timedelta(hours=1),
        )
    )
    return token


def objects_of(make: Factory, world: World, person: User) -> Objects:
    """What addresses name: things of the project, and what belongs to the person alone."""
    session = make.session
    of_person = select(SignInSession.id).where(SignInSession.user_id == person.id)
    own_token = select(ApiToken.id).where(ApiToken.user_id == person.id)
    invited = make.user()
    now = datetime.now(UTC)
    open_work = select(Assignment.id).where(
        Assignment.user_id == world.people[2].id, Assignment.state == "open"
    )
    subject = world.subjects()[3]
    batch = GoldBatch(project_id=world.project.id, policy="unanimous", parameters={}, made_at=now)
    document = world.documents[0]
    return Objects(
        {
            "agreement.annotator_csv.figure": "questions",
            "agreement.annotator_svg.figure": "questions",
            "agreement.annotators_csv.figure": "same",
            "agreement.annotators_svg.figure": "same",
            "agreement.figure": "labels",
            "agreement.pseudonym": pseudonym(world.project.pseudonym_key, world.people[0].name),
            "assets.name": "annotator.css",
            "assets.version": fingerprint(),
            "assignment_id": session.scalars(open_work).one(),
            "batch_id": make._add(batch).id,
            "cluster_id": repeated(make, world).id,
            "clusters.leave_out.batch_id": propagated(make, world, subject).id,
            "clusters.batch_id": propagated(make, world, subject).id,
            "codebooks.content_hash": world.codebook.content_hash,
            "codebooks.scope": "paragraph",
            "codebooks.number": world.codebook.number,
            "document_id": document.id,
            "import_id": imported(make, world).id,
            "members.user_id": world.people[0].id,
            "noise.number": 1,
            "people.user_id": invited.id,
            "question": "content",
            "releases.name": "manifest.json",
            "releases.number": 1,
            "round_id": world.round.id,
            "session_id": session.scalars(of_person).one(),
            "sign_in.token": people.invite(session, user_id=invited.id, actor_id=None, now=now),
            "slug": world.project.slug,
            "source_id": document.source_id,
            "subject_id": subject.id,
            "token_id": session.scalars(own_token).one(),
        }
    )


def imported(make: Factory, world: World) -> Job:
    """A look at files that were sent, whose files are gone since."""
    return batches.note_done(
        make.session,
        project_id=world.project.id,
        kind=batches.REVIEW,
        wish=batches.Wish("0" * 32),
        result={},
        actor_id=None,
        now=datetime.now(UTC),
    )


def repeated(make: Factory, world: World) -> Cluster:
    """A cluster of two paragraphs of the project."""
    session = make.session
    # People of one project share it: a paragraph is in one cluster.
    of_project = select(Cluster).where(Cluster.project_id == world.project.id)
    found = session.scalars(of_project).first()
    if found is not None:
        return found
    cluster = make._add(Cluster(project_id=world.project.id, kind="near", key="the same"))
    for subject in world.subjects()[:2]:
        make._add(
            ClusterMember(paragraph_id=subject.paragraph_id, cluster_id=cluster.id, similarity=1.0)
        )
    return cluster


def propagated(make: Factory, world: World, subject: Subject) -> GoldBatch:
    """A decision about a cluster, with gold for this paragraph."""
    decision: dict[str, Any] = {"answers": {}, "left_out": [], "taken_back": [], "sources": []}
    batch = make._add(
        GoldBatch(
            project_id=world.project.id,
            policy="propagation",
            parameters=decision,
            made_at=datetime.now(UTC),
        )
    )
    make.gold(subject.id, f"q{batch.id}", [["x"]], method="propagated", batch_id=batch.id)
    return batch


def objects_of_nobody(like: Objects) -> Objects:
    """Names and ids that nothing has."""
    return Objects(
        {
            name: LARGEST_ID if isinstance(value, int) else "nothing-has-this-name"
            for name, value in like.by_argument.items()
        }
    )


@pytest.fixture
def path(stage: Stage) -> Iterator[Path]:
    """The database of this case: what one request changes is gone at the next."""
    path = stage.folder / "case.db"
    shutil.copy(stage.folder / "stage.db", path)
    database = Database(f"sqlite:///{path}")
    stage.app.extensions["annotator.database"] = database
    yield path
    database.dispose()
    for left in stage.folder.glob("case.db*"):
        left.unlink()


def browser(stage: Stage, role: str) -> FlaskClient:
    client = stage.app.test_client()
    if role != "anonymous":
        client.set_cookie(SESSION_COOKIE, stage.cookies[role])
    return client


def call(
    client: FlaskClient, case: Case, address: str, *, headers: dict[str, str] | None = None
) -> TestResponse:
    rule, method = case
    body: dict[str, Any] = {}
    if method not in SAFE_METHODS:
        sent = BODIES.get(rule.endpoint, {})
        body = {"json": sent} if rule.rule.startswith(API) else {"data": sent}
    response = client.open(address, method=method, headers=headers, **body)
    response.close()
    return response


def outcome(response: TestResponse) -> str:
    """What the caller was told, as far as access goes."""
    if response.status_code in {302, 303} and str(response.location).startswith("/login?"):
        return "sign in"
    refusals = {401: "sign in", 403: "forbidden", 404: "nothing here"}
    assert response.status_code < 500, response.text
    return refusals.get(response.status_code, "allowed")


def expected(policy: Policy, rule: Rule, role: str) -> str:
    if policy is Policy.PUBLIC:
        return "allowed"
    if role == "anonymous":
        return "sign in"
    if "assignment_id" in rule.arguments:
        # Work is for whom it was given to, and not even for the lead.
        return "allowed" if role == "member" else "nothing here"
    if policy in OF_PROJECTS and role not in MEMBERS:
        return "nothing here"
    return "allowed" if role in MAY[policy] else "forbidden"


@contextmanager
def unchanged(path: Path, *, when: bool = True) -> Iterator[None]:
    """Fail if the database is written to in this block."""
    # This number changes when another connection commits a change, and costs next to nothing.
    connection = sqlite3.connect(path)
    before = connection.execute("PRAGMA data_version").fetchone()
    yield
    after = connection.execute("PRAGMA data_version").fetchone()
    connection.close()
    assert before == after or not when, "the request changed something"


@pytest.mark.parametrize("role", ROLES)
@every_route
def test_a_route_answers_each_role_by_its_policy(
    stage: Stage, path: Path, case: Case, role: str
) -> None:
    rule, method = case
    wanted = expected(policy_of(stage.app, rule.endpoint), rule, role)
    with unchanged(path, when=wanted != "allowed" or method == "GET"):
        response = call(browser(stage, role), case, stage.mine[role].address(rule))
    told = outcome(response)
    if rule.endpoint == "sign_in.enter" and told == "sign in":
        told = "allowed"  # the page is open to all; an empty form does not sign in
    assert told == wanted, f"{role}: {response.status_code}"


@pytest.mark.parametrize("role", ROLES[1:])
@pytest.mark.parametrize(
    "case", [case for case in CASES if case[0].rule.startswith(API)], ids=named
)
def test_a_token_opens_of_the_api_what_its_owner_may(
    stage: Stage, path: Path, case: Case, role: str
) -> None:
    rule, _ = case
    headers = {"Authorization": f"Bearer {stage.tokens[role]}"}
    response = call(stage.app.test_client(), case, stage.mine[role].address(rule), headers=headers)
    assert outcome(response) == expected(policy_of(stage.app, rule.endpoint), rule, role)


def names_objects(case: Case) -> bool:
    rule, _ = case
    return bool(rule.arguments - {"slug"}) and not rule.endpoint.startswith("assets.")


@pytest.mark.parametrize("role", ["member", "lead", "admin"])
@pytest.mark.parametrize(
    "case",
    [
        case
        for case in CASES
        if names_objects(case) and not case[0].endpoint.startswith(OF_EVERYBODY)
    ],
    ids=named,
)
def test_an_object_of_another_project_or_person_is_not_there(
    stage: Stage, path: Path, case: Case, role: str
) -> None:
    rule, _ = case
    if outcome_of_own(stage, rule, role) != "allowed" or rule.endpoint.startswith("sign_in."):
        return  # refused before the object is looked for, or a secret that is nobody's
    of_other = stage.theirs.by_argument | {"slug": stage.mine[role].by_argument["slug"]}
    with unchanged(path):
        response = call(browser(stage, role), case, Objects(of_other).address(rule))
    assert outcome(response) == "nothing here", response.status_code


@pytest.mark.parametrize("case", [case for case in CASES if names_objects(case)], ids=named)
def test_an_object_that_nothing_is_is_not_there(stage: Stage, path: Path, case: Case) -> None:
    rule, _ = case
    role = "member" if "assignment_id" in rule.arguments else "admin"
    missing = stage.nobodys.by_argument | {"slug": stage.mine[role].by_argument["slug"]}
    response = call(browser(stage, role), case, Objects(missing).address(rule))
    assert outcome(response) == "nothing here", response.status_code


@pytest.mark.parametrize("case", [case for case in CASES if "slug" in case[0].arguments], ids=named)
def test_a_project_that_is_not_there_answers_like_one_that_is_not_for_you(
    stage: Stage, path: Path, case: Case
) -> None:
    rule, _ = case
    missing = stage.mine["stranger"].by_argument | {"slug": "nothing-has-this-name"}
    client = browser(stage, "stranger")
    absent = call(client, case, Objects(missing).address(rule))
    closed = call(client, case, stage.mine["stranger"].address(rule))
    assert (absent.status_code, closed.status_code) == (404, 404)


@pytest.mark.parametrize("case", [case for case in CASES if case[1] not in SAFE_METHODS], ids=named)
def test_a_change_needs_the_token_of_a_page_of_ours(stage: Stage, path: Path, case: Case) -> None:
    rule, method = case
    address = stage.mine["admin"].address(rule)
    with unchanged(path):
        response = browser(stage, "admin").open(address, method=method, forged=True)
    assert response.status_code == 400


def outcome_of_own(stage: Stage, rule: Rule, role: str) -> str:
    return expected(policy_of(stage.app, rule.endpoint), rule, role)


def test_a_change_would_be_seen(stage: Stage, path: Path) -> None:
    client = browser(stage, "member")
    with pytest.raises(AssertionError, match="changed something"), unchanged(path):
        assert client.post("/account/tokens").status_code == 201


def test_the_open_routes_are_these_and_no_more(stage: Stage) -> None:
    endpoints = {rule.endpoint for rule, _ in CASES}
    assert {e for e in endpoints if policy_of(stage.app, e) is Policy.PUBLIC} == OPEN


def test_the_cases_are_the_routes_of_the_application(stage: Stage) -> None:
    assert {rule.rule for rule, _ in CASES} == {r.rule for r in stage.app.url_map.iter_rules()}
    assert len(CASES) > 30


def start_with(blueprint: Blueprint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setattr(web, "BLUEPRINTS", (*web.BLUEPRINTS, blueprint))
    return create_app(Settings(home=tmp_path), Database("sqlite://"))


def test_an_application_with_an_undeclared_view_does_not_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blueprint = Blueprint("careless", __name__)
    blueprint.get("/careless")(lambda: "everyone may read this")
    with pytest.raises(UndeclaredPolicy, match="declares no policy"):
        start_with(blueprint, tmp_path, monkeypatch)


@pytest.mark.parametrize("policy", [Policy.MEMBER, Policy.PROJECT_LEAD])
def test_a_view_of_a_project_must_name_the_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, policy: Policy
) -> None:
    blueprint = Blueprint("careless", __name__)
    blueprint.get("/careless/<int:project_id>")(
        requires(policy)(lambda project_id: f"{project_id}")
    )
    with pytest.raises(UndeclaredPolicy, match="names none"):
        start_with(blueprint, tmp_path, monkeypatch)


def test_a_view_that_says_who_may_call_it_is_fine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blueprint = Blueprint("careful", __name__)
    view = requires(Policy.ADMIN)(lambda: "for administrators")
    blueprint.get("/careful", endpoint="look")(view)
    app = start_with(blueprint, tmp_path, monkeypatch)
    assert policy_of(app, "careful.look") is Policy.ADMIN


def test_an_unknown_argument_is_told_in_a_sentence() -> None:
    rule = Rule("/moons/<int:moon_id>", endpoint="moons.show")
    Map([rule])
    with pytest.raises(pytest.fail.Exception, match="has the argument 'moon_id'"):
        Objects({}).address(rule)
