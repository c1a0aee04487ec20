import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from annotator.errors import CodebookInvalid, DataInvalid, Forbidden, NotFound
from annotator.services import codebooks, projects, sessions
from annotator.store.audit import _PENDING
from annotator.store.corpus import Project
from annotator.store.people import Membership, SignInSession, User
from tests.factories import NOW, Factory
from tests.small_codebook import SMALL


def create(session: Session, **given: object) -> Project:
    facts: dict[str, object] = {
        "slug": "strait",
        "title": "The strait",
        "codebook_yaml": SMALL,
        "languages": ["en"],
        "source_blind": True,
        "actor_id": None,
        "now": NOW,
    }
    return projects.create_project(session, **(facts | given))  # type: ignore[arg-type]


def actions(session: Session) -> list[str]:
    return [event["action"] for event in session.info.get(_PENDING, [])]


def test_it_makes_a_project_with_its_codebook(session: Session) -> None:
    made = create(session, title="  The   strait ", languages=["EN", "ru", "en"])
    assert (made.slug, made.title, made.languages) == ("strait", "The strait", ["en", "ru"])
    version = codebooks.latest(session, made.id)
    assert (version.number, version.yaml) == (1, SMALL)
    assert codebooks.codebook_of(version).code == "small"
    assert actions(session) == ["codebook.added", "project.created"]


def test_it_gives_each_project_a_key_of_its_own(session: Session) -> None:
    one, other = create(session), create(session, slug="other")
    assert len(one.pseudonym_key) == 32
    assert one.pseudonym_key != other.pseudonym_key
    published = create(session, slug="sample", pseudonym_key=b"published")
    assert published.pseudonym_key == b"published"


def test_without_a_codebook_it_takes_the_one_that_ships(session: Session) -> None:
    made = create(session, codebook_yaml=None, languages=None)
    codebook = codebooks.codebook_of(codebooks.latest(session, made.id))
    assert codebook.code == "framing-stance-noise"
    assert made.languages == ["en", "ru"]


def test_whoever_makes_a_project_leads_it(session: Session, make: Factory) -> None:
    lena = make.user("lena", role="lead")
    made = create(session, actor_id=lena.id)
    rows = session.execute(select(Membership.user_id, Membership.project_id, Membership.role))
    assert rows.all() == [(lena.id, made.id, "lead")]


def test_it_refuses_a_short_name_that_no_address_can_have(session: Session) -> None:
    for slug in (
        "a",
        "x" * 41,
        "Strait",
        "пролив",
        "a b",
        "a/b",
        "a_b",
        "",
        "strait\n",
        "new",
        "-a",
        "a-",
        "--",
    ):
        with pytest.raises(DataInvalid, match="short name"):
            create(session, slug=slug)


def test_it_takes_short_names_with_hyphens_inside(session: Session) -> None:
    for slug in ("ab", "a-1", "a--b", "x" * 40, "1" + "-" * 38 + "z"):
        assert create(session, slug=slug).slug == slug


def test_it_takes_titles_in_any_letters(session: Session) -> None:
    for number, title in enumerate(("Пролив — «1»", "海峡", "المضيق", "E\u0301 🙂")):
        assert create(session, slug=f"p-{number}", title=f" {title}\n").title == title


def test_it_refuses_a_short_name_that_is_taken(session: Session) -> None:
    create(session)
    with pytest.raises(DataInvalid, match="already a project “strait”"):
        create(session)


def test_it_says_what_is_wrong_with_a_project(session: Session) -> None:
    cases: list[tuple[dict[str, object], str]] = [
        ({"title": " \n"}, "needs a title"),
        ({"title": "x" * 201}, "200 characters are the limit"),
        ({"title": "a\x00b"}, r"holds U\+0000, a control or other invisible character"),
        ({"title": "a\u202eb"}, r"holds U\+202E"),
        ({"title": "\u2066a"}, r"holds U\+2066"),
        ({"title": "a\u200bb"}, r"holds U\+200B"),
        ({"title": "\ufeff"}, r"holds U\+FEFF"),
        ({"title": "a\ud800"}, r"holds U\+D800"),
        ({"languages": []}, "which languages"),
        ({"languages": ["English"]}, "“english” is not a language code"),
    ]
    for given, sentence in cases:
        with pytest.raises(DataInvalid, match=sentence):
            create(session, **given)


def test_a_codebook_with_a_wrong_key_makes_no_project(session: Session) -> None:
    wrong = SMALL.replace("scale:", "scales:", 1)
    with pytest.raises(CodebookInvalid) as caught:
        create(session, codebook_yaml=wrong, codebook_name="mine.yaml")
    assert caught.value.complaints[0].startswith("mine.yaml, line ")


def test_it_finds_a_project_by_its_short_name(session: Session, make: Factory) -> None:
    project = make.project("strait")
    assert projects.project_named(session, slug="strait").id == project.id
    with pytest.raises(NotFound, match="no project “strat”"):
        projects.project_named(session, slug="strat")


def add(session: Session, project: Project, name: str, role: str = "annotator") -> Membership:
    return projects.add_member(
        session, project_id=project.id, name=name, role=role, actor_id=None, now=NOW
    )


def test_it_adds_someone_by_name_in_whatever_letters(session: Session, make: Factory) -> None:
    project, maria = make.project(), make.user("Мария")
    membership = add(session, project, " мария ")
    assert (membership.user_id, membership.role) == (maria.id, "annotator")
    assert actions(session) == ["member.added"]


def test_it_adds_nobody_twice(session: Session, make: Factory) -> None:
    project = make.project()
    make.member(project, make.user("alice"))
    with pytest.raises(DataInvalid, match="alice is already in this project, as annotator"):
        add(session, project, "alice", "lead")


def test_it_adds_nobody_who_is_unknown_or_disabled(session: Session, make: Factory) -> None:
    project = make.project()
    make.user("gone", disabled_at=NOW)
    with pytest.raises(DataInvalid, match="nobody named “nobody”"):
        add(session, project, "nobody")
    with pytest.raises(DataInvalid, match="gone is disabled"):
        add(session, project, "gone")
    with pytest.raises(DataInvalid, match="“boss” is not a role"):
        add(session, project, "gone", "boss")


def test_someone_may_be_in_two_projects(session: Session, make: Factory) -> None:
    alice = make.member(make.project(), make.user("alice"))
    add(session, make.project(), "alice", "lead")
    rows = session.scalars(select(Membership.role).where(Membership.user_id == alice.id))
    assert sorted(rows) == ["annotator", "lead"]


def test_it_changes_the_role_of_another_member(session: Session, make: Factory) -> None:
    project = make.project()
    lead, alice = make.member(project, role="lead"), make.member(project)
    projects.change_member_role(
        session, project_id=project.id, user_id=alice.id, role="lead", actor_id=lead.id, now=NOW
    )
    assert set(session.scalars(select(Membership.role))) == {"lead"}
    assert actions(session) == ["member.role_changed"]


def test_nobody_changes_their_own_role_or_removes_themselves(
    session: Session, make: Factory
) -> None:
    project = make.project()
    lead = make.member(project, role="lead")
    with pytest.raises(Forbidden, match="ask another lead"):
        projects.change_member_role(
            session,
            project_id=project.id,
            user_id=lead.id,
            role="annotator",
            actor_id=lead.id,
            now=NOW,
        )
    with pytest.raises(Forbidden, match="ask another lead"):
        projects.remove_member(
            session, project_id=project.id, user_id=lead.id, actor_id=lead.id, now=NOW
        )


def test_it_removes_a_member_of_this_project_only(session: Session, make: Factory) -> None:
    project, other = make.project(), make.project()
    alice = make.member(project)
    with pytest.raises(NotFound, match="not in the project"):
        projects.remove_member(
            session, project_id=other.id, user_id=alice.id, actor_id=None, now=NOW
        )
    projects.remove_member(session, project_id=project.id, user_id=alice.id, actor_id=None, now=NOW)
    assert session.scalars(select(Membership)).all() == []


def signed_in(session: Session) -> list[int]:
    return sorted(session.scalars(select(SignInSession.user_id)))


def sign_in_all(session: Session, *people: User) -> None:
    for person in people:
        for _ in range(2):
            browser = sessions.Browser(address=None, name=None)
            sessions.begin_session(session, user_id=person.id, browser=browser, now=NOW)


def test_another_role_ends_the_sessions_of_that_person_only(
    session: Session, make: Factory
) -> None:
    project = make.project()
    lead, alice = make.member(project, role="lead"), make.member(project)
    sign_in_all(session, lead, alice)
    projects.change_member_role(
        session, project_id=project.id, user_id=alice.id, role="lead", actor_id=lead.id, now=NOW
    )
    assert signed_in(session) == [lead.id, lead.id]
    assert actions(session).count("member.role_changed") == 1


def test_the_same_role_again_ends_no_session(session: Session, make: Factory) -> None:
    project = make.project()
    alice = make.member(project)
    sign_in_all(session, alice)
    projects.change_member_role(
        session, project_id=project.id, user_id=alice.id, role="annotator", actor_id=None, now=NOW
    )
    assert signed_in(session) == [alice.id, alice.id]


def test_whoever_is_removed_is_signed_out(session: Session, make: Factory) -> None:
    project = make.project()
    lead, alice = make.member(project, role="lead"), make.member(project)
    sign_in_all(session, lead, alice)
    projects.remove_member(
        session, project_id=project.id, user_id=alice.id, actor_id=lead.id, now=NOW
    )
    assert signed_in(session) == [lead.id, lead.id]
    assert actions(session).count("member.removed") == 1
