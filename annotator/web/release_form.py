"""The form of a release: what it holds, what counts as gold, how it is split and written."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    FloatField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, NumberRange
from wtforms.validators import Optional as MayBeEmpty
from wtforms.widgets import CheckboxInput

from annotator.domain.manifest import FOREIGN, TABLE_FORMATS, completed
from annotator.domain.release_choices import TEXTS_UNLICENSED, choices_of
from annotator.services.releases.offering import Offer
from annotator.services.releases.writing import Options
from annotator.services.scoring_frame import DEFAULT_SEED

LARGEST_SEED: Final = 2**31 - 1
BAD_SEED: Final = "The seed is a whole number from 0 to 2,147,483,647."
BAD_ANNOTATORS: Final = "How many people must have labelled it is a whole number from 0 to 100."
BAD_CERTAINTY: Final = "How likely a label must be is a number from 0 to 1, such as 0.9."
BAD_SHARE: Final = "A share is a whole number of percent, from 0 to 100."
BAD_DAY: Final = "A day is written like 2026-01-31."
FORMATS: Final = {
    "csv": "CSV",
    "jsonl": "JSON Lines",
    "parquet": "Parquet",
    "huggingface": "Hugging Face datasets",
    "frictionless": "Frictionless Data Package",
    "croissant": "Croissant (mlcroissant)",
    "excel": "Excel",
    "spss": "SPSS",
    "stata": "Stata",
    "label-studio": "Label Studio",
    "refi-qda": "REFI-QDA (NVivo, MAXQDA, ATLAS.ti)",
    "web-annotation": "W3C Web Annotation",
    "crowdkit": "crowd-kit",
    "lewidi": "Le-Wi-Di soft labels",
}
GOLD: Final = {
    "all": "Whatever was settled, by people or by rule",
    "people": "Only what people settled",
}
TEXTS: Final = {
    "full": "In full",
    "hash": "Only their SHA-256 and where they stand in the document",
}
SPLIT_BY: Final = {
    "group": "Documents that share no main text",
    "source": "Sources: each is on one side",
    "date": "Day of publication",
    "none": "Not split",
}

# Fields that stand in the choices as they are.
PLAIN: Final = ("gold", "min_annotators", "certainty", "texts", "competence", "split_by")


class TicksField(SelectMultipleField):  # type: ignore[misc]
    """Any number of choices, each a box to tick."""

    option_widget = CheckboxInput()


def _offered(named: Mapping[str, str]) -> list[SelectChoice]:
    return [SelectChoice(value=value, label=label) for value, label in named.items()]


def _share(label: str, percent: int) -> IntegerField:
    checks = [NumberRange(0, 100, BAD_SHARE)]
    return IntegerField(label, default=percent, validators=checks)


class ReleaseForm(FlaskForm):  # type: ignore[misc]
    """The shape only; what fits together says `annotator.domain.release_choices`.

    A field that is not sent has its default, so that a script sends only what it chooses.
    """

    questions = TicksField("Questions")
    languages = TicksField("Languages")
    gold = RadioField("What counts as gold", choices=_offered(GOLD), default="all")
    min_annotators = IntegerField(
        "Labelled by at least",
        default=0,
        validators=[NumberRange(0, 100, BAD_ANNOTATORS)],
    )
    certainty = FloatField(
        "Likely by at least",
        default=0.0,
        validators=[NumberRange(0, 1, BAD_CERTAINTY)],
    )
    texts = RadioField("Texts", choices=_offered(TEXTS), default="full")
    withheld_sources = TicksField("Sources whose texts are left out")
    licence = StringField("Licence of the labels", validators=[Length(max=2_000)])
    texts_licence = StringField("Licence of the texts", validators=[Length(max=2_000)])
    competence = BooleanField("Tell how competent each annotator is")
    split_by = SelectField("Split by", choices=_offered(SPLIT_BY), default="group")
    train = _share("Train, percent", 80)
    validation = _share("Validation, percent", 10)
    test = _share("Test, percent", 10)
    validation_from = DateField("Validation begins on", validators=[MayBeEmpty()])
    test_from = DateField("Test begins on", validators=[MayBeEmpty()])
    formats = TicksField("Formats", choices=_offered(FORMATS), default=list(TABLE_FORMATS))
    seed = IntegerField(
        "Seed",
        default=DEFAULT_SEED,
        validators=[NumberRange(0, LARGEST_SEED, BAD_SEED)],
    )

    def options(self) -> Options:
        """What the release is made with; everything ticked, like nothing, means all there is.

        Raises:
            DataInvalid: two choices contradict each other.
        """
        days = (self.validation_from.data, self.test_from.data)
        by_date = self.split_by.data == "date"
        given = {
            "questions": _some(self.questions),
            "languages": _some(self.languages),
            "withheld_sources": sorted(self.withheld_sources.data or ()),
            "shares": (self.train.data, self.validation.data, self.test.data),
            "starts": tuple(map(_iso, days)) if by_date and all(days) else None,
            "licence": self.licence.data or "",
            "texts_licence": self.texts_licence.data or TEXTS_UNLICENSED,
        }
        for name in PLAIN:
            given[name] = self[name].data
        formats = completed(tuple(self.formats.data or ()))
        return Options(seed=self.seed.data, formats=formats, choices=choices_of(given))


def release_form(offered: Offer, last: Options | None) -> ReleaseForm:
    """The form for what there is; before it is sent, with the choices of the last release."""
    form = ReleaseForm(data=_filled_in(offered, last or Options()))
    questions = {q.code: q.name_in(offered.language) for q in offered.questions}
    form.questions.choices = _offered(questions)
    form.languages.choices = _offered(
        {
            lang: f"{lang} ({count:,} {'document' if count == 1 else 'documents'})"
            for lang, count in offered.languages.items()
        }
    )
    form.withheld_sources.choices = _offered({name: name for name in offered.sources})
    return form


def _filled_in(offered: Offer, last: Options) -> dict[str, Any]:
    choices = last.choices
    wanted = set(choices.questions)
    starts = [date.fromisoformat(day) for day in choices.starts or ()]
    train, validation, test = choices.shares
    unlicensed = choices.texts_licence == TEXTS_UNLICENSED
    return {
        "questions": [q.code for q in offered.questions if not wanted or wanted & {q.code, q.base}],
        "languages": list(choices.languages or offered.languages),
        "gold": choices.gold,
        "min_annotators": choices.min_annotators,
        "certainty": choices.certainty,
        "texts": choices.texts,
        "withheld_sources": list(choices.withheld_sources),
        "licence": choices.licence,
        "texts_licence": "" if unlicensed else choices.texts_licence,
        "competence": choices.competence,
        "split_by": choices.split_by,
        "train": train,
        "validation": validation,
        "test": test,
        "validation_from": starts[0] if starts else None,
        "test_from": starts[1] if starts else None,
        "formats": [name for name in (*TABLE_FORMATS, *FOREIGN) if name in last.formats],
        "seed": last.seed,
    }


def _some(field: TicksField) -> tuple[str, ...]:
    """What is ticked, in the order of the form; nothing where it is all of it."""
    ticked = set(field.data or ())
    names = [choice.value for choice in field.choices]
    return () if ticked >= set(names) else tuple(name for name in names if name in ticked)


def _iso(day: date) -> str:
    return day.isoformat()
