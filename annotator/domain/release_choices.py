"""What a lead decides about a release: the manifest repeats it, so that the same can be made again.

A choice changes what is shown of the data, never the data: what people said is as they said it.
"""

from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from annotator.domain.splits import SHARES, By
from annotator.errors import DataInvalid

TEXTS_UNLICENSED: Final = (
    "Not stated: the texts belong to their publishers, and whoever passes them on must have the "
    "right to."
)
WHOLE: Final = 100
NO_SUM: Final = "the shares of train, validation and test must be 100 together"
NO_STARTS: Final = (
    "splits by date need two days, such as 2024-01-01 and 2024-07-01: the one on which validation "
    "begins, and a later one for test"
)
NOT_CHOSEN: Final = "The release cannot be made so: {detail}."

Percent = Annotated[int, Field(ge=0, le=100)]
Day = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
ShortText = Annotated[str, Field(max_length=2_000)]


class Choices(BaseModel):
    """Empty lists mean all. What stands in the manifest under `choices`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    questions: tuple[str, ...] = Field(
        default=(), description="Codes of the questions that the release has, as in codebook.yaml."
    )
    languages: tuple[str, ...] = Field(
        default=(), description="Only documents in these languages are in the release."
    )
    gold: Literal["all", "people"] = Field(
        default="all",
        description="people: only what a person or a consensus settled counts as gold.",
    )
    min_annotators: Annotated[int, Field(ge=0, le=100)] = Field(
        default=0, description="An item labelled by fewer has no gold."
    )
    certainty: Annotated[float, Field(ge=0, le=1)] = Field(
        default=0.0,
        description="Gold that no person settled is left out where the likeliest label is less "
        "likely than this.",
    )
    texts: Literal["full", "hash"] = Field(
        default="full",
        description="hash: the release has the SHA-256 and the place of each text, not the text.",
    )
    withheld_sources: tuple[str, ...] = Field(
        default=(), description="Names of sources whose texts are given as hash alone."
    )
    licence: ShortText = Field(default="", description="Of the labels, such as CC-BY-4.0.")
    texts_licence: ShortText = TEXTS_UNLICENSED
    competence: bool = Field(
        default=False, description="Whether competence of annotators is told; few are recognised."
    )
    split_by: By = "group"
    shares: tuple[Percent, Percent, Percent] = SHARES
    starts: tuple[Day, Day] | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if sum(self.shares) != WHOLE:
            raise ValueError(NO_SUM)
        if self.split_by == "date" and (self.starts is None or self.starts[0] >= self.starts[1]):
            raise ValueError(NO_STARTS)
        return self

    def has_text_of(self, source: str) -> bool:
        """Whether the texts of a source, by its name, are given in full."""
        return self.texts == "full" and source not in self.withheld_sources


def choices_of(given: dict[str, Any]) -> Choices:
    """The choices, checked.

    Raises:
        DataInvalid: one cannot be, or two contradict each other.
    """
    try:
        return Choices.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        detail = first["msg"].removeprefix("Value error, ")
        raise DataInvalid(
            NOT_CHOSEN.format(detail=f"{name}: {detail}" if name else detail)
        ) from error
