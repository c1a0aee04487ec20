"""Fitting the parts of the noise model: n-gram weights, forest, calibration.

Whatever a later part learns from an earlier one is out of fold, by site: the forest never sees an
n-gram score that was learnt from the same site, nor the calibration a probability.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import lightgbm
import noise_data as data
import numpy as np
import scipy.optimize
import scipy.sparse

from annotator.domain.noise import characters, features, forest
from annotator.domain.noise.characters import Lines, look_at
from annotator.domain.noise.model import Judge, Model, from_json, log_odds, to_json

Array = np.ndarray[Any, np.dtype[Any]]

SEED: Final = 7
BITS: Final = 14
INNER: Final = 3
BINS: Final = 48
RIDGE: Final = 1.0
ROUNDS: Final = 200
# Scripts with several pages meet them as a source; one page alone has to do without.
ALONE: Final = 0.3
FOREST: Final = {
    "objective": "multiclass",
    "num_class": 3,
    "num_leaves": forest.LEAVES,
    "learning_rate": 0.1,
    "min_data_in_leaf": 100,
    "feature_fraction": 0.25,
    "bagging_fraction": 0.5,
    "bagging_freq": 1,
    "lambda_l2": 20.0,
    "max_bin": 64,
    "min_data_in_bin": 1,
    "num_threads": 1,
    "force_col_wise": True,
    "deterministic": True,
    "seed": SEED,
    "verbosity": -1,
}
# Of blocks outside the containers, nearly all of them noise that is easy to tell, a quarter is
# drawn; of those inside, which are in both views, a half is taken from the whole pages.
KEPT_OUTSIDE: Final = 0.25
KEPT_INSIDE: Final = 0.5
WEIGHT_OUTSIDE: Final = 2.0
# Headlines are one block in two hundred, and a mistake with them is worse than with a teaser.
WEIGHT_HEADLINE: Final = 25.0
# Counted so often, headlines make whatever looks like them seem less often noise than it is. They
# are spared by themselves (`model.LIKE_A_HEADLINE`), so the odds of the others are set right.
ODDS: Final = 1.5
# A page of many blocks counts for less than all of them: one table is not four hundred facts.
PAGE_BLOCKS: Final = 60
SAMPLE_ROWS: Final = 24


@dataclass
class Table:
    """The paragraphs of some pages in both views, one after the other.

    `groups` is the inner fold of each, `kept` whether it was drawn, `weights` what it counts in
    fitting, `drawn_for` how many paragraphs it stands for.
    """

    batch: features.Batch
    lines: Lines
    labels: Array
    groups: Array
    weights: Array
    drawn_for: Array
    kept: Array


def table(pages: Sequence[data.Page], groups: Array, *, alone: float = ALONE) -> Table:
    """`groups` is the inner fold of each page."""
    views = [data.view(pages, kind, alone=alone, seed=SEED) for kind in data.VIEWS]
    batch = _joined([view.batch for view in views], len(pages))
    inside = np.concatenate([view.inside for view in views])
    container = np.repeat([False, True], [len(view.labels) for view in views])
    labels = np.concatenate([view.labels for view in views])
    chance = np.random.default_rng(SEED).random(len(labels))
    drawn = container | np.where(inside, chance < KEPT_INSIDE, chance < KEPT_OUTSIDE)
    headline = np.where(labels == data.HEADLINE, WEIGHT_HEADLINE, 1.0)
    size = np.bincount(batch.of)[batch.of]
    by_page = np.minimum(1.0, np.sqrt(PAGE_BLOCKS / size))
    lines = look_at(batch.texts, np.zeros((2, 1 << BITS), np.float32))
    return Table(
        batch,
        lines,
        labels,
        np.concatenate([groups[view.page] for view in views]),
        np.where(inside, 1.0, WEIGHT_OUTSIDE) * headline * by_page,
        headline * np.where(container, 1.0, np.where(inside, 1 / KEPT_INSIDE, 1 / KEPT_OUTSIDE)),
        drawn & (labels != data.COPY),
    )


@dataclass(frozen=True)
class Fitted:
    """A model, and what LightGBM itself says of some rows of bins, to compare its walker with:
    without the features of links and with them.
    """

    model: Model
    bins: Array
    of_text: Array
    of_pages: Array


def fitted(pages: Sequence[data.Page], say: Callable[[str], None]) -> Fitted:
    """A model of these pages; deterministic."""
    groups = data.folds([page.site for page in pages], INNER, SEED)
    of = table(pages, groups)
    grams, of.lines = _fit_grams(of)
    say("n-grams fitted")
    named = features.of_batch(of.batch, of.lines)
    values = features.matrix(named)
    edges = _edges(values)
    bins = forest.binned(values, edges)
    by_text, of_text = _fit_forest(bins[: _of_text(named)], of)
    say("forest of text fitted")
    by_pages, of_pages = _fit_forest(bins, of)
    say("forest of pages fitted")
    main = (of.labels == data.MAIN) & of.kept
    model = Model(
        columns=tuple(named),
        edges=tuple(edges),
        typical=np.median(bins[:, main], axis=1).astype(np.uint8),
        grams=grams,
        of_text=of_text,
        of_pages=of_pages,
    )
    # As it will be read from the file, roundings included.
    rows = np.linspace(0, bins.shape[1] - 1, SAMPLE_ROWS).astype(int)
    some = bins[:, rows]
    return Fitted(
        from_json(to_json(model)),
        some,
        np.asarray(by_text.predict(some[: _of_text(named)].T)),
        np.asarray(by_pages.predict(some.T)),
    )


def _of_text(named: Mapping[str, Array]) -> int:
    """How many features come before those of links."""
    return list(named).index(features.LINKS)


def _fit_grams(of: Table) -> tuple[Array, Lines]:
    """(weights of all, the lines with scores out of fold)."""
    first = _different(of)
    texts = [of.batch.texts[int(i)] for i in first]
    matrix = _gram_matrix(texts)
    labels, groups = of.labels[first], of.groups[first]
    scores = np.zeros((len(of.labels), 2), np.float32)
    for group in range(INNER):
        chosen = groups != group
        weights = np.stack([_logistic(matrix[chosen], labels[chosen] == c) for c in (1, 2)])
        rows = np.flatnonzero(of.groups == group)
        scores[rows] = _scored([of.batch.texts[int(i)] for i in rows], weights)
    everything = np.stack([_logistic(matrix, labels == c) for c in (1, 2)])
    return everything, replace(of.lines, grams=scores)


def _different(of: Table) -> Array:
    """One row for each text and label of an inner fold: menus stand on every page of a site."""
    met: dict[tuple[int, str, int], int] = {}
    for i in map(int, np.flatnonzero(of.kept)):
        text = characters.clipped(of.batch.texts[i])
        met.setdefault((int(of.groups[i]), text, int(of.labels[i])), i)
    return np.array(list(met.values()))


def _gram_matrix(texts: Sequence[str]) -> scipy.sparse.csr_matrix:
    parts = []
    for at in range(0, len(texts), 20_000):
        some = texts[at : at + 20_000]
        codes, of = characters.joined(some)
        rows, buckets = characters.gram_buckets(
            characters.alphabet().folded[codes], of, len(some), BITS
        )
        root = 1 / np.sqrt(np.maximum(np.bincount(rows, minlength=len(some)), 1))
        shape = (len(some), 1 << BITS)
        parts.append(
            scipy.sparse.csr_matrix((root[rows].astype(np.float32), (rows, buckets)), shape=shape)
        )
    return scipy.sparse.vstack(parts).tocsr()


def _scored(texts: Sequence[str], weights: Array) -> Array:
    parts = []
    for at in range(0, len(texts), 20_000):
        some = texts[at : at + 20_000]
        codes, of = characters.joined(some)
        folded = characters.alphabet().folded[codes]
        parts.append(characters.gram_scores(folded, of, len(some), weights))
    return np.concatenate(parts)


def _logistic(matrix: scipy.sparse.csr_matrix, positive: Array) -> Array:
    """Weights of a ridge logistic regression, without its constant."""
    target = positive.astype(np.float32)
    transposed = matrix.T.tocsr()

    def loss(point: Array) -> tuple[float, Array]:
        margin = matrix @ point[:-1].astype(np.float32) + point[-1]
        error = (1 / (1 + np.exp(-margin)) - target).astype(np.float32)
        value = float((np.logaddexp(0, margin) - target * margin).sum())
        slope = transposed @ error + RIDGE * point[:-1]
        ridge = RIDGE * float(point[:-1] @ point[:-1]) / 2
        return value + ridge, np.append(slope, error.sum()).astype(np.float64)

    found = scipy.optimize.minimize(
        loss,
        np.zeros(matrix.shape[1] + 1),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": 25},
    )
    return np.asarray(found.x[:-1], dtype=np.float32)


def _edges(values: Array) -> list[Array]:
    found = []
    for row in values:
        different = np.unique(row)
        steps = np.linspace(0, 1, BINS + 1)[1:-1]
        cut = different[:-1] if len(different) <= BINS else np.unique(np.quantile(row, steps))
        rounded = np.array([float(f"{edge:.6g}") for edge in cut], np.float32)
        found.append(np.unique(rounded))
    return found


def _fit_forest(bins: Array, of: Table) -> tuple[lightgbm.Booster, Judge]:
    """The forest of all, and with it a calibration by probabilities out of fold."""
    out = np.zeros((len(of.labels), 3), np.float32)
    for group in range(INNER):
        grown = grow(bins, of, of.groups != group)
        # Only what was drawn is calibrated on.
        rows = (of.groups == group) & of.kept
        out[rows] = converted(grown).probabilities(bins[:, rows])
    grown = grow(bins, of, np.ones(len(of.labels), bool))
    return grown, Judge(converted(grown), calibration(out[:, data.NOISE], of))


def grow(bins: Array, of: Table, chosen: Array) -> lightgbm.Booster:
    rows = np.flatnonzero(chosen & of.kept)
    table = np.ascontiguousarray(bins[:, rows].T)
    training = lightgbm.Dataset(table, of.labels[rows], weight=of.weights[rows])
    return lightgbm.train(FOREST, training, ROUNDS)


def converted(grown: lightgbm.Booster) -> forest.Forest:
    """LightGBM's trees as the walker reads them."""
    trees = [tree["tree_structure"] for tree in grown.dump_model()["tree_info"]]
    splits = forest.LEAVES - 1
    found = [np.zeros((splits, len(trees)), np.uint8) for _ in range(2)]
    masks = np.full((splits, len(trees)), forest.ALL, np.uint16)
    values = np.zeros((len(trees), forest.LEAVES), np.float32)
    found[1][:] = forest.NEVER
    for number, tree in enumerate(trees):
        leaves: list[float] = []
        nodes: list[tuple[int, int, int]] = []
        _walk(tree, leaves, nodes)
        values[number, : len(leaves)] = leaves
        for slot, (feature, threshold, mask) in enumerate(nodes):
            found[0][slot, number], found[1][slot, number] = feature, threshold
            masks[slot, number] = mask
    return forest.Forest(found[0], found[1], masks, values, 3)


def _walk(node: dict[str, Any], leaves: list[float], nodes: list[tuple[int, int, int]]) -> None:
    if "leaf_value" in node:
        leaves.append(node["leaf_value"])
        return
    begin = len(leaves)
    _walk(node["left_child"], leaves, nodes)
    struck = ((1 << len(leaves)) - 1) & ~((1 << begin) - 1)
    nodes.append((node["split_feature"], int(node["threshold"]), forest.ALL & ~struck))
    _walk(node["right_child"], leaves, nodes)


def calibration(noise: Array, of: Table) -> tuple[Array, Array]:
    """Isotonic regression (pool adjacent violators) of noise on log odds, thinned to some knots."""
    rows = np.flatnonzero((of.labels != data.COPY) & of.kept)
    order = rows[np.argsort(noise[rows], kind="stable")]
    chunks = np.array_split(order, 60)
    found = [float(np.average(of.labels[c] == data.NOISE, weights=of.drawn_for[c])) for c in chunks]
    where = [float(log_odds(noise[c]).mean()) for c in chunks]
    blocks: list[list[float]] = []
    for x, y in zip(where, found, strict=True):
        blocks.append([x, y, 1])
        while len(blocks) > 1 and blocks[-2][1] >= blocks[-1][1]:
            x2, y2, n2 = blocks.pop()
            x1, y1, n1 = blocks.pop()
            total = n1 + n2
            blocks.append([(x1 * n1 + x2 * n2) / total, (y1 * n1 + y2 * n2) / total, total])
    share = np.array([b[1] for b in blocks])
    return (
        np.array([b[0] for b in blocks], np.float32),
        (ODDS * share / (1 - share + ODDS * share)).astype(np.float32),
    )


def _joined(batches: Sequence[features.Batch], documents: int) -> features.Batch:
    return features.Batch(
        [text for batch in batches for text in batch.texts],
        np.concatenate([batch.of + i * documents for i, batch in enumerate(batches)]),
        np.concatenate([batch.copies for batch in batches]),
        np.concatenate([batch.later for batch in batches]),
        np.concatenate([batch.elsewhere for batch in batches]),
        np.concatenate([batch.documents for batch in batches]),
        np.concatenate([batch.links for batch in batches]),
    )
