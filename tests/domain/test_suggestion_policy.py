import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.suggestion_policy import POLICIES, SHARE, when_shown

IDS = st.integers(0, 2**40)


@given(IDS, IDS, IDS)
def test_hidden_is_never_shown_and_after_choice_always(seed: int, user: int, subject: int) -> None:
    asked = {"seed": seed, "user_id": user, "subject_id": subject}
    assert when_shown("hidden", **asked) is None
    assert when_shown("after_choice", **asked) == "after_choice"
    assert when_shown("random_share", **asked) in {None, "at_once"}


def test_nothing_is_shown_under_a_policy_that_is_not_known() -> None:
    assert "always" not in POLICIES
    assert when_shown("always", seed=1, user_id=1, subject_id=1) is None


def test_the_share_is_drawn_for_each_person_and_each_seed_anew() -> None:
    drawn = {
        (seed, user): {
            subject
            for subject in range(4000)
            if when_shown("random_share", seed=seed, user_id=user, subject_id=subject)
        }
        for seed in (1, 2)
        for user in (1, 2)
    }
    for subjects in drawn.values():
        assert len(subjects) / 4000 == pytest.approx(SHARE, abs=0.03)
    both = drawn[1, 1] & drawn[1, 2]
    assert len(both) / 4000 == pytest.approx(SHARE**2, abs=0.02)
    assert drawn[1, 1] != drawn[2, 1]


def test_a_draw_is_the_same_on_every_machine() -> None:
    shown = [
        subject
        for subject in range(20)
        if when_shown("random_share", seed=7, user_id=3, subject_id=subject)
    ]
    assert shown == [2, 10, 14, 15, 17, 18]
