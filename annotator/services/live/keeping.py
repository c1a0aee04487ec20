"""The figures of the projects that people look at, kept in the memory of the server.

A save does nothing for them. Whoever looks asks the audit trail what has changed since the last
look, and pays for that alone. So every server process has figures of its own, which are those of
the database at the moment of the look, whoever wrote to it.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock, Thread
from typing import Final, TypeVar

from annotator.errors import BeingCounted
from annotator.services.judging import Judgments, within
from annotator.services.live.headlines import Headline
from annotator.services.live.project import LiveProject, Scope, counted, differences
from annotator.services.scoring_frame import DEFAULT_SEED, frame_of
from annotator.store.database import Database

# Some 180 bytes each: see docs/benchmarks.md.
JUDGMENTS_AT_MOST: Final = 1_000_000
RECOUNT_AFTER: Final = 24 * 60 * 60.0
# Seconds that a thread goes on for, and those that it stands back for.
_STRETCH: Final = 0.002
_BREATH: Final = 0.0005

BEING_COUNTED: Final = (
    "The judgments of this project are being counted, which happens once after the server has "
    "started or a lead has changed what is counted; look again in a few seconds."
)

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Figures:
    """What a lead sees first: a headline for each question, and which rounds they are about."""

    headlines: tuple[Headline, ...]
    judgments: Judgments


@dataclass(slots=True)
class _Kept:
    """One project. `lock` is held by whoever touches the rest; while it is counted, by the thread
    that counts. `project` is None until then, `error` is why counting failed. Only `judgments`, how
    many there were when they were counted, is read by others.
    """

    lock: Lock = field(default_factory=Lock)
    project: LiveProject | None = None
    error: BaseException | None = None
    counted_at: float = 0.0
    judgments: int = 0


def _ignore(_project_id: int, _questions: list[str]) -> None:
    pass


class LiveAgreement:
    """Agreement of any project, right at the moment it is asked for; for many threads.

    Args:
        database: where the judgments are.
        judgments_at_most: projects that nobody looked at for longest are forgotten beyond that.
        clock: seconds, for the daily recount.
        told: called with a project and its questions whose figures were not those of a recount.
    """

    def __init__(
        self,
        database: Database,
        *,
        judgments_at_most: int = JUDGMENTS_AT_MOST,
        clock: Callable[[], float] = time.monotonic,
        told: Callable[[int, list[str]], None] = _ignore,
    ) -> None:
        self._database = database
        self._most = judgments_at_most
        self._clock = clock
        self._told = told
        self._guard = Lock()
        self._kept: OrderedDict[Scope, _Kept] = OrderedDict()

    def headlines(
        self,
        *,
        project_id: int,
        round_name: str | None = None,
        seed: int = DEFAULT_SEED,
        patience: float | None = None,
    ) -> Figures:
        """The figures of each question, and the frame they are seen in (`judgments` has no rows).

        The first look at a project counts all of it. With `patience`, in seconds, nobody waits for
        that any longer: it goes on in the background.

        Raises:
            NotFound: no round has this name.
            BeingCounted: it takes longer than the caller's patience.
            Unavailable: the database is away.
        """
        return self._look(
            Scope(project_id, round_name, seed),
            patience,
            lambda project: Figures(project.headlines(), within(project.frame, ())),
        )

    def judgments(
        self,
        *,
        project_id: int,
        round_name: str | None = None,
        question: str | None = None,
        seed: int = DEFAULT_SEED,
        patience: float | None = None,
    ) -> Judgments:
        """What `project_judgments` gives, or the part of it that is about one question.

        All rows of a large project take long to make: name a question. Patience is as for
        `headlines`.

        Raises:
            NotFound: no round has this name.
            BeingCounted: it takes longer than the caller's patience.
            Unavailable: the database is away.
        """
        return self._look(
            Scope(project_id, round_name, seed),
            patience,
            lambda project: project.rows_of(question),
        )

    def recount(
        self, *, project_id: int, round_name: str | None = None, seed: int = DEFAULT_SEED
    ) -> list[str]:
        """Count all anew, which stands from now on; the questions whose figures were other ones.

        Happens by itself, in the background, to what is looked at a day after it was counted.

        Raises:
            NotFound: no round has this name.
            Unavailable: the database is away.
        """
        scope = Scope(project_id, round_name, seed)
        return self._recount(self._kept_of(scope), scope)

    def _look(
        self, scope: Scope, patience: float | None, ask: Callable[[LiveProject], Result]
    ) -> Result:
        kept = self._kept_of(scope)
        for waited in (False, True):
            if not kept.lock.acquire(timeout=-1 if patience is None else patience):
                break
            counting = False
            try:
                project = self._at_hand(kept, scope, patience, waited=waited)
                if project is not None:
                    return ask(project)
                Thread(target=self._count_behind, args=(kept, scope), daemon=True).start()
                counting = True
            finally:
                if not counting:
                    kept.lock.release()
        raise BeingCounted(BEING_COUNTED)

    def _at_hand(
        self, kept: _Kept, scope: Scope, patience: float | None, *, waited: bool
    ) -> LiveProject | None:
        """The project as it is now; None if it must be counted and nobody wants to wait."""
        error, kept.error = kept.error, None
        if error is not None and waited:
            raise error
        project, kept.project = kept.project, None
        if project is not None:
            # Until this has gone well, nothing is kept: no figure of half a change is ever shown.
            with self._database.read() as session:
                if project.update(session, pause=_Breathing()):
                    kept.project = project
        if kept.project is None and patience is None:
            self._count(kept, scope)
        elif kept.project is not None and self._clock() - kept.counted_at > RECOUNT_AFTER:
            kept.counted_at = self._clock()
            Thread(target=self._recount, args=(kept, scope), daemon=True).start()
        return kept.project

    def _count(self, kept: _Kept, scope: Scope) -> None:
        with self._database.read() as session:
            kept.project = counted(session, scope, pause=_Breathing())
        kept.counted_at, kept.judgments = self._clock(), kept.project.judgments
        self._make_room(scope)

    def _count_behind(self, kept: _Kept, scope: Scope) -> None:
        """Count in a thread of its own, which was handed the lock."""
        try:
            self._count(kept, scope)
        except Exception as error:  # noqa: BLE001 - whoever waits for it gets to see it
            kept.error = error
        finally:
            kept.lock.release()

    def _recount(self, kept: _Kept, scope: Scope) -> list[str]:
        with self._database.read() as session:
            fresh = counted(session, scope, pause=_Breathing())
        with kept.lock:
            project, kept.project = kept.project, None
            with self._database.read() as session:
                both = (project or fresh).update(session) and fresh.update(session)
            if not both:
                return []
            differing = [] if project is None else differences(project, fresh)
            kept.project, kept.counted_at = fresh, self._clock()
        if differing:
            self._told(scope.project_id, differing)
        return differing

    def _kept_of(self, scope: Scope) -> _Kept:
        with self._guard:
            if scope in self._kept:
                self._kept.move_to_end(scope)
                return self._kept[scope]
        # A round that does not exist is not remembered.
        with self._database.read() as session:
            frame_of(session, project_id=scope.project_id, round_name=scope.round_name)
        with self._guard:
            return self._kept.setdefault(scope, _Kept())

    def _make_room(self, scope: Scope) -> None:
        """Forget what nobody looked at for longest, but never what is looked at now."""
        with self._guard:
            sizes = {each: kept.judgments for each, kept in self._kept.items()}
            for each in list(sizes):
                if sum(sizes.values()) > self._most and each != scope:
                    del self._kept[each], sizes[each]


class _Breathing:
    """Lets the threads that save go first, every few milliseconds of work.

    A thread that computes holds the interpreter for five milliseconds whenever another one wants
    it, and a save wants it a dozen times.
    """

    def __init__(self) -> None:
        self._since = time.perf_counter()

    def __call__(self) -> None:
        if time.perf_counter() - self._since > _STRETCH:
            time.sleep(_BREATH)
            self._since = time.perf_counter()
