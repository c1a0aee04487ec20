"""What is different between two releases of a project: kept with the newer one, and printed."""

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

Count = Annotated[int, Field(ge=0)]
# Of what can be long, so many are named; the rest is counted.
NAMED_AT_MOST: Final = 1_000


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Difference(_Part):
    """Rows that only the newer has, that only the older has, and that say something else."""

    added: Count = 0
    removed: Count = 0
    changed: Count = 0

    @property
    def is_none(self) -> bool:
        return not (self.added or self.removed or self.changed)


class GoldChange(_Part):
    """`gold_set` of an item, or in brackets its `no_gold`; None where the question is not asked."""

    item_id: str
    question: str
    before: str | None
    after: str | None


class Move(_Part):
    """A document that lies on another side of the split."""

    document_id: str
    before: str | None
    after: str | None


class FigureChange(_Part):
    """Krippendorff's alpha of a question; None where it is not defined or not asked."""

    before: float | None
    after: float | None


class Changes(_Part):
    """`against` is the number of the older release, None where it has none.

    Of judgments those are `changed` whose label, state or marked passages differ; `recounted` are
    those that count in agreement in one of the releases only. `choices` and `codebook` hold what
    differs, before and after.
    """

    against: int | None = None
    codebook: tuple[int, int] | None = None
    choices: dict[str, tuple[str, str]] = {}
    items: dict[str, Difference] = {}
    judgments: Difference = Difference()
    recounted: Count = 0
    gold: dict[str, Difference] = {}
    gold_changes: tuple[GoldChange, ...] = ()
    moved: Count = 0
    moves: tuple[Move, ...] = ()
    figures: dict[str, FigureChange] = {}

    @property
    def is_none(self) -> bool:
        """Whether the data are the same."""
        return self == Changes(against=self.against)
