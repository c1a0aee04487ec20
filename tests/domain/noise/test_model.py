import gzip
import json
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from annotator.domain.noise.finding import NOT_SUSPECTED
from annotator.domain.noise.judging import GROUPS, batch, group_of
from annotator.domain.noise.model import FILE, Judge, from_json, log_odds, shipped, to_json
from tests.domain.noise.cases import BODY, MORE, around

ROWS = json.loads(Path(__file__).with_name("model_rows.json").read_text(encoding="utf-8"))


def test_the_walker_says_what_lightgbm_said_of_the_same_rows() -> None:
    bins = np.array(ROWS["bins"], np.uint8).T

    for name in ("of_text", "of_pages"):
        expected = np.array(ROWS[name])
        forest = getattr(shipped(), name).forest

        assert len(expected) >= 20
        assert expected[:, 1].min() < 0.1
        assert expected[:, 1].max() > 0.9
        np.testing.assert_allclose(forest.probabilities(bins), expected, atol=0.01)


def test_the_file_is_small_and_holds_no_text() -> None:
    stored = files("annotator.domain.noise").joinpath(FILE).read_bytes()
    content = json.loads(gzip.decompress(stored))

    assert len(stored) < 150_000
    assert set(content) == {
        "classes", "columns", "edges", "typical", "gram_classes", "gram_scales", "grams",
        "of_text", "of_pages",
    }  # fmt: skip


def test_a_model_survives_being_written() -> None:
    model = shipped()
    again = from_json(to_json(model))
    document = batch([around("Menu", BODY, MORE, "Share")])

    np.testing.assert_allclose(again.judge(document).noise, model.judge(document).noise, atol=1e-3)


def test_what_may_be_a_headline_is_not_suspected() -> None:
    lines = ("Home", "Neighbours keep the border open", BODY, MORE, "Ferry sold to neighbours")
    found = shipped().judge(batch([around(*lines), around(BODY, *lines)]))

    assert found.headlines.any()
    assert not found.headlines.all()
    assert found.noise[found.headlines].max() <= NOT_SUSPECTED < 0.5


def test_the_features_are_those_the_model_was_trained_on() -> None:
    from annotator.domain.noise.characters import look_at  # noqa: PLC0415
    from annotator.domain.noise.features import of_batch  # noqa: PLC0415

    document = batch([around(BODY)])
    named = of_batch(document, look_at(document.texts, shipped().grams))

    assert tuple(named) == shipped().columns
    assert len(shipped().edges) == len(shipped().typical) == len(named)


@pytest.mark.parametrize("judge", [shipped().of_text, shipped().of_pages])
def test_calibration_never_falls_and_is_never_certain(judge: Judge) -> None:
    likely = np.linspace(0, 1, 101, dtype=np.float32)
    calibrated = judge.calibrated(np.stack([1 - likely, likely, likely * 0], axis=1))

    assert (np.diff(calibrated) >= 0).all()
    assert 0 <= calibrated[0] < 0.1
    assert 0.9 < calibrated[-1] < 1


def test_log_odds_are_finite_even_of_certainty() -> None:
    assert np.isfinite(log_odds(np.array([0.0, 0.5, 1.0], np.float32))).all()


def test_every_feature_has_a_group_and_every_group_a_feature() -> None:
    assert {group_of(column) for column in shipped().columns} == set(GROUPS)
