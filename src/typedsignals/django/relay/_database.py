"""The address of a database of the project, made of what Django connects with."""

from __future__ import annotations

from typing import Any

from django.db import connections
from django.utils.connection import ConnectionDoesNotExist
from sqlalchemy.engine import URL

from ...relay import RelayError

OF_URL = {"dbname": "database", "user": "username", "password": "password", "host": "host", "port": "port"}
"""Django's parameters of a connection that have a place of their own in an address."""
OF_DJANGO = {"client_encoding", "context", "cursor_factory", "prepare_threshold"}
"""Parameters of a connection that Django itself needs."""


def connection_to(alias: str) -> Any:
    """Return Django's connection to a database, for this thread.

    Raises:
        RelayError: There is no such database.
    """
    try:
        return connections[alias]
    except ConnectionDoesNotExist:
        raise RelayError(f"the setting DATABASES has no database {alias!r}") from None


def vendor_of(alias: str) -> str:
    """Return which database it is: ``sqlite`` or ``postgresql``.

    Raises:
        RelayError: There is no such database, or a relay cannot use it.
    """
    vendor: str = connection_to(alias).vendor
    if vendor not in {"sqlite", "postgresql"}:
        raise RelayError(f"the database {alias!r} is one of {vendor}; a relay can use SQLite or PostgreSQL")
    return vendor


def address_of(alias: str) -> URL:
    """Return the address of a database, for the connections that the relay opens itself.

    It is asked for late: tests change the names of databases.

    Raises:
        RelayError: There is no such database, or a relay cannot use it.
    """
    connection = connection_to(alias)
    return _sqlite(alias, connection) if vendor_of(alias) == "sqlite" else _postgresql(connection)


def _sqlite(alias: str, connection: Any) -> URL:
    if connection.is_in_memory_db():
        raise RelayError(
            f"the database {alias!r} is in memory, where workers do not see it; give it a file, or, in tests, use "
            "typedsignals.testing.relayed"
        )
    name = str(connection.get_connection_params()["database"])
    return URL.create("sqlite", database=name, query={"uri": "true"} if name.startswith("file:") else {})


def _postgresql(connection: Any) -> URL:
    parameters = connection.get_connection_params()
    query = {
        name: str(value)
        for name, value in parameters.items()
        if name not in OF_URL and name not in OF_DJANGO and isinstance(value, (str, int))
    }
    if role := connection.settings_dict["OPTIONS"].get("assume_role"):
        query["options"] = f"{query.get('options', '')} -c role={role}".strip()
    places = {place: parameters[name] for name, place in OF_URL.items() if name in parameters}
    return URL.create(f"postgresql+{connection.Database.__name__}", query=query, **places)
