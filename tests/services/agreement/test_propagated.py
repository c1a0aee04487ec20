"""What is settled before and after labels were copied to repeated lines."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from annotator.services.agreement.propagated import Settled, before_and_after
from annotator.services.codebooks import codebook_of
from annotator.store.corpus import Document
from tests.factories import NOW, Factory
from tests.labelled import Labelled


@pytest.fixture
def labelled(make: Factory) -> Labelled:
    return Labelled.empty(make)


def settled(session: Session, labelled: Labelled, question: str = "content") -> Any:
    codebook = codebook_of(labelled.codebook)
    (asked,) = (each for each in codebook.expanded("paragraph") if each.code == question)
    return before_and_after(session, asked, project_id=labelled.project.id)


def decide(labelled: Labelled, text: str, *labels: str, **given: Any) -> None:
    (subject,) = labelled.paragraphs(text)
    if given["method"] == "person":
        given["people"] = [labelled.person("lead", role="lead").id]
    labelled.make.gold(subject.id, "content", [[label] for label in labels], **given)


def test_copied_labels_stand_beside_those_of_people(session: Session, labelled: Labelled) -> None:
    decide(labelled, "One.", "main", method="unanimous")
    decide(labelled, "Two.", "boilerplate", method="person")
    for text in ("Three.", "Four."):
        decide(labelled, text, "boilerplate", method="propagated")
    assert settled(session, labelled) == (
        Settled("boilerplate", 1, 3),
        Settled("main", 1, 1),
    )


def test_where_nothing_was_copied_there_is_nothing_to_show(
    session: Session, labelled: Labelled
) -> None:
    decide(labelled, "One.", "main", method="majority")
    assert settled(session, labelled) == ()


def test_several_right_labels_are_one_row_and_what_has_no_label_is_none(
    session: Session, labelled: Labelled
) -> None:
    decide(labelled, "One.", "main", "mixed", method="person")
    decide(labelled, "Two.", "boilerplate", method="propagated")
    (subject,) = labelled.paragraphs("Three.")
    labelled.make.gold(subject.id, "content", None, state="void")
    assert settled(session, labelled) == (Settled(None, 1, 1), Settled("boilerplate", 0, 1))


def test_withdrawn_documents_are_left_out(session: Session, labelled: Labelled) -> None:
    decide(labelled, "One.", "boilerplate", method="propagated")
    (subject,) = labelled.paragraphs("Two.")
    labelled.make.gold(subject.id, "content", [["boilerplate"]], method="propagated")
    document = session.get_one(Document, subject.document_id)
    document.withdrawn_at = NOW
    session.flush()
    assert settled(session, labelled) == (Settled("boilerplate", 0, 1),)
