"""Bearer tokens for scripts: shown once when made, revoked by their owner."""

from datetime import datetime

from sqlalchemy.orm import Session

from annotator.errors import Conflict, NotFound
from annotator.services.accounts import hash_of_token, new_token
from annotator.store import audit
from annotator.store.people import ApiToken, User

NO_SUCH_TOKEN = "This token has been revoked already."  # noqa: S105 - a sentence
OWNER_DISABLED = "{name} is disabled, and a token would not work; enable the account first."


def make_token(session: Session, *, user_id: int, actor_id: int | None, now: datetime) -> str:
    """A new token of this person; `actor_id` is None on the command line.

    Raises:
        Conflict: the account is disabled.
    """
    user = session.get_one(User, user_id)
    if user.disabled_at is not None:
        raise Conflict(OWNER_DISABLED.format(name=user.name))
    token = new_token()
    row = ApiToken(token_hash=hash_of_token(token), user_id=user_id, created_at=now)
    session.add(row)
    session.flush()
    audit.record(session, action="token.made", at=now, actor_id=actor_id, object_id=row.id)
    return token


def revoke_token(session: Session, *, token_id: int, user_id: int, now: datetime) -> None:
    """End one of a person's own tokens.

    Raises:
        NotFound: it is not theirs, or is revoked.
    """
    row = session.get(ApiToken, token_id)
    if row is None or row.user_id != user_id or row.revoked_at is not None:
        raise NotFound(NO_SUCH_TOKEN)
    row.revoked_at = now
    audit.record(session, action="token.revoked", at=now, actor_id=user_id, object_id=row.id)
