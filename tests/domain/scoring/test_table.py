import json
import math
import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.agreement.coefficients import NAMES
from annotator.domain.exclusions import EXCLUSIONS, WHY
from annotator.domain.judgments import Judgment, settled
from annotator.domain.scales import Scale
from annotator.domain.scoring import rounded, score
from annotator.errors import DataInvalid
from tests.domain.agreement.oracle import LABELS, SCALES

KEYS = {
    "question", "scale", "items", "judgments", "pairable_items", "excluded", "statistics",
    "ungated_alpha", "labels", "confusions", "pairs", "annotators", "model",
}  # fmt: skip


def table(
    documents: int = 24,
    *,
    per_document: int = 3,
    labels: tuple[str, ...] = ("a", "b", "c"),
    seed: int = 1,
) -> list[Judgment]:
    """Three annotators on every item, right seven times in ten."""
    rng = random.Random(seed)
    rows = []
    for document in range(documents):
        for number in range(per_document):
            truth = rng.choice(labels)
            for annotator in ("ann", "bob", "cat"):
                label = truth if rng.random() < 0.7 else rng.choice(labels)
                item = f"d{document:02}-{number}"
                rows.append(Judgment(item, annotator, "q", label, f"d{document:02}"))
    return rows


def scored(rows: list[Judgment], scale: str = "nominal", **options: int) -> dict[str, Any]:
    report = score(rows, {"q": Scale.parse(scale)}, **{"seed": 1, "replicates": 100, **options})
    [question] = report["questions"]
    assert isinstance(question, dict)
    return question


def numbers(value: object) -> Iterator[float]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from numbers(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from numbers(inner)
    elif isinstance(value, float):
        yield value


def adds_up(question: dict[str, Any]) -> bool:
    counted = sum(annotator["judgments"] for annotator in question["annotators"])
    return bool(counted + sum(question["excluded"].values()) == question["judgments"])


def test_it_reports_every_part_of_the_contract() -> None:
    question = scored(table())
    assert question.keys() == KEYS
    assert (question["items"], question["judgments"], question["pairable_items"]) == (72, 216, 72)
    assert question["scale"] == "nominal"
    assert list(question["statistics"]) == list(NAMES["nominal"])
    for figure in [*question["statistics"].values(), question["ungated_alpha"]]:
        assert figure.keys() == {"value", "low", "high", "method", "why"}
    assert [label["label"] for label in question["labels"]] == ["a", "b", "c"]
    assert sum(label["count"] for label in question["labels"]) == 216
    assert [(pair["a"], pair["b"], pair["items"]) for pair in question["pairs"]] == [
        ("ann", "bob", 72), ("ann", "cat", 72), ("bob", "cat", 72),
    ]  # fmt: skip
    assert [annotator.keys() for annotator in question["annotators"]] == [
        {
            "annotator", "judgments", "alpha_without", "competence",
            "competence_low", "competence_high", "competence_why", "mistake",
        }
    ] * 3  # fmt: skip
    assert all(0.5 < annotator["competence"] < 1 for annotator in question["annotators"])
    assert {annotator["competence_why"] for annotator in question["annotators"]} == {"no_bootstrap"}
    assert question["model"]["name"] == "dawid_skene"


def test_the_value_is_inside_its_interval() -> None:
    for name, figure in scored(table())["statistics"].items():
        if name == "scott_pi":
            assert figure["why"] == "two_raters_only"
            continue
        assert figure["low"] < figure["value"] < figure["high"]
        assert figure["why"] is None
        assert (
            figure["method"]
            == "percentile bootstrap over 24 documents, 100 replicates, 0 undefined"
        )


def test_questions_come_in_the_order_of_the_scales_and_others_are_passed_over() -> None:
    rows = [replace(row, question=question) for row in table(2) for question in ("p", "q", "r")]
    report = score(rows, {"q": Scale(), "never": Scale(), "p": Scale()}, seed=1, replicates=0)
    assert [question["question"] for question in report["questions"]] == ["q", "never", "p"]


@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(shuffled: random.Random) -> None:
    rows = table(20, per_document=1)
    assert scored(shuffled.sample(rows, len(rows)), replicates=20) == scored(rows, replicates=20)


def test_the_same_seed_gives_the_same_report_and_another_other_intervals() -> None:
    one, same, other = (scored(table(), seed=seed)["statistics"] for seed in (1, 1, 2))
    assert one == same
    assert one["krippendorff_alpha"]["value"] == other["krippendorff_alpha"]["value"]
    assert one["krippendorff_alpha"]["low"] != other["krippendorff_alpha"]["low"]


def test_renaming_labels_and_annotators_changes_neither_value_nor_interval() -> None:
    rows = table()
    turn = {"a": "z", "b": "y", "c": "x", "ann": "zoe", "bob": "yan", "cat": "xia"}
    renamed = [
        replace(row, annotator=turn[row.annotator], label=turn[row.label or ""]) for row in rows
    ]
    assert rounded(scored(renamed)["statistics"]) == rounded(scored(rows)["statistics"])


def test_single_coded_items_change_nothing_but_the_counts() -> None:
    rows = table()
    alone = [Judgment(f"x{n}", "ann", "q", "a", f"d{n:02}") for n in range(5)]
    question, without = scored(rows + alone), scored(rows)
    assert question["excluded"] == {"single_coded": 5}
    assert (question["items"], question["judgments"]) == (77, 221)
    for key in KEYS - {"excluded", "items", "judgments", "statistics", "annotators", "model"}:
        assert question[key] == without[key]
    for name in ("percent_agreement", "krippendorff_alpha", "cohen_kappa", "brennan_prediger"):
        assert question["statistics"][name] == without["statistics"][name]
    assert adds_up(question)


def test_single_labels_enter_the_chance_terms_that_are_taken_over_all_items() -> None:
    rows = table()
    alone = [Judgment(f"x{n}", "ann", "q", "a", f"d{n:02}") for n in range(5)]
    offered, marked = scored(rows + alone), scored(settled(rows + alone, seed=1))
    assert offered["excluded"] == marked["excluded"] == {"single_coded": 5}
    for name in ("fleiss_kappa", "conger_kappa", "gwet_ac1"):
        assert offered["statistics"][name]["value"] != marked["statistics"][name]["value"]
        assert marked["statistics"][name] == scored(rows)["statistics"][name]


def test_scoring_only_the_rows_that_count_gives_the_same_figures() -> None:
    rng = random.Random(3)
    rows = [
        replace(
            row,
            excluded=rng.choice(["", "", "", "skipped", "adaptive"]),
            label=row.label if rng.random() < 0.9 else None,
            cluster=rng.choice([None, "c1", "c2", "c3"]),
        )
        for row in table(40)
    ]
    everything = settled(rows, seed=1)
    kept = [row for row in everything if not row.excluded]
    whole, part = scored(everything), scored(kept)
    assert part["excluded"] == {}
    for key in KEYS - {"excluded", "items", "judgments"}:
        assert part[key] == whole[key]


def test_every_reason_is_counted_and_the_numbers_add_up() -> None:
    codes = ["", "gated", "skipped", "after_feedback", "adaptive", "disabled_annotator"]
    rows = [replace(row, excluded=codes[n % 6]) for n, row in enumerate(table())]
    question = scored(rows)
    assert list(question["excluded"]) == [
        code for code in EXCLUSIONS if code in question["excluded"]
    ]
    assert question["excluded"]["gated"] == 36
    assert adds_up(question)


def test_a_missing_cell_is_excluded_and_an_empty_set_is_not() -> None:
    rows = [replace(row, label="" if row.item < "d04" else row.label) for row in table()]
    assert scored(rows)["excluded"] == {"missing_label": 36}
    assert scored(rows, "set")["excluded"] == {}
    assert scored(rows, "set")["pairable_items"] == 72


def test_a_near_duplicate_counts_once() -> None:
    rows = table()
    copies = [
        replace(row, item=f"copy of {row.item}", document="copies", cluster=row.item)
        for row in rows
        if row.annotator != "cat"
    ]
    clustered = [replace(row, cluster=row.item) for row in rows]
    question = scored(clustered + copies)
    assert question["excluded"] == {"cluster_duplicate": len(copies)}
    value = question["statistics"]["krippendorff_alpha"]["value"]
    assert value == scored(rows)["statistics"]["krippendorff_alpha"]["value"]
    assert adds_up(question)


def test_documents_that_share_a_near_duplicate_are_drawn_together() -> None:
    # Every two documents share a paragraph, so that 30 of them are 15 to be drawn: too few.
    rows = [
        replace(row, cluster=f"pair {int(row.item[1:3]) // 2}" if row.item.endswith("-0") else None)
        for row in table(30)
    ]
    assert scored(rows)["statistics"]["krippendorff_alpha"]["why"] == "too_few_documents"
    assert scored(table(30))["statistics"]["krippendorff_alpha"]["why"] is None


def test_below_twenty_documents_there_is_a_value_and_no_interval() -> None:
    for name, figure in scored(table(19))["statistics"].items():
        if name == "scott_pi":
            continue
        assert figure["value"] is not None
        assert (figure["low"], figure["high"], figure["method"]) == (None, None, None)
        assert figure["why"] == "too_few_documents"


def test_documents_without_a_pairable_item_do_not_help() -> None:
    alone = [Judgment(f"x{n}", "ann", "q", "a", f"alone {n}") for n in range(9)]
    assert (
        scored(table(19) + alone)["statistics"]["percent_agreement"]["why"] == "too_few_documents"
    )


def test_items_are_drawn_where_no_document_is_known() -> None:
    rows = [replace(row, document=None) for row in table()]
    method = scored(rows)["statistics"]["krippendorff_alpha"]["method"]
    assert method == "percentile bootstrap over 72 items, 100 replicates, 0 undefined"


def test_without_replicates_there_is_no_interval() -> None:
    figure = scored(table(), replicates=0)["statistics"]["krippendorff_alpha"]
    assert figure["value"] is not None
    assert figure["why"] == "no_bootstrap"


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([], "no_labels"),
        ([Judgment("i1", "ann", "q", None), Judgment("i1", "bob", "q", "")], "no_labels"),
        ([Judgment("i1", "ann", "q", "a"), Judgment("i2", "ann", "q", "b")], "one_rater"),
        ([Judgment("i1", "ann", "q", "a"), Judgment("i2", "bob", "q", "b")], "no_pairable_items"),
        ([Judgment("i1", "ann", "q", "a"), Judgment("i1", "bob", "q", "a")], "single_category"),
    ],
)
def test_undefined_is_null_with_a_reason(rows: list[Judgment], why: str) -> None:
    question = scored(rows)
    figure = question["statistics"]["krippendorff_alpha"]
    assert figure == {"value": None, "low": None, "high": None, "method": None, "why": why}
    assert why in WHY
    assert adds_up(question)


def test_percent_agreement_is_defined_where_alpha_is_not() -> None:
    rows = [replace(row, label="a") for row in table()]
    statistics = scored(rows)["statistics"]
    assert statistics["krippendorff_alpha"]["why"] == "single_category"
    assert (statistics["percent_agreement"]["value"], statistics["percent_agreement"]["low"]) == (
        1,
        1,
    )


@pytest.mark.parametrize("scale", SCALES)
@given(data=st.data())
def test_no_table_whatever_gives_nan_or_an_exception(scale: str, data: st.DataObject) -> None:
    cells = st.tuples(st.sampled_from("ijklm"), st.sampled_from(["ann", "bob", "cat"]))
    labels = st.sampled_from([*LABELS[scale], None])
    documents = data.draw(
        st.fixed_dictionaries({item: st.sampled_from([None, "d1", "d2"]) for item in "ijklm"})
    )
    codes = st.sampled_from(["", "", "gated", "skipped"])
    given_labels = data.draw(st.dictionaries(cells, st.tuples(labels, codes), max_size=15))
    rows = [
        Judgment(item, annotator, "q", label, documents[item], None, code)
        for (item, annotator), (label, code) in given_labels.items()
    ]
    report = score(rows, {"q": SCALES[scale]}, seed=1, replicates=20)
    json.dumps(report, allow_nan=False)
    assert all(math.isfinite(number) for number in numbers(report))
    [question] = report["questions"]
    assert adds_up(question)
    for figure in question["statistics"].values():
        assert (figure["why"] is None) == (figure["low"] is not None)


def test_rows_that_contradict_each_other_are_refused() -> None:
    rows = table(2)
    with pytest.raises(DataInvalid, match="more than once"):
        score([*rows, rows[0]], {"q": Scale()}, seed=1)


def test_an_annotator_who_is_alone_everywhere_is_named_with_no_judgment() -> None:
    question = scored([*table(), Judgment("x", "dan", "q", "a")])
    dan = next(entry for entry in question["annotators"] if entry["annotator"] == "dan")
    assert dan["judgments"] == 0
    assert dan["alpha_without"] == question["statistics"]["krippendorff_alpha"]["value"]


def test_the_largest_confusion_is_named() -> None:
    rows = [
        replace(row, label="b") if row.annotator == "cat" and row.label == "a" else row
        for row in table()
    ]
    confusion = scored(rows)["confusions"][0]
    assert (confusion["a"], confusion["b"]) == ("a", "b")
    assert confusion["times"] > 0


def test_one_annotator_who_guesses_is_seen_in_alpha_without() -> None:
    rng = random.Random(5)
    rows = [
        replace(row, label=rng.choice("abc")) if row.annotator == "cat" else row for row in table()
    ]
    without = {entry["annotator"]: entry["alpha_without"] for entry in scored(rows)["annotators"]}
    assert without["cat"] > max(without["ann"], without["bob"])


def test_floats_are_cut_to_twelve_digits_and_nothing_else_changes() -> None:
    value = {"a": [1 / 3, None, 7, "1/3"], "b": {"c": -0.0, "d": 1e-20 / 3, "e": True}}
    assert rounded(value) == {
        "a": [0.333333333333, None, 7, "1/3"],
        "b": {"c": 0.0, "d": 3.33333333333e-21, "e": True},
    }
    assert str(rounded(-0.0)) == "0.0"
