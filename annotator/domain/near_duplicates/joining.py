"""How texts that are alike come together in groups, one text after another.

A group is named by its oldest text. A new text goes to the group of the text that it is most like,
if it is at least `KIN` to the oldest one there, too: a chain of small changes ends where what it
began with cannot be recognised. Where it is alike to a second group, the younger of the two is
merged into the older if their oldest texts are `KIN`; a line that is thought to be noise never
welds groups so, since frames such as “Read also: …” are like much that has nothing in common.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from annotator.domain.near_duplicates.likeness import ALIKE, likeness, resemblance

KIN: Final = 0.8
# In a group all are alike, so a few say whether the new text is, too.
_ASKED_OF_A_GROUP: Final = 4


@dataclass(slots=True, eq=False)
class Group:
    """Texts that are alike; `cluster_id` is None for one that is not stored yet.

    `oldest` is its first text. `keys` are those that came in this run, `absorbed` the stored
    clusters that were merged into it, and `heir` is the group that this one was merged into.
    """

    oldest: "Text"
    cluster_id: int | None = None
    keys: list[str] = field(default_factory=list)
    absorbed: list[int] = field(default_factory=list)
    heir: "Group | None" = None


@dataclass(slots=True, eq=False)
class Text:
    """A text by the key of its exact copies. `age` orders texts, the smallest is the oldest."""

    key: str
    form: str
    age: int
    group: Group | None = None

    @property
    def its_group(self) -> Group:
        """The group it is in now; a text that nothing is alike to is in one of its own."""
        if self.group is None:
            self.group = Group(self, keys=[self.key])
        while self.group.heir is not None:
            self.group = self.group.heir
        return self.group


def join_all(
    texts: Sequence[Text],
    candidates: Callable[[Text], Iterable[Text]],
    *,
    welds: Callable[[Text], bool],
) -> list[Group]:
    """The groups that hold more than before when these texts have come, in this order.

    Args:
        texts: that come for the first time, the oldest first.
        candidates: for one of them the earlier texts to compare it with, the likeliest first.
        welds: whether one of them may bring two groups together.

    Returns:
        The oldest first.
    """
    touched: dict[Group, None] = {}
    for text in texts:
        links = _links(text, candidates(text))
        if not links:
            continue
        home = _merged(links[0], text.its_group)
        if welds(text):
            for other in links[1:]:
                if resemblance(home.oldest.form, other.oldest.form) >= KIN:
                    home = _merged(home, other)
        touched[home] = None
    return sorted((g for g in touched if g.heir is None), key=lambda group: group.oldest.age)


def _links(text: Text, candidates: Iterable[Text]) -> list[Group]:
    """The groups it may belong to, the one with the likest text first, then the oldest."""
    asked: dict[Group, list[Text]] = {}
    for other in candidates:
        some = asked.setdefault(other.its_group, [])
        if len(some) < _ASKED_OF_A_GROUP:
            some.append(other)
    asked.pop(text.its_group, None)
    found = [
        (-best, group.oldest.age, group)
        for group, some in asked.items()
        if (best := max(likeness(text.form, other.form) for other in some)) >= ALIKE
        and resemblance(text.form, group.oldest.form) >= KIN
    ]
    return [group for _, _, group in sorted(found, key=lambda one: one[:2])]


def _merged(one: Group, other: Group) -> Group:
    """The group of the older text, with what the other one held."""
    elder, younger = sorted((one, other), key=lambda group: group.oldest.age)
    elder.keys.extend(younger.keys)
    elder.absorbed.extend(younger.absorbed)
    if elder.cluster_id is None:
        # The stored cluster stays, under the name of the older text.
        elder.cluster_id = younger.cluster_id
    elif younger.cluster_id is not None:
        elder.absorbed.append(younger.cluster_id)
    younger.heir = elder
    return elder
