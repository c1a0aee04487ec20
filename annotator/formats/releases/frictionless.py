"""A Frictionless Data Package (v2): the tables as raw CSV, their columns and their keys.

Raw, since a program reads it: every cell is the value itself, and offsets of passages fit the text.
For spreadsheets there are the CSV files of the release itself, in which formulas are made harmless.
"""

import csv
from pathlib import Path
from typing import Any, Final

from annotator.domain.dataset import Column, Kind, Table
from annotator.formats.releases import json_out
from annotator.formats.releases.files import sha256_of
from annotator.formats.releases.frozen import Frozen
from annotator.formats.table_csv import text_of

PACKAGE: Final = "datapackage.json"
PROFILE: Final = "https://datapackage.org/profiles/2.0/datapackage.json"
SCHEMA: Final = "https://datapackage.org/profiles/2.0/tableschema.json"
LOSSES: Final = (
    (
        "An empty cell is an empty text or nothing at all: an answered set that is empty is told "
        "by `state`, gold that is the empty set by `gold_method`."
    ),
    (
        "The CSV files here are raw: do not open them in a spreadsheet, which may take a cell for "
        "a formula and run it. The CSV files of the release itself are safe, and so is `excel`."
    ),
    "Which labels a question has stands in codebook.yaml, not in the schema of a column.",
)

_TYPES: Final[dict[Kind, str]] = {
    "text": "string", "integer": "integer", "number": "number", "json": "string",
}  # fmt: skip
_KEYS: Final = {
    "items": "item_id", "annotators": "annotator_id", "sources": "source_id",
}  # fmt: skip
# (table, column) -> (table, column) that it points to; the empty name is the table itself.
_POINTERS: Final = {
    ("annotations", "item_id"): ("items", "item_id"),
    ("annotations", "annotator_id"): ("annotators", "annotator_id"),
    ("annotations", "document_id"): ("items", "item_id"),
    ("items", "source_id"): ("sources", "source_id"),
    ("items", "document_id"): ("", "item_id"),
    ("labels", "item_id"): ("items", "item_id"),
}
_CLOSED: Final = {
    "state": ["answered", "left_blank", "not_applicable", "skipped", "open"],
    "scope": ["paragraph", "document", "source"],
}


def write(frozen: Frozen, folder: Path) -> tuple[str, ...]:
    """Write the files into an empty folder. Returns what the format cannot hold, in sentences."""
    made = frozen.made
    package = {
        "$schema": PROFILE,
        "name": made.project.slug,
        "title": made.project.title,
        "description": f"Labels and texts, under the codebook {made.codebook.code}, version "
        f"{made.codebook.version}. {made.texts_licence}",
        "resources": [_resource(frozen, table, folder) for table in frozen.tables.values()],
    }
    json_out.write(folder / PACKAGE, package)
    return LOSSES


def _resource(frozen: Frozen, table: Table, folder: Path) -> dict[str, Any]:
    path = folder / f"{table.name}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(table.names)
        out.writerows([text_of(value) for value in row] for row in frozen.rows(table.name))
    return {
        "name": table.name,
        "type": "table",
        "path": path.name,
        "description": f"{table.means} Sorted {table.order}.",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"'},
        "bytes": path.stat().st_size,
        "hash": f"sha256:{sha256_of(path)}",
        "schema": _schema(table),
    }


def _schema(table: Table) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "$schema": SCHEMA,
        "fields": [_field(table, column) for column in table.columns],
        "missingValues": [""],
    }
    if table.name in _KEYS:
        schema["primaryKey"] = [_KEYS[table.name]]
    pointers = [
        {"fields": [column], "reference": {"resource": other, "fields": [key]}}
        for (name, column), (other, key) in _POINTERS.items()
        if name == table.name and column in table.names
    ]
    if pointers:
        schema["foreignKeys"] = pointers
    return schema


def _field(table: Table, column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": column.name,
        "type": _TYPES[column.kind],
        "description": column.means,
    }
    constraints: dict[str, Any] = {}
    if _KEYS.get(table.name) == column.name:
        constraints = {"required": True, "unique": True}
    elif column.name in _CLOSED:
        constraints = {"required": True, "enum": _CLOSED[column.name]}
    if constraints:
        field["constraints"] = constraints
    return field
