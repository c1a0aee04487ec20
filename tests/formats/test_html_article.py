"""Which part of a page looks like its article."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from annotator.formats.html_article import article
from annotator.formats.html_lines import lines

PROSE = (
    "The two ministers met for the third time this year, and agreed to keep the border open "
    "through the winter, although neither side would say who is to pay."
)
ARTICLE = f"<p>{PROSE}</p>" * 4
LINKS = '<li><a href="/">Ferry is sold, after months of talks, to its neighbours</a></li>' * 9


def read(body: str) -> etree._Element:
    return etree.fromstring(f"<html><body>{body}</body></html>", etree.HTMLParser())


def ids(body: str) -> set[str | None]:
    return {element.get("id") for element in article(read(body))}


def inside(body: str) -> dict[str, bool | None]:
    return {line.text: line.placed.article for line in lines(read(body))}


def test_running_text_makes_the_article() -> None:
    page = f'<div id="top"><ul>{LINKS}</ul></div><div id="here">{ARTICLE}</div>'

    assert ids(page) == {"here"}


def test_a_list_of_links_is_no_article_however_long() -> None:
    page = f'<div id="list"><ul>{LINKS * 5}</ul></div><div id="here"><p>{PROSE}</p></div>'

    assert ids(page) == {"here"}


def test_what_is_named_as_something_else_is_not_read() -> None:
    comments = f'<div id="comments">{ARTICLE * 3}</div>'

    assert ids(f'<div id="here">{ARTICLE}</div>{comments}') == {"here"}


def test_siblings_with_many_points_belong_to_it() -> None:
    page = (
        f'<div><div id="one">{ARTICLE}</div><div id="ad"><p>Buy now.</p></div>'
        f'<div id="two">{ARTICLE}</div></div>'
    )

    assert ids(page) == {"one", "two"}


@pytest.mark.parametrize(
    ("beside", "belongs"),
    [
        (f"<p id='beside'>{PROSE}</p>", True),
        ("<p id='beside'>It is so.</p>", True),
        ("<p id='beside'>Read more</p>", False),
        (f"<p id='beside'><a href='/'>{PROSE}</a></p>", False),
    ],
)
def test_a_paragraph_beside_it_belongs_to_it_if_it_is_a_sentence(
    beside: str, *, belongs: bool
) -> None:
    assert ("beside" in ids(f'<div><div id="one">{ARTICLE}</div>{beside}</div>')) == belongs


def test_lines_say_whether_they_stand_in_it() -> None:
    found = inside(f"<ul><li>Menu</ul><div><h2>Talks</h2>{ARTICLE}</div><div>Copyright</div>")

    assert found == {"Menu": False, "Talks": True, PROSE: True, "Copyright": False}


def test_where_nothing_looks_like_one_nothing_is_said() -> None:
    assert article(read("<ul><li>Menu</ul>")) == frozenset()
    assert inside("<ul><li>Menu</ul>") == {"Menu": None}


BODIES = st.recursive(
    st.sampled_from(["Menu", PROSE, '<a href="/">Ferry</a>', "<br>", "，、"]),
    lambda inner: st.builds(
        "<{0}>{1}</{0}>".format,
        st.sampled_from(["p", "div", "ul", "li", "nav", "article", "a", "table", "b"]),
        st.lists(inner, max_size=4).map("".join),
    ),
    max_leaves=20,
)


@given(BODIES)
def test_any_page_has_one_within_itself_and_looking_changes_nothing(body: str) -> None:
    root = read(body)
    before = etree.tostring(root)
    found = article(root)

    assert etree.tostring(root) == before
    assert found <= set(root.iter())
    parents = {element.getparent() for element in found}
    assert len(parents) <= 1


def test_a_page_nested_deeply_has_one() -> None:
    assert article(read("<div>" * 250 + ARTICLE))
