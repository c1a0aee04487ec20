from collections.abc import Mapping
from dataclasses import replace

import pytest

from annotator.domain.judgments import Judgment
from annotator.domain.long_table import LongTable
from annotator.domain.scales import Scale
from annotator.domain.table_checks import check_table, look_alike_warnings
from annotator.errors import DataInvalid

NOMINAL = {"q": Scale("nominal")}


def judgment(item: str, annotator: str, label: str | None = "a", **facts: str) -> Judgment:
    return replace(Judgment(item, annotator, "q", label), **facts)


def check(rows: list[Judgment], scales: Mapping[str, Scale]) -> None:
    check_table(LongTable.of(rows), scales)


def test_the_same_person_twice_on_an_item_is_an_error_that_names_the_rows() -> None:
    rows = [judgment("i1", "ann"), judgment("i1", "bob"), judgment("i1", "ann", "b")]
    with pytest.raises(DataInvalid, match=r"ann on item i1, question q, rows 1 and 3\): keep one"):
        check(rows, NOMINAL)


def test_many_doubled_rows_are_named_by_the_first_few() -> None:
    rows = [judgment(f"i{n}", "ann") for n in range(6) for _ in range(3)]
    with pytest.raises(DataInvalid, match=r"rows 1, 2 and 3; .*rows 7, 8 and 9; and 3 more\)"):
        check(rows, NOMINAL)


def test_a_repeated_row_that_does_not_count_is_no_error() -> None:
    rows = [judgment("i1", "ann"), judgment("i1", "ann", "b", excluded="retest")]
    check(rows, NOMINAL)


def test_a_label_outside_the_order_is_named_with_its_row() -> None:
    rows = [judgment("i1", "ann", "low"), judgment("i1", "bob", "hihg")]
    with pytest.raises(
        DataInvalid, match="Row 2, question q: The label “hihg” is not in the order"
    ):
        check(rows, {"q": Scale.parse("ordinal:low<high")})


def test_a_missing_label_is_never_outside_the_order() -> None:
    rows = [judgment("i1", "ann", None), judgment("i1", "bob", "")]
    check(rows, {"q": Scale.parse("ordinal:low<high")})


def test_an_item_in_two_documents_is_an_error() -> None:
    rows = [judgment("i1", "ann", document="d1"), judgment("i1", "bob", document="d2")]
    with pytest.raises(DataInvalid, match="two documents, d1 in row 1 and d2 in row 2"):
        check(rows, NOMINAL)


def test_an_item_in_two_clusters_is_an_error() -> None:
    rows = [judgment("i1", "ann", cluster="c1"), judgment("i1", "bob", cluster="c2")]
    with pytest.raises(DataInvalid, match="two clusters, c1 in row 1 and c2 in row 2: give each"):
        check(rows, NOMINAL)
    check([rows[0], judgment("i1", "bob")], NOMINAL)


def test_annotators_that_look_alike_are_warned_of() -> None:
    rows = [judgment("i1", name) for name in ("anna", "\u0430nna", "anna ", "bob")]
    [warning] = look_alike_warnings(LongTable.of(rows), NOMINAL)
    assert warning == (
        "The annotators “anna”, “anna ”, “\u0430nna” (\\u0430nna) look alike but are counted as "
        "different; correct the table if they are meant to be one."
    )


def test_an_unknown_reason_is_an_error() -> None:
    with pytest.raises(DataInvalid, match="“tired” is not a reason"):
        LongTable.of([judgment("i1", "ann", excluded="tired")])


def test_look_alikes_are_warned_of_by_question_and_spelt_out() -> None:
    rows = [judgment("i1", "ann", "main"), judgment("i1", "bob", "mаin"), judgment("i2", "bob")]
    [warning] = look_alike_warnings(LongTable.of(rows), NOMINAL)
    assert "Question q" in warning
    assert "“main”, “mаin” (m\\u0430in)" in warning


def test_look_alikes_are_found_inside_sets_and_among_declared_labels() -> None:
    rows = [judgment("i1", "ann", "economic|Security")]
    assert look_alike_warnings(LongTable.of(rows), {"q": Scale("set", ("security",))}) != []
    assert look_alike_warnings(LongTable.of(rows), {"q": Scale("set")}) == []


def test_numbers_and_unknown_questions_do_not_look_alike() -> None:
    rows = [judgment("i1", "ann", "1"), judgment("i1", "bob", "１")]
    assert look_alike_warnings(LongTable.of(rows), {"q": Scale("interval")}) == []
    assert look_alike_warnings(LongTable.of(rows), {}) == []


def test_the_first_row_that_is_refused_is_named_whatever_the_question() -> None:
    rows = [judgment("i1", "ann", "1"), judgment("i1", "bob", "x"), Judgment("i1", "ann", "p", "y")]
    with pytest.raises(DataInvalid, match="Row 2, question q: The label “x” is not a number"):
        check(rows, {"p": Scale("interval"), "q": Scale("interval")})


@pytest.mark.parametrize("label", ["nan", "inf", "-Infinity", "1,5"])
def test_what_is_no_finite_number_is_refused_on_an_interval_scale(label: str) -> None:
    with pytest.raises(DataInvalid, match="is not a number"):
        check([judgment("i1", "ann", label)], {"q": Scale("interval")})


def test_one_person_may_mark_many_spans_of_an_item() -> None:
    rows = [judgment("i1", "ann"), judgment("i1", "ann", "b")]
    check(rows, {"q": Scale("span")})


def test_spellings_of_a_name_that_are_one_after_nfc_are_one_person() -> None:
    rows = [judgment("i1", "Zo\u00eb"), judgment("i1", "Zoe\u0308")]
    with pytest.raises(DataInvalid, match="Zo\u00eb on item i1, question q, rows 1 and 2"):
        check(rows, NOMINAL)


def test_an_empty_member_of_a_set_is_named_with_its_row() -> None:
    rows = [judgment("i1", "ann", "x|y"), judgment("i1", "bob", "x||y")]
    with pytest.raises(DataInvalid, match=r"Row 2, question q: The set “x\|\|y” has an empty"):
        check(rows, {"q": Scale("set")})
