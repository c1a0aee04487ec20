"""The table on reliability that a paper needs, ready to paste: a row for each question."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from annotator.domain.exclusions import WHY
from annotator.domain.manifest import Manifest, ReleasedRound

TITLE: Final = "# Reliability: {title}"
CAPTION: Final = (
    "Krippendorff's alpha with the distance of the question's scale; 95 % intervals from a "
    "bootstrap over documents with {replicates} replicates and the seed {seed}. Sample: {sample}. "
    "The thresholds were stated before the round. n: items with two labels or more that count."
)
NO_SAMPLE: Final = "nothing has been labelled in a round that is scored"


def reliability(made: Manifest, figures: dict[str, Any]) -> str:
    """Markdown: what a reader of the paper must know, then the table."""
    caption = CAPTION.format(replicates=made.replicates, seed=made.seed, sample=_sample(made))
    title = TITLE.format(title=" ".join(made.project.title.split()))
    return "\n".join([title, "", caption, "", *table(made, figures), ""])


def table(made: Manifest, figures: dict[str, Any]) -> Iterator[str]:
    """The lines of the table, and what the codes in it mean.

    `figures` is what agreement.json holds.
    """
    drawn = _drawn(made)
    yield (
        "| question | scale | coders | sample | n | alpha | 95 % interval | threshold | reached "
        "| percent |"
    )
    yield "|---|---|---|---|---|---|---|---|---|---|"
    for entry in figures["questions"]:
        alpha = entry["statistics"]["krippendorff_alpha"]
        percent = entry["statistics"]["percent_agreement"]["value"]
        cells = (
            f"`{entry['question']}`",
            entry["scale"].partition(":")[0],
            sum(1 for each in entry["annotators"] if each["judgments"]),
            drawn,
            entry["pairable_items"],
            _figure(alpha["value"]),
            _interval(alpha),
            _figure(entry["threshold"]),
            _reached(alpha["value"], entry["threshold"]),
            _figure(percent),
        )
        yield f"| {' | '.join(map(str, cells))} |"
    yield from _missing(figures["questions"])


def _drawn(made: Manifest) -> str:
    """In a cell: how the items with several labels were drawn."""
    scored = [each for each in made.rounds if each.scored]
    shares = {each.sample_share for each in scored}
    if not scored:
        return "–"
    if shares == {1}:
        return "all"
    return "random " + ", ".join(f"{share * 100:g} %" for share in sorted(shares))


def _sample(made: Manifest) -> str:
    return "; ".join(_of_round(each) for each in made.rounds if each.scored) or NO_SAMPLE


def _of_round(each: ReleasedRound) -> str:
    sources = "the sources hidden" if each.blind else "the sources shown"
    if each.sample_share == 1:
        return f"round {each.name}, every item given to {each.overlap} coders, {sources}"
    return (
        f"round {each.name}, a random {each.sample_share * 100:g} % of the items, drawn beforehand "
        f"with the seed {each.seed} and given to {each.overlap} coders, {sources}"
    )


def _reached(value: float | None, threshold: float | None) -> str:
    if value is None or threshold is None:
        return "–"
    return "yes" if value >= threshold else "no"


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
