"""What all tables share: naming of constraints and the types of columns.

Text sorts by code point and times are UTC with microseconds on both databases, so that an order or
a moment read from one is that of the other.
"""

from datetime import UTC, date, datetime
from typing import Annotated, Any, cast

from sqlalchemy import JSON, DateTime, Dialect, Integer, MetaData, Table, Text, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import Date

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

# PostgreSQL's default collation follows a locale; SQLite compares bytes, which is code point order.
CodePointText = Text().with_variant(Text(collation="C"), "postgresql")
# Plain JSON would do, but JSONB can be compared and indexed; key order carries no meaning here.
Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class Moment(TypeDecorator[datetime]):
    """An aware UTC datetime; SQLite, which has no such type, stores it without the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002 - SQLAlchemy's signature
    ) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Id = Annotated[int, mapped_column(Integer, primary_key=True)]


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it as a class attribute
        str: CodePointText,
        datetime: Moment,
        date: Date,
        dict[str, Any]: Json,
        list[Any]: Json,
    }


def table_of(model: type[Base]) -> Table:
    """The table itself, for statements that need nothing of the mapped class."""
    return cast("Table", model.__table__)


def one_of(column: str, values: tuple[str, ...]) -> str:
    """The SQL of a CHECK that a text column holds one of the values."""
    listed = ", ".join(f"'{value}'" for value in values)
    return f"{column} IN ({listed})"
