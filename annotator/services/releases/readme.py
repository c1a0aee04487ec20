"""README.md of a release: what it is, how it was made, what its numbers mean, how to check them."""

from collections.abc import Iterable, Iterator
from typing import Any

from annotator.domain.codebook import Codebook
from annotator.domain.exclusions import WHY
from annotator.domain.manifest import Manifest, data_dictionary, release_schema

INTRODUCTION = """\
Paragraphs, documents and sources of the project “{title}” with the labels that people gave them,
the labels that were settled, and how far the people agreed. {items} items, {annotators} annotators,
{annotations} judgments, of which {counted} count in the figures of agreement.

Annotators stand under pseudonyms. What they said is as they said it; nothing was corrected."""

COUNTING = """\
Every assignment of an item to an annotator gives one row of `annotations` for each question, and
each row either counts in agreement or has the one reason why it does not, in `excluded`. What
counts is the last revision that an annotator saved before they saw any vote, gold or feedback on
the item, in the rounds named above, on items given to them as part of the sample that was drawn
beforehand. A question behind a gate is compared among those who passed the gate. A cluster of
near-duplicates counts once. Counted: {counted}. Left out: {excluded}."""

FIGURES = """\
Alpha is Krippendorff's, with the distance of the question's scale; the interval is a 95 % bootstrap
over documents with {replicates} replicates and the seed {seed}. The threshold was stated by the
lead. All figures, by label, pair and annotator, are in `agreement.json`."""

FILES = """\
- `manifest.json`: size and SHA-256 of every other file, counts, rounds, seed.
- `codebook.yaml`: the questions and labels with their definitions, version {version}.
- `agreement.json`: every figure of agreement.
- `annotations`, `items`, `annotators`, `sources`: the tables, each as {formats}; the formats hold
  the same rows."""

FOREIGN = """
- {folders}: the same data for other programs; `LOSSES.md` says what each of them cannot hold."""

CHECKING = """\
    {recompute}

run in this folder compares every hash, reads every table, and computes every figure of agreement
anew from the rows. It needs the program Annotator and no database."""


def readme(made: Manifest, figures: dict[str, Any], codebook: Codebook) -> str:
    """Markdown; the same release gives the same text."""
    sections = {
        _cell(made.project.title): _introduction(made),
        "How it was made": "\n".join(_rounds(made)),
        "Which judgments count": _counting(made),
        "Agreement": "\n".join(_agreement(made, figures)),
        "Files": FILES.format(version=made.codebook.version, formats=", ".join(made.table_formats))
        + _foreign(made),
        "Texts and licence": made.texts_licence,
        "CSV and formulas": made.csv,
        "How to check it": CHECKING.format(recompute=made.recompute),
        "Questions": "\n".join(_questions(codebook)),
        "Data dictionary": data_dictionary(release_schema()),
    }
    parts = [f"{'#' if n == 0 else '##'} {title}\n\n{text.strip(chr(10))}\n"
             for n, (title, text) in enumerate(sections.items())]  # fmt: skip
    return "\n".join(parts)


def _foreign(made: Manifest) -> str:
    folders = ", ".join(f"`{name}/`" for name in made.foreign)
    return FOREIGN.format(folders=folders) if folders else ""


def _introduction(made: Manifest) -> str:
    return INTRODUCTION.format(title=made.project.title, counted=_counted(made), **made.counts)


def _counted(made: Manifest) -> int:
    return made.counts["annotations"] - sum(made.excluded.values())


def _rounds(made: Manifest) -> Iterator[str]:
    if not made.rounds:
        yield "Nothing has been labelled yet."
        return
    yield "| round | kind | codebook | overlap | share of items | sources | scored |"
    yield "|---|---|---|---|---|---|---|"
    for each in made.rounds:
        hidden = "hidden" if each.blind else "shown"
        scored = "yes" if each.scored else "no"
        yield (
            f"| {_cell(each.name)} | {each.kind} | {each.codebook_version} | {each.overlap} "
            f"| {each.sample_share:g} | {hidden} | {scored} |"
        )


def _counting(made: Manifest) -> str:
    left_out = ", ".join(f"{count} {code}" for code, count in made.excluded.items())
    return COUNTING.format(counted=_counted(made), excluded=left_out or "none")


def _agreement(made: Manifest, figures: dict[str, Any]) -> Iterator[str]:
    yield FIGURES.format(replicates=made.replicates, seed=made.seed)
    yield ""
    yield "| question | scale | alpha | 95 % interval | threshold | items | percent |"
    yield "|---|---|---|---|---|---|---|"
    for entry in figures["questions"]:
        alpha = entry["statistics"]["krippendorff_alpha"]
        percent = entry["statistics"]["percent_agreement"]["value"]
        yield (
            f"| `{entry['question']}` | {entry['scale'].partition(':')[0]} "
            f"| {_figure(alpha['value'])} | {_interval(alpha)} | {_figure(entry['threshold'])} "
            f"| {entry['pairable_items']} | {_figure(percent)} |"
        )
    yield from _missing(figures["questions"])


def _missing(entries: Iterable[dict[str, Any]]) -> Iterator[str]:
    """What the codes in the table mean, each once."""
    codes = {entry["statistics"]["krippendorff_alpha"]["why"] for entry in entries}
    sentences = [f"- `{code}`: {sentence}" for code, sentence in WHY.items() if code in codes]
    if sentences:
        yield from ("", *sentences)


def _interval(alpha: dict[str, Any]) -> str:
    if alpha["low"] is None:
        return f"`{alpha['why']}`"
    return f"{_figure(alpha['low'])} to {_figure(alpha['high'])}"


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _questions(codebook: Codebook) -> Iterator[str]:
    yield "| question | of | scale | name | labels |"
    yield "|---|---|---|---|---|"
    for question in codebook.asked.values():
        name = next(iter(question.name.values()))
        labels = ", ".join(f"`{code}`" for code in question.label_codes)
        yield (
            f"| `{question.code}` | {question.scope} | {question.scale} | {_cell(name)} "
            f"| {labels} |"
        )


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())
