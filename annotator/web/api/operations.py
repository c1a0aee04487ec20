"""Every operation of the API in one table: what the OpenAPI document says of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel

from annotator.web.api import bodies, shapes
from annotator.web.api.bodies import Body, Query

JSON = "application/json"
JSON_LINES = "application/jsonl"


@dataclass(frozen=True, slots=True)
class Operation:
    """`answers` maps a good status to its model; the errors follow from what is taken in.

    `files`: also takes multipart/form-data, with files beside these fields.
    """

    endpoint: str
    method: str
    path: str
    summary: str
    answers: Mapping[int, type[BaseModel]]
    body: type[Body] | None = None
    query: type[Query] | None = None
    files: type[BaseModel] | None = None
    lines: bool = False
    errors: Mapping[int, type[BaseModel]] = field(default_factory=dict)

    @property
    def changes(self) -> bool:
        return self.method != "get"


OPERATIONS = (
    Operation(
        "api.assignments.upcoming",
        "get",
        "/projects/{slug}/next",
        "What the caller has to label next, in order. Only reads: asking twice gives the same.",
        {200: shapes.Upcoming},
        query=bodies.NextQuery,
    ),
    Operation(
        "api.sheets.ahead",
        "get",
        "/projects/{slug}/sheets",
        "The same tasks as the labelling page shows them: with their place, and how far one is.",
        {200: shapes.Ahead},
        query=bodies.NextQuery,
    ),
    Operation(
        "api.sheets.show",
        "get",
        "/assignments/{assignment_id}",
        "One of the caller's assignments, also one that is done, and the one to go back to.",
        {200: shapes.SheetShown},
    ),
    Operation(
        "api.sheets.context",
        "get",
        "/assignments/{assignment_id}/context",
        "More of the document around a paragraph, masked in a source-blind round.",
        {200: shapes.Context},
        query=bodies.ContextQuery,
    ),
    Operation(
        "api.assignments.save",
        "put",
        "/assignments/{assignment_id}/annotation",
        "Save answers: 201 for the first, 200 for a further revision or the same save_id again.",
        {201: shapes.Saved, 200: shapes.Saved},
        body=bodies.AnnotationBody,
    ),
    Operation(
        "api.assignments.save_page",
        "post",
        "/projects/{slug}/annotations",
        "Save answers to several of the caller's assignments, such as a cleaned document: all of "
        "them or, if one cannot be saved, none; `refused` says which and why.",
        {200: shapes.SavedTogether},
        body=bodies.PageBody,
        errors={422: shapes.NotTogether},
    ),
    Operation(
        "api.assignments.skip",
        "post",
        "/assignments/{assignment_id}/skip",
        "Leave an assignment out; saving answers later undoes it.",
        {200: shapes.Skipped},
        body=bodies.ReasonBody,
    ),
    Operation(
        "api.assignments.flag",
        "post",
        "/assignments/{assignment_id}/flag",
        "Point the lead to an assignment, which stays as it is.",
        {200: shapes.Flagged},
        body=bodies.ReasonBody,
    ),
    Operation(
        "api.projects.codebook",
        "get",
        "/projects/{slug}/codebook",
        "The newest codebook, or the one of a round with the questions it asks.",
        {200: shapes.CodebookShown},
        query=bodies.RoundQuery,
    ),
    Operation(
        "api.projects.progress",
        "get",
        "/projects/{slug}/progress",
        "How far the caller is in each round; for leads also how far everyone is.",
        {200: shapes.Progress},
    ),
    Operation(
        "api.projects.agreement",
        "get",
        "/projects/{slug}/agreement",
        "What `annotator agreement --json` prints, of a round or of all main ones; for leads.",
        {200: shapes.Agreement},
        query=bodies.RoundQuery,
    ),
    Operation(
        "api.projects.annotations",
        "get",
        "/projects/{slug}/annotations",
        "Every judgment as JSON Lines, rows of a release's table annotations; `round` is the one "
        "whose judgments count, else all main ones; for leads.",
        {200: shapes.JudgmentLine},
        query=bodies.RoundQuery,
        lines=True,
    ),
    Operation(
        "api.documents.bring_in",
        "post",
        "/projects/{slug}/documents",
        "Import documents, whole or not at all: 201 if any is new or changed; for leads.",
        {201: shapes.Imported, 200: shapes.Imported},
        body=bodies.ImportBody,
        files=bodies.ImportFields,
        errors={422: shapes.Refused},
    ),
)
