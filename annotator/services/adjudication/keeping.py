"""The dockets of the projects that leads look at, kept in the memory of the server."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Final, TypeVar

from sqlalchemy.orm import Session

from annotator.services.adjudication.index import Docket
from annotator.store.database import Database

PROJECTS_AT_MOST: Final = 4
# Subjects between two breaths, so that threads that save go first while all is read.
STRETCH: Final = 200
BREATH: Final = 0.0005

Result = TypeVar("Result")


@dataclass(slots=True)
class _Kept:
    lock: Lock = field(default_factory=Lock)
    docket: Docket | None = None


class Dockets:
    """The dockets of the projects that leads look at; for many threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._guard = Lock()
        self._kept: OrderedDict[int, _Kept] = OrderedDict()

    def look(self, project_id: int, ask: Callable[[Session, Docket], Result]) -> Result:
        """What `ask` makes of the docket as it is now. The first look at a project reads it all.

        Raises:
            Unavailable: the database is away.
        """
        kept = self._kept_of(project_id)
        with kept.lock, self._database.read() as session:
            docket, kept.docket = kept.docket, None
            # Until this has gone well, nothing is kept: half a change is never shown.
            if docket is None or not docket.update(session):
                docket = Docket(project_id)
                docket.read(session, _Breathing())
            kept.docket = docket
            return ask(session, docket)

    def _kept_of(self, project_id: int) -> _Kept:
        with self._guard:
            kept = self._kept.setdefault(project_id, _Kept())
            self._kept.move_to_end(project_id)
            while len(self._kept) > PROJECTS_AT_MOST:
                self._kept.popitem(last=False)
            return kept


class _Breathing:
    def __init__(self) -> None:
        self._number = 0

    def __call__(self) -> None:
        self._number += 1
        if self._number % STRETCH == 0:
            time.sleep(BREATH)
