"""MinHash signatures of forms: texts that share one of 16 bands may be alike.

A signature also holds a byte of each of the 64 minima (b-bit minwise hashing, Li & König 2010,
doi:10.1145/1772690.1772759), by which most of those that share a band by chance are told apart
without reading them.

Written for numpy and not taken from a package, because signatures are stored: they must mean the
same in every version of the program. Importing this module loads numpy.
"""

import hashlib
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from annotator.domain.near_duplicates.likeness import SHORT

SHINGLE: Final = 5
PERMUTATIONS: Final = 64
BANDS: Final = 16
ROWS: Final = PERMUTATIONS // BANDS
# Of those that share a value of a band: how many of the oldest and of the last before a text are
# compared with it. All of them would be as many as the square of their number.
OLDEST: Final = 8
LATEST: Final = 4
# Of 64 bytes, how many are the same in two texts that are looked at. Of texts that are .9 alike
# hardly any share less than half of their shingles. By chance a byte is the same once in 256.
SAME_BYTES: Final = 25
WIDTH: Final = BANDS + PERMUTATIONS // 4

Bands = NDArray[np.uint32]


def _constants(name: str, count: int) -> Bands:
    """Odd numbers, the same on any machine."""
    digests = (hashlib.sha256(f"{name} {n}".encode()).digest() for n in range(count))
    return np.array([int.from_bytes(digest[:4], "big") | 1 for digest in digests], dtype=np.uint32)


_MIX: Final = _constants("shingle", SHINGLE)
_TIMES: Final = _constants("times", PERMUTATIONS)[:, None]
_PLUS: Final = _constants("plus", PERMUTATIONS)[:, None]
_FOLD: Final = _constants("fold", ROWS)
_HALF: Final = np.uint32(16)
_BYTE: Final = np.uint32(0xFF)


def signature(form: str) -> Bands:
    """32 numbers of 32 bits: the 16 bands of a form, then its 64 bytes.

    A form shorter than `SHORT` has one number in all of them: it is like no other form.
    """
    if len(form) < SHORT:
        digest = hashlib.sha256(form.encode("utf-8", "surrogatepass")).digest()
        return np.full(WIDTH, int.from_bytes(digest[:4], "big"), dtype=np.uint32)
    points = np.frombuffer(form.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    shingles = np.zeros(len(points) - SHINGLE + 1, dtype=np.uint32)
    for place, factor in enumerate(_MIX):
        shingles += points[place : place + len(shingles)] * factor
    # The low bits of a product depend on low bits alone: the high ones are mixed in before.
    shingles ^= shingles >> _HALF
    lowest = (shingles[None, :] * _TIMES + _PLUS).min(axis=1)
    folded = (lowest.reshape(BANDS, ROWS) * _FOLD).sum(axis=1, dtype=np.uint32)
    return np.concatenate([folded, (lowest & _BYTE).astype(np.uint8).view("<u4")])


def stored(one: Bands) -> bytes:
    """The 128 bytes that a database keeps."""
    return one.astype("<u4").tobytes()


def loaded(rows: Sequence[bytes]) -> Bands:
    """Stored signatures as a table with a row for each."""
    return np.frombuffer(b"".join(rows), dtype="<u4").astype(np.uint32).reshape(-1, WIDTH)


def candidates(table: Bands, new: int) -> dict[int, list[int]]:
    """For each of the last `new` rows the earlier rows to compare it with, the likeliest first.

    Those with most bytes in common come first, then the oldest. A row without any is left out.
    """
    pairs = [_pairs(table[:, band], len(table) - new) for band in range(BANDS)]
    found = np.unique(np.concatenate(pairs), axis=0)
    parts = np.ascontiguousarray(table[:, BANDS:]).view(np.uint8)
    same = (parts[found[:, 0]] == parts[found[:, 1]]).sum(axis=1)
    found, same = found[same >= SAME_BYTES], same[same >= SAME_BYTES]
    order = np.lexsort((found[:, 1], -same, found[:, 0]))
    of_row: dict[int, list[int]] = {}
    for later, earlier in found[order].tolist():
        of_row.setdefault(later, []).append(earlier)
    return of_row


def _pairs(values: Bands, first_new: int) -> NDArray[np.int64]:
    """(later, earlier) rows with the same value, for the rows from `first_new` on."""
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    begins = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
    begin = np.repeat(begins, np.diff(begins, append=len(ordered)))
    place = np.arange(len(ordered))
    within = place - begin
    is_new = order >= first_new
    steps = [(within > step, begin + step) for step in range(OLDEST)]
    steps += [(within >= OLDEST + step, place - step) for step in range(1, LATEST + 1)]
    pairs = [
        np.stack([order[holds & is_new], order[other[holds & is_new]]], axis=1)
        for holds, other in steps
    ]
    return np.concatenate(pairs).astype(np.int64)
