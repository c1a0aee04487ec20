"""More of the document around a paragraph, for the keys [ and ] of the labelling page."""

import pytest

from annotator.web.api import shapes
from tests.web.api.conftest import Case


@pytest.mark.parametrize(
    ("at", "asked", "before", "after"),
    [
        (2, "before=1&after=3", slice(1, 2), slice(3, 6)),
        (2, "before=20&after=20", slice(0, 2), slice(3, 6)),
        (0, "before=5&after=0", slice(0, 0), slice(0, 0)),
        (3, "", slice(1, 3), slice(4, 6)),
    ],
)
def test_it_gives_neighbours_in_reading_order(
    case: Case, at: int, asked: str, before: slice, after: slice
) -> None:
    answer = case.alice.get(f"/assignments/{case.mine[at]}/context?{asked}")
    assert answer.status_code == 200
    assert answer.json == {"before": case.texts[before], "after": case.texts[after]}
    shapes.Context.model_validate(answer.json)


@pytest.mark.parametrize("asked", ["before=21", "after=-1", "before=x", "after=1.5", "around=2"])
def test_it_refuses_what_is_no_number_from_0_to_20(case: Case, asked: str) -> None:
    answer = case.alice.get(f"/assignments/{case.mine[0]}/context?{asked}")
    assert answer.status_code == 422
    assert set(answer.json["problems"]) == {asked.split("=", maxsplit=1)[0]}


def test_it_is_of_ones_own_task_only(case: Case) -> None:
    for caller in (case.bob, case.lena, case.stranger):
        assert caller.get(f"/assignments/{case.mine[0]}/context").status_code == 404
    assert case.alice.get("/assignments/2147483647/context").status_code == 404
