"""What can be labelled, under names that any machine gives it."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from annotator.domain import identity
from annotator.services.items import Item, items_of
from annotator.store.corpus import Subject
from tests.factories import NOW, Factory
from tests.labelled import NOISE, Labelled


def by_scope(items: dict[int, Item], scope: str) -> list[Item]:
    return [item for _, item in sorted(items.items()) if item.scope == scope]


def test_documents_and_their_paragraphs_are_named_after_source_and_key(
    session: Session, make: Factory
) -> None:
    project = make.project()
    source = make.source(project, "The Ledger")
    make.document(project, source, key="one.txt", texts=("Same.", "Other.", "Same."))
    make.document(project, source, key="two.txt", texts=("Same.",))
    items = items_of(session, project_id=project.id)
    one, two = (identity.document_id("The Ledger", key) for key in ("one.txt", "two.txt"))
    assert [item.item_id for item in by_scope(items, "document")] == [one, two]
    assert [item.item_id for item in by_scope(items, "paragraph")] == [
        identity.item_id(one, "Same.", 1),
        identity.item_id(one, "Other.", 1),
        identity.item_id(one, "Same.", 2),
        identity.item_id(two, "Same.", 1),
    ]
    assert {item.source_id for item in items.values()} == {identity.source_id("The Ledger")}
    assert not any(item.withdrawn for item in items.values())


def test_a_document_has_the_same_names_in_every_project(session: Session, make: Factory) -> None:
    names = []
    for _ in range(2):
        project = make.project()
        make.document(project, make.source(project, "The Ledger"), key="one.txt")
        names.append({item.item_id for item in items_of(session, project_id=project.id).values()})
    assert names[0] == names[1]
    assert len(names[0]) == 3


def test_a_source_is_an_item_when_it_can_be_rated(session: Session, make: Factory) -> None:
    project = make.project()
    for name, withdrawn_at in (("The Ledger", None), ("The Gone", NOW)):
        source = make.source(project, name, withdrawn_at=withdrawn_at)
        session.add(Subject(project_id=project.id, scope="source", source_id=source.id))
    session.flush()
    rated = by_scope(items_of(session, project_id=project.id), "source")
    assert [(item.item_id, item.document_id, item.withdrawn) for item in rated] == [
        (identity.source_id("The Ledger"), None, False),
        (identity.source_id("The Gone"), None, True),
    ]


def test_with_its_source_a_document_and_its_paragraphs_are_withdrawn(
    session: Session, make: Factory
) -> None:
    project = make.project()
    make.document(project, make.source(project, withdrawn_at=NOW))
    items = items_of(session, project_id=project.id)
    assert len(items) == 3
    assert all(item.withdrawn for item in items.values())


def test_paragraphs_of_documents_that_nobody_was_given_can_be_left_out(
    session: Session, make: Factory
) -> None:
    labelled = Labelled.empty(make)
    given, _ = labelled.paragraphs("Given.", "Beside it.")
    labelled.paragraphs("Nobody's.")
    labelled.says("alice", given, NOISE)
    items = items_of(session, project_id=labelled.project.id, assigned_only=True)
    assert len(by_scope(items, "paragraph")) == 2
    assert len(by_scope(items, "document")) == 2
    assert len(by_scope(items_of(session, project_id=labelled.project.id), "paragraph")) == 3


@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(
        st.lists(st.sampled_from(["a", "b", "🙂", "é", "é"]), min_size=1, max_size=5),
        min_size=1,
        max_size=3,
    )
)
def test_no_two_subjects_of_one_cut_share_a_name(
    session: Session, documents: list[list[str]]
) -> None:
    nested = session.begin_nested()
    make = Factory(session)
    project = make.project("named")
    for texts in documents:
        make.document(project, texts=tuple(texts))
    items = items_of(session, project_id=project.id)
    subjects = session.scalars(select(Subject.id).where(Subject.project_id == project.id)).all()
    nested.rollback()
    assert set(items) == set(subjects)
    assert len({item.item_id for item in items.values()}) == len(subjects)
