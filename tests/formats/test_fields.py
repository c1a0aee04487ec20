from datetime import date

import pytest

from annotator.errors import DocumentRefused
from annotator.formats.fields import find_columns, record, together


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2024-05-16", date(2024, 5, 16)),
        (" 2024-02-29 ", date(2024, 2, 29)),
        ("2024-05-16T23:59:59+03:00", date(2024, 5, 16)),
        ("1000-01-01", date(1000, 1, 1)),
        ("2999-12-31", date(2999, 12, 31)),
        ("", None),
    ],
)
def test_a_date_is_the_day_that_is_written(written: str, day: date | None) -> None:
    assert record("a", {"text": "A", "published_on": written}, name="a").published_on == day


@pytest.mark.parametrize(
    "written",
    [
        "2023-02-29",
        "0999-12-31",
        "3000-01-01",
        "20240516",
        "2024-W20-4",
        "16/05/2024",
        "2024-5-6",
        "٢٠٢٤-٠٥-١٦",
    ],
)
def test_what_is_no_date_is_refused_with_an_example(written: str) -> None:
    with pytest.raises(DocumentRefused, match=r"year-month-day \(2024-05-16\)"):
        record("a.csv row 3", {"text": "A", "published_on": written}, name="a.csv")


@pytest.mark.parametrize(
    ("written", "lang"),
    [("en", "en"), ("EN", "en"), ("zh-Hans-CN", "zh"), ("pt_BR", "pt"), (" ", None)],
)
def test_a_language_is_its_code_without_the_region(written: str, lang: str | None) -> None:
    assert record("a", {"text": "A", "lang": written}, name="a").lang == lang


@pytest.mark.parametrize("written", ["English", "e", "en-", "русский", "en; ru"])
def test_what_is_no_language_code_is_refused(written: str) -> None:
    with pytest.raises(DocumentRefused, match="is not a language code"):
        record("a", {"text": "A", "lang": written}, name="a")


@pytest.mark.parametrize(
    "url", ["ftp://a.example", "a.example/1", "https://a b", "data:text/html,x", "http://"]
)
def test_what_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(DocumentRefused, match="is not a web address"):
        record("a", {"text": "A", "url": url}, name="a")


def test_spaces_of_the_text_are_kept_and_those_of_the_other_fields_folded() -> None:
    found = record("a", {"text": "  A  b ", "title": "  A \n b ", "source": "\u00a0"}, name="a")

    assert (found.text, found.title, found.source) == ("  A  b ", "A b", None)


def test_the_first_of_the_accepted_names_does_not_hide_the_second() -> None:
    with pytest.raises(DocumentRefused, match="“lang” and “Language” both give lang"):
        find_columns("a.csv", ["Language", "lang", "text"], {})


def test_a_mapping_settles_which_of_two_columns_is_read() -> None:
    columns = find_columns("a.csv", ["Language", "lang", "text"], {"lang": "Language"})

    assert columns == {"lang": "Language", "text": "text"}


def test_what_is_told_of_the_file_comes_before_what_is_told_of_its_first_record() -> None:
    first = record("a", {"text": "it\x92s"}, name="a")

    (found,) = together("a", [first], ("Of the file.",))

    assert found.told == ("Of the file.", *first.told)
    assert len(first.told) == 1
