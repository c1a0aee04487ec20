"""Alpha over everybody who met an item, where dropping out at a gate is an answer too."""

from dataclasses import replace
from typing import Final

import numpy as np

from annotator.domain.agreement.additive import Figure, figure
from annotator.domain.agreement.alpha import alpha_of
from annotator.domain.long_table import COUNTS, REASONS, LongTable
from annotator.domain.scales import Scale
from annotator.domain.scoring.offered import Offered

# No label of a codebook can hold this character, so the category never meets a label called
# "gated".
GATED: Final = "\0gated"


def ungated_alpha(rows: LongTable, scale: Scale, *, seed: int, replicates: int = 1000) -> Figure:
    """Alpha of one question over everybody who met it.

    Takes the rows of one question with their codes. Those excluded as `gated` come back with one
    more category; nominal, or for sets with the scale's own distance and a set that holds nothing
    but that category. Withheld with `not_gated` where nobody dropped out.
    """
    gated = rows.excluded == REASONS["gated"]
    if not gated.any():
        return Figure(None, why="not_gated")
    pool = _with_label(rows, gated)
    pool = pool.at(
        np.flatnonzero(rows.counted | gated | (rows.excluded == REASONS["single_coded"]))
    )
    offered = Offered.of(
        replace(pool, excluded=np.full(len(pool), COUNTS, dtype=np.int32)),
        scale if scale.kind == "set" else Scale("nominal"),
        seed=seed,
    )
    if not len(offered.ratings):
        return Figure(None, why=offered.why_nothing())
    resampling = offered.resampling(seed=seed, replicates=replicates)
    return figure(alpha_of(offered.ratings), offered.ratings, resampling)


def _with_label(rows: LongTable, gated: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> LongTable:
    """The rows where those gated have one more label, which sorts before all others but the empty
    one.
    """
    names = rows.names.labels
    after = int(names[:1] == ("",))
    moved = np.where(rows.labels >= after, rows.labels + 1, rows.labels)
    labels = np.where(gated, np.int32(after), moved)
    return replace(
        rows.relabelled(labels),
        names=replace(rows.names, labels=(*names[:after], GATED, *names[after:])),
    )
