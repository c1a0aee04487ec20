import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from annotator.domain.noise.placing import Placed, Region
from annotator.formats.html_lines import Line, lines

PROSE = (
    "The two ministers met for the third time this year and agreed to keep the border open through "
    "the winter, although neither side would say who is to pay."
)
ARTICLE = f"<p>{PROSE}</p>" * 6


def read(body: str) -> list[Line]:
    return lines(etree.fromstring(f"<html><body>{body}</body></html>", etree.HTMLParser()))


def placed(body: str) -> dict[str, Placed]:
    return {line.text: line.placed for line in read(body)}


def region_of(body: str, text: str = "Here") -> Region | None:
    return placed(ARTICLE + body)[text].region


def test_the_share_of_links_is_that_of_the_characters_that_are_seen() -> None:
    found = placed('<p>Four <a href="/">  more   of </a> them</p><p><a href="/">All</a> </p><p>No')

    assert found["Four more of them"].links == pytest.approx(6 / 14)
    assert found["All"].links == 1.0
    assert found["No"].links == 0.0


@pytest.mark.parametrize(
    ("body", "region"),
    [
        ("<nav><ul><li>Here</ul></nav>", "navigation"),
        ('<div class="top-menu"><p>Here</div>', "navigation"),
        ("<footer><p>Here</footer>", "footer"),
        ("<aside><h3>Here</h3></aside>", "aside"),
        ("<button>Here</button>", "controls"),
        ('<div id="comments"><p>Here</div>', "comments"),
        ('<ul class="share-bar"><li>Here</ul>', "sharing"),
        ('<div class="RelatedStories"><p>Here</div>', "related"),
        ('<div class="author-box"><p>Here</div>', "author"),
        ('<div class="unsubscribed-no newsletter"><p>Here</div>', "newsletter"),
    ],
)
def test_a_tag_or_a_name_tells_the_region(body: str, region: Region) -> None:
    assert region_of(body) == region


@pytest.mark.parametrize(
    "body",
    [
        "<p>Here</p>",
        '<p class="commentary">Here</p>',
        '<div class="football">Here</div>',
        '<h2 class="menu-title">Here</h2>',
        '<p><a class="share">Here</a></p>',
        "<nav><h1>Here</h1></nav>",
    ],
)
def test_what_only_looks_like_a_region_is_none(body: str) -> None:
    assert region_of(body) is None


def test_the_outermost_region_is_named() -> None:
    assert region_of("<footer><nav><p>Here</nav></footer>") == "footer"


def test_a_region_that_holds_the_text_of_the_page_is_none_but_one_inside_it_may_be() -> None:
    found = placed(f'<form><div class="menu">Here</div>{ARTICLE}<p>There</form>')

    assert found[PROSE].region is None
    assert found["There"].region is None
    assert found["Here"].region == "navigation"


@given(st.text(alphabet='ab <>/pnavfooter"=', max_size=80))
def test_the_share_of_links_of_any_page_is_between_none_and_all(markup: str) -> None:
    for line in read(f"<p>x</p>{markup}"):
        assert 0.0 <= line.placed.links <= 1.0
        assert line.text == line.text.strip(" ") != ""


def test_many_lines_deep_inside_many_regions_are_all_read() -> None:
    root = etree.fromstring(
        "<div class='menu'>" * 200 + f"<p>{PROSE}</p>" * 20_000, etree.HTMLParser()
    )
    found = lines(root)

    assert len(found) == 20_000
