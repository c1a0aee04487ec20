from typing import Any

import pytest

from annotator.domain.noise import Placed, Suggestion, suggest_all
from annotator.domain.noise.finding import Surroundings
from annotator.domain.noise.judging import OUTSIDE, of_links
from annotator.domain.noise.placed import IN_REGION, placed_apart
from annotator.domain.noise.placing import REGIONS, Region
from annotator.domain.noise.ruling import ruled
from tests.domain.noise.cases import BODY, MORE, around


def on_a_page(lines: list[tuple[str, Placed]], **given: Any) -> Surroundings:
    document = around(*(text for text, _ in lines), **given)
    return Surroundings(
        document.pieces, document.lang, document.langs, {}, 1, [placed for _, placed in lines]
    )


@pytest.mark.parametrize("region", REGIONS)
def test_what_stands_in_a_part_of_the_page_of_its_own_is_noise(region: Region) -> None:
    found = placed_apart(on_a_page([(BODY, Placed(0.0)), (MORE, Placed(0.0, region))]), 1)

    assert found is not None
    assert found.probability == IN_REGION
    assert found.reason.endswith(".")


def test_nothing_is_said_of_the_article_and_of_documents_without_a_page() -> None:
    assert placed_apart(on_a_page([(BODY, Placed(0.0))]), 0) is None
    assert placed_apart(around(BODY), 0) is None


def test_a_long_paragraph_in_the_comments_is_suspected_although_it_reads_like_text() -> None:
    document = on_a_page(
        [(BODY, Placed(0.0)), (MORE, Placed(0.0)), (BODY + " So it is.", Placed(0.0, "comments"))]
    )
    (found,) = suggest_all([document])[0]

    assert found.position == 2
    assert found.reasons[0] == "It stands among the comments of the page."


def test_a_line_of_links_is_suspected_for_its_links_and_says_so() -> None:
    lines = [
        ("Neighbours keep the border open through the winter", Placed(0.0)),
        (BODY, Placed(0.05)),
        (MORE, Placed(0.0)),
        (BODY + " Nobody was there.", Placed(0.0)),
        ("Ferry is sold to the neighbours after months of talks", Placed(1.0)),
        ("Harbour town votes on the bridge for the second time", Placed(1.0)),
        ("Traders wait for the customs hall to be opened again", Placed(1.0)),
    ]
    found = {one.position: one for one in suggest_all([on_a_page(lines)])[0]}
    without = {one.position: one for one in suggest_all([around(*(text for text, _ in lines))])[0]}

    assert {4, 5, 6} <= set(found)
    assert not {0, 1, 2, 3} & set(found)
    assert all("Nearly all of it is links." in found[at].reasons[0] for at in (4, 5, 6))
    assert all("links" not in reason for one in without.values() for reason in one.reasons)


def test_documents_with_and_without_a_page_are_judged_alike_alone_and_together() -> None:
    page = on_a_page([("Menu", Placed(1.0)), (BODY, Placed(0.0)), (MORE, Placed(0.0))])
    text = around("Menu", BODY, MORE)

    assert suggest_all([page, text, page]) == [
        *suggest_all([page]), *suggest_all([text]), *suggest_all([page])
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (1.0, "Nearly all of it is links."),
        (0.5, "Much of it is links."),
        (0.0, "It stands among links."),
    ],
)
def test_links_are_said_in_words(share: float, said: str) -> None:
    assert of_links(on_a_page([("A line", Placed(share))]), 0) == said


def test_what_stands_outside_the_article_is_suspected_more_and_that_is_said() -> None:
    def suspected(*, article: bool | None) -> Suggestion:
        lines = [
            ("Weather and traffic", Placed(1.0, article=article)),
            (BODY, Placed(0.0, article=True)),
        ]
        (found,) = suggest_all([on_a_page([*lines, (MORE, Placed(0.0, article=True))])])
        return found[0]

    outside, inside, unknown = (suspected(article=one) for one in (False, True, None))
    assert inside.probability < unknown.probability < outside.probability
    assert OUTSIDE in outside.reasons[0]
    assert OUTSIDE not in inside.reasons[0] + unknown.reasons[0]


def test_a_region_says_no_less_of_what_looks_like_a_headline() -> None:
    document = on_a_page([(BODY, Placed(0.0)), ("A ferry is sold", Placed(0.0, "related"))])

    assert ruled(document, 1, headline=True)[-1].probability == IN_REGION
