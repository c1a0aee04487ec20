"""The codebook that ships with the program, as version 1 of a project."""

from annotator.services import codebooks
from annotator.store.corpus import Project
from tests.factories import NOW, Factory


def with_default_codebook(make: Factory, project: Project) -> None:
    codebooks.add_version(
        make.session,
        project_id=project.id,
        yaml=codebooks.default_yaml(),
        name="codebook.yaml",
        editorial=False,
        actor_id=None,
        now=NOW,
    )
