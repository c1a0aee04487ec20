"""What clean-up rounds leave of a project, and how it is said."""

from dataclasses import dataclass

import pytest

from annotator.errors import DataInvalid
from annotator.services import assigning, codebooks, survivors
from annotator.services.assigning import AssignReport
from annotator.services.survivors import LeftOut
from annotator.store.corpus import Subject
from annotator.store.labelling import Assignment, CodebookVersion, Round
from annotator.store.people import User
from tests.factories import NOW, Factory
from tests.labelled import NOISE, Labelled
from tests.services.test_assigning import SMALL

MAIN = {"content": ["main"]}


@dataclass
class Case:
    """Four paragraphs in a clean-up round of two people."""

    make: Factory
    labelled: Labelled
    cleanup: Round
    subjects: list[Subject]

    def says(self, name: str, answers: dict[str, list[str]] | None, *, at: int = 0) -> Assignment:
        row = self.make.assignment(self.cleanup, self.subjects[at], self.person(name))
        if answers is not None:
            self.make.annotation(row, answers)
        return row

    def person(self, name: str) -> User:
        return self.labelled.person(name)

    def noise(self) -> dict[int, str]:
        """Positions of the paragraphs that are left out, with the round."""
        found = survivors.settled_as_noise(
            self.make.session,
            project_id=self.labelled.project.id,
            codebook=codebooks.codebook_of(self.version),
            blind=True,
        )
        places = {subject.id: n for n, subject in enumerate(self.subjects)}
        return {places[subject_id]: name for subject_id, name in found.items()}

    @property
    def version(self) -> CodebookVersion:
        return codebooks.latest(self.make.session, self.labelled.project.id)

    def assign(self, **given: str) -> AssignReport:
        return assigning.assign(
            self.make.session,
            project_id=self.labelled.project.id,
            overlap=1,
            seed=1,
            actor_id=None,
            now=NOW,
            round_name=given.get("round_name", "frames"),
            kind=given.get("kind", "main"),
        )


@pytest.fixture
def case(make: Factory) -> Case:
    labelled = Labelled.empty(make, yaml=SMALL)
    for name in ("alice", "bob"):
        labelled.person(name)
    subjects = labelled.paragraphs("One.", "Two.", "Three.", "Four.")
    cleanup = make.round(labelled.project, labelled.codebook, kind="cleanup", name="cleanup")
    return Case(make, labelled, cleanup, subjects)


class TestWhatIsLeftOut:
    def test_noise_to_all_who_got_it_is_left_out_and_said_in_numbers(self, case: Case) -> None:
        for name in ("alice", "bob"):
            case.says(name, NOISE)
            case.says(name, MAIN, at=1)
        assert case.noise() == {0: "cleanup"}
        report = case.assign()
        assert (report.left_out, report.considered, report.paragraphs) == (1, 4, 3)
        assert report.left_out_by == {"cleanup": 1}

    @pytest.mark.parametrize("second", [MAIN, None])
    def test_what_is_disputed_or_still_open_is_assigned(
        self, case: Case, second: dict[str, list[str]] | None
    ) -> None:
        case.says("alice", NOISE)
        case.says("bob", second)
        assert case.noise() == {}

    def test_what_somebody_skipped_is_assigned(self, case: Case) -> None:
        case.says("alice", NOISE)
        row = case.says("bob", None)
        row.state, row.skip_reason = "skipped", "cannot say"
        case.make.session.flush()
        assert case.noise() == {}

    def test_the_work_of_a_disabled_account_neither_helps_nor_hinders(self, case: Case) -> None:
        case.says("alice", NOISE)
        case.says("bob", None)
        case.says("bob", NOISE, at=1)
        case.person("bob").disabled_at = NOW
        case.make.session.flush()
        assert case.noise() == {0: "cleanup"}

    def test_a_round_that_counts_can_contradict(self, case: Case) -> None:
        case.says("alice", NOISE)
        row = case.make.assignment(case.labelled.round, case.subjects[0], case.person("bob"))
        assert case.noise() == {0: "cleanup"}
        case.make.annotation(row, MAIN | {"tone": ["warm"]})
        assert case.noise() == {}

    def test_gold_decides_before_votes(self, case: Case) -> None:
        for at in range(3):
            case.says("alice", NOISE, at=at)
        case.make.gold(case.subjects[0].id, "content", [["main"]])
        case.make.gold(case.subjects[1].id, "content", None)
        case.make.gold(case.subjects[3].id, "content", [["boilerplate"]])
        assert case.noise() == {2: "cleanup", 3: survivors.BY_GOLD}

    def test_answers_that_the_codebook_no_longer_knows_settle_nothing(self, case: Case) -> None:
        case.says("alice", NOISE)
        case.make.codebook(
            case.labelled.project, SMALL.replace("code: boilerplate", "code: junk"), number=2
        )
        assert case.noise() == {}

    def test_clean_up_and_training_rounds_ask_all(self, case: Case) -> None:
        case.says("alice", NOISE)
        for kind in ("cleanup", "training"):
            report = case.assign(kind=kind, round_name=f"{kind} again")
            assert (report.left_out, report.paragraphs) == (0, 4)

    def test_a_project_of_noise_alone_has_nothing_to_assign(self, case: Case) -> None:
        for at in range(4):
            case.says("alice", NOISE, at=at)
        with pytest.raises(DataInvalid, match=r"All 4 paragraphs .* settled as noise"):
            case.assign()


class TestTheFormSaysIt:
    def test_of_all_documents_in_use(self, case: Case) -> None:
        case.says("alice", NOISE)
        found = survivors.left_out(case.make.session, project_id=case.labelled.project.id)
        assert survivors.in_words(found) == (
            "1 of 4 paragraphs is left out: settled as noise in round “cleanup”."
        )

    def test_without_noise_or_codebook_it_says_nothing(self, case: Case) -> None:
        empty = case.make.project()
        for project in (case.labelled.project, empty):
            found = survivors.left_out(case.make.session, project_id=project.id)
            assert survivors.in_words(found) == ""

    def test_several_reasons_are_counted_each(self) -> None:
        assert survivors.in_words(LeftOut(1190, {"b": 60, "": 1005})) == (
            "1,065 of 1,190 paragraphs are left out: "
            "settled as noise in round “b” (60), by gold (1,005)."
        )
