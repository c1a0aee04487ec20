"""One question: which of its judgments count, item by item, and the figures that follow.

The rules are those of `annotator.domain.judgments.exclude`; here they are applied to one item at a
time. A near-duplicate cluster is where items touch each other: `recount` says which others are to
be counted again.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from annotator.domain.cluster_ranking import ClusterRanking
from annotator.domain.codebook import Question
from annotator.domain.scales import Scale
from annotator.services.live.places import ItemPlaces, Place
from annotator.services.scoring_frame import scale_of

if TYPE_CHECKING:
    from annotator.domain.agreement.running import Running

GATED: Final = "gated"
COUNTS: Final = ""
SINGLE_CODED: Final = "single_coded"
OFFERED: Final = frozenset({COUNTS, SINGLE_CODED})
# No label of a codebook can hold this character.
DROPPED_OUT: Final = "\0gated"

Mine = list[tuple[Place, int]]


class Counted:
    """`version` grows whenever anything about the question may have changed.

    `ungated` are the figures in which dropping out at a gate is an answer, too: see
    `annotator.domain.agreement.ungated_alpha`.
    """

    def __init__(self, question: Question, seed: int) -> None:
        # It loads numpy, which the web process must not do before someone asks for figures.
        from annotator.domain.agreement.running import running  # noqa: PLC0415

        scale = scale_of(question)
        self.question = question
        self.scale = scale
        self.version = 0
        self.items = 0
        self.codes: Counter[str] = Counter()
        self.raters: dict[str, Counter[str]] = {code: Counter() for code in OFFERED}
        self.figures: Running = running(scale)
        self.ungated: Running = running(scale if scale.kind == "set" else Scale("nominal"))
        self._clusters: dict[str, ClusterRanking] = defaultdict(lambda: ClusterRanking(seed))
        self._ungated_clusters: dict[str, ClusterRanking] = defaultdict(
            lambda: ClusterRanking(seed)
        )
        # Who has the only judgment of an item where dropping out is an answer.
        self._alone: dict[str, str] = {}

    def add(self, item: ItemPlaces) -> None:
        """Before the first recount: what the assignments say by themselves."""
        self.items += 1
        for place, number in self._mine(item):
            self._count(place, place.excluded[number], 1)

    def recount(self, item: ItemPlaces) -> set[str]:
        """Decide anew which judgments of the item count; the items that must be next, by id."""
        mine = self._mine(item)
        codes = [place.codes[number] for place, number in mine]
        if item.repeated:
            _mark_labelled_before(mine, codes)
        again = set[str]()
        if item.clustered:
            again |= self._mark_copies(self._clusters, item, mine, codes)
        counted = [at for at, code in enumerate(codes) if code == COUNTS]
        if len(counted) == 1:
            codes[counted[0]] = SINGLE_CODED
            counted = []
        self._write(mine, codes)
        labels = [_label(mine[at]) for at in counted]
        self.figures.change(item.item_id, item.unit, labels)
        if self.question.show_if:
            again |= self._recount_ungated(item, mine, codes)
        self.version += 1
        return again

    def why_nothing(self) -> str:
        """Why no item has two labels that count, as a code of `WHY`."""
        return _why_nothing(set[str]().union(*self.raters.values()))

    def why_nothing_ungated(self) -> str:
        """The same where dropping out is an answer."""
        return _why_nothing(set(self._alone.values()))

    def joined(self, documents: Iterable[str]) -> list[str]:
        """For each document the name of what is left out with it where dropping out is an answer.

        There a copy may be among the pool that does not stand for its cluster, and it joins its
        document to the others. Where only what counts is seen, a cluster is in one document.
        """
        from annotator.domain.intervals import joined_units  # noqa: PLC0415 - loads numpy

        shared = [
            (item, document or None, cluster)
            for cluster, ranking in self._ungated_clusters.items()
            if len(ranking.members) > 1
            for document, item in ranking.members
        ]
        units = joined_units(shared)
        unit_of = {document or item: units[item] for item, document, _ in shared}
        return [unit_of.get(document, document) for document in documents]

    def _recount_ungated(self, item: ItemPlaces, mine: Mine, codes: list[str]) -> set[str]:
        pool = [at for at, code in enumerate(codes) if code == GATED or code in OFFERED]
        again = set[str]()
        if item.clustered:
            marks = [COUNTS] * len(pool)
            again = self._mark_copies(
                self._ungated_clusters, item, [mine[at] for at in pool], marks
            )
            pool = [at for at, mark in zip(pool, marks, strict=True) if mark == COUNTS]
        if len(pool) == 1:
            self._alone[item.item_id] = mine[pool[0]][0].task.annotator
        else:
            self._alone.pop(item.item_id, None)
        labels = [DROPPED_OUT if codes[at] == GATED else _label(mine[at]) for at in pool]
        self.ungated.change(item.item_id, item.unit, labels)
        return again

    def _mine(self, item: ItemPlaces) -> Mine:
        code = self.question.code
        return [
            (place, place.asked.number[code]) for place in item.places if code in place.asked.number
        ]

    def _mark_copies(
        self,
        clusters: dict[str, ClusterRanking],
        item: ItemPlaces,
        mine: Mine,
        codes: list[str],
    ) -> set[str]:
        """Marks what is of a member that does not stand for its cluster."""
        again = set[str]()
        member = (item.document_id or "", item.item_id)
        # An item has one cluster, but for a text that was there before its near-duplicates came.
        for cluster in {place.task.item.cluster_id for place in item.places} - {None}:
            of_it = [
                at
                for at, (place, _) in enumerate(mine)
                if codes[at] == COUNTS and place.task.item.cluster_id == cluster
            ]
            ranking = clusters[cluster or ""]
            before = ranking.chosen
            ranking.vote(member, len(of_it))
            if ranking.chosen != before:
                again |= {each for each in (before, ranking.chosen) if each is not None}
            if ranking.chosen != item.item_id:
                for at in of_it:
                    codes[at] = "cluster_duplicate"
        return again - {item.item_id}

    def _write(self, mine: Mine, codes: Iterable[str]) -> None:
        for (place, number), code in zip(mine, codes, strict=True):
            before = place.excluded[number]
            if before != code:
                self._count(place, before, -1)
                self._count(place, code, 1)
                place.excluded[number] = code

    def _count(self, place: Place, code: str, sign: int) -> None:
        self.codes[code] += sign
        if code in OFFERED:
            raters = self.raters[code]
            raters[place.task.annotator] += sign
            if not raters[place.task.annotator]:
                del raters[place.task.annotator]


def _why_nothing(raters: set[str]) -> str:
    return ("no_labels", "one_rater", "no_pairable_items")[min(len(raters), 2)]


def _mark_labelled_before(mine: Mine, codes: list[str]) -> None:
    """Marks all but the first judgment that somebody gave of the item, among those that count."""
    order = sorted(
        (at for at, code in enumerate(codes) if code == COUNTS),
        key=lambda at: _occasion(mine[at][0]),
    )
    met = set[str]()
    for at in order:
        annotator = mine[at][0].task.annotator
        if annotator in met:
            codes[at] = "labelled_before"
        met.add(annotator)


def _occasion(place: Place) -> tuple[int, int, str]:
    task = place.task
    return task.row.occasion, task.round.version, task.round.name


def _label(one: tuple[Place, int]) -> str:
    place, number = one
    return place.labels[number] or ""
