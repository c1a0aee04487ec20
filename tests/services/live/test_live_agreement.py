"""Live figures are the figures of a batch, whatever happens to the project in between."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from random import Random
from typing import Any

import numpy as np
import pytest

from annotator.domain.agreement import (
    Additive,
    Figure,
    PercentAgreement,
    Ratings,
    Resampling,
    alpha_of,
    figure,
)
from annotator.domain.intervals import joined_units
from annotator.errors import NotFound
from annotator.services.agreement import scored
from annotator.services.judging import Judgments, project_judgments
from annotator.services.live import Headline, LiveAgreement
from annotator.store.database import Database
from tests.services.live import world
from tests.services.live.world import Living

STEPS = 8


def batch(living: Living, round_name: str | None = None) -> Judgments:
    with living.database.read() as session:
        return project_judgments(session, project_id=living.project_id, round_name=round_name)


def looked_at(
    live: LiveAgreement, living: Living, round_name: str | None = None
) -> tuple[Headline, ...]:
    return live.headlines(project_id=living.project_id, round_name=round_name).headlines


def assert_same_figures(headlines: Iterable[Headline], judgments: Judgments) -> None:
    entries = scored(judgments, replicates=0)["questions"]
    for ours, theirs in zip(headlines, entries, strict=True):
        assert ours.question.code == theirs["question"]
        assert_same_counts(ours, theirs)
        statistics = theirs["statistics"]
        assert_same_value(ours.percent, statistics["percent_agreement"])
        assert_same_value(ours.alpha, statistics["krippendorff_alpha"])
        assert_same_value(ours.ungated, theirs["ungated_alpha"])
        assert_same_intervals(ours, judgments)


def assert_same_counts(ours: Headline, theirs: dict[str, Any]) -> None:
    assert (ours.judgments, ours.counted, ours.excluded, ours.threshold) == tuple(
        theirs[name] for name in ("judgments", "counted", "excluded", "threshold")
    )
    assert (ours.items, ours.all_items) == (theirs["pairable_items"], theirs["items"])
    assert ours.annotators == sum(1 for each in theirs["annotators"] if each["judgments"])
    assert [(label, count) for label, count, _ in ours.labels] == [
        (each["label"], each["count"]) for each in theirs["labels"]
    ]
    for (_, _, alpha), each in zip(ours.labels, theirs["labels"], strict=True):
        assert alpha == pytest.approx(each["alpha"], abs=1e-9)
    assert [(each.a, each.b, each.times) for each in ours.confusions] == [
        (each["a"], each["b"], each["times"]) for each in theirs["confusions"]
    ]


def assert_same_value(ours: Figure, theirs: dict[str, Any]) -> None:
    assert ours.value == pytest.approx(theirs["value"], abs=1e-9)
    if ours.value is None:
        assert ours.why == theirs["why"]


def assert_same_intervals(ours: Headline, judgments: Judgments) -> None:
    code = ours.question.code
    rows = [row for row in judgments.rows if row.question == code and not row.excluded]
    ratings = Ratings.of(
        ((row.item_id, row.annotator_id, row.label or "") for row in rows), judgments.scales[code]
    )
    if not len(ratings):
        return
    unit_of = joined_units((row.item_id, row.document_id, row.cluster_id) for row in rows)
    names = sorted(set(unit_of.values()))
    unit = np.array([names.index(unit_of[item]) for item in ratings.item_names], dtype=np.int64)
    noun = "items" if all(row.document_id is None for row in rows) else "documents"
    resampling = Resampling(unit, len(names), noun, 0, 0, "jackknife")
    statistics: tuple[tuple[Figure, Additive], ...] = (
        (ours.alpha, alpha_of(ratings)),
        (ours.percent, PercentAgreement()),
    )
    for found, statistic in statistics:
        expected = figure(statistic, ratings, resampling)
        assert found.low == pytest.approx(expected.low, abs=1e-9)
        assert found.high == pytest.approx(expected.high, abs=1e-9)
        assert (found.method, found.why) == (expected.method, expected.why)


@pytest.mark.parametrize("seed", [1, 2])
def test_they_are_those_of_a_batch_after_whatever_happens(database: Database, seed: int) -> None:
    """Two servers: one is looked at all the time, the other after several changes."""
    living = Living.begun(database, seed)
    often, seldom = LiveAgreement(database), LiveAgreement(database)
    for step in range(STEPS):
        world.live_on(living)
        expected = batch(living)
        assert often.judgments(project_id=living.project_id) == expected
        if step % 2:
            assert_same_figures(looked_at(often, living), expected)
        if step == STEPS - 1:
            assert seldom.judgments(project_id=living.project_id) == expected
            assert_same_figures(looked_at(seldom, living), expected)
    assert often.recount(project_id=living.project_id) == []


def test_a_named_round_has_figures_of_its_own(database: Database) -> None:
    living = Living.begun(database, 1, documents=4)
    world.train(living)
    live = LiveAgreement(database)
    for name in ("main", "training"):
        assert_same_figures(looked_at(live, living, name), batch(living, name))
    with pytest.raises(NotFound, match="no round “pilot”"):
        looked_at(live, living, "pilot")


def test_one_question_has_its_rows_alone(database: Database) -> None:
    living = Living.begun(database, 1, documents=4)
    found = LiveAgreement(database).judgments(project_id=living.project_id, question="frames")
    expected = batch(living)
    assert found.rows == tuple(row for row in expected.rows if row.question == "frames")
    assert [each.code for each in found.questions] == list(found.scales) == ["frames"]
    assert replace(found, rows=(), questions=(), scales={}) == replace(
        expected, rows=(), questions=(), scales={}
    )


def test_a_project_without_rounds_has_no_figures(database: Database) -> None:
    living = Living(database, Random(1))
    living.make("Empty")
    assert looked_at(LiveAgreement(database), living) == ()


def test_the_first_of_two_judgments_of_a_person_counts(database: Database) -> None:
    """The same people label the same paragraphs in two main rounds that are scored together."""
    living = Living.begun(database, 1, documents=3)
    live = LiveAgreement(database)
    world.second_round(living)
    while living.assignments("open"):
        world.save_many(living)
    expected = batch(living)
    assert live.judgments(project_id=living.project_id) == expected
    assert "labelled_before" in {row.excluded for row in expected.rows}
    assert_same_figures(looked_at(live, living), expected)


def test_many_threads_see_the_same_figures(database: Database) -> None:
    living = Living.begun(database, 1, documents=6)
    live = LiveAgreement(database)
    with ThreadPoolExecutor(4) as pool:
        looks = [pool.submit(looked_at, live, living) for _ in range(8)]
        world.save_many(living)
        for look in looks:
            look.result()
    assert_same_figures(looked_at(live, living), batch(living))
