"""A changed document: what was labelled stays labelled where the text stays."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from annotator.domain import identity
from annotator.services.items import items_of
from annotator.store.corpus import Document, DocumentVersion, Paragraph, Subject
from annotator.store.labelling import Assignment
from annotator.store.queries.assigning import documents_to_assign
from tests.factories import Factory
from tests.labelled import NOISE, Labelled
from tests.services.documents.test_importing import bring_in


class Changing(Labelled):
    """A project whose one document is imported again and again."""

    def imported(self, *lines: str) -> str:
        """Import it with these lines; gives what was told."""
        text = "\n".join(lines)
        report = bring_in(self.make.session, self.project, ("a.txt", text))
        self.make.session.expire_all()
        return " ".join(report.documents[0].told)

    def subjects(self) -> dict[int, tuple[str, int, int]]:
        """Text, version and position of every paragraph that can be labelled."""
        rows = self.make.session.execute(
            select(Subject.id, Paragraph.text, DocumentVersion.number, Paragraph.position)
            .join(Paragraph, Paragraph.id == Subject.paragraph_id)
            .join(DocumentVersion, DocumentVersion.id == Paragraph.version_id)
            .order_by(Subject.id)
        )
        return {row[0]: (row[1], row[2], row[3]) for row in rows}

    def subject(self, text: str) -> Subject:
        found = [key for key, value in self.subjects().items() if value[0] == text]
        return self.make.session.get_one(Subject, found[-1])

    def states(self) -> list[tuple[str, str]]:
        rows = self.make.session.execute(
            select(Paragraph.text, Assignment.state)
            .join(Subject, Subject.id == Assignment.subject_id)
            .join(Paragraph, Paragraph.id == Subject.paragraph_id)
            .order_by(Assignment.id)
        )
        return [(text, state) for text, state in rows]


@pytest.fixture
def changing(make: Factory) -> Changing:
    world = Changing.empty(make)
    assert isinstance(world, Changing)
    return world


def test_a_paragraph_that_stays_is_the_same_subject_with_its_labels(changing: Changing) -> None:
    changing.imported("Stays.", "Goes.")
    before = changing.subject("Stays.")
    for text in ("Stays.", "Goes."):
        changing.says("ada", changing.subject(text), NOISE)
    told = changing.imported("New.", "Stays.")

    assert told == (
        "Version 2: 1 paragraphs stand as they were and keep their labels, 1 are new, 1 are gone."
    )
    assert changing.subject("Stays.").id == before.id
    assert changing.subjects()[before.id] == ("Stays.", 2, 1)
    assert changing.states() == [("Stays.", "done"), ("Goes.", "done")]
    assert len(changing.subjects()) == 3


def test_what_stays_is_not_given_out_as_something_new(changing: Changing) -> None:
    changing.imported("Stays.", "Goes.")
    changing.imported("Stays.", "New.")
    (work,) = documents_to_assign(changing.make.session, project_id=changing.project.id)
    assert work.paragraphs == (changing.subject("Stays.").id, changing.subject("New.").id)


def test_open_work_on_a_paragraph_that_is_gone_is_taken_back(changing: Changing) -> None:
    changing.imported("Stays.", "Goes.")
    for text in ("Stays.", "Goes."):
        changing.says("ada", changing.subject(text), None)
    changing.imported("Stays.")
    assert changing.states() == [("Stays.", "open"), ("Goes.", "withdrawn")]


def test_copies_of_a_text_go_over_in_reading_order(changing: Changing) -> None:
    changing.imported("Twice.", "Between.", "Twice.")
    first, _, second = changing.subjects()
    changing.imported("Twice.", "Between.")
    assert changing.subjects()[first] == ("Twice.", 2, 0)
    assert changing.subjects()[second] == ("Twice.", 1, 2)


def test_a_copy_that_is_gone_has_another_name_than_the_one_that_stays(changing: Changing) -> None:
    changing.imported("Twice.", "Twice.")
    first, second = changing.subjects()
    changing.imported("Twice.")
    items = items_of(changing.make.session, project_id=changing.project.id)
    document = identity.document_id("Ledger", "a.txt")
    assert items[first].item_id == identity.item_id(document, "Twice.", 1)
    assert items[second].item_id == identity.item_id(document, "Twice.", 2)
    assert (items[first].withdrawn, items[second].withdrawn) == (False, True)


def test_a_text_that_comes_back_is_what_it_was(changing: Changing) -> None:
    changing.imported("One.", "Back.")
    before = changing.subject("Back.").id
    changing.imported("One.")
    changing.imported("One.", "Two.", "Back.")
    assert changing.subjects()[before] == ("Back.", 3, 2)
    assert len(changing.subjects()) == 3


def test_a_document_with_thousands_of_paragraphs_changes(changing: Changing) -> None:
    lines = [f"Line {number}." for number in range(3_000)]
    changing.imported(*lines)
    told = changing.imported(*lines[1:], "New.")
    assert told.startswith("Version 2: 2,999 paragraphs stand as they were")
    assert len(changing.subjects()) == 3_001


def test_the_document_itself_stays_one_subject(session: Session, changing: Changing) -> None:
    for lines in (("One.",), ("Two.",), ("Three.",)):
        changing.imported(*lines)
    assert session.scalars(select(Document)).one().key == "a.txt"
    whole = select(Subject).where(Subject.scope == "document")
    assert len(session.scalars(whole).all()) == 1
