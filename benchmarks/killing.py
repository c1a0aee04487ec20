"""Killing: the server dies twenty times under 32 annotators; is a save lost that it had answered?

The short form, two kills and four annotators, is a test.
"""

from dataclasses import dataclass

import projects
from figures import Options, heading, run_alone, say
from sqlalchemy import text

from annotator.store.audit import broken_links
from tests.crew import Client, MortalServer, label_through_kills

DOCUMENTS = 12
ANNOTATORS = 32
KILLS = 20

EVERYTHING = text("SELECT count(*) FROM assignments")
SAVE_IDS = text("SELECT save_id FROM annotation_revisions")


@dataclass
class Run:
    """What 32 annotators were promised, and what was found in the database afterwards."""

    saves: int
    lost: int
    doubled: int
    missing: int
    refused: int
    broken: int
    retries: int


def measure(options: Options) -> None:
    kills = 5 if options.quick else KILLS
    heading(f"{ANNOTATORS} annotators at once, SQLite, the server killed {kills} times")
    run = _run(options, kills)
    say("saves answered", [run.saves], "saves")
    say("requests that met no server and were sent again", [run.retries], "requests")
    say("refused", [run.refused], "saves", under=1)
    say("answered and lost", [run.lost], "saves", under=1)
    say("stored twice", [run.doubled], "saves", under=1)
    say("tasks left open", [run.missing], "tasks", under=1)
    say("broken links of the audit chain", [run.broken], "links", under=1)


def _run(options: Options, kills: int) -> Run:
    home = options.workshop / "killing"
    with projects.opened(home) as database:
        made = projects.make(
            database, "kills", documents=DOCUMENTS, annotators=ANNOTATORS, overlap=ANNOTATORS
        )
        with database.read() as session:
            everything = int(session.scalar(EVERYTHING) or 0)
        server = MortalServer(home)
        clients = [Client(server.port, made.slug, token) for token in made.tokens]
        label_through_kills(server, clients, kills=kills, saves=everything)
        promised = [save_id for client in clients for save_id in client.promised]
        with database.read() as session:
            stored = list(session.scalars(SAVE_IDS))
            broken = sum(1 for _ in broken_links(session))
    return Run(
        saves=len(promised),
        lost=len(set(promised) - set(stored)),
        doubled=len(stored) - len(set(stored)) + len(set(stored) - set(promised)),
        missing=everything - len(stored),
        refused=sum(len(client.refused) for client in clients),
        broken=broken,
        retries=sum(client.retries for client in clients),
    )


if __name__ == "__main__":
    run_alone(measure)
