from annotator.domain.noise import related
from tests.domain.noise.cases import BODY, MORE, around


def test_the_heading_and_the_lines_below_it_are_teasers() -> None:
    document = around(BODY, MORE, "Read also", "A ferry is sold", MORE)
    heading, title, summary = (related.announced(document, position) for position in (2, 3, 4))

    assert heading is not None
    assert title is not None
    assert summary is not None
    assert {one.noise_type for one in (heading, title, summary)} == {"teaser"}
    assert heading.probability > title.probability > summary.probability >= 0.5
    assert title.reason == "It follows the heading of paragraph 3, which announces other documents."


def test_the_text_above_is_not_concerned() -> None:
    document = around(BODY, MORE, "Read also", "A ferry is sold")

    assert related.announced(document, 0) is None
    assert related.announced(document, 1) is None
