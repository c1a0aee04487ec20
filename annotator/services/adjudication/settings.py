"""How a project adjudicates: blind first or not, and how much of it twice."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from annotator.errors import DataInvalid
from annotator.store.audit import record
from annotator.store.settling import AdjudicationSettings

NOT_A_SHARE: Final = "The share to be decided twice must be from 0 to 100 percent."


@dataclass(frozen=True, slots=True)
class Settings:
    """`blind_first`: votes are shown only after the adjudicator has decided without them.

    `second_share`, 0 to 1, of what people decide is decided again by another lead, to measure how
    far adjudicators agree.
    """

    blind_first: bool = False
    second_share: float = 0.1


def settings_of(session: Session, project_id: int) -> Settings:
    row = session.get(AdjudicationSettings, project_id)
    return Settings() if row is None else Settings(row.blind_first, row.second_share)


def change_settings(
    session: Session, *, project_id: int, settings: Settings, actor_id: int | None, now: datetime
) -> None:
    """Raises:
    DataInvalid: the share is not between 0 and 1.
    """
    if not 0 <= settings.second_share <= 1:
        raise DataInvalid(NOT_A_SHARE)
    row = session.get(AdjudicationSettings, project_id)
    if row is None:
        row = AdjudicationSettings(project_id=project_id)
        session.add(row)
    row.blind_first, row.second_share = settings.blind_first, settings.second_share
    row.changed_at = now
    session.flush()
    record(
        session,
        action="adjudication.set_up",
        at=now,
        actor_id=actor_id,
        project_id=project_id,
        blind_first=settings.blind_first,
        second_share=settings.second_share,
    )
