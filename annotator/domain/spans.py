"""Evidence spans: words of a paragraph that show why a label was given.

Offsets are code points of the paragraph's stored text, end-exclusive, and come with the very words,
so that an offset counted in other units is refused instead of stored.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from annotator.domain.codebook import Question

MOST = 200

TOO_MANY = "There are {count} marked passages: keep {most} at most."
NOT_ASKED = "“{question}” takes no marked passages: remove the one on “{quote}”."
NOT_CHOSEN = "“{label}” is not chosen in “{question}”: choose it, or remove the passage “{quote}”."
WRONG_QUOTE = (
    "The characters {start} to {end} of the text are not “{quote}”: mark the passage again."
)
TWICE = "The passage “{quote}” is marked twice for “{label}”: remove one."
NEEDED = "Mark the words that show “{label}” in “{question}”."
_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Span:
    """The words `quote` at `start` to `end` speak for `label` of `question`."""

    question: str
    label: str
    start: int
    end: int
    quote: str

    def as_json(self) -> dict[str, str | int]:
        return asdict(self)


def problem(
    questions: Sequence[Question],
    answers: Mapping[str, Sequence[str]],
    spans: Sequence[Span],
    text: str | None,
) -> str | None:
    """One sentence on the first thing that is wrong with the spans, or None.

    Args:
        questions: as asked in this task.
        answers: valid answers to them.
        spans: in any order; they may overlap.
        text: of the paragraph; None where the task has no paragraph.
    """
    if len(spans) > MOST:
        return TOO_MANY.format(count=len(spans), most=MOST)
    by_code = {question.code: question for question in questions}
    for n, span in enumerate(spans):
        found = _wrong(span, by_code.get(span.question), answers, text)
        if found is None and span in spans[:n]:
            found = TWICE.format(quote=_short(span.quote), label=span.label)
        if found is not None:
            return found
    return _missing(questions, answers, spans)


def _wrong(
    span: Span,
    question: Question | None,
    answers: Mapping[str, Sequence[str]],
    text: str | None,
) -> str | None:
    quote = _short(span.quote)
    if question is None or question.spans == "none" or text is None:
        return NOT_ASKED.format(question=_short(span.question), quote=quote)
    if span.label not in answers.get(span.question, ()):
        return NOT_CHOSEN.format(label=_short(span.label), question=span.question, quote=quote)
    inside = 0 <= span.start < span.end <= len(text)
    if not inside or text[span.start : span.end] != span.quote:
        return WRONG_QUOTE.format(start=span.start, end=span.end, quote=quote)
    return None


def _missing(
    questions: Sequence[Question], answers: Mapping[str, Sequence[str]], spans: Sequence[Span]
) -> str | None:
    shown = {(span.question, span.label) for span in spans}
    for question in questions:
        if question.spans != "must":
            continue
        for label in answers.get(question.code, ()):
            if label not in question.missing_codes and (question.code, label) not in shown:
                return NEEDED.format(label=label, question=question.code)
    return None


def _short(text: str) -> str:
    cut = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    return "".join(char if char.isprintable() else "�" for char in cut)
