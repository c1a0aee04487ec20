"""The trained model: features, a forest, calibration. See docs/noise-model.md for its card.

It tells main text, noise and headlines apart: of two classes it would take most headlines for
noise. The file is loaded when something is asked for the first time.
"""

import gzip
import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from annotator.domain.noise.characters import look_at
from annotator.domain.noise.features import Batch, matrix, of_batch
from annotator.domain.noise.finding import NOT_SUSPECTED
from annotator.domain.noise.forest import Forest, binned, pack, packed, softmax, unpack, unpacked

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Bytes = NDArray[np.uint8]
    Flags = NDArray[np.bool_]

FILE: Final = "model.json.gz"
CLASSES: Final = ("main", "noise", "headline")
NOISE: Final = 1
HEADLINE: Final = 2
SCALE: Final = 0.001
# So many times as likely to be noise as a headline is what may still be one: a headline that is
# taken for noise is a worse mistake than a teaser that is not.
LIKE_A_HEADLINE: Final = 2.5
# What standing inside and outside what looks like the article of the page adds to the log odds.
# Only 71 labelled pages come with their HTML: enough for two numbers, not for a forest.
ARTICLE: Final = {1.0: -1.1, 0.0: 0.5}
# No suggestion is certain, however far the calibration was extended.
CERTAIN: Final = 0.995


@dataclass(frozen=True)
class Model:
    """What the model file holds.

    `columns` name the features, `edges` cut them into bins, `typical` is the bin of each in the
    middle paragraph of main text. `of_text` looks at all features but those of links, `of_pages` at
    these too: it judges the paragraphs whose page is known.
    """

    columns: tuple[str, ...]
    edges: "tuple[Floats, ...]"
    typical: "Bytes"
    grams: "Floats"
    of_text: "Judge"
    of_pages: "Judge"

    def judge(self, batch: Batch) -> "Judged":
        named = of_batch(batch, look_at(batch.texts, self.grams))
        bins = binned(matrix(named), self.edges)
        noise = np.empty(bins.shape[1], np.float32)
        headlines = np.empty(bins.shape[1], bool)
        for judge, rows in self.judges(batch.from_pages):
            likely = softmax(judge.forest.margins(bins[:, rows]))
            noise[rows] = judge.calibrated(likely)
            headlines[rows] = likely[:, NOISE] < LIKE_A_HEADLINE * likely[:, HEADLINE]
        noise = _with_article(noise, batch.article)
        noise[headlines] = np.minimum(noise[headlines], NOT_SUSPECTED)
        return Judged(named, bins, noise, headlines, batch.from_pages)

    def margins(self, bins: "Bytes", from_pages: "Flags") -> "Floats":
        """Shape (classes, n); `from_pages` says of each of the n whether its page is known."""
        found = np.empty((len(CLASSES), bins.shape[1]), np.float32)
        for judge, rows in self.judges(from_pages):
            found[:, rows] = judge.forest.margins(bins[:, rows])
        return found

    def judges(self, from_pages: "Flags") -> "Iterator[tuple[Judge, NDArray[np.int64] | slice]]":
        """Those that are needed, with the rows that each looks at."""
        for judge, chosen in ((self.of_text, ~from_pages), (self.of_pages, from_pages)):
            # A slice where it can be, which copies nothing.
            if chosen.all():
                yield judge, slice(None)
            elif chosen.any():
                yield judge, np.flatnonzero(chosen)


@dataclass(frozen=True)
class Judge:
    """`calibration` are log odds of the forest and the share of noise at each, both ascending."""

    forest: Forest
    calibration: "tuple[Floats, Floats]"

    def calibrated(self, probabilities: "Floats") -> "Floats":
        """The share of noise among paragraphs that the forest thought as likely to be noise."""
        return np.minimum(np.interp(log_odds(probabilities[:, NOISE]), *self.calibration), CERTAIN)


@dataclass(frozen=True)
class Judged:
    """`named` features and `bins` of shape (features, n), the others of shape (n,).

    `noise` is the calibrated probability; `headlines` says what may be a headline,
    `from_pages` whether the page is known.
    """

    named: "Mapping[str, Floats]"
    bins: "Bytes"
    noise: "Floats"
    headlines: "Flags"
    from_pages: "Flags"


def _with_article(noise: "Floats", article: "Floats | None") -> "Floats":
    if article is None:
        return noise
    odds = log_odds(noise)
    for stands, adds in ARTICLE.items():
        odds[article == stands] += adds
    known = np.isin(article, list(ARTICLE))
    moved = np.minimum(1 / (1 + np.exp(-odds)), CERTAIN)
    return np.where(known, moved, noise).astype(np.float32)


def log_odds(probability: "Floats") -> "Floats":
    kept = np.clip(probability.astype(np.float64), 1e-6, 1 - 1e-6)
    return np.asarray(np.log(kept / (1 - kept)), dtype=np.float32)


@cache
def shipped() -> Model:
    """The model that comes with the program."""
    stored = files("annotator.domain.noise").joinpath(FILE).read_bytes()
    return from_json(json.loads(gzip.decompress(stored)))


def from_json(stored: dict[str, Any]) -> Model:
    grams = unpack(stored["grams"], "i1").reshape(stored["gram_classes"], -1)
    return Model(
        columns=tuple(stored["columns"]),
        edges=tuple(np.array(edges, np.float32) for edges in stored["edges"]),
        typical=unpack(stored["typical"], "u1"),
        grams=grams * np.array(stored["gram_scales"], np.float32)[:, None],
        of_text=_judge(stored["of_text"]),
        of_pages=_judge(stored["of_pages"]),
    )


def _judge(stored: dict[str, Any]) -> Judge:
    calibration = stored["calibration"]
    return Judge(
        forest=unpacked(stored["forest"]),
        calibration=(
            np.array(calibration["log_odds"], np.float32),
            np.array(calibration["share"], np.float32),
        ),
    )


def to_json(model: Model) -> dict[str, Any]:
    """The inverse of `from_json`, for the training script; n-gram weights become one byte each."""
    scales = np.abs(model.grams).max(axis=1) / 127
    return {
        "classes": CLASSES,
        "columns": model.columns,
        "edges": [[float(f"{edge:.6g}") for edge in edges] for edges in model.edges],
        "typical": pack(model.typical),
        "gram_classes": len(model.grams),
        "gram_scales": [float(f"{scale:.6g}") for scale in scales],
        "grams": pack(np.rint(model.grams / scales[:, None]).astype("i1")),
        "of_text": _stored(model.of_text),
        "of_pages": _stored(model.of_pages),
    }


def _stored(judge: Judge) -> dict[str, Any]:
    log_odds, share = judge.calibration
    return {
        "forest": packed(judge.forest, SCALE),
        "calibration": {
            "log_odds": [float(f"{x:.4f}") for x in log_odds],
            "share": [float(f"{y:.4f}") for y in share],
        },
    }
