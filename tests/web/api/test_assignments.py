"""Next, save, skip and flag as a script meets them."""

import json
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from annotator.store.audit import AuditEvent
from annotator.store.database import Database
from annotator.store.labelling import Annotation, AnnotationRevision, Assignment
from annotator.web.access import NO_SUCH_PAGE
from annotator.web.api import shapes
from tests.factories import NOW
from tests.web.api.conftest import API, Answer, Case
from tests.web.conftest import SignIn

NOISE = {"content": ["boilerplate"]}
MAIN = {"content": ["main"], "frames": ["security"], "targets": []}


def a_body(answers: Any = None, **given: Any) -> dict[str, Any]:
    defaults = {
        "save_id": str(uuid.uuid4()),
        "seen_revision": 0,
        "answers": NOISE if answers is None else answers,
        "seconds": 2.5,
    }
    return defaults | given


def path_of(assignment_id: int) -> str:
    return f"/assignments/{assignment_id}/annotation"


def saved_rows(database: Database) -> tuple[int, int]:
    with database.read() as session:
        annotations = session.scalar(select(func.count(Annotation.id)))
        revisions = session.scalar(select(func.count(AnnotationRevision.id)))
    assert annotations is not None
    assert revisions is not None
    return annotations, revisions


def test_next_gives_the_first_open_paragraphs_with_their_context(case: Case) -> None:
    answer = case.alice.get("/projects/news/next?n=2")
    assert answer.status_code == 200
    shapes.Upcoming.model_validate(answer.json)
    first, second = answer.json["assignments"]
    assert answer.json["remaining"] == 6
    assert first["id"] == case.mine[0]
    assert first["scope"] == "paragraph"
    assert first["round"] == "main"
    assert first["revision"] == 0
    assert first["answers"] == {}
    assert first["paragraph"]["text"] == case.texts[0]
    assert first["paragraph"]["lang"] == "en"
    assert first["paragraph"]["before"] == []
    assert first["paragraph"]["after"] == case.texts[1:3]
    assert second["paragraph"]["before"] == case.texts[:1]


def test_next_gives_one_if_no_number_is_asked_for(case: Case) -> None:
    assert len(case.alice.get("/projects/news/next").json["assignments"]) == 1


def test_next_changes_nothing(case: Case, app_database: Database) -> None:
    answers = [case.alice.get("/projects/news/next?n=3").json for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    with app_database.read() as session:
        states = session.scalars(select(Assignment.state).distinct()).all()
    assert states == ["open"]


@pytest.mark.parametrize("n", ["0", "51", "-1", "+4", "4.0", " 4", "4_0", "٤", "x", "", "9" * 5000])
def test_next_refuses_a_number_out_of_range_or_oddly_spelt(case: Case, n: str) -> None:
    answer = case.alice.get("/projects/news/next", query_string={"n": n})
    assert answer.status_code == 422
    assert set(answer.json["problems"]) == {"n"}


def test_next_names_a_parameter_that_it_does_not_know(case: Case) -> None:
    answer = case.alice.get("/projects/news/next?count=4")
    assert answer.status_code == 422
    assert answer.json["problems"] == {"count": "There is no such field: take it out."}


def test_the_first_save_makes_an_annotation_and_the_next_a_revision(case: Case) -> None:
    first = case.alice.put(path_of(case.mine[0]), json=a_body())
    assert (first.status_code, first.json) == (201, {"revision": 1})
    second = case.alice.put(path_of(case.mine[0]), json=a_body(MAIN, seen_revision=1))
    assert (second.status_code, second.json) == (200, {"revision": 2})
    assert case.alice.get("/projects/news/next").json["remaining"] == 5


def test_the_same_save_again_is_stored_once(case: Case, app_database: Database) -> None:
    sent = a_body()
    assert case.alice.put(path_of(case.mine[0]), json=sent).status_code == 201
    again = case.alice.put(path_of(case.mine[0]), json=sent)
    assert (again.status_code, again.json) == (200, {"revision": 1})
    assert saved_rows(app_database) == (1, 1)


def test_everything_that_was_sent_is_kept(case: Case, app_database: Database) -> None:
    sent = a_body(
        MAIN, note="an odd one", seconds=0, context_before=1, context_after=2, seen_revision=0
    )
    assert case.alice.put(path_of(case.mine[0]), json=sent).status_code == 201
    with app_database.read() as session:
        kept = session.scalars(select(AnnotationRevision)).one()
        events = session.scalars(select(AuditEvent.action)).all()
    assert kept.answers == MAIN
    assert kept.save_id == sent["save_id"]
    assert (kept.note, kept.seconds) == ("an odd one", 0)
    assert (kept.context_before, kept.context_after) == (1, 2)
    assert events.count("annotation.saved") == 1


def test_a_save_that_saw_an_older_revision_gets_the_newer_one(case: Case) -> None:
    case.alice.put(path_of(case.mine[0]), json=a_body(MAIN, note="mine"))
    answer = case.alice.put(path_of(case.mine[0]), json=a_body())
    assert answer.status_code == 409
    shapes.Clash.model_validate(answer.json)
    assert answer.json["revision"] == 1
    assert answer.json["annotation"]["answers"] == MAIN
    assert answer.json["annotation"]["note"] == "mine"
    assert "saved elsewhere" in answer.json["error"]


def test_a_save_that_saw_a_revision_that_is_not_there_is_told_so(case: Case) -> None:
    answer = case.alice.put(path_of(case.mine[0]), json=a_body(seen_revision=7))
    assert answer.status_code == 409
    shapes.Clash.model_validate(answer.json)
    assert answer.json["revision"] == 0


@pytest.mark.parametrize(
    ("answers", "question"),
    [
        ({"content": ["nonsense"]}, "content"),
        ({}, "content"),
        ({"content": ["boilerplate"], "frames": ["security"]}, "frames"),
        ({"content": ["boilerplate"], "invented": ["a"]}, "invented"),
        ({"content": "boilerplate"}, "content"),
        ({"content": ["boilerplate", 1]}, "content"),
        ({"content": [True]}, "content"),
        ({"content": None}, "content"),
        ({"content": {"main": True}}, "content"),
        ({"content": ["main", "boilerplate"]}, "content"),
    ],
)
def test_a_wrong_answer_gets_a_sentence_at_its_question(
    case: Case, app_database: Database, answers: Any, question: str
) -> None:
    answer = case.alice.put(path_of(case.mine[0]), json=a_body(answers))
    assert answer.status_code == 422
    shapes.Problems.model_validate(answer.json)
    assert question in answer.json["problems"]
    assert answer.json["problems"][question] in answer.json["error"]
    assert saved_rows(app_database) == (0, 0)


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"seen_revision": True}, "seen_revision"),
        ({"seen_revision": 1.5}, "seen_revision"),
        ({"seen_revision": -1}, "seen_revision"),
        ({"seen_revision": 2**31}, "seen_revision"),
        ({"seen_revision": 10**30}, "seen_revision"),
        ({"seconds": "3"}, "seconds"),
        ({"seconds": -1}, "seconds"),
        ({"seconds": False}, "seconds"),
        ({"save_id": "no uuid"}, "save_id"),
        ({"save_id": 7}, "save_id"),
        ({"note": 7}, "note"),
        ({"note": "x" * 2001}, "note"),
        ({"note": "bell \x07"}, "note"),
        ({"spans": {}}, "spans"),
        ({"spans": [{"question": "frames"}]}, "spans[0].label"),
        ({"context_before": -1}, "context_before"),
        ({"answers": []}, "answers"),
        ({"answers": {str(n): [] for n in range(1001)}}, "answers"),
        ({"surprise": 1}, "surprise"),
        ({"a\x07b": 1}, "a�b"),
    ],
)
def test_a_body_of_another_shape_gets_a_sentence_at_its_field(
    case: Case, app_database: Database, given: dict[str, Any], place: str
) -> None:
    answer = case.alice.put(path_of(case.mine[0]), json=a_body(**given))
    assert answer.status_code == 422
    assert place in answer.json["problems"], answer.json
    assert saved_rows(app_database) == (0, 0)


def test_a_missing_field_is_named(case: Case) -> None:
    answer = case.alice.put(path_of(case.mine[0]), json={"answers": NOISE})
    assert set(answer.json["problems"]) == {"save_id", "seen_revision"}


def spoilt(**given: str) -> str:
    """A body in which a value is raw JSON of our own."""
    fields = {name: json.dumps(value) for name, value in a_body().items()} | given
    return "{" + ", ".join(f'"{name}": {value}' for name, value in fields.items()) + "}"


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "{",
        "[]",
        "null",
        "3",
        '"text"',
        b"\xff\xfe",
        b'\xef\xbb\xbf{"a": 1}',
        b'{"save_id": "\xff"}',
        spoilt(seconds="NaN"),
        spoilt(seconds="Infinity"),
        spoilt(seconds="1e999"),
        spoilt(note='"\\ud800"'),
        spoilt(note='"a\x07"'),
        spoilt(answers='{"content": ["\\udfff"]}'),
        spoilt(answers="[" * 21 + "]" * 21),
        spoilt(answers='{"content": ' + "[" * 21 + "]" * 21 + "}"),
        spoilt(surprise="[" * 100_000 + "]" * 100_000),
        spoilt(seen_revision="9" * 5000),
        spoilt() + "x",
    ],
)
def test_what_no_json_may_hold_is_refused_and_nothing_breaks(
    case: Case, app_database: Database, raw: str | bytes
) -> None:
    answer = case.alice.put(
        path_of(case.mine[0]), data=raw, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 422
    assert answer.json["problems"]
    assert saved_rows(app_database) == (0, 0)


def test_only_the_first_of_very_many_problems_are_told(case: Case) -> None:
    surprises = {f"surprise{n}": n for n in range(1000)}
    problems = case.alice.put(path_of(case.mine[0]), json=a_body(**surprises)).json["problems"]
    assert len(problems) == 51
    assert "more" in problems


def test_a_body_that_does_not_say_it_is_json_is_refused(case: Case) -> None:
    answer = case.alice.put(path_of(case.mine[0]), data=json.dumps(a_body()))
    assert answer.status_code == 415
    assert "application/json" in answer.json["error"]


def test_a_body_that_is_too_large_is_refused(case: Case) -> None:
    answer = case.alice.put(path_of(case.mine[0]), json=a_body(note="x" * 600_000))
    assert answer.status_code == 413
    assert "error" in answer.json


def test_spans_count_code_points(case: Case, app_database: Database) -> None:
    span = {"question": "content", "label": "main", "start": 10, "end": 11, "quote": "😀"}
    answer = case.alice.put(path_of(case.mine[0]), json=a_body(MAIN, spans=[span]))
    # The small codebook marks no words: the sentence shows that the span came through whole.
    assert answer.status_code == 422
    assert "😀" in answer.json["problems"]["spans"]


@pytest.mark.parametrize("what", ["annotation", "skip", "flag"])
def test_anothers_assignment_is_not_there(case: Case, app_database: Database, what: str) -> None:
    method = "PUT" if what == "annotation" else "POST"
    sent = a_body() if what == "annotation" else {"reason": "why not"}
    for caller in (case.alice, case.lena, case.stranger):
        answer = caller.call(method, f"/assignments/{case.bobs[0]}/{what}", json=sent)
        assert answer.status_code == 404
        assert set(answer.json) == {"error"}
    assert saved_rows(app_database) == (0, 0)


@pytest.mark.parametrize(
    "number", ["0", "999999", "2147483647", "2147483648", "9" * 40, "9" * 5000, "-1", "x"]
)
def test_an_assignment_that_cannot_be_is_not_there(case: Case, number: str) -> None:
    answer = case.alice.put(f"/assignments/{number}/annotation", json=a_body())
    assert answer.status_code == 404
    assert "error" in answer.json


def test_a_project_of_others_is_not_there(case: Case) -> None:
    answer = case.stranger.get("/projects/news/next")
    assert answer.status_code == 404
    assert answer.json == {"error": NO_SUCH_PAGE}


def test_a_closed_round_takes_no_more(case: Case, app_database: Database) -> None:
    with app_database.write() as session:
        session.get_one(Assignment, case.mine[0]).round.closed_at = NOW
    answer = case.alice.put(path_of(case.mine[0]), json=a_body())
    assert answer.status_code == 409
    shapes.Clash.model_validate(answer.json)
    assert "closed" in answer.json["error"]


def test_skipping_takes_a_reason_and_saving_undoes_it(case: Case, app_database: Database) -> None:
    answer = case.alice.post(f"/assignments/{case.mine[0]}/skip", json={"reason": "cut off"})
    assert (answer.status_code, answer.json) == (200, {"state": "skipped"})
    with app_database.read() as session:
        row = session.get_one(Assignment, case.mine[0])
        assert (row.state, row.skip_reason) == ("skipped", "cut off")
    assert case.alice.put(path_of(case.mine[0]), json=a_body()).status_code == 201
    again = case.alice.post(f"/assignments/{case.mine[0]}/skip", json={"reason": "cut off"})
    assert again.status_code == 409


def test_flagging_takes_a_reason_and_leaves_the_assignment_open(
    case: Case, app_database: Database
) -> None:
    answer = case.alice.post(f"/assignments/{case.mine[0]}/flag", json={"reason": "two texts"})
    assert (answer.status_code, answer.json) == (200, {"flagged": True})
    with app_database.read() as session:
        row = session.get_one(Assignment, case.mine[0])
        assert (row.state, row.flag_note) == ("open", "two texts")


@pytest.mark.parametrize("what", ["skip", "flag"])
@pytest.mark.parametrize("sent", [{}, {"reason": ""}, {"reason": "  "}, {"reason": "a\x00"}, []])
def test_a_reason_is_needed(case: Case, what: str, sent: Any) -> None:
    answer = case.alice.post(f"/assignments/{case.mine[0]}/{what}", json=sent)
    assert answer.status_code == 422
    assert answer.json["error"]


@pytest.mark.parametrize("token", ["", "wrong", "\xff", "a b"])
def test_a_wrong_token_is_told_so(case: Case, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    for answer in (
        case.alice.get("/projects/news/next", headers=headers),
        case.alice.put(path_of(case.mine[0]), json=a_body(), headers=headers),
    ):
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert "error" in answer.json


def test_nobody_in_particular_is_asked_to_sign_in(case: Case) -> None:
    anonymous = FlaskClient(case.app)
    answer = anonymous.put(f"{API}{path_of(case.mine[0])}", json=a_body())
    assert answer.status_code == 401


def test_a_page_saves_with_its_session_and_csrf_token(
    case: Case, client: FlaskClient, sign_in: SignIn
) -> None:
    sign_in(client, case.users["alice"])
    answer = client.put(f"{API}{path_of(case.mine[0])}", json=a_body())
    assert answer.status_code == 201


def test_a_forged_request_of_another_site_is_refused(
    case: Case, app_database: Database, client: FlaskClient, sign_in: SignIn
) -> None:
    sign_in(client, case.users["alice"])
    answer = client.put(f"{API}{path_of(case.mine[0])}", json=a_body(), forged=True)
    assert answer.status_code == 400
    assert "error" in Answer.of(answer).json
    assert saved_rows(app_database) == (0, 0)


def test_a_wrong_method_and_a_wrong_address_answer_in_json(case: Case) -> None:
    wrong = case.alice.post(path_of(case.mine[0]), json=a_body())
    assert (wrong.status_code, list(wrong.json)) == (405, ["error"])
    nowhere = case.alice.get("/nowhere")
    assert (nowhere.status_code, list(nowhere.json)) == (404, ["error"])


def test_two_saves_at_once_make_one_annotation(case: Case, app_database: Database) -> None:
    def save(_: int) -> int:
        return case.alice.put(path_of(case.mine[0]), json=a_body()).status_code

    with ThreadPoolExecutor(4) as pool:
        statuses = sorted(pool.map(save, range(8)))
    assert statuses == [201] + [409] * 7
    assert saved_rows(app_database) == (1, 1)


class TestAPage:
    """Several assignments in one call: all of them are stored, or none."""

    def test_it_is_saved_together(self, case: Case) -> None:
        saves = [a_body() | {"assignment": one} for one in case.mine[:2]]
        for _ in range(2):
            answer = case.alice.post("/projects/news/annotations", json={"saves": saves})
            assert answer.status_code == 200
            assert answer.json == {
                "saved": [{"assignment": one, "revision": 1} for one in case.mine[:2]]
            }

    def test_what_stands_in_the_way_is_told_and_nothing_is_saved(self, case: Case) -> None:
        first, second = case.mine[:2]
        case.alice.put(f"/assignments/{first}/annotation", json=a_body())
        saves = [a_body() | {"assignment": one} for one in (first, second, case.bobs[0])]
        saves[1] |= {"answers": {"content": ["junk"]}}
        answer = case.alice.post("/projects/news/annotations", json={"saves": saves})
        assert answer.status_code == 422
        told = {one["assignment"]: one for one in answer.json["refused"]}
        assert {one: row["status"] for one, row in told.items()} == {
            first: 409,
            second: 422,
            case.bobs[0]: 404,
        }
        assert told[first]["annotation"]["answers"] == NOISE
        assert "content" in told[second]["problems"]
        assert case.alice.get(f"/assignments/{second}").json["revision"] == 0

    @pytest.mark.parametrize("saves", [[], [{}] * 201, "all"])
    def test_another_shape_is_refused(self, case: Case, saves: object) -> None:
        answer = case.alice.post("/projects/news/annotations", json={"saves": saves})
        assert answer.status_code == 422
