"""Lists that travel to the database as one parameter: SQLAlchemy and its drivers take long over each of many."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement


def listed(values: Iterable[object]) -> str:
    """Write a list as the value of a parameter."""
    return json.dumps([*values])


class _Each(FunctionElement[str]):
    inherit_cache = True


@compiles(_Each, "sqlite")
def _each_of_json(element: _Each, compiler: Any, **options: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **options)})"


@compiles(_Each, "postgresql")
def _each_text_of_json(element: _Each, compiler: Any, **options: Any) -> str:
    return f"json_array_elements_text(CAST({compiler.process(element.clauses, **options)} AS JSON))"


def each_text(name: str) -> Any:
    """Write a table whose column ``value`` has the texts in the list that the parameter of this name has."""
    return _Each(bindparam(name, type_=Text())).table_valued("value")


class _Among(FunctionElement[Any]):
    # It has no type: SQLAlchemy would compare a Boolean with 1, and SQLite would then use no index.
    inherit_cache = True


@compiles(_Among, "sqlite")
def _among_values(element: _Among, compiler: Any, **options: Any) -> str:
    number, each = (compiler.process(part, **options) for part in element.clauses)
    return f"{number} IN (SELECT value FROM {each})"  # noqa: S608 - SQLAlchemy's own text


@compiles(_Among, "postgresql")
def _among_array(element: _Among, compiler: Any, **options: Any) -> str:
    number, each = (compiler.process(part, **options) for part in element.clauses)
    # Of an array, PostgreSQL knows that an index finds its numbers.
    return f"{number} = ANY (ARRAY(SELECT CAST(value AS BIGINT) FROM {each}))"  # noqa: S608 - as above


def among(number: ColumnElement[int], name: str) -> ColumnElement[bool]:
    """Write that a number is in the list that the parameter of this name has."""
    return _Among(number, _Each(bindparam(name, type_=Text())))
