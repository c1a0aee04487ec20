"""The rules on the project's own sample documents, whose gold is known."""

import json
from collections import Counter, defaultdict
from functools import cache
from typing import Any

from annotator.domain.noise import Suggestion, suggest
from annotator.domain.repetition import duplicate_key
from annotator.domain.segmentation import Piece, segment
from annotator.paths import sample

LANGS = ("en", "ru", "ro")


def rows(name: str) -> list[dict[str, Any]]:
    lines = (sample() / name).read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines if line]


@cache
def suggested() -> list[tuple[Piece, str, Suggestion | None]]:
    """(paragraph, gold `content`, suggestion) of every paragraph, with what its source repeats."""
    content = {
        (row["file"], row["position"]): row["answers"]["content"][0]
        for row in rows("gold.jsonl")
        if "position" in row
    }
    documents = rows("documents.jsonl")
    pieces = {
        row["file"]: segment((sample() / "documents" / row["file"]).read_bytes().decode()).pieces
        for row in documents
    }
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for row in documents:
        seen[row["source"]].update({duplicate_key(piece.text) for piece in pieces[row["file"]]})
    found = []
    for row in documents:
        suggestions = suggest(
            pieces[row["file"]],
            lang=row["lang"],
            langs=LANGS,
            seen_elsewhere={key: times - 1 for key, times in seen[row["source"]].items()},
            documents_of_source=sum(one["source"] == row["source"] for one in documents),
        )
        by_position = {one.position: one for one in suggestions}
        found += [
            (piece, content[row["file"], position], by_position.get(position))
            for position, piece in enumerate(pieces[row["file"]])
        ]
    return found


def test_hardly_any_main_text_of_the_sample_is_suspected_and_none_strongly() -> None:
    main = [suggestion for _, content, suggestion in suggested() if content == "main"]

    assert len(main) > 100
    assert sum(one is not None for one in main) <= len(main) // 50
    assert all(one is None or one.probability < 0.9 for one in main)


def test_half_of_the_noise_of_the_sample_is_suspected() -> None:
    noise = [suggestion for _, content, suggestion in suggested() if content == "boilerplate"]

    assert sum(one is not None for one in noise) >= len(noise) // 2


def test_every_kind_of_reason_is_met_in_the_sample() -> None:
    reasons = " ".join(
        reason for _, _, suggestion in suggested() if suggestion for reason in suggestion.reasons
    )

    for words in (
        "times in a row on this line",
        "the first copy stays",
        "documents of this source",
        "letters, while the document is in",
        "and no sentence",
    ):
        assert words in reasons
