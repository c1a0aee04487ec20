"""The very paragraphs on which two labels met, with who said what."""

from dataclasses import dataclass

from flask import render_template, request

from annotator.services.agreement.disagreements import Disagreement, disagreements
from annotator.web.access import database, person, project
from annotator.web.agreement.reading import Asked, ask


@dataclass(frozen=True, slots=True)
class Vote:
    """`side`: whether it is the first or the second of the two labels, or another one."""

    name: str
    label: str
    side: str


def show(slug: str, question: str) -> str:  # noqa: ARG001 - the policy has loaded the project
    asked = ask(question)
    labels = _labels()
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
        rows=[(each, _votes(asked, each, labels)) for each in found.shown],
    )


def _labels() -> tuple[str, str] | None:
    """The two labels in the address; both must be there, and the empty set is a label, too."""
    a, b = request.args.get("a"), request.args.get("b")
    return None if a is None or b is None or a == b else (a, b)


def _votes(asked: Asked, each: Disagreement, labels: tuple[str, str] | None) -> list[Vote]:
    sides = dict(zip(labels or (), ("first", "second"), strict=False))
    votes = [
        Vote(asked.reading.names[name], asked.named(label), sides.get(label, "other"))
        for name, label in each.votes
    ]
    return sorted(votes, key=lambda vote: vote.name)
