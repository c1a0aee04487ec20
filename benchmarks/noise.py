"""Suggesting noise: cross-validated by site, beside three extractors that have the HTML; speed.

Needs ../shared/noise-dev beside the checkout, and what requirements-bench.lock adds.
"""

import logging
import time
import warnings
from collections.abc import Callable, Sequence
from functools import partial
from itertools import cycle, islice

import noise_data as data
import noise_rivals
import noise_validating as validating
import numpy as np
import texts
from figures import Options, heading, run_alone, say
from noise_validating import Array

from annotator.domain.language import document_language
from annotator.domain.noise import Surroundings, suggest, suggest_all
from annotator.domain.segmentation import segment
from annotator.services.documents.inspecting import paragraph_language

LANGS = ("en", "ru", "ro", "lt")
PARAGRAPHS = 60
BATCH = 100
MUST = {
    "page": {"macro_f1": 0.93, "sure_precision": 0.97},
    "container": {"macro_f1": 0.90, "sure_precision": 0.97},
}
HEADLINES_UNDER = 0.15
LINES = ("Menu", "Share this article", "Photo: Port Office", "Read also", "(votes: 6, rating: 4.5)")


def measure(options: Options) -> None:
    speed(options)
    if not data.SHARED.is_dir():
        print("\n  Noise is not scored: ../shared/noise-dev is not beside this checkout.")
        return
    pages = data.pages()
    kept = options.workshop / "noise.npz"
    noise = validating.stored(pages, kept, lambda what: print(f"  … {what}", flush=True))
    scores(pages, noise)
    rivals(pages, noise)


def scores(pages: Sequence[data.Page], noise: dict[str, Array]) -> None:
    for kind, must in MUST.items():
        heading(f"Noise told from text alone, {kind}, {len(pages)} pages cross-validated by site")
        labels = data.view(pages, kind).labels
        found = validating.figures(labels, noise[kind], np.ones(len(labels), bool))
        say("macro-F1 of noise and text", [found.macro_f1], "", least=must["macro_f1"])
        say("the same, mean of pages", [validating.of_pages(pages, kind, noise[kind])], "")
        say("precision from .9 on", [found.sure_precision], "", least=must["sure_precision"])
        say("recall from .9 on", [found.sure_recall], "")
        limit = HEADLINES_UNDER if kind == "container" else None
        say("headlines suspected", [found.headlines], "", under=limit)


def rivals(pages: Sequence[data.Page], noise: dict[str, Array]) -> None:
    """All of them on the blocks of the same pages; the others are given the HTML."""
    chosen = [i for i, page in enumerate(pages) if page.html]
    logging.disable(logging.CRITICAL)
    for kind in data.VIEWS:
        heading(f"The same on {len(chosen)} pages beside extractors that have the HTML, {kind}")
        view = data.view(pages, kind)
        rows = np.isin(view.page, chosen)
        say("ours, text alone", [validating.figures(view.labels, noise[kind], rows).macro_f1], "")
        for name, rival in noise_rivals.RIVALS.items():
            suspected = np.zeros(len(view.labels), np.float32)
            suspected[rows] = _suspected_by(rival, [pages[i] for i in chosen], kind)
            say(name, [validating.figures(view.labels, suspected, rows).macro_f1], "")
    logging.disable(logging.NOTSET)


def _suspected_by(rival: noise_rivals.Rival, pages: Sequence[data.Page], kind: str) -> list[bool]:
    found: list[bool] = []
    for page in pages:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            kept = noise_rivals.kept(page.texts, rival(data.html(page), page.lang))
        found += [
            not one
            for one, inside in zip(kept, page.inside, strict=True)
            if kind == "page" or inside
        ]
    return found


def speed(options: Options) -> None:
    heading(f"Suggestions and languages of documents of {PARAGRAPHS} paragraphs")
    documents = [_document(number) for number in range(BATCH)]
    _look(documents[0])
    runs = options.runs(30)
    say(
        "one document",
        [_milliseconds(partial(_look, one)) for one in documents[:runs]],
        "ms CPU",
        under=10,
    )
    together = [_around(one) for one in documents]
    took = _milliseconds(partial(suggest_all, together)) / BATCH
    say(f"suggestions alone, {BATCH} documents at once", [took], "ms CPU each")


def _document(number: int) -> str:
    """Made-up text whose every third line is a line of a page."""
    body = next(islice(texts.documents(number + 1, seed=number), number, None))["text"].split(
        "\n\n"
    )
    lines = [
        line if i % 3 == 0 else f"{text} ({number}, {i})"
        for i, (text, line) in enumerate(
            islice(zip(cycle(body), cycle(LINES), strict=False), PARAGRAPHS)
        )
    ]
    return "\n".join(lines)


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
