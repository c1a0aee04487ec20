"""Out of a release and in again: another project then holds the same labels of the same people."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from annotator.domain.identity import pseudonym
from annotator.formats import sittings
from annotator.formats.sittings import Kind, Wanted
from annotator.services.codebooks import codebook_of
from annotator.services.items import items_of
from annotator.services.labels_in.importing import Wishes, import_labels
from annotator.services.releases import releasing
from annotator.services.releases.writing import Options
from annotator.store.labelling import Annotation, AnnotationRevision, Assignment, Round
from annotator.store.people import User
from annotator.store.queries.judgments import pseudonym_key
from tests.factories import NOW, Factory
from tests.services.release_world import CODEBOOK, TEXTS, World, build

# What two projects that hold the same labels have in common, by item, person and round.
Held = dict[tuple[str, str, str], Any]


def held(session: Session, project_id: int, *, of: set[str], hide: bool) -> Held:
    """Answers to questions of these scopes; with `hide` people go by their pseudonyms."""
    items = items_of(session, project_id=project_id)
    key = pseudonym_key(session, project_id)
    rows = session.execute(
        select(
            Assignment.subject_id,
            User.name,
            Round.name,
            Assignment.state,
            AnnotationRevision.answers,
            AnnotationRevision.spans,
            AnnotationRevision.seconds,
            AnnotationRevision.saved_at,
        )
        .join(User, Assignment.user_id == User.id)
        .join(Round, Assignment.round_id == Round.id)
        .outerjoin(Annotation, Annotation.assignment_id == Assignment.id)
        .outerjoin(AnnotationRevision, AnnotationRevision.annotation_id == Annotation.id)
        .where(Round.project_id == project_id, Assignment.state != "open")
    )
    found: Held = {}
    for row in rows:
        item = items[row[0]]
        answers = {code: sorted(labels) for code, labels in (row[4] or {}).items()}
        if item.scope in of:
            person = pseudonym(key, row[1]) if hide else row[1]
            found[item.item_id, person, row[2]] = (row[3], answers, *row[5:])
    return found


@pytest.fixture
def world(make: Factory) -> World:
    world = build(make, documents=2, texts=[text for text in TEXTS if text.strip()])
    first = world.make.session.scalars(
        select(AnnotationRevision)
        .join(Annotation, AnnotationRevision.annotation_id == Annotation.id)
        .order_by(AnnotationRevision.id)
    ).all()
    assert any(revision.answers.get("frames") for revision in first)
    return world


@pytest.mark.parametrize(
    ("kind", "formats", "file", "of"),
    [
        ("table", ("csv",), "annotations.csv", {"paragraph", "document", "source"}),
        ("table", ("jsonl",), "annotations.jsonl", {"paragraph", "document", "source"}),
        ("table", ("parquet",), "annotations.parquet", {"paragraph", "document", "source"}),
        ("label-studio", ("jsonl", "label-studio"), "label-studio/tasks.json", {"paragraph"}),
    ],
)
def test_a_release_comes_back_as_it_was(
    world: World, make: Factory, tmp_path: Path, kind: Kind, formats: Any, file: str, of: set[str]
) -> None:
    session = make.session
    releasing.export(
        session,
        project_id=world.project.id,
        target=tmp_path / "r",
        options=Options(replicates=0, formats=formats),
    )
    other = make.project("other")
    version = make.codebook(other, CODEBOOK)
    source = make.source(other, "The Northern Ledger")
    for number in range(2):
        texts = tuple(text for text in TEXTS if text.strip())
        make.document(other, source, key=f"{number}.txt", texts=texts, lang="en")
    codebook = codebook_of(version)
    wanted = Wanted(
        questions=frozenset(codebook.asked),
        sets=frozenset(q.code for q in codebook.asked.values() if q.scale == "set"),
    )
    import_labels(
        session,
        project_id=other.id,
        sittings=sittings.read(kind, tmp_path / "r" / file, wanted),
        wishes=Wishes(),
        actor_id=None,
        now=NOW,
    )
    before = held(session, world.project.id, of=of, hide=True)
    after = held(session, other.id, of=of, hide=False)
    assert after == before
    assert any(row[0] == "skipped" for row in after.values())
