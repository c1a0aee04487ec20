"""How the labels of a question are compared: the scale, its spelling on the command line, look-
alikes.
"""

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, Self, cast

from annotator.errors import DataInvalid

Kind = Literal["nominal", "ordinal", "interval", "set", "span"]
SetDistance = Literal["masi", "jaccard"]

KNOWN_SCALES: Final = "nominal, ordinal:a<b=c<d, interval, set, set:jaccard and span"


# What other programs read as a number, too: float() also takes 1_0 and the digits of any script.
_NUMBER: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)


def nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


@dataclass(frozen=True, slots=True)
class Scale:
    """What the labels of one question mean to the statistics.

    `labels` are the declared ones, also those nobody used. `ranks` is for ordinal scales only: the
    rank of every declared label, where two labels may share one; left out, the labels are ranked as
    they stand. `distance` is for sets only. Raises `DataInvalid` for an order that cannot be one.
    """

    kind: Kind = "nominal"
    labels: tuple[str, ...] = ()
    ranks: Mapping[str, float] | None = field(default=None, hash=False)
    distance: SetDistance = "masi"

    def __post_init__(self) -> None:
        labels = tuple(nfc(label) for label in self.labels)
        object.__setattr__(self, "labels", labels)
        if len(set(labels)) != len(labels):
            twice = next(label for label in labels if labels.count(label) > 1)
            raise DataInvalid(f"The label “{twice}” stands twice in the scale: name it once.")
        if self.kind == "ordinal":
            object.__setattr__(self, "ranks", self._checked_ranks())

    @classmethod
    def parse(cls, text: str) -> Self:
        """Reads `nominal`, `ordinal:a<b=c<d`, `interval`, `set`, `set:masi`, `set:jaccard`, `span`.

        >>> scale = Scale.parse("ordinal:against<neutral=both_sides<for")
        >>> scale.ranks
        {'against': 0.0, 'neutral': 1.0, 'both_sides': 1.0, 'for': 2.0}
        >>> str(scale)
        'ordinal:against<neutral=both_sides<for'

        Raises `DataInvalid` with the spellings that are known.
        """
        kind, _, rest = text.strip().partition(":")
        if kind in {"nominal", "interval", "span"} and not rest:
            return cls(cast("Kind", kind))
        if kind == "set" and rest in {"", "masi", "jaccard"}:
            return cls("set", distance=cast("SetDistance", rest or "masi"))
        if kind == "ordinal":
            return cls._parse_order(text, rest)
        raise DataInvalid(f"“{text}” is not a scale: choose one of {KNOWN_SCALES}.")

    @classmethod
    def _parse_order(cls, text: str, order: str) -> Self:
        levels = [[label.strip() for label in level.split("=")] for level in order.split("<")]
        if not all(label for level in levels for label in level):
            raise DataInvalid(
                f"“{text}” lacks a label: write the order as in ordinal:low<middle<high."
            )
        ranks = {nfc(label): float(rank) for rank, level in enumerate(levels) for label in level}
        return cls("ordinal", tuple(label for level in levels for label in level), ranks)

    def __str__(self) -> str:
        if self.kind == "ordinal":
            return "ordinal:" + "<".join("=".join(level) for level in self.levels())
        return (
            f"set:{self.distance}"
            if (self.kind, self.distance) == ("set", "jaccard")
            else self.kind
        )

    def levels(self) -> list[list[str]]:
        """The labels of an ordinal scale by rank, the lowest first; labels of one rank stay
        together.
        """
        ranks = self.ranks or {}
        return [
            [label for label in self.labels if ranks[label] == rank]
            for rank in sorted(set(ranks.values()))
        ]

    def canonical(self, label: str) -> str:
        """The form in which labels are compared: NFC, sets sorted and without doubles, numbers as
        numbers.

        Raises `DataInvalid` for a label outside the declared order, a set with an empty member, or
        what is not a number on an interval scale.
        """
        if self.kind == "set":
            if label and "" in label.split("|"):
                raise DataInvalid(
                    f"The set “{label}” has an empty member: take out the “|” too many, or write "
                    "the label that is missing."
                )
            return "|".join(sorted({nfc(part) for part in label.split("|")}))
        if self.kind == "interval":
            return repr(self.number(label)).removesuffix(".0")
        exact = nfc(label)
        if self.kind == "ordinal" and exact not in (self.ranks or {}):
            raise DataInvalid(
                f"The label “{label}” is not in the order {self}: add it there or correct it."
            )
        return exact

    def number(self, label: str) -> float:
        """The value of a label on an interval scale; raises `DataInvalid` unless it is a finite
        number, in decimal notation.
        """
        value = float(label) if _NUMBER.fullmatch(label.strip(" ")) else math.nan
        if not math.isfinite(value):
            raise DataInvalid(
                f"The label “{label}” is not a number, but its scale is interval: correct it."
            )
        return value + 0.0  # so that -0 and 0 are one label

    def ordered(self, used: Iterable[str]) -> tuple[str, ...]:
        """Canonical labels in the order in which they are shown: declared ones first, also those
        nobody used, then by code point; numbers by size.
        """
        if self.kind == "interval":
            return tuple(sorted(used, key=float))
        if self.kind == "set":
            return tuple(sorted(used))
        return (*self.labels, *sorted(set(used).difference(self.labels)))

    def _checked_ranks(self) -> dict[str, float]:
        if not self.labels:
            raise DataInvalid(
                "An ordinal scale needs its order: write it as in ordinal:low<middle<high."
            )
        if self.ranks is None:
            return {label: float(rank) for rank, label in enumerate(self.labels)}
        ranks = {nfc(label): float(rank) for label, rank in self.ranks.items()}
        unranked = [label for label in self.labels if label not in ranks]
        if unranked:
            raise DataInvalid(
                f"The label “{unranked[0]}” has no rank in its ordinal scale: give it one."
            )
        return {label: ranks[label] for label in self.labels}


# Letters of other scripts that are drawn like a Latin one, capitals and small letters apart: a
# small Cyrillic в is not mistaken for a b, a capital В is.
_HOMOGLYPHS: Final = str.maketrans(
    "АВЕЅІЈКМНОРСТУХаеѕіјорсухԁһԛԝ" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαονρι" + "‐‑‒–—−",
    "ABESIJKMHOPCTYXaesijopcyxdhqw" + "ABEZHIKMNOPTYXaovpi" + "------",
)


def skeleton(label: str) -> str:
    """What is left of a label when case, script, width and spaces are overlooked.

    >>> skeleton("Нealth ") == skeleton("health")  # the first letter is Cyrillic
    True
    """
    wide = unicodedata.normalize("NFKC", label).translate(_HOMOGLYPHS).casefold()
    visible = (sign for sign in wide if unicodedata.category(sign) != "Cf")
    return "".join(sign for sign in visible if not (sign.isspace() or sign == "_"))


def look_alikes(labels: Iterable[str]) -> list[tuple[str, ...]]:
    """Groups of different labels that a reader could take for one; each group and the list sorted
    by code point.
    """
    groups: dict[str, set[str]] = {}
    for label in {nfc(label) for label in labels}:
        groups.setdefault(skeleton(label), set()).add(label)
    return sorted(tuple(sorted(group)) for group in groups.values() if len(group) > 1)
