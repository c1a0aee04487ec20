"""What every command has in common, so that none is forgotten."""

from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from annotator.cli import main

# They run until they are stopped, so there is no value to print.
ENDLESS = {"serve", "work"}


def commands(group: click.Group, *before: str) -> Iterator[tuple[str, ...]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, *before, name)
        else:
            yield (*before, name)


@pytest.mark.parametrize("words", list(commands(main)), ids=" ".join)
def test_a_command_has_help_with_an_example_and_prints_json(words: tuple[str, ...]) -> None:
    result = CliRunner().invoke(main, [*words, "--help"])
    assert result.exit_code == 0
    assert f"Example: annotator {' '.join(words)}" in result.stdout
    assert ("--json" in result.stdout) == (words[-1] not in ENDLESS)


def test_a_command_that_there_is_not_is_a_wrong_call() -> None:
    result = CliRunner().invoke(main, ["frobnicate"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "No such command" in result.stderr
