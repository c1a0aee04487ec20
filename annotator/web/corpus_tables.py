"""Figures of the corpus, summed up by language or by source, and their plot."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from annotator.store.queries.corpus_figures import Figures
from annotator.web.plots.bars import Share, bar_plot
from annotator.web.plots.drawing import Plot

PLOTTED = 30
NO_LANGUAGE = "none given"


@dataclass(slots=True)
class Line:
    """The sums of one language or source; `source_id` is None for a language."""

    name: str
    source_id: int | None = None
    documents: int = 0
    paragraphs: int = 0
    suggested: int = 0
    judged: int = 0
    settled: int = 0
    noise: int = 0

    def add(self, row: Figures) -> None:
        self.documents += row.documents
        self.paragraphs += row.paragraphs
        self.suggested += row.suggested
        self.judged += row.judged
        self.settled += row.settled
        self.noise += row.noise

    @property
    def suggested_share(self) -> float:
        return self.suggested / self.paragraphs if self.paragraphs else 0.0


def by_language(rows: Iterable[Figures]) -> list[Line]:
    lines: dict[str | None, Line] = {}
    for row in rows:
        lines.setdefault(row.lang, Line(row.lang or NO_LANGUAGE)).add(row)
    return sorted(lines.values(), key=lambda line: -line.paragraphs)


def by_source(rows: Iterable[Figures]) -> list[Line]:
    lines: dict[int, Line] = {}
    for row in rows:
        lines.setdefault(row.source_id, Line(row.source, row.source_id)).add(row)
    return list(lines.values())


def noise_plot(lines: Sequence[Line]) -> Plot | None:
    """The share that is probably noise, of the sources with most paragraphs."""
    largest = sorted(lines, key=lambda line: -line.paragraphs)[:PLOTTED]
    if not largest:
        return None
    return bar_plot(
        "Paragraphs that are probably noise",
        [Share(each.name, each.suggested_share) for each in largest],
    )
