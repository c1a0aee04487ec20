"""An import in the background: looked at by one job, stored by another."""

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from annotator.config import Settings
from annotator.errors import Conflict
from annotator.services import working
from annotator.services.documents import batches, uploads
from annotator.services.documents.batches import IMPORT, REVIEW, Wish
from annotator.store.corpus import Document
from annotator.store.database import Database
from annotator.store.publishing import Job
from tests.factories import NOW, Factory
from tests.services.documents.test_importing import count

Begin = Callable[..., None]


@pytest.fixture
def project_id(database: Database) -> int:
    with database.write() as session:
        return Factory(session).project().id


@pytest.fixture
def begin(database: Database, project_id: int, tmp_path: Path) -> Begin:
    def queue(kind: str, *files: tuple[str, bytes], **wish: Any) -> None:
        sent = uploads.keep(tmp_path, [(name, io.BytesIO(data)) for name, data in files])
        with database.write() as session:
            batches.queue(
                session,
                project_id=project_id,
                kind=kind,
                wish=Wish(sent.token, source_name="Ledger", **wish),
                actor_id=None,
                now=NOW,
            )

    return queue


def done(database: Database, home: Path) -> Job:
    """The last job, once the worker has done all that waits."""
    settings = Settings(home=home)
    while working.run_next(
        database, settings, worker="w", clock=lambda: NOW + timedelta(seconds=1)
    ):
        pass
    with database.read() as session:
        return session.scalars(select(Job).order_by(Job.id.desc()).limit(1)).one()


def test_a_look_stores_its_result_and_no_document(
    database: Database, begin: Begin, tmp_path: Path
) -> None:
    begin(REVIEW, ("a.txt", b"One.\n"), ("bad.txt", b"\xff"))
    job = done(database, tmp_path)
    assert (job.state, job.progress) == ("done", 1.0)
    assert job.result is not None
    assert job.result["counts"] == {"new": 1, "changed": 0, "unchanged": 0, "refused": 1}
    with database.read() as session:
        assert count(session, Document) == 0


def test_an_import_stores_what_is_good_if_asked(
    database: Database, begin: Begin, tmp_path: Path
) -> None:
    begin(IMPORT, ("a.txt", b"One.\n"), ("bad.txt", b"\xff"), skip_refused=True)
    job = done(database, tmp_path)
    assert job.result is not None
    assert job.result["counts"] == {"new": 1, "changed": 0, "unchanged": 0, "refused": 1}
    assert [one["where"] for one in job.result["documents"]] == ["bad.txt", "a.txt"]
    with database.read() as session:
        assert count(session, Document) == 1


def test_a_refusal_fails_the_job_and_stores_nothing(
    database: Database, begin: Begin, tmp_path: Path
) -> None:
    begin(IMPORT, ("a.txt", b"One.\n"), ("bad.txt", b"\xff"))
    job = done(database, tmp_path)
    assert job.state == "failed"
    assert "bad.txt: not UTF-8" in (job.error or "")
    with database.read() as session:
        assert count(session, Document) == 0


def test_files_that_are_gone_fail_the_job(database: Database, begin: Begin, tmp_path: Path) -> None:
    begin(REVIEW, ("a.txt", b"One.\n"))
    uploads.discard_old(tmp_path, now=10.0**12)
    assert "bring them again" in (done(database, tmp_path).error or "")


def test_leads_look_at_the_same_time_and_store_one_after_the_other(begin: Begin) -> None:
    for _ in range(2):
        begin(REVIEW, ("a.txt", b"One.\n"))
    begin(IMPORT, ("a.txt", b"One.\n"))
    with pytest.raises(Conflict):
        begin(IMPORT, ("b.txt", b"One.\n"))
