"""What administrators do with accounts, and how people get and change their passwords."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from annotator.errors import Conflict, DataInvalid, Forbidden, NotFound
from annotator.services import accounts, api_tokens, people, sessions
from annotator.services.passwords import ChosenPassword
from annotator.services.sessions import Browser
from annotator.store import audit
from annotator.store.audit import AuditEvent
from annotator.store.database import Database
from annotator.store.people import User
from tests.factories import NOW, Factory

CHOSEN = ChosenPassword("a hash")
HERE = Browser(address=None, name=None)


def add(session: Session, name: str, role: str = "annotator") -> User:
    return people.add_person(session, name=name, role=role, actor_id=None, now=NOW)


def invite(session: Session, user: User) -> str:
    return people.invite(session, user_id=user.id, actor_id=None, now=NOW)


def begin_session(session: Session, user: User) -> str:
    return sessions.begin_session(session, user_id=user.id, browser=HERE, now=NOW).token


def is_signed_in(session: Session, token: str) -> bool:
    return accounts.person_of_session(session, token=token, now=NOW) is not None


def events(session: Session) -> list[tuple[str, int | None, int | None, dict[str, object]]]:
    audit.append_pending(session)
    rows = session.scalars(select(AuditEvent).order_by(AuditEvent.id))
    return [(row.action, row.actor_id, row.object_id, row.details) for row in rows]


def test_it_adds_a_person_without_a_password(session: Session, make: Factory) -> None:
    admin = make.user(role="admin")
    user = people.add_person(session, name=" Maria ", role="lead", actor_id=admin.id, now=NOW)
    assert (user.name, user.role, user.password_hash) == ("Maria", "lead", None)
    assert events(session) == [("user.added", admin.id, user.id, {"role": "lead"})]


def test_it_adds_a_person_with_a_password(session: Session) -> None:
    user = people.add_person(
        session, name="maria", role="lead", password=CHOSEN, actor_id=None, now=NOW
    )
    assert user.password_hash == "a hash"


@pytest.mark.parametrize(
    ("first", "second"), [("maria", "MARIA"), ("Žygis", "žygis"), ("Ana Maria", "ana  maria")]
)
def test_a_name_is_taken_in_whatever_letters(session: Session, first: str, second: str) -> None:
    add(session, first)
    with pytest.raises(Conflict, match=f"{first} exists already"):
        add(session, second)


@pytest.mark.parametrize("name", ["", " ", "x" * 65, "ma\tria"])
def test_a_name_that_cannot_be_is_refused(session: Session, name: str) -> None:
    with pytest.raises(DataInvalid, match="A name"):
        add(session, name)


def test_a_role_that_is_none_is_refused(session: Session, make: Factory) -> None:
    with pytest.raises(DataInvalid, match="one of admin, lead, annotator"):
        add(session, "maria", "king")
    with pytest.raises(DataInvalid, match="one of admin, lead, annotator"):
        people.change_role(session, user_id=make.user().id, role="", actor_id=None, now=NOW)


def test_two_people_of_one_name_cannot_be_added_at_once(database: Database) -> None:
    def attempt(number: int) -> bool:
        try:
            with database.write() as session:
                add(session, "maria" if number % 2 else "MARIA")
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        added = list(pool.map(attempt, range(16)))
    assert added.count(True) == 1
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(User)) == 1


def test_it_finds_a_person_by_name(session: Session) -> None:
    maria = add(session, "Maria")
    assert people.person_named(session, name="mARIA").id == maria.id
    with pytest.raises(NotFound, match="Nobody is called bob"):
        people.person_named(session, name="bob")


def test_a_link_leads_to_a_password_once(session: Session) -> None:
    maria = add(session, "maria")
    token = invite(session, maria)
    assert people.invited(session, token=token, now=NOW).name == "maria"
    assert people.accept_invite(session, token=token, password=CHOSEN, now=NOW) == maria.id
    assert maria.password_hash == "a hash"
    for use in (
        lambda: people.invited(session, token=token, now=NOW),
        lambda: people.accept_invite(session, token=token, password=CHOSEN, now=NOW),
    ):
        with pytest.raises(NotFound, match="used already"):
            use()
    assert [event[0] for event in events(session)] == [
        "user.added",
        "user.invited",
        "password.chosen",
    ]


def test_looking_at_a_link_does_not_use_it(session: Session) -> None:
    token = invite(session, add(session, "maria"))
    for _ in range(3):
        people.invited(session, token=token, now=NOW)
    assert people.accept_invite(session, token=token, password=CHOSEN, now=NOW)


def test_a_link_ends_after_72_hours(session: Session) -> None:
    token = invite(session, add(session, "maria"))
    almost = NOW + timedelta(hours=72) - timedelta(microseconds=1)
    assert people.invited(session, token=token, now=almost).name == "maria"
    with pytest.raises(NotFound, match="has run out"):
        people.accept_invite(session, token=token, password=CHOSEN, now=NOW + timedelta(hours=72))


@pytest.mark.parametrize("token", ["", "unknown", "\ud800"])
def test_a_link_that_never_was_one_is_refused(session: Session, token: str) -> None:
    invite(session, add(session, "maria"))
    with pytest.raises(NotFound):
        people.invited(session, token=token, now=NOW)


def test_a_new_link_ends_the_one_before(session: Session) -> None:
    maria, bob = add(session, "maria"), add(session, "bob")
    first, of_bob, second = invite(session, maria), invite(session, bob), invite(session, maria)
    with pytest.raises(NotFound):
        people.invited(session, token=first, now=NOW)
    assert people.invited(session, token=second, now=NOW).name == "maria"
    assert people.invited(session, token=of_bob, now=NOW).name == "bob"


def test_a_link_cannot_be_used_twice_at_once(database: Database) -> None:
    with database.write() as session:
        token = invite(session, add(session, "maria"))

    def attempt(number: int) -> bool:
        try:
            with database.write() as session:
                chosen = ChosenPassword(f"hash {number}")
                people.accept_invite(session, token=token, password=chosen, now=NOW)
        except NotFound:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(attempt, range(16))).count(True) == 1


def test_choosing_a_password_by_a_link_ends_the_sessions_of_before(session: Session) -> None:
    maria = add(session, "maria")
    cookie = begin_session(session, maria)
    people.accept_invite(session, token=invite(session, maria), password=CHOSEN, now=NOW)
    assert not is_signed_in(session, cookie)


def test_the_password_may_not_hold_the_name_or_the_projects(
    session: Session, make: Factory
) -> None:
    maria = add(session, "Maria Anna")
    project = make.project("russia-china", title="Framing of the war")
    make.member(project, maria)
    make.project("another")
    context = people.invited(session, token=invite(session, maria), now=NOW).context
    assert context == ("Maria Anna", "Maria", "Anna", "russia-china", "Framing of the war")


def test_changing_the_password_ends_other_sessions_and_renews_this_one(session: Session) -> None:
    maria, bob = add(session, "maria"), add(session, "bob")
    here, there, of_bob = (begin_session(session, user) for user in (maria, maria, bob))
    link = invite(session, maria)
    person = accounts.person_of_session(session, token=here, now=NOW)
    assert person is not None
    assert person.session_id is not None
    renewed = people.change_password(
        session, user_id=maria.id, session_id=person.session_id, password=CHOSEN, now=NOW
    )
    assert maria.password_hash == "a hash"
    signed_in = [is_signed_in(session, cookie) for cookie in (here, there, of_bob, renewed)]
    assert signed_in == [False, False, True, True]
    with pytest.raises(NotFound):
        people.invited(session, token=link, now=NOW)
    assert events(session)[-1] == ("password.changed", maria.id, maria.id, {})


def test_disabling_shuts_out_at_once(session: Session, make: Factory) -> None:
    admin, maria = make.user(role="admin"), add(session, "maria")
    cookie, link = begin_session(session, maria), invite(session, maria)
    token = api_tokens.make_token(session, user_id=maria.id, actor_id=None, now=NOW)
    people.disable(session, user_id=maria.id, actor_id=admin.id, now=NOW)
    assert not is_signed_in(session, cookie)
    assert accounts.person_of_token(session, token=token) is None
    with pytest.raises(NotFound):
        people.invited(session, token=link, now=NOW)
    with pytest.raises(Conflict, match="maria is disabled"):
        invite(session, maria)
    assert events(session)[-1] == ("user.disabled", admin.id, maria.id, {})


def test_enabling_brings_back_the_account_but_neither_session_nor_token(
    session: Session, make: Factory
) -> None:
    admin, maria = make.user(role="admin"), make.user("maria", password_hash="a hash")
    cookie = begin_session(session, maria)
    token = api_tokens.make_token(session, user_id=maria.id, actor_id=None, now=NOW)
    people.disable(session, user_id=maria.id, actor_id=admin.id, now=NOW)
    people.enable(session, user_id=maria.id, actor_id=admin.id, now=NOW)
    assert (maria.disabled_at, maria.password_hash) == (None, "a hash")
    assert not is_signed_in(session, cookie)
    assert accounts.person_of_token(session, token=token) is None
    assert events(session)[-1] == ("user.enabled", admin.id, maria.id, {})


def test_disabling_or_enabling_twice_is_noted_once(session: Session, make: Factory) -> None:
    admin, maria = make.user(role="admin"), make.user("maria")
    for act in (people.disable, people.disable, people.enable, people.enable):
        act(session, user_id=maria.id, actor_id=admin.id, now=NOW)
    assert [event[0] for event in events(session)] == ["user.disabled", "user.enabled"]


def test_a_new_role_counts_at_once_and_ends_the_sessions(session: Session, make: Factory) -> None:
    admin, maria = make.user(role="admin"), make.user("maria")
    cookie = begin_session(session, maria)
    people.change_role(session, user_id=maria.id, role="lead", actor_id=admin.id, now=NOW)
    assert maria.role == "lead"
    assert not is_signed_in(session, cookie)
    expected = ("user.role_changed", admin.id, maria.id, {"before": "annotator", "to": "lead"})
    assert events(session)[-1] == expected


def test_the_same_role_again_changes_nothing(session: Session, make: Factory) -> None:
    admin, maria = make.user(role="admin"), make.user("maria", role="lead")
    cookie = begin_session(session, maria)
    people.change_role(session, user_id=maria.id, role="lead", actor_id=admin.id, now=NOW)
    assert is_signed_in(session, cookie)


def test_nobody_disables_enables_or_promotes_themselves(session: Session, make: Factory) -> None:
    make.user(role="admin")
    me = make.user(role="admin")
    with pytest.raises(Forbidden, match="their own account"):
        people.disable(session, user_id=me.id, actor_id=me.id, now=NOW)
    with pytest.raises(Forbidden, match="their own account"):
        people.enable(session, user_id=me.id, actor_id=me.id, now=NOW)
    with pytest.raises(Forbidden, match="their own role"):
        people.change_role(session, user_id=me.id, role="lead", actor_id=me.id, now=NOW)
    assert (me.role, me.disabled_at) == ("admin", None)


def test_the_last_administrator_stays_one(session: Session, make: Factory) -> None:
    last = make.user("anna", role="admin")
    make.user(role="admin", disabled_at=NOW)
    with pytest.raises(Conflict, match="anna is the only administrator left"):
        people.disable(session, user_id=last.id, actor_id=None, now=NOW)
    with pytest.raises(Conflict, match="anna is the only administrator left"):
        people.change_role(session, user_id=last.id, role="lead", actor_id=None, now=NOW)
    another = make.user(role="admin")
    people.disable(session, user_id=last.id, actor_id=another.id, now=NOW)
    assert last.disabled_at == NOW


def test_two_administrators_cannot_disable_each_other_at_once(database: Database) -> None:
    with database.write() as session:
        make = Factory(session)
        one, other = make.user(role="admin").id, make.user(role="admin").id

    def attempt(pair: tuple[int, int]) -> bool:
        try:
            with database.write() as session:
                people.disable(session, user_id=pair[0], actor_id=pair[1], now=NOW)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(attempt, [(one, other), (other, one)]))
    assert sorted(done) == [False, True]


@pytest.mark.parametrize("act", [people.disable, people.enable, people.invite])
def test_an_account_that_is_not_there_is_not_found(session: Session, act: object) -> None:
    assert callable(act)
    with pytest.raises(NotFound):
        act(session, user_id=12345, actor_id=None, now=NOW)
