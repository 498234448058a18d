"""Execute the relay's statements, which are SQLAlchemy's, on a connection of Django, as a part of its transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import make_url
from sqlalchemy.engine import Compiled, Dialect

from ._database import connection_to


@dataclass(frozen=True, slots=True)
class Executed:
    """What became of a statement.

    Attributes:
        rowcount: How many rows it has changed.
        inserted_primary_key: The number of the row that it has inserted, if it has inserted one.
    """

    rowcount: int
    inserted_primary_key: tuple[Any, ...]


class DjangoExecutor:
    """Executes statements through Django's cursors, so that Django knows of them.

    Args:
        alias: The database.
    """

    def __init__(self, alias: str) -> None:
        self._connection = connection_to(alias)
        self._dialect = _dialect(self._connection)

    def execute(self, statement: Any, parameters: Mapping[str, Any], /) -> Executed:
        """Execute a statement."""
        compiled = _compiled(statement, self._dialect, tuple(parameters))
        expanded = compiled.construct_expanded_state(parameters)  # type: ignore[attr-defined]
        with self._connection.cursor() as cursor:
            cursor.execute(expanded.statement, expanded.parameters)
            # PostgreSQL gives the number as a row, SQLite in an attribute that other cursors lack.
            key = cursor.fetchone() if cursor.description else (getattr(cursor, "lastrowid", None),)
            return Executed(cursor.rowcount, key)


def _dialect(connection: Any) -> Dialect:
    is_sqlite = connection.vendor == "sqlite"
    return _dialect_of("sqlite" if is_sqlite else f"postgresql+{connection.Database.__name__}")


@cache
def _dialect_of(driver: str) -> Dialect:
    # The way of writing parameters that Django's cursors take for each database.
    new_dialect: Any = make_url(f"{driver}://").get_dialect()
    dialect: Dialect = new_dialect(paramstyle="pyformat")
    return dialect


@cache
def _compiled(statement: Any, dialect: Dialect, names: tuple[str, ...]) -> Compiled:
    """Write a statement as SQL, once: the relay has few, and each is made once."""
    compiled: Compiled = statement.compile(dialect=dialect, column_keys=names)
    return compiled
