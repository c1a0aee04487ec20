"""Labels from Parquet, read by DuckDB a few thousand rows at a time."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from annotator.formats.labels.cells import NotACell, text_of
from annotator.formats.labels.opening import Opened, refused
from annotator.formats.labels.portions import AT_ONCE, Portion, without_columns
from annotator.formats.table_parquet import NOT_PARQUET, READING_MEMORY, connected, literal, short

if TYPE_CHECKING:
    import duckdb

BAD_COLUMN: Final = "the column {column} {detail}"
NOT_A_NUMBER: Final = "holds NaN, which is neither a label nor missing: write null."
_NUMBERS: Final = {"FLOAT", "DOUBLE"}


def portions(file: Opened, wanted: Sequence[str], needed: Sequence[str]) -> Iterator[Portion]:
    """The cells of the wanted columns, as far as they are there; rows are counted from 1.

    Raises `DataInvalid` for what is not Parquet, or holds cells that are no labels.
    """
    import duckdb  # noqa: PLC0415 - 70 MB, which only reading Parquet must pay

    with connected(memory=READING_MEMORY) as connection:
        try:
            yield from _read(connection, file, wanted, needed)
        except duckdb.Error as error:
            sentence = NOT_PARQUET.format(name="It", detail=short(error))
            raise refused(file.name, sentence[0].lower() + sentence[1:]) from error


def _read(
    connection: "duckdb.DuckDBPyConnection",
    file: Opened,
    wanted: Sequence[str],
    needed: Sequence[str],
) -> Iterator[Portion]:
    path = [literal(file.path)]
    connection.execute("SELECT * FROM read_parquet(?) LIMIT 0", path)
    kinds = {str(name): str(kind) for name, kind, *_ in connection.description or ()}
    if missing := [column for column in needed if column not in kinds]:
        raise without_columns(file.name, missing, list(kinds))
    used = [column for column in wanted if column in kinds]
    connection.execute("SELECT count(*) FROM read_parquet(?)", path)
    (total,) = connection.fetchone() or (0,)
    chosen = ", ".join(_selected(column, kinds[column]) for column in used)
    connection.execute(f"SELECT {chosen} FROM read_parquet(?)", path)  # noqa: S608 - closed list
    read = 0
    while rows := connection.fetchmany(AT_ONCE):
        cells = zip(used, zip(*rows, strict=True), strict=True)
        columns = {
            column: _texts(file, column, kinds[column], some, read) for column, some in cells
        }
        yield Portion(columns, range(read + 1, read + len(rows) + 1))
        read += len(rows)
        file.told(read / total)


def _selected(column: str, kind: str) -> str:
    """Numbers come as text, so that a short FLOAT is not given the digits of a long one."""
    plain = kind.startswith(("STRUCT", "MAP", "BLOB", "UNION")) or kind.endswith("]")
    return f'"{column}"' if plain else f'CAST("{column}" AS VARCHAR)'


def _texts(
    file: Opened, column: str, kind: str, cells: Sequence[Any], read: int
) -> Sequence[str | None]:
    if kind == "VARCHAR":
        return cells
    texts = []
    for row, cell in enumerate(cells, read + 1):
        try:
            text = text_of(cell)
        except NotACell as error:
            raise _bad(file, column, str(error), row) from error
        if kind in _NUMBERS and text is not None:
            if text == "nan":
                raise _bad(file, column, NOT_A_NUMBER, row)
            text = text.removesuffix(".0")
        texts.append(text)
    return texts


def _bad(file: Opened, column: str, detail: str, row: int) -> Exception:
    return refused(file.name, BAD_COLUMN.format(column=column, detail=detail), line=row, noun="row")
