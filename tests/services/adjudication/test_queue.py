"""The queue of disputes, and leases that keep two leads from settling the same."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from annotator.domain.adjudication import Decision
from annotator.errors import Conflict, NotFound
from annotator.services.adjudication import deciding, leases
from annotator.services.adjudication import queue as disputes
from annotator.services.adjudication.leases import LEASE
from annotator.services.adjudication.queue import Filters, Queue
from annotator.store.corpus import Cluster, ClusterMember, Project, Subject
from annotator.store.database import Database
from annotator.store.labelling import Disclosure
from annotator.store.people import User
from annotator.store.settling import AdjudicationLease
from tests.factories import NOW, Factory
from tests.labelled import NOISE, Labelled, prose


@pytest.fixture
def labelled(make: Factory) -> Labelled:
    labelled = Labelled.empty(make)
    labelled.person("lead", role="lead")
    labelled.person("other lead", role="lead")
    return labelled


def contested(labelled: Labelled, *texts: str) -> list[Subject]:
    """Paragraphs on whose content alice and bob differ."""
    subjects = labelled.paragraphs(*(texts or ("A paragraph.",)))
    for subject in subjects:
        labelled.says("alice", subject, NOISE)
        labelled.says("bob", subject, prose())
    return subjects


def queue(
    session: Session, labelled: Labelled, who: str = "lead", question: str | None = None
) -> Queue:
    return disputes.queue(
        session,
        project_id=labelled.project.id,
        user_id=labelled.person(who).id,
        now=NOW,
        filters=Filters(question=question),
    )


def take_next(
    session: Session,
    labelled: Labelled,
    who: str = "lead",
    *,
    minutes: int = 0,
    instead_of: int | None = None,
    question: str | None = None,
) -> int | None:
    return leases.take_next(
        session,
        project_id=labelled.project.id,
        user_id=labelled.person(who).id,
        now=NOW + timedelta(minutes=minutes),
        instead_of=instead_of,
        filters=Filters(question=question),
    )


def test_only_what_differs_is_in_dispute(session: Session, labelled: Labelled) -> None:
    same, single, (differs,) = (
        labelled.paragraphs("Same.")[0],
        labelled.paragraphs("Single.")[0],
        contested(labelled),
    )
    labelled.says("alice", same, prose(["economic"]))
    labelled.says("bob", same, prose(["economic"]) | {"confidence": ["1"]})
    labelled.says("alice", single, NOISE)
    found = queue(session, labelled)
    assert [each.subject_id for each in found.offered] == [differs.id]
    assert found.offered[0].questions == ("content",)
    assert (found.left, found.questions) == (1, {"content": 1})


def test_the_same_labels_in_another_order_are_no_dispute(
    session: Session, labelled: Labelled
) -> None:
    (subject,) = labelled.paragraphs("A paragraph.")
    labelled.says("alice", subject, prose(["economic", "security"]))
    labelled.says("bob", subject, prose(["security", "economic"]))
    assert queue(session, labelled).left == 0


def test_more_doubt_comes_first_then_more_copies_then_reading_order(
    session: Session, labelled: Labelled
) -> None:
    plain, copied = contested(labelled, "Plain.", "Copied.")
    (double,) = labelled.paragraphs("Double.")
    labelled.says("alice", double, prose(["economic"], russia="1", china="1"))
    labelled.says("bob", double, prose(["security"], russia="-1", china="-1"))
    cluster = Cluster(project_id=labelled.project.id, kind="exact", key="copied.")
    session.add(cluster)
    session.flush()
    (another,) = labelled.paragraphs("Copied.")
    for subject in (copied, another):
        assert subject.paragraph_id is not None
        session.add(
            ClusterMember(paragraph_id=subject.paragraph_id, cluster_id=cluster.id, similarity=1.0)
        )
    session.flush()
    found = queue(session, labelled)
    assert [each.subject_id for each in found.offered] == [double.id, copied.id, plain.id]
    assert found.questions == {
        "content": 2,
        "frames": 1,
        "stance.russia": 1,
        "stance.china": 1,
    }
    assert [(round(each.worth, 3), each.place.copies) for each in found.offered] == [
        (3.0, 1),
        (2.0, 2),
        (1.0, 1),
    ]


def test_the_queue_can_be_of_one_question(session: Session, labelled: Labelled) -> None:
    contested(labelled)
    (frames,) = labelled.paragraphs("Frames.")
    labelled.says("alice", frames, prose(["economic"]))
    labelled.says("bob", frames, prose(["security"]))
    found = queue(session, labelled, question="frames")
    assert [each.subject_id for each in found.offered] == [frames.id]
    assert found.questions == {"content": 1, "frames": 1}


def test_what_a_lead_labelled_is_kept_for_another_lead(
    session: Session, labelled: Labelled
) -> None:
    (subject,) = contested(labelled)
    labelled.says("lead", subject, NOISE)
    mine = queue(session, labelled)
    assert (mine.offered, len(mine.own), mine.left) == ((), 1, 1)
    assert take_next(session, labelled) is None
    assert take_next(session, labelled, "other lead") == subject.id


def test_what_every_lead_labelled_is_offered_all_the_same(
    session: Session, labelled: Labelled
) -> None:
    (subject,) = contested(labelled)
    labelled.says("lead", subject, NOISE)
    labelled.says("other lead", subject, NOISE)
    assert take_next(session, labelled) == subject.id


def test_a_lead_whose_account_is_disabled_is_not_waited_for(
    session: Session, labelled: Labelled
) -> None:
    (subject,) = contested(labelled)
    labelled.says("lead", subject, NOISE)
    labelled.person("other lead").disabled_at = NOW
    session.flush()
    assert take_next(session, labelled) == subject.id


def test_two_leads_get_different_subjects(session: Session, labelled: Labelled) -> None:
    first, second = contested(labelled, "One.", "Two.")
    assert take_next(session, labelled) == first.id
    assert take_next(session, labelled, "other lead") == second.id
    assert take_next(session, labelled, "other lead") == second.id
    theirs = queue(session, labelled, "other lead")
    assert [each.subject_id for each in theirs.elsewhere] == [first.id]


def test_a_lease_runs_out_and_is_taken_over(session: Session, labelled: Labelled) -> None:
    (subject,) = contested(labelled)
    assert take_next(session, labelled) == subject.id
    assert take_next(session, labelled, "other lead", minutes=14) is None
    assert take_next(session, labelled, "other lead", minutes=15) == subject.id
    lease = session.scalars(select(AdjudicationLease)).one()
    assert lease.user_id == labelled.person("other lead").id
    assert lease.expires_at == NOW + timedelta(minutes=15) + LEASE


def test_who_holds_one_gets_it_again(session: Session, labelled: Labelled) -> None:
    first, second = contested(labelled, "One.", "Two.")
    assert take_next(session, labelled) == first.id
    (double,) = labelled.paragraphs("Double.")
    labelled.says("alice", double, prose(["economic"], russia="1", china="1"))
    labelled.says("bob", double, prose(["security"], russia="-1", china="-1"))
    assert take_next(session, labelled) == first.id
    assert second.id != first.id


def test_what_is_put_off_comes_last(session: Session, labelled: Labelled) -> None:
    first, second = contested(labelled, "One.", "Two.")
    assert take_next(session, labelled) == first.id
    assert take_next(session, labelled, instead_of=first.id) == second.id
    assert take_next(session, labelled, "other lead") == first.id


def test_what_is_put_off_comes_back_when_it_is_the_only_one(
    session: Session, labelled: Labelled
) -> None:
    (only,) = contested(labelled)
    assert take_next(session, labelled) == only.id
    assert take_next(session, labelled, instead_of=only.id) == only.id


def test_what_is_settled_leaves_the_queue(session: Session, labelled: Labelled) -> None:
    (subject,) = contested(labelled)
    deciding.decide(
        session,
        project_id=labelled.project.id,
        subject_id=subject.id,
        user_id=labelled.person("lead").id,
        decisions={"content": Decision("decided", (("main",),))},
        seen=0,
        now=NOW,
    )
    assert queue(session, labelled).left == 0
    assert take_next(session, labelled) is None


def test_taking_one_notes_once_that_the_votes_were_seen(
    session: Session, labelled: Labelled
) -> None:
    (subject,) = contested(labelled)
    take_next(session, labelled)
    take_next(session, labelled, minutes=1)
    seen = session.scalars(select(Disclosure)).all()
    assert [(each.subject_id, each.kind) for each in seen] == [(subject.id, "votes")]


def test_a_certain_subject_can_be_taken_unless_another_lead_holds_it(
    session: Session, labelled: Labelled
) -> None:
    (subject,) = contested(labelled)
    ids = {"project_id": labelled.project.id, "subject_id": subject.id}
    leases.take(session, **ids, user_id=labelled.person("lead").id, now=NOW)
    with pytest.raises(Conflict, match="settling this one just now"):
        leases.take(session, **ids, user_id=labelled.person("other lead").id, now=NOW)


def test_a_subject_that_is_not_here_or_has_no_votes_is_not_found(
    session: Session, labelled: Labelled
) -> None:
    (unlabelled,) = labelled.paragraphs("Nobody was here.")
    elsewhere = Labelled.empty(labelled.make).paragraphs("Another project.")[0]
    for subject_id in (unlabelled.id, elsewhere.id, 10**6):
        with pytest.raises(NotFound, match="nothing here to settle"):
            leases.take(
                session,
                project_id=labelled.project.id,
                subject_id=subject_id,
                user_id=labelled.person("lead").id,
                now=NOW,
            )


def test_leads_at_the_same_moment_never_get_the_same_subject(database: Database) -> None:
    """Four leads take and settle thirty subjects, each in transactions of their own."""
    with database.write() as session:
        labelled = Labelled.empty(Factory(session), slug="busy")
        contested(labelled, *(f"Paragraph {number}." for number in range(30)))
        leads = [labelled.person(f"lead {number}", role="lead").id for number in range(4)]
        project_id = labelled.project.id
    taken: list[tuple[int, int]] = []
    failed: list[BaseException] = []

    def work(user_id: int) -> None:
        try:
            while True:
                with database.write() as session:
                    subject_id = leases.take_next(
                        session, project_id=project_id, user_id=user_id, now=NOW
                    )
                if subject_id is None:
                    return
                taken.append((subject_id, user_id))
                with database.write() as session:
                    deciding.decide(
                        session,
                        project_id=project_id,
                        subject_id=subject_id,
                        user_id=user_id,
                        decisions={"content": Decision("decided", (("main",),))},
                        seen=0,
                        now=NOW,
                    )
        except BaseException as error:  # noqa: BLE001 - a thread's failure must reach the test
            failed.append(error)

    threads = [threading.Thread(target=work, args=(user_id,)) for user_id in leads]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    subjects = [subject_id for subject_id, _ in taken]
    assert len(subjects) == len(set(subjects))
    with database.read() as session:
        project = session.scalars(select(Project)).one()
        user = session.scalars(select(User).where(User.name == "lead 0")).one()
        left = disputes.queue(session, project_id=project.id, user_id=user.id, now=NOW)
    # A lead may stop early while the rest is held by others, who go on: nothing is left.
    assert (left.left, len(subjects)) == (0, 30)
