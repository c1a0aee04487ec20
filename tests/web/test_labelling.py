"""The labelling page as a plain form: what it shows, saves, refuses and hides."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from annotator.services import assigning, sheets
from annotator.store.corpus import Project
from annotator.store.database import Database
from annotator.store.labelling import AnnotationRevision, Assignment
from annotator.store.people import User
from annotator.store.queries.labelling import Task
from tests.default_codebook import with_default_codebook
from tests.factories import NOW, Factory
from tests.web.conftest import Seed, SignIn

TEXTS = ("A caption <b>", "The body 😀 of it.", "Third.")
BOILERPLATE = {"content": "boilerplate", "noise_type": "caption"}


@dataclass
class Case:
    """Alice and Bob have two documents of three paragraphs each; the client is Alice's."""

    client: FlaskClient
    database: Database
    project: Project
    alice: User
    bob: User
    lead: User
    round_id: int

    @property
    def address(self) -> str:
        return f"/projects/{self.project.slug}/label"

    def queue(self, user: User | None = None) -> tuple[Task, ...]:
        with self.database.read() as session:
            return sheets.next_assignments(
                session, project_id=self.project.id, user_id=(user or self.alice).id, n=99
            ).assignments

    def page(self, task: Task | None = None) -> str:
        response = self.client.get(f"{self.address}/{task.id}" if task else self.address)
        assert response.status_code == 200
        return response.text

    def send(self, task: Task, answers: dict[str, Any], **given: Any) -> TestResponse:
        page = self.page(task)
        fields = {name: value_of(page, name) for name in ("save_id", "seen_revision")} | {
            "seconds": "2.5"
        }
        return self.client.post(
            f"{self.address}/{task.id}", data=fields | {"save": "1"} | answers | given
        )

    def stored(self, task: Task) -> list[dict[str, Any]]:
        with self.database.read() as session:
            found = sheets.sheet_of(
                session,
                project_id=self.project.id,
                assignment_id=task.id,
                user_id=self.alice.id,
            ).task
        return [found.answers] * found.revision

    def close(self) -> None:
        with self.database.write() as session:
            assigning.close_round(
                session,
                project_id=self.project.id,
                round_id=self.round_id,
                actor_id=None,
                now=NOW,
            )


def value_of(page: str, name: str) -> str:
    tag = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)
    assert tag is not None, name
    value = re.search(r'value="([^"]*)"', tag.group())
    return value.group(1) if value else ""


def problem_at(page: str, question: str) -> str:
    found = re.search(
        rf'<p class="error"\s+id="problem-{re.escape(question)}"([^>]*)>(.*?)</p>', page, re.DOTALL
    )
    assert found is not None, question
    assert ("hidden" in found.group(1)) == (found.group(2).strip() == "")
    return unescape(found.group(2)).strip()


def checked(page: str) -> set[tuple[str, str]]:
    boxes = re.findall(r"<input([^>]*)>", page, re.DOTALL)
    return {
        (value_of(f"<input{box}>", name), name)
        for box in boxes
        if re.search(r"\bchecked\b", box)
        for name in re.findall(r'name="([^"]*)"', box)
    }


@pytest.fixture
def case(client: FlaskClient, seed: Seed, sign_in: SignIn, app_database: Database) -> Case:
    with seed() as make:
        project = make.project("strait")
        lead = make.member(project, role="lead")
        alice, bob = make.member(project), make.member(project)
        source = make.source(project, "Harbour Gazette", domains=["gazette.example"])
        for n in range(2):
            make.document(
                project,
                source,
                texts=TEXTS,
                title=f"A telling title {n}",
                url="https://gazette.example/1",
                byline="By Ann Author",
            )
        with_default_codebook(make, project)
        report = assigning.assign(
            make.session, project_id=project.id, overlap=2, seed=1, actor_id=None, now=NOW
        )
    sign_in(client, alice)
    return Case(client, app_database, project, alice, bob, lead, report.round_id)


class TestThePage:
    def test_it_shows_the_next_paragraph_with_its_place(self, case: Case) -> None:
        page = case.page()
        task = case.queue()[0]
        assert task.paragraph is not None
        assert f'data-paragraph="{task.paragraph.id}"' in page
        assert "paragraph 1 of 3 · document 1 of 2" in page
        assert 'role="status"' in page

    def test_text_of_a_document_is_never_markup(self, case: Case) -> None:
        page = case.page()
        assert "A caption &lt;b&gt;" in page
        assert "A caption <b>" not in page

    def test_it_shows_the_neighbours_as_context(self, case: Case) -> None:
        page = case.page(case.queue()[1])
        assert page.index("A caption") < page.index("data-paragraph") < page.index("Third.")

    def test_it_asks_the_codebooks_questions_in_order(self, case: Case) -> None:
        page = case.page()
        asked = re.findall(r'data-question="([^"]*)"', page)
        assert asked == [
            "content", "noise_type", "part", "frames", "targets", "stance.russia",
            "stance.china", "stance.west", "stance.ukraine", "attribution", "confidence",
        ]  # fmt: skip
        for value in ("main", "boilerplate", "mixed"):
            assert re.search(rf'name="content"\s+value="{value}"', page)
        assert re.search(r'name="frames"\s+value=""', page)
        assert re.search(r'<button class="button primary"[^>]*name="save"[^>]*value="1"\s*>', page)

    def test_it_says_what_the_labels_mean(self, case: Case) -> None:
        page = case.page()
        assert 'aria-describedby="means-content-main"' in page
        address = re.search(r'data-address="([^"]*/paragraph)"', page)
        assert address is not None
        response = case.client.get(address.group(1))
        assert response.headers["Cache-Control"] == "private, max-age=31536000, immutable"
        assert 'id="means-content-main"' in response.text
        assert "Written for this document to be read" in response.text
        unknown = address.group(1).replace("guide/", "guide/0")
        assert case.client.get(unknown).status_code == 404

    def test_it_tells_scripts_when_a_question_applies(self, case: Case) -> None:
        page = case.page()
        conditions = re.findall(r'data-show-if="([^"]*)"', page)
        assert unescape(unescape(conditions[1])) == (
            '[{"labels": ["boilerplate", "mixed"], "question": "content"}]'
        )

    def test_a_blind_page_says_nothing_of_the_source(self, case: Case) -> None:
        for task in case.queue():
            page = case.page(task)
            for secret in ("Harbour", "Gazette", "gazette.example", "telling", "Ann Author"):
                assert secret not in page, (task.scope, secret)

    def test_the_whole_document_is_shown_after_its_last_paragraph(self, case: Case) -> None:
        tasks = case.queue()
        assert [task.scope for task in tasks[:4]] == ["paragraph"] * 3 + ["document"]
        page = case.page(tasks[3])
        assert 'data-document="' in page
        assert "the whole document · document 1 of 2" in page
        assert 'data-question="primary_frame"' in page
        assert 'data-question="recognised"' in page

    def test_it_carries_no_inline_script_or_style(self, case: Case) -> None:
        page = case.page()
        assert " style=" not in page
        for attributes in re.findall(r"<script([^>]*)>", page):
            assert "src=" in attributes or 'type="application/json"' in attributes
        assert not re.search(r"\son[a-z]+=", page)

    def test_looking_changes_nothing(self, case: Case) -> None:
        first, second = case.page(), case.page()
        assert value_of(first, "seen_revision") == value_of(second, "seen_revision") == "0"
        assert value_of(first, "save_id") != value_of(second, "save_id")
        assert len(case.queue()) == 8


class TestSaving:
    def test_a_save_leads_to_the_next_one(self, case: Case) -> None:
        first, second, *_ = case.queue()
        response = case.send(first, BOILERPLATE)
        assert (response.status_code, response.location) == (303, case.address)
        assert case.stored(first) == [{"content": ["boilerplate"], "noise_type": ["caption"]}]
        assert second.paragraph is not None
        assert f'data-paragraph="{second.paragraph.id}"' in case.page()
        assert "All saved" in case.page()

    def test_sets_are_lists_and_none_of_these_is_the_empty_set(self, case: Case) -> None:
        first, second, *_ = case.queue()
        answers = {"content": "main", "frames": ["economic", "policy"], "targets": ""}
        assert case.send(first, answers).status_code == 303
        assert case.stored(first) == [
            {"content": ["main"], "frames": ["economic", "policy"], "targets": []}
        ]
        assert case.send(second, answers | {"frames": ""}).status_code == 303
        assert case.stored(second)[0]["frames"] == []

    def test_it_stores_the_seconds_the_note_and_the_context(self, case: Case) -> None:
        task = case.queue()[1]
        case.send(task, BOILERPLATE, note="A doubt.")
        with case.database.read() as session:
            row = session.scalars(select(AnnotationRevision)).one()
        assert (row.seconds, row.note) == (2.5, "A doubt.")
        assert (row.context_before, row.context_after) == (1, 1)

    def test_without_a_clock_the_seconds_stay_unknown(self, case: Case) -> None:
        case.send(case.queue()[0], BOILERPLATE, seconds="")
        with case.database.read() as session:
            assert session.scalars(select(AnnotationRevision)).one().seconds is None

    def test_the_same_form_sent_twice_is_stored_once(self, case: Case) -> None:
        task = case.queue()[0]
        page = case.page(task)
        fields = {"save_id": value_of(page, "save_id"), "seen_revision": "0", **BOILERPLATE}
        for _ in range(2):
            response = case.client.post(f"{case.address}/{task.id}", data=fields)
            assert response.status_code == 303
        assert len(case.stored(task)) == 1

    def test_an_earlier_one_opens_with_its_answers_and_can_be_changed(self, case: Case) -> None:
        first, second, *_ = case.queue()
        case.send(first, {"content": "main", "frames": "", "targets": ""})
        page = case.page(second)
        assert f'rel="prev" href="{case.address}/{first.id}"' in re.sub(r"\s+", " ", page)
        page = case.page(first)
        assert checked(page) == {("main", "content"), ("", "frames"), ("", "targets")}
        assert value_of(page, "seen_revision") == "1"
        assert case.send(first, BOILERPLATE).status_code == 303
        assert len(case.stored(first)) == 2

    def test_the_end_is_said_clearly(self, case: Case) -> None:
        document = {
            "primary_frame": "economic", "genre": "opinion", "recognised": "no",
            "overall_stance.russia": "0", "overall_stance.china": "not_addressed",
            "overall_stance.west": "not_addressed", "overall_stance.ukraine": "not_addressed",
        }  # fmt: skip
        for task in case.queue():
            answers = BOILERPLATE if task.scope == "paragraph" else document
            assert case.send(task, answers).status_code == 303
        page = case.page()
        assert "All done" in page
        assert "Look at the last one again" in page


class TestRefusing:
    def test_a_missing_answer_comes_back_with_a_sentence_at_its_question(self, case: Case) -> None:
        task = case.queue()[0]
        response = case.send(task, {"content": "main", "frames": ["economic"]}, note="Kept.")
        assert response.status_code == 422
        assert "required" in problem_at(response.text, "targets")
        assert problem_at(response.text, "content") == ""
        assert checked(response.text) == {("main", "content"), ("economic", "frames")}
        assert "Kept." in response.text
        assert case.stored(task) == []

    def test_an_answer_that_does_not_apply_is_not_dropped_in_silence(self, case: Case) -> None:
        task = case.queue()[0]
        response = case.send(task, BOILERPLATE | {"frames": ["economic"]})
        assert response.status_code == 422
        assert "does not apply" in problem_at(response.text, "frames")
        assert ("economic", "frames") in checked(response.text)

    def test_no_answer_takes_a_radio_button_back_without_scripts(self, case: Case) -> None:
        task = case.queue()[0]
        answers = {"content": "main", "noise_type": "", "frames": "", "targets": "", "part": ""}
        assert case.send(task, answers).status_code == 303
        assert case.stored(task) == [{"content": ["main"], "frames": [], "targets": []}]

    def test_none_of_these_goes_with_nothing_else(self, case: Case) -> None:
        response = case.send(
            case.queue()[0], {"content": "main", "frames": ["", "economic"], "targets": ""}
        )
        assert response.status_code == 422
        assert "chosen together with others" in problem_at(response.text, "frames")

    @pytest.mark.parametrize(
        ("answers", "question", "sentence"),
        [
            ({"content": "nonsense"}, "content", "is not a label"),
            ({"content": ["main", "mixed"]}, "content", "Choose one label"),
        ],
    )
    def test_labels_outside_the_codebook_are_refused(
        self, case: Case, answers: dict[str, Any], question: str, sentence: str
    ) -> None:
        response = case.send(case.queue()[0], answers)
        assert response.status_code == 422
        assert sentence in problem_at(response.text, question)

    def test_a_question_that_is_not_asked_is_named(self, case: Case) -> None:
        response = case.send(case.queue()[0], BOILERPLATE | {"genre": "opinion", "x<y": "1"})
        assert response.status_code == 422
        assert "“genre” is not asked in this task" in response.text
        assert "“x&lt;y”" in response.text

    def test_what_was_settled_meanwhile_is_shown_before_it_is_changed(self, case: Case) -> None:
        task = case.queue()[0]
        case.send(task, BOILERPLATE)
        with case.database.write() as session:
            settled_at = datetime.now(UTC) + timedelta(minutes=1)
            Factory(session).gold(
                task.subject_id, "content", [["boilerplate"]], settled_at=settled_at
            )
        changed = BOILERPLATE | {"noise_type": "widget"}
        response = case.send(task, changed)
        assert response.status_code == 409
        assert "Settled by the lead meanwhile" in response.text
        assert len(case.stored(task)) == 1
        again = {
            "save_id": value_of(response.text, "save_id"),
            "seen_revision": value_of(response.text, "seen_revision"),
            "save": "settled_seen",
        }
        assert 'value="settled_seen"' in response.text
        sent = case.client.post(f"{case.address}/{task.id}", data=changed | again)
        assert sent.status_code == 303
        assert len(case.stored(task)) == 2

    def test_a_newer_answer_is_shown_beside_ones_own(self, case: Case) -> None:
        task = case.queue()[0]
        old = case.page(task)
        case.send(task, BOILERPLATE)
        fields = {"save_id": value_of(old, "save_id"), "seen_revision": "0", "content": "mixed"}
        more = {"noise_type": "widget", "frames": "", "targets": ""}
        response = case.client.post(f"{case.address}/{task.id}", data=fields | more)
        assert response.status_code == 409
        assert "Saved elsewhere meanwhile" in response.text
        assert re.search(r"<dd>\s*Boilerplate\s*</dd>", response.text)
        assert ("mixed", "content") in checked(response.text)
        assert len(case.stored(task)) == 1
        again = {
            "save_id": value_of(response.text, "save_id"),
            "seen_revision": value_of(response.text, "seen_revision"),
        }
        assert again["save_id"] != fields["save_id"]
        response = case.client.post(f"{case.address}/{task.id}", data=fields | more | again)
        assert response.status_code == 303
        assert case.stored(task)[-1]["content"] == ["mixed"]

    def test_going_back_in_the_browser_and_changing_an_answer_loses_nothing(
        self, case: Case
    ) -> None:
        task = case.queue()[0]
        page = case.page(task)
        fields = {"save_id": value_of(page, "save_id"), "seen_revision": "0"}
        address = f"{case.address}/{task.id}"
        assert case.client.post(address, data=fields | BOILERPLATE).status_code == 303
        changed = fields | BOILERPLATE | {"noise_type": "widget"}
        response = case.client.post(address, data=changed)
        assert response.status_code == 409
        assert ("widget", "noise_type") in checked(response.text)

    @pytest.mark.parametrize(
        "fields",
        [
            {"save_id": "", "seen_revision": "0"},
            {"save_id": "1", "seen_revision": "0"},
            {"save_id": "00000000-0000-4000-8000-000000000000", "seen_revision": "x"},
            {"save_id": "00000000-0000-4000-8000-000000000000"},
            {},
        ],
    )
    def test_a_damaged_form_is_refused_with_a_sentence(
        self, case: Case, fields: dict[str, str]
    ) -> None:
        task = case.queue()[0]
        response = case.client.post(f"{case.address}/{task.id}", data=fields | BOILERPLATE)
        assert response.status_code == 422
        assert case.stored(task) == []

    @pytest.mark.parametrize("seconds", ["x", "nan", "-1", "inf", "9" * 400])
    def test_odd_seconds_are_refused(self, case: Case, seconds: str) -> None:
        response = case.send(case.queue()[0], BOILERPLATE, seconds=seconds)
        assert response.status_code == 422
        assert "seconds must be" in response.text

    def test_a_note_with_control_characters_is_refused(self, case: Case) -> None:
        response = case.send(case.queue()[0], BOILERPLATE, note="bell\x07")
        assert response.status_code == 422
        assert "U+0007" in response.text

    def test_a_forged_request_is_refused(self, case: Case) -> None:
        task = case.queue()[0]
        response = case.client.post(f"{case.address}/{task.id}", data=BOILERPLATE, forged=True)
        assert response.status_code == 400
        assert case.stored(task) == []


class TestWhoseItIs:
    def test_anothers_task_is_not_found(self, case: Case) -> None:
        theirs = case.queue(case.bob)[0]
        address = f"{case.address}/{theirs.id}"
        assert case.client.get(address).status_code == 404
        for path in (address, f"{address}/skip", f"{address}/flag"):
            assert case.client.post(path, data=BOILERPLATE).status_code == 404

    def test_a_task_under_another_projects_address_is_not_found(
        self, case: Case, seed: Seed
    ) -> None:
        with seed() as make:
            other = make.project("elsewhere")
            make.member(other, case.alice)
        task = case.queue()[0]
        assert case.client.get(f"/projects/{other.slug}/label/{task.id}").status_code == 404

    def test_a_stranger_and_nobody_get_in(self, case: Case, seed: Seed, sign_in: SignIn) -> None:
        with seed() as make:
            stranger = make.user("stranger")
        browser = case.client.application.test_client()
        assert browser.get(case.address).status_code == 302
        sign_in(browser, stranger)
        assert browser.get(case.address).status_code == 404

    def test_a_lead_without_work_is_told_what_to_do(self, case: Case, sign_in: SignIn) -> None:
        browser = case.client.application.test_client()
        sign_in(browser, case.lead)
        page = browser.get(case.address).text
        assert "Nothing is assigned to you in this project yet" in page
        assert "begin a round" in page


class TestSkippingAndTelling:
    def test_a_skip_needs_a_reason_and_leads_on(self, case: Case) -> None:
        first, second, *_ = case.queue()
        address = f"{case.address}/{first.id}/skip"
        response = case.client.post(address, data={"reason": " "})
        assert response.status_code == 422
        assert "Say in a few words why" in response.text
        response = case.client.post(address, data={"reason": "Cut off"})
        assert (response.status_code, response.location) == (303, case.address)
        assert case.queue()[0].id == second.id
        assert "You skipped this: “Cut off”" in case.page(first)

    def test_what_is_answered_cannot_be_skipped(self, case: Case) -> None:
        task = case.queue()[0]
        case.send(task, BOILERPLATE)
        assert re.search(r'id="skip-box"\s+hidden', case.page(task))
        response = case.client.post(f"{case.address}/{task.id}/skip", data={"reason": "x"})
        assert response.status_code == 409

    def test_a_note_to_the_lead_stays_with_the_task(self, case: Case) -> None:
        task = case.queue()[0]
        address = f"{case.address}/{task.id}/flag"
        assert case.client.post(address, data={"reason": ""}).status_code == 422
        response = case.client.post(address, data={"reason": "Odd <text>"})
        assert (response.status_code, response.location) == (303, f"{case.address}/{task.id}")
        assert "Odd &lt;text&gt;" in case.page(task)
        with case.database.read() as session:
            row = session.get_one(Assignment, task.id)
            assert (row.state, row.flag_note) == ("open", "Odd <text>")


class TestAfterTheRound:
    def test_a_closed_round_can_be_read_but_not_changed(self, case: Case) -> None:
        first, second, *_ = case.queue()
        case.send(first, BOILERPLATE)
        page = case.page(first)
        case.close()
        shown = case.page(first)
        assert "is closed" in shown
        assert re.search(r'<button[^>]*name="save"[^>]*\bdisabled\b', shown)
        fields = {"save_id": value_of(page, "save_id"), "seen_revision": "1", **BOILERPLATE}
        response = case.client.post(f"{case.address}/{first.id}", data=fields)
        assert response.status_code == 409
        assert "is closed, so nothing was saved" in response.text
        assert case.client.get(f"{case.address}/{second.id}").status_code == 404

    def test_the_source_is_rated_then(self, case: Case) -> None:
        case.send(case.queue()[0], BOILERPLATE)
        case.close()
        page = case.page()
        assert "Harbour Gazette" in page
        assert "A telling title" in page
        assert "rating a source" in page
        (task,) = case.queue()
        answers = dict.fromkeys(
            ("no_false_reports", "cites_sources", "shows_corrections", "marks_opinion",
             "headlines_fit", "names_owner", "marks_ads", "names_editors", "names_authors"),
            "yes",
        )  # fmt: skip
        answers |= dict.fromkeys(("funding", "governance", "editorial_control"), "independent")
        answers |= {"reliability": "b"}
        wrong = answers | {"marks_ads.evidence": "no link", "marks_ads.as_of": "yesterday"}
        response = case.send(task, wrong)
        assert response.status_code == 422
        assert "is not a link" in problem_at(response.text, "marks_ads.evidence")
        assert "is not a date" in problem_at(response.text, "marks_ads.as_of")
        assert "no link" in response.text
        right = answers | {"marks_ads.evidence": "https://x.example/", "marks_ads.as_of": ""}
        assert case.send(task, right).status_code == 303
        assert case.stored(task)[0]["marks_ads.evidence"] == ["https://x.example/"]
        assert "All done" in case.page()

    def test_nothing_is_stored_by_all_that_is_refused(self, case: Case) -> None:
        for answers in ({}, {"content": "x"}, BOILERPLATE | {"frames": "economic"}):
            assert case.send(case.queue()[0], answers).status_code == 422
        with case.database.read() as session:
            assert session.scalar(select(func.count()).select_from(AnnotationRevision)) == 0
