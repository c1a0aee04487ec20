"""A corrected cut: the document stays what it is, and what is labelled stays labelled."""

import pytest
from sqlalchemy import func, select

from annotator.errors import Conflict, DataInvalid
from annotator.services.documents.cutting import Seen, merge_paragraphs, split_paragraph
from annotator.services.items import items_of
from annotator.store.audit import append_pending, broken_links
from annotator.store.corpus import (
    ClusterMember,
    Document,
    DocumentVersion,
    Paragraph,
    Subject,
    Suggestion,
)
from annotator.store.queries.assigning import documents_to_assign
from annotator.store.queries.documents import document_text
from tests.factories import NOW, Factory
from tests.labelled import Labelled
from tests.services.documents.test_importing import bring_in

AGAIN = "A sentence that stands in two documents of this source, word for word."
TEXT = f" \n{AGAIN}\nFirst half. Second half.\n\nThird one.\nLast.\n"


class Cutting(Labelled):
    """A project whose first document is cut anew."""

    document: Document
    seen: Seen

    def imported(self) -> None:
        bring_in(self.make.session, self.project, ("a.txt", TEXT), ("b.txt", f"{AGAIN}\nOther.\n"))
        session = self.make.session
        self.document = session.scalars(select(Document).where(Document.key == "a.txt")).one()
        version = session.scalars(
            select(DocumentVersion.id).where(DocumentVersion.document_id == self.document.id)
        ).one()
        self.seen = Seen(version, 1)

    def split(self, position: int, words: str, *, seen: Seen | None = None) -> None:
        self.seen = split_paragraph(
            self.make.session,
            document=self.document,
            position=position,
            words=words,
            seen=seen or self.seen,
            actor_id=None,
            now=NOW,
        ).seen

    def merge(self, position: int) -> None:
        self.seen = merge_paragraphs(
            self.make.session,
            document=self.document,
            position=position,
            seen=self.seen,
            actor_id=None,
            now=NOW,
        ).seen

    def standing(self) -> list[Paragraph]:
        found = (
            select(Paragraph)
            .where(
                Paragraph.version_id == self.seen.version_id, Paragraph.superseded_by_id.is_(None)
            )
            .order_by(Paragraph.position)
        )
        return list(self.make.session.scalars(found))

    def texts(self) -> list[str]:
        return [row.text for row in self.standing()]

    def subject(self, text: str) -> Subject:
        row = next(row for row in self.standing() if row.text == text)
        return self.make.session.scalars(
            select(Subject).where(Subject.paragraph_id == row.id)
        ).one()


@pytest.fixture
def cutting(make: Factory) -> Cutting:
    world = Cutting.empty(make)
    assert isinstance(world, Cutting)
    world.imported()
    return world


def test_splits_and_merges_keep_the_text_and_its_offsets(cutting: Cutting) -> None:
    cutting.split(1, "Second half")
    assert cutting.texts() == [AGAIN, "First half.", "Second half.", "Third one.", "Last."]
    cutting.merge(2)
    cutting.merge(2)
    assert cutting.texts() == [AGAIN, "First half.", "Second half.\n\nThird one.\nLast."]
    rows = cutting.standing()
    assert document_text(cutting.make.session, cutting.seen.version_id) == TEXT
    assert [TEXT[row.start : row.end] for row in rows] == [row.text for row in rows]
    assert [(row.cut, row.position) for row in rows] == [(4, 0), (4, 1), (4, 2)]


def test_a_paragraph_that_is_not_touched_keeps_its_labels_and_its_name(cutting: Cutting) -> None:
    third = cutting.subject("Third one.")
    cutting.says("ana", third, None)
    before = items_of(cutting.make.session, project_id=cutting.project.id)[third.id]
    cutting.split(1, "Second half")
    assert cutting.subject("Third one.").id == third.id
    assert items_of(cutting.make.session, project_id=cutting.project.id)[third.id] == before
    [first, *_] = documents_to_assign(cutting.make.session, project_id=cutting.project.id)
    assert list(first.paragraphs) == [cutting.subject(text).id for text in cutting.texts()]


def test_the_old_cut_points_to_what_stands_in_its_place(cutting: Cutting) -> None:
    old = {row.text: row for row in cutting.standing()}
    cutting.split(1, "Second half")
    new = {row.text: row.id for row in cutting.standing()}
    assert old["First half. Second half."].superseded_by_id == new["First half."]
    assert old["Last."].superseded_by_id == new["Last."]


def test_undone_the_document_has_the_same_items_again(cutting: Cutting) -> None:
    def items() -> set[str]:
        found = items_of(cutting.make.session, project_id=cutting.project.id)
        return {item.item_id for item in found.values() if not item.withdrawn}

    before = items()
    cutting.split(1, "Second half")
    assert items() != before
    cutting.merge(1)
    assert items() == before


def test_clusters_and_suggestions_are_those_of_the_new_cut(cutting: Cutting) -> None:
    session = cutting.make.session
    cutting.split(0, "word for word")
    clustered = select(Paragraph.text).join(
        ClusterMember, ClusterMember.paragraph_id == Paragraph.id
    )
    assert session.scalars(clustered).all() == [AGAIN]
    cutting.merge(0)
    assert session.scalars(clustered).all() == [AGAIN, AGAIN]
    stale = (
        select(func.count(Suggestion.id))
        .join(Paragraph, Paragraph.id == Suggestion.paragraph_id)
        .where(Paragraph.superseded_by_id.is_not(None))
    )
    assert session.scalar(stale) == 0
    assert session.scalars(select(Suggestion)).all()


@pytest.mark.parametrize("work", ["open", "done", "withdrawn", "gold"])
def test_a_paragraph_with_work_on_it_is_not_cut(cutting: Cutting, work: str) -> None:
    subject = cutting.subject("First half. Second half.")
    if work == "gold":
        cutting.make.gold(subject.id, "content", [["main"]])
    else:
        said = {"content": ["main"], "frames": [], "targets": []}
        given = cutting.says("ana", subject, None if work == "open" else said)
        given.state = work
    before = cutting.texts()
    refusal = "Paragraph 2 has been given out or labelled"
    with pytest.raises(DataInvalid, match=refusal):
        cutting.split(1, "Second")
    with pytest.raises(DataInvalid, match=refusal):
        cutting.merge(0)
    assert cutting.texts() == before


def test_work_that_was_taken_back_does_not_stand_in_the_way(cutting: Cutting) -> None:
    given = cutting.says("ana", cutting.subject("First half. Second half."), None)
    given.state = "withdrawn"
    cutting.split(1, "Second half")
    assert "Second half." in cutting.texts()


def test_a_cut_that_was_changed_meanwhile_is_not_changed_again(cutting: Cutting) -> None:
    seen = cutting.seen
    cutting.split(1, "Second half", seen=seen)
    with pytest.raises(Conflict, match="load the page again"):
        cutting.split(1, "half", seen=seen)


def test_it_is_told_in_the_audit_trail(cutting: Cutting) -> None:
    session = cutting.make.session
    cutting.split(1, "Second half")
    actions = [event["action"] for event in session.info["audit_events"]]
    assert actions[-1] == "paragraph.split"
    append_pending(session)
    assert list(broken_links(session)) == []
