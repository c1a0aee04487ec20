"""A person's own work: how far they are, what they labelled, and nothing of anybody else."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from annotator.domain.saving import Save
from annotator.services import annotating, mine
from annotator.services.mine import PAGE, Asked, Listed
from annotator.services.seen_text import StoredText
from annotator.store.labelling import Round
from annotator.store.queries.mine import Filter
from tests.factories import NOW, Factory
from tests.labelled import NOISE, Labelled, prose

TEXTS = ("A caption", "Ёлки of the STRAIT 😀", "A bridge", "A fourth", "A fifth")


@pytest.fixture
def world(make: Factory) -> Labelled:
    """Alice has labelled two paragraphs, skipped one and flagged an open one; Bob labelled all."""
    world = Labelled.empty(make)
    subjects = world.paragraphs(*TEXTS)
    world.says("alice", subjects[0], NOISE, saved={"note": "Odd word: Кот"})
    world.says("alice", subjects[1], prose(["economic"], russia="-1"), flag_note="Who speaks?")
    world.says(
        "alice", subjects[2], None, state="skipped", skip_reason="Not my language", skipped_at=NOW
    )
    world.says("alice", subjects[3], None, flag_note="Half a sentence")
    world.says("alice", subjects[4], None)
    for subject in subjects:
        world.says("bob", subject, prose(["security"]), saved={"note": "bob was here"})
    return world


def listed(
    world: Labelled, name: str = "alice", *, page: int = 1, words: str = "", **asked: Any
) -> Listed:
    return mine.annotations(
        world.make.session,
        project_id=world.project.id,
        user_id=world.person(name).id,
        asked=Asked(Filter(**asked), words),
        page=page,
    )


def texts(found: Listed) -> list[str | None]:
    return [shown.row.text for shown in found.rows]


def close(world: Labelled) -> None:
    world.round.closed_at = NOW
    world.make.session.flush()


def test_it_lists_what_was_done_skipped_or_flagged_with_the_newest_first(world: Labelled) -> None:
    found = listed(world)
    assert texts(found)[:2] == [TEXTS[1], TEXTS[0]]
    assert sorted(texts(found)[2:]) == sorted([TEXTS[2], TEXTS[3]])  # type: ignore[type-var]
    assert (found.total, found.page, found.pages) == (4, 1, 1)


def test_it_shows_answers_in_words_and_what_the_person_wrote(world: Labelled) -> None:
    flagged, noted = listed(world, state="done").rows
    assert flagged.answers == (
        ("What is it?", "Main text"),
        ("Frames", "Economic"),
        ("Targets", "Russia"),
        ("Stance on Russia", "Against"),
    )
    assert flagged.row.flag_note == "Who speaks?"
    assert (noted.row.note, noted.row.revision) == ("Odd word: Кот", 1)


def test_it_never_lists_what_another_person_did(world: Labelled) -> None:
    assert listed(world, words="bob was here").total == 0
    assert listed(world, question="frames", label="security").total == 0
    assert listed(world, "carol").total == 0


def test_it_lists_nothing_of_another_project(world: Labelled) -> None:
    other = Labelled.empty(world.make)
    other.people["alice"] = world.person("alice")
    other.says("alice", other.paragraphs("Elsewhere")[0], NOISE)
    assert "Elsewhere" not in texts(listed(world))
    assert texts(listed(other)) == ["Elsewhere"]


def test_it_leaves_out_what_was_taken_back(world: Labelled) -> None:
    subject = world.paragraphs("Gone")[0]
    world.says("alice", subject, None, state="withdrawn", flag_note="Odd")
    assert "Gone" not in texts(listed(world))


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("done", {TEXTS[0], TEXTS[1]}),
        ("skipped", {TEXTS[2]}),
        ("flagged", {TEXTS[1], TEXTS[3]}),
    ],
)
def test_it_filters_by_state(world: Labelled, state: str, expected: set[str]) -> None:
    assert set(texts(listed(world, state=state))) == expected


def test_it_filters_by_round(world: Labelled) -> None:
    retest = world.make.round(world.project, world.codebook)
    world.says("alice", world.paragraphs("Once more")[0], NOISE, round=retest)
    assert texts(listed(world, round_id=retest.id)) == ["Once more"]
    assert "Once more" not in texts(listed(world, round_id=world.round.id))


@pytest.mark.parametrize(
    ("question", "label", "expected"),
    [
        ("content", None, [TEXTS[1], TEXTS[0]]),
        ("content", "boilerplate", [TEXTS[0]]),
        ("frames", "economic", [TEXTS[1]]),
        ("frames", "nothing", []),
        ("nothing", None, []),
    ],
)
def test_it_filters_by_answer(
    world: Labelled, question: str, label: str | None, expected: list[str]
) -> None:
    assert texts(listed(world, question=question, label=label)) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("strait 😀", [TEXTS[1]]),
        ("ёлки", [TEXTS[1]]),
        ("Е\u0308лки", [TEXTS[1]]),
        ("кот", [TEXTS[0]]),
        ("not MY language", [TEXTS[2]]),
        ("half a", [TEXTS[3]]),
        ("%", []),
        ("a_fourth", []),
        ("fifth", []),
    ],
)
def test_it_finds_words_in_the_text_and_in_what_the_person_wrote(
    world: Labelled, words: str, expected: list[str]
) -> None:
    assert texts(listed(world, words=words)) == expected


def test_filters_and_words_narrow_together(world: Labelled) -> None:
    assert listed(world, words="a", state="skipped", question="content").total == 0
    assert texts(listed(world, words="a", state="done", label=None)) == [TEXTS[1], TEXTS[0]]


def test_it_shows_and_searches_the_text_as_it_was_seen(
    world: Labelled, monkeypatch: pytest.MonkeyPatch
) -> None:
    def masked(session: Session, stored: Sequence[StoredText]) -> list[str]:
        assert all(one.masked_by and one.document_id for one in stored)
        return [one.text.replace("STRAIT", "[source]") for one in stored]

    monkeypatch.setattr(mine, "as_seen", masked)
    assert listed(world, words="strait").total == 0
    assert texts(listed(world, words="[source]")) == ["Ёлки of the [source] 😀"]


def test_a_blind_round_shows_no_title_and_finds_none(world: Labelled) -> None:
    document = world.whole(world.paragraphs("Of a paper", title="The Outlet says")[0])
    world.says("alice", document, {"genre": ["opinion"]})
    assert listed(world, words="outlet").total == 0
    (shown,) = listed(world, question="genre").rows
    assert (shown.row.scope, shown.row.title, shown.row.text) == ("document", None, None)


def test_an_open_round_shows_the_title(world: Labelled) -> None:
    seeing = world.make.round(world.project, world.codebook, blind=False)
    document = world.whole(world.paragraphs("Of a paper", title="The Outlet says")[0])
    world.says("alice", document, {"genre": ["opinion"]}, round=seeing)
    (shown,) = listed(world, words="outlet").rows
    assert shown.row.title == "The Outlet says"


def test_in_a_closed_round_one_can_only_look(world: Labelled) -> None:
    assert all(shown.row.can_be_edited for shown in listed(world).rows)
    close(world)
    assert not any(shown.row.can_be_edited for shown in listed(world).rows)


def test_a_page_past_the_end_is_the_last_one(world: Labelled) -> None:
    many = world.paragraphs(*(f"Number {n}" for n in range(PAGE)))
    for subject in many:
        world.says("alice", subject, NOISE)
    assert len(listed(world).rows) == PAGE
    last = listed(world, page=99)
    assert (last.page, last.pages, last.total, len(last.rows)) == (2, 2, PAGE + 4, 4)
    assert listed(world, page=-5).page == 1


def test_it_says_how_far_the_person_is_in_each_round(world: Labelled) -> None:
    old = world.make.round(world.project, world.codebook, closed_at=NOW)
    for number, seconds in enumerate((3.0, None, 40.0, 5.0)):
        subject = world.paragraphs(f"Old {number}")[0]
        saved = {"seconds": seconds, "saved_at": NOW - timedelta(days=30)}
        world.says("alice", subject, NOISE, round=old, saved=saved)
    newer, older = progress_of(world)
    assert (newer.round.done, newer.round.skipped, newer.round.left) == (2, 1, 2)
    assert (newer.work.flagged, newer.work.this_week, newer.work.seconds) == (2, 2, 12.0)
    assert (older.work.flagged, older.work.this_week, older.work.seconds) == (0, 0, 5.0)
    assert not older.round.is_open


def test_with_an_even_number_the_median_lies_between_the_two_in_the_middle(
    world: Labelled,
) -> None:
    rated = world.make.round(world.project, world.codebook)
    for seconds in (1.0, 2.0, 4.0, 100.0):
        subject = world.paragraphs(f"Took {seconds}")[0]
        world.says("alice", subject, NOISE, round=rated, saved={"seconds": seconds})
    assert median_in(world, rated) == 3.0


def test_a_document_and_a_second_look_do_not_count_as_a_paragraphs_time(world: Labelled) -> None:
    subject = world.paragraphs("Of it")[0]
    fresh = world.make.round(world.project, world.codebook)
    document = {"genre": ["opinion"]}
    world.says("alice", world.whole(subject), document, round=fresh, saved={"seconds": 900.0})
    assert median_in(world, fresh) is None
    task = world.says("alice", subject, NOISE, round=fresh, saved={"seconds": 8.0})
    annotating.save_annotation(
        world.make.session,
        assignment_id=task.id,
        user_id=task.user_id,
        save=Save("00000000-0000-4000-8000-00000000abcd", 1, NOISE, seconds=1.0),
        now=NOW,
    )
    assert median_in(world, fresh) == 8.0


def test_without_work_there_is_no_progress(world: Labelled) -> None:
    assert progress_of(world, "carol") == ()


def test_skipping_stores_when_and_answering_later_takes_it_back(world: Labelled) -> None:
    session, later = world.make.session, NOW + timedelta(days=1)
    task = world.says("alice", world.paragraphs("Hard")[0], None)
    given = {"assignment_id": task.id, "user_id": task.user_id}
    annotating.skip(session, **given, reason="Too hard", now=later)
    assert listed(world, words="hard").rows[0].row.when == later
    save = Save("00000000-0000-4000-8000-00000000abce", 0, NOISE)
    annotating.save_annotation(session, **given, save=save, now=later + timedelta(days=1))
    row = listed(world, words="hard").rows[0].row
    assert (row.skipped_at, row.when) == (None, later + timedelta(days=1))


def test_it_knows_the_codebooks_of_the_persons_rounds(world: Labelled) -> None:
    given = {"project_id": world.project.id}
    (book,) = mine.codebooks_of(world.make.session, **given, user_id=world.person("alice").id)
    assert book.code == "small"
    assert mine.codebooks_of(world.make.session, **given, user_id=world.person("eve").id) == ()


def progress_of(world: Labelled, name: str = "alice") -> tuple[mine.OwnProgress, ...]:
    return mine.progress(
        world.make.session,
        project_id=world.project.id,
        user_id=world.person(name).id,
        now=NOW + timedelta(hours=2),
    )


def median_in(world: Labelled, round: Round) -> float | None:
    return next(
        (one.work.seconds for one in progress_of(world) if one.round.round_id == round.id), None
    )
