"""Noise suggestions scored, beside extractors that have the HTML; prints one JSON value.

Run by benchmarks/noise.py with the Python of `.venv-rivals`; the argument is a file in which the
cross-validated probabilities are kept.
"""

import json
import logging
import sys
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import noise_data as data
import noise_rivals
import noise_validating as validating
import numpy as np
from noise_validating import Array

Scores = dict[str, float]


def main() -> None:
    pages = data.pages()
    noise = validating.stored(pages, Path(sys.argv[1]), _tell)
    with_html = [i for i, page in enumerate(pages) if page.html]
    print(
        json.dumps(
            {
                "pages": len(pages),
                "with_html": len(with_html),
                "ours": {
                    name: _ours(pages, name.split("-")[0], probabilities)
                    for name, probabilities in noise.items()
                },
                "beside": {kind: _beside(pages, with_html, kind, noise) for kind in data.VIEWS},
            }
        )
    )


def _ours(pages: Sequence[data.Page], kind: str, noise: Array) -> Scores:
    view = data.view(pages, kind)
    everything = np.ones(len(view.labels), bool)
    found = validating.figures(view.labels, noise, everything, view.batch.later)
    return {**asdict(found), "mean_of_pages": validating.of_pages(pages, kind, noise)}


def _beside(
    pages: Sequence[data.Page], chosen: list[int], kind: str, noise: Mapping[str, Array]
) -> Scores:
    """Macro-F1 on the blocks of the same pages."""
    view = data.view(pages, kind)
    rows = np.isin(view.page, chosen)
    found = {
        name: validating.figures(view.labels, noise[validating.key(kind, track)], rows).macro_f1
        for name, track in (("ours, text alone", "text"), ("ours, with the HTML", "html"))
    }
    logging.disable(logging.CRITICAL)
    for name, rival in noise_rivals.RIVALS.items():
        suspected = np.zeros(len(view.labels), np.float32)
        suspected[rows] = _suspected_by(rival, [pages[i] for i in chosen], kind)
        found[name] = validating.figures(view.labels, suspected, rows).macro_f1
    logging.disable(logging.NOTSET)
    return found


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


def _tell(what: str) -> None:
    print(f"  … {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
