"""What counts, what does not, and what is no part of what is looked at."""

from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.exclusions import EXCLUSIONS
from annotator.services.agreement.tally import tally

CODES = st.dictionaries(st.sampled_from(sorted(EXCLUSIONS)), st.integers(1, 99))


def test_what_is_not_answered_yet_is_no_judgment() -> None:
    found = tally(870, {"open": 330, "gated": 398}, one_round=False)
    assert (found.counted, found.given, found.awaited) == (870, 1268, 330)
    assert found.left_out == {"gated": 398}


def test_other_rounds_stand_apart_where_one_is_chosen() -> None:
    excluded = {"training_round": 2, "other_round": 3, "retest": 4, "skipped": 1}
    one, all_ = (tally(5, excluded, one_round=each) for each in (True, False))
    assert (one.given, one.elsewhere) == (6, 9)
    assert (all_.given, all_.elsewhere) == (15, 0)


@given(CODES, st.integers(0, 99), st.booleans())
def test_every_judgment_is_in_one_place(
    excluded: dict[str, int], counted: int, one_round: bool
) -> None:
    found = tally(counted, excluded, one_round=one_round)
    whole = counted + sum(excluded.values())
    assert found.given + found.awaited + found.elsewhere == whole
