"""The card of the noise model: its figures come from cross-validation, its words from here."""

from collections.abc import Iterator, Mapping, Sequence

import noise_data as data
import noise_fitting as fitting
import noise_validating as validating
import numpy as np
from noise_validating import Array, Figures

from annotator.domain.noise import LIKELY, RULES, SURE
from annotator.domain.noise.model import ARTICLE, LIKE_A_HEADLINE, Model

LONG_NOISE = 150
TOLD_FROM = {"text": "text alone", "html": "with links"}
NAMES = {"page": "whole page", "container": "article container"}
LANGUAGES = {"en": "English", "el": "Greek", "pl": "Polish", "ru": "Russian", "zh": "Chinese"}

INTRODUCTION = """# The noise model: its card

Written by `benchmarks/train_noise.py`; do not change it by hand.

`annotator/domain/noise/model.json.gz` ({size} kB) holds weights and no text: gradient boosted
trees (trained with LightGBM, walked by numpy) over {features} features of a paragraph, its
neighbours and its document, and the weights of hashed character n-grams. It tells main text, noise
and headlines apart and gives one probability of noise, calibrated out of fold by isotonic
regression. There are two forests over the same numbers: one for text alone, and one that also knows
which share of a paragraph and of its neighbours stands inside links, for documents that came as
HTML. Of these the log odds also rise by {outside} outside the element that looks like the article
of the page, and fall by {inside} inside it. Rules with reasons in words stand beside them, and the
higher probability counts. What is not
{spared} times as likely to be noise as a headline is not suspected, nor for standing elsewhere. The
figures below are those of model and rules together.

It is made to suggest, never to label: from {sure} on a suggestion is hardly ever wrong, from
{likely} on it is to be looked at, and below nothing is said.

## Data
{pages:,} pages of {sites} sites, cut into {blocks:,} blocks and labelled automatically by aligning
each page with the ground truth of a public benchmark:

| origin | licence | pages | languages |
|---|---|--:|---|
"""
ORIGINS = {
    "wcxb": ("Web Content Extraction Benchmark (articles), Murrough Foley", "CC-BY-4.0"),
    "shub": ("article-extraction-benchmark, Scrapinghub", "MIT"),
    "daniel": ("Daniel corpus v2.1 in `waddle`, Lejeune & Zhu 2018", "GPL-3.0"),
}
METHOD = """
Nothing of these pages is in this repository. Every page is learnt twice: whole, and as the blocks
of its article container alone, which is what scraped text looks like. Cross-validation is by site,
in {outer} folds: each page was judged by a model that had seen no page of its site, and n-gram
scores and calibration were made out of fold inside each training part. Headlines count
{headline:.0f}-fold in both; the odds of what then seems to be noise are set right by a factor of
{odds}. The pages of a site are taken as one source. Headlines and second copies are not scored as
noise or text, since the benchmarks disagree about them.

Every page comes with the share of links of its blocks, and {with_html} with their HTML. With links,
the figures are those of all pages; what tags and names of classes tell (the rule `placed_apart`),
and which part looks like the article, is only known of the {with_html}, and hardly shows in them:
these have a table of their own. The two numbers for the article were fitted by a logistic
regression on these very pages, so that their figures lean towards them a little.

## Figures
"""
WEAK = """
## Weak points
- Long noise (teasers with a summary, biographies, notices): see its recall above.
- Languages that are not in the table: the features of form, place and repetition carry over, the
  n-grams hardly do. Let a lead refit the suggestions to the project's own gold (the page *Noise*).
- Pages that are one long table or list: cells, prices and names look like noise whether they are
  or not, and the benchmarks label them either way. A few such pages make most of the errors in
  English.
- Captions that are full sentences, teasers in the middle of an article, lists of references.
- The labels are automatic and disagree about datelines, captions and bylines; the figures inherit
  that.
- The type of noise is told by rules; for what only the model suspects it is a guess from length
  and place.
- Sixty of the pages make more than half of all errors.
- Class names are a matter of fashion: a page whose menus and boxes are named otherwise is told by
  its links and its text.
- A second pass over the neighbours' probabilities was tried: it added .002 to the macro-F1 inside
  the container, took .001 from whole pages and .01 from the precision from .9, and is left out.
  So are averages over windows of up to 80 lines, runs of short lines and the contiguous stretch
  with the most text, which together added .002 on whole pages and took .004 inside the container
  (the mean of two forests, with and without them: .004 and .001 more); full weight for pages of
  many blocks (.001, 0); and stronger regularisation (.0015, -.0025). With the HTML, a rule for all
  that stands outside the element with most of the text added .003 on whole pages, nothing inside
  the container, and suspected more headlines; as a little evidence among other, the element that
  Readability's way of counting finds added .019 and .026 (`formats.html_article`).
"""


def card(pages: Sequence[data.Page], noise: Mapping[str, Array], model: Model, size: int) -> str:
    parts = [
        INTRODUCTION.format(
            size=round(size / 1000), features=len(model.columns), sure=SURE, likely=LIKELY,
            spared=LIKE_A_HEADLINE, outside=ARTICLE[0.0], inside=-ARTICLE[1.0],
            pages=len(pages), sites=len({page.site for page in pages}),
            blocks=sum(len(page.texts) for page in pages),
        ),
        *_origins(pages),
        METHOD.format(
            outer=validating.OUTER,
            headline=fitting.WEIGHT_HEADLINE,
            odds=fitting.ODDS,
            with_html=sum(page.html is not None for page in pages)
        ),
        *_overall(pages, noise),
        *_languages(pages, noise),
        *_bands(pages, noise),
        *_lengths(pages, noise),
        *_rules(pages),
        WEAK,
    ]  # fmt: skip
    return "".join(parts)


def _origins(pages: Sequence[data.Page]) -> Iterator[str]:
    for source, (origin, licence) in ORIGINS.items():
        langs = [page.lang for page in pages if page.source == source]
        counted = ", ".join(f"{lang} {langs.count(lang)}" for lang in sorted(set(langs)))
        yield f"| {origin} | {licence} | {len(langs)} | {counted} |\n"


def _overall(pages: Sequence[data.Page], noise: Mapping[str, Array]) -> Iterator[str]:
    yield (
        "| scored | blocks | macro-F1 | mean of pages | precision from .5 | recall from .5 | "
        "precision from .9 | recall from .9 | headlines suspected | of first copies |\n"
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n"
    )
    for track, told in TOLD_FROM.items():
        for kind, name in NAMES.items():
            view, thought = data.view(pages, kind), noise[validating.key(kind, track)]
            everything = np.ones(len(view.labels), bool)
            found = validating.figures(view.labels, thought, everything, view.batch.later)
            by_page = validating.of_pages(pages, kind, thought)
            yield (
                f"| {told}, {name} | {found.blocks:,} | {found.macro_f1:.3f} | {by_page:.3f} | "
                f"{_cells(found)} | {found.headlines:.1%} | {found.first_headlines:.1%} |\n"
            )
    yield from _with_html(pages, noise)


def _with_html(pages: Sequence[data.Page], noise: Mapping[str, Array]) -> Iterator[str]:
    yield (
        "\n### The pages with their HTML\n| scored | blocks | from text alone | with the "
        "page | headlines suspected |\n|---|--:|--:|--:|--:|\n"
    )
    chosen = [number for number, page in enumerate(pages) if page.html is not None]
    for kind, name in NAMES.items():
        view = data.view(pages, kind)
        rows = np.isin(view.page, chosen)
        text, html = (
            validating.figures(view.labels, noise[validating.key(kind, track)], rows)
            for track in data.TRACKS
        )
        yield (
            f"| {name} | {html.blocks:,} | {text.macro_f1:.3f} | {html.macro_f1:.3f} | "
            f"{html.headlines:.1%} |\n"
        )


def _languages(pages: Sequence[data.Page], noise: Mapping[str, Array]) -> Iterator[str]:
    yield (
        "\n### By language, article container, text alone\n"
        "| language | blocks | macro-F1 | precision from .5 | recall from .5 | precision from .9 | "
        "recall from .9 |\n|---|--:|--:|--:|--:|--:|--:|\n"
    )
    view = data.view(pages, "container")
    langs = view.by_page([page.lang for page in pages])
    for lang, name in LANGUAGES.items():
        found = validating.figures(view.labels, noise["container"], langs == lang)
        yield f"| {name} | {found.blocks:,} | {found.macro_f1:.3f} | {_cells(found)} |\n"


def _bands(pages: Sequence[data.Page], noise: Mapping[str, Array]) -> Iterator[str]:
    yield (
        "\n### By band, text alone\n| probability | share of noise, whole page | "
        "article container |\n"
        "|---|--:|--:|\n"
    )
    for low, high in ((0.9, 1.1), (0.7, 0.9), (0.5, 0.7), (0.3, 0.5), (0.1, 0.3), (0.0, 0.1)):
        cells = []
        for kind in NAMES:
            labels = data.view(pages, kind).labels
            chosen = (noise[kind] >= low) & (noise[kind] < high) & (labels <= data.NOISE)
            share = float((labels[chosen] == data.NOISE).mean())
            cells.append(f"{share:.3f} of {int(chosen.sum()):,}")
        yield f"| {low} to {min(high, 1.0)} | {' | '.join(cells)} |\n"


def _lengths(pages: Sequence[data.Page], noise: Mapping[str, Array]) -> Iterator[str]:
    yield "\n### By length, article container, text alone\n"
    yield "| noise of | blocks | recall from .5 |\n|---|--:|--:|\n"
    view = data.view(pages, "container")
    length = np.array([len(text) for text in view.batch.texts])
    for name, chosen in (
        (f"up to {LONG_NOISE} characters", length <= LONG_NOISE),
        ("more", length > LONG_NOISE),
    ):
        rows = chosen & (view.labels == data.NOISE)
        recall = float((noise["container"][rows] >= LIKELY).mean())
        yield f"| {name} | {int(rows.sum()):,} | {recall:.3f} |\n"


def _rules(pages: Sequence[data.Page]) -> Iterator[str]:
    """What each rule says by itself; headlines and copies are not counted."""
    yield (
        "\n### Rules, whole page\n| rule | found | of these noise | the rule says |\n"
        "|---|--:|--:|--:|\n"
    )
    labels = data.view(pages, "page").labels
    counted: dict[str, list[tuple[bool, float]]] = {rule.__name__: [] for rule in RULES}
    row = 0
    for document in validating.documents(pages, "page", "html"):
        for position in range(len(document.pieces)):
            if labels[row] <= data.NOISE:
                for rule in RULES:
                    finding = rule(document, position)
                    if finding is not None:
                        counted[rule.__name__].append(
                            (labels[row] == data.NOISE, finding.probability)
                        )
            row += 1
    for name, found in counted.items():
        if found:
            true, said = np.mean(np.array(found, float), axis=0)
            yield f"| `{name}` | {len(found):,} | {true:.3f} | {said:.3f} |\n"


def _cells(found: Figures) -> str:
    return (
        f"{found.precision:.3f} | {found.recall:.3f} | "
        f"{found.sure_precision:.3f} | {found.sure_recall:.3f}"
    )
