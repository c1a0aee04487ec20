"""Croissant 1.1 (MLCommons) with the fields of responsible AI: JSON-LD beside Parquet files."""

from pathlib import Path
from typing import Any, Final

from annotator.domain.dataset import Column, Kind, Table
from annotator.formats import table_parquet
from annotator.formats.releases import json_out
from annotator.formats.releases.files import sha256_of
from annotator.formats.releases.frozen import Frozen

METADATA: Final = "croissant.json"
VERSION: Final = "http://mlcommons.org/croissant/1.1"
RAI_VERSION: Final = "http://mlcommons.org/croissant/RAI/1.0"
LOSSES: Final = (
    (
        "No day of publication, address and author are stated, which Croissant recommends: they "
        "are not known when a release is made. Add `datePublished`, `url` and `creator` when it "
        "is published."
    ),
    "Definitions of the labels stand in codebook.yaml alone.",
)

# That of the specification, with the prefix of its extension.
_CONTEXT: Final[dict[str, Any]] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "description": {"@container": "@language"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "name": {"@container": "@language"},
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
_TYPES: Final[dict[Kind, str]] = {
    "text": "sc:Text", "integer": "cr:Int64", "number": "cr:Float64", "json": "sc:Text",
}  # fmt: skip


def write(frozen: Frozen, folder: Path) -> tuple[str, ...]:
    """Write the files into an empty folder. Returns what the format cannot hold, in sentences."""
    made = frozen.made
    metadata = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": [VERSION, RAI_VERSION],
        "name": made.project.slug,
        "description": f"{made.project.title}: paragraphs, documents and sources with the labels "
        "that people gave them, and the labels that were settled.",
        "license": made.texts_licence,
        "version": f"{made.codebook.version}.0.0",
        "distribution": [_file(frozen, table, folder) for table in frozen.tables.values()],
        "recordSet": [_records(table) for table in frozen.tables.values()],
        **_responsible(frozen),
    }
    json_out.write(folder / METADATA, metadata)
    return LOSSES


def _file(frozen: Frozen, table: Table, folder: Path) -> dict[str, Any]:
    path = folder / f"{table.name}{table_parquet.SUFFIX}"
    table_parquet.convert(frozen.lines(table.name), path, table)
    return {
        "@type": "cr:FileObject",
        "@id": path.name,
        "name": path.name,
        "description": table.means,
        "contentUrl": path.name,
        "contentSize": f"{path.stat().st_size} B",
        "encodingFormat": "application/x-parquet",
        "sha256": sha256_of(path),
    }


def _records(table: Table) -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "description": f"{table.means} Sorted {table.order}.",
        "field": [_field(table, column) for column in table.columns],
    }


def _field(table: Table, column: Column) -> dict[str, Any]:
    return {
        "@type": "cr:Field",
        "@id": f"{table.name}/{column.name}",
        "name": column.name,
        "description": column.means,
        "dataType": _TYPES[column.kind],
        "source": {
            "fileObject": {"@id": f"{table.name}{table_parquet.SUFFIX}"},
            "extract": {"column": column.name},
        },
    }


def _responsible(frozen: Frozen) -> dict[str, Any]:
    """The fields of responsible AI that follow from facts; what nobody knows is said to be so."""
    made = frozen.made
    rounds = "; ".join(
        f"{each.name} ({each.kind}): {each.overlap} annotators for an item, on a share of "
        f"{each.sample_share:g} of the items, sources {'hidden' if each.blind else 'shown'}"
        for each in made.rounds
    )
    alphas = "; ".join(
        f"{question} {'–' if figure.alpha is None else format(figure.alpha, '.3f')}"
        for question, figure in made.agreement.items()
    )
    excluded = ", ".join(f"{count} {code}" for code, count in made.excluded.items()) or "none"
    return {
        "rai:dataCollection": "Documents were imported and cut into paragraphs, which give the "
        f"document back exactly. {made.counts['items']} items of {made.counts['sources']} sources.",
        "rai:dataCollectionType": "Secondary data analysis",
        "rai:dataAnnotationProtocol": f"Codebook {made.codebook.code}, version "
        f"{made.codebook.version} (codebook.yaml). Annotators label alone, without seeing others' "
        f"labels. Rounds: {rounds or 'none yet'}.",
        "rai:dataAnnotationPlatform": "Annotator",
        "rai:annotationsPerItem": ", ".join(f"{r.name}: {r.overlap}" for r in made.rounds) or "0",
        "rai:annotatorDemographics": f"{made.counts['annotators']} people under pseudonyms; "
        "nothing else about them is recorded.",
        "rai:dataAnnotationAnalysis": "Krippendorff's alpha by question, with the judgments that "
        f"count alone: {alphas or 'none yet'}. Intervals and all other figures: agreement.json. "
        f"Left out: {excluded}.",
        "rai:machineAnnotationTools": "Labels with the origin `machine` are marked as such in the "
        "column origin; suggestions are never counted as labels.",
        "rai:dataLimitations": "Items without a settled label have none in gold; disagreement is "
        "kept in annotations. What a person could not judge is missing, not neutral.",
        "rai:personalSensitiveInformation": "Annotators stand under pseudonyms made with a key. "
        "The texts are published news and may name people.",
    }
