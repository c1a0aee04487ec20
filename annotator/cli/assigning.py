"""Giving out work from the command line."""

import math
from dataclasses import asdict

import click

from annotator.cli.context import SEEDS, json_option, now, open_database, print_json
from annotator.domain.suggestion_policy import POLICIES
from annotator.services import assigning, projects, survivors
from annotator.services.assigning import AssignReport
from annotator.services.survivors import LeftOut
from annotator.store.labelling import ROUND_KINDS

DONE = "{did} “{name}” ({kind}, codebook version {version}, seed {seed})."
GIVEN = "{paragraphs} paragraphs, {overlapping} of them for several people; {assignments} tasks."
NOT_A_NUMBER = "nan is not a number above 0 and up to 1."


def _number(_context: click.Context, _parameter: click.Parameter, share: float) -> float:
    """No bound of a range holds NaN back: nothing is below or above it."""
    if math.isnan(share):
        raise click.BadParameter(NOT_A_NUMBER)
    return share


@click.command(epilog="Example: annotator assign elections --overlap 2 --sample 0.3 --seed 7")
@click.argument("slug")
@click.option(
    "--overlap",
    required=True,
    type=click.IntRange(min=1),
    help="How many people label each paragraph.",
)
@click.option("--round", "round_name", default="main", show_default=True, help="Name of the round.")
@click.option(
    "--kind",
    default="main",
    show_default=True,
    type=click.Choice(ROUND_KINDS),
    help="What the round is for.",
)
@click.option(
    "--sample",
    "share",
    default=1.0,
    show_default=True,
    type=click.FloatRange(min=0, max=1, min_open=True),
    callback=_number,
    help="Only this random share of the documents goes to several people, the rest to one.",
)
@click.option(
    "--suggestions",
    type=click.Choice(POLICIES),
    help="Do annotators see what the machine takes for noise? Hidden if left out, since machine "
    "suggestions anchor people. after_choice: once they have chosen themselves; random_share: "
    "beforehand, on 30 % of the paragraphs, so that the influence can be measured.",
)
@click.option("--seed", type=SEEDS, help="The same seed gives the same plan; drawn if left out.")
@json_option
def assign(
    *,
    slug: str,
    overlap: int,
    round_name: str,
    kind: str,
    share: float,
    suggestions: str | None,
    seed: int | None,
    as_json: bool,
) -> None:
    """Give the documents of a project to its annotators, each paragraph to so many of them.

    An open round of the same name is extended by the documents that are new to it.
    """
    with open_database() as database, database.write() as session:
        report = assigning.assign(
            session,
            project_id=projects.project_named(session, slug=slug).id,
            overlap=overlap,
            round_name=round_name,
            kind=kind,
            sample_share=share,
            suggestions=suggestions,
            seed=seed,
            actor_id=None,
            now=now(),
        )
    if as_json:
        print_json(asdict(report))
    else:
        _say(report)


def _say(report: AssignReport) -> None:
    did = "Began the round" if report.begun else "Extended the round"
    click.echo(
        DONE.format(
            did=did,
            name=report.round_name,
            kind=report.kind,
            version=report.codebook_version,
            seed=report.seed,
        )
    )
    click.echo(
        GIVEN.format(
            paragraphs=report.paragraphs,
            overlapping=report.overlapping,
            assignments=report.assignments,
        )
    )
    if report.left_out:
        click.echo(survivors.in_words(LeftOut(report.considered, report.left_out_by)))
    for name, count in report.people.items():
        click.echo(f"{count:>7}  {name}")
