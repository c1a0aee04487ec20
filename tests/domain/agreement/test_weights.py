import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.agreement import Ratings
from annotator.domain.agreement.distances import DistanceTable
from annotator.domain.agreement.weights import Given, WeightKind, all_labels, expected, weights_of
from annotator.domain.scales import Scale
from tests.domain.agreement.oracle import SCALES, Row, tables

KINDS: list[WeightKind] = ["identity", "linear", "quadratic", "ordinal"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("scale", ["nominal", "ordinal", "interval"])
@given(data=st.data())
def test_every_form_of_the_weights_says_the_same(
    scale: str, kind: WeightKind, data: st.DataObject
) -> None:
    rows: list[Row] = data.draw(tables(scale))
    ratings = Ratings.of(rows, SCALES[scale])
    width = len(all_labels(ratings))
    weights = weights_of(ratings, kind)
    grid = np.indices((width, width)).reshape(2, -1)
    table = weights.table(grid[0], grid[1]).reshape(width, width)
    plain = Given(DistanceTable(table))
    shares = np.random.default_rng(0).random((3, width))
    assert weights.from_each(shares) == pytest.approx(plain.from_each(shares), abs=1e-12)
    assert expected(weights, shares) == pytest.approx(expected(plain, shares), abs=1e-12)
    sums = [np.zeros(len(ratings.item_names)) for _ in range(2)]
    for found, form in zip(sums, (weights, plain), strict=True):
        np.add.at(found, *form.within(ratings.cells()))
    assert sums[0] == pytest.approx(sums[1], abs=1e-9)


def table_of(kind: WeightKind, scale: Scale, rows: list[Row]) -> list[list[float]]:
    ratings = Ratings.of(rows, scale)
    q = len(all_labels(ratings))
    grid = np.indices((q, q))
    found: list[list[float]] = np.round(1 - weights_of(ratings, kind).table(*grid), 4).tolist()
    return found


def test_the_tables_of_gwet_for_four_ordered_labels() -> None:
    scale = Scale.parse("ordinal:a<b<c<d")
    first_rows = {kind: table_of(kind, scale, [])[0] for kind in KINDS}
    assert first_rows == {
        "identity": [1, 0, 0, 0],
        "linear": [1, 0.6667, 0.3333, 0],
        "quadratic": [1, 0.8889, 0.5556, 0],
        "ordinal": [1, 0.8333, 0.5, 0],
    }


def test_labels_of_one_rank_agree_fully() -> None:
    for kind in KINDS[1:]:
        table = table_of(kind, Scale.parse("ordinal:a<b=c<d"), [])
        assert (table[1][2], table[0][3]) == (1, 0)


def test_the_range_of_numbers_is_that_of_all_labels_also_of_those_alone_on_their_item() -> None:
    rows = [("i1", "ann", "1"), ("i1", "bob", "2"), ("i2", "ann", "5")]
    assert table_of("quadratic", Scale("interval"), rows)[0] == [1, 0.9375, 0]
    assert table_of("linear", Scale("interval"), rows)[0] == [1, 0.75, 0]


def test_one_number_alone_never_disagrees() -> None:
    rows = [("i1", "ann", "7"), ("i1", "bob", "7")]
    assert table_of("quadratic", Scale("interval"), rows) == [[1]]
