"""The figures of the projects that people look at, kept in the memory of the server.

A save does nothing for them. Whoever looks asks the audit trail what has changed since the last
look, and pays for that alone. So every server process has figures of its own, which are those of
the database at the moment of the look, whoever wrote to it.

Where that would take long, because many save at once or somebody else is at it, a page has the
figures of a moment ago, which are those of one moment, too; a thread of its own brings them up to
date.
"""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from threading import Lock, Thread
from typing import Final, TypeVar

from annotator.errors import BeingCounted
from annotator.services.judging import Judgments, within
from annotator.services.live.headlines import Headline
from annotator.services.live.project import LiveProject, Pause, Scope, counted, differences
from annotator.services.scoring_frame import DEFAULT_SEED, frame_of
from annotator.store.database import Database

# Some 180 bytes each: see docs/benchmarks.md.
JUDGMENTS_AT_MOST: Final = 1_000_000
RECOUNT_AFTER: Final = 24 * 60 * 60.0
# A page takes in so many changes itself, some ten milliseconds of work, and leaves more than that
# to the background, at most so many seconds after the last time.
FEW: Final = 40
CATCH_UP_EVERY: Final = 1.0
# Figures older than this, in seconds, are not shown before somebody has tried to renew them.
OLD: Final = 60.0
BRIEFLY: Final = 0.05
# Seconds that a thread goes on for, and those that it stands back for.
_STRETCH: Final = 0.002
_BREATH: Final = 0.0005
# Where nobody waits for it, saves come first.
_LONG_BREATH: Final = 0.004

BEING_COUNTED: Final = (
    "The judgments of this project are being counted, which happens once after the server has "
    "started or a lead has changed what is counted; look again in a few seconds."
)

Result = TypeVar("Result")
Ask = Callable[[LiveProject, float | None], Result]


@dataclass(frozen=True, slots=True)
class Figures:
    """What a lead sees first: a headline for each question, and which rounds they are about.

    `age` is how many seconds ago they were right; None if they are those of the moment.
    """

    headlines: tuple[Headline, ...]
    judgments: Judgments
    age: float | None = None


@dataclass(slots=True)
class _Kept:
    """One project. `lock` is held by whoever touches the rest; while it is counted or brought up to
    date in the background, by the thread that does it. `project` is None until it is counted, and
    is that of the moment `as_of`; `error` is why the background failed. Others read `judgments`,
    how many there were when they were counted, and `shown`, the last figures with their moment.
    """

    lock: Lock = field(default_factory=Lock)
    project: LiveProject | None = None
    error: BaseException | None = None
    counted_at: float = 0.0
    as_of: float = 0.0
    judgments: int = 0
    shown: tuple[float, Figures] | None = None

    def figures(self, project: LiveProject, *, pause: Pause = lambda: None) -> Figures:
        """Those of the project, kept for whoever comes while somebody has the lock."""
        made = Figures(project.headlines(pause=pause), within(project.frame, ()))
        self.shown = self.as_of, made
        return made

    def forget(self) -> None:
        """Whatever was seen until now is no longer so."""
        self.project = self.shown = None


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
        oldest: float = OLD,
    ) -> Figures:
        """The figures of each question, and the frame they are seen in (`judgments` has no rows).

        The first look at a project counts all of it. With `patience`, in seconds, nobody waits for
        that any longer: it goes on in the background. So does what many saves have changed: then
        the figures are those of the last time, and say how old they are. Where that is more than
        `oldest` seconds, newer ones are waited for.

        Raises:
            NotFound: no round has this name.
            BeingCounted: it takes longer than the caller's patience.
            Unavailable: the database is away.
        """
        kept = self._kept_of(scope := Scope(project_id, round_name, seed))
        if patience is not None:
            shown = self._shown_meanwhile(kept, oldest)
            if shown is not None:
                return shown

        def figures(project: LiveProject, age: float | None) -> Figures:
            return replace(kept.figures(project), age=age)

        return self._look(kept, scope, patience, figures, oldest=oldest)

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

        All rows of a large project take long to make: name a question. With patience, the rows may
        be those of a second ago, or of the moment at which waiting for newer ones began.

        Raises:
            NotFound: no round has this name.
            BeingCounted: it takes longer than the caller's patience.
            Unavailable: the database is away.
        """
        kept = self._kept_of(scope := Scope(project_id, round_name, seed))

        def rows(project: LiveProject, _age: float | None) -> Judgments:
            return project.rows_of(question)

        return self._look(kept, scope, patience, rows, oldest=CATCH_UP_EVERY)

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

    def _shown_meanwhile(self, kept: _Kept, oldest: float) -> Figures | None:
        """The last figures, if somebody is at the project for longer than another look takes."""
        if kept.shown is None:
            return None
        if kept.lock.acquire(timeout=BRIEFLY):
            kept.lock.release()
            return None
        shown = kept.shown
        if shown is None or (age := self._clock() - shown[0]) > oldest:
            return None
        return replace(shown[1], age=age)

    def _look(
        self, kept: _Kept, scope: Scope, patience: float | None, ask: Ask[Result], *, oldest: float
    ) -> Result:
        """What is asked of the project, as it is now or was up to `oldest` seconds ago.

        Older only for those who have waited for the background, and found yet more to take in.
        """
        for waited in (False, True):
            if not kept.lock.acquire(timeout=-1 if patience is None else patience):
                break
            behind = False
            try:
                age = self._bring_up_to_date(kept, scope, patience, waited=waited)
                behind = kept.project is None or (age is not None and age >= CATCH_UP_EVERY)
                if kept.project is not None and (waited or age is None or age <= oldest):
                    return ask(kept.project, age)
            finally:
                if behind:
                    self._hand_over(kept, scope)
                else:
                    kept.lock.release()
        raise BeingCounted(BEING_COUNTED)

    def _bring_up_to_date(
        self, kept: _Kept, scope: Scope, patience: float | None, *, waited: bool
    ) -> float | None:
        """Without patience, or where little has changed, now; else the age of what is there.

        No project is there if it must be counted, and nobody wants to wait for that.
        """
        error, kept.error = kept.error, None
        if error is not None and waited:
            raise error
        if patience is None:
            late = not self._take_in(kept, pause=_Breathing())
        else:
            late = not self._take_in(kept, pause=_hurry, most=FEW)
        if kept.project is None and patience is None:
            self._count(kept, scope)
        elif kept.project is not None and self._clock() - kept.counted_at > RECOUNT_AFTER:
            kept.counted_at = self._clock()
            Thread(target=self._recount, args=(kept, scope), daemon=True).start()
        return self._clock() - kept.as_of if late else None

    def _take_in(self, kept: _Kept, *, pause: Pause, most: float = math.inf) -> bool:
        """Take in what has changed; False if these are more than `most`, which another has to do.

        The project is gone afterwards where all must be counted anew.
        """
        project, now = kept.project, self._clock()
        if project is None:
            return True
        with self._database.read() as session:
            behind = project.behind(session)
            if behind is None:
                kept.forget()
                return True
            if len(behind.assignments) > most:
                return False
            # Until this has gone well, nothing is kept: no figure of half a change is ever shown.
            kept.project = None
            project.take_in(session, behind, pause=pause)
        kept.project, kept.as_of = project, now
        return True

    def _count(self, kept: _Kept, scope: Scope) -> None:
        now = self._clock()
        with self._database.read() as session:
            kept.project = counted(session, scope, pause=_Breathing())
        kept.counted_at, kept.as_of = self._clock(), now
        kept.judgments = kept.project.judgments
        self._make_room(scope)

    def _hand_over(self, kept: _Kept, scope: Scope) -> None:
        """To a thread that is handed the lock, and gives it back."""
        try:
            Thread(target=self._renew_behind, args=(kept, scope), daemon=True).start()
        except RuntimeError:
            # The machine has no thread left: whoever comes next must not wait for one.
            kept.lock.release()
            raise

    def _renew_behind(self, kept: _Kept, scope: Scope) -> None:
        """Count, or take in what has changed, in a thread of its own, which was handed the lock."""
        try:
            pause = _Breathing(_LONG_BREATH)
            self._take_in(kept, pause=pause)
            if kept.project is None:
                self._count(kept, scope)
            if kept.project is not None:
                kept.figures(kept.project, pause=pause)
        except Exception as error:  # noqa: BLE001 - whoever waits for it gets to see it
            kept.error = error
        finally:
            kept.lock.release()

    def _recount(self, kept: _Kept, scope: Scope) -> list[str]:
        with self._database.read() as session:
            fresh = counted(session, scope, pause=_Breathing())
        with kept.lock:
            project, kept.project = kept.project, None
            now = self._clock()
            with self._database.read() as session:
                both = all(
                    each.update(session, pause=_Breathing()) for each in (project or fresh, fresh)
                )
            if not both:
                kept.forget()
                return []
            differing = [] if project is None else differences(project, fresh)
            kept.project, kept.counted_at, kept.as_of = fresh, self._clock(), now
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


def _hurry() -> None:
    """Somebody waits for it, and it is little."""


class _Breathing:
    """Lets the threads that save go first, every few milliseconds of work.

    A thread that computes holds the interpreter for five milliseconds whenever another one wants
    it, and a save wants it a dozen times.
    """

    def __init__(self, breath: float = _BREATH) -> None:
        self._breath = breath
        self._since = time.perf_counter()

    def __call__(self) -> None:
        if time.perf_counter() - self._since > _STRETCH:
            time.sleep(self._breath)
            self._since = time.perf_counter()
