import subprocess
import sys

import pytest

from annotator.domain.language import (
    COMMON_LANGUAGES,
    SCRIPT_MARGIN,
    detect,
    document_language,
    foreign_language,
)
from annotator.domain.segmentation import segment

ENGLISH = "The two countries signed an agreement on the supply of gas through the new pipeline."
ROMANIAN = "Cele două țări au semnat un acord privind livrarea gazelor prin noua conductă."
LITHUANIAN = "Dvi šalys pasirašė susitarimą dėl dujų tiekimo naujuoju vamzdynu."
RUSSIAN = "Две страны подписали соглашение о поставках газа по новому трубопроводу."
UKRAINIAN = "Дві країни підписали угоду про постачання газу новим трубопроводом."


@pytest.mark.parametrize(
    ("text", "lang"),
    [(ENGLISH, "en"), (ROMANIAN, "ro"), (LITHUANIAN, "lt"), (RUSSIAN, "ru"), (UKRAINIAN, "uk")],
)
def test_a_sentence_is_in_its_language(text: str, lang: str) -> None:
    found, margin = detect(text, COMMON_LANGUAGES)

    assert found == lang
    assert 0 < margin < SCRIPT_MARGIN


def test_the_script_alone_answers_where_one_language_has_it() -> None:
    assert detect("Читать", ["en", "ru", "zh"]) == ("ru", SCRIPT_MARGIN)
    assert detect("阅读", ["en", "ru", "zh"]) == ("zh", SCRIPT_MARGIN)


def test_a_short_text_is_in_no_language_if_its_script_leaves_a_choice() -> None:
    assert detect("Spausdinti print", ["en", "lt"]) == (None, 0.0)
    assert detect("Читать", ["ru", "uk"]) == (None, 0.0)


@pytest.mark.parametrize("text", ["", "33 (31%)", "Διαβάστε περισσότερα για το θέμα"])
def test_a_text_in_a_script_of_no_language_is_in_none(text: str) -> None:
    assert detect(text, ["en", "ru"]) == (None, 0.0)


def test_japanese_is_told_from_chinese_by_its_kana() -> None:
    assert detect("両国首脳会談の共同声明", ["ja", "zh"])[0] == "ja"


def test_only_the_given_languages_are_answered() -> None:
    assert detect(LITHUANIAN, ["en", "ro"])[0] in {"en", "ro"}


def test_a_language_that_the_model_does_not_know_is_passed_over() -> None:
    assert detect(ENGLISH, ["en", "qqq"]) == ("en", SCRIPT_MARGIN)
    assert detect(ENGLISH, ["qqq", "qqx"]) == (None, 0.0)


def test_another_language_of_the_same_script_is_foreign() -> None:
    lang, margin = foreign_language(ROMANIAN, "en", ["en", "ro", "ru"])

    assert lang == "ro"
    assert margin > 5


def test_the_documents_own_language_is_not_foreign() -> None:
    assert foreign_language(ENGLISH, "en", ["en", "ro", "ru"]) == (None, 0.0)


@pytest.mark.parametrize(
    ("text", "lang", "langs"),
    [
        (RUSSIAN, "en", ["en", "ru"]),
        ("Citește și", "en", ["en", "ro"]),
        (ROMANIAN, "en", ["en"]),
        (ROMANIAN, "qqq", ["en", "ro"]),
    ],
    ids=["another script", "too short", "no other language", "unknown language"],
)
def test_nothing_is_foreign_where_nothing_can_be_compared(
    text: str, lang: str, langs: list[str]
) -> None:
    assert foreign_language(text, lang, langs) == (None, 0.0)


def test_a_document_is_in_the_language_of_its_long_paragraphs() -> None:
    document = "\n".join(["Citește în română"] * 30 + [ENGLISH * 2, ENGLISH * 3])

    assert document_language(segment(document).pieces, ["en", "ro", "ru"]) == "en"


def test_a_document_without_words_is_in_no_language() -> None:
    assert document_language(segment("1\n2\n3").pieces) is None
    assert document_language(()) is None


def test_the_model_is_loaded_only_when_it_is_asked() -> None:
    program = "import annotator.domain.noise, sys; print('py3langid' in sys.modules)"

    shown = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert shown.stdout.strip() == "False"
