"""Suggesting noise: speed, and scores cross-validated by site beside extractors with the HTML.

Scores need ../shared/noise-dev beside the checkout.
"""

import json
import os
import subprocess
import time
from collections.abc import Callable
from functools import partial
from itertools import cycle, islice
from pathlib import Path

import texts
from figures import Options, heading, run_alone, say

from annotator.domain.language import document_language
from annotator.domain.noise import Surroundings, suggest, suggest_all
from annotator.domain.segmentation import segment
from annotator.services.documents.inspecting import paragraph_language

ROOT = Path(__file__).resolve().parents[1]
RIVALS = ROOT / ".venv-rivals" / "bin" / "python"
SHARED = ROOT.parent / "shared" / "noise-dev"
LANGS = ("en", "ru", "ro", "lt")
PARAGRAPHS = 60
BATCH = 100
MUST = {"page": 0.93, "container": 0.90}
# On the pages that come with their HTML; of the others only the links are known.
MUST_WITH_HTML = {"page": 0.95, "container": 0.92}
TOLD_FROM = {
    "page": "text alone, whole page",
    "container": "text alone, container",
    "page-html": "text and links, whole page",
    "container-html": "text and links, container",
}
WITH_HTML = "ours, with the HTML"
SURE = 0.97
HEADLINES_UNDER = {"container": 0.15, "container-html": 0.15}
LINES = ("Menu", "Share this article", "Photo: Port Office", "Read also", "(votes: 6, rating: 4.5)")


def measure(options: Options) -> None:
    speed(options)
    if not SHARED.is_dir():
        print("\n  Noise is not scored: ../shared/noise-dev is not beside this checkout.")
    elif options.quick:
        print("\n  Noise is not scored with --quick: five models are trained for it.")
    else:
        scores(options)


def scores(options: Options) -> None:
    told = subprocess.run(
        [RIVALS, Path(__file__).with_name("noise_scores.py"), options.workshop / "noise.npz"],
        stdout=subprocess.PIPE,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    found = json.loads(told.stdout)
    for kind, told_from in TOLD_FROM.items():
        ours = found["ours"][kind]
        heading(f"Noise told from {told_from}: {found['pages']} pages of other sites")
        say("macro-F1 of noise and text", [ours["macro_f1"]], "", least=MUST.get(kind))
        say("the same, mean of pages", [ours["mean_of_pages"]], "")
        say("precision from .9 on", [ours["sure_precision"]], "", least=SURE)
        say("recall from .9 on", [ours["sure_recall"]], "")
        say("headlines suspected", [ours["headlines"]], "", under=HEADLINES_UNDER.get(kind))
        say("headlines suspected, of first copies", [ours["first_headlines"]], "")
    for kind, beside in found["beside"].items():
        heading(f"Macro-F1 on the {found['with_html']} pages with HTML, {kind}")
        for name, value in beside.items():
            least = MUST_WITH_HTML[kind] if name == WITH_HTML else None
            say(name, [value], "", least=least)


def speed(options: Options) -> None:
    heading(f"Suggestions and languages of documents of {PARAGRAPHS} paragraphs")
    documents = [_document(number) for number in range(BATCH)]
    _look(documents[0])
    some = documents[1 : 1 + options.runs(30)]
    say("one document", [_milliseconds(partial(_look, one)) for one in some], "ms CPU", under=10)
    together = [_around(one) for one in documents]
    took = _milliseconds(partial(suggest_all, together)) / BATCH
    say(f"suggestions alone, {BATCH} documents at once", [took], "ms CPU each")


def _document(number: int) -> str:
    """Made-up text whose every third line is a line of a page."""
    body = next(islice(texts.documents(number + 1, seed=number), number, None))["text"].split(
        "\n\n"
    )
    lines = zip(cycle(body), cycle(LINES), strict=False)
    return "\n".join(
        line if i % 3 == 0 else f"{text} ({number}, {i})"
        for i, (text, line) in enumerate(islice(lines, PARAGRAPHS))
    )


def _around(text: str) -> Surroundings:
    pieces = segment(text).pieces
    return Surroundings(pieces, document_language(pieces, LANGS), LANGS, {}, 1)


def _look(text: str) -> None:
    pieces = segment(text).pieces
    lang = document_language(pieces, LANGS)
    suggest(pieces, lang=lang, langs=LANGS, seen_elsewhere={}, documents_of_source=1)
    for piece in pieces:
        paragraph_language(piece.text, lang, LANGS)


def _milliseconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return (time.process_time() - began) * 1000


if __name__ == "__main__":
    run_alone(measure)
