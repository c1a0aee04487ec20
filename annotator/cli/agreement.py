"""Figures from the command line: agreement."""

from collections.abc import Iterable
from typing import Any, Final

import click

from annotator.cli.agreement_report import details, overview
from annotator.cli.context import SEEDS, json_option, open_database, print_json
from annotator.services.agreement import REPLICATES, score_project
from annotator.services.judging import DEFAULT_SEED
from annotator.services.projects import project_named

NOTHING: Final = "No judgments yet: assign a round in which two people label the same, then label."


@click.command(epilog="Example: annotator agreement news --round main")
@click.argument("slug")
@click.option("--round", "round_name", help="Only this round; else all main ones, else the pilots.")
@click.option(
    "--bootstrap",
    type=click.IntRange(min=0),
    default=REPLICATES,
    show_default=True,
    help="Resamples of documents for the intervals; 0 leaves them out.",
)
@click.option(
    "--seed",
    type=SEEDS,
    default=DEFAULT_SEED,
    show_default=True,
    help="The same seed gives the same intervals.",
)
@json_option
def agreement(
    slug: str,
    round_name: str | None,
    bootstrap: int,
    seed: int,
    as_json: bool,  # noqa: FBT001 - click passes flags so
) -> None:
    """Print the agreement of a project's annotators, question by question."""
    with open_database() as database, database.read() as session:
        found = score_project(
            session,
            project_id=project_named(session, slug=slug).id,
            round_name=round_name,
            seed=seed,
            replicates=bootstrap,
        )
    if as_json:
        print_json(found)
        return
    for line in _agreement_lines(found):
        click.echo(line)


def _agreement_lines(found: dict[str, Any]) -> Iterable[str]:
    asked = [entry for entry in found["questions"] if entry["judgments"]]
    if not asked:
        yield NOTHING
        return
    rounds = ", ".join(found["rounds"])
    yield (
        f"Krippendorff's alpha; codebook version {found['codebook_version']}, rounds: {rounds}; "
        f"seed {found['seed']}, {found['replicates']} replicates."
    )
    yield ""
    yield from overview(asked)
    for entry in asked:
        yield ""
        yield from details(entry)
