"""Parquet: one row is one document. Read by DuckDB, which takes 70 MB and is imported late."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from annotator.errors import DocumentRefused
from annotator.formats.asking import Asked, Understood
from annotator.formats.decoding import check_size
from annotator.formats.fields import find_columns
from annotator.formats.table_parquet import connected, literal, short
from annotator.formats.tables import Row, read_table

if TYPE_CHECKING:
    import duckdb

KIND: Final = "Parquet"
NOT_PARQUET = "it cannot be read as Parquet ({detail}): write it again."
NO_MARK = "it does not begin and end as such a file does"
TOO_LARGE = "its texts have more than {most:,} characters together: split it into several files."
# Of what is read, however well it was packed.
CHARACTERS_AT_MOST: Final = 200_000_000
MEMORY: Final = 1_000_000_000
_AT_ONCE: Final = 500
_MARK: Final = b"PAR1"
# The name of the file may hold anything, and DuckDB takes some of it for patterns.
_PLACE: Final = "file.parquet"


def read(name: str, data: bytes, asked: Asked) -> Understood:
    """Raises `DocumentRefused` for what is not Parquet, has no text column, or a bad row.

    Only the columns that are used are unpacked.
    """
    import duckdb  # noqa: PLC0415 - see the module's first lines

    check_size(name, data)
    if not (data.startswith(_MARK) and data.endswith(_MARK)):
        raise DocumentRefused(name, NOT_PARQUET.format(detail=NO_MARK))
    with tempfile.TemporaryDirectory() as folder, connected(memory=MEMORY) as connection:
        path = Path(folder) / _PLACE
        path.write_bytes(data)
        try:
            header = _header(connection, path)
            wanted = set(find_columns(name, header, asked.mapping).values())
            rows = _rows(connection, path, header, wanted, name)
            return read_table(name, KIND, header, rows, asked=asked)
        except duckdb.Error as error:
            detail = short(error).replace(str(path), name)
            raise DocumentRefused(name, NOT_PARQUET.format(detail=detail)) from error


def _header(connection: "duckdb.DuckDBPyConnection", path: Path) -> list[str]:
    connection.execute("SELECT * FROM read_parquet(?) LIMIT 0", [literal(path)])
    return [str(column[0]) for column in connection.description or ()]


def _rows(
    connection: "duckdb.DuckDBPyConnection", path: Path, header: list[str], wanted: set[str],
    name: str,
) -> Iterator[Row]:  # fmt: skip
    names = ", ".join(_identifier(column) if column in wanted else "NULL" for column in header)
    connection.execute(f"SELECT {names} FROM read_parquet(?)", [literal(path)])  # noqa: S608 - quoted
    number = characters = 0
    while rows := connection.fetchmany(_AT_ONCE):
        for row in rows:
            number += 1
            characters += _characters(row)
            if characters > CHARACTERS_AT_MOST:
                raise DocumentRefused(name, TOO_LARGE.format(most=CHARACTERS_AT_MOST))
            yield number, row


def _characters(row: tuple[Any, ...]) -> int:
    return sum(len(cell) for cell in row if isinstance(cell, str))


def _identifier(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'
