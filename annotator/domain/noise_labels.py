"""Which label of a codebook says that a paragraph is noise."""

from annotator.domain import answers as answering
from annotator.domain.codebook import CLEANUP, Codebook


def noise_labels(codebook: Codebook) -> tuple[str, frozenset[str]] | None:
    """The first clean-up question, and the labels that lead past all that is asked of text.

    None where the codebook has no such question, or no such label.
    """
    asked = codebook.expanded("paragraph", kind=CLEANUP)[:1]
    if not asked:
        return None
    gate = asked[0]
    behind = {
        question.code
        for question in codebook.expanded("paragraph")
        if not question.cleanup
        and any(condition.question == gate.code for condition in codebook.gate_of(question))
    }
    found = frozenset(
        label
        for label in gate.label_codes
        if behind.isdisjoint(
            question.code
            for question in answering.applicable(codebook, "paragraph", {gate.code: [label]})
        )
    )
    return (gate.code, found) if behind and found else None
