"""Figures and gold from the command line: agreement, adjudicate."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any, Final

import click

from annotator.cli.context import SEEDS, json_option, now, open_database, print_json
from annotator.domain.exclusions import EXCLUSIONS, WHY
from annotator.services import adjudicating
from annotator.services.adjudicating import POLICIES, PolicyReport
from annotator.services.agreement import REPLICATES, score_project
from annotator.services.judging import DEFAULT_SEED
from annotator.services.projects import project_named

HEADINGS: Final = ("question", "alpha", "95 % interval", "threshold", "items", "annotators", "same")
NUMERIC: Final = frozenset({"alpha", "threshold", "items", "annotators", "same"})
NOTHING: Final = "No judgments yet: assign a round in which two people label the same, then label."
NONE: Final = "-"
LEFT: Final = {
    "disputed": "in dispute: settle them on the page Adjudicate",
    "waiting": "agreed on, but whether they apply is in dispute: settle that, then run this again",
    "single": "with one label only",
    "unanswered": "that nobody answered",
}


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
    yield from _table([_row(entry) for entry in asked])
    yield ""
    yield "Not counted:"
    for entry in asked:
        yield f"  {entry['question']}: {_not_counted(entry)}"
    yield from _meanings(asked)


def _row(entry: dict[str, Any]) -> tuple[str, ...]:
    alpha = entry["statistics"]["krippendorff_alpha"]
    percent = entry["statistics"]["percent_agreement"]["value"]
    annotators = sum(1 for each in entry["annotators"] if each["judgments"])
    return (
        entry["question"],
        _number(alpha["value"]),
        _interval(alpha),
        _number(entry["threshold"]),
        f"{entry['pairable_items']:,}",
        str(annotators),
        NONE if percent is None else f"{percent:.0%}",
    )


def _number(value: float | None) -> str:
    return NONE if value is None else f"{value:.2f}"


def _interval(figure: dict[str, Any]) -> str:
    if figure["low"] is None:
        return (figure["why"] or NONE).replace("_", " ")
    return f"{figure['low']:.2f} to {figure['high']:.2f}"


def _not_counted(entry: dict[str, Any]) -> str:
    excluded = ", ".join(f"{n:,} {code}" for code, n in entry["excluded"].items())
    return f"{excluded or 'nothing'}; {entry['counted']:,} of {entry['judgments']:,} count."


def _meanings(asked: Sequence[dict[str, Any]]) -> Iterable[str]:
    used = {code for entry in asked for code in entry["excluded"]}
    missing = {
        figure["why"]
        for entry in asked
        for figure in (entry["statistics"]["krippendorff_alpha"],)
        if figure["why"]
    }
    sentences = {
        **{code: EXCLUSIONS[code] for code in EXCLUSIONS if code in used},
        **{code.replace("_", " "): WHY[code] for code in WHY if code in missing},
    }
    if sentences:
        yield ""
    yield from (f"  {code}: {sentence}" for code, sentence in sentences.items())


def _table(rows: Sequence[tuple[str, ...]]) -> Iterable[str]:
    columns = list(zip(HEADINGS, *rows, strict=True))
    widths = [max(len(cell) for cell in column) for column in columns]
    for row in (HEADINGS, *rows):
        cells = [
            cell.rjust(width) if heading in NUMERIC else cell.ljust(width)
            for heading, cell, width in zip(HEADINGS, row, widths, strict=True)
        ]
        yield "  ".join(cells).rstrip()


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
