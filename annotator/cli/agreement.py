"""Figures from the command line: agreement."""

from collections.abc import Iterable
from typing import Any, Final

import click

from annotator.cli.agreement_report import details, overview
from annotator.cli.context import json_option, open_database, print_json
from annotator.cli.resampling import bootstrap_option, seed_option
from annotator.services.agreement import score_project
from annotator.services.projects import project_named

NOTHING: Final = "No judgments yet: assign a round in which two people label the same, then label."
NOTES: Final = {
    "intra_annotator": "The same item again: a retest, and the ceiling of any agreement.",
    "gold": "Gold: what people decided, without what somebody decided about their own labels.",
}


@click.command(epilog="Example: annotator agreement news --round main")
@click.argument("slug")
@click.option("--round", "round_name", help="Only this round; else all main ones, else the pilots.")
@bootstrap_option
@seed_option
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
    for code, sentence in NOTES.items():
        if any(entry[code] for entry in asked):
            yield ""
            yield sentence
