import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from annotator.errors import ImportRefused, Unavailable
from annotator.services.documents import importing
from annotator.services.documents.importing import ImportReport, import_by_source, import_files
from annotator.store.audit import _PENDING
from annotator.store.corpus import (
    Cluster,
    ClusterMember,
    Document,
    DocumentVersion,
    Paragraph,
    Project,
    Source,
    Subject,
    Suggestion,
)
from annotator.store.database import Database
from annotator.store.queries.documents import document_text, is_current
from tests.factories import NOW, Factory

LONG = "This sentence of the article is long enough to be taken for running text by anyone."
BANNER = "Sign up for the newsletter of this outlet today"


def bring_in(
    session: Session, project: Project, *files: tuple[str, str | bytes], **given: object
) -> ImportReport:
    facts: dict[str, object] = {"source_name": "Ledger", "actor_id": None, "now": NOW}
    contents = [(name, text.encode() if isinstance(text, str) else text) for name, text in files]
    return import_files(session, project_id=project.id, files=contents, **(facts | given))  # type: ignore[arg-type]


def count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def texts(session: Session) -> list[str]:
    """Texts of the current paragraphs, in reading order."""
    rows = session.scalars(
        select(Paragraph.text)
        .join(DocumentVersion, DocumentVersion.id == Paragraph.version_id)
        .join(Document, Document.id == DocumentVersion.document_id)
        .where(is_current())
        .order_by(Document.id, Paragraph.position)
    )
    return list(rows)


# New documents


def test_it_stores_a_document_with_everything_it_says_of_itself(
    session: Session, make: Factory
) -> None:
    row = {
        "text": "\n One. \r\n\r\nTwo 🙂.\n",
        "source": "Herald",
        "title": "A title",
        "url": "https://www.herald.example/a",
        "byline": "A. Author",
        "date": "2025-03-04",
        "lang": "en",
        "id": "h1",
    }
    report = bring_in(session, make.project(), ("a.jsonl", json.dumps(row)))
    document = session.scalars(select(Document)).one()
    assert (document.key, document.title, document.url) == ("h1", "A title", row["url"])
    assert (document.byline, str(document.published_on)) == ("A. Author", "2025-03-04")
    assert (document.lang, document.source.name) == ("en", "Herald")
    assert document.source.domains == ["herald.example"]
    version = session.scalars(select(DocumentVersion)).one()
    assert (version.number, version.head, version.characters) == (1, "\n", len(row["text"]))
    assert document_text(session, version.id) == row["text"]
    assert report.counts == {"new": 1, "changed": 0, "unchanged": 0, "refused": 0}
    assert report.paragraphs == 2


def test_it_makes_a_subject_for_each_thing_that_can_be_labelled(
    session: Session, make: Factory
) -> None:
    project = make.project()
    bring_in(session, project, ("a.txt", "One.\nTwo.\n"), ("b.txt", "Three.\n"))
    scopes = session.execute(
        select(Subject.scope, func.count()).group_by(Subject.scope).order_by(Subject.scope)
    ).all()
    assert scopes == [("document", 2), ("paragraph", 3), ("source", 1)]
    rows = session.execute(
        select(Subject.document_id, DocumentVersion.document_id)
        .join(Paragraph, Paragraph.id == Subject.paragraph_id)
        .join(DocumentVersion, DocumentVersion.id == Paragraph.version_id)
    ).all()
    assert len(rows) == 3
    assert all(ours == theirs for ours, theirs in rows)


def test_paragraphs_tile_the_document(session: Session, make: Factory) -> None:
    text = "\ufeff\u00a0\n\n e\u0301 one\t \r\r\ntwo\u2028three 🙂\u200b\n\n\n"
    report = bring_in(session, make.project(), ("a.txt", text))
    kept = text.removeprefix("\ufeff")
    for paragraph in session.scalars(select(Paragraph)):
        assert kept[paragraph.start : paragraph.end] == paragraph.text
    version_id = report.documents[0].version_id or 0
    assert document_text(session, version_id) == kept
    assert "byte order mark" in report.documents[0].told[0]


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(text=st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\r\t")))
def test_whatever_is_imported_comes_back_exactly(
    session: Session, make: Factory, text: str
) -> None:
    whole = text.removeprefix("\ufeff") + "end"
    report = bring_in(session, make.project(), ("a.txt", whole))
    assert document_text(session, report.documents[0].version_id or 0) == whole


def test_the_seeds_come_back_exactly_and_the_same_again_is_unchanged(
    session: Session, make: Factory, shared: Path
) -> None:
    files = [(path.name, path.read_bytes()) for path in sorted((shared / "seeds").glob("*.txt"))]
    project = make.project(languages=["en", "ru", "ro", "lt"])
    report = bring_in(session, project, *files)
    assert report.counts["new"] == len(files) == 5
    assert report.paragraphs == count(session, Paragraph) == 119
    for line, (_, content) in zip(report.documents, files, strict=True):
        assert document_text(session, line.version_id or 0).encode() == content
    suggestions = count(session, Suggestion)
    assert suggestions == report.suggestions > 30
    again = bring_in(session, project, *files)
    assert again.counts == {"new": 0, "changed": 0, "unchanged": 5, "refused": 0}
    assert (count(session, Paragraph), count(session, Suggestion)) == (119, suggestions)


def test_a_file_with_many_rows_is_stored_in_its_order(session: Session, make: Factory) -> None:
    rows = [json.dumps({"id": f"d{n}", "text": f"Text {n}.\n" * 8}) for n in range(1200)]
    report = bring_in(session, make.project(), ("a.jsonl", "\n".join(rows)))
    keys = session.scalars(select(Document.key).order_by(Document.id)).all()
    assert keys == [f"d{n}" for n in range(1200)]
    assert [one.where for one in report.documents[:2]] == ["a.jsonl line 1", "a.jsonl line 2"]
    # More than one batch of inserts, and each paragraph with its own document.
    assert report.paragraphs == 9600 > importing._PARAGRAPHS_AT_ONCE
    last = report.documents[-1].version_id or 0
    assert document_text(session, last) == "Text 1199.\n" * 8


# Sources


def test_a_document_that_names_its_source_is_not_from_the_given_one(
    session: Session, make: Factory
) -> None:
    table = "text,source\nOne.,Herald\nTwo.,\n"
    report = bring_in(session, make.project(), ("a.csv", table))
    assert [one.source for one in report.documents] == ["Herald", "Ledger"]
    assert session.scalars(select(Source.name).order_by(Source.name)).all() == ["Herald", "Ledger"]


def test_a_document_without_a_proper_source_is_refused(session: Session, make: Factory) -> None:
    project = make.project()
    for source, sentence in (
        (None, r"a\.txt: it does not say which source it is from"),
        ("  ", r"a\.txt: it does not say which source it is from"),
        ("x" * 201, "200 characters are the limit"),
        ("a\x1bb", r"control character U\+001B"),
    ):
        with pytest.raises(ImportRefused, match=sentence):
            bring_in(session, project, ("a.txt", "One.\n"), source_name=source)


def test_documents_of_a_merged_source_go_to_the_other_one(session: Session, make: Factory) -> None:
    project = make.project()
    kept = make.source(project, "Ledger")
    make.source(project, "The Ledger", merged_into_id=kept.id)
    bring_in(session, project, ("a.txt", "One.\n"), source_name="The Ledger")
    assert session.scalars(select(Document.source_id)).all() == [kept.id]


def test_nothing_comes_in_for_a_source_or_document_that_was_withdrawn(
    session: Session, make: Factory
) -> None:
    project = make.project()
    make.source(project, "Gone", withdrawn_at=NOW)
    make.document(project, make.source(project, "Ledger"), key="a.txt", withdrawn_at=NOW)
    with pytest.raises(ImportRefused, match="“Gone” was withdrawn"):
        bring_in(session, project, ("b.txt", "One.\n"), source_name="Gone")
    with pytest.raises(ImportRefused, match=r"a\.txt: it was withdrawn"):
        bring_in(session, project, ("a.txt", "One.\n"))


def test_the_same_name_in_another_project_or_source_is_another_document(
    session: Session, make: Factory
) -> None:
    one, other = make.project(), make.project()
    for project, source in ((one, "Ledger"), (one, "Herald"), (other, "Ledger")):
        report = bring_in(session, project, ("a.txt", "One.\n"), source_name=source)
        assert report.counts["new"] == 1
    assert count(session, Document) == 3


# The same again, and changed


def test_a_changed_document_gets_a_new_version(session: Session, make: Factory) -> None:
    project = make.project()
    bring_in(session, project, ("a.txt", "Stays.\nGoes.\nTwice.\nTwice.\n"))
    report = bring_in(session, project, ("a.txt", "New.\nTwice.\nStays.\nTwice.\n"))
    assert report.counts["changed"] == 1
    assert texts(session) == ["New.", "Twice.", "Stays.", "Twice."]
    old = session.scalars(
        select(Paragraph)
        .join(DocumentVersion, DocumentVersion.id == Paragraph.version_id)
        .where(DocumentVersion.number == 1)
        .order_by(Paragraph.position)
    ).all()
    session.expire_all()
    successors = [
        one.superseded_by_id and session.get_one(Paragraph, one.superseded_by_id).position
        for one in old
    ]
    assert successors == [2, None, 1, 3]
    # Three paragraphs took over the subjects of those they were before.
    assert count(session, Subject) == 1 + 1 + 4 + 1


def test_what_a_new_version_does_not_say_stays_as_it_was(session: Session, make: Factory) -> None:
    project = make.project()
    bring_in(session, project, ("a.csv", "id,text,title,date\n1,One.,First,2025-01-02\n"))
    bring_in(session, project, ("a.csv", "id,text,title\n1,Two.,Second\n"))
    document = session.scalars(select(Document)).one()
    session.refresh(document)
    assert (document.title, str(document.published_on)) == ("Second", "2025-01-02")


def test_an_older_text_again_changes_nothing_and_is_told(session: Session, make: Factory) -> None:
    project = make.project()
    for text in ("One.\n", "Two.\n"):
        bring_in(session, project, ("a.txt", text))
    report = bring_in(session, project, ("a.txt", "One.\n"))
    assert report.counts["unchanged"] == 1
    assert "This is version 1 again" in report.documents[0].told[0]
    assert texts(session) == ["Two."]


def test_the_same_document_twice_in_one_import_is_taken_once(
    session: Session, make: Factory
) -> None:
    report = bring_in(session, make.project(), ("a.txt", "One.\n"), ("a.txt", "One.\n"))
    assert [one.status for one in report.documents] == ["new", "unchanged"]
    assert report.documents[1].told == ("The same document as a.txt.",)


def test_two_documents_of_one_name_and_source_are_refused(session: Session, make: Factory) -> None:
    with pytest.raises(ImportRefused, match=r"the same source and id as a\.txt, but another"):
        bring_in(session, make.project(), ("a.txt", "One.\n"), ("a.txt", "Two.\n"))


# Whole or none


BAD: list[tuple[str, bytes, str]] = [
    ("bad.txt", b"fine\ncaf\xe9\n", r"bad\.txt: not UTF-8: byte 0xE9 in line 2, at offset 8"),
    ("bad.txt", b"", r"bad\.txt: .*is empty"),
    ("bad.txt", b" \n\n", r"bad\.txt: .*every line is blank"),
    ("bad.txt", b"one\ntwo\x00\n", r"bad\.txt: a NUL byte in line 2, at offset 7"),
    ("bad.txt", b"x" * 20_000_000, r"bad\.txt: .*20,000,000 characters"),
    ("bad.txt", b"x\n" * 10_000_001, r"bad\.txt: .*20,000,002 bytes"),
    ("bad.csv", b"body,title\nOne.,A\n", "no column named “text”; it has “body”, “title”"),
    ("bad.csv", b'text\n"never closed\n', "quotes do not match"),
    ("bad.jsonl", b'{"text": "One."}\n{"text": \n', r"bad\.jsonl line 2"),
    ("bad.jsonl", b'{"text": "One."}\n["a list"]\n', r"bad\.jsonl line 2"),
    ("bad.jsonl", b'{"text": "half \\ud83d"}\n', "surrogate"),
    ("bad.pdf", b"%PDF", r"files that end in \.pdf cannot be read here"),
    ("b\x01ad.txt", b"One.\n", r"its name holds the character U\+0001"),
    ("b\udce9d.txt", b"One.\n", r"its name holds the character U\+DCE9"),
    ("bad.jsonl", json.dumps({"text": "One.", "id": "ж" * 1500}).encode(), "its id is too long"),
]


def test_one_bad_file_refuses_all_and_says_why(session: Session, make: Factory) -> None:
    # One loop: a database for each of them would take most of the time of this module.
    project = make.project()
    for name, content, sentence in BAD:
        with pytest.raises(ImportRefused, match=sentence):
            bring_in(session, project, ("good.txt", "One.\n"), (name, content))


def test_it_lists_everything_that_is_refused(session: Session, make: Factory) -> None:
    with pytest.raises(ImportRefused) as caught:
        bring_in(
            session, make.project(), ("a.txt", b""), ("b.txt", "One.\n"), ("c.txt", b"\xff\xfe")
        )
    assert [refusal.split(":")[0] for refusal in caught.value.refusals] == ["a.txt", "c.txt"]


def test_no_file_at_all_is_refused(session: Session, make: Factory) -> None:
    with pytest.raises(ImportRefused, match="No file was given"):
        bring_in(session, make.project())


def test_nothing_of_a_refused_import_is_stored(database: Database) -> None:
    with database.write() as session:
        project = Factory(session).project()
    with pytest.raises(ImportRefused), database.write() as session:
        bring_in(session, project, ("a.txt", "One.\n" * 6000), ("b.txt", b""))
    with database.read() as session:
        for table in (Source, Document, Paragraph, Subject):
            assert count(session, table) == 0


def test_the_good_ones_are_stored_if_asked(session: Session, make: Factory) -> None:
    report = bring_in(session, make.project(), ("a.txt", b""), ("b.txt", "One.\n"), keep_going=True)
    assert [one.status for one in report.documents] == ["refused", "new"]
    assert report.documents[0].reason == "the file is empty: check that the right file was chosen."
    assert texts(session) == ["One."]


def test_several_sources_come_in_whole_or_not_at_all(database: Database) -> None:
    with database.write() as session:
        project = Factory(session).project()
    files: dict[str | None, Any] = {
        "Ledger": [("a.txt", b"One.\n")],
        "Herald": [("a.txt", b""), ("b.txt", b"Two.\n")],
    }
    facts: Any = {"project_id": project.id, "actor_id": None, "now": NOW}
    with pytest.raises(ImportRefused) as caught, database.write() as session:
        import_by_source(session, files=files, **facts)
    assert len(caught.value.refusals) == 1
    with database.write() as session:
        assert count(session, Source) == 0
        report = import_by_source(session, files=files, keep_going=True, **facts)
    assert [(one.source, one.status) for one in report.documents] == [
        ("Ledger", "new"),
        (None, "refused"),
        ("Herald", "new"),
    ]


def test_a_full_disk_leaves_nothing(tmp_path: Path, sqlite_template: Path) -> None:
    path = tmp_path / "small.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{path}")
    with database.write() as session:
        project = Factory(session).project()
    with pytest.raises(Unavailable, match="disk"), database.write() as session:
        # SQLite gives the same error for a page limit as for a full disk.
        pages = session.connection().exec_driver_sql("PRAGMA page_count").scalar_one()
        session.connection().exec_driver_sql(f"PRAGMA max_page_count={pages + 20}")
        bring_in(session, project, ("a.txt", f"{LONG}\n" * 20_000))
    with database.read() as session:
        for table in (Source, Document, DocumentVersion, Paragraph, Subject):
            assert count(session, table) == 0
    database.dispose()


def test_it_notes_the_import_without_any_text(session: Session, make: Factory) -> None:
    bring_in(session, make.project(), ("secret.txt", "One.\n"))
    (event,) = session.info[_PENDING]
    assert event["action"] == "documents.imported"
    assert event["details"] == {
        "paragraphs": 1,
        "new": 1,
        "changed": 0,
        "unchanged": 0,
        "refused": 0,
    }


# Repeats


def clusters(session: Session) -> dict[str, int]:
    """How many members the cluster of each text has."""
    rows = session.execute(
        select(func.min(Paragraph.text), func.count())
        .join(ClusterMember, ClusterMember.paragraph_id == Paragraph.id)
        .group_by(ClusterMember.cluster_id)
    )
    return dict(rows.all())


def test_the_same_text_in_two_documents_is_one_cluster(session: Session, make: Factory) -> None:
    project = make.project()
    bring_in(session, project, ("a.txt", f"{BANNER}\n{LONG}\n"))
    assert clusters(session) == {}
    bring_in(session, project, ("b.txt", f"{BANNER.upper()}\nOther.\n"), source_name="Herald")
    assert list(clusters(session).values()) == [2]
    bring_in(session, project, ("c.txt", f"  {BANNER}\n{BANNER}\n"))
    assert list(clusters(session).values()) == [4]
    members = session.scalars(select(ClusterMember.similarity)).all()
    assert set(members) == {1.0}


def test_projects_share_no_cluster(session: Session, make: Factory) -> None:
    for project in (make.project(), make.project()):
        bring_in(session, project, ("a.txt", f"{LONG}\n"))
    assert count(session, Cluster) == 0


def test_a_new_version_is_no_repeat_of_the_old_one(session: Session, make: Factory) -> None:
    project = make.project()
    bring_in(session, project, ("a.txt", f"{LONG}\nOne.\n"))
    bring_in(session, project, ("a.txt", f"{LONG}\nTwo.\n"))
    assert count(session, Cluster) == 0


def test_the_order_of_imports_makes_no_difference_to_clusters(
    session: Session, make: Factory
) -> None:
    rng = random.Random(5)
    lines = [f"The line about {letter} alone." for letter in "abcdefghijkl"]
    files = [(f"{n}.txt", "\n".join(rng.choices(lines, k=5))) for n in range(8)]
    together, apart = make.project(), make.project()
    bring_in(session, together, *files)
    whole = clusters(session)
    for file in reversed(files):
        bring_in(session, apart, file)
    both = session.execute(
        select(Cluster.key, func.count())
        .join(ClusterMember, ClusterMember.cluster_id == Cluster.id)
        .group_by(Cluster.id)
    ).all()
    assert len(both) == 2 * len(whole)
    assert sorted(both) == sorted(2 * list(dict(both).items()))


# Languages and suggestions


def suggested(session: Session) -> dict[str, list[str]]:
    """Noise types and reasons by document and paragraph."""
    rows = session.execute(
        select(Document.key, Paragraph.position, Suggestion.noise_type, Suggestion.reasons)
        .join(Paragraph, Paragraph.id == Suggestion.paragraph_id)
        .join(DocumentVersion, DocumentVersion.id == Paragraph.version_id)
        .join(Document, Document.id == DocumentVersion.document_id)
        .order_by(Document.id, Paragraph.position)
    )
    return {f"{key} {position}": [kind, *reasons] for key, position, kind, reasons in rows}


def test_a_repeat_points_to_the_copy_that_stays(session: Session, make: Factory) -> None:
    bring_in(session, make.project(), ("a.txt", f"{LONG}\nAnd then it went on.\n{LONG}\n"))
    suggestion = session.scalars(select(Suggestion)).one()
    kept = session.get_one(Paragraph, suggestion.repeat_of_id or 0)
    assert (suggestion.noise_type, kept.position) == ("repeat", 0)
    assert "stands in paragraph 1" in suggestion.reasons[0]


def test_a_line_of_several_documents_is_suggested_in_all_of_them(
    session: Session, make: Factory
) -> None:
    project = make.project()
    bring_in(session, project, ("a.txt", f"{LONG}\n{BANNER} with us.\n{LONG} Again.\n"))
    assert not [reason for reason in suggested(session)["a.txt 1"] if "of this source" in reason]
    bring_in(session, project, ("b.txt", f"{BANNER} with us.\nSomething else was said.\n"))
    found = suggested(session)
    assert "The same text stands in 2 of 2 documents of this source." in found["a.txt 1"]
    assert "The same text stands in 2 of 2 documents of this source." in found["b.txt 0"]


def test_a_line_of_another_source_is_no_reason(session: Session, make: Factory) -> None:
    project = make.project()
    for source in ("Ledger", "Herald"):
        bring_in(session, project, ("a.txt", f"{LONG}\n{LONG} More.\n"), source_name=source)
    assert suggested(session) == {}


def test_it_keeps_the_language_of_a_document_and_finds_those_of_paragraphs(
    session: Session, make: Factory
) -> None:
    russian = "Это предложение написано по-русски и достаточно длинное, чтобы его узнать."
    project = make.project(languages=["en", "ru"])
    bring_in(session, project, ("a.txt", f"{LONG}\n{russian}\nShare\n這是中文\n{LONG} End.\n"))
    assert session.scalars(select(Document.lang)).one() == "en"
    languages = session.scalars(select(Paragraph.lang).order_by(Paragraph.position)).all()
    assert languages == ["en", "ru", "en", None, "en"]
    assert "In Cyrillic letters" in suggested(session)["a.txt 1"][1]
    row = json.dumps({"text": f"{LONG}\n{russian}\n", "lang": "ru"})
    bring_in(session, project, ("b.jsonl", row))
    assert session.scalars(select(Document.lang).order_by(Document.id)).all() == ["en", "ru"]
