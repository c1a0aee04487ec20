"""Judgments: one row item x annotator x question x label, checked, and marked where they do not
count.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from annotator.domain.exclusions import EXCLUSIONS, Candidate, Counting, exclusion_of
from annotator.domain.scales import nfc

_DEFAULT_COUNTING: Final = Counting()


@dataclass(frozen=True, slots=True)
class Judgment:
    """`label` None is missing; set labels are joined by `|`, the empty string being the empty set
    there.

    `document` is what is resampled, `cluster` joins near-duplicates; `excluded` is a code of
    `EXCLUSIONS`, or empty for a judgment that counts.
    """

    item: str
    annotator: str
    question: str
    label: str | None
    document: str | None = None
    cluster: str | None = None
    excluded: str = ""


def exclude(
    candidates: Iterable[Candidate], counting: Counting = _DEFAULT_COUNTING, *, seed: int
) -> list[Judgment]:
    """A judgment for each candidate, in the same order, with the code of why it does not count.

    The seed draws the member that stands for a near-duplicate cluster; the same seed draws the same
    one on any machine and in any order of rows.
    """
    rows = list(candidates)
    codes = [exclusion_of(candidate, counting) for candidate in rows]
    first = _first_occasions(rows, codes)
    judgments = [
        Judgment(
            item=row.item,
            annotator=row.annotator,
            question=row.question,
            label=row.label,
            document=row.document,
            cluster=row.cluster,
            excluded=code if code or number in first else "labelled_before",
        )
        for number, (row, code) in enumerate(zip(rows, codes, strict=True))
    ]
    return settled(judgments, seed=seed)


def _first_occasions(rows: Sequence[Candidate], codes: Sequence[str]) -> set[int]:
    """The numbers of the rows in which a person met an item for the first time, among those that
    count.
    """
    order = sorted(
        (number for number, code in enumerate(codes) if not code),
        key=lambda number: (
            rows[number].occasion,
            rows[number].codebook_version,
            rows[number].round,
        ),
    )
    first: dict[tuple[str, str, str], int] = {}
    for number in order:
        row = rows[number]
        first.setdefault((row.question, row.item, row.annotator), number)
    return set(first.values())


def settled(judgments: Sequence[Judgment], *, seed: int) -> list[Judgment]:
    """The judgments with every code that follows from the rows themselves; doing it twice changes
    nothing.
    """
    # They load numpy, which the web process must not do before someone asks for figures.
    from annotator.domain import settling  # noqa: PLC0415
    from annotator.domain.long_table import LongTable  # noqa: PLC0415

    codes = settling.settled(LongTable.of(judgments), seed=seed).excluded.tolist()
    known = ("", *EXCLUSIONS)
    return [
        row if row.excluded == known[code] else replace(row, excluded=known[code])
        for row, code in zip(judgments, codes, strict=True)
    ]


def unanimous(labels: Iterable[str | None]) -> bool:
    """Whether two or more labels were given and all are the same after NFC.

    A missing label (None) speaks neither for nor against. Set labels must be spelt in their sorted
    form.
    """
    given = [nfc(label) for label in labels if label is not None]
    return len(given) > 1 and len(set(given)) == 1


def item_agreement(labels: Iterable[str | None]) -> float | None:
    """The share of pairs of annotators who gave one item the same label, 0 to 1; None below two
    labels.

    This is P_i of Fleiss (1971), doi:10.1037/h0031619: sum of n_c (n_c - 1) over n (n - 1).

    >>> item_agreement(["security", "security", "economic"])
    0.3333333333333333
    """
    votes = Counter(nfc(label) for label in labels if label is not None)
    n = votes.total()
    return sum(count * (count - 1) for count in votes.values()) / (n * (n - 1)) if n > 1 else None
