"""What ``manage.py check`` reports of relays: where their tables should be, and how SQLite should be set up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Protocol
from weakref import WeakSet

from django.apps import apps
from django.core import checks

from ...relay import RelayError
from ...relay._sql.tables import SCHEMA_VERSION, schema
from ._database import connection_to, vendor_of

APP = "typedsignals.django.relay"
ID = "typedsignals_relay"


class Declared(Protocol):
    """A relay, as far as it is checked."""

    @property
    def using(self) -> str:
        """The alias of its database."""


declared: WeakSet[Declared] = WeakSet()
"""All relays of this process."""


@checks.register("relay")
def check_relays(**options: Any) -> list[checks.CheckMessage]:  # noqa: ARG001 - what Django passes
    """Report relays whose app or database is missing, and databases that are not set up for a relay."""
    found: list[checks.CheckMessage] = []
    for relay in _sorted(declared):
        if not apps.is_installed(APP):
            found.append(
                checks.Error(
                    f"{relay!r} has no tables: its app is not installed",
                    hint=f'Put "{APP}" into INSTALLED_APPS.',
                    id=f"{ID}.E001",
                )
            )
        try:
            kind = vendor_of(relay.using)
        except RelayError as error:
            found.append(checks.Error(f"{relay!r} has no database: {error}", id=f"{ID}.E002"))
        else:
            found += _locked(relay) if kind == "sqlite" else ()
    return found


def _locked(relay: Declared) -> Iterator[checks.CheckMessage]:
    connection = connection_to(relay.using)
    mode = connection.settings_dict["OPTIONS"].get("transaction_mode") or ""
    if mode.upper() not in {"IMMEDIATE", "EXCLUSIVE"} and not connection.is_in_memory_db():
        yield checks.Warning(
            f'transactions of {relay!r} may fail with "database is locked": those that read before they write cannot '
            "wait for others",
            hint=f'Give DATABASES["{relay.using}"] "OPTIONS": {{"transaction_mode": "IMMEDIATE"}}.',
            id=f"{ID}.W001",
        )


@checks.register(checks.Tags.database)
def check_tables(databases: Iterable[str] | None = None, **options: Any) -> list[checks.CheckMessage]:  # noqa: ARG001
    """Report tables of another version, and a database on SQLite whose readers keep writers waiting.

    Missing tables are not reported: ``migrate`` checks before it makes them.
    """
    chosen = {*(databases or ())}
    return [message for relay in _sorted(declared) if relay.using in chosen for message in _problems(relay)]


def _problems(relay: Declared) -> Iterator[checks.CheckMessage]:
    connection = connection_to(relay.using)
    if schema.name not in connection.introspection.table_names():
        return
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT version FROM {schema.name}")  # noqa: S608 - a constant
        row = cursor.fetchone()
    if row != (SCHEMA_VERSION,):
        yield checks.Warning(
            f"the tables of {relay!r} are not of version {SCHEMA_VERSION}, which this release of typedsignals uses",
            hint="Run manage.py migrate.",
            id=f"{ID}.W002",
        )
    if connection.vendor == "sqlite" and not connection.is_in_memory_db() and _journal(connection) != "wal":
        yield checks.Warning(
            f"the database of {relay!r} has no write-ahead log, so that those who read keep those who write waiting",
            hint="Run manage.py relay setup, once.",
            id=f"{ID}.W003",
        )


def _journal(connection: Any) -> str:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        return str(cursor.fetchone()[0])


def _sorted(relays: Iterable[Declared]) -> list[Declared]:
    return sorted(relays, key=repr)
