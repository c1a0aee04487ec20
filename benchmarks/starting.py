"""Starting: from the call of `annotator serve` to the first 200 of /healthz."""

from pathlib import Path

import importing
import projects
import server
from figures import Options, heading, run_alone, say


def measure(options: Options) -> None:
    empty = options.workshop / "empty"
    with projects.opened(empty):
        pass
    large = importing.large_home(options)
    heading("Starting the server, until it answers")
    say("empty database", _seconds(empty, options), "s", under=1)
    name = f"{importing.paragraphs(options):,} paragraphs"
    say(name, _seconds(large, options), "s", under=3)


def _seconds(home: Path, options: Options) -> list[float]:
    seconds = []
    for _ in range(2 if options.quick else 5):
        with server.serving(home) as running:
            seconds.append(running.ready_seconds)
    return seconds


if __name__ == "__main__":
    run_alone(measure)
