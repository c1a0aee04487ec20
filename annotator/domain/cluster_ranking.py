"""Which member stands for a near-duplicate cluster while judgments come in one by one."""

import hashlib
from bisect import bisect_left, insort

Member = tuple[str, str]
_Place = tuple[int, bytes, bytes, Member]


class ClusterRanking:
    """The members of a cluster by the rule of `count_clusters_once`: the most judgments that count,
    then a seeded hash of the document, then one of the item.

    A member is its document, or an empty string, and its item. A vote moves one member in the
    order, so that a cluster of thousands costs no more than one of two.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._places: dict[Member, _Place] = {}
        self._order: list[_Place] = []

    @property
    def chosen(self) -> str | None:
        """The item that stands for the cluster; None while no judgment of it counts."""
        return self._order[0][3][1] if self._order else None

    @property
    def members(self) -> list[Member]:
        """Those with a judgment that counts, in order."""
        return [place[3] for place in self._order]

    def vote(self, member: Member, judgments: int) -> None:
        """The member has so many judgments that count now."""
        before = self._places.get(member)
        if before is not None and -before[0] == judgments:
            return
        if before is not None:
            del self._order[bisect_left(self._order, before)]
            del self._places[member]
        if judgments:
            place = (-judgments, *self._lots(member), member)
            insort(self._order, place)
            self._places[member] = place

    def _lots(self, member: Member) -> tuple[bytes, bytes]:
        document, item = (lot(self._seed, name) for name in member)
        return document, item


def lot(seed: int, name: str) -> bytes:
    """What is drawn for a name: ties are broken by the smaller one, the same on any machine."""
    return hashlib.sha256(f"{seed}\0{name}".encode()).digest()
