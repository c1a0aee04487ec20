"""The docket that is kept equals one that is read anew, whatever has happened since."""

from random import Random

import pytest

from annotator.domain.adjudication import Decision
from annotator.services.adjudication import deciding, policies, undoing
from annotator.services.adjudication.index import Docket, read_docket
from annotator.services.adjudication.keeping import Dockets
from annotator.store import audit
from annotator.store.corpus import Subject
from annotator.store.database import Database
from annotator.store.queries import decisions as made
from tests.factories import NOW, Factory
from tests.labelled import NOISE, Answers, Labelled, prose

SAID: tuple[Answers, ...] = (
    NOISE,
    prose(["economic"]),
    prose(["security"], russia="1"),
    prose([], russia="-1", china="0"),
)


def facts(docket: Docket) -> object:
    entries = {
        each.subject_id: (each.users, each.rounds, each.questions, each.standings.where)
        for each in docket.entries.values()
    }
    known = docket.competence
    people = sorted({user for each in docket.entries.values() for user in each.users})
    competence = [(user, known.met[user], known.agreed[user]) for user in people]
    counted = (
        {each.subject_id for each in docket.disputes},
        policies.preview_of(docket),
        docket.where,
    )
    return entries, competence, counted


@pytest.fixture
def subjects(database: Database) -> tuple[Labelled, list[Subject]]:
    chance = Random(7)
    with database.write() as session:
        labelled = Labelled.empty(Factory(session), source_blind=False)
        labelled.person("lead", role="lead")
        found = labelled.paragraphs(*(f"Paragraph {number}." for number in range(12)))
        for subject in found:
            for name in ("alice", "bob", "chen"):
                labelled.says(name, subject, chance.choice(SAID))
    return labelled, found


def test_it_follows_saves_decisions_undoing_and_policies(
    database: Database, subjects: tuple[Labelled, list[Subject]]
) -> None:
    labelled, found = subjects
    project_id, lead = labelled.project.id, labelled.people["lead"].id
    kept = Dockets(database)
    kept.look(project_id, lambda *_: None)

    def agree() -> Docket:
        with database.read() as session:
            fresh = read_docket(session, project_id)
        docket = kept.look(project_id, lambda _, docket: docket)
        assert facts(docket) == facts(fresh)
        return docket

    first = agree()
    assert first.disputes
    with database.write() as session:
        again = Labelled(Factory(session), labelled.project, labelled.codebook, labelled.round)
        again.people = dict(labelled.people)
        # The numbers of the factory begin anew, so what is unique is given.
        task = again.make.assignment(labelled.round, found[0], again.person("dora"))
        again.make.annotation(task, NOISE, save_id="00000000-0000-4000-9000-000000000009")
        audit.record(
            session,
            action="annotation.saved",
            at=NOW,
            actor_id=None,
            project_id=project_id,
            assignment=task.id,
        )
    assert agree() is first
    disputed = first.disputes[0]
    with database.write() as session:
        deciding.decide(
            session,
            project_id=project_id,
            subject_id=disputed.subject_id,
            user_id=lead,
            decisions={disputed.questions[0]: Decision("undecidable", (), "Too short.")},
            seen=made.decision_count(session, disputed.subject_id),
            now=NOW,
        )
    agree()
    with database.write() as session:
        undoing.undo_last(session, project_id=project_id, user_id=lead, now=NOW)
    agree()
    led_past = next(each for each in first.disputes if "content" in each.questions)
    with database.write() as session:
        settled = deciding.decide(
            session,
            project_id=project_id,
            subject_id=led_past.subject_id,
            user_id=lead,
            decisions={"content": Decision("decided", (("main",),), "It is text.")},
            seen=made.decision_count(session, led_past.subject_id),
            now=NOW,
        )
    assert settled.recoded
    assert agree() is first
    with database.write() as session:
        policies.apply_policy(session, project_id=project_id, actor_id=lead, now=NOW)
    agree()


def test_a_preview_of_it_is_that_of_the_policy(
    database: Database, subjects: tuple[Labelled, list[Subject]]
) -> None:
    project_id = subjects[0].project.id
    with database.read() as session:
        wanted = policies.preview_policy(session, project_id=project_id, examples=0)
        assert policies.preview_of(read_docket(session, project_id)) == wanted
