"""The audit trail: who did what when, in a chain of hashes that shows any later change.

Events hold ids only, so that a person can be forgotten without breaking the chain. They are
collected while a transaction runs and written last, under the one locked head row: writers meet
there for as short a time as can be.
"""

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, bindparam, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from annotator.store.base import Base, Id, table_of

FIRST_HASH = "0" * 64
_PENDING = "audit_events"


class AuditEvent(Base):
    """Append-only; triggers refuse UPDATE and DELETE on both databases."""

    __tablename__ = "audit_events"

    id: Mapped[Id]
    at: Mapped[datetime]
    actor_id: Mapped[int | None]
    action: Mapped[str] = mapped_column(index=True)
    project_id: Mapped[int | None] = mapped_column(index=True)
    object_id: Mapped[int | None]
    details: Mapped[dict[str, Any]]
    hash: Mapped[str]


class AuditHead(Base):
    """The one row that holds the end of the chain."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("id = 1", name="single_row"),)

    id: Mapped[Id]
    event_id: Mapped[int]
    hash: Mapped[str]


# Made once, for the sake of every save: see `annotator.store.statements`.
_events, _head = table_of(AuditEvent), table_of(AuditHead)
_LOCKED_HEAD = select(_head.c.event_id, _head.c.hash).where(_head.c.id == 1).with_for_update()
_ADD_EVENTS = insert(_events)
_MOVE_HEAD = (
    update(_head).where(_head.c.id == 1).values(event_id=bindparam("last"), hash=bindparam("end"))
)


def record(
    session: Session,
    *,
    action: str,
    at: datetime,
    actor_id: int | None,
    project_id: int | None = None,
    object_id: int | None = None,
    **details: float | str | bool | None,
) -> None:
    """Note an event; `Database.write` appends it to the chain just before it commits.

    `action` is `<thing>.<verb in the past>`, such as `annotation.saved`. `details` hold ids, counts
    and codes, never names or text.
    """
    event = {
        "at": at,
        "actor_id": actor_id,
        "action": action,
        "project_id": project_id,
        "object_id": object_id,
        "details": details,
    }
    session.info.setdefault(_PENDING, []).append(event)


def append_pending(session: Session) -> None:
    """Write the noted events. Called by `Database.write`, last in its transaction."""
    events = session.info.pop(_PENDING, [])
    if not events:
        return
    session.flush()
    head = session.execute(_LOCKED_HEAD).one()
    number, last = head.event_id, head.hash
    for event in events:
        number += 1
        last = chained(last, number, event)
        event |= {"id": number, "hash": last}
    session.execute(_ADD_EVENTS, events)
    session.execute(_MOVE_HEAD, {"last": number, "end": last})


def chained(previous: str, number: int, event: dict[str, Any]) -> str:
    """The SHA-256 of an event together with that of the event before it, in hex."""
    content = json.dumps(
        [
            previous,
            number,
            event["at"].isoformat(timespec="microseconds"),
            event["actor_id"],
            event["action"],
            event["project_id"],
            event["object_id"],
            event["details"],
        ],
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
    )
    return hashlib.sha256(content.encode()).hexdigest()


def broken_links(session: Session) -> Iterator[str]:
    """A sentence for every audit row that was changed, removed or reordered."""
    number, last = 0, FIRST_HASH
    for event in session.scalars(
        select(AuditEvent).order_by(AuditEvent.id).execution_options(yield_per=1000)
    ):
        if event.id != number + 1:
            yield f"Audit rows {number + 1} to {event.id - 1} are missing."
        elif chained(last, event.id, _content(event)) != event.hash:
            yield f"Audit row {event.id} ({event.action}) is not what was written."
        number, last = event.id, event.hash
    head = session.get_one(AuditHead, 1)
    if (head.event_id, head.hash) != (number, last):
        yield f"The audit trail should end with row {head.event_id}, but its last row is {number}."


def _content(event: AuditEvent) -> dict[str, Any]:
    return {
        "at": event.at,
        "actor_id": event.actor_id,
        "action": event.action,
        "project_id": event.project_id,
        "object_id": event.object_id,
        "details": event.details,
    }
