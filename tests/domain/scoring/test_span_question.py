import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from annotator.domain.judgments import Judgment
from annotator.domain.long_table import LongTable, SpanColumns
from annotator.domain.scales import Scale
from annotator.domain.scoring import score
from annotator.domain.scoring.table import scored_questions
from annotator.errors import DataInvalid

Place = tuple[str, str, str, int, int]
# Krippendorff et al. (2016), doi:10.1007/s11135-015-0266-1, an example of 60 characters.
EXAMPLE: list[Place] = [
    ("t", "Alex", "1", 2, 5), ("t", "Paul", "1", 2, 5), ("t", "Paul", "2", 10, 20),
    ("t", "Susan", "2", 2, 5), ("t", "Susan", "2", 15, 20),
]  # fmt: skip


def spans(places: list[Place], *, length: int = -1, **facts: str) -> LongTable:
    rows = [replace(Judgment(item, who, "q", label), **facts) for item, who, label, *_ in places]
    columns = SpanColumns(
        np.array([start for *_, start, _ in places]),
        np.array([end for *_, end in places]),
        np.full(len(places), length),
    )
    return replace(LongTable.of(rows), spans=columns)


def scored(table: LongTable, replicates: int = 0) -> dict[str, Any]:
    [entry] = score(table, {"q": Scale("span")}, seed=1, replicates=replicates)["questions"]
    json.dumps(entry, allow_nan=False)
    return dict(entry)


def test_alpha_of_spans_is_the_published_unitizing_alpha() -> None:
    entry = scored(spans(EXAMPLE, length=60))
    alpha = entry["statistics"]["krippendorff_alpha"]["value"]
    assert alpha == pytest.approx(0.3982981423791392, abs=1e-12)
    assert (entry["items"], entry["judgments"], entry["pairable_items"]) == (1, 5, 1)
    assert [(one["label"], one["count"]) for one in entry["labels"]] == [("1", 2), ("2", 3)]
    assert entry["annotators"][0]["competence_why"] == "no_model"


def test_without_a_length_a_text_ends_where_the_last_span_does() -> None:
    assert scored(spans(EXAMPLE)) == scored(spans(EXAMPLE, length=20))


def test_who_marked_nothing_has_read_the_text() -> None:
    reader: Place = ("t", "Bob", "", -1, -1)
    with_bob = scored(spans([*EXAMPLE, reader], length=60))
    assert [each["annotator"] for each in with_bob["annotators"]] == [
        *("Alex", "Bob", "Paul", "Susan"),
    ]
    one, other = (
        entry["statistics"]["krippendorff_alpha"]["value"]
        for entry in (with_bob, scored(spans(EXAMPLE, length=60)))
    )
    assert one != other


def test_a_text_that_one_person_read_is_single_coded_however_many_spans_it_has() -> None:
    alone: list[Place] = [("u", "Alex", "1", 0, 3), ("u", "Alex", "1", 5, 7)]
    entry = scored(spans([*EXAMPLE, *alone], length=60))
    assert entry["excluded"] == {"single_coded": 2}
    counted = sum(each["judgments"] for each in entry["annotators"])
    assert counted + 2 == entry["judgments"]


def test_a_span_without_a_label_is_missing_and_a_label_without_a_place_refused() -> None:
    unlabelled: Place = ("t", "Alex", "", 30, 33)
    assert scored(spans([*EXAMPLE, unlabelled], length=60))["excluded"] == {"missing_label": 1}
    with pytest.raises(DataInvalid, match="Question q, item t, annotator Alex: a label without"):
        scored(spans([*EXAMPLE, ("t", "Alex", "1", -1, -1)]))


def test_documents_are_drawn_for_its_interval() -> None:
    many = [
        (f"t{n:02}", who, label, start, end)
        for n in range(25)
        for _, who, label, start, end in EXAMPLE
    ]
    figure = scored(spans(many, length=60), replicates=30)["statistics"]["krippendorff_alpha"]
    assert figure["low"] == pytest.approx(figure["value"])
    assert figure["method"].startswith("percentile bootstrap over 25 items, 30 replicates")


def test_a_table_without_places_or_readers_is_said_to_be_so() -> None:
    with pytest.raises(DataInvalid, match="no columns start and end"):
        scored(LongTable.of([Judgment("t", "Alex", "q", "1")]))
    entry = scored(spans(EXAMPLE[:1]))
    assert entry["statistics"]["krippendorff_alpha"]["why"] == "one_rater"
    [question] = scored_questions(spans([]), {"q": Scale("span")}, seed=1, replicates=0)
    assert question.entry()["statistics"]["cu_alpha"]["why"] == "no_labels"
