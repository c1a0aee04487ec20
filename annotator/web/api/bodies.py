"""What callers send, as strict models: a bool is no number, an unknown key is a mistake.

The models check shape only. Meaning is checked by the services, with the codebook
(`annotator.domain.answers`) or as any other import (`annotator.formats.fields`). The parser itself
refuses what no JSON may hold: bytes that are not UTF-8, halves of surrogate pairs, deep nesting.
"""

from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from annotator.domain import spans as spanning
from annotator.domain.saving import NOTE_LIMIT
from annotator.formats import ENCODINGS, FILE_AT_MOST, Lines
from annotator.web.access import LARGEST_ID

MOST_AHEAD = 50
MOST_AROUND = 20
MOST_DOCUMENTS = 10_000
# No codebook asks more; each unknown question costs a search for the one that was meant.
MOST_ANSWERS = 1_000
MOST_LABELS = 200
# A stretch of a document that is cleaned on one page (`annotator.services.cleaning`).
MOST_TOGETHER = 200
CODE_AT_MOST = 100
_DIGITS = 10

Count = Annotated[int, Field(ge=0, le=LARGEST_ID)]
Code = Annotated[str, Field(max_length=CODE_AT_MOST)]
Name = Annotated[str, Field(max_length=200)]
OptionalText = Annotated[str | None, Field(max_length=2_000)]


def _number(text: object) -> object:
    """Plain digits only: signs, underscores and digits of other scripts are numbers to Python."""
    plain = isinstance(text, str) and text.isascii() and text.isdigit()
    return int(str(text)) if plain and len(str(text)) < _DIGITS else text


Around = Annotated[int, BeforeValidator(_number), Field(ge=0, le=MOST_AROUND)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class Body(Strict):
    """A JSON body; `at_most` is its size in bytes."""

    at_most: ClassVar[int] = 512 * 1024


class SpanBody(Strict):
    """Marked words: code points of the paragraph's text as shown, `end` excluded."""

    question: Code
    label: Code
    start: Count
    end: Count
    quote: str = Field(description="Exactly text[start:end].")


class AnnotationBody(Body):
    """One person's answers to one assignment, all questions at once."""

    save_id: UUID = Field(description="Made by the client; the same save sent twice counts once.")
    seen_revision: Count = Field(description="The revision the person saw; 0 for none.")
    answers: dict[Code, Annotated[list[str], Field(max_length=MOST_LABELS)]] = Field(
        max_length=MOST_ANSWERS,
        description="Question code -> label codes, a list whatever the scale.",
    )
    spans: Annotated[tuple[SpanBody, ...], Field(max_length=spanning.MOST)] = ()
    seconds: float | None = Field(None, ge=0, description="From showing to saving.")
    note: Annotated[str | None, Field(max_length=NOTE_LIMIT)] = None
    context_before: Count = Field(0, description="Paragraphs of context shown above.")
    context_after: Count = Field(0, description="Paragraphs of context shown below.")
    suggestion_shown: bool = Field(
        default=False, description="The suggestion of the assignment was in view."
    )
    settled_seen: bool = Field(
        default=False, description="The person was told that a lead has settled this meanwhile."
    )


class PageSave(AnnotationBody):
    """The answers to one of several assignments."""

    assignment: Count = Field(description="Its id.")


class PageBody(Body):
    """The answers of a page, to be stored together."""

    saves: Annotated[tuple[PageSave, ...], Field(min_length=1, max_length=MOST_TOGETHER)]


class ReasonBody(Body):
    reason: str = Field(min_length=1, max_length=NOTE_LIMIT, description="For the lead to read.")


class DocumentBody(Strict):
    """One document; see schema/import-record.schema.json."""

    text: str = Field(
        description="Taken exactly as it is; each line that is not blank is a paragraph."
    )
    source: OptionalText = Field(None, description="The publisher, if not that of the import.")
    title: OptionalText = None
    url: OptionalText = Field(None, description="The identity of the document if it has no id.")
    byline: OptionalText = None
    published_on: OptionalText = Field(None, description="Such as 2024-05-16.")
    lang: OptionalText = Field(None, description="Such as en, ru or zh.")
    external_id: OptionalText = Field(None, description="Identity of the document in its source.")


class ImportBody(Body):
    """An import: taken whole or refused whole, unless the good ones are asked for."""

    at_most: ClassVar[int] = FILE_AT_MOST

    documents: Annotated[tuple[DocumentBody, ...], Field(min_length=1, max_length=MOST_DOCUMENTS)]
    source: OptionalText = Field(None, description="Publisher of documents that name none.")
    lines: Lines = Field("auto", description="Whether each line is a paragraph; auto: as it looks.")
    keep_going: bool = Field(default=False, description="Take the good ones, skip the refused.")


class ImportFields(Strict):
    """The fields beside the files of a multipart import."""

    source: Name = Field("", description="Publisher of documents that name none.")
    encoding: str = Field(
        "utf-8",
        description="Only if the files are not UTF-8.",
        json_schema_extra={"enum": list(ENCODINGS)},
    )
    text_column: Name = Field("", description="Column with the text, if not “text”.")
    lines: Lines = Field("auto", description="Whether each line is a paragraph; auto: as it looks.")
    keep_going: Literal["true", "false"] = Field(
        "false", description="true: take the good ones, skip the refused."
    )


class Query(Strict):
    """What may stand after the question mark of an address."""


class NextQuery(Query):
    n: Annotated[int, BeforeValidator(_number)] = Field(
        1, ge=1, le=MOST_AHEAD, description="How many assignments to give."
    )


class ContextQuery(Query):
    before: Around = Field(2, description="How many paragraphs above.")
    after: Around = Field(2, description="How many paragraphs below.")


class RoundQuery(Query):
    round: Name = Field("", description="Name of a round; without it, as the summary says.")
