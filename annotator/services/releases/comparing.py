"""What is different between two release folders, read side by side; needs no database."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from annotator.domain import dataset
from annotator.domain.manifest import Manifest
from annotator.domain.release_changes import (
    NAMED_AT_MOST,
    Changes,
    Difference,
    FigureChange,
    GoldChange,
    Move,
)
from annotator.errors import DataInvalid
from annotator.services.releases.reading import CANNOT_OPEN, codebook_in, json_of, manifest_of
from annotator.services.releases.verifying_figures import questions_of
from annotator.services.releases.verifying_rows import Findings, best_of, rows_of

Record = dict[str, Any]
Key = tuple[str, ...]
OTHER_PROJECT: Final = (
    "{new} is a release of the project “{new_slug}” and {old} of “{old_slug}”, so they cannot be "
    "compared."
)
ANNOTATED: Final = ("item_id", "annotator_id", "question", "round")
LABELLED: Final = ("item_id", "question")
SAID: Final = ("label", "state", "spans")


@dataclass(slots=True)
class _Folder:
    """A release folder whose tables are read one at a time."""

    path: Path
    made: Manifest
    tables: dict[str, dataset.Table]

    @classmethod
    def of(cls, path: Path) -> "_Folder":
        made = manifest_of(path)
        asked = questions_of(json_of(path, "agreement.json"), codebook_in(path))
        return cls(path, made, dataset.tables(question.code for question in asked))

    def records(self, name: str) -> Iterator[Record]:
        table = self.tables[name]
        rows = rows_of(self.path, table, (best_of(self.made.table_formats),), Findings())
        # CSV cannot tell an empty text from nothing; where that matters, `state` does.
        return (
            {
                name: None if cell == "" else cell
                for name, cell in zip(table.names, row, strict=True)
            }
            for row in rows
        )

    def grouped(self, name: str, key: Key) -> Iterator[tuple[Key, list[Record]]]:
        """Rows by key, in the order of the table, which is sorted by it."""

        def place(record: Record) -> Key:
            return tuple(record[column] for column in key)

        return ((found, list(rows)) for found, rows in groupby(self.records(name), place))


def compare(old: Path, new: Path, *, against: int | None = None) -> Changes:
    """What is different in the folder `new`.

    `against` is the number of the older release, where it has one. Items are compared by id, which
    follows from their text: a changed paragraph is one removed and one added.

    Raises:
        DataInvalid: one is not a release, cannot be read, or they are of two projects.
    """
    try:
        return _compared(old, new, against)
    except OSError as error:
        name = Path(error.filename or old).name
        raise DataInvalid(CANNOT_OPEN.format(name=name, detail=error.strerror)) from error


def _compared(old: Path, new: Path, against: int | None) -> Changes:
    before, after = _Folder.of(old), _Folder.of(new)
    old_slug, new_slug = before.made.project.slug, after.made.project.slug
    if old_slug != new_slug:
        raise DataInvalid(
            OTHER_PROJECT.format(new=new, old=old, new_slug=new_slug, old_slug=old_slug)
        )
    judgments = _Judgments.of(before, after)
    gold = _Gold.of(before, after)
    items = _Items.of(before, after)
    return Changes(
        against=against,
        codebook=_codebook(before.made, after.made),
        choices=_choices(before.made, after.made),
        items=items.by_scope,
        judgments=judgments.difference,
        recounted=judgments.recounted,
        gold=dict(sorted(gold.by_question().items())),
        gold_changes=tuple(gold.named),
        moved=items.moved,
        moves=tuple(items.moves),
        figures=_figures(before.made, after.made),
    )


def _codebook(before: Manifest, after: Manifest) -> tuple[int, int] | None:
    if before.codebook == after.codebook:
        return None
    return before.codebook.version, after.codebook.version


def _choices(before: Manifest, after: Manifest) -> dict[str, tuple[str, str]]:
    """Also the seed; formats are other files with the same rows."""
    one = before.choices.model_dump(mode="json") | {"seed": before.seed}
    other = after.choices.model_dump(mode="json") | {"seed": after.seed}
    return {
        name: (_words(one[name]), _words(other[name])) for name in other if one[name] != other[name]
    }


def _words(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "all"
    return "" if value is None else str(value)


def _figures(before: Manifest, after: Manifest) -> dict[str, FigureChange]:
    names = [*before.agreement, *(name for name in after.agreement if name not in before.agreement)]
    alphas = {
        name: tuple(
            made.agreement[name].alpha if name in made.agreement else None
            for made in (before, after)
        )
        for name in names
    }
    return {
        name: FigureChange(before=one, after=other)
        for name, (one, other) in alphas.items()
        if one != other
    }


def _paired(
    before: Iterator[tuple[Key, list[Record]]], after: Iterator[tuple[Key, list[Record]]]
) -> Iterator[tuple[list[Record], list[Record]]]:
    """The rows of each key in both tables, of which one may have none; both are sorted by it."""
    one, other = next(before, None), next(after, None)
    while one is not None or other is not None:
        if other is None or (one is not None and one[0] < other[0]):
            yield (one[1] if one else []), []
            one = next(before, None)
        elif one is None or other[0] < one[0]:
            yield [], other[1]
            other = next(after, None)
        else:
            yield one[1], other[1]
            one, other = next(before, None), next(after, None)


@dataclass(slots=True)
class _Judgments:
    difference: Difference
    recounted: int

    @classmethod
    def of(cls, before: _Folder, after: _Folder) -> "_Judgments":
        counts: Counter[str] = Counter()
        tables = (folder.grouped("annotations", ANNOTATED) for folder in (before, after))
        for one, other in _paired(*tables):
            counts["added"] += max(0, len(other) - len(one))
            counts["removed"] += max(0, len(one) - len(other))
            for was, now in zip(one, other, strict=False):
                counts["changed"] += any(was[name] != now[name] for name in SAID)
                counts["recounted"] += bool(was["excluded"]) != bool(now["excluded"])
        return cls(
            Difference(**{name: counts[name] for name in Difference.model_fields}),
            counts["recounted"],
        )


@dataclass(slots=True)
class _Gold:
    counts: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    named: list[GoldChange] = field(default_factory=list)

    @classmethod
    def of(cls, before: _Folder, after: _Folder) -> "_Gold":
        found = cls()
        tables = (folder.grouped("labels", LABELLED) for folder in (before, after))
        for one, other in _paired(*tables):
            found.take(one[0] if one else None, other[0] if other else None)
        return found

    def take(self, one: Record | None, other: Record | None) -> None:
        was, now = (None if row is None else row["gold_set"] for row in (one, other))
        if was == now:
            return
        row = other or one or {}
        kind = "added" if was is None else "removed" if now is None else "changed"
        self.counts[row["question"]][kind] += 1
        if len(self.named) < NAMED_AT_MOST:
            change = GoldChange(
                item_id=row["item_id"],
                question=row["question"],
                before=_gold(one),
                after=_gold(other),
            )
            self.named.append(change)

    def by_question(self) -> dict[str, Difference]:
        return {name: Difference(**counts) for name, counts in self.counts.items()}


def _gold(row: Record | None) -> str | None:
    if row is None:
        return None
    return str(row["gold_set"]) if row["gold_set"] else f"({row['no_gold']})"


@dataclass(slots=True)
class _Items:
    """Items are sorted by document, and documents by when they came, so ids are held in memory."""

    by_scope: dict[str, Difference]
    moved: int
    moves: list[Move]

    @classmethod
    def of(cls, before: _Folder, after: _Folder) -> "_Items":
        was, now = _placed(before), _placed(after)
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for item_id in now.keys() - was.keys():
            counts[now[item_id][0]]["added"] += 1
        for item_id in was.keys() - now.keys():
            counts[was[item_id][0]]["removed"] += 1
        moved = sorted(
            item_id
            for item_id in was.keys() & now.keys()
            if now[item_id][0] == "document" and was[item_id][1] != now[item_id][1]
        )
        moves = [
            Move(document_id=item_id, before=was[item_id][1], after=now[item_id][1])
            for item_id in moved[:NAMED_AT_MOST]
        ]
        scopes = ("source", "document", "paragraph")
        by_scope = {scope: Difference(**counts[scope]) for scope in scopes if counts[scope]}
        return cls(by_scope, len(moved), moves)


def _placed(folder: _Folder) -> dict[str, tuple[str, str | None]]:
    """Scope and side of every item."""
    return {row["item_id"]: (row["scope"], row["split"]) for row in folder.records("items")}
