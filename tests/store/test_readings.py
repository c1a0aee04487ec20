"""The text that is decided about: what stands around it, and nothing of another project."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from annotator.store.corpus import Document, DocumentVersion, Paragraph, Project, Subject
from annotator.store.queries.readings import reading_of
from tests.factories import NOW, Factory

TEXTS = ("Zero.", "One.", "Two.", "Three.", "Four.")


@pytest.fixture
def document(make: Factory) -> Document:
    project = make.project()
    return make.document(project, make.source(project, "The Ledger"), texts=TEXTS, lang="de")


def subject_of(session: Session, document: Document, scope: str, number: int = 0) -> Subject:
    return session.scalars(
        select(Subject)
        .where(Subject.document_id == document.id, Subject.scope == scope)
        .order_by(Subject.id)
    ).all()[number]


@pytest.mark.parametrize(
    ("number", "before", "after"),
    [
        (0, (), ("One.", "Two.")),
        (2, ("Zero.", "One."), ("Three.", "Four.")),
        (4, ("Two.", "Three."), ()),
    ],
)
def test_a_paragraph_comes_with_two_before_and_two_after(
    session: Session, document: Document, number: int, before: tuple[str], after: tuple[str]
) -> None:
    subject = subject_of(session, document, "paragraph", number)
    found = reading_of(session, project_id=document.project_id, subject_id=subject.id)
    assert found is not None
    assert (found.scope, found.text) == ("paragraph", TEXTS[number])
    assert (found.before, found.after) == (before, after)
    assert (found.lang, found.document) == ("en", document.title)


def test_the_context_is_of_the_same_version(session: Session, document: Document) -> None:
    version = DocumentVersion(
        document_id=document.id,
        number=2,
        text_hash="second",
        characters=9,
        head="",
        file_name="a.txt",
        told=[],
        imported_at=NOW,
    )
    session.add(version)
    session.flush()
    paragraph = Paragraph(
        version_id=version.id,
        position=1,
        start=0,
        end=4,
        text="New.",
        tail="",
        duplicate_key="new.",
    )
    session.add(paragraph)
    session.flush()
    new = Subject(
        project_id=document.project_id,
        scope="paragraph",
        document_id=document.id,
        paragraph_id=paragraph.id,
    )
    session.add(new)
    session.flush()
    found = reading_of(session, project_id=document.project_id, subject_id=new.id)
    assert found is not None
    # A paragraph without a language of its own has that of its document.
    assert (found.text, found.before, found.after, found.lang) == ("New.", (), (), "de")
    whole = subject_of(session, document, "document")
    reading = reading_of(session, project_id=document.project_id, subject_id=whole.id)
    assert reading is not None
    assert reading.text == "New."


def test_a_document_is_read_whole_in_reading_order(session: Session, document: Document) -> None:
    whole = subject_of(session, document, "document")
    found = reading_of(session, project_id=document.project_id, subject_id=whole.id)
    assert found is not None
    assert found.text.split("\n\n") == list(TEXTS)
    assert (found.scope, found.before, found.after) == ("document", (), ())


def test_a_document_without_a_title_is_called_by_its_key(session: Session, make: Factory) -> None:
    document = make.document(make.project(), title=None, key="a.txt")
    whole = subject_of(session, document, "document")
    found = reading_of(session, project_id=document.project_id, subject_id=whole.id)
    assert found is not None
    assert found.document == "a.txt"


def test_a_source_comes_with_its_documents_but_not_withdrawn_ones(
    session: Session, make: Factory, document: Document
) -> None:
    project = session.get_one(Project, document.project_id)
    make.document(project, document.source, title="Withdrawn", withdrawn_at=NOW)
    make.document(project, document.source, title=None, key="b.txt")
    rated = Subject(project_id=project.id, scope="source", source_id=document.source_id)
    session.add(rated)
    session.flush()
    found = reading_of(session, project_id=project.id, subject_id=rated.id)
    assert found is not None
    assert (found.scope, found.text) == ("source", "The Ledger")
    assert found.documents == (document.title, "b.txt")


def test_what_is_in_another_project_is_not_found(
    session: Session, make: Factory, document: Document
) -> None:
    subject = subject_of(session, document, "paragraph")
    assert reading_of(session, project_id=make.project().id, subject_id=subject.id) is None
    assert reading_of(session, project_id=document.project_id, subject_id=10**6) is None
