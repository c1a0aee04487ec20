"""What is settled as noise is not shown around what a person labels."""

from dataclasses import dataclass, field

import pytest

from annotator.services import sheets
from annotator.store.corpus import Subject
from annotator.store.labelling import Assignment, Round
from tests.factories import Factory
from tests.labelled import NOISE, Labelled
from tests.services.test_assigning import SMALL

TEXTS = ("Banner! Banner!", "Headline.", "First.", "Share this", "Second.", "Third.", "Credits")
NOISY = (0, 3, 6)
MAIN = {"content": ["main"]}


@dataclass
class Case:
    """A document of which a clean-up round settled three lines, and alice's work on the rest."""

    make: Factory
    labelled: Labelled
    subjects: list[Subject]
    mine: dict[int, Assignment] = field(default_factory=dict)

    def give(self, round_: Round, *places: int) -> None:
        for rank, at in enumerate(places):
            self.mine[at] = self.make.assignment(
                round_, self.subjects[at], self.labelled.person("alice"), rank=rank
            )

    def seen(self, at: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
        sheet = sheets.sheet_of(
            self.make.session,
            project_id=self.labelled.project.id,
            assignment_id=self.mine[at].id,
            user_id=self.labelled.person("alice").id,
        )
        assert sheet.task.paragraph is not None
        return sheet.task.paragraph.before, sheet.task.paragraph.after

    def asked_for(self, at: int, *, before: int, after: int) -> sheets.Context:
        return sheets.context(
            self.make.session,
            assignment_id=self.mine[at].id,
            user_id=self.labelled.person("alice").id,
            before=before,
            after=after,
        )


@pytest.fixture
def case(make: Factory) -> Case:
    labelled = Labelled.empty(make, yaml=SMALL)
    found = Case(make, labelled, labelled.paragraphs(*TEXTS))
    cleanup = make.round(labelled.project, labelled.codebook, kind="cleanup", name="cleanup")
    for at, subject in enumerate(found.subjects):
        labelled.says("bob", subject, NOISE if at in NOISY else MAIN, round=cleanup)
    return found


def test_the_nearest_neighbours_that_are_no_noise_are_shown(case: Case) -> None:
    case.give(case.labelled.round, 1, 2, 4, 5)

    assert case.seen(1) == ((), ("First.", "Second."))
    assert case.seen(4) == (("Headline.", "First."), ("Third.",))


def test_more_of_the_text_has_no_noise_either(case: Case) -> None:
    case.give(case.labelled.round, 1, 2, 4, 5)

    assert case.asked_for(4, before=20, after=20) == sheets.Context(
        ("Headline.", "First."), ("Third.",)
    )
    assert case.asked_for(4, before=1, after=0) == sheets.Context(("First.",), ())


def test_what_gold_settles_is_left_out_and_what_it_calls_text_is_not(case: Case) -> None:
    case.give(case.labelled.round, 2)
    case.make.gold(case.subjects[3].id, "content", [["main"]])
    case.make.gold(case.subjects[4].id, "content", [["boilerplate"]])

    assert case.seen(2) == (("Headline.",), ("Share this", "Third."))


def test_a_line_that_the_person_has_to_label_is_shown(case: Case) -> None:
    case.give(case.labelled.round, 2, 3, 4)

    assert case.seen(2)[1] == ("Share this", "Second.")


@pytest.mark.parametrize("kind", ["training", "cleanup"])
def test_where_people_learn_or_are_asked_about_noise_all_is_shown(case: Case, kind: str) -> None:
    project, codebook = case.labelled.project, case.labelled.codebook
    case.give(case.make.round(project, codebook, kind=kind, name=f"{kind} more"), 1)

    assert case.seen(1) == (("Banner! Banner!",), ("First.", "Share this"))
    assert case.asked_for(1, before=9, after=2).before == ("Banner! Banner!",)


def test_a_whole_document_is_shown_without_its_noise(case: Case) -> None:
    case.give(case.labelled.round, 1, 2, 4, 5)
    whole = case.make.assignment(
        case.labelled.round,
        case.labelled.whole(case.subjects[0]),
        case.labelled.person("alice"),
        rank=9,
    )

    sheet = sheets.sheet_of(
        case.make.session,
        project_id=case.labelled.project.id,
        assignment_id=whole.id,
        user_id=case.labelled.person("alice").id,
    )

    assert sheet.task.document is not None
    assert sheet.task.document.paragraphs == ("Headline.", "First.", "Second.", "Third.")
