"""The very paragraphs on which two labels met, with who said what."""

from dataclasses import dataclass

from flask import render_template, request

from annotator.domain.codebook import Question
from annotator.errors import NotFound
from annotator.services.agreement.disagreements import Disagreement, disagreements
from annotator.web.access import database, person, project
from annotator.web.agreement.reading import Asked, ask
from annotator.web.agreement.words import met_in_words

TWO_LABELS = (
    "Name two different labels in the address, as ?a=…&b=…, or none to see every difference."
)
NO_LABEL = "The question has no label “{label}”; its labels are: {known}."


@dataclass(frozen=True, slots=True)
class Vote:
    """`side`: whether it is the first or the second of the two labels, or another one."""

    name: str
    label: str
    side: str


def show(slug: str, question: str) -> str:  # noqa: ARG001 - the policy has loaded the project
    asked = ask(question)
    labels = _labels(asked)
    with database().read() as session:
        found = disagreements(
            session,
            asked.judgments,
            project_id=project().id,
            user_id=person().id,
            question=question,
            labels=labels,
            page=request.args.get("page", 1, type=int),
        )
    return render_template(
        "agreement/pairs.html",
        reading=asked.reading,
        question=asked.question,
        labels=labels,
        said=tuple(asked.named(label) for label in labels or ()),
        found=found,
        met=met_in_words(found.met, asked.question.scope),
        rows=[(each, _votes(asked, each, labels)) for each in found.shown],
    )


def _labels(asked: Asked) -> tuple[str, str] | None:
    """The two labels in the address, if there are any; the empty set is a label, too.

    Raises:
        NotFound: there is only one, or one twice, or the question has no such label.
    """
    a, b = request.args.get("a"), request.args.get("b")
    if a is None and b is None:
        return None
    if a is None or b is None or a == b:
        raise NotFound(TWO_LABELS)
    for label in (a, b):
        if not _is_label(label, asked.question):
            raise NotFound(
                NO_LABEL.format(label=label, known=", ".join(asked.question.label_codes))
            )
    return a, b


def _is_label(label: str, question: Question) -> bool:
    """Whether it is a label of the question, or a set of these; numbers have no list."""
    if question.scale == "set":
        return set(label.split("|")) - {""} <= set(question.label_codes)
    return not question.label_codes or label in question.label_codes


def _votes(asked: Asked, each: Disagreement, labels: tuple[str, str] | None) -> list[Vote]:
    sides = dict(zip(labels or (), ("first", "second"), strict=False))
    votes = [
        Vote(asked.reading.names[name], asked.named(label), sides.get(label, "other"))
        for name, label in each.votes
    ]
    return sorted(votes, key=lambda vote: vote.name)
