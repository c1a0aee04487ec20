from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.noise import LIKELY
from annotator.domain.noise.finding import NOT_SUSPECTED
from annotator.domain.noise.ruling import ruled
from tests.domain.noise.cases import BODY, MORE, around

TITLE = "Neighbours keep the border open through the winter"
BANNER = "Check the news before you share it! " * 7
LINES = st.sampled_from(
    [BODY, MORE, "Menu", TITLE, BANNER, "33 (31%)", "Читать на русском", "Read also", "By Ann Lee"]
)


def strongest(lines: list[str], position: int, *, headline: bool) -> float:
    found = ruled(around(*lines), position, headline=headline)
    return max((one.probability for one in found), default=0.0)


def test_a_headline_that_is_repeated_is_not_suspected_for_it() -> None:
    lines = [TITLE, TITLE, BODY, MORE]

    assert strongest(lines, 1, headline=False) >= LIKELY
    assert strongest(lines, 1, headline=True) == NOT_SUSPECTED
    (found,) = ruled(around(*lines), 1, headline=True)
    assert found.repeat_of == 0


def test_a_banner_and_another_script_are_noise_even_if_taken_for_a_headline() -> None:
    lines = [BANNER, "Читать на русском", BODY, MORE]

    assert strongest(lines, 0, headline=True) == strongest(lines, 0, headline=False) >= LIKELY
    assert strongest(lines, 1, headline=True) >= LIKELY


@given(st.lists(LINES, min_size=1, max_size=8))
def test_for_a_headline_the_rules_say_the_same_but_never_more(lines: list[str]) -> None:
    document = around(*lines)
    for position in range(len(document.pieces)):
        plain = ruled(document, position, headline=False)
        headline = ruled(document, position, headline=True)

        assert [one.reason for one in plain] == [one.reason for one in headline]
        assert all(
            one.probability <= other.probability for one, other in zip(headline, plain, strict=True)
        )
