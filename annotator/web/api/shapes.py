"""What the API answers, as models: the OpenAPI document is made of them, and the tests hold every
answer against it.

The views build plain values, since checking our own answers would cost every request.
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from annotator.domain.codebook_expansion import Question
from annotator.domain.codebook_shape import Scope
from annotator.domain.suggestion_policy import When
from annotator.services.documents.intake import Status

Answers = dict[str, list[str]]


class Shape(BaseModel):
    """Every key is always there unless it has a default; none is there that is not named."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Error(Shape):
    error: str = Field(description="One sentence: what is wrong and what to do.")


class Problems(Error):
    problems: dict[str, str] = Field(
        {}, description="A sentence for each question, field of the body, or parameter."
    )


class Refused(Problems):
    refusals: list[str] = Field([], description="A sentence for each file or row refused.")


class SavedElsewhere(Shape):
    """An annotation as it now stands; empty if there is none although one was seen."""

    answers: Answers = {}
    spans: list["SpanShown"] = []
    note: str | None = None
    saved_at: str | None = None


class Clash(Error):
    """With `annotation` and `revision` if the person has to choose between two versions."""

    annotation: SavedElsewhere | None = None
    revision: int | None = None
    settled: bool | None = Field(
        None, description="A lead has settled this since; false: it was saved elsewhere meanwhile."
    )


class SpanShown(Shape):
    question: str
    label: str
    start: int
    end: int
    quote: str


class ParagraphShown(Shape):
    id: int
    text: str = Field(description="As shown; offsets of spans are code points of it.")
    lang: str | None
    before: list[str] = Field(description="Neighbouring paragraphs in reading order.")
    after: list[str]


class Context(Shape):
    before: list[str] = Field(description="Paragraphs above, in reading order.")
    after: list[str] = Field(description="Paragraphs below, in reading order.")


class DocumentShown(Shape):
    """`title`, `source` and `published_on` are null in a source-blind round."""

    id: int
    title: str | None
    source: str | None
    published_on: str | None
    lang: str | None
    paragraphs: list[str]


class SourceDocument(Shape):
    title: str
    url: str | None
    published_on: str | None


class SourceShown(Shape):
    id: int
    name: str
    domains: list[str]
    documents: list[SourceDocument]


class OddCharacter(Shape):
    start: int = Field(description="Code points of the text as shown.")
    end: int = Field(description="Excluded.")
    what: str = Field(
        description="Such as “U+200B ZERO WIDTH SPACE” or “Cyrillic letter in a Latin word”."
    )


class SuggestionShown(Shape):
    """The machine's guess; show it at once, or only after the person has chosen the content."""

    noise_type: str
    probability: float
    reasons: list[str]
    when: When


class Assignment(Shape):
    """Has one of `paragraph`, `document` and `source`, as `scope` says."""

    id: int
    scope: Scope
    round: str = Field(description="Its codebook: GET …/codebook?round=NAME.")
    revision: int = Field(description="To be sent as seen_revision; 0 if nothing is saved yet.")
    answers: Answers
    spans: list[SpanShown]
    note: str | None
    paragraph: ParagraphShown | None = None
    document: DocumentShown | None = None
    source: SourceShown | None = None
    hints: dict[str, dict[str, list[str]]] = Field(
        description="Words of the paragraph that name a label, by question and label."
    )
    odd: list[OddCharacter] = Field(description="Characters that a reader does not see as such.")
    suggestion: SuggestionShown | None = Field(
        description="Null unless the round shows suggestions and has one here."
    )


class Upcoming(Shape):
    assignments: list[Assignment]
    remaining: int = Field(description="Open assignments in all, these included.")


class Place(Shape):
    """Paragraph `paragraph` of `paragraphs` in the document that is `document` of `documents`."""

    paragraph: int
    paragraphs: int
    document: int
    documents: int


class SavedTogether(Shape):
    """In the order sent."""

    saved: list["SavedOne"]


class SavedOne(Shape):
    assignment: int
    revision: int


class RefusedOne(Problems):
    """Why one assignment was not saved: `status` is that of saving it by itself."""

    assignment: int
    status: Literal[404, 409, 422]
    annotation: SavedElsewhere | None = None
    revision: int | None = None
    settled: bool | None = None


class NotTogether(Problems):
    """Nothing was saved: `refused` has the assignments that stood in the way."""

    refused: list[RefusedOne] = []


class Sheet(Assignment):
    form: str = Field(description="Equal for sheets that ask the same questions.")
    state: Literal["open", "done", "skipped"]
    can_be_saved: bool = Field(description="False once the round is closed.")
    skip_reason: str | None
    flag_note: str | None
    place: Place | None = Field(description="Null for a source.")
    cleaned_whole: bool = Field(
        description="It is answered together with its document, at /projects/{slug}/clean/{id}."
    )


class SheetShown(Sheet):
    previous: int | None = Field(description="The assignment settled before this one.")


class Saved(Shape):
    revision: int


class Skipped(Shape):
    state: Literal["skipped"]


class Flagged(Shape):
    flagged: Literal[True]


class CodebookShown(Shape):
    """The questions are expanded: one for each target, details as questions of their own."""

    version: int
    content_hash: str
    code: str
    title: dict[str, str]
    languages: list[str]
    round: str | None = Field(description="Set if asked for: then with the questions it asks.")
    questions: list[Question]


class RoundProgress(Shape):
    round: str
    kind: str
    open: bool
    done: int
    skipped: int
    left: int


class Ahead(Shape):
    sheets: list[Sheet]
    remaining: int = Field(description="Open assignments in all, these included.")
    rounds: list[RoundProgress] = Field(description="One's own work, the oldest round first.")


class PersonProgress(Shape):
    round: str
    name: str
    done: int
    skipped: int
    left: int
    flagged: int


class Progress(Shape):
    rounds: list[RoundProgress] = Field(description="One's own work, the oldest round first.")
    people: list[PersonProgress] = Field(description="Everyone's, for leads; else empty.")


class Agreement(BaseModel):
    """As `annotator agreement --json` prints it; docs/agreement.md explains every figure."""

    questions: list[dict[str, Any]]


class DocumentTaken(Shape):
    where: str
    status: Status
    source: str | None
    document_id: int | None
    paragraphs: int
    suggestions: int
    told: list[str]
    reason: str | None = Field(description="Why it was refused.")


class Imported(Shape):
    new: int
    changed: int
    unchanged: int
    refused: int
    paragraphs: int
    suggestions: int
    documents: list[DocumentTaken]


class JudgmentLine(Shape):
    """One line: a row of the table `annotations` of a release; exports/README.md explains it."""

    item_id: str
    annotator_id: str
    question: str
    label: str | None
    document_id: str | None
    cluster_id: str | None
    state: str
    round: str
    codebook_version: int
    revision: int | None
    reason: str
    origin: str | None
    excluded: str
    seconds: float | None
    saved_at: str | None
    spans: str | None = Field(description="JSON in a text, as in the other formats.")
