import time

import pytest

from annotator.domain.noise import phrases
from tests.domain.noise.cases import BODY, MORE, around

SAID = {
    "(votes: 12, rating: 4.5)": "widget", "(3 votes)": "widget", "17 голосов": "widget",
    "Rate this page": "widget", "Оцените статью": "widget",
    "Share this story": "widget", "Поделиться в Telegram": "widget",
    "Distribuie pe Facebook": "widget",
    "Udostępnij": "widget", "分享到": "widget",
    "Print": "widget", "Версия для печати": "widget", "Drukuj": "widget", "Εκτύπωση": "widget",
    "12 (40%)": "poll", "1 203 (7,5 %)": "poll", "Опрос": "poll", "Sondaj:": "poll",
    "Download": "download", "Скачать PDF": "download", "Full report, 1,2 Mb": "download",
    "840 Kb": "metadata", "Last updated: May 2, 2025 10:00": "metadata",
    "Обновлено: 12.03.2024": "metadata", "Published on 3 March 2021": "metadata",
    "© 2025 Northern Ledger": "credits", "All rights reserved": "credits",
    "Photo:": "caption", "Фото: порт": "caption", "Photo source: Port Office/Alamy": "caption",
    "A ship at the quay / Reuters": "caption", "Ledger logo": "caption",
    "For the whole report, please click here.": "cross_link", "Читать на английском": "navigation",
    "PhD in history, fellow of the Institute for Borders": "author_bio",
    "Professor, University of the North": "author_bio",
    "Subscribe to our newsletter": "banner", "Поддержите нас": "banner",
}  # fmt: skip


@pytest.mark.parametrize(("line", "noise_type"), SAID.items())
def test_what_pages_say_is_known_by_its_type(line: str, noise_type: str) -> None:
    found = phrases.said_by_pages(around(BODY, line, MORE), 1)

    assert found is not None
    assert found.noise_type == noise_type
    assert 0.5 <= found.probability < 1


@pytest.mark.parametrize(
    "line",
    [
        BODY,
        "Share prices fell by 3 per cent. Traders were surprised.",
        "Print runs are falling everywhere, he said. Nobody reads.",
        "The votes are counted tonight",
        "Neighbours keep the border open",
        "Published figures differ. The ministry has no 2024 data.",
        "Poll finds that most want the bridge",
        "Download speeds are too low. That may change.",
        "Photo finish in the race for the port",
        "In 2021 the harbour had 40 (of 52) cranes",
    ],
)
def test_sentences_and_titles_with_such_words_are_left_alone(line: str) -> None:
    assert phrases.said_by_pages(around(BODY, line, MORE), 1) is None


@pytest.mark.parametrize("mark", ["", "  ", "» ", "• ", "# "])
def test_marks_before_the_words_do_not_hide_them(mark: str) -> None:
    assert phrases.said_by_pages(around(BODY, f"{mark}Share this article"), 1) is not None


@pytest.mark.parametrize(
    "line",
    ["By Irina Voss", "By Irina Voss and Jan Petrov | 3 March 2021", "Автор: Ирина Восс",
     "By Irina Voss February 7, 2022", "#Analysis / Irina Voss"],
)  # fmt: skip
def test_a_line_that_names_the_author_is_a_byline(line: str) -> None:
    found = phrases.byline(around("A title of some words", line, BODY), 1)

    assert found is not None
    assert (found.noise_type, found.reason) == ("byline", "The line names an author.")


@pytest.mark.parametrize("line", ["By Friday the queue had gone.", "By the river", BODY])
def test_a_sentence_that_begins_with_by_is_no_byline(line: str) -> None:
    assert phrases.byline(around(line, BODY), 0) is None


def test_inside_the_text_a_subheading_may_begin_with_by() -> None:
    assert phrases.byline(around("Title", BODY, MORE, "By Land And Sea", BODY), 3) is None


@pytest.mark.parametrize(
    "line", ["Editors:", "Academic Editors:", "Сompilers:", "Перевод: И. Восс", "责任编辑：王"]
)
def test_a_label_of_those_who_made_the_text_is_a_credit(line: str) -> None:
    found = phrases.credit(around(BODY, line), 1)

    assert found is not None
    assert found.noise_type == "credits"


def test_the_names_below_such_a_label_are_credits_too() -> None:
    document = around(BODY, "Editors:", "Irina Voss, Jan Petrov", MORE)

    assert phrases.credit(document, 2) is not None
    assert phrases.credit(document, 3) is None


def test_below_a_label_with_names_nothing_is_lifted() -> None:
    assert phrases.credit(around(BODY, "Editor: Irina Voss", "What comes next"), 2) is None


def test_a_short_line_above_the_credit_of_a_picture_may_be_its_caption() -> None:
    document = around(BODY, "The harbour at dawn", "Photo source:", MORE)
    found = phrases.captioned(document, 1)

    assert found is not None
    assert found.noise_type == "caption"
    assert 0.5 <= found.probability < 0.9
    assert phrases.captioned(document, 0) is None
    assert phrases.captioned(around("A title of words", "Photo source:", BODY), 0) is None


@pytest.mark.parametrize("text", ["click " * 26, "a" * 159, "1 " * 79, "(" * 150, "Xx " * 53])
def test_no_line_takes_long(text: str) -> None:
    document = around(BODY, text)
    began = time.process_time()
    for _ in range(20):
        phrases.said_by_pages(document, 1)
        phrases.byline(document, 1)
        phrases.credit(document, 1)

    assert time.process_time() - began < 0.2
