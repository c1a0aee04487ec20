from dataclasses import replace

import pytest

from annotator.domain.agreement import Figure, Ratings, krippendorff_alpha
from annotator.domain.judgments import Judgment, settled
from annotator.domain.long_table import LongTable
from annotator.domain.scales import Scale
from annotator.domain.scoring import ungated_alpha
from tests.domain.scoring.test_table import scored, table


def ungated(rows: list[Judgment], scale: Scale) -> Figure:
    return ungated_alpha(LongTable.of(rows), scale, seed=1, replicates=0)


def gated_table() -> list[Judgment]:
    """Ann lets every fourth item pass where the others stop at the gate."""
    rows = []
    for row in table():
        number = int(row.item[1:3]) * 3 + int(row.item[-1])
        stops = number % 4 == 0 and row.annotator != "ann"
        rows.append(
            replace(row, label=None if stops else row.label, excluded="gated" if stops else "")
        )
    return rows


def test_the_ungated_alpha_counts_dropping_out_as_a_label() -> None:
    rows = gated_table()
    question = scored(rows)
    assert question["excluded"] == {"gated": 36, "single_coded": 18}
    labelled = [(row.item, row.annotator, row.label or "gated") for row in rows]
    ratings = Ratings.of(labelled, Scale("nominal"))
    assert question["ungated_alpha"]["value"] == pytest.approx(krippendorff_alpha(ratings))
    assert question["ungated_alpha"]["low"] is not None


def test_the_ungated_alpha_of_sets_takes_it_for_a_set_of_its_own() -> None:
    rows = gated_table()
    figure = ungated(settled(rows, seed=1), Scale("set"))
    labelled = [(row.item, row.annotator, row.label or "gated") for row in rows]
    assert figure.value == pytest.approx(krippendorff_alpha(Ratings.of(labelled, Scale("set"))))


def test_the_ungated_alpha_of_an_ordinal_question_is_nominal() -> None:
    question = scored(gated_table(), "ordinal:a<b<c")
    assert question["ungated_alpha"]["value"] == scored(gated_table())["ungated_alpha"]["value"]


def test_a_label_called_gated_is_not_the_gate() -> None:
    rows = [
        Judgment("i1", "ann", "q", "gated"),
        Judgment("i1", "bob", "q", None, excluded="gated"),
        Judgment("i2", "ann", "q", "a"),
        Judgment("i2", "bob", "q", "a"),
    ]
    value = ungated(rows, Scale()).value
    assert value is not None
    assert value < 1


def test_nobody_at_a_gate_means_no_ungated_alpha() -> None:
    assert scored(table())["ungated_alpha"]["why"] == "not_gated"


def test_an_ungated_alpha_without_shared_items_says_why() -> None:
    rows = [Judgment("i1", "ann", "q", None, excluded="gated")]
    assert ungated(rows, Scale()).why == "one_rater"
