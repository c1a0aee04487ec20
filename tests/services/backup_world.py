"""A database with a row in every table, and backups that someone has had their hands on."""

import hashlib
import json
import uuid
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from annotator.services import annotating, assigning, codebooks
from annotator.services.annotating import Save
from annotator.services.backups import backing_up, restoring
from annotator.services.backups.archive import Contents, opened
from annotator.services.documents.importing import import_files
from annotator.store.corpus import (
    Cluster,
    Document,
    DocumentVersion,
    MergedDocument,
    Project,
    Source,
    Subject,
)
from annotator.store.database import Database
from annotator.store.labelling import (
    Annotation,
    Assignment,
    CodebookReading,
    CodebookVersion,
    Disclosure,
)
from annotator.store.models import Base
from annotator.store.people import ApiToken, Invite, SignInSession, SignInTry, User
from annotator.store.publishing import Job, Release
from annotator.store.settling import (
    AcceptedDifference,
    Adjudication,
    AdjudicationLease,
    AdjudicationSettings,
    AdjudicationUndo,
    BlindDecision,
    Gold,
    GoldBatch,
    Propagation,
    Recode,
)
from annotator.store.suggesting import NoiseRefit
from tests.factories import NOW, Factory

FIRST = "Home\n\n  “Сompilers” met in Vilnius 😀 today.\u00a0\nHome\n"
SECOND = FIRST + "A paragraph was added later.\r\n"
NOISE = {"content": ["boilerplate"], "noise_type": ["caption"]}
LATER = NOW + timedelta(days=1, microseconds=7)


def fill(session: Session) -> Project:
    """People, a project whose document came in twice, labels, gold, and what is left out."""
    make = Factory(session)
    user = make.user("алиса", role="lead", password_hash="$argon2id$made-up")
    project = make.project("strait")
    make.member(project, user, role="annotator")
    merged = make.source(project, "Ledger (old)", domains=["old.example"])
    for text in (FIRST, SECOND):
        import_files(
            session,
            project_id=project.id,
            files=[("one.txt", text.encode()), ("two.txt", b"Home\nThe other text.\n")],
            source_name="The Ledger",
            actor_id=user.id,
            now=NOW,
        )
    ledger = session.scalars(select(Source).where(Source.name == "The Ledger")).one()
    merged.merged_into_id = ledger.id
    came = session.scalars(select(Document.id)).all()[0]
    session.add(MergedDocument(document_id=came, source_id=merged.id))
    session.scalars(select(DocumentVersion)).all()[0].markup = b"<p>\x00\xff</p>"
    _label(session, project, user)
    _settle(session, project, user)
    version = session.scalars(select(CodebookVersion)).one()
    session.add(CodebookReading(user_id=user.id, codebook_version_id=version.id, read_at=NOW))
    _sign_in(session, user, project)
    session.flush()
    return project


def _label(session: Session, project: Project, user: User) -> None:
    codebooks.add_version(
        session,
        project_id=project.id,
        yaml=codebooks.default_yaml(),
        name="codebook.yaml",
        editorial=False,
        actor_id=user.id,
        now=NOW,
    )
    assigning.assign(session, project_id=project.id, overlap=1, seed=1, actor_id=user.id, now=NOW)
    save_next(session)


def save_next(session: Session) -> None:
    """One more annotation of the next open paragraph, by the only member."""
    task = session.scalars(
        select(Assignment)
        .where(Assignment.state == "open", Assignment.scope == "paragraph")
        .order_by(Assignment.id)
    ).first()
    assert task is not None
    annotating.save_annotation(
        session, assignment_id=task.id, user_id=task.user_id, save=_noise(0), now=LATER
    )


def save_again(session: Session) -> int:
    """A new revision of the first annotation; its number."""
    annotation = session.scalars(select(Annotation).order_by(Annotation.id)).first()
    assert annotation is not None
    task = session.get_one(Assignment, annotation.assignment_id)
    return annotating.save_annotation(
        session,
        assignment_id=task.id,
        user_id=task.user_id,
        save=_noise(annotation.revision),
        now=LATER,
    ).revision


def _noise(seen_revision: int) -> Save:
    return Save(
        save_id=str(uuid.uuid4()), seen_revision=seen_revision, answers=NOISE, seconds=0.1 + 0.2
    )


def _settle(session: Session, project: Project, user: User) -> None:
    subject = session.scalars(select(Subject).where(Subject.scope == "paragraph")).all()[0]
    codebook = session.scalars(select(CodebookVersion)).one()
    batch = _added(
        session, GoldBatch, project_id=project.id, policy="unanimous", parameters={}, made_at=NOW
    )
    asked = {"subject_id": subject.id, "codebook_version_id": codebook.id, "question": "content"}
    decided: dict[str, Any] = {"alternatives": [["main"], ["boilerplate"]]}
    _added(
        session,
        Gold,
        **asked,
        **decided,
        state="decided",
        method="unanimous",
        batch_id=batch.id,
        settled_at=NOW,
    )
    decision = _added(
        session,
        Adjudication,
        **asked,
        **decided,
        adjudicator_id=user.id,
        number=1,
        outcome="decided",
        self_adjudicated=True,
        decided_at=NOW,
    )
    _added(session, AdjudicationUndo, adjudication_id=decision.id, undone_at=NOW)
    _added(
        session,
        BlindDecision,
        subject_id=subject.id,
        question="content",
        adjudicator_id=user.id,
        outcome="undecidable",
        decided_at=NOW,
    )
    _added(
        session,
        AdjudicationSettings,
        project_id=project.id,
        blind_first=True,
        second_share=0.25,
        changed_at=NOW,
    )
    _added(
        session,
        Recode,
        assignment_id=session.scalars(select(Assignment.id)).all()[0],
        answers={"content": ["main"]},
    )
    _added(
        session,
        AcceptedDifference,
        cluster_id=session.scalars(select(Cluster.id)).all()[0],
        question="content",
        signature="a",
        reason="It is quoted.",
        accepted_by_id=user.id,
        accepted_at=NOW,
    )
    _added(session, Disclosure, user_id=user.id, subject_id=subject.id, kind="votes", shown_at=NOW)
    _added(
        session,
        Propagation,
        rule="agreeing_labels",
        batch_id=batch.id,
        made_at=NOW,
        cluster_id=session.scalars(select(Cluster.id)).all()[0],
        annotation_id=session.scalars(select(Annotation.id)).all()[0],
    )
    _added(
        session,
        Release,
        project_id=project.id,
        number=1,
        seed=1,
        options={"formats": ["csv"]},
        manifest={"z": 1.5, "a": {"b": [None, True]}},
        folder="strait-release-1",
        made_at=NOW,
    )
    _added(
        session,
        NoiseRefit,
        project_id=project.id,
        number=1,
        base="1",
        fit={"weights": [0.25, -1.5]},
        held_out=[{"source": "The Ledger", "f1": 0.5}],
        paragraphs=40,
        noise=12,
        in_use=True,
        made_at=NOW,
        made_by_id=user.id,
    )
    _added(session, AdjudicationLease, subject_id=subject.id, user_id=user.id, expires_at=NOW)


def _sign_in(session: Session, user: User, project: Project) -> None:
    _added(session, Invite, user_id=user.id, token_hash="a", created_at=NOW, expires_at=LATER)
    _added(session, ApiToken, user_id=user.id, token_hash="b", created_at=NOW)
    _added(session, SignInSession, user_id=user.id, token_hash="c", created_at=NOW, seen_at=NOW)
    _added(session, SignInTry, name_hash="d", address="127.0.0.1", at=NOW)
    _added(session, Job, project_id=project.id, kind="release", payload={}, created_at=NOW)


def _added(session: Session, model: type[Any], **values: Any) -> Any:
    row = model(**values)
    session.add(row)
    session.flush()
    return row


def content_of(database: Database) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, as Python values, in the order of the ids."""
    with database.read() as session:
        return {
            table.name: [
                dict(row._mapping)
                for row in session.execute(select(table).order_by(*table.primary_key.columns))
            ]
            for table in Base.metadata.sorted_tables
        }


def back_up(database: Database, file: Path) -> Contents:
    with database.read() as session:
        return backing_up.back_up(session, file=file, now=LATER)


def restore(database: Database, file: Path, *, despite_findings: bool = False) -> list[str]:
    with opened(file) as backup:
        backup.verify()
        with database.write() as session:
            return restoring.restore(
                session, backup=backup, now=LATER, despite_findings=despite_findings
            )


def doctored(
    file: Path, change: Callable[[dict[str, bytes]], None], *, repaired: bool = True
) -> Path:
    """A copy whose members were changed, by default with counts and hashes that fit again."""
    with zipfile.ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    if repaired:
        contents = json.loads(members["backup.json"])
        contents["tables"] = {name: stated(members, name) for name in contents["tables"]}
        members["backup.json"] = json.dumps(contents).encode()
    target = file.with_name("doctored.zip")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return target


def stated(members: dict[str, bytes], table: str) -> dict[str, Any]:
    data = members.get(f"{table}.jsonl", b"")
    digest = hashlib.sha256(data).hexdigest()
    return {"rows": data.count(b"\n"), "bytes": len(data), "sha256": digest}


def with_contents(file: Path, **changed: Any) -> Path:
    """A copy whose `backup.json` says something else."""

    def change(members: dict[str, bytes]) -> None:
        contents = json.loads(members["backup.json"]) | changed
        members["backup.json"] = json.dumps(contents).encode()

    return doctored(file, change, repaired=False)


def with_rows(file: Path, table: str, change: Callable[[dict[str, Any]], None]) -> Path:
    """A copy with every row of a table changed, and counts and hashes that fit again."""

    def rewrite(members: dict[str, bytes]) -> None:
        rows = [json.loads(line) for line in members[f"{table}.jsonl"].splitlines()]
        for row in rows:
            change(row)
        members[f"{table}.jsonl"] = b"".join(json.dumps(row).encode() + b"\n" for row in rows)

    return doctored(file, rewrite)
