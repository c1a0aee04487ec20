"""Walking a forest of decision trees for many rows at once, with numpy alone.

Each tree has at most sixteen leaves. A set of leaves that can still be reached is a number of
sixteen bits; every split whose condition is false strikes out the leaves on its left, and the
leftmost one that remains is the answer (QuickScorer, Lucchese et al. 2015,
https://doi.org/10.1145/2766462.2767733). Features are cut into bins of one byte beforehand.
"""

import base64
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]
    Bits = NDArray[np.uint16]
    Floats = NDArray[np.float32]

LEAVES: Final = 16
ALL: Final = 0xFFFF
# No bin is greater, so a split that is only there to fill a tree up is always true.
NEVER: Final = 255
# So many that what is worked on stays in the processor's cache.
_ROWS_AT_ONCE: Final = 500


@dataclass(frozen=True)
class Forest:
    """Trees in rounds of one for each class: tree `i` adds to class `i % classes`.

    `features`, `thresholds` and `masks` have the shape (splits of a tree, trees): a split is true
    where the bin of its feature is at most its threshold, and `masks` are the leaves that stay
    where it is false. `values` (trees, leaves) are in units of the margin (log odds up to a
    constant).
    """

    features: "Bytes"
    thresholds: "Bytes"
    masks: "Bits"
    values: "Floats"
    classes: int

    def margins(self, bins: "Bytes") -> "Floats":
        """Sums over the trees of each class, shape (classes, n), of bins of shape (features, n)."""
        n = bins.shape[1]
        found = [
            self._margins(np.ascontiguousarray(bins[:, at : at + _ROWS_AT_ONCE]))
            for at in range(0, max(n, 1), _ROWS_AT_ONCE)
        ]
        return np.concatenate(found, axis=1)

    def probabilities(self, bins: "Bytes") -> "Floats":
        """The softmax of the margins, shape (n, classes)."""
        return softmax(self.margins(bins))

    def _margins(self, bins: "Bytes") -> "Floats":
        trees = self.features.shape[1]
        alive = np.full((trees, bins.shape[1]), ALL, dtype=np.uint16)
        for features, thresholds, masks in zip(
            self.features, self.thresholds, self.masks, strict=True
        ):
            false = bins[features] > thresholds[:, None]
            alive &= np.where(false, masks[:, None], np.uint16(ALL))
        leaves = _lowest_bits()[alive]
        flat = leaves + np.arange(0, trees * LEAVES, LEAVES, dtype=np.int32)[:, None]
        values = self.values.ravel()[flat]
        shape = (trees // self.classes, self.classes, bins.shape[1])
        return np.asarray(values.reshape(shape).sum(axis=0), dtype=np.float32)


def softmax(margins: "Floats") -> "Floats":
    powers = np.exp(margins - margins.max(axis=0))
    return np.asarray((powers / powers.sum(axis=0)).T, dtype=np.float32)


def binned(values: "Floats", edges: "Sequence[Floats]") -> "Bytes":
    """The bin of each value: how many edges of its feature are below it. Both (features, n)."""
    bins = np.empty(values.shape, dtype=np.uint8)
    for row, (of_feature, steps) in enumerate(zip(values, edges, strict=True)):
        bins[row] = np.searchsorted(steps, of_feature)
    return bins


def packed(forest: Forest, scale: float) -> dict[str, Any]:
    """As it stands in the model file: bytes in base64; `scale` is the unit of the leaf values."""
    return {
        "classes": forest.classes,
        "splits": len(forest.features),
        "scale": scale,
        "features": pack(forest.features),
        "thresholds": pack(forest.thresholds),
        "masks": pack(forest.masks.astype("<u2")),
        "values": pack(np.rint(forest.values / scale).astype("<i2")),
    }


def unpacked(stored: dict[str, Any]) -> Forest:
    shape = (stored["splits"], -1)
    values = unpack(stored["values"], "<i2").reshape(-1, LEAVES)
    return Forest(
        features=unpack(stored["features"], "u1").reshape(shape),
        thresholds=unpack(stored["thresholds"], "u1").reshape(shape),
        masks=unpack(stored["masks"], "<u2").reshape(shape),
        values=(values * np.float32(stored["scale"])).astype(np.float32),
        classes=stored["classes"],
    )


def pack(values: "NDArray[Any]") -> str:
    return base64.b64encode(values.tobytes()).decode("ascii")


def unpack(text: str, kind: str) -> "NDArray[Any]":
    return np.frombuffer(base64.b64decode(text), dtype=kind)


@cache
def _lowest_bits() -> "NDArray[np.int32]":
    """The place of the lowest bit that is set, for every number of sixteen bits."""
    numbers = np.arange(ALL + 1)
    numbers[0] = 1
    return np.asarray(np.log2(numbers & -numbers), dtype=np.int32)
