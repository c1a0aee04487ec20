"""Tables of a release as Parquet, made by DuckDB from the JSON Lines: no row passes through Python.

With one thread the same rows give the same bytes. DuckDB is imported when a file is made or read:
it takes 70 MB, which the web process must not pay.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from annotator.domain.dataset import Kind, Row, Table
from annotator.errors import DataInvalid, Unavailable

if TYPE_CHECKING:
    import duckdb

SUFFIX: Final = ".parquet"
# In bytes. DuckDB sets several buffers aside, each large enough for the longest line.
MEMORY: Final = 300_000_000
BUFFERS: Final = 8
# A file that comes from elsewhere may not take more than this, whatever it claims to hold.
READING_MEMORY: Final = 2_000_000_000
LEAST_BUFFER: Final = 2_000_000
# A group of rows is held until it is written, and a row may be a long paragraph.
ROWS_AT_ONCE: Final = 16_384
NOT_WRITTEN = "{name} could not be written, so there is no release ({detail})."
NOT_UTF8: Final = "DuckDB takes no path that is not UTF-8: choose another folder"
NOT_PARQUET = "{name} cannot be read as Parquet ({detail})."
BAD_COLUMNS = "{name} does not have the columns of the table, in their order and of their types."

_TYPES: Final[dict[Kind, str]] = {
    "text": "VARCHAR", "json": "VARCHAR", "integer": "BIGINT", "number": "DOUBLE",
}  # fmt: skip
_AT_ONCE: Final = 2_000
_SETTINGS: Final = {
    "threads": "1",
    # Without these DuckDB may fetch extensions from the network.
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}


def convert(lines: Path, path: Path, table: Table) -> None:
    """Write the rows of a JSON Lines file as Parquet, in their order.

    Raises:
        Unavailable: the disk is full or cannot be written to, or the path is not UTF-8.
    """
    import duckdb  # noqa: PLC0415 - see the module's first lines

    if not _is_utf8(path):
        raise Unavailable(NOT_WRITTEN.format(name=path.name, detail=NOT_UTF8))
    longest = _longest_line(lines)
    columns = ", ".join(f"{quoted(c.name)}: '{_TYPES[c.kind]}'" for c in table.columns)
    statement = (
        f"COPY (SELECT * FROM read_json(?, format = 'newline_delimited', "  # noqa: S608 - quoted
        f"columns = {{{columns}}}, maximum_object_size = {max(longest, LEAST_BUFFER)})) "
        f"TO {quoted(str(path))} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROWS_AT_ONCE})"
    )
    with connected(memory=MEMORY + BUFFERS * longest) as connection:
        try:
            connection.execute(statement, [literal(lines)])
        except duckdb.Error as error:
            sentence = NOT_WRITTEN.format(name=path.name, detail=short(error))
            raise Unavailable(sentence) from error


def read(path: Path, table: Table) -> Iterator[Row]:
    """The rows of a file.

    Raises:
        DataInvalid: the file is not Parquet with exactly these columns.
    """
    import duckdb  # noqa: PLC0415 - see the module's first lines

    with connected(memory=READING_MEMORY) as connection:
        try:
            connection.execute("SELECT * FROM read_parquet(?)", [literal(path)])
            found = [(name, str(kind)) for name, kind, *_ in connection.description or ()]
            if found != [(column.name, _TYPES[column.kind]) for column in table.columns]:
                raise DataInvalid(BAD_COLUMNS.format(name=path.name))
            while rows := connection.fetchmany(_AT_ONCE):
                yield from rows
        except duckdb.Error as error:
            sentence = NOT_PARQUET.format(name=path.name, detail=short(error))
            raise DataInvalid(sentence) from error


@contextmanager
def connected(*, memory: int) -> Iterator["duckdb.DuckDBPyConnection"]:
    import duckdb  # noqa: PLC0415 - see the module's first lines

    connection = duckdb.connect(":memory:", config=dict(_SETTINGS))
    connection.execute(f"SET memory_limit = '{memory}B'")
    # A large table is written in portions; there is nothing to spill beside it.
    connection.execute("SET temp_directory = ''")
    try:
        yield connection
    finally:
        connection.close()


def _longest_line(path: Path) -> int:
    with path.open("rb") as file:
        return max((len(line) for line in file), default=0)


def _is_utf8(path: Path) -> bool:
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return False
    return True


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def literal(path: Path) -> str:
    """The path with what DuckDB would take for a pattern of names put in brackets."""
    return re.sub(r"([*?\[])", r"[\1]", str(path))


def short(error: Exception) -> str:
    return str(error).partition("\n")[0][:200]
