"""What has changed since: the audit trail as a feed.

Whatever changes a project notes it in the trail in the same transaction, and writers pass the
locked head of the trail one by one until they have committed. So on SQLite and PostgreSQL alike the
events of a snapshot are the first so many of the trail without a gap, in the order of the commits,
which neither ids of other tables nor times promise. The hash of an event stands for all before it:
where it is another one, this is another history, such as that of a backup that was restored.
"""

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from annotator.store.audit import AuditEvent, AuditHead


@dataclass(frozen=True, slots=True)
class Mark:
    """How far the trail goes: its last event, and the hash of that."""

    event_id: int
    hash: str


@dataclass(frozen=True, slots=True)
class Change:
    """`object_id` and `assignment_id` are of what was changed, where the event names any."""

    action: str
    object_id: int | None
    assignment_id: int | None


def end(session: Session) -> Mark | None:
    """Where the trail ends now; None if its head is missing."""
    row = session.execute(
        select(AuditHead.event_id, AuditHead.hash).where(AuditHead.id == 1)
    ).one_or_none()
    return None if row is None else Mark(row.event_id, row.hash)


def holds(session: Session, mark: Mark) -> bool:
    """Whether the trail still goes through the mark."""
    if mark.event_id == 0:
        return True
    found = session.scalar(select(AuditEvent.hash).where(AuditEvent.id == mark.event_id))
    return found == mark.hash


def since(session: Session, mark: Mark, project_id: int) -> list[Change]:
    """What happened after the mark in the project, or outside of all projects, in order."""
    rows = session.execute(
        select(AuditEvent.action, AuditEvent.object_id, AuditEvent.details)
        .where(
            AuditEvent.id > mark.event_id,
            or_(AuditEvent.project_id == project_id, AuditEvent.project_id.is_(None)),
        )
        .order_by(AuditEvent.id)
    )
    return [Change(row.action, row.object_id, row.details.get("assignment")) for row in rows]
