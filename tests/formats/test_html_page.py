import time
import zlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.document import ImportRecord
from annotator.domain.segmentation import segment
from annotator.errors import DocumentRefused
from annotator.formats import Asked, html_page, read_file, understand
from annotator.formats.html_page import CUT_SHORT

ARTICLE = """<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8">
<title>Bridge opens | The Ledger</title>
<meta property="og:title" content="Second bridge  opens">
<meta property="og:site_name" content="The Ledger">
<meta name="author" content="A. Writer">
<meta property="article:published_time" content="2024-05-16T08:00:00+03:00">
<link rel="canonical" href="https://ledger.example/2024/bridge">
<script>var hidden = "no";</script><style>p { color: red }</style></head>
<body><nav><ul><li><a href="/">Home</a></li><li>World</li></ul></nav>
<h1>Second bridge opens</h1>
<p>First <b>para</b>graph,
   with a break.<br>And a line.</p>
<div hidden>Never seen</div><div style="color: red; display:none">Nor this</div>
<p>Second &amp; last.&nbsp;</p><img alt="A picture">
<noscript>Switch it on</noscript><select><option>Albania</option></select>
<footer>Share</footer></body></html>"""
LINES = [
    "Home", "World", "Second bridge opens", "First paragraph, with a break.", "And a line.",
    "Second & last.\u00a0", "Share",
]  # fmt: skip


def page(body: str, name: str = "a.html") -> ImportRecord:
    (record,) = read_file(name, body.encode())
    return record


def lines(body: str) -> list[str]:
    return [piece.text for piece in segment(page(body).text).pieces]


def test_all_that_a_reader_sees_is_a_paragraph_in_reading_order() -> None:
    assert lines(ARTICLE) == LINES


def test_a_page_says_what_it_is() -> None:
    found = page(ARTICLE)

    assert (found.title, found.byline, found.lang) == ("Second bridge opens", "A. Writer", "en")
    assert found.published_on == date(2024, 5, 16)
    assert found.url == found.key == "https://ledger.example/2024/bridge"
    assert found.publisher == "The Ledger"
    assert found.source is None
    assert found.told == ()


def test_the_page_itself_is_kept_beside_its_text() -> None:
    markup = page(ARTICLE).markup

    assert markup is not None
    assert zlib.decompress(markup) == ARTICLE.encode()


def test_a_page_without_an_address_is_known_by_its_name() -> None:
    assert page("<p>One.", "x/b.html").key == "x/b.html"
    at_home = '<link rel="canonical" href="https://ledger.example/"><p>One.'
    assert page(at_home, "b.html").key == "b.html"


def test_json_ld_is_read_where_the_tags_say_nothing() -> None:
    found = page(
        '<script type="application/ld+json">{"@graph": [{"@type": "NewsArticle", "headline": "H",'
        '"author": [{"name": "A"}, {"name": "B"}], "datePublished": "2023-01-02T00:00:00Z",'
        '"inLanguage": "ru", "publisher": {"name": "P"}}]}</script>'
        '<script type="application/ld+json">{"broken": </script><p>Один.'
    )

    assert (found.title, found.byline, found.lang, found.publisher) == ("H", "A, B", "ru", "P")
    assert found.published_on == date(2023, 1, 2)


def test_facts_that_cannot_be_used_are_left_out_and_told() -> None:
    found = page(
        '<html lang="x-klingon"><meta name="date" content="20240-05-16">'
        '<meta property="og:url" content="/a/b"><p>One.'
    )

    assert (found.published_on, found.url) == (None, None)
    assert set(found.told) == {
        "Its date “20240-05-16” cannot be used and was left out.",
        "Its language “x-klingon” cannot be used and was left out.",
        "Its address “/a/b” cannot be used and was left out.",
    }


def test_a_title_that_no_page_can_show_does_not_cost_the_page() -> None:
    found = page('<meta property="og:title" content="A\x02B"><title>C</title><p>One.')
    assert found.title == "C"
    assert page(f'<meta property="og:site_name" content="{"x" * 201}"><p>One.').publisher is None


def test_plain_evidence_overrules_the_language_that_a_page_says() -> None:
    sentence = "Most nad cieśniną został otwarty w obecności tłumu mieszkańców i dziennikarzy. "
    found = page(f'<html lang="en"><p>{sentence * 3}<p>{sentence * 2}')

    assert found.lang == "pl"
    assert "reads like pl" in found.told[0]


@pytest.mark.parametrize("encoding", ["windows-1251", "koi8-r"])
def test_the_encoding_that_a_page_declares_is_believed(encoding: str) -> None:
    body = f'<meta http-equiv="Content-Type" content="text/html; charset={encoding}"><p>Да.</p>'
    understood = understand("a.html", body.encode(encoding), Asked())

    assert understood.records[0].text == "Да.\n"
    assert understood.encoding
    assert "says of itself" in understood.records[0].told[0]


def test_utf8_wins_over_what_is_declared() -> None:
    assert page('<meta charset="windows-1251"><p>Да.').text == "Да.\n"


def test_an_encoding_that_is_declared_and_wrong_is_refused_with_its_place() -> None:
    data = b'<meta charset="big5"><p>\n\xe9\xff'
    with pytest.raises(DocumentRefused, match=r"not big5: byte 0x.. in line 2, at offset 2"):
        read_file("a.html", data)


def test_a_page_that_was_cut_off_is_read_as_far_as_it_goes() -> None:
    found = page('<html><body><p>First.</p><p>Second, and <a href="/hal')

    assert found.text == "First.\nSecond, and\n"
    assert "cut off" in found.told[0]


def test_a_page_that_ends_in_a_sentence_of_an_open_block_was_cut_off() -> None:
    found = page("<html><body><div><article><p>First.</p><p>Second, and")

    assert found.text == "First.\nSecond, and\n"
    assert found.told == (CUT_SHORT,)


@pytest.mark.parametrize(
    "text",
    [
        "<html lang=en><title>Headline</title><p>First.<p>Second",
        "<html><body><div><p>An end that its author forgot.</body></html>\n",
        "<div><ul><li>One<li>Two</ul></div>",
    ],
)
def test_a_page_may_leave_out_what_html_lets_it(text: str) -> None:
    assert page(text).told == ()


def test_a_choice_against_what_the_page_declares_is_told() -> None:
    data = '<meta charset="koi8-r"><p>Да.'.encode("koi8-r")

    understood = understand("a.html", data, Asked("windows-1251"))

    assert understood.records[0].told == (
        "Read as windows-1251, as chosen, although the file says that it is koi8-r.",
    )


def test_the_encoding_that_a_page_declares_is_told_by_the_name_that_can_be_chosen() -> None:
    data = '<meta charset="cp1250"><p>Žluťoučký kůň'.encode("cp1250")

    understood = understand("a.html", data, Asked())

    assert understood.encoding == "windows-1250"
    assert understood.records[0].told == ("Read as windows-1250, which the file says of itself.",)


def test_line_breaks_of_preformatted_text_are_kept() -> None:
    assert lines("<pre>One\n  two</pre><p>three\nfour") == ["One", "two", "three four"]


def test_controls_are_left_out_and_lone_surrogates_are_none() -> None:
    found = page("<p>One\x02 two&#1;&#xd800;</p>")

    assert "\x02" not in found.text
    assert any("control character" in sentence for sentence in found.told)
    found.text.encode()


@pytest.mark.parametrize("body", ["<html></html>", "<script>x</script>", "<!-- c -->", "<p>&nbsp;"])
def test_a_page_without_text_is_refused(body: str) -> None:
    with pytest.raises(DocumentRefused, match="no text that a reader would see"):
        page(body)


def test_a_page_of_many_texts_nested_deep_takes_no_more_than_its_size() -> None:
    many = "<b>" * 1_500 + "<pre>" + "<i>a</i>b\n" * 5_000
    began = time.process_time()
    assert len(lines(many)) == 5_000
    assert time.process_time() - began < 2


@pytest.mark.parametrize("tag", ["div", "b", "ul"])
def test_tags_nested_without_end_are_refused_in_one_sentence(tag: str) -> None:
    with pytest.raises(DocumentRefused, match="nested more than 2,000 deep"):
        page(f"<p>One.{f'<{tag}>' * 10_000}two")


def test_tags_nested_hundreds_deep_are_read() -> None:
    assert lines("<div>" * 600 + "deep" + "</div>" * 600 + "<p>after") == ["deep", "after"]


def test_writing_from_right_to_left_and_combining_signs_stay_as_they_are() -> None:
    said = "\u0634\u0627\u0631\u0643 \u202e\u05d0\u0301e\u0301 \U0001f469\u200d\U0001f680"
    assert lines(f"<p>{said}</p>") == [said]


@given(
    st.lists(
        st.sampled_from(
            ["<p>", "</p>", "<div>", "</div>", "<b>", "<br>", "<li>", "<td>", "a ", "b"]
        ),
        max_size=40,
    )
)
def test_no_markup_loses_a_letter(pieces: list[str]) -> None:
    body = "".join(pieces)
    wanted = [piece.strip() for piece in pieces if not piece.startswith("<")]
    if wanted:
        found = page(f"<html><body>{body}").text
        assert "".join(found.split()) == "".join(wanted)


def test_each_line_of_a_page_has_its_place_in_it() -> None:
    record = page(ARTICLE)
    assert record.markup is not None
    found = html_page.placed(record.markup, record.text)

    assert found is not None
    assert [one.links for one in found] == [1.0, *[0.0] * 6]
    assert [one.region for one in found] == ["navigation", "navigation", *[None] * 4, "footer"]


def test_a_page_in_an_encoding_that_was_chosen_gives_the_same_text_again() -> None:
    data = "<p>Мост открыт</p><nav>Главная</nav>".encode("windows-1251")
    (record,) = understand("a.html", data, Asked(encoding="windows-1251")).records
    assert record.markup is not None
    found = html_page.placed(record.markup, record.text)

    assert found is not None
    assert [one.region for one in found] == [None, "navigation"]


def test_a_page_with_another_text_has_no_places() -> None:
    record = page(ARTICLE)
    assert record.markup is not None

    assert html_page.placed(record.markup, "Another text.\n") is None


@given(st.lists(st.sampled_from(["<p>", "</p>", "Home", "\x01", " \x02 ", "<br>", "é", "<nav>"])))
def test_there_are_as_many_places_as_lines_whatever_the_page(parts: list[str]) -> None:
    record = page("x" + "".join(parts))
    assert record.markup is not None
    found = html_page.placed(record.markup, record.text)

    assert found is not None
    assert len(found) == record.text.count("\n")
