"""Stata: a `.dta` file (version 118, UTF-8) for each table, with variable and value labels."""

import re
import warnings
from datetime import datetime
from pathlib import Path
from typing import Final

from annotator.formats.releases.frames import Framed, framed
from annotator.formats.releases.frozen import Frozen

NAME_AT_MOST: Final = 32
LABEL_AT_MOST: Final = 80
# Longer texts are kept by Stata as strL, of which it holds two billion bytes each.
TEXT_AT_MOST: Final = 2_000_000_000
SHORT_AT_MOST: Final = 2_045
LOSSES: Final = (
    (
        "`annotations` has one row for each item, annotator and round; the numbers from -99 to -80 "
        "say why there is no answer (-91 left blank, -92 not applicable, -93 skipped, -94 open, "
        "-95 not asked, "
        "-96 a label of another codebook version; from -81 downwards "
        "labels that mean “cannot judge”). Declare them missing "
        "before counting: mvdecode VARIABLES, mv(-91=.a \\ -92=.b \\ -93=.c \\ -94=.d \\ -95=.e)."
    ),
    (
        "On an ordinal question labels of the same rank have the same number; the tables of the "
        "release tell them apart. Value labels of numbers with a fraction are left out."
    ),
    "Marked passages are not in it. An empty text and nothing known look alike.",
    (
        "A name of a variable has at most 32 letters, digits and underscores: stance.russia is "
        "stance_russia. Its label, which begins with its own name, is cut at 80 characters."
    ),
)

# Stands in the file as the time at which it was written.
_MOMENT: Final = datetime(1980, 1, 1)  # noqa: DTZ001 - Stata knows no time zones
_RESERVED: Final = frozenset(
    {"byte", "double", "float", "if", "in", "int", "long", "strl", "using", "with"}
)


def write(frozen: Frozen, folder: Path) -> tuple[str, ...]:
    """Write the files into an empty folder. Returns what the format cannot hold, in sentences."""
    for each in framed(frozen, _fit, most=NAME_AT_MOST, text_at_most=TEXT_AT_MOST):
        _write(each, folder / f"{each.table}.dta", title=frozen.made.project.title)
    return LOSSES


def _write(each: Framed, path: Path, *, title: str) -> None:
    from pandas.errors import ValueLabelTypeMismatch  # noqa: PLC0415 - slow
    from pandas.io.stata import StataWriterUTF8  # type: ignore[attr-defined]  # noqa: PLC0415

    long_texts = [
        name
        for name, variable in each.labelled
        if not variable.numeric
        and (each.frame[name].map(lambda text: len(text.encode())).max() or 0) > SHORT_AT_MOST
    ]
    with warnings.catch_warnings():
        # Two labels of one rank share a number and one name, which is as it should be.
        warnings.simplefilter("ignore", ValueLabelTypeMismatch)
        StataWriterUTF8(
            str(path),
            each.frame,
            write_index=False,
            time_stamp=_MOMENT,
            data_label=_cut(title),
            variable_labels={
                name: _cut(f"{variable.name}: {variable.means}") for name, variable in each.labelled
            },
            convert_strl=long_texts,
            version=118,
            value_labels={
                name: {
                    int(number): text
                    for number, text in variable.labels.items()
                    if float(number).is_integer()
                }
                for name, variable in each.labelled
                if variable.labels
            },
        ).write_file()


def _fit(name: str) -> str:
    fitted = re.sub(r"[^A-Za-z0-9_]", "_", name)
    plain = fitted if re.match("[A-Za-z_]", fitted) else f"v{fitted}"
    return f"{plain}_" if plain.casefold() in _RESERVED else plain


def _cut(text: str) -> str:
    return text if len(text) <= LABEL_AT_MOST else f"{text[: LABEL_AT_MOST - 1]}…"
