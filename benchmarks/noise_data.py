"""The labelled pages of ../shared/noise-dev, as documents: whole pages and article containers."""

import difflib
import gzip
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from annotator.domain.noise.features import Batch
from annotator.domain.noise.placing import Placed
from annotator.domain.repetition import duplicate_key
from annotator.formats import html_page, read_file

SHARED = Path(__file__).resolve().parents[2] / "shared" / "noise-dev"
PARTS = ("wcxb", "shub", "daniel")
MAIN, NOISE, HEADLINE, COPY = range(4)
CODES = {"content": MAIN, "noise": NOISE, "title": HEADLINE, "dup": COPY}
VIEWS = ("page", "container")
# What is known of a document: its text alone, or also where each block stands in its page.
TRACKS = ("text", "html")


@dataclass(frozen=True)
class Page:
    id: str
    source: str
    site: str
    lang: str
    html: str | None
    texts: tuple[str, ...]
    keys: tuple[str, ...]
    labels: tuple[int, ...]
    inside: tuple[bool, ...]
    links: tuple[float, ...]


@dataclass(frozen=True)
class View:
    """Pages as documents. `labels`, `inside` by paragraph; `page` is the index into `pages`."""

    pages: Sequence[Page]
    batch: Batch
    labels: np.ndarray[Any, np.dtype[np.int64]]
    inside: np.ndarray[Any, np.dtype[np.bool_]]

    @property
    def page(self) -> np.ndarray[Any, np.dtype[np.int64]]:
        return self.batch.of

    def by_page(self, values: Sequence[Any]) -> np.ndarray[Any, np.dtype[Any]]:
        return np.array(values)[self.batch.of]


def pages(folder: Path = SHARED) -> list[Page]:
    """All pages but those that a site has twice."""
    found: dict[str, list[Page]] = defaultdict(list)
    for part in PARTS:
        for page in _of_part(folder / f"{part}.jsonl.gz"):
            if not any(_same(page, other) for other in found[page.site]):
                found[page.site].append(page)
    return [page for of_site in found.values() for page in of_site]


def _same(page: Page, other: Page) -> bool:
    """Whether most of the text of both is the same."""
    one, two = (
        {key for key, label in zip(of.keys, of.labels, strict=True) if label == MAIN}
        for of in (page, other)
    )
    return 2 * len(one & two) > max(len(one), len(two))


def html(page: Page, folder: Path = SHARED) -> bytes:
    assert page.html is not None
    return gzip.decompress((folder / page.html).read_bytes())


def placed(page: Page, folder: Path = SHARED) -> list[Placed]:
    """Where each block stands: its share of links, and the rest if the page came with HTML.

    The blocks are aligned with the lines of our own reader; of what it cuts otherwise only the
    links are known.
    """
    stands: list[Placed | None] = [None] * len(page.texts)
    if page.html is not None:
        (record,) = read_file(f"{page.id}.html", html(page, folder))
        assert record.markup is not None
        lines = html_page.placed(record.markup, record.text)
        assert lines is not None
        matcher = difflib.SequenceMatcher(
            None, _spaced(page.texts), _spaced(record.text.split("\n")), autojunk=False
        )
        for block, line, size in matcher.get_matching_blocks():
            stands[block : block + size] = lines[line : line + size]
    return [
        Placed(share) if stand is None else replace(stand, links=share)
        for share, stand in zip(page.links, stands, strict=True)
    ]


def _spaced(texts: Sequence[str]) -> list[str]:
    return [" ".join(text.split()) for text in texts]


def view(of_pages: Sequence[Page], kind: str, *, alone: float = 0.0, seed: int = 0) -> View:
    """All blocks of each page, or those inside the article container alone.

    A share `alone` of the pages is treated as the only one of its site, so that the model learns to
    do without the others.
    """
    chance = np.random.default_rng(seed)
    chosen = [
        [i for i in range(len(page.texts)) if kind == "page" or page.inside[i]] for page in of_pages
    ]
    holding: dict[str, Counter[str]] = defaultdict(Counter)
    for page, blocks in zip(of_pages, chosen, strict=True):
        holding[page.site].update({page.keys[i] for i in blocks})
    of_site = Counter(page.site for page in of_pages)
    texts, of, copies, later, elsewhere, documents = [], [], [], [], [], []
    labels, inside, links = [], [], []
    for number, (page, blocks) in enumerate(zip(of_pages, chosen, strict=True)):
        solitary = chance.random() < alone
        times = Counter(page.keys[i] for i in blocks)
        met: set[str] = set()
        documents.append(1 if solitary else of_site[page.site])
        for i in blocks:
            key = page.keys[i]
            texts.append(page.texts[i])
            of.append(number)
            copies.append(times[key])
            later.append(key in met)
            elsewhere.append(0 if solitary else holding[page.site][key] - 1)
            labels.append(page.labels[i])
            inside.append(page.inside[i])
            links.append(page.links[i])
            met.add(key)
    batch = Batch(
        texts,
        np.array(of, np.int64),
        np.array(copies, np.float32),
        np.array(later, np.float32),
        np.array(elsewhere, np.float32),
        np.array(documents, np.float32),
        np.array(links, np.float32),
    )
    return View(of_pages, batch, np.array(labels, np.int64), np.array(inside, bool))


def folds(sites: Sequence[str], number: int, seed: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    """The fold of each site: all pages of a site are in the same one."""
    different = sorted(set(sites))
    np.random.default_rng(seed).shuffle(different)
    of = {site: at % number for at, site in enumerate(different)}
    return np.array([of[site] for site in sites], np.int64)


def _of_part(path: Path) -> Iterator[Page]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            blocks = row["blocks"]
            yield Page(
                id=row["id"],
                source=row["source"],
                site=row["site"],
                lang=row["lang"],
                html=row.get("html"),
                texts=tuple(block["t"] for block in blocks),
                keys=tuple(duplicate_key(block["t"]) for block in blocks),
                labels=tuple(CODES[block["y"]] for block in blocks),
                inside=tuple(block["in"] == 1 for block in blocks),
                links=tuple(block["link"] for block in blocks),
            )
