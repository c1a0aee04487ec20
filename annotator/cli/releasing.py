"""Releases: export, verify."""

import shlex
import sys
from pathlib import Path

import click

from annotator.cli.context import SEEDS, json_option, nameable, open_database, print_json
from annotator.services import projects
from annotator.services.releases import releasing, verifying
from annotator.services.releases.writing import FORMATS, Options
from annotator.services.scoring_frame import DEFAULT_SEED

EXPORTED = "{folder}: {files} files, {items:,} items, {annotations:,} judgments."
CHECK_IT = "Check it with: annotator verify {folder}"
HOLDS = (
    "It holds: {files} files, {annotations:,} judgments, {items:,} items, and the agreement on "
    "{figures} questions is what the rows give."
)


@click.command(epilog="Example: annotator export russia-china --to releases/first --format csv")
@click.argument("slug")
@click.option(
    "--to",
    "target",
    required=True,
    type=click.Path(path_type=Path),
    callback=nameable,
    help="Folder to make.",
)
@click.option(
    "--format",
    "formats",
    multiple=True,
    type=click.Choice(FORMATS),
    help="Format of the tables; give it several times for several. Without it: all.",
)
@click.option(
    "--seed",
    default=DEFAULT_SEED,
    show_default=True,
    type=SEEDS,
    help="Draws near-duplicates and the bootstrap; the same seed gives the same bytes.",
)
@json_option
def export(slug: str, target: Path, formats: tuple[str, ...], seed: int, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Write the labels, texts, gold and agreement of a project into a folder, whole or not at all.

    The folder must not exist, or be empty.
    """
    chosen = tuple(name for name in FORMATS if not formats or name in formats)
    with open_database() as database, database.read() as session:
        project = projects.project_named(session, slug=slug)
        made = releasing.export(
            session,
            project_id=project.id,
            target=target,
            options=Options(seed=seed, formats=chosen),
        )
    files = len(made.files) + 1
    if as_json:
        print_json({"folder": str(target), "files": files, **made.counts, "seed": seed})
        return
    click.echo(EXPORTED.format(folder=target, files=files, **made.counts))
    click.echo(CHECK_IT.format(folder=shlex.quote(str(target))))


@click.command(epilog="Example: annotator verify releases/first")
@click.argument("folder", type=click.Path(path_type=Path))
@json_option
def verify(folder: Path, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Re-hash and re-compute a release; needs no database.

    One line for each thing that does not hold, and exit status 1; 0 if all holds.
    """
    report = verifying.verify(folder)
    if as_json:
        print_json(
            {
                "holds": report.holds,
                "files": report.files,
                "counts": report.counts,
                "questions": report.figures,
                "findings": report.findings,
            }
        )
    elif report.holds:
        click.echo(HOLDS.format(files=report.files, figures=report.figures, **report.counts))
    else:
        for finding in report.findings:
            click.echo(finding)
    sys.exit(0 if report.holds else 1)
