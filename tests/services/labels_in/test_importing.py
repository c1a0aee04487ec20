"""Labels of other tools in a project: matched, under their authors, all or nothing."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from annotator.domain.identity import pseudonym
from annotator.domain.sitting import Mark, Sitting
from annotator.errors import Conflict, DataInvalid, ImportRefused
from annotator.services import judging
from annotator.services.items import items_of
from annotator.services.labels_in.importing import LabelsReport, Wishes, import_labels
from annotator.store.corpus import Project
from annotator.store.labelling import Annotation, AnnotationRevision, Assignment, Round
from annotator.store.people import Membership, User
from annotator.store.queries.judgments import pseudonym_key
from tests.factories import NOW, Factory
from tests.services.release_world import CODEBOOK

TEXTS = ("The strait is\u00a0calm 😀.", "Share this", "Share this", "The end.")
SAVED = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)
Import = Callable[..., LabelsReport]


@pytest.fixture
def project(make: Factory) -> Project:
    project = make.project("strait")
    codebook = CODEBOOK.replace(
        "scale: set\n    show_if", "scale: set\n    spans: must\n    show_if"
    )
    make.codebook(project, codebook)
    make.document(project, texts=TEXTS)
    return project


@pytest.fixture
def bring(session: Session, project: Project) -> Import:
    def call(*sittings: Sitting, **wishes: Any) -> LabelsReport:
        return import_labels(
            session,
            project_id=project.id,
            sittings=sittings,
            wishes=Wishes(**wishes),
            actor_id=None,
            now=NOW,
        )

    return call


def sitting(text: str = TEXTS[0], annotator: str = "ana", **given: Any) -> Sitting:
    answers = given.pop("answers", {"content": ["main"]})
    about = {"where": f"line {annotator}", "item_id": None, "text": text} | given
    return Sitting(annotator=annotator, answers=answers, **about)


def stored(session: Session) -> list[tuple[str, str, dict[str, list[str]]]]:
    rows = session.execute(
        select(User.name, Round.name, AnnotationRevision.answers)
        .join(Annotation, AnnotationRevision.annotation_id == Annotation.id)
        .join(Assignment, Annotation.assignment_id == Assignment.id)
        .join(Round, Assignment.round_id == Round.id)
        .join(User, Assignment.user_id == User.id)
        .order_by(AnnotationRevision.id)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def test_labels_become_a_closed_round_of_their_authors(session: Session, bring: Import) -> None:
    report = bring(
        sitting(answers={"content": ["Main"]}, seconds=2.5, saved_at=SAVED),
        sitting(annotator="bo", answers={"content": ["boilerplate"]}),
        sitting(text="The  end. ", annotator="bo", skipped=True, answers={}),
    )
    assert stored(session) == [
        ("ana", "imported", {"content": ["main"]}),
        ("bo", "imported", {"content": ["boilerplate"]}),
    ]
    assert report == LabelsReport(
        rounds=("imported",), items=2, labels=2, skipped=1, people={"ana": 1, "bo": 2},
        new_people=("ana", "bo"), refused=(),
    )  # fmt: skip
    round_ = session.scalars(select(Round)).one()
    assert (round_.overlap, round_.blind, round_.closed_at) == (2, False, NOW)
    first = session.scalars(select(Annotation).order_by(Annotation.id)).first()
    assert first is not None
    assert (first.origin, first.saved_at) == ("imported", SAVED)
    skipped = session.scalars(select(Assignment).where(Assignment.state == "skipped")).one()
    assert skipped.skip_reason == "Skipped in another tool."


def test_they_count_in_agreement_like_others(
    session: Session, project: Project, bring: Import
) -> None:
    bring(sitting(), sitting(annotator="bo"))
    rows = judging.project_judgments(session, project_id=project.id).rows
    counted = [(row.question, row.label) for row in rows if not row.excluded]
    assert counted == [("content", "main"), ("content", "main")]


def test_an_author_is_found_by_name_by_pseudonym_and_as_the_lead_says(
    session: Session, make: Factory, project: Project, bring: Import
) -> None:
    anna = make.member(project, make.user("Anna"))
    bob = make.user("bob")
    session.flush()
    hidden = pseudonym(pseudonym_key(session, project.id), anna.name)
    report = bring(
        sitting(annotator="anna"),
        sitting(text="The end.", annotator=hidden),
        sitting(annotator="bob@example.org"),
        people={"bob@example.org": "bob"},
    )
    assert report.people == {"Anna": 2, "bob": 1}
    assert report.new_people == ()
    assert session.scalar(
        select(func.count(Membership.id)).where(Membership.user_id == bob.id)
    ) == 1  # fmt: skip


def test_an_item_is_found_by_its_id_where_its_text_stands_twice(
    session: Session, project: Project, bring: Import
) -> None:
    with pytest.raises(ImportRefused) as refused:
        bring(sitting(text="Share this"))
    assert refused.value.refusals == [
        (
            "line ana: “Share this” stands in 2 places of the project: name one by item_id, since "
            "only you know which was meant."
        )
    ]
    ids = [
        item.item_id
        for item in items_of(session, project_id=project.id).values()
        if item.scope == "paragraph"
    ]
    bring(sitting(item_id=ids[1], text="Share this"))
    assert len(stored(session)) == 1


def test_marked_passages_keep_their_words(session: Session, bring: Import) -> None:
    answers = {"content": ["main"], "frames": ["Economic"]}
    marks = (Mark("frames", "Economic", 14, 20), Mark("frames", "economic", 4, 10, "strait"))
    bring(sitting(answers=answers, marks=marks))
    (kept,) = session.scalars(select(AnnotationRevision.spans))
    assert [(each["label"], each["quote"]) for each in kept] == [
        ("economic", TEXTS[0][14:20]),
        ("economic", "strait"),
    ]


def test_an_answer_that_was_not_asked_for_can_be_assumed(session: Session, bring: Import) -> None:
    only_frames = sitting(answers={"frames": ["economic"]})
    with pytest.raises(ImportRefused, match="does not apply"):
        bring(only_frames)
    bring(only_frames, sitting("The end."), assumed={"content": ["main"]})
    assert [answers for _, _, answers in stored(session)] == [
        {"content": ["main"], "frames": ["economic"]},
        {"content": ["main"]},
    ]


def test_rounds_keep_their_names_unless_the_lead_gives_one(session: Session, bring: Import) -> None:
    bring(sitting(round_name="pilot"), sitting(annotator="bo"))
    assert [name for _, name, _ in stored(session)] == ["pilot", "imported"]
    with pytest.raises(Conflict, match="a round “pilot” already"):
        bring(sitting(round_name="pilot"))
    bring(sitting(round_name="pilot"), round_name="second")
    assert [name for _, name, _ in stored(session)][-1] == "second"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"text": "Nowhere."}, "no paragraph of the project reads “Nowhere.”"),
        ({"item_id": "p-0", "text": None}, "no item p-0"),
        ({"answers": {"mood": ["good"]}}, "asks no “mood”"),
        ({"answers": {"content": ["noise"]}}, "“noise” is no label of content"),
        ({"answers": {"content": ["main", "boilerplate"]}}, "Choose one label"),
        ({"answers": {"genre": ["opinion"]}}, "not asked in this task"),
        ({"marks": (Mark("frames", "economic", 0, 3),)}, "is not chosen in “frames”"),
        (
            {
                "answers": {"content": ["main"], "frames": ["economic"]},
                "marks": (Mark("frames", "economic", 0, 3, "Das"),),
            },
            "are not “Das”",
        ),
    ],
)
def test_what_does_not_fit_is_one_sentence_and_nothing_is_stored(
    session: Session, bring: Import, given: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ImportRefused) as refused:
        bring(sitting("The end."), sitting(annotator="bo", **given))
    (only,) = refused.value.refusals
    assert only.startswith("line bo: ")
    assert sentence in only
    assert session.scalars(select(Round)).all() == []
    report = bring(sitting("The end."), sitting(annotator="bo", **given), keep_going=True)
    assert report.refused == (only,)
    assert [name for name, _, _ in stored(session)] == ["ana"]


def test_the_same_item_twice_by_one_author_is_refused(bring: Import) -> None:
    with pytest.raises(ImportRefused, match="ana has labelled the same item in line ana already"):
        bring(sitting(), sitting())


def test_an_author_who_can_have_no_account_is_named(bring: Import) -> None:
    with pytest.raises(DataInvalid, match=r"The author “x+” can have no account.*--person"):
        bring(sitting(annotator="x" * 65))


def test_files_without_labels_are_told(bring: Import) -> None:
    with pytest.raises(DataInvalid, match="no labels to import"):
        bring()
