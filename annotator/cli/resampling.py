"""How figures are drawn: the options that commands of agreement share."""

import click

from annotator.cli.context import SEEDS
from annotator.services.agreement import REPLICATES
from annotator.services.scoring_frame import DEFAULT_SEED

bootstrap_option = click.option(
    "--bootstrap",
    type=click.IntRange(min=0),
    default=REPLICATES,
    show_default=True,
    help="Resamples of documents for the intervals; 0 leaves them out.",
)
seed_option = click.option(
    "--seed",
    type=SEEDS,
    default=DEFAULT_SEED,
    show_default=True,
    help="The same seed gives the same figures.",
)
