"""SPSS: a `.sav` file for each table, with labels of variables and values, and missing values."""

import re
from pathlib import Path
from typing import Final

from annotator.formats.releases.coded import MISSING
from annotator.formats.releases.frames import Framed, framed
from annotator.formats.releases.frozen import Frozen

NAME_AT_MOST: Final = 60
TEXT_AT_MOST: Final = 32_767
LABEL_AT_MOST: Final = 250
VALUE_LABEL_AT_MOST: Final = 120
LOSSES: Final = (
    (
        "`annotations` has one row for each item, annotator and round; the numbers from -99 to -80 "
        "say why there is no answer (-91 left blank, -92 not applicable, -93 skipped, -94 open, "
        "-95 not asked, "
        "-96 a label of another codebook version; from -81 downwards "
        "labels that mean “cannot judge”) and are declared "
        "missing."
    ),
    (
        "On an ordinal question labels of the same rank have the same number; the tables of the "
        "release tell them apart."
    ),
    (
        "Marked passages are not in it. An empty text and nothing known look alike, and spaces at "
        "the end of a text are lost."
    ),
    (
        "A name of a variable has letters, digits, dots and underscores only; its label is cut at "
        "250 characters, a value label at 120."
    ),
)
TOO_LONG: Final = (
    "{count} texts of {table} are longer than 32,767 bytes; each says so in its place, and nothing "
    "is cut."
)

# The header of a .sav names the day and the time at which it was written, in bytes 92 to 108.
_WRITTEN_AT: Final = 92
_MOMENT: Final = b"01 Jan 8000:00:00"
_SYSTEM_NAMES: Final = frozenset(
    {"all", "and", "by", "eq", "ge", "gt", "le", "lt", "ne", "not", "or", "to", "with"}
)


def write(frozen: Frozen, folder: Path) -> tuple[str, ...]:
    """Write the files into an empty folder. Returns what the format cannot hold, in sentences."""
    told = []
    for each in framed(frozen, _fit, most=NAME_AT_MOST, text_at_most=TEXT_AT_MOST):
        path = folder / f"{each.table}.sav"
        _write(each, path, title=frozen.made.project.title)
        if each.too_long:
            told.append(TOO_LONG.format(count=each.too_long, table=each.table))
    return (*LOSSES, *told)


def _write(each: Framed, path: Path, *, title: str) -> None:
    import pyreadstat  # noqa: PLC0415 - brings pandas

    low, high = MISSING
    coded = [(name, variable) for name, variable in each.labelled if variable.labels]
    pyreadstat.write_sav(
        each.frame,
        str(path),
        file_label=_cut(title, 60),
        column_labels={
            name: _cut(f"{variable.name}: {variable.means}", LABEL_AT_MOST)
            for name, variable in each.labelled
        },
        variable_value_labels={
            name: {
                float(number): _cut(text, VALUE_LABEL_AT_MOST)
                for number, text in variable.labels.items()
            }
            for name, variable in coded
        },
        missing_ranges={name: [{"lo": low, "hi": high}] for name, _ in coded},
        variable_measure={
            name: "ordinal" if variable.ordinal else "nominal" for name, variable in coded
        },
    )
    with path.open("r+b") as file:
        file.seek(_WRITTEN_AT)
        file.write(_MOMENT)


def _fit(name: str) -> str:
    fitted = re.sub(r"[^A-Za-z0-9_.]", "_", name).rstrip("._")
    plain = fitted if re.match("[A-Za-z]", fitted) else f"v{fitted}"
    return f"{plain}_" if plain.casefold() in _SYSTEM_NAMES else plain


def _cut(text: str, most: int) -> str:
    """At most `most` bytes of UTF-8, ending in … where something is missing."""
    if len(text.encode()) <= most:
        return text
    return text.encode()[: most - 3].decode("utf-8", "ignore") + "…"
