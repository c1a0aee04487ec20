"""What changed between two releases that were really made."""

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from annotator.domain.release_changes import Changes, Difference, FigureChange
from annotator.domain.release_choices import Choices
from annotator.errors import DataInvalid
from annotator.services.items import items_of
from annotator.services.releases import releasing
from annotator.services.releases.comparing import compare
from annotator.services.releases.writing import Options
from annotator.store.labelling import Annotation, AnnotationRevision, Assignment
from annotator.store.settling import Gold
from tests.factories import NOW, Factory
from tests.services.release_world import World, build


@pytest.fixture
def world(make: Factory) -> World:
    return build(make)


def released(world: World, folder: Path, **given: Any) -> Path:
    options = Options(replicates=0, **given)
    releasing.export(
        world.make.session, project_id=world.project.id, target=folder, options=options
    )
    return folder


@pytest.fixture
def first(world: World, tmp_path: Path) -> Path:
    return released(world, tmp_path / "first")


def test_the_same_data_have_no_changes_whatever_the_formats(
    world: World, first: Path, tmp_path: Path
) -> None:
    second = released(world, tmp_path / "second", formats=("csv",))
    assert compare(first, second, against=1) == Changes(against=1)
    assert compare(first, second).is_none
    assert compare(second, first).is_none


def test_a_document_that_came_since_is_added_with_its_items_and_moves_nothing(
    world: World, first: Path, tmp_path: Path
) -> None:
    source = world.make.source(world.project, "The Southern Ledger")
    world.make.document(world.project, source, key="new.txt", texts=("Brand new.", "Also."))
    second = released(world, tmp_path / "second")
    found = compare(first, second)
    assert found.items == {"document": Difference(added=1), "paragraph": Difference(added=2)}
    assert (found.moved, found.judgments, found.gold) == (0, Difference(), {})
    assert compare(second, first).items["paragraph"] == Difference(removed=2)


def test_what_somebody_says_otherwise_is_a_changed_judgment_and_moves_the_figure(
    world: World, first: Path, tmp_path: Path
) -> None:
    subject = world.subjects()[3]
    annotation = world.make.session.scalars(
        select(Annotation)
        .join(Assignment, Annotation.assignment_id == Assignment.id)
        .where(Assignment.subject_id == subject.id, Assignment.user_id == world.people[0].id)
    ).one()
    annotation.revision = 2
    world.make._add(
        AnnotationRevision(
            annotation_id=annotation.id, number=2, answers={"content": ["boilerplate"]}, spans=[],
            save_id="00000000-0000-4000-9000-000000000000", masked=True, after_feedback=False,
            seconds=1.0, saved_at=NOW + timedelta(days=1),
        )
    )  # fmt: skip
    second = released(world, tmp_path / "second")
    found = compare(first, second)
    assert found.judgments.changed >= 1
    assert found.judgments.added == found.judgments.removed == 0
    assert isinstance(found.figures["content"], FigureChange)
    assert found.figures["content"].before != found.figures["content"].after


def test_gold_is_added_removed_and_changed_item_by_item(
    world: World, first: Path, tmp_path: Path
) -> None:
    session = world.make.session
    subjects = world.subjects()
    ids = {
        key: item.item_id for key, item in items_of(session, project_id=world.project.id).items()
    }
    world.settle(subjects[5], "content", [["main"]])
    gold = {(each.subject_id, each.question): each for each in session.scalars(select(Gold))}
    changed = gold[subjects[1].id, "frames"]
    changed.alternatives = [["economic"]]
    session.delete(gold[subjects[2].id, "frames"])
    session.flush()
    found = compare(first, released(world, tmp_path / "second"))
    assert found.gold == {
        "content": Difference(added=1),
        "frames": Difference(removed=1, changed=1),
    }
    named = {
        (each.item_id, each.question): (each.before, each.after) for each in found.gold_changes
    }
    assert named[ids[subjects[5].id], "content"] == ("(unsettled)", '[["main"]]')
    assert named[ids[subjects[1].id], "frames"][1] == '[["economic"]]'
    assert named[ids[subjects[2].id], "frames"] == ("[[]]", "(unsettled)")


def test_choices_that_differ_are_named_before_and_after(
    world: World, first: Path, tmp_path: Path
) -> None:
    choices = Choices(questions=("content",), gold="people", licence="CC-BY-4.0")
    found = compare(first, released(world, tmp_path / "second", seed=9, choices=choices))
    assert found.choices == {
        "questions": ("all", "content"),
        "gold": ("all", "people"),
        "licence": ("", "CC-BY-4.0"),
        "seed": ("1", "9"),
    }
    assert found.figures["frames"].after is None
    assert found.judgments.removed > 0


def test_documents_on_another_side_are_listed(world: World, first: Path, tmp_path: Path) -> None:
    choices = Choices(shares=(0, 0, 100))
    found = compare(first, released(world, tmp_path / "second", choices=choices))
    assert found.moved == len(found.moves) == 3
    assert {(move.before, move.after) for move in found.moves} <= {
        ("train", "test"),
        ("validation", "test"),
    }
    assert [move.document_id for move in found.moves] == sorted(
        move.document_id for move in found.moves
    )


def test_what_is_no_release_is_refused(first: Path, tmp_path: Path) -> None:
    with pytest.raises(DataInvalid, match="is not a folder"):
        compare(tmp_path / "nowhere", first)
    broken = shutil.copytree(first, tmp_path / "broken")
    (broken / "labels.jsonl").unlink()
    with pytest.raises(DataInvalid, match=r"labels\.jsonl"):
        compare(first, broken)


def test_two_projects_are_not_compared(first: Path, make: Factory, tmp_path: Path) -> None:
    other = released(build(make, slug="other"), tmp_path / "other")
    with pytest.raises(DataInvalid, match=r"“other” and .* of “small”, so they cannot be compared"):
        compare(first, other)
