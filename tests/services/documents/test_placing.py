"""What a page tells of its paragraphs is told whenever they are judged, not only at import."""

import zlib

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from annotator.domain import noise
from annotator.services.documents.cutting import Seen, merge_paragraphs
from annotator.services.documents.inspecting import suggestions_anew, surroundings
from annotator.services.documents.placing import placed_in_page
from annotator.store.corpus import Document, DocumentVersion, Suggestion
from tests.factories import NOW, Factory
from tests.services.documents.test_importing import LONG, bring_in

ARTICLE = "".join(f"<p>{LONG} It is number {number}.</p>" for number in range(5))
PAGE = (
    f"<html><body><h1>A ferry is sold</h1>{ARTICLE}"
    '<div id="comments"><p>I was there, and nobody said so to me.</p></div></body></html>'
)
REASON = "It stands among the comments of the page."


def reasons(session: Session) -> list[list[str]]:
    return list(session.scalars(select(Suggestion.reasons).order_by(Suggestion.paragraph_id)))


def imported(session: Session) -> tuple[int, int]:
    """(project, version)"""
    project = Factory(session).project()
    bring_in(session, project, ("a.html", PAGE), ("b.txt", f"{LONG}\nAnother text.\n"))
    version = session.scalars(
        select(DocumentVersion.id).where(DocumentVersion.markup.is_not(None))
    ).one()
    return project.id, version


def test_an_imported_page_is_judged_with_its_tags(session: Session) -> None:
    imported(session)

    assert [one[0] for one in reasons(session)] == [REASON]


def test_suggestions_that_are_made_anew_still_know_the_page(session: Session) -> None:
    project_id, version_id = imported(session)
    rows = suggestions_anew(
        session, project_id=project_id, version_ids=[version_id], progress=lambda _: None
    )
    ((_, around),) = surroundings(session, project_id=project_id, version_ids=[version_id])

    assert [row["reasons"][0] for row in rows] == [REASON]
    assert around.placed is not None
    assert [one.region for one in around.placed] == [None] * 6 + ["comments"]


def test_documents_without_a_page_are_judged_by_their_text(session: Session) -> None:
    project_id, version_id = imported(session)
    other = session.scalars(
        select(DocumentVersion.id).where(DocumentVersion.id != version_id)
    ).one()
    ((_, around),) = surroundings(session, project_id=project_id, version_ids=[other])

    assert around.placed is None


def test_a_new_cut_keeps_what_the_page_tells(session: Session) -> None:
    _, version_id = imported(session)
    document = session.scalars(select(Document).where(Document.key == "a.html")).one()
    merge_paragraphs(
        session, document=document, position=1, seen=Seen(version_id, 1), actor_id=None, now=NOW
    )

    assert [one[0] for one in reasons(session)] == [REASON]


def test_a_page_that_gives_another_text_than_the_stored_one_tells_nothing(
    session: Session,
) -> None:
    project_id, version_id = imported(session)
    session.execute(
        update(DocumentVersion)
        .where(DocumentVersion.id == version_id)
        .values(markup=zlib.compress(PAGE.replace("ferry", "bridge").encode()))
    )
    ((_, around),) = surroundings(session, project_id=project_id, version_ids=[version_id])

    assert around.placed is None


def test_without_a_page_there_is_no_place() -> None:
    assert placed_in_page(None, "One.\n", []) is None
    assert noise.Placed(0.5).region is None
