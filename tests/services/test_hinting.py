"""What stands beside a task: found in its text, and of the suggestion only what a lead allows."""

from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from annotator.domain.odd_characters import Odd
from annotator.domain.suggestion_policy import when_shown
from annotator.errors import AnswersInvalid
from annotator.services import annotating, assigning, hinting, sheets
from annotator.store.corpus import Paragraph, Suggestion
from annotator.store.labelling import Annotation, AnnotationRevision, Assignment, Round
from annotator.store.people import User
from annotator.store.queries.labelling import SuggestionShown, Task
from tests.factories import NOW, Factory
from tests.services.test_annotating import MAIN, a_save, add_codebook

TEXTS = tuple(f"Moscow told us, number {n}." for n in range(24))


@dataclass
class Case:
    session: Session
    make: Factory
    round: Round
    alice: User
    bob: User

    def queue(self, user: User | None = None, n: int = 50) -> tuple[Task, ...]:
        return sheets.next_assignments(
            self.session,
            project_id=self.round.project_id,
            user_id=(user or self.alice).id,
            n=n,
        ).assignments

    def save(self, task: Task, **given: Any) -> AnnotationRevision:
        annotating.save_annotation(
            self.session,
            assignment_id=task.id,
            user_id=self.alice.id,
            save=a_save(MAIN, **given),
            now=NOW,
        )
        revisions = self.session.scalars(
            select(AnnotationRevision)
            .join(Annotation, Annotation.id == AnnotationRevision.annotation_id)
            .where(Annotation.assignment_id == task.id)
            .order_by(AnnotationRevision.number)
        )
        return revisions.all()[-1]

    def suggest(self, position: int | None = None, **given: Any) -> None:
        """A suggestion for one paragraph, or for each."""
        asked = select(Paragraph.id)
        if position is not None:
            asked = asked.where(Paragraph.position == position)
        defaults = {"noise_type": "banner", "probability": 0.75, "reasons": ["A reason."],
                    "made_by": "rules 1"}  # fmt: skip
        for paragraph_id in self.session.scalars(asked):
            self.session.add(Suggestion(paragraph_id=paragraph_id, **(defaults | given)))
        self.session.flush()


def build(
    session: Session, *, texts: tuple[str, ...] = TEXTS, yaml: str | None = None, **given: Any
) -> Case:
    make = Factory(session)
    project = make.project()
    alice, bob = make.member(project), make.member(project)
    make.document(project, texts=texts)
    add_codebook(session, project, yaml)
    report = assigning.assign(
        session, project_id=project.id, overlap=2, seed=4, actor_id=None, now=NOW, **given
    )
    return Case(session, make, session.get_one(Round, report.round_id), alice, bob)


class TestHints:
    def test_the_words_that_name_a_label_stand_at_its_question(self, session: Session) -> None:
        case = build(session, texts=("Moscow’s envoy met China’s; Moscow’s left.", "Nothing."))
        first, second, document = case.queue()
        assert first.hints == {"targets": {"russia": ("Moscow’s",), "china": ("China’s",)}}
        assert second.hints == {}
        assert (document.scope, document.hints, document.odd) == ("document", {}, ())

    def test_everyone_sees_the_same_and_nothing_is_answered(self, session: Session) -> None:
        case = build(session)
        assert [task.hints for task in case.queue()] == [
            task.hints for task in case.queue(case.bob)
        ]
        assert all(task.answers == {} for task in case.queue())

    def test_a_round_that_does_not_ask_for_targets_has_no_hints(self, session: Session) -> None:
        case = build(session, kind="cleanup", round_name="cleanup")
        assert {str(task.hints) for task in case.queue()} == {"{}"}

    def test_they_follow_the_text_as_it_is_shown(self, session: Session) -> None:
        task = build(session).queue(n=1)[0]
        assert task.paragraph is not None
        masked = replace(task, paragraph=replace(task.paragraph, text="[source] and\u200b Beijing"))
        (found,) = hinting.with_hints(session, [masked], user_id=1)
        assert found.hints == {"targets": {"china": ("Beijing",)}}
        assert found.odd == (Odd(12, 13, "U+200B ZERO WIDTH SPACE"),)

    def test_the_language_of_the_paragraph_counts(self, session: Session) -> None:
        case = build(session, texts=("Kremliaus atstovas", "Kremlinului"))
        for lang, paragraph in zip(("lt", "ro"), session.scalars(select(Paragraph)), strict=True):
            paragraph.lang = lang
        session.flush()
        words = [task.hints.get("targets") for task in case.queue()[:2]]
        assert words == [{"russia": ("Kremliaus",)}, {"russia": ("Kremlinului",)}]

    def test_a_sheet_has_what_the_queue_has(self, session: Session) -> None:
        case = build(session, suggestions="after_choice")
        case.suggest()
        task = case.queue(n=1)[0]
        asked = {"project_id": case.round.project_id, "user_id": case.alice.id}
        (sheet,) = sheets.next_sheets(session, n=1, **asked).sheets
        again = sheets.sheet_of(session, assignment_id=task.id, **asked)
        assert task.suggestion is not None
        for shown in (sheet.task, again.task):
            assert (shown.hints, shown.odd, shown.suggestion) == (
                task.hints, task.odd, task.suggestion
            )  # fmt: skip


class TestSuggestions:
    def test_nothing_is_shown_unless_the_lead_chose_so(self, session: Session) -> None:
        case = build(session)
        case.suggest()
        assert {task.suggestion for task in case.queue()} == {None}

    def test_hidden_ones_are_not_even_asked_for(self, session: Session) -> None:
        case = build(session)
        case.queue()
        asked: list[str] = []
        event.listen(
            session.connection(), "before_cursor_execute", lambda *call: asked.append(call[2])
        )
        tasks = case.queue(n=4)
        # The rounds, the tasks, what stands around them and what of it is settled as noise; for the
        # masks the sources and authors.
        assert len(asked) == 6
        assert not any("suggestions." in sql.replace("rounds.suggestions", "") for sql in asked)
        assert len(tasks) == 4

    def test_after_the_choice_all_are_shown_with_their_reasons(self, session: Session) -> None:
        case = build(session, suggestions="after_choice")
        case.suggest(0, reasons=["One reason.", "Another."])
        first, second, *_ = case.queue()
        assert first.suggestion == SuggestionShown(
            "banner", 0.75, ("One reason.", "Another."), "after_choice"
        )
        assert second.suggestion is None

    def test_a_random_share_is_drawn_for_each_person(self, session: Session) -> None:
        case = build(session, suggestions="random_share")
        case.suggest()
        seen = {}
        for user in (case.alice, case.bob):
            tasks = case.queue(user)
            seen[user.id] = {task.subject_id for task in tasks if task.suggestion}
            assert seen[user.id] == {
                task.subject_id
                for task in tasks
                if task.paragraph
                and when_shown("random_share", seed=4, user_id=user.id, subject_id=task.subject_id)
            }
            assert {task.suggestion.when for task in tasks if task.suggestion} == {"at_once"}
            assert 0 < len(seen[user.id]) < len(TEXTS)
        assert seen[case.alice.id] != seen[case.bob.id]

    def test_the_newest_of_several_is_shown(self, session: Session) -> None:
        case = build(session, suggestions="after_choice")
        case.suggest(0)
        case.suggest(0, noise_type="caption", made_by="rules 2")
        shown = case.queue(n=1)[0].suggestion
        assert shown is not None
        assert shown.noise_type == "caption"

    def test_questions_about_the_document_have_none(self, session: Session) -> None:
        case = build(session, suggestions="after_choice")
        case.suggest()
        (document,) = (task for task in case.queue() if task.scope == "document")
        assert document.suggestion is None


class TestWhatASaveStores:
    def test_what_was_shown_is_stored_in_the_words_of_the_server(self, session: Session) -> None:
        case = build(session, suggestions="after_choice")
        case.suggest()
        stored = case.save(case.queue(n=1)[0], suggestion_shown=True)
        assert (stored.suggestion_shown, stored.suggested_label) == (True, "banner")

    def test_what_was_not_shown_is_stored_as_not_shown(self, session: Session) -> None:
        case = build(session, suggestions="after_choice")
        case.suggest()
        stored = case.save(case.queue(n=1)[0])
        assert (stored.suggestion_shown, stored.suggested_label) == (False, None)

    def test_each_revision_says_it_anew(self, session: Session) -> None:
        case = build(session, suggestions="after_choice")
        case.suggest()
        task = case.queue(n=1)[0]
        case.save(task)
        assert case.save(task, seen_revision=1, suggestion_shown=True).suggestion_shown

    @pytest.mark.parametrize("policy", ["hidden", "random_share", "after_choice"])
    def test_it_cannot_be_claimed_where_none_is_shown(self, session: Session, policy: str) -> None:
        case = build(session, suggestions=policy)
        if policy != "after_choice":  # there, only a paragraph without a suggestion shows none
            case.suggest()
        task = next(task for task in case.queue() if task.suggestion is None)
        with pytest.raises(AnswersInvalid) as refused:
            case.save(task, suggestion_shown=True)
        assert refused.value.problems == {"suggestion_shown": hinting.NONE_SHOWN}
        assert session.get_one(Assignment, task.id).state == "open"

    def test_a_drawn_one_can_be_claimed(self, session: Session) -> None:
        case = build(session, suggestions="random_share")
        case.suggest()
        task = next(task for task in case.queue() if task.suggestion)
        assert case.save(task, suggestion_shown=True).suggested_label == "banner"

    def test_the_same_save_again_is_still_stored_once(self, session: Session) -> None:
        case = build(session, suggestions="after_choice")
        case.suggest()
        task = case.queue(n=1)[0]
        save_id = "7d0f0d4e-5e0c-4c7e-9a3b-0d5f6a1c2b3d"
        case.save(task, save_id=save_id, suggestion_shown=True)
        assert case.save(task, save_id=save_id, suggestion_shown=True).number == 1
