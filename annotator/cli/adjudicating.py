"""Gold from the command line: adjudicate."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Final

import click

from annotator.cli.context import json_option, now, open_database, print_json
from annotator.services.adjudication import policies
from annotator.services.adjudication.policies import POLICIES, Policy, PolicyReport
from annotator.services.projects import project_named

LEFT: Final = {
    "disputed": "in dispute: settle them on the page Adjudicate",
    "waiting": "agreed on, but whether they apply is in dispute: settle that, then run this again",
    "single": "with one label only",
    "unanswered": "that nobody answered",
}
NOTHING: Final = {
    "unanimous": "Nothing to settle: no question that two or more people agree on is without gold.",
    "majority": "Nothing to settle: no question with such a majority is without gold.",
    "model": "Nothing to settle: no question of which a model is so sure is without gold.",
}
HOW: Final = {
    "unanimous": "that all agree on",
    "majority": "by majority",
    "model": "that a model is sure of",
}


@click.command(epilog="Example: annotator adjudicate news --policy majority --at-least 2 --dry-run")
@click.argument("slug")
@click.option("--policy", required=True, type=click.Choice(POLICIES), help="What to settle.")
@click.option(
    "--at-least",
    type=click.IntRange(min=2),
    default=2,
    show_default=True,
    help="Majority: so many votes for an answer.",
)
@click.option(
    "--margin",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Majority: so many votes more than the next answer.",
)
@click.option(
    "--threshold",
    type=click.FloatRange(min=0.5, max=1, min_open=True),
    default=0.95,
    show_default=True,
    help="Model: at least this probability, by the model that the data can carry.",
)
@click.option("--question", help="Only this question; else all.")
@click.option("--dry-run", is_flag=True, help="Say what would be settled, and change nothing.")
@json_option
def adjudicate(  # noqa: PLR0917 - click passes each option
    slug: str,
    policy: str,
    at_least: int,
    margin: int,
    threshold: float,
    question: str | None,
    dry_run: bool,  # noqa: FBT001 - click passes flags so
    as_json: bool,  # noqa: FBT001
) -> None:
    """Give gold to what needs no person: by unanimity, by a majority, or by a model."""
    wanted = Policy(policy, at_least, margin, threshold, question)
    with open_database() as database:
        if dry_run:
            with database.read() as session:
                project_id = project_named(session, slug=slug).id
                report = policies.preview_policy(session, project_id=project_id, policy=wanted)
        else:
            with database.write() as session:
                project_id = project_named(session, slug=slug).id
                report = policies.apply_policy(
                    session, project_id=project_id, policy=wanted, actor_id=None, now=now()
                )
    if as_json:
        print_json(asdict(report))
        return
    for line in _lines(report, dry_run=dry_run):
        click.echo(line)


def _lines(report: PolicyReport, *, dry_run: bool) -> Iterable[str]:
    if dry_run:
        yield (
            f"Would settle {report.decided:,} questions by the policy {report.policy}; "
            f"{report.void:,} would not apply by that. Nothing was changed."
        )
    elif report.batch_id is None:
        yield NOTHING[report.policy]
    else:
        yield (
            f"Settled {report.decided:,} questions {HOW[report.policy]}; {report.void:,} do not "
            f"apply by that (run {report.batch_id}, can be undone on the page Adjudicate)."
        )
    for code, number in report.questions.items():
        yield f"  {code}: {number:,}"
    if report.reasons:
        yield "Models:"
        yield from (f"  {code}: {reason}" for code, reason in report.reasons.items())
    if report.left:
        yield "Left open:"
        yield from (f"  {n:,} {LEFT[where]}" for where, n in report.left.items())
