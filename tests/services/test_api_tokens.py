import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from annotator.errors import Conflict, NotFound
from annotator.services import accounts, api_tokens
from annotator.store import audit
from annotator.store.audit import AuditEvent
from annotator.store.people import ApiToken
from tests.factories import NOW, Factory


def test_a_new_token_works_and_is_not_kept_as_such(session: Session, make: Factory) -> None:
    alice = make.user("alice")
    token = api_tokens.make_token(session, user_id=alice.id, actor_id=alice.id, now=NOW)
    person = accounts.person_of_token(session, token=token)
    assert person is not None
    assert person.name == "alice"
    assert session.scalars(select(ApiToken.token_hash)).one() != token


def test_a_person_may_have_several(session: Session, make: Factory) -> None:
    alice = make.user()
    tokens = [
        api_tokens.make_token(session, user_id=alice.id, actor_id=None, now=NOW) for _ in range(3)
    ]
    assert all(accounts.person_of_token(session, token=token) for token in tokens)


def test_a_revoked_token_no_longer_works(session: Session, make: Factory) -> None:
    alice = make.user()
    token = api_tokens.make_token(session, user_id=alice.id, actor_id=alice.id, now=NOW)
    row = session.scalars(select(ApiToken)).one()
    api_tokens.revoke_token(session, token_id=row.id, user_id=alice.id, now=NOW)
    assert accounts.person_of_token(session, token=token) is None
    with pytest.raises(NotFound, match="revoked already"):
        api_tokens.revoke_token(session, token_id=row.id, user_id=alice.id, now=NOW)
    audit.append_pending(session)
    assert session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all() == [
        "token.made",
        "token.revoked",
    ]


def test_nobody_revokes_the_token_of_another(session: Session, make: Factory) -> None:
    alice, bob = make.user(), make.user()
    token = api_tokens.make_token(session, user_id=alice.id, actor_id=alice.id, now=NOW)
    row = session.scalars(select(ApiToken)).one()
    with pytest.raises(NotFound):
        api_tokens.revoke_token(session, token_id=row.id, user_id=bob.id, now=NOW)
    assert accounts.person_of_token(session, token=token) is not None


def test_a_disabled_person_gets_none(session: Session, make: Factory) -> None:
    alice = make.user("alice", disabled_at=NOW)
    with pytest.raises(Conflict, match="alice is disabled"):
        api_tokens.make_token(session, user_id=alice.id, actor_id=None, now=NOW)
    assert session.scalars(select(ApiToken)).all() == []
