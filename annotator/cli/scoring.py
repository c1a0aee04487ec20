"""Agreement of a file of labels, without a database: score."""

from pathlib import Path
from typing import Any, Final

import click

from annotator.cli.agreement_report import details, overview
from annotator.cli.context import json_option, nameable, print_json
from annotator.cli.progress import Progress
from annotator.cli.resampling import bootstrap_option, seed_option
from annotator.domain.scales import Scale
from annotator.errors import DataInvalid, NotFound
from annotator.services.scoring import Scored, items_format, score_file, write_items

READ: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
EPILOG: Final = (
    "Example: annotator score labels.csv --scale 'stance=ordinal:against<neutral<for' --items "
    "items.csv"
)
WROTE: Final = "Wrote {rows:,} rows to {path}."


def _scales(
    _context: click.Context, _parameter: click.Parameter, given: tuple[str, ...]
) -> dict[str, Scale]:
    scales: dict[str, Scale] = {}
    for one in given:
        question, equals, spelling = one.partition("=")
        if not (question and equals):
            raise click.BadParameter(f"“{one}” is not QUESTION=SCALE, as in frames=set.")
        if question in scales:
            raise click.BadParameter(f"the question “{question}” is given two scales.")
        try:
            scales[question] = Scale.parse(spelling)
        except DataInvalid as error:
            raise click.BadParameter(str(error)) from error
    return scales


def _items(context: click.Context, parameter: click.Parameter, path: Path | None) -> Path | None:
    if path is None:
        return None
    try:
        items_format(nameable(context, parameter, path))
    except DataInvalid as error:
        raise click.BadParameter(str(error)) from error
    return path


@click.command(epilog=EPILOG)
@click.argument("labels", type=READ)
@click.option(
    "--scale",
    "scales",
    multiple=True,
    metavar="QUESTION=SCALE",
    callback=_scales,
    help="How the labels of a question compare: nominal (the default), ordinal:a<b=c<d, interval, "
    "set, set:jaccard or span. Once for each question.",
)
@click.option(
    "--gold", type=READ, help="Known labels (item_id, question, label): tells who is right."
)
@click.option(
    "--items",
    type=click.Path(dir_okay=False, path_type=Path),
    callback=_items,
    help="Write votes and likeliest labels of each item: .csv, .tsv, .jsonl, .ndjson or .parquet.",
)
@bootstrap_option
@seed_option
@click.option("--methods", is_flag=True, help="Print a paragraph on methods, ready to paste.")
@json_option
def score(  # noqa: PLR0917 - click passes options by name
    labels: Path,
    scales: dict[str, Scale],
    gold: Path | None,
    items: Path | None,
    bootstrap: int,
    seed: int,
    methods: bool,  # noqa: FBT001 - click passes flags so
    as_json: bool,  # noqa: FBT001
) -> None:
    """Score the agreement of any table of LABELS; needs no database.

    The table is CSV, TSV, JSON Lines (each also gzipped) or Parquet, with the columns item_id,
    annotator_id, question, label; if they are there, document_id, cluster_id, excluded, and for
    spans start, end, length are used, too. See docs/agreement.md.
    """
    if methods and as_json:
        raise click.UsageError("--methods and --json are two ways to print: choose one.")
    progress = Progress()
    try:
        scored = score_file(
            labels, scales=scales, gold=gold, seed=seed, replicates=bootstrap, progress=progress
        )
        rows = write_items(items, scored, read=(labels, gold)) if items else 0
    except NotFound as error:
        raise click.UsageError(str(error)) from error
    finally:
        progress.done()
    for warning in scored.report["warnings"]:
        click.echo(f"Warning: {warning}", err=True)
    if items:
        click.echo(WROTE.format(rows=rows, path=items), err=True)
    _print(scored, methods=methods, as_json=as_json)


def _print(scored: Scored, *, methods: bool, as_json: bool) -> None:
    report: dict[str, Any] = scored.report
    if as_json:
        print_json(report)
        return
    if methods:
        from annotator.domain.scoring.methods import (  # noqa: PLC0415 - it loads numpy
            methods_paragraph,
        )

        click.echo(methods_paragraph(report))
        return
    entries = report["questions"]
    click.echo(
        f"Krippendorff's alpha; seed {report['seed']}, {report['replicates']:,} replicates.\n"
    )
    for line in overview(entries):
        click.echo(line)
    for entry in entries:
        click.echo()
        for line in details(entry):
            click.echo(line)
