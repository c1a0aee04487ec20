"""The shape of a codebook file: what a lead may write, and nothing else.

The JSON Schema in schema/codebook.schema.json is made from these models, so the descriptions here
are what an editor shows while a lead types. Checks that look at more than one place of the file are
in `codebook_checks`; what the questions become is in `codebook_expansion`.
"""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from annotator.domain.plain_text import strange_character

Scope = Literal["paragraph", "document", "source"]
Scale = Literal["nominal", "ordinal", "interval", "set", "text"]
Spans = Literal["none", "may", "must"]
Format = Literal["text", "link", "date"]

ANY = "any"
TARGET = "$target"


def _clean(text: str) -> str:
    strange = strange_character(text)
    if strange is not None:
        raise ValueError(f"holds the control character {strange}: take it out")
    return text


def _as_labels(value: Any) -> Any:  # noqa: ANN401 - pydantic hands over whatever stood in the file
    """One label may be written without brackets: `show_if: {content: main}`."""
    return (value,) if isinstance(value, str) else value


Code = Annotated[str, Field(pattern=r"^-?[a-z0-9_.]+$", max_length=40)]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
Text = Annotated[str, Field(min_length=1, max_length=2000), AfterValidator(_clean)]
Texts = dict[Language, Text]
Chosen = Annotated[
    tuple[str, ...],
    Field(min_length=1),
    BeforeValidator(_as_labels, json_schema_input_type=str | list[str]),
]


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def in_language(texts: dict[str, str], lang: str) -> str:
    """The text in `lang`, else in its main language (`pt` for `pt-BR`), else the first one.

    Returns the empty string where nothing is written at all.
    """
    for code in (lang, lang.split("-", maxsplit=1)[0]):
        if code in texts:
            return texts[code]
    return next(iter(texts.values()), "")


class Example(Frozen):
    positive: Texts = Field({}, description="A text that gets the label.")
    negative: Texts = Field({}, description="A text that looks alike but does not get it.")


class Named(Frozen):
    """Whatever is shown to people by a name in their language."""

    name: Texts = Field(min_length=1, description="What people see, by language.")

    def name_in(self, lang: str) -> str:
        return in_language(self.name, lang)


class Label(Named):
    code: Code = Field(description="What is stored; never changed once used.")
    definition: Texts = Field({}, description="When the label is given, and when not.")
    example: Example = Example()
    key: str | None = Field(
        None, description="One key; it acts on the active question.", min_length=1, max_length=1
    )
    value: float | None = Field(
        None,
        allow_inf_nan=False,
        description="Ordinal questions: the order, low to high. Equal values share a rank.",
    )
    missing: bool = Field(
        default=False,
        description="Cannot judge: stored and shown, but no value for the statistics.",
    )
    rollup: Code | None = Field(None, description="The coarser code, one of `rollups`.")

    def definition_in(self, lang: str) -> str:
        return in_language(self.definition, lang)


class Item(Label):
    """A label in a list, so that questions can share it or be repeated over it."""

    aliases: dict[Language, tuple[Text, ...]] = Field(
        {}, description="Other names in the texts, by language; never masked."
    )
    enabled: bool = Field(default=True, description="false keeps the item ready but out of use.")


class Rollup(Named):
    """A coarser code that several labels share."""


class Detail(Named):
    """A line of text that questions can carry, such as the link that proves an answer."""

    help: Texts = Field({}, description="A sentence under the field.")
    format: Format = Field("text", description="link: an http address; date: YYYY-MM-DD.")
    required: bool = Field(default=False, description="Must be given with every answer.")


class QuestionTraits(Named):
    """What a question keeps when it is expanded."""

    scope: Scope = Field(description="What is judged.")
    scale: Scale = Field(description="How answers compare.")
    help: Texts = Field({}, description="The rule in short; open under the question.")
    labels: Annotated[tuple[Label, ...], Field(max_length=100)] = ()
    required: bool = Field(default=True, description="Must be answered wherever it applies.")
    agreement: bool = Field(default=True, description="false keeps it out of the statistics.")
    spans: Spans = Field("none", description="May or must words of the paragraph be marked?")
    for_each: Code | None = Field(None, description="Repeat the question over this list.")
    cleanup: bool = Field(default=False, description="Asked in clean-up rounds, too.")
    only_blind: bool = Field(default=False, description="Asked in source-blind projects only.")
    weight: float | None = Field(
        None,
        gt=0,
        allow_inf_nan=False,
        description="Source criteria with labels yes and no: weight in the share of passes.",
    )
    reversed: bool = Field(default=False, description="Source criteria: `no` is the pass.")

    def help_in(self, lang: str) -> str:
        return in_language(self.help, lang)


class WrittenQuestion(QuestionTraits):
    """A question as it stands in the file, before it is repeated over a list."""

    code: Code = Field(description="What is stored; never changed once used.")
    labels_from: Code | None = Field(
        None, description="Take the items of this list; `labels` are added after them."
    )
    show_if: dict[str, Chosen] = Field(
        {},
        description="Earlier question: labels of which one must be chosen, or `any`. "
        "All lines must hold. `$target` stands for the item of for_each.",
    )
    details: tuple[Code, ...] = Field((), max_length=10, description="Lines of text asked with it.")
    enabled: bool = Field(default=True, description="false keeps the question ready but off.")


class WrittenCodebook(Frozen):
    """The whole file."""

    code: str = Field(
        pattern=r"^[a-z0-9][a-z0-9._-]*$", max_length=60, description="The codebook's own code."
    )
    title: Texts = Field(min_length=1)
    description: Texts = {}
    languages: tuple[Language, ...] = Field(
        min_length=1, description="Every name is written in all of them, the rest in the first."
    )
    rollups: dict[Code, Rollup] = Field({}, description="Coarser codes for `rollup`.")
    lists: dict[Code, Annotated[tuple[Item, ...], Field(max_length=100)]] = Field(
        {}, description="Labels to share (labels_from) or to repeat a question over (for_each)."
    )
    details: dict[Code, Detail] = Field({}, description="Lines of text for `details`.")
    questions: tuple[WrittenQuestion, ...] = Field(min_length=1, max_length=200)

    def enabled_items(self, name: str) -> tuple[Item, ...]:
        """Items of a list that are in use, in the file's order; none for an unknown list."""
        return tuple(item for item in self.lists.get(name, ()) if item.enabled)
