"""The codebook changed: who is told, since when, and until they say that they have read it."""

from dataclasses import dataclass

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from annotator.errors import NotFound
from annotator.services import codebook_news
from annotator.services.codebook_news import News
from annotator.store.audit import AuditEvent, append_pending
from annotator.store.corpus import Subject
from annotator.store.labelling import CodebookReading, Round
from tests.factories import NOW, Factory
from tests.labelled import NOISE, Labelled
from tests.small_codebook import SMALL

CHANGED = SMALL.replace("Main text", "Text of the article")
CHANGED_AGAIN = SMALL.replace("Main text", "Prose")


@dataclass
class Case:
    """Alice has labelled under version 1 and has open work under version 2."""

    world: Labelled
    second: Round
    subjects: list[Subject]

    def news(self, name: str = "alice") -> News | None:
        return codebook_news.news(
            self.world.make.session,
            project_id=self.world.project.id,
            user_id=self.world.person(name).id,
        )

    def read(self, number: int, name: str = "alice") -> None:
        codebook_news.mark_read(
            self.world.make.session,
            project_id=self.world.project.id,
            number=number,
            user_id=self.world.person(name).id,
            now=NOW,
        )

    def begin_round(self, yaml: str, number: int, *, editorial: bool = False) -> Round:
        project = self.world.project
        version = self.world.make.codebook(project, yaml, number=number, editorial=editorial)
        return self.world.make.round(project, version)


@pytest.fixture
def case(make: Factory) -> Case:
    world = Labelled.empty(make)
    subjects = world.paragraphs("One.", "Two.", "Three.")
    world.says("alice", subjects[0], NOISE)
    case = Case(world, world.round, subjects)
    case.second = case.begin_round(CHANGED, 2)
    world.says("alice", subjects[1], None, round=case.second)
    return case


def test_whoever_knows_an_older_version_is_told(case: Case) -> None:
    assert case.news() == News(since=1, number=2, editorial=False)


def test_a_newcomer_is_not_told_of_changes(case: Case) -> None:
    case.world.says("bob", case.subjects[1], None, round=case.second)
    assert case.news("bob") is None


def test_whoever_has_nothing_to_label_is_not_told(case: Case) -> None:
    case.world.says("bob", case.subjects[0], NOISE)
    assert case.news("bob") is None


def test_nobody_is_told_of_the_version_that_they_label_under(case: Case) -> None:
    case.world.says("bob", case.subjects[0], NOISE)
    case.world.says("bob", case.subjects[1], None)
    assert case.news("bob") is None


def test_labelling_under_the_new_version_does_not_silence_it(case: Case) -> None:
    case.world.says("alice", case.subjects[2], NOISE, round=case.second)
    assert case.news() == News(since=1, number=2, editorial=False)


def test_having_read_it_does(case: Case) -> None:
    case.read(2)
    assert case.news() is None


def test_each_person_reads_for_themselves(case: Case) -> None:
    case.world.says("bob", case.subjects[0], NOISE)
    case.world.says("bob", case.subjects[1], None, round=case.second)
    case.read(2, "bob")
    assert case.news() == News(since=1, number=2, editorial=False)


def test_it_tells_what_is_new_since_the_newest_version_that_the_person_knows(case: Case) -> None:
    case.read(2)
    third = case.begin_round(CHANGED_AGAIN, 3, editorial=True)
    case.world.says("alice", case.subjects[2], None, round=third)
    # Work of the older round comes first, and its version is read.
    assert case.news() is None
    case.second.closed_at = NOW
    case.world.make.session.flush()
    assert case.news() == News(since=2, number=3, editorial=True)


def test_reading_twice_is_reading_once(session: Session, case: Case) -> None:
    case.read(2)
    case.read(2)
    assert session.scalar(select(func.count()).select_from(CodebookReading)) == 1


def test_reading_is_in_the_audit_trail(session: Session, case: Case) -> None:
    case.read(2)
    append_pending(session)
    (event,) = session.scalars(select(AuditEvent).where(AuditEvent.action == "codebook.read"))
    assert event.details == {"number": 2}


def test_a_version_that_is_not_there_cannot_be_read(case: Case) -> None:
    with pytest.raises(NotFound, match="no version 9"):
        case.read(9)


def test_any_two_versions_can_be_compared(session: Session, case: Case) -> None:
    found = codebook_news.compare(session, project_id=case.world.project.id, before=2, after=1)
    assert (found.before, found.after, found.lang) == (2, 1, "en")
    (question,) = found.changes.questions
    assert question.labels[0].differences[0].after == "Main text"


def test_a_language_that_the_codebook_does_not_have_falls_back(
    session: Session, case: Case
) -> None:
    given = {"project_id": case.world.project.id, "before": 1, "after": 2}
    assert codebook_news.compare(session, **given, lang="tlh").lang == "en"


@pytest.mark.parametrize("number", [-1, 0, 3, 2**31, 10**30])
def test_a_version_that_is_not_there_cannot_be_compared(
    session: Session, case: Case, number: int
) -> None:
    with pytest.raises(NotFound, match="no version"):
        codebook_news.compare(session, project_id=case.world.project.id, before=number, after=1)
