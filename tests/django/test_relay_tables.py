"""The tables that migrations make."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections
from sqlalchemy import BigInteger, Connection, Float, inspect, select

import typedsignals.django.relay
from tests.django.relays import new_relay
from typedsignals.django.relay.models import Subscription
from typedsignals.relay import Relay, RelayError, metadata
from typedsignals.relay._sql.tables import SCHEMA_VERSION, schema

PACKAGE = Path(typedsignals.django.relay.__file__).parent


@pytest.fixture
def other_address(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of another empty database of the same kind."""
    if kind == "sqlite":
        return f"sqlite:///{tmp_path / 'other.db'}"
    return str(request.getfixturevalue("server").new_database())


def described(connection: Connection, table: str) -> dict[str, Any]:
    """What tells two tables apart that are used by the same statements."""
    found: Any = inspect(connection)
    indexes: list[Any] = found.get_indexes(table)
    unique = {
        tuple(one["column_names"])
        for one in [*found.get_unique_constraints(table), *indexes]
        if one.get("unique", True)
    }
    return {
        "columns": {
            one["name"]: (_type(one["type"], connection.dialect.name), one["nullable"])
            for one in found.get_columns(table)
        },
        "primary key": found.get_pk_constraint(table)["constrained_columns"],
        "unique": unique,
        "indexes": {one["name"]: (one["column_names"], _condition(one)) for one in indexes if not one["unique"]},
    }


def _type(found: Any, on: str) -> str:
    """The type of a column; on SQLite, all names of floats mean the same, and all of integers."""
    generic = found.as_generic()
    if isinstance(generic, Float):
        return "FLOAT"
    return "INTEGER" if on == "sqlite" and isinstance(generic, BigInteger) else str(generic)


def _condition(index: Any) -> str:
    """The condition of an index, which each database writes in its own way."""
    (condition,) = [
        str(value) for name, value in index.get("dialect_options", {}).items() if name.endswith("_where")
    ] or [""]
    return (
        condition.replace('"', "")
        .strip("()")
        .lower()
        .replace("heard = 0", "not heard")
        .replace("heard = false", "not heard")
    )


def test_they_are_those_that_setup_makes(alias: str, other_address: str) -> None:
    """To the last index; and the version is the same."""
    relay, _ = new_relay(alias)
    relay.setup()
    other = Relay("library", database=other_address)
    other.setup()
    with relay._database.engine.connect() as migrated, other._database.engine.connect() as made:
        for table in metadata.tables:
            assert described(migrated, table) == described(made, table)
        assert migrated.scalars(select(schema.c.version)).all() == [SCHEMA_VERSION]
    relay.close()
    other.close()


def test_models_and_migrations_are_in_step() -> None:
    """``makemigrations`` finds nothing to do, whatever the project's own settings are."""
    call_command("makemigrations", "typedsignals_relay", check=True, dry_run=True, verbosity=0)


@pytest.mark.parametrize("file", ["models.py", "migrations/0001_initial.py"])
def test_migrations_need_django_alone(file: str) -> None:
    """So that they can be read wherever the project's others can."""
    tree = ast.parse((PACKAGE / file).read_text(encoding="utf-8"))
    imported = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    modules = {node.module for node in imported if isinstance(node, ast.ImportFrom) and node.level == 0}
    assert len(modules) == len({ast.unparse(node) for node in imported})
    assert modules - {"__future__", "collections.abc", "typing"} == {"django.db"}


def test_emptying_the_tables_leaves_the_version(alias: str) -> None:
    """A ``TransactionTestCase`` does that after each test."""
    call_command("migrate", database=alias, verbosity=0)
    relay, _ = new_relay(alias)
    relay.setup()
    Subscription.objects.using(alias).create(grp="mail", type="books.book-lent")
    call_command("flush", database=alias, interactive=False, verbosity=0)
    assert relay.status() == []
    relay.close()


def test_the_migration_can_be_taken_back(alias: str) -> None:
    """And then the relay says what to do."""
    relay, _ = new_relay(alias)
    call_command("migrate", "typedsignals_relay", "zero", database=alias, verbosity=0)
    assert not {*metadata.tables} & {*connections[alias].introspection.table_names()}
    with pytest.raises(RelayError, match=r"tables cannot be read .*INSTALLED_APPS.*manage\.py migrate"):
        relay.setup()
    relay.close()
