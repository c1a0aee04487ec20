import pytest

from annotator.domain.noise import foreign
from tests.domain.noise.cases import BODY, MORE, around

ROMANIAN = "Cele două țări au semnat un acord privind livrarea gazelor prin noua conductă."
RUSSIAN = (
    "Две страны подписали соглашение о поставках газа по новому трубопроводу, который должны "
    "построить за четыре года, хотя цена газа до сих пор не названа ни одной из сторон."
)


def test_a_line_in_another_script_is_foreign() -> None:
    found = foreign.other_script(around("Читать на русском", BODY), 0)

    assert found is not None
    assert found.probability == foreign.OTHER_SCRIPT
    assert found.reason == "In Cyrillic letters, while the document is in Latin ones."


def test_the_script_of_most_text_stands_in_for_a_language_that_is_not_known() -> None:
    document = around("Read in English", RUSSIAN, lang=None)

    assert foreign.other_script(document, 0) is not None
    assert foreign.other_script(document, 1) is None


@pytest.mark.parametrize("line", ["WTO", "ВТО", "33 (31%)", "Пекин (Beijing)", "Сompilers"])
def test_an_abbreviation_a_number_and_a_mixed_line_are_not_foreign(line: str) -> None:
    assert foreign.other_script(around(line, BODY), 0) is None


def test_a_document_without_letters_has_no_script_to_differ_from() -> None:
    assert foreign.other_script(around("1", "2", lang=None), 0) is None


def test_a_line_in_another_language_is_foreign() -> None:
    found = foreign.other_language(around(BODY, ROMANIAN, MORE), 1)

    assert found is not None
    assert found.probability == foreign.OTHER_LANGUAGE
    assert found.reason == "The language looks like “ro”, while the document is in “en”."


@pytest.mark.parametrize("line", [BODY, "Mălina Mîndruțescu, Ilinca Vrânceanu", "Citește și aici"])
def test_own_language_names_and_short_lines_are_not_foreign(line: str) -> None:
    assert foreign.other_language(around(line, BODY), 0) is None


def test_no_language_is_foreign_to_a_document_in_an_unknown_one() -> None:
    assert foreign.other_language(around(BODY, ROMANIAN, lang=None), 1) is None


def test_a_short_line_that_hides_a_letter_of_another_script_is_suspected() -> None:
    found = foreign.disguised(around(BODY, "Сompilers:"), 1)

    assert found is not None
    assert found.reason == "It hides a Cyrillic letter in a Latin word."
    assert 0.5 <= found.probability < 0.9


def test_in_running_text_such_a_letter_is_no_sign_of_noise() -> None:
    assert foreign.disguised(around(BODY.replace("o", "о", 1)), 0) is None


@pytest.mark.parametrize("line", ["Compilers:", "Пекин (Beijing)", "33 (31%)"])
def test_words_in_one_script_each_hide_nothing(line: str) -> None:
    assert foreign.disguised(around(BODY, line), 1) is None
