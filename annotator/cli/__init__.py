"""The `annotator` command. One module for each group of commands; errors become exit codes here.

0 done; 1 a problem with the data; 2 a problem with the call.
"""

import sys

import click

from annotator import __version__
from annotator.cli import (
    adjudicating,
    agreement,
    assigning,
    demo,
    importing,
    importing_labels,
    noise,
    people,
    projects,
    propagating,
    releasing,
    scoring,
    segmenting,
    serving,
    upkeep,
    working,
)
from annotator.errors import AnnotatorError

COMMANDS: tuple[click.Command, ...] = (
    serving.init,
    serving.serve,
    serving.settings,
    serving.routes,
    demo.demo,
    assigning.assign,
    people.user,
    people.token,
    projects.project,
    importing.import_command,
    importing_labels.import_labels_command,
    noise.noise,
    segmenting.segment,
    releasing.export,
    releasing.verify,
    releasing.diff,
    working.work,
    upkeep.backup,
    upkeep.restore,
    upkeep.check,
    scoring.score,
    agreement.agreement,
    adjudicating.adjudicate,
    propagating.propagate,
)


class _Group(click.Group):
    """Says our own errors in their one sentence, without a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except AnnotatorError as error:
            click.echo(str(error), err=True)
            sys.exit(1)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="annotator")
def main() -> None:
    """Label paragraphs of news for framing, stance and noise; export a dataset that proves itself.

    From nothing to a release: init, user add, project create, import, assign, serve, agreement,
    adjudicate, export, verify.
    """


for _command in COMMANDS:
    main.add_command(_command)
