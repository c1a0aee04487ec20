"""Made-up documents: seeded sentences of ordinary words, eleven paragraphs a document."""

import json
import random
from collections.abc import Iterator
from pathlib import Path

PARAGRAPHS = 11
SOURCES = 24
DOCUMENTS_A_FILE = 910

WORDS = (  # noqa: SIM905 - a list of words in quotes cannot be read
    "the of and to in a is that for it was on with as by at from they this have had not are "
    "but which one we all were when there can more if out up time two other new now people "
    "state border trade treaty minister energy pipeline market border army alliance neighbour "
    "council sanction election partner rival history language region capital export import "
    "grain railway harbour journalist analyst parliament budget summit delegation statement "
    "agreement visit cooperation security defence economy currency debt investor company "
    "factory worker winter between against without despite after before during under over "
    "through because although"
).split()


def documents(count: int, seed: int = 0) -> Iterator[dict[str, str]]:
    """`count` documents as records of an import."""
    chance = random.Random(seed)
    for number in range(count):
        yield {
            "external_id": f"document-{number}",
            "source": f"Outlet {number % SOURCES}",
            "title": _sentence(chance, 7),
            "text": "\n\n".join(_paragraph(chance) for _ in range(PARAGRAPHS)),
        }


def json_lines(records: list[dict[str, str]]) -> bytes:
    return "".join(json.dumps(record) + "\n" for record in records).encode()


def write_files(folder: Path, count: int) -> list[Path]:
    """The documents as JSON Lines files, each small enough for one import to take."""
    records = list(documents(count))
    paths = []
    for start in range(0, count, DOCUMENTS_A_FILE):
        path = folder / f"documents-{start:05}.jsonl"
        path.write_bytes(json_lines(records[start : start + DOCUMENTS_A_FILE]))
        paths.append(path)
    return paths


def _paragraph(chance: random.Random) -> str:
    return " ".join(_sentence(chance, chance.randint(8, 24)) for _ in range(chance.randint(2, 5)))


def _sentence(chance: random.Random, words: int) -> str:
    return " ".join(chance.choices(WORDS, k=words)).capitalize() + "."
