"""Who labels which documents: planned before any row is written, so that it can be looked at.

Whole documents go to a person, because a paragraph is judged in its document. Balance is by number
of paragraphs: documents are handed out largest first, each to those with the least to do.

Nothing here depends on the order of the input: every draw is a hash of the seed and of what is
drawn, so that the same seed gives the same plan on any machine and in any version of Python.
"""

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from annotator.errors import DataInvalid

TOO_FEW_ANNOTATORS = (
    "An overlap of {overlap} needs {overlap} annotators, and the project has {people}: "
    "add annotators to it, or lower the overlap."
)
OVERLAP_TOO_SMALL = "The overlap is {overlap}: give a whole number of 1 or more."
SHARE_OUT_OF_RANGE = "The sample share is {share:g}: give a number above 0 and up to 1."


@dataclass(frozen=True, slots=True)
class DocumentWork:
    """What of a document is to be labelled, as ids of subjects.

    `paragraphs` in reading order; `document_subject` is None where no question is asked of the
    document as a whole.
    """

    document_id: int
    paragraphs: tuple[int, ...]
    document_subject: int | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """One subject for one annotator; `rank` counts from 1 for each annotator.

    `inclusion_probability` is the chance with which the document came into the overlap sample,
    `overlapping` whether it did, so that several people label it.
    """

    subject_id: int
    scope: str
    annotator: int
    rank: int
    overlapping: bool
    inclusion_probability: float


def plan(
    documents: Sequence[DocumentWork],
    annotators: Sequence[int],
    *,
    overlap: int,
    sample_share: float = 1.0,
    seed: int,
    loads: Mapping[int, int] | None = None,
) -> list[Planned]:
    """Share the documents out, each paragraph of the overlap sample to `overlap` annotators.

    The difference between the most and the least paragraphs of an annotator is at most the number
    of paragraphs of the largest document (or what it was in `loads`, if that was more).

    Args:
        documents: in any order; one without paragraphs is left out.
        annotators: ids, in any order.
        overlap: how many people label a document of the sample; the others get one each.
        sample_share: share of the documents in the overlap sample, above 0 and up to 1. The sample
            holds at least that share, in whole documents, and each document has the same chance.
        seed: any integer.
        loads: paragraphs that annotators have already, which count for the balance.

    Returns:
        Sorted by annotator and rank. A person's documents are in an order of their own, paragraphs
        in reading order, then the document as a whole.

    Raises:
        DataInvalid: overlap or share out of range, or fewer annotators than the overlap.
    """
    check_settings(len(set(annotators)), overlap=overlap, sample_share=sample_share)
    work = sorted((d for d in documents if d.paragraphs), key=lambda d: d.document_id)
    sample = _sample(work, sample_share, seed) if overlap > 1 else frozenset[int]()
    probability = len(sample) / len(work) if sample else 1.0
    given = _share_out(
        work, annotators, overlap=overlap, sample=sample, seed=seed, loads=loads or {}
    )
    return [
        Planned(subject, scope, annotator, rank, document.document_id in sample, probability)
        for annotator in sorted(given)
        for rank, (document, subject, scope) in enumerate(
            _in_order(given[annotator], annotator, seed), start=1
        )
    ]


def check_settings(people: int, *, overlap: int, sample_share: float) -> None:
    """Raises:
    DataInvalid: overlap or share out of range, or fewer people than the overlap.
    """
    if overlap < 1:
        raise DataInvalid(OVERLAP_TOO_SMALL.format(overlap=overlap))
    if not 0 < sample_share <= 1:
        raise DataInvalid(SHARE_OUT_OF_RANGE.format(share=sample_share))
    if people < overlap:
        raise DataInvalid(TOO_FEW_ANNOTATORS.format(overlap=overlap, people=people))


def chosen_share(documents: Sequence[int], share: float, *, seed: int) -> frozenset[int]:
    """A random share of the ids, rounded up to whole ones; the same for any order of the input."""
    count = math.ceil(round(share * len(documents), 9))
    return frozenset(sorted(documents, key=lambda d: (_draw(seed, "sample", d), d))[:count])


def drawn(seed: int, *what: int | str) -> float:
    """A random-looking number from 0 to 1 for what is drawn; the same on any machine."""
    return _draw(seed, *what) / 2**64


def in_random_order(documents: Sequence[int], *, annotator: int, seed: int) -> list[int]:
    """The ids in the order in which this annotator gets them."""
    return sorted(documents, key=lambda d: (_draw(seed, "order", annotator, d), d))


def _sample(work: Sequence[DocumentWork], share: float, seed: int) -> frozenset[int]:
    return chosen_share([document.document_id for document in work], share, seed=seed)


def _share_out(
    work: Sequence[DocumentWork],
    annotators: Sequence[int],
    *,
    overlap: int,
    sample: frozenset[int],
    seed: int,
    loads: Mapping[int, int],
) -> dict[int, list[DocumentWork]]:
    """The overlap sample goes first, so that everyone gets a fair part of it."""
    load = {annotator: loads.get(annotator, 0) for annotator in sorted(set(annotators))}
    given: dict[int, list[DocumentWork]] = {annotator: [] for annotator in load}
    for document in sorted(work, key=lambda d: _turn(d, sample, seed)):
        # Ties are drawn anew for each document: fixed ones would make fixed pairs of people.
        in_turn = sorted(load, key=lambda a: (load[a], _draw(seed, "tie", document.document_id, a)))
        for annotator in in_turn[: overlap if document.document_id in sample else 1]:
            load[annotator] += len(document.paragraphs)
            given[annotator].append(document)
    return given


def _turn(document: DocumentWork, sample: frozenset[int], seed: int) -> tuple[bool, int, int, int]:
    return (
        document.document_id not in sample,
        -len(document.paragraphs),
        _draw(seed, "turn", document.document_id),
        document.document_id,
    )


def _in_order(
    documents: Sequence[DocumentWork], annotator: int, seed: int
) -> list[tuple[DocumentWork, int, str]]:
    by_id = {document.document_id: document for document in documents}
    tasks: list[tuple[DocumentWork, int, str]] = []
    for document_id in in_random_order(list(by_id), annotator=annotator, seed=seed):
        document = by_id[document_id]
        tasks += [(document, subject, "paragraph") for subject in document.paragraphs]
        if document.document_subject is not None:
            tasks.append((document, document.document_subject, "document"))
    return tasks


def _draw(seed: int, *what: int | str) -> int:
    """A random-looking number of 64 bits for what is drawn."""
    key = ":".join(map(str, (seed, *what)))
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "big")
