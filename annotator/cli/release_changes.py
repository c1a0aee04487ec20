"""What changed between two releases, in lines for a terminal."""

from collections.abc import Iterator
from typing import Final

from annotator.domain.release_changes import Changes, Difference

SAME: Final = "The data are the same."
COUNTED: Final = "{what}: {added:,} added, {removed:,} removed, {changed:,} changed."
CODEBOOK: Final = "codebook: version {before} before, version {after} now."
CHOICE: Final = "{name}: {before} before, {after} now."
RECOUNTED: Final = "{count:,} judgments that are in both count in agreement in only one of them."
FIGURE: Final = "alpha of {name}: {before} before, {after} now."
GOLD: Final = "{item} {question}: {before} -> {after}"
MORE: Final = "… and {count:,} more."
MOVED: Final = "{count:,} documents lie on another side of the split:"
NONE_MOVED: Final = "No document lies on another side of the split."
# A terminal is no place for a thousand lines; --json has them.
SHOWN: Final = 20


def sentences(changes: Changes) -> Iterator[str]:
    """A line for everything that differs; of gold and moves the first few."""
    if changes.is_none:
        yield SAME
        return
    if changes.codebook:
        yield CODEBOOK.format(before=changes.codebook[0], after=changes.codebook[1])
    for name, (before, after) in changes.choices.items():
        yield CHOICE.format(name=name, before=before or "nothing", after=after or "nothing")
    for scope, difference in changes.items.items():
        yield _counted(f"{scope}s", difference)
    yield _counted("judgments", changes.judgments)
    if changes.recounted:
        yield RECOUNTED.format(count=changes.recounted)
    yield from _gold(changes)
    for name, alpha in changes.figures.items():
        yield FIGURE.format(name=name, before=_alpha(alpha.before), after=_alpha(alpha.after))
    yield from _moves(changes)


def _gold(changes: Changes) -> Iterator[str]:
    for question, difference in changes.gold.items():
        yield _counted(f"gold of {question}", difference)
    for each in changes.gold_changes[:SHOWN]:
        before, after = each.before or "not asked", each.after or "not asked"
        yield "  " + GOLD.format(
            item=each.item_id, question=each.question, before=before, after=after
        )
    total = sum(each.added + each.removed + each.changed for each in changes.gold.values())
    if total > SHOWN:
        yield "  " + MORE.format(count=total - SHOWN)


def _moves(changes: Changes) -> Iterator[str]:
    if not changes.moved:
        yield NONE_MOVED
        return
    yield MOVED.format(count=changes.moved)
    for move in changes.moves[:SHOWN]:
        yield f"  {move.document_id}: {move.before or 'none'} -> {move.after or 'none'}"
    if changes.moved > SHOWN:
        yield "  " + MORE.format(count=changes.moved - SHOWN)


def _counted(what: str, difference: Difference) -> str:
    return COUNTED.format(what=what, **difference.model_dump())


def _alpha(value: float | None) -> str:
    return "not defined" if value is None else f"{value:.3f}"
