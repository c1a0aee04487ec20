from types import SimpleNamespace

import pytest
from sqlalchemy.orm import Session

from annotator.errors import CodebookInvalid, NotFound
from annotator.services import codebooks
from annotator.store.corpus import Project
from annotator.store.labelling import CodebookVersion
from annotator.store.queries.codebooks import versions
from tests.factories import NOW, Factory
from tests.small_codebook import SMALL

CHANGED = SMALL.replace("Main text", "Text of the article")


def add(session: Session, project: Project, yaml: str, **given: object) -> CodebookVersion:
    facts: dict[str, object] = {
        "name": "small.yaml",
        "editorial": False,
        "actor_id": None,
        "now": NOW,
    }
    return codebooks.add_version(session, project_id=project.id, yaml=yaml, **(facts | given))  # type: ignore[arg-type]


def test_it_numbers_versions_by_project(session: Session, make: Factory) -> None:
    one, other = make.project(), make.project()
    assert add(session, one, SMALL).number == 1
    assert add(session, one, CHANGED, editorial=True).number == 2
    assert add(session, other, CHANGED).number == 1
    newest = codebooks.latest(session, one.id)
    assert (newest.number, newest.editorial, newest.yaml) == (2, True, CHANGED)


def test_the_same_content_is_the_same_version(session: Session, make: Factory) -> None:
    project = make.project()
    first = add(session, project, SMALL)
    add(session, project, CHANGED)
    assert add(session, project, "# A comment is no content.\n" + SMALL).id == first.id
    assert codebooks.latest(session, project.id).number == 2


def test_it_stores_nothing_of_a_codebook_that_is_wrong(session: Session, make: Factory) -> None:
    project = make.project()
    with pytest.raises(CodebookInvalid, match=r"small\.yaml, line "):
        add(session, project, SMALL.replace("scope:", "scop:"))
    with pytest.raises(NotFound, match="no codebook"):
        codebooks.latest(session, project.id)


def test_it_finds_a_version_of_this_project_only(session: Session, make: Factory) -> None:
    project, other = make.project(), make.project()
    version = add(session, project, SMALL)
    found = codebooks.numbered(session, project_id=project.id, number=1)
    assert found.id == version.id
    with pytest.raises(NotFound, match="no version 1"):
        codebooks.numbered(session, project_id=other.id, number=1)


def test_it_parses_a_version_once(session: Session, make: Factory) -> None:
    version = add(session, make.project(), SMALL)
    read = codebooks.codebook_of(version)
    assert read.content_hash == version.content_hash
    by_hash = codebooks.codebook_by_hash(session, version_id=-1, content_hash=version.content_hash)
    assert by_hash is read
    again = SimpleNamespace(content_hash=version.content_hash, yaml="never looked at")
    assert codebooks.codebook_of(again) is read


def test_it_remembers_a_bounded_number_of_codebooks() -> None:
    for number in range(codebooks._REMEMBERED + 5):
        codebooks.codebook_of(SimpleNamespace(content_hash=f"bounded {number}", yaml=SMALL))
    assert len(codebooks._parsed) == codebooks._REMEMBERED
    assert "bounded 0" not in codebooks._parsed


def test_it_lists_versions_with_the_rounds_that_use_them(session: Session, make: Factory) -> None:
    project, lena = make.project(), make.user("lena")
    first = add(session, project, SMALL, actor_id=lena.id)
    add(session, project, CHANGED)
    make.round(project, first)
    listed = [
        (row.number, row.created_by, row.rounds) for row in versions(session, project_id=project.id)
    ]
    assert listed == [(2, None, 0), (1, "lena", 1)]
