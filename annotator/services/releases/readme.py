"""README.md of a release: what it is, how it was made, what its numbers mean, how to check them."""

from collections.abc import Iterator
from typing import Any

from annotator.domain.codebook import Codebook
from annotator.domain.manifest import Manifest, data_dictionary, release_schema
from annotator.domain.splits import SPLITS as SIDES
from annotator.services.releases.reliability_table import table

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
`reliability.md` holds this table by itself.
Alpha is Krippendorff's, with the distance of the question's scale; the interval is a 95 % bootstrap
over documents with {replicates} replicates and the seed {seed}. The threshold was stated by the
lead before the round. All figures, by label, pair and annotator, are in `agreement.json`."""

GOLD = """\
Gold is the settled label. Of {rows} pairs of an item and a question that anybody was asked or that
was settled, {with_gold} have gold: {methods}. The others have none: {reasons}. {policy}
People took {decisions} decisions on single questions; {self_adjudicated} of them were taken by
someone who had labelled the item themselves, and in {several_right} several answers are right.
Settled under another version of the codebook, and left out: {left_out}."""

SPLITS = """\
{how} Documents that share main text, word for word or nearly, are one group and on one side; what
was taken for noise links nothing. Groups: {groups}; the largest has {largest}. Groups that would
have to be on two sides, and are on none: {crossing}. Documents on no side: {left_out}. A document
that is added later moves none of these, unless it joins two groups."""

HOW_SPLIT = {
    "group": "Each group is drawn by a hash of its name under a key of the project: {shares}.",
    "source": "Each source is drawn by a hash of its name under a key of the project: {shares}.",
    "date": "By the day of publication: validation from {starts[0]}, test from {starts[1]}.",
}
NOT_SPLIT = "The documents are not split."

LIMITS = """\
- Whoever labelled can be wrong together: agreement is not truth, and where all of a few people read
  a text in one way, no figure here shows it.
- Items without gold are in the tables with the reason; leaving them out makes a dataset easier
  than the texts are.
- Noise and near-duplicates that nobody settled are the machine's guess; `noise` of items says
  where.
- Labels are of the paragraph as it stands in its document, under the definitions of
  `codebook.yaml`, and of these documents: nothing makes them a sample of all that was published."""

FILES = """\
- `manifest.json`: size and SHA-256 of every other file, counts, rounds, seed.
- `codebook.yaml`: the questions and labels with their definitions, version {version}.
- `agreement.json`: every figure of agreement; `reliability.md`: the table for a paper.
- `CITATION.cff`: how to cite the dataset.
- `annotations`, `items`, `labels`, `annotators`, `sources`: the tables, each as {formats};
  the formats hold the same rows."""

CITING = """\
`CITATION.cff` names the dataset; add its authors, the number of the release, the day and the place
where it can be had. The SHA-256 of `manifest.json` names exactly this release."""

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
        "What it is made of": "\n".join(_composition(made)),
        "How it was made": "\n".join(_rounds(made)),
        "Which judgments count": _counting(made),
        "Agreement": "\n".join(_agreement(made, figures)),
        "Gold": _gold(made),
        "Splits": _splits(made),
        "Limits": LIMITS,
        "Files": FILES.format(version=made.codebook.version, formats=", ".join(made.table_formats))
        + _foreign(made),
        "Texts and licence": "\n".join(_licence(made)),
        "How to cite it": CITING,
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


def _composition(made: Manifest) -> Iterator[str]:
    yield "| what | number |"
    yield "|---|---|"
    for name, count in made.counts.items():
        yield f"| rows of `{name}` | {count} |"
    for code, count in made.languages.items():
        yield f"| paragraphs in {f'`{code}`' if code else 'no known language'} | {count} |"
    chosen = made.choices
    if chosen.questions:
        yield f"\nOnly these questions were released: {', '.join(chosen.questions)}."
    if chosen.languages:
        yield f"\nOnly documents in these languages were released: {', '.join(chosen.languages)}."


def _agreement(made: Manifest, figures: dict[str, Any]) -> Iterator[str]:
    yield FIGURES.format(replicates=made.replicates, seed=made.seed)
    yield ""
    yield from table(made, figures)


def _gold(made: Manifest) -> str:
    chosen = made.choices
    policy = []
    if chosen.gold == "people":
        policy.append("Only what people settled is gold.")
    if chosen.min_annotators:
        policy.append(f"An item labelled by fewer than {chosen.min_annotators} people has none.")
    if chosen.certainty:
        policy.append(
            f"A label that a rule settled is gold if its probability is {chosen.certainty:g} or "
            "more."
        )
    return GOLD.format(
        rows=made.counts["labels"],
        with_gold=sum(made.gold_methods.values()),
        methods=_listed(made.gold_methods),
        reasons=_listed(made.no_gold),
        policy=" ".join(policy) or "Every settled label was taken.",
        left_out=made.gold_left_out,
        **made.adjudications.model_dump(),
    )


def _splits(made: Manifest) -> str:
    found = made.splits
    if found.by == "none":
        return NOT_SPLIT
    shares = ", ".join(
        f"{name} {share} % ({found.documents.get(name, 0)} documents)"
        for name, share in zip(SIDES, made.choices.shares, strict=True)
    )
    starts = made.choices.starts or ("", "")
    largest = f"{found.largest_documents} document{'' if found.largest_documents == 1 else 's'}"
    return SPLITS.format(
        how=HOW_SPLIT[found.by].format(shares=shares, starts=starts),
        groups=found.groups,
        largest=largest,
        crossing=found.crossing,
        left_out=found.left_out,
    )


def _licence(made: Manifest) -> Iterator[str]:
    yield f"Labels: {_cell(made.choices.licence) or 'no licence was stated.'}"
    yield ""
    yield f"Texts: {_cell(made.texts_licence)}"
    if made.choices.texts == "hash":
        yield "\nNo text is here: `text_sha256`, `start`, `end` and `url` say which it was."
    elif made.choices.withheld_sources:
        names = ", ".join(map(_cell, made.choices.withheld_sources))
        yield f"\nOf these sources only hash and place of the texts are in the release: {names}."


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} `{code}`" for code, count in counts.items()) or "none"


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
