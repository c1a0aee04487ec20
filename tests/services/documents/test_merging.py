"""Two names of one publisher: all or nothing, and back again."""

from typing import Any

import pytest

from annotator.errors import Conflict, DataInvalid
from annotator.services.documents.merging import merge_source, take_out_source
from annotator.store.corpus import Document, Project, Source
from annotator.store.queries.masking import publisher
from tests.factories import NOW, Factory
from tests.services.documents.test_importing import bring_in

FACTS: dict[str, Any] = {"actor_id": None, "now": NOW}


@pytest.fixture
def project(make: Factory) -> Project:
    return make.project()


def document(make: Factory, project: Project, source: Source, key: str) -> Document:
    return make.document(project, source, key=key)


def test_documents_move_and_go_back_alone(make: Factory, project: Project) -> None:
    ledger, the_ledger = make.source(project, "Ledger"), make.source(project, "The Ledger")
    kept = document(make, project, the_ledger, "a")
    came = document(make, project, ledger, "b")
    assert merge_source(make.session, source=ledger, into=the_ledger, **FACTS) == 1
    assert came.source_id == the_ledger.id
    assert publisher(make.session, the_ledger).names == ("The Ledger", "Ledger")
    report = bring_in(make.session, project, ("c.txt", "Imported since."), source_name="Ledger")
    since = make.session.get_one(Document, report.documents[0].document_id)
    assert since.source_id == the_ledger.id
    assert take_out_source(make.session, source=ledger, **FACTS) == 1
    assert came.source_id == ledger.id
    assert kept.source_id == since.source_id == the_ledger.id
    with pytest.raises(Conflict, match="not merged"):
        take_out_source(make.session, source=ledger, **FACTS)


def test_what_was_merged_before_goes_along_and_comes_out_by_itself(
    make: Factory, project: Project
) -> None:
    a, b, c = (make.source(project, name) for name in "ABC")
    of_a, of_b = document(make, project, a, "a"), document(make, project, b, "b")
    merge_source(make.session, source=a, into=b, **FACTS)
    assert merge_source(make.session, source=b, into=c, **FACTS) == 2
    assert a.merged_into_id == b.merged_into_id == c.id
    take_out_source(make.session, source=b, **FACTS)
    assert (of_a.source_id, of_b.source_id) == (c.id, b.id)
    take_out_source(make.session, source=a, **FACTS)
    assert of_a.source_id == a.id


def test_a_clash_of_ids_names_them_and_moves_nothing(make: Factory, project: Project) -> None:
    one, other = make.source(project, "One"), make.source(project, "Other")
    free = document(make, project, one, "free.txt")
    for source in (one, other):
        document(make, project, source, "both.txt")
    with pytest.raises(DataInvalid, match=r"“One” and “Other” both have .* “both.txt”"):
        merge_source(make.session, source=one, into=other, **FACTS)
    assert free.source_id == one.id
    assert one.merged_into_id is None


def test_only_sources_in_use_are_merged(make: Factory, project: Project) -> None:
    one, gone = make.source(project), make.source(project, "Gone", withdrawn_at=NOW)
    with pytest.raises(DataInvalid, match="into itself"):
        merge_source(make.session, source=one, into=one, **FACTS)
    with pytest.raises(DataInvalid, match="Choose a source"):
        merge_source(make.session, source=one, into=None, **FACTS)
    for pair in ((one, gone), (gone, one)):
        with pytest.raises(DataInvalid, match="“Gone” is withdrawn"):
            merge_source(make.session, source=pair[0], into=pair[1], **FACTS)
