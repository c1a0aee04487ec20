"""The options of `annotator export` that say what a release holds."""

from collections.abc import Callable
from typing import Any, Final, TypeVar, get_args

import click

from annotator.domain.release_choices import Choices, choices_of
from annotator.domain.splits import SHARES, By

Command = TypeVar("Command", bound=Callable[..., Any])
BAD_SHARES: Final = "{given!r} is not three whole numbers such as 80/10/10."


class _Shares(click.ParamType[tuple[int, ...]]):
    """Three percentages, such as 80/10/10."""

    name = "TRAIN/VALIDATION/TEST"

    def convert(
        self,
        value: Any,  # noqa: ANN401 - as click has it
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> tuple[int, ...]:
        if isinstance(value, tuple):
            return value
        parts = str(value).split("/")
        if len(parts) != len(SHARES) or not all(part.isdecimal() for part in parts):
            self.fail(BAD_SHARES.format(given=value), param, ctx)
        return tuple(int(part) for part in parts)


_OPTIONS: Final = (
    click.option("--question", "questions", multiple=True, help="Only these; repeatable."),
    click.option(
        "--language", "languages", multiple=True, help="Only documents in these; repeatable."
    ),
    click.option(
        "--gold",
        type=click.Choice(("all", "people")),
        default="all",
        show_default=True,
        help="people: what was settled by rule is no gold.",
    ),
    click.option(
        "--min-annotators",
        type=click.IntRange(0, 100),
        default=0,
        show_default=True,
        help="An item labelled by fewer has no gold.",
    ),
    click.option(
        "--certainty",
        type=click.FloatRange(0, 1),
        default=0.0,
        show_default=True,
        help="Gold by rule is left out where the label is less likely.",
    ),
    click.option(
        "--texts",
        type=click.Choice(("full", "hash")),
        default="full",
        show_default=True,
        help="hash: the SHA-256 and the place of each text, not the text.",
    ),
    click.option(
        "--withhold",
        "withheld_sources",
        metavar="SOURCE",
        multiple=True,
        help="A source whose texts are given as hash alone; repeatable.",
    ),
    click.option("--licence", default="", help="Of the labels, such as CC-BY-4.0."),
    click.option("--texts-licence", default=None, help="Of the texts."),
    click.option(
        "--competence", is_flag=True, help="Tell how competent annotators are; few are recognised."
    ),
    click.option(
        "--split-by", type=click.Choice(get_args(By)), default="group", show_default=True,
        help="group: documents that share no main text.",
    ),
    click.option(
        "--shares", type=_Shares(), default=SHARES, help="In percent.  [default: 80/10/10]"
    ),
    click.option(
        "--starts",
        nargs=2,
        metavar="DAY DAY",
        default=None,
        help="With --split-by date: when validation and test begin, such as 2024-01-01 2024-07-01.",
    ),
)  # fmt: skip


def choice_options(command: Command) -> Command:
    """Give a command every option of `Choices`; it gets them as keyword arguments."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def chosen(given: dict[str, Any]) -> Choices:
    """The choices from these keyword arguments; what was not given has its default.

    Raises:
        DataInvalid: two choices contradict each other.
    """
    return choices_of({name: value for name, value in given.items() if value is not None})
