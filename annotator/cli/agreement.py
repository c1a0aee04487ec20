"""Figures and gold from the command line: agreement, adjudicate."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any, Final

import click

from annotator.cli.agreement_report import details, overview
from annotator.cli.context import json_option, now, open_database, print_json
from annotator.cli.resampling import bootstrap_option, seed_option
from annotator.services import adjudicating
from annotator.services.adjudicating import POLICIES, PolicyReport
from annotator.services.agreement import score_project
from annotator.services.projects import project_named

NOTHING: Final = "No judgments yet: assign a round in which two people label the same, then label."
NOTES: Final = {
    "intra_annotator": "The same item again: a retest, and the ceiling of any agreement.",
    "gold": "Gold: what people decided, without what somebody decided about their own labels.",
}
LEFT: Final = {
    "disputed": "in dispute: settle them on the page Adjudicate",
    "waiting": "agreed on, but whether they apply is in dispute: settle that, then run this again",
    "single": "with one label only",
    "unanswered": "that nobody answered",
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


@click.command(epilog="Example: annotator adjudicate news --policy unanimous")
@click.argument("slug")
@click.option("--policy", required=True, type=click.Choice(POLICIES), help="What to settle.")
@json_option
def adjudicate(slug: str, policy: str, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Give gold to what needs no person: two or more labels, all the same."""
    with open_database() as database, database.write() as session:
        report = adjudicating.apply_policy(
            session,
            project_id=project_named(session, slug=slug).id,
            policy=policy,
            actor_id=None,
            now=now(),
        )
    if as_json:
        print_json(asdict(report))
        return
    for line in _policy_lines(report):
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


def _policy_lines(report: PolicyReport) -> Iterable[str]:
    if report.batch_id is None:
        yield "Nothing to settle: no question that two or more people agree on is without gold."
    else:
        yield (
            f"Settled {report.decided:,} questions that all agree on; {report.void:,} do not apply "
            f"by that (run {report.batch_id}, can be undone on the page Adjudicate)."
        )
    for code, number in report.questions.items():
        yield f"  {code}: {number:,}"
    if report.left:
        yield "Left open:"
        yield from (f"  {n:,} {LEFT[where]}" for where, n in report.left.items())
