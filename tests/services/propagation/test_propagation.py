import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from annotator.errors import Conflict, DataInvalid, NotFound
from annotator.services.assigning import assign
from annotator.services.judging import project_judgments
from annotator.services.propagation import batches, deciding, following, showing
from annotator.services.propagation.batches import Propagated
from annotator.services.propagation.following import Errors, FollowReport
from annotator.store.labelling import Assignment, Round
from annotator.store.settling import Propagation
from tests.factories import NOW, Factory
from tests.services.propagation.world import BANNER, CHANGED, NOISE, TEXT, Repeats, repeats

BANNER_CHOICE = "boilerplate.banner"
REPEATED = {"content": ["boilerplate"], "noise_type": ["repeat"]}


@pytest.fixture
def world(make: Factory) -> Repeats:
    return repeats(make)


def decide(world: Repeats, choice: str = BANNER_CHOICE, **given: object) -> Propagated:
    facts = {"cluster_id": world.cluster(), "actor_id": None, "now": NOW} | given
    return deciding.decide(
        world.session,
        project_id=world.project.id,
        choice=choice,
        **facts,  # type: ignore[arg-type]
    )


def follow(world: Repeats) -> FollowReport:
    return following.follow(world.session, project_id=world.project.id, actor_id=None, now=NOW)


def undo(world: Repeats, batch_id: int) -> int:
    return batches.undo(
        world.session, project_id=world.project.id, batch_id=batch_id, actor_id=None, now=NOW
    )


def test_one_decision_settles_all_lines_nearly_the_same_ones_too(world: Repeats) -> None:
    world.bring(0, BANNER, CHANGED, BANNER)
    done = decide(world)
    assert done.settled == 3
    assert set(world.gold()) == {*world.lines(), *world.lines(CHANGED)}
    assert world.gold()[world.lines()[0]] == {
        "content": [["boilerplate"]],
        "noise_type": [["banner"]],
    }


def test_main_text_goes_to_the_same_text_only(world: Repeats) -> None:
    world.bring(0, BANNER, CHANGED, BANNER)
    decide(world, "main")
    assert list(world.gold()) == world.lines()


def test_of_repeats_the_first_in_a_document_stays(world: Repeats) -> None:
    world.bring(0, f"{BANNER}\n\n{BANNER}\n\n{BANNER}")
    decide(world, "boilerplate.repeat")
    assert list(world.gold()) == world.lines()[1:]


def test_the_lead_is_told_how_many_lines_what_is_proposed_settles(world: Repeats) -> None:
    def settles() -> tuple[str | None, int]:
        facts = {"project_id": world.project.id}
        row, _ = showing.members_shown(world.session, cluster_id=world.cluster(), **facts)
        (shown,) = showing.clusters_shown(world.session, [row], lang="en", **facts)
        return shown.proposed, shown.settles

    world.bring(0, f"{BANNER}\n\n{BANNER}\n\n{BANNER}")
    world.label(world.lines()[2], REPEATED)
    assert settles() == ("boilerplate.repeat", 2)
    decide(world, "boilerplate.repeat")
    assert settles() == ("boilerplate.repeat", 0)


def test_a_line_can_be_left_out_before_and_after(world: Repeats) -> None:
    world.bring(0, BANNER, BANNER, BANNER)
    first, second, third = world.lines()
    done = decide(world, left_out=[first])
    batches.leave_out(
        world.session,
        project_id=world.project.id,
        batch_id=done.batch_id,
        subject_id=second,
        actor_id=None,
        now=NOW,
    )
    assert list(world.gold()) == [third]
    assert follow(world) == FollowReport(0, 0, 0, 0)


def test_open_tasks_are_taken_back_and_come_back_with_undo(world: Repeats) -> None:
    world.bring(0, BANNER, BANNER)
    task = world.given(world.lines()[0])
    done = decide(world)
    assert (task.state, done.taken_back) == ("withdrawn", 1)
    assert undo(world, done.batch_id) == 2
    assert task.state == "open"
    assert world.gold() == {}
    with pytest.raises(Conflict):
        undo(world, done.batch_id)


def test_a_line_that_someone_calls_text_is_left_to_adjudication(world: Repeats) -> None:
    world.bring(0, BANNER, BANNER)
    first, second = world.lines()
    world.label(first, TEXT)
    decide(world)
    assert list(world.gold()) == [second]


def test_what_is_settled_cannot_be_settled_again(world: Repeats) -> None:
    world.bring(0, BANNER, BANNER)
    decide(world)
    with pytest.raises(DataInvalid, match="Nothing was decided"):
        decide(world)
    with pytest.raises(DataInvalid, match="Choose what"):
        decide(world, "nonsense")
    with pytest.raises(NotFound):
        decide(world, cluster_id=10_000)
    with pytest.raises(NotFound):
        undo(world, 10_000)


def test_new_documents_of_the_source_join_a_decision_and_others_do_not(world: Repeats) -> None:
    world.bring(0, BANNER, BANNER)
    done = decide(world)
    world.bring(5, CHANGED)
    world.bring(7, BANNER, source="Herald")
    assert follow(world).settled == 1
    assert set(world.gold()) == {*world.lines()[:2], *world.lines(CHANGED)}
    assert undo(world, done.batch_id) == 3


def test_one_label_settles_nothing(world: Repeats) -> None:
    world.bring(0, BANNER, BANNER, BANNER)
    world.label(world.lines()[0], NOISE)
    assert follow(world) == FollowReport(0, 0, 0, 0)


def test_two_labels_of_different_documents_settle_the_source(world: Repeats) -> None:
    world.bring(0, BANNER, BANNER, BANNER, CHANGED)
    world.bring(10, BANNER, source="Herald")
    first, second, third, elsewhere = world.lines()
    world.label(first, NOISE)
    world.label(second, NOISE, person=1)
    assert follow(world) == FollowReport(0, 1, 2, 0)
    assert set(world.gold()) == {third, *world.lines(CHANGED)}
    assert elsewhere not in world.gold()
    assert follow(world) == FollowReport(0, 0, 0, 0)


def test_lines_of_two_words_stay_open(world: Repeats) -> None:
    world.bring(0, "Read also", "Read also", "Read also")
    first, second, _ = world.lines("Read also")
    world.label(first, NOISE)
    world.label(second, NOISE)
    assert follow(world).settled == 0


def test_the_overlap_sample_is_asked_as_it_was_drawn(world: Repeats) -> None:
    world.bring(0, BANNER, BANNER, BANNER, BANNER)
    first, second, third, fourth = world.lines()
    sampled, single = world.given(third), world.given(fourth, overlapping=False)
    world.label(first, NOISE)
    world.label(second, NOISE)
    assert follow(world).taken_back == 1
    assert (sampled.state, single.state) == ("open", "withdrawn")


def test_a_contrary_label_reopens_what_labels_settled(world: Repeats) -> None:
    world.bring(0, BANNER, BANNER, BANNER, BANNER)
    first, second, third, fourth = world.lines()
    taken = world.given(fourth, overlapping=False)
    world.label(first, NOISE)
    world.label(second, NOISE)
    follow(world)
    world.label(third, TEXT, person=2)
    assert follow(world).reopened == 1
    assert world.gold() == {}
    assert taken.state == "open"
    propagation = world.session.scalars(select(Propagation)).one()
    assert propagation.reopened_by_id is not None
    assert propagation.undone_at == NOW
    assert follow(world) == FollowReport(0, 0, 0, 0)


def test_a_contrary_label_marks_a_decision_of_a_lead_and_takes_nothing_back(world: Repeats) -> None:
    world.bring(0, BANNER, BANNER)
    decide(world)
    world.label(world.lines()[0], TEXT)
    assert follow(world).reopened == 1
    assert len(world.gold()) == 2


def give_out(world: Repeats, kind: str, overlap: int = 1) -> Round:
    report = assign(
        world.session,
        project_id=world.project.id,
        overlap=overlap,
        round_name=kind,
        kind=kind,
        seed=1,
        actor_id=None,
        now=NOW,
    )
    return world.session.get_one(Round, report.round_id)


def asked(session: Session, this: Round) -> list[Assignment]:
    of_round = Assignment.round_id == this.id
    return list(
        session.scalars(select(Assignment).where(of_round, Assignment.scope == "paragraph"))
    )


@pytest.mark.parametrize("kind", ["main", "cleanup"])
def test_what_is_settled_is_not_given_out_but_for_a_share_that_checks_it(
    world: Repeats, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotator.services.round_work.SHARE_CHECKED", 0.3)
    world.bring(0, *[BANNER] * 12)
    decide(world)
    tasks = asked(world.session, give_out(world, kind, overlap=2))
    of_banner = [task for task in tasks if task.subject_id in world.lines()]
    assert 0 < len(of_banner) < 8
    assert len({task.subject_id for task in of_banner}) == len(of_banner)
    assert all(task.checks_gold and not task.overlapping for task in of_banner)
    assert not any(task.checks_gold for task in tasks if task not in of_banner)


def test_a_check_never_counts_and_its_error_is_shown(world: Repeats) -> None:
    world.bring(0, BANNER, BANNER)
    decide(world)
    first, second = world.lines()
    world.make.annotation(world.given(first, checks_gold=True), TEXT)
    world.make.annotation(world.given(second, checks_gold=True), NOISE)
    rows = project_judgments(world.session, project_id=world.project.id).rows
    assert {row.excluded for row in rows if row.question == "content"} == {"gold_check"}
    assert following.errors(world.session, project_id=world.project.id) == Errors(2, 1)


def test_labels_agreed_on_before_are_left_out_when_work_is_given_out(world: Repeats) -> None:
    world.bring(0, *[BANNER] * 4)
    first, second, *others = world.lines()
    world.label(first, NOISE)
    world.label(second, NOISE)
    given = {task.subject_id for task in asked(world.session, give_out(world, "main"))}
    assert not given & set(others)
