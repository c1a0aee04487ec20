"""What stands beside a task as a script meets it: hints, odd characters, the suggestion."""

from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from annotator.store.corpus import Paragraph, Suggestion
from annotator.store.database import Database
from annotator.store.labelling import AnnotationRevision
from annotator.web.api import shapes
from tests.labelled import Labelled
from tests.small_codebook import SMALL
from tests.web.api.conftest import Answer, Caller, token_of
from tests.web.api.test_assignments import a_body, path_of
from tests.web.conftest import Seed

ALIASED = SMALL.replace(
    "name: {en: Russia}}", "name: {en: Russia}, aliases: {en: [Moscow], ru: [Москва]}}"
)
REASON = "The same words stand 3 times in a row on this line."


@dataclass
class Case:
    app: Flask
    seed: Seed
    database: Database

    def alice(self, *texts: str, suggestions: str = "hidden") -> Caller:
        """An annotator of a round with these paragraphs, all of which are taken for banners."""
        with self.seed() as make:
            labelled = Labelled.empty(make, slug="news", yaml=ALIASED)
            labelled.round.suggestions = suggestions
            for subject in labelled.paragraphs(*texts):
                labelled.says("alice", subject, None)
            for paragraph_id in make.session.scalars(select(Paragraph.id)):
                make.session.add(
                    Suggestion(
                        paragraph_id=paragraph_id,
                        noise_type="banner",
                        probability=0.9,
                        reasons=[REASON],
                        made_by="rules 1",
                    )
                )
            token = token_of(make.session, labelled.people["alice"])
        return Caller(FlaskClient(self.app), token)

    def stored(self) -> AnnotationRevision:
        with self.database.read() as session:
            return session.scalars(select(AnnotationRevision)).one()


@pytest.fixture
def case(app: Flask, seed: Seed, app_database: Database) -> Case:
    return Case(app, seed, app_database)


def upcoming(caller: Caller) -> Answer:
    answer = caller.get("/projects/news/next?n=50")
    assert answer.status_code == 200
    shapes.Upcoming.model_validate(answer.json)
    return answer


def test_hints_are_words_of_the_paragraph_by_question_and_label(case: Case) -> None:
    alice = case.alice("Moscow says: Москвой and Moscow’s.", "Nothing.")
    first, second = upcoming(alice).json["assignments"]
    assert first["hints"] == {"targets": {"russia": ["Moscow", "Москвой", "Moscow’s"]}}
    assert second["hints"] == {}


def test_odd_characters_are_placed_by_code_points(case: Case) -> None:
    alice = case.alice("😀 zero\u200bwidth Сompilers")
    (task,) = upcoming(alice).json["assignments"]
    assert task["odd"] == [
        {"start": 6, "end": 7, "what": "U+200B ZERO WIDTH SPACE"},
        {"start": 13, "end": 14, "what": "Cyrillic letter in a Latin word"},
    ]


def test_nothing_of_a_hidden_suggestion_is_sent(case: Case) -> None:
    answer = upcoming(case.alice("Some text."))
    assert answer.json["assignments"][0]["suggestion"] is None
    assert "banner" not in answer.text
    assert REASON not in answer.text


def test_a_suggestion_for_after_the_choice_says_so(case: Case) -> None:
    alice = case.alice("Some text.", suggestions="after_choice")
    (task,) = upcoming(alice).json["assignments"]
    assert task["suggestion"] == {
        "noise_type": "banner",
        "probability": 0.9,
        "reasons": [REASON],
        "when": "after_choice",
    }
    answer = alice.put(path_of(task["id"]), json=a_body(suggestion_shown=True))
    assert answer.status_code == 201
    stored = case.stored()
    assert (stored.suggestion_shown, stored.suggested_label) == (True, "banner")


def test_a_random_share_is_shown_at_once_and_nothing_of_the_rest_is_sent(case: Case) -> None:
    alice = case.alice(*(f"Text {n}." for n in range(30)), suggestions="random_share")
    answer = upcoming(alice)
    shown = [task["suggestion"] for task in answer.json["assignments"] if task["suggestion"]]
    assert {each["when"] for each in shown} == {"at_once"}
    assert 0 < len(shown) < 30
    assert answer.text.count("banner") == len(shown)


def test_a_suggestion_that_was_never_shown_cannot_be_claimed(case: Case) -> None:
    alice = case.alice("Some text.")
    (task,) = upcoming(alice).json["assignments"]
    answer = alice.put(path_of(task["id"]), json=a_body(suggestion_shown=True))
    assert answer.status_code == 422
    shapes.Problems.model_validate(answer.json)
    assert "No suggestion is shown to you here" in answer.json["problems"]["suggestion_shown"]
    assert upcoming(alice).json["assignments"][0]["revision"] == 0


@pytest.mark.parametrize("sent", [{"suggestion_shown": "yes"}, {"suggested_label": "caption"}])
def test_the_client_says_whether_it_was_shown_and_not_what(
    case: Case, sent: dict[str, str]
) -> None:
    alice = case.alice("Some text.", suggestions="after_choice")
    (task,) = upcoming(alice).json["assignments"]
    answer = alice.put(path_of(task["id"]), json=a_body() | sent)
    assert answer.status_code == 422
    assert set(answer.json["problems"]) == set(sent)
