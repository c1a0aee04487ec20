"""The manifest of a release, and the schema and dictionary that say what a release holds.

The manifest names every other file with its size and SHA-256. It holds no time, no number of the
release and no name of a person: the same data gives the same manifest.
"""

from collections.abc import Collection, Iterable
from typing import Annotated, Any, Final, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from annotator.domain.dataset import QUESTION, TABLES, Column, Table, tables
from annotator.domain.exclusions import EXCLUSIONS

NAME: Final = "manifest.json"
FORMAT: Final = "annotator-release"
FORMAT_VERSION: Final = 1
RECOMPUTE: Final = "annotator verify ."
TEXTS_UNLICENSED: Final = (
    "Not stated: the texts belong to their publishers, and whoever passes them on must have the "
    "right to."
)
CSV_SAFE: Final = (
    "A cell that a spreadsheet would take for a formula (it begins with = + - @, a tab or a line "
    "break, also after spaces or apostrophes) has one apostrophe in front that is not part of it; "
    "plain numbers such as -2 never do. To undo it, take the first apostrophe away from every cell "
    "that begins with an apostrophe and looks like that after it. JSON Lines and Parquet have "
    "every cell as it is."
)

TableFormat = Literal["csv", "jsonl", "parquet"]
ForeignFormat = Literal[
    "huggingface", "frictionless", "croissant", "excel", "spss", "stata", "label-studio",
    "refi-qda", "web-annotation", "crowdkit", "lewidi",
]  # fmt: skip
Format = Literal[TableFormat, ForeignFormat]
TABLE_FORMATS: Final[tuple[TableFormat, ...]] = get_args(TableFormat)
FOREIGN: Final[tuple[ForeignFormat, ...]] = get_args(ForeignFormat)
# What the foreign formats of a release cannot hold.
LOSSES: Final = "LOSSES.md"
Count = Annotated[int, Field(ge=0)]
# Only names below the folder: no drive, no slash in front, no "..".
FileName = Annotated[
    str,
    Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*$", max_length=200),
]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ReleasedProject(_Part):
    slug: str
    title: str


class ReleasedCodebook(_Part):
    code: str
    version: Annotated[int, Field(ge=1)]
    content_hash: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] = Field(
        description="SHA-256 of the meaning of codebook.yaml, whatever its comments and layout."
    )


class ReleasedRound(_Part):
    """How the labels came about; `scored`: its judgments may count in agreement."""

    name: str
    kind: str
    codebook_version: Annotated[int, Field(ge=1)]
    overlap: Annotated[int, Field(ge=1)] = Field(description="Annotators for an item.")
    sample_share: float = Field(description="Share of the items drawn to be labelled by so many.")
    blind: bool = Field(description="The source was hidden from the annotators.")
    seed: int
    closed: bool
    scored: bool


class ReleasedFile(_Part):
    bytes: Count
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class ReleasedFigure(_Part):
    """Krippendorff's alpha of a question, as in agreement.json."""

    alpha: float | None
    low: float | None
    high: float | None
    why: str | None


class Manifest(_Part):
    """What `manifest.json` holds."""

    format: Literal["annotator-release"]
    format_version: Literal[1]
    project: ReleasedProject
    codebook: ReleasedCodebook
    rounds: tuple[ReleasedRound, ...]
    seed: Annotated[int, Field(ge=0)] = Field(
        description="Draws the member that stands for a near-duplicate cluster, and the bootstrap."
    )
    replicates: Annotated[int, Field(ge=0, le=100_000)] = Field(
        description="Resamples of documents behind each interval."
    )
    formats: tuple[Format, ...] = Field(
        min_length=1,
        description="csv, jsonl and parquet: formats of the tables. Every other one is a folder.",
    )
    counts: dict[str, Count] = Field(description="Rows of each table.")
    excluded: dict[str, Count] = Field(
        description="Rows of annotations by why they are left out of agreement; the rest counts."
    )
    gold_left_out: Count = Field(
        description="Settled labels of another codebook version, which are not in items."
    )
    agreement: dict[str, ReleasedFigure]
    texts_licence: str
    csv: str = Field(description="How cells of CSV files are kept from being run as formulas.")
    recompute: str = Field(description="The command that recomputes every number.")
    files: dict[FileName, ReleasedFile]

    @property
    def table_formats(self) -> tuple[TableFormat, ...]:
        return tuple(name for name in TABLE_FORMATS if name in self.formats)

    @property
    def foreign(self) -> tuple[ForeignFormat, ...]:
        """The formats that are folders of their own, in the order of `FOREIGN`."""
        return tuple(name for name in FOREIGN if name in self.formats)


def completed(names: Collection[str]) -> tuple[Format, ...]:
    """The formats of a release for which these were asked, in one order.

    Its tables are in at least one of the three formats that can be checked: in all three where none
    of them was named.

    >>> completed(["lewidi", "jsonl"])
    ('jsonl', 'lewidi')
    """
    tables = tuple(name for name in TABLE_FORMATS if name in names) or TABLE_FORMATS
    return (*tables, *(name for name in FOREIGN if name in names))


def summary(entry: dict[str, Any]) -> ReleasedFigure:
    """The figure of one question of agreement.json that the manifest repeats."""
    alpha = entry["statistics"]["krippendorff_alpha"]
    return ReleasedFigure(
        alpha=alpha["value"], low=alpha["low"], high=alpha["high"], why=alpha["why"]
    )


def release_schema() -> dict[str, Any]:
    """The JSON Schema of a release, as it is kept in schema/release.schema.json.

    `manifest.json` is checked against the whole, a row of a table in JSON Lines against
    `$defs/<table>`.
    """
    made = Manifest.model_json_schema()
    made["title"] = "Release"
    made["description"] = "manifest.json of a release; a row of a table is in $defs."
    made["$defs"] |= {table.name: _table_schema(table) for table in tables([QUESTION]).values()}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made}


def _table_schema(table: Table) -> dict[str, Any]:
    fixed = [c for c in table.columns if "<" not in c.name]
    schema: dict[str, Any] = {
        "title": table.name,
        "description": f"{table.means} Sorted {table.order}.",
        "type": "object",
        "properties": {column.name: _column_schema(column) for column in fixed},
        "required": [column.name for column in fixed],
    }
    asked = [c for c in table.columns if "<" in c.name]
    if asked:
        schema["patternProperties"] = {
            f"^{c.name.partition('<')[0][:-1]}\\..+$": _column_schema(c) for c in asked
        }
    schema["additionalProperties"] = False
    return schema


_JSON_TYPES: Final = {"text": "string", "json": "string", "integer": "integer", "number": "number"}


def _column_schema(column: Column) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "type": [_JSON_TYPES[column.kind], "null"],
        "description": column.means,
    }
    if column.kind == "json":
        schema["contentMediaType"] = "application/json"
    return schema


def data_dictionary(schema: dict[str, Any]) -> str:
    """Markdown that explains every table, column and reason, from the schema of a release."""
    lines: list[str] = []
    for name in TABLES:
        lines += _described(name, schema["$defs"][name])
    lines += ["### Why a judgment is left out", "", "| excluded | means |", "|---|---|"]
    lines += [f"| `{code}` | {sentence} |" for code, sentence in EXCLUSIONS.items()]
    lines += ["", "The first reason that holds, in this order, is given.", ""]
    return "\n".join(lines)


def _described(name: str, schema: dict[str, Any]) -> Iterable[str]:
    yield from (f"### {name}", "", schema["description"], "", "| column | type | means |")
    yield "|---|---|---|"
    asked = {
        f"{pattern[1:].partition(chr(92))[0]}.<question>": column
        for pattern, column in schema.get("patternProperties", {}).items()
    }
    for column, facts in (schema["properties"] | asked).items():
        kind = "JSON in a string" if "contentMediaType" in facts else facts["type"][0]
        means = facts["description"].replace("|", "\\|")
        yield f"| `{column}` | {kind} | {means} |"
    yield ""
