"""What a release would hold, held against the release that is then made."""

from pathlib import Path
from typing import Any

import pytest

from annotator.domain.release_choices import Choices
from annotator.errors import DataInvalid
from annotator.services.releases import releasing
from annotator.services.releases.previewing import (
    ALONE,
    NO_GOLD,
    NO_LICENCE,
    NO_TEXTS_LICENCE,
    NOBODY,
    preview,
)
from annotator.services.releases.writing import Options
from tests.factories import Factory
from tests.services.release_world import CODEBOOK, World, build

LICENSED: dict[str, Any] = {"licence": "CC-BY-4.0", "texts_licence": "CC-BY-4.0"}


@pytest.fixture
def world(make: Factory) -> World:
    return build(make)


@pytest.mark.parametrize("gold", ["all", "people"])
def test_it_counts_what_the_release_then_has(world: World, tmp_path: Path, gold: str) -> None:
    choices = Choices.model_validate({"gold": gold})
    found = preview(world.make.session, project_id=world.project.id, choices=choices)
    made = releasing.export(
        world.make.session,
        project_id=world.project.id,
        target=tmp_path / "r",
        options=Options(choices=choices, replicates=0),
    )
    assert made.counts["items"] == found.documents + found.paragraphs + made.counts["sources"]
    assert made.counts["annotators"] == found.people == 3
    decided = sum(each.people + each.rules for each in found.gold)
    methods = {"person", "consensus", "unanimous", "majority", "model", "propagated"}
    assert decided == sum(made.gold_methods.get(name, 0) for name in methods)


def test_languages_leave_documents_out_and_those_without_one_are_told(
    world: World, make: Factory
) -> None:
    source = make.source(world.project, "The Southern Ledger")
    make.document(world.project, source, key="ro.txt", texts=("Unu.",), lang="ro")
    make.document(world.project, source, key="none.txt", texts=("?",), lang=None)
    found = preview(
        make.session, project_id=world.project.id, choices=Choices(languages=("ro",), **LICENSED)
    )
    assert (found.documents, found.paragraphs) == (1, 1)
    assert any(sentence.startswith("1 documents are left out") for sentence in found.warnings)


def test_open_tasks_are_told(world: World) -> None:
    found = preview(world.make.session, project_id=world.project.id, choices=Choices(**LICENSED))
    wanted = f"{found.given - found.done:,} of {found.given:,} tasks are not done yet"
    assert any(sentence.startswith(wanted) for sentence in found.warnings)


def test_licences_that_are_not_named_are_told(world: World) -> None:
    bare = preview(world.make.session, project_id=world.project.id, choices=Choices())
    assert {NO_LICENCE, NO_TEXTS_LICENCE} <= set(bare.warnings)
    hashed = preview(
        world.make.session, project_id=world.project.id, choices=Choices(texts="hash", licence="x")
    )
    assert not {NO_LICENCE, NO_TEXTS_LICENCE} & set(hashed.warnings)


def test_before_anybody_has_labelled_that_is_said(make: Factory) -> None:
    project = make.project("fresh")
    codebook = make.codebook(project, CODEBOOK, number=1)
    make.document(project, make.source(project, "The Northern Ledger"), texts=("One.", "Two."))
    choices = Choices(**LICENSED)
    found = preview(make.session, project_id=project.id, choices=choices)
    assert NOBODY in found.warnings
    assert NO_GOLD in found.warnings
    round_ = make.round(project, codebook)
    ana = make.member(project, make.user("fresh-ana"))
    world = World(make, project, [ana], codebook, round_, [])
    make.annotation(make.assignment(round_, world.subjects()[0], ana), {"content": ["main"]})
    make.session.flush()
    assert ALONE in preview(make.session, project_id=project.id, choices=choices).warnings


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"questions": ("mood",)}, "no question “mood”"),
        ({"languages": ("tlh",)}, "in the language “tlh”"),
        ({"withheld_sources": ("The Daily Planet",)}, "no source “The Daily Planet”"),
    ],
)
def test_what_the_project_does_not_have_is_refused(
    world: World, given: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(DataInvalid, match=sentence):
        preview(world.make.session, project_id=world.project.id, choices=Choices(**given))


def test_a_project_without_documents_has_nothing_to_look_at(make: Factory) -> None:
    project = make.project("empty")
    with pytest.raises(DataInvalid, match="nothing to release"):
        preview(make.session, project_id=project.id, choices=Choices())
