"""The same text with different gold: listed until it is settled, or accepted with a reason."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Final

from sqlalchemy.orm import Session

from annotator.domain.adjudication import LONGEST_REASON, Ruling
from annotator.errors import DataInvalid, NotFound
from annotator.services.adjudication.dockets import ruling_of
from annotator.store.audit import record
from annotator.store.queries import copies as queries
from annotator.store.queries.copies import CopyGold
from annotator.store.settling import AcceptedDifference

WHY_NEEDED: Final = "Say in a few words why the same text has different gold here."
WHY_TOO_LONG: Final = f"The reason is too long: shorten it to {LONGEST_REASON:,} characters."
NO_DIFFERENCE: Final = "There is no such difference any more: load the page again."


@dataclass(frozen=True, slots=True)
class At:
    """One place of the text with its gold."""

    subject_id: int
    document: str
    text: str
    ruling: Ruling


@dataclass(frozen=True, slots=True)
class Difference:
    """Gold of one question that differs between copies; `reason` once it is accepted.

    The signature stands for this very gold: when any of it changes, the difference is a new one.
    """

    cluster_id: int
    question: str
    signature: str
    places: tuple[At, ...]
    reason: str | None


def differences(session: Session, *, project_id: int) -> list[Difference]:
    """Every difference, also those that were accepted.

    Within a document only the first occurrence is looked at: later ones are repeats by definition.
    Where `content` differs, what is behind it differs by that alone, and is not listed again.
    """
    known = queries.accepted(session, project_id)
    found: list[Difference] = []
    rows = queries.gold_of_copies(session, project_id)
    for (cluster_id, question), group in groupby(rows, lambda row: (row.cluster_id, row.question)):
        places = _first_of_each(list(group))
        if len({each.ruling for each in places if each.ruling.state != "void"}) < 2:  # noqa: PLR2004 - all the same
            continue
        signature = _signature(places)
        reason = known.get((cluster_id, question, signature))
        found.append(Difference(cluster_id, question, signature, places, reason))
    return found


def accept(
    session: Session,
    *,
    project_id: int,
    cluster_id: int,
    question: str,
    signature: str,
    reason: str,
    user_id: int,
    now: datetime,
) -> None:
    """Let a difference stand, with the reason; to accept it twice changes nothing.

    Raises:
        NotFound: there is no such difference, or no longer.
        DataInvalid: no reason, or one too long.
    """
    why = reason.strip()
    if not why:
        raise DataInvalid(WHY_NEEDED)
    if len(why) > LONGEST_REASON:
        raise DataInvalid(WHY_TOO_LONG)
    wanted = (cluster_id, question, signature)
    for each in differences(session, project_id=project_id):
        if (each.cluster_id, each.question, each.signature) == wanted:
            break
    else:
        raise NotFound(NO_DIFFERENCE)
    if each.reason is not None:
        return
    session.add(
        AcceptedDifference(
            cluster_id=cluster_id,
            question=question,
            signature=signature,
            reason=why,
            accepted_by_id=user_id,
            accepted_at=now,
        )
    )
    record(
        session,
        action="difference.accepted",
        at=now,
        actor_id=user_id,
        project_id=project_id,
        object_id=cluster_id,
        question=question,
    )


def _first_of_each(rows: Sequence[CopyGold]) -> tuple[At, ...]:
    first: dict[int, CopyGold] = {}
    for row in rows:
        first.setdefault(row.document_id, row)
    return tuple(
        At(row.subject_id, row.document, row.text, ruling_of(row.state, row.alternatives))
        for row in first.values()
    )


def _signature(places: Sequence[At]) -> str:
    content = [[each.subject_id, each.ruling.state, each.ruling.alternatives] for each in places]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:32]
