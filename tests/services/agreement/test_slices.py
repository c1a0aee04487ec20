"""Agreement of parts: each is scored by itself, and small ones say that they say nothing."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from annotator.domain.agreement import Ratings, krippendorff_alpha
from annotator.domain.scales import Scale
from annotator.services.agreement import slices
from annotator.services.judging import Judgments, judgments_by_round, project_judgments
from annotator.store.corpus import Subject
from annotator.store.queries import agreement as queries
from tests.factories import NOW, Factory
from tests.labelled import NOISE, Labelled, prose
from tests.small_codebook import SMALL


@pytest.fixture
def labelled(make: Factory) -> Labelled:
    """Two sources, each with a document of twelve paragraphs; on the second they differ."""
    labelled = Labelled.empty(make)
    for name, lang in (("Harbour", "en"), ("Steppe", "ru")):
        source = make.source(labelled.project, name)
        texts = tuple(f"{name} {number}." for number in range(12))
        document = make.document(
            labelled.project, source, texts=texts, lang=lang, title=f"Of {name}"
        )
        for number, subject in enumerate(labelled.paragraphs_of(document)):
            assert subject.paragraph is not None
            # Where nothing is known of the paragraph, it is in the language of its document.
            subject.paragraph.lang = None
            differ = name == "Steppe" and number % 2
            say(labelled, "alice", subject, noise=number % 3 == 0, hour=number)
            say(labelled, "bob", subject, noise=(number % 3 == 0) != bool(differ), hour=number)
    return labelled


def say(labelled: Labelled, name: str, subject: Subject, *, noise: bool, hour: int) -> None:
    saved = {"saved_at": NOW + timedelta(hours=hour)}
    labelled.says(name, subject, NOISE if noise else prose(["economic"]), saved=saved)


def judgments_of(session: Session, labelled: Labelled) -> Judgments:
    return project_judgments(session, project_id=labelled.project.id)


def test_each_source_is_scored_by_itself(session: Session, labelled: Labelled) -> None:
    places = queries.places(session, labelled.project.id)
    found = slices.by_source(judgments_of(session, labelled), "content", places)
    assert [(each.name, each.items, each.judgments) for each in found] == [
        ("Harbour", 12, 24),
        ("Steppe", 12, 24),
    ]
    assert (found[0].alpha.value, found[0].percent.value) == (1.0, 1.0)
    assert found[1].percent.value == 0.5
    said = [("noise" if n % 3 == 0 else "main", bool(n % 2)) for n in range(12)]
    rows = [(f"{n:02}", "alice", label) for n, (label, _) in enumerate(said)]
    other = {"noise": "main", "main": "noise"}
    rows += [
        (f"{n:02}", "bob", other[label] if differ else label)
        for n, (label, differ) in enumerate(said)
    ]
    assert found[1].alpha.value == krippendorff_alpha(Ratings.of(rows, Scale("nominal")))


def test_a_part_with_few_items_is_small(session: Session, labelled: Labelled) -> None:
    places = queries.places(session, labelled.project.id)
    found = slices.by_language(judgments_of(session, labelled), "content", places)
    assert [(each.name, each.small) for each in found] == [("en", True), ("ru", True)]
    assert found[0].alpha.why == "too_few_documents"


def test_there_are_no_parts_of_a_project_with_one_source(session: Session, make: Factory) -> None:
    labelled = Labelled.empty(make)
    for subject in labelled.paragraphs("One.", "Two."):
        say(labelled, "alice", subject, noise=True, hour=1)
        say(labelled, "bob", subject, noise=False, hour=1)
    places = queries.places(session, labelled.project.id)
    judgments = judgments_of(session, labelled)
    assert slices.by_source(judgments, "content", places) == ()
    assert slices.by_language(judgments, "content", places) == ()
    assert slices.worst_documents(judgments, "content", places) == ()
    assert slices.over_time(judgments, "content") == ()


def test_the_worst_document_comes_first(session: Session, labelled: Labelled) -> None:
    places = queries.places(session, labelled.project.id)
    found = slices.worst_documents(judgments_of(session, labelled), "content", places)
    assert [each.slice.name for each in found] == ["Of Steppe", "Of Harbour"]
    assert [each.slice.items for each in found] == [12, 12]
    assert {each.document_id for each in found} == {place.document_id for place in places.values()}


def test_windows_roll_over_the_items_in_the_order_finished(
    session: Session, labelled: Labelled
) -> None:
    judgments = judgments_of(session, labelled)
    found = slices.over_time(judgments, "content")
    assert [each.slice.items for each in found] == [20, 20]
    assert all(each.first <= each.last for each in found)
    assert found[0].first == NOW
    assert found[0].last < found[1].last == NOW + timedelta(hours=11)
    assert not any(each.slice.small for each in found)


def test_copies_are_counted_once_and_beside_it_each_by_itself(
    session: Session, make: Factory
) -> None:
    labelled = Labelled.empty(make)
    (other, *copies) = labelled.paragraphs("Other.", "Same.", "Same.", "Same.")
    labelled.clustered(*copies)
    say(labelled, "alice", other, noise=False, hour=1)
    say(labelled, "bob", other, noise=True, hour=1)
    for copy in copies:
        say(labelled, "alice", copy, noise=True, hour=1)
        say(labelled, "bob", copy, noise=True, hour=1)
    say(labelled, "carol", copies[0], noise=False, hour=2)
    once, each = slices.copies(judgments_of(session, labelled), "content")
    assert [(part.items, part.judgments) for part in (once, each)] == [(2, 5), (4, 9)]
    rows = [("o", "a", "main"), ("o", "b", "noise"), ("0", "c", "main")]
    rows += [(str(n), who, "noise") for n in range(3) for who in "ab"]
    assert each.alpha.value == krippendorff_alpha(Ratings.of(rows, Scale("nominal")))
    assert once.alpha.value == krippendorff_alpha(
        Ratings.of([row for row in rows if row[0] in "o0"], Scale("nominal"))
    )


def test_a_copy_that_one_person_labelled_adds_nothing(session: Session, make: Factory) -> None:
    labelled = Labelled.empty(make)
    first, second = labelled.paragraphs("Same.", "Same.")
    labelled.clustered(first, second)
    for name in ("alice", "bob"):
        say(labelled, name, first, noise=True, hour=1)
    say(labelled, "alice", second, noise=True, hour=1)
    once, each = slices.copies(judgments_of(session, labelled), "content")
    assert (once.items, each.items, each.judgments) == (1, 1, 2)


def test_without_near_duplicates_there_is_nothing_to_count_apart(
    session: Session, labelled: Labelled
) -> None:
    assert slices.copies(judgments_of(session, labelled), "content") == ()


@pytest.mark.parametrize("count", [21, 29, 31, 119, 131])
def test_no_window_is_smaller_than_another(count: int) -> None:
    windows = list(slices.rolling(range(count)))
    assert {len(each) for each in windows} == {max(20, -(-count // 6))}
    assert windows[-1][-1] == count - 1
    assert len({each[0] for each in windows}) == len(windows)


def test_rolling_windows_overlap_by_half_and_miss_nothing() -> None:
    points = list(range(300))
    windows = list(slices.rolling(points))
    assert [len(each) for each in windows[:-1]] == [50] * (len(windows) - 1)
    assert windows[1][0] == 25
    assert {point for window in windows for point in window} == set(points)
    assert list(slices.rolling(list(range(20)))) == []


def test_rounds_and_versions_stand_side_by_side(
    session: Session, labelled: Labelled, make: Factory
) -> None:
    second = make.codebook(labelled.project, SMALL.replace("Main text", "Text"), number=2)
    pilot = make.round(labelled.project, labelled.codebook, name="pilot", kind="pilot")
    later = make.round(labelled.project, second, name="later")
    for number, subject in enumerate(labelled.paragraphs("One.", "Two.", "Three.")):
        for round_ in (pilot, later):
            labelled.says("alice", subject, NOISE if number else prose(), round=round_)
            labelled.says("bob", subject, NOISE if number else prose(), round=round_)
    rounds = judgments_by_round(session, project_id=labelled.project.id)
    found = slices.by_round(rounds, "content")
    assert [(each.name, each.items) for each in found] == [
        ("main", 24),
        ("pilot", 3),
        ("later", 3),
    ]
    assert [(each.name, each.items) for each in slices.by_version(rounds, "content")] == [
        ("version 1", 27),
        ("version 2", 3),
    ]


def test_a_round_by_itself_is_what_is_scored_if_it_is_named(
    session: Session, labelled: Labelled, make: Factory
) -> None:
    training = make.round(labelled.project, labelled.codebook, name="training", kind="training")
    (subject,) = labelled.paragraphs("One.")
    for name in ("alice", "bob"):
        labelled.says(name, subject, NOISE, round=training)
    for name, found in judgments_by_round(session, project_id=labelled.project.id).items():
        named = project_judgments(session, project_id=labelled.project.id, round_name=name)
        assert found.rows == tuple(row for row in named.rows if row.round == name)
        assert (found.scales, found.thresholds) == (named.scales, named.thresholds)
        assert (found.scored, found.codebook_version) == (named.scored, named.codebook_version)


def test_a_place_is_known_of_whatever_is_labelled(session: Session, labelled: Labelled) -> None:
    (subject,) = labelled.paragraphs("One.", title="A headline")
    whole = labelled.whole(subject)
    labelled.says("alice", whole, {"genre": ["opinion"]})
    labelled.says("alice", subject, NOISE)
    places = queries.places(session, labelled.project.id, subject_ids=[subject.id, whole.id])
    assert places[subject.id].position == 0
    assert places[whole.id].position is None
    assert places[subject.id].document == places[whole.id].document == "A headline"
    assert places[subject.id].source == places[whole.id].source
    assert places[subject.id].document_id == subject.document_id
