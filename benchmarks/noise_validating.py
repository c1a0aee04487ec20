"""Cross-validation of the noise model by site: every page is judged by a model of other sites."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import noise_data as data
import noise_fitting
import numpy as np

from annotator.domain.noise import LIKELY, Surroundings
from annotator.domain.noise.judging import judged
from annotator.domain.noise.model import Model
from annotator.domain.noise.ruling import ruled
from annotator.domain.segmentation import Piece

Array = np.ndarray[Any, np.dtype[Any]]

OUTER: Final = 4
SEED: Final = 1


@dataclass(frozen=True)
class Figures:
    """Of blocks of text and noise.

    `headlines` is the share of headlines that are suspected, and `first_headlines` of those that do
    not stand earlier in their document: a later copy is noise by the codebook.
    """

    macro_f1: float
    precision: float
    recall: float
    sure_precision: float
    sure_recall: float
    headlines: float
    first_headlines: float
    blocks: int


def key(kind: str, track: str) -> str:
    """Under which the probabilities of a view and a track are kept."""
    return kind if track == "text" else f"{kind}-{track}"


def crossvalidated(pages: Sequence[data.Page], say: Callable[[str], None]) -> dict[str, Array]:
    """What a model of other sites thinks of every block, by `key`, without the rules.

    Shape (2, blocks): the probability of noise, and 1 for what is rather a headline.
    """
    of_page = data.folds([page.site for page in pages], OUTER, SEED)
    found = {
        key(kind, track): np.zeros((2, len(data.view(pages, kind).labels)), np.float32)
        for kind in data.VIEWS
        for track in data.TRACKS
    }
    for fold in range(OUTER):
        model = noise_fitting.fitted(
            [page for page, of in zip(pages, of_page, strict=True) if of != fold], say
        ).model
        left_out = [page for page, of in zip(pages, of_page, strict=True) if of == fold]
        for kind in data.VIEWS:
            rows = np.isin(data.view(pages, kind).page, np.flatnonzero(of_page == fold))
            for track in data.TRACKS:
                found[key(kind, track)][:, rows] = thought(left_out, kind, track, model)
        say(f"fold {fold + 1} of {OUTER} judged")
    return found


def thought(pages: Sequence[data.Page], kind: str, track: str, model: Model) -> Array:
    """What the model thinks of every block, the pages of a site being one source."""
    of_pages = documents(pages, kind, track)
    return np.concatenate(
        [np.stack([found.noise, found.headlines]) for _, found in judged(of_pages, model)], axis=1
    )


def with_rules(pages: Sequence[data.Page], kind: str, track: str, model: Array) -> Array:
    """The probability of noise with the rules, of which the highest counts."""
    found, row = np.array(model[0]), 0
    for document in documents(pages, kind, track):
        for position in range(len(document.pieces)):
            for one in ruled(document, position, headline=bool(model[1, row])):
                found[row] = max(found[row], one.probability)
            row += 1
    return found


def documents(pages: Sequence[data.Page], kind: str, track: str = "text") -> list[Surroundings]:
    view = data.view(pages, kind)
    at, found = 0, []
    for number, page in enumerate(pages):
        size = int((view.page == number).sum())
        rows = range(at, at + size)
        texts = [view.batch.texts[row] for row in rows]
        blocks = [i for i in range(len(page.keys)) if kind == "page" or page.inside[i]]
        keys = [page.keys[i] for i in blocks]
        placed = data.placed(page) if track == "html" else None
        elsewhere = {
            key: int(view.batch.elsewhere[row]) for key, row in zip(keys, rows, strict=True)
        }
        of_site = int(view.batch.documents[number])
        found.append(
            Surroundings(
                pieces(texts), page.lang, (page.lang, "en"), elsewhere, of_site,
                placed and [placed[i] for i in blocks],
            )
        )  # fmt: skip
        at += size
    return found


def pieces(texts: Sequence[str]) -> list[Piece]:
    found, at = [], 0
    for text in texts:
        found.append(Piece(at, at + len(text), text, "\n"))
        at += len(text) + 1
    return found


def figures(labels: Array, noise: Array, chosen: Array, later: Array | None = None) -> Figures:
    """`later` is 1 for copies of earlier blocks; without it none is taken for one."""
    scored = chosen & np.isin(labels, (data.MAIN, data.NOISE))
    true, likely = labels[scored] == data.NOISE, noise[scored] >= 0.5
    sure = noise[scored] >= 0.9
    hits, wrong = int((true & likely).sum()), int((~true & likely).sum())
    missed, right = int((true & ~likely).sum()), int((~true & ~likely).sum())
    headline = chosen & (labels == data.HEADLINE)
    first = headline if later is None else headline & (later == 0)
    return Figures(
        macro_f1=(_f1(hits, wrong, missed) + _f1(right, missed, wrong)) / 2,
        precision=hits / max(hits + wrong, 1),
        recall=hits / max(hits + missed, 1),
        sure_precision=int((true & sure).sum()) / max(int(sure.sum()), 1),
        sure_recall=int((true & sure).sum()) / max(int(true.sum()), 1),
        headlines=_suspected(noise[headline]),
        first_headlines=_suspected(noise[first]),
        blocks=int(scored.sum()),
    )


def of_pages(pages: Sequence[data.Page], kind: str, noise: Array) -> float:
    """The mean over pages of the macro-F1 of each, of those that have both text and noise."""
    view = data.view(pages, kind)
    found = []
    for rows in np.split(np.arange(len(view.labels)), np.flatnonzero(np.diff(view.page)) + 1):
        labels = view.labels[rows]
        if {data.MAIN, data.NOISE} <= set(labels.tolist()):
            found.append(figures(labels, noise[rows], np.ones(len(rows), bool)).macro_f1)
    return float(np.mean(found))


def stored(pages: Sequence[data.Page], path: Path, say: Callable[[str], None]) -> dict[str, Array]:
    """Cross-validated probabilities with the rules; the models' are kept in `path`."""
    if not path.exists():
        made: dict[str, Any] = crossvalidated(pages, say)
        np.savez_compressed(path, **made)
    with np.load(path, allow_pickle=False) as kept:
        return {
            key(kind, track): with_rules(pages, kind, track, kept[key(kind, track)])
            for kind in data.VIEWS
            for track in data.TRACKS
        }


def _suspected(noise: Array) -> float:
    return float((noise >= LIKELY).mean()) if len(noise) else 0.0


def _f1(hits: int, wrong: int, missed: int) -> float:
    return 2 * hits / max(2 * hits + wrong + missed, 1)
