"""Tries to sign in, counted in the database, so that guessing is slow on every server at once.

A try is counted before the password is looked at and forgotten when it fits: many tries at the same
moment then cannot all slip under the limit.
"""

import hashlib
import math
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from annotator.domain import person_name
from annotator.errors import TooManyTries
from annotator.store.people import SignInTry
from annotator.store.queries.people import wait_for_turn

WINDOW = timedelta(minutes=5)
TRIES_PER_NAME = 10
TRIES_PER_ADDRESS = 100

TOO_MANY = "Too many tries to sign in; wait {minutes} and try again."


def count_try(session: Session, *, name: str, address: str, now: datetime) -> int:
    """Count a try; returns its id, for `forget_try`.

    Raises:
        TooManyTries: of this name or from this address, with the seconds to wait; not counted.
    """
    wait_for_turn(session)
    name_hash, network = _hash_of(name), _network(address)
    seconds = max(
        _wait(session, SignInTry.name_hash == name_hash, limit=TRIES_PER_NAME, now=now),
        _wait(session, SignInTry.address == network, limit=TRIES_PER_ADDRESS, now=now),
    )
    if seconds:
        raise TooManyTries(TOO_MANY.format(minutes=_in_words(seconds)), retry_after=seconds)
    counted = SignInTry(name_hash=name_hash, address=network, at=now)
    session.add(counted)
    session.flush()
    return counted.id


def forget_try(session: Session, *, try_id: int, now: datetime) -> None:
    """The password fitted: the try does not count, nor do those too old to matter."""
    session.execute(
        delete(SignInTry).where((SignInTry.id == try_id) | (SignInTry.at <= now - WINDOW))
    )


def _wait(session: Session, same: ColumnElement[bool], *, limit: int, now: datetime) -> int:
    """Seconds until fewer than `limit` tries are younger than the window; 0 when they are."""
    newest = select(SignInTry.at).where(same, SignInTry.at > now - WINDOW)
    decisive = session.scalar(newest.order_by(SignInTry.at.desc()).offset(limit - 1).limit(1))
    return 0 if decisive is None else max(1, math.ceil((decisive + WINDOW - now).total_seconds()))


def _hash_of(name: str) -> str:
    """People type their password into the wrong field now and then: it is not kept as typed."""
    key = person_name.key(name)
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def _network(address: str) -> str:
    """An IPv6 subscriber owns a whole /64 and could change address with every try."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or ip_network((parsed, 64), strict=False))
    return address


def _in_words(seconds: int) -> str:
    minutes = math.ceil(seconds / 60)
    return "a minute" if minutes == 1 else f"{minutes} minutes"
