"""The sample project is loaded whole, on both databases, and once."""

import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from annotator import paths
from annotator.services import agreement, demo, people
from annotator.services.adjudication.queue import queue as disputes_of
from annotator.services.documents.importing import import_files
from annotator.store.corpus import Document, DocumentVersion, Paragraph, Project, Source
from annotator.store.database import Database
from annotator.store.labelling import Assignment, Round
from annotator.store.people import User
from annotator.store.queries.documents import document_text
from annotator.store.settling import Gold
from tests.factories import NOW


@pytest.fixture
def sample(tmp_path: Path, sample_template: Path) -> Iterator[Database]:
    path = tmp_path / "sample.db"
    shutil.copy(sample_template, path)
    database = Database(f"sqlite:///{path}")
    yield database
    database.dispose()


def test_it_loads_every_document_exactly_as_it_is_written(sample: Database) -> None:
    with sample.read() as session:
        versions = session.execute(select(DocumentVersion.id, Document.key).join(Document)).all()
        assert len(versions) == 24
        for version_id, key in versions:
            written = (paths.sample() / "documents" / key).read_bytes().decode()
            assert document_text(session, version_id) == written


def test_it_tells_four_outlets_in_three_languages(sample: Database) -> None:
    with sample.read() as session:
        sources = session.scalars(select(Source)).all()
        assert len(sources) == 4
        assert all(source.domains and source.aliases for source in sources)
        assert set(session.scalars(select(Document.lang))) == {"en", "ru", "ro"}


def test_its_annotators_have_labelled_everything_and_disagree_plausibly(sample: Database) -> None:
    with sample.read() as session:
        states = Counter(session.scalars(select(Assignment.state)))
        assert set(states) == {"done"}
        project = session.scalars(select(Project)).one()
        figures = {
            row["question"]: row["statistics"]["krippendorff_alpha"]["value"]
            for row in agreement.score_project(session, project_id=project.id)["questions"]
        }
    assert 0.7 < figures["content"] < 0.95
    assert 0.45 < figures["frames"] < 0.8
    assert 0.5 < figures["stance.russia"] < 0.95
    assert 0.4 < figures["attribution"] < 0.8


def test_its_gold_says_how_it_was_reached_and_leaves_some_for_the_visitor(
    sample: Database,
) -> None:
    with sample.read() as session:
        methods = set(session.scalars(select(Gold.method)))
        project = session.scalars(select(Project)).one()
        author = session.scalars(select(User).where(User.name == demo.AUTHOR)).one()
        queue = disputes_of(session, project_id=project.id, user_id=author.id, now=NOW)
    assert methods == {"unanimous", "person"}
    assert queue.left >= demo.LEFT_FOR_THE_VISITOR


def test_nobody_can_sign_in_as_a_sample_annotator(sample: Database) -> None:
    with sample.read() as session:
        names = session.scalars(select(User.name).where(User.password_hash.is_(None))).all()
    assert {"sample-ana", "sample-boris", "sample-clara", "sample-author"} <= set(names)


def visit(session: Session, name: str, role: str) -> User:
    user = people.add_person(session, name=name, role=role, actor_id=None, now=NOW)
    people.invite(session, user_id=user.id, actor_id=None, now=NOW)
    return user


def test_it_gives_each_visitor_open_work_once(sample: Database) -> None:
    with sample.write() as session:
        visitors = [visit(session, "vera", "admin"), visit(session, "wim", "annotator")]
        first = demo.load(session, now=NOW)
        again = demo.load(session, now=NOW)
    assert (first.created, first.visitors) == (False, ("vera", "wim"))
    assert again.visitors == ()
    with sample.read() as session:
        paragraphs = session.scalars(select(func.count()).select_from(Paragraph)).one()
        for user in visitors:
            given = session.scalars(
                select(Assignment.state).where(Assignment.user_id == user.id)
            ).all()
            assert Counter(given) == {"open": paragraphs + 24}
        kinds = dict(session.execute(select(Round.name, Round.kind)).all())
    assert kinds == {"main": "main", "try-vera": "training", "try-wim": "training"}


def test_a_visitor_who_practises_changes_no_figure(sample: Database) -> None:
    with sample.write() as session:
        project = session.scalars(select(Project)).one()
        before = agreement.score_project(session, project_id=project.id)
        visit(session, "vera", "lead")
        demo.load(session, now=NOW)
        after = agreement.score_project(session, project_id=project.id)
    assert [row["statistics"] for row in before["questions"]] == [
        row["statistics"] for row in after["questions"]
    ]


def test_it_loads_on_both_databases(session: Session) -> None:
    loaded = demo.load(session, now=NOW)
    assert loaded.created
    assert session.scalar(select(func.count()).select_from(Document)) == 24
    project = session.scalars(select(Project)).one()
    again = import_files(
        session,
        project_id=project.id,
        files=[("sample.jsonl", demo._documents())],
        source_name=None,
        actor_id=None,
        now=NOW,
    )
    assert again.counts["unchanged"] == 24
