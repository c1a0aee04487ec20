"""What is withdrawn is out of work, figures and releases; restored, all is as it was."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from annotator.errors import DataInvalid
from annotator.services.documents import withdrawing
from annotator.services.items import items_of
from annotator.services.releases import releasing
from annotator.services.releases.verifying import verify
from annotator.store.corpus import Document, Source
from annotator.store.queries.assigning import documents_to_assign
from tests.factories import NOW, Factory
from tests.labelled import NOISE, Labelled
from tests.services.release_world import build

LATER = NOW + timedelta(days=1)


@pytest.fixture
def world(make: Factory) -> Labelled:
    return Labelled.empty(make)


def test_open_work_is_taken_back_and_given_back(world: Labelled) -> None:
    first, second, third = world.paragraphs("One.", "Two.", "Three.")
    document = world.make.session.get_one(Document, first.document_id)
    open_, done = world.says("ana", first, None), world.says("ana", second, NOISE)
    before = world.says("bo", third, None, state="withdrawn")
    facts: dict[str, Any] = {"document": document, "actor_id": None, "now": NOW}
    assert withdrawing.withdraw_document(world.make.session, **facts) == (1, 1)
    assert withdrawing.withdraw_document(world.make.session, **facts) == (0, 0)
    world.make.session.expire_all()
    assert [each.state for each in (open_, done, before)] == ["withdrawn", "done", "withdrawn"]
    assert documents_to_assign(world.make.session, project_id=world.project.id) == []
    items = items_of(world.make.session, project_id=world.project.id)
    assert items[second.id].withdrawn
    assert withdrawing.restore_document(world.make.session, **facts) == (1, 1)
    assert withdrawing.restore_document(world.make.session, **facts) == (0, 0)
    world.make.session.expire_all()
    assert [each.state for each in (open_, done, before)] == ["open", "done", "withdrawn"]
    assert len(documents_to_assign(world.make.session, project_id=world.project.id)) == 1


def test_work_of_a_closed_round_stays_taken_back(world: Labelled) -> None:
    [only] = world.paragraphs("One.")
    document = world.make.session.get_one(Document, only.document_id)
    world.says("ana", only, None)
    facts: dict[str, Any] = {"document": document, "actor_id": None, "now": NOW}
    withdrawing.withdraw_document(world.make.session, **facts)
    world.round.closed_at = LATER
    world.make.session.flush()
    assert withdrawing.restore_document(world.make.session, **facts) == (1, 0)


def test_a_source_takes_its_documents_with_it_and_brings_back_no_others(world: Labelled) -> None:
    session, make = world.make.session, world.make
    source = make.source(world.project)
    alone = make.document(world.project, source, withdrawn_at=NOW)
    other = make.document(world.project, source)
    facts: dict[str, Any] = {"source": source, "actor_id": None, "now": LATER}
    assert withdrawing.withdraw_source(session, **facts) == (1, 0)
    session.expire_all()
    with pytest.raises(DataInvalid, match=r"Its source .* is withdrawn"):
        withdrawing.restore_document(session, document=other, actor_id=None, now=LATER)
    assert withdrawing.restore_source(session, **facts) == (1, 0)
    session.expire_all()
    assert (alone.withdrawn_at, other.withdrawn_at) == (NOW, None)


@pytest.mark.parametrize("what", ["document", "source"])
def test_a_release_leaves_it_out_and_proves_itself(
    make: Factory, tmp_path: Path, what: str
) -> None:
    world = build(make, texts=("First.", "Second.", "Third.", "Fourth."), documents=2)
    session, document = make.session, world.documents[0]
    other = make.source(world.project, "Herald")
    make.document(world.project, other, texts=("Elsewhere.",))
    if what == "document":
        withdrawing.withdraw_document(session, document=document, actor_id=None, now=NOW)
    else:
        source = session.get_one(Source, document.source_id)
        withdrawing.withdraw_source(session, source=source, actor_id=None, now=NOW)
    releasing.export(session, project_id=world.project.id, target=tmp_path / "r")
    assert verify(tmp_path / "r").findings == []
    items = (tmp_path / "r" / "items.csv").read_text()
    assert "Elsewhere." in items
    assert items.count("First.") == (1 if what == "document" else 0)
