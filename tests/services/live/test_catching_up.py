"""Who looks while many save sees the figures of one moment, and waits for nobody."""

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from annotator.errors import BeingCounted, Unavailable
from annotator.services.live import LiveAgreement, keeping
from annotator.services.live.keeping import CATCH_UP_EVERY, OLD, Figures
from annotator.services.live.project import Behind, LiveProject, Pause, Scope, counted
from annotator.store.database import Database
from tests.services.live import world
from tests.services.live.test_live_agreement import assert_same_figures, batch
from tests.services.live.world import Living

LONG = 10.0


class TakingIn:
    """Stands before what takes changes in: it can be held up, and can fail."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sizes: list[int] = []
        self.may_go_on = threading.Event()
        self.may_go_on.set()
        self.error: Exception | None = None
        take_in = LiveProject.take_in

        def held_up(
            project: LiveProject, session: Session, behind: Behind, *, pause: Pause
        ) -> None:
            self.sizes.append(len(behind.assignments))
            assert self.may_go_on.wait(LONG)
            if self.error is not None:
                raise self.error
            take_in(project, session, behind, pause=pause)

        monkeypatch.setattr(LiveProject, "take_in", held_up)


class Looker:
    """A lead who looks at the living project with patience, on a clock that stands still."""

    def __init__(self, living: Living) -> None:
        self.living = living
        self.now = 100.0
        self.live = LiveAgreement(living.database, clock=lambda: self.now)

    def looks(self, patience: float = LONG) -> Figures:
        return self.live.headlines(project_id=self.living.project_id, patience=patience)

    def waits_for_the_background(self) -> None:
        (kept,) = self.live._kept.values()
        assert kept.lock.acquire(timeout=LONG)
        kept.lock.release()


def save_many(living: Living) -> None:
    """More than whoever looks takes in; what people said before, they now say otherwise."""
    for assignment in living.assignments("done")[: 2 * keeping.FEW]:
        living.saves(assignment)


@pytest.fixture
def taking_in(monkeypatch: pytest.MonkeyPatch) -> TakingIn:
    monkeypatch.setattr(keeping, "FEW", 3)
    return TakingIn(monkeypatch)


@pytest.fixture
def looker(database: Database, taking_in: TakingIn) -> Iterator[Looker]:
    looker = Looker(Living.begun(database, 1, documents=6))
    looker.looks()
    taking_in.sizes.clear()
    yield looker
    # The database must not go before the thread that reads it.
    taking_in.may_go_on.set()
    looker.waits_for_the_background()


def test_few_changes_are_taken_in_by_whoever_looks(looker: Looker, taking_in: TakingIn) -> None:
    for _ in range(3):
        world.save_one(looker.living)
    found = looker.looks()
    assert found.age is None
    assert_same_figures(found.headlines, batch(looker.living))
    assert len(taking_in.sizes) == 1


def test_many_are_left_to_the_background_and_the_figures_say_how_old_they_are(
    looker: Looker, taking_in: TakingIn
) -> None:
    before = batch(looker.living)
    save_many(looker.living)
    looker.now += 5
    taking_in.may_go_on.clear()
    for _ in range(2):
        found = looker.looks()
        assert found.age == 5
        assert_same_figures(found.headlines, before)
    taking_in.may_go_on.set()
    looker.waits_for_the_background()
    found = looker.looks()
    assert found.age is None
    assert_same_figures(found.headlines, batch(looker.living))
    # Once in the background, and then there was nothing more.
    assert [size > keeping.FEW for size in taking_in.sizes] == [True, False]


def test_nothing_goes_on_in_the_background_more_often_than_every_second(
    looker: Looker, taking_in: TakingIn
) -> None:
    save_many(looker.living)
    looker.now += CATCH_UP_EVERY / 2
    assert looker.looks().age == CATCH_UP_EVERY / 2
    looker.waits_for_the_background()
    assert taking_in.sizes == []
    looker.now += CATCH_UP_EVERY / 2
    assert looker.looks().age == CATCH_UP_EVERY
    looker.waits_for_the_background()
    assert len(taking_in.sizes) == 1


def test_old_figures_are_renewed_before_they_are_shown(looker: Looker) -> None:
    save_many(looker.living)
    looker.now += OLD + 1
    found = looker.looks()
    assert found.age is None
    assert_same_figures(found.headlines, batch(looker.living))


def test_whoever_wants_no_old_figures_waits_for_newer_ones(looker: Looker) -> None:
    save_many(looker.living)
    looker.now += CATCH_UP_EVERY + 1
    found = looker.live.headlines(
        project_id=looker.living.project_id, patience=LONG, oldest=CATCH_UP_EVERY
    )
    assert found.age is None
    assert_same_figures(found.headlines, batch(looker.living))


def test_a_machine_without_a_thread_left_keeps_nobody_waiting(
    looker: Looker, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_many(looker.living)
    looker.now += 5

    def fail(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", fail)
        with pytest.raises(RuntimeError):
            looker.looks()
    assert looker.looks(patience=0.01).age == 5


def test_old_figures_are_not_shown_while_newer_ones_take_long(
    looker: Looker, taking_in: TakingIn
) -> None:
    save_many(looker.living)
    looker.now += OLD + 1
    taking_in.may_go_on.clear()
    for _ in range(2):
        with pytest.raises(BeingCounted):
            looker.looks(patience=0.01)


def test_whoever_has_no_patience_to_state_waits_and_is_exact(looker: Looker) -> None:
    save_many(looker.living)
    found = looker.live.headlines(project_id=looker.living.project_id)
    assert found.age is None
    assert_same_figures(found.headlines, batch(looker.living))


def test_rows_are_never_older_than_a_second(looker: Looker, taking_in: TakingIn) -> None:
    project_id = looker.living.project_id
    before = batch(looker.living)
    save_many(looker.living)
    assert looker.live.judgments(project_id=project_id, patience=LONG) == before
    assert taking_in.sizes == []
    looker.now += CATCH_UP_EVERY + 1
    assert looker.live.judgments(project_id=project_id, patience=LONG) == batch(looker.living)


def test_where_the_background_fails_whoever_waits_hears_why_and_all_is_counted_anew(
    looker: Looker, taking_in: TakingIn
) -> None:
    save_many(looker.living)
    looker.now += OLD + 1
    taking_in.error = Unavailable("The database is away.")
    with pytest.raises(Unavailable, match="away"):
        looker.looks()
    taking_in.error = None
    found = looker.looks()
    assert found.age is None
    assert_same_figures(found.headlines, batch(looker.living))


def test_what_a_lead_has_changed_is_never_hidden_by_figures_of_before(
    looker: Looker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A round that is closed leaves out what is saved later: nothing of before is right."""
    world.close(looker.living)
    may_go_on = threading.Event()

    def held_up(session: Session, scope: Scope, *, pause: Pause) -> LiveProject:
        assert may_go_on.wait(LONG)
        return counted(session, scope, pause=pause)

    monkeypatch.setattr(keeping, "counted", held_up)
    for _ in range(2):
        with pytest.raises(BeingCounted):
            looker.looks(patience=0.01)
    may_go_on.set()
    assert_same_figures(looker.looks().headlines, batch(looker.living))
