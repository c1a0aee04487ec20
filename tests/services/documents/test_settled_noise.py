"""Noise that a clean-up round settled counts in the figures as noise that gold settled does."""

from dataclasses import dataclass

import pytest

from annotator.services.documents import settled_noise
from annotator.store.corpus import Source, Subject
from annotator.store.labelling import Round
from annotator.store.queries.document_list import Wanted
from tests.factories import Factory
from tests.labelled import NOISE, Labelled
from tests.services.test_assigning import SMALL

MAIN = {"content": ["main"]}


@dataclass
class Case:
    make: Factory
    labelled: Labelled
    source: Source
    cleanup: Round
    subjects: list[Subject]

    def figures(self, source: Source | None = None) -> list[tuple[int, int, int]]:
        """Paragraphs, settled, noise."""
        found = settled_noise.figures(
            self.make.session,
            project_id=self.labelled.project.id,
            source_id=None if source is None else source.id,
        )
        return [(row.paragraphs, row.settled, row.noise) for row in found]

    def listed(self) -> list[int]:
        found = settled_noise.listed(
            self.make.session, project_id=self.labelled.project.id, wanted=Wanted()
        )
        return [row.noise for row in found.rows]


@pytest.fixture
def case(make: Factory) -> Case:
    """Four paragraphs of which bob calls two noise, and another document that nobody had."""
    labelled = Labelled.empty(make, yaml=SMALL)
    source = make.source(labelled.project, "Ledger")
    cleanup = make.round(labelled.project, labelled.codebook, kind="cleanup", name="cleanup")
    subjects = labelled.paragraphs("Share", "One.", "Print", "Two.", source=source)
    labelled.paragraphs("Another.", source=make.source(labelled.project, "Mirror"))
    for at, answers in enumerate((NOISE, MAIN, NOISE)):
        labelled.says("bob", subjects[at], answers, round=cleanup)
    return Case(make, labelled, source, cleanup, subjects)


def test_what_clean_up_settled_is_counted_by_source_and_document(case: Case) -> None:
    assert case.figures(case.source) == [(4, 2, 2)]
    assert case.figures() == [(4, 2, 2), (1, 0, 0)]
    assert case.listed() == [2, 0]


def test_gold_counts_once_and_against_the_round(case: Case) -> None:
    case.make.gold(case.subjects[0].id, "content", [["boilerplate"]])
    case.make.gold(case.subjects[2].id, "content", [["main"]])

    assert case.figures(case.source) == [(4, 2, 1)]
    assert case.listed() == [1, 0]


def test_what_is_disputed_is_not_settled(case: Case) -> None:
    case.labelled.says("alice", case.subjects[0], MAIN, round=case.cleanup)

    assert case.figures(case.source) == [(4, 1, 1)]


def test_a_project_without_a_codebook_has_nothing_settled(make: Factory) -> None:
    project = make.project()
    make.document(project, texts=("One.",))

    (row,) = settled_noise.figures(make.session, project_id=project.id)

    assert (row.settled, row.noise) == (0, 0)
