import numpy as np
import pytest
from hypothesis import given

from annotator.domain.certainty import layers
from tests.domain.certainty.tables import Row, patterns, tables


@pytest.mark.parametrize(("most_layers", "cells"), [(0, 1), (1, 10), (2, 100), (64, 2**16)])
@given(rows=tables())
def test_sums_are_those_of_adding_entry_by_entry(
    most_layers: int, cells: int, rows: list[Row]
) -> None:
    table = patterns(rows, items=8)
    keys = table.raters * 5 + table.codes
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(layers, "_MOST_LAYERS", most_layers)
        patch.setattr(layers, "_BLOCK_CELLS", cells)
        blocks = list(layers.blocks(table, keys))
    by_key = np.cumsum(np.ones(25))
    by_row = np.cumsum(np.ones(table.n_rows)) + 0.5
    row_sums, key_sums = np.zeros(table.n_rows), np.zeros(25)
    for block in blocks:
        assert len(block.keys) <= most_layers
        sums = np.zeros(len(block.rows))
        block.add_to_rows(by_key, sums)
        row_sums[block.rows] += sums
        block.add_to_keys(by_row[block.rows], key_sums)
    expected_rows, expected_keys = np.zeros(table.n_rows), np.zeros(25)
    np.add.at(expected_rows, table.rows, by_key[keys])
    np.add.at(expected_keys, keys, by_row[table.rows])
    assert row_sums.tolist() == pytest.approx(expected_rows.tolist())
    assert key_sums.tolist() == pytest.approx(expected_keys.tolist())
    assert sorted(row for block in blocks for row in block.rows) == list(range(table.n_rows))
