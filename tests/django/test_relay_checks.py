"""What ``manage.py check`` says of relays."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core import checks
from django.db import connections
from django.test import override_settings

from tests.django.relays import more_databases, new_relay
from typedsignals.django.relay import DjangoRelay
from typedsignals.django.relay._checks import declared
from typedsignals.django.relay._setting import relay_named


@pytest.fixture(autouse=True)
def no_other_relays() -> Iterator[None]:
    """Forget the relays of other tests."""
    before = [*declared]
    declared.clear()
    yield
    declared.clear()
    declared.update(before)


def reported(**options: Any) -> list[str]:
    found = checks.run_checks(tags=["relay", "database"], **options)
    return [f"{message.id}: {message.msg} {message.hint}" for message in found]


def test_a_relay_in_order_gets_no_reports(alias: str) -> None:
    """On either database, once it is set up."""
    relay, _ = new_relay(alias)
    relay.setup()
    assert reported(databases=[alias]) == []
    relay.close()


def test_an_app_that_is_not_installed_is_an_error() -> None:
    """There would be no tables."""
    relay = DjangoRelay("shop")
    with override_settings(INSTALLED_APPS=["typedsignals.django"]):
        (message,) = reported()
    assert message.startswith(f"typedsignals_relay.E001: {relay!r} has no tables")
    assert '"typedsignals.django.relay"' in message


def test_a_database_that_is_not_there_is_an_error() -> None:
    """By its alias."""
    relay = DjangoRelay("shop", using="nowhere")
    (message,) = reported()
    assert message.startswith(f"typedsignals_relay.E002: {relay!r} has no database: the setting DATABASES has no ")


def test_a_database_of_another_kind_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """It has none of the statements of a queue."""
    relay = DjangoRelay("shop", using="other")
    monkeypatch.setattr(connections["other"], "vendor", "oracle")
    (message,) = reported()
    assert f"{relay!r} has no database: the database 'other' is one of oracle; a relay can use SQLite" in message


def test_transactions_on_sqlite_that_cannot_wait_are_a_warning(tmp_path: Any) -> None:
    """As is a database without a write-ahead log, until the relay is set up."""
    with more_databases(shop={"ENGINE": "django.db.backends.sqlite3", "NAME": str(tmp_path / "shop.db")}):
        relay = DjangoRelay("shop", using="shop")
        journal, locked = sorted(reported(databases=["shop"]), reverse=True)
        relay.setup()
        (still,) = reported(databases=["shop"])
        relay.close()
    assert locked.startswith("typedsignals_relay.W001: transactions of <DjangoRelay 'shop' on the database 'shop'> may")
    assert '"OPTIONS": {"transaction_mode": "IMMEDIATE"}' in locked
    assert journal.startswith("typedsignals_relay.W003: ")
    assert still == locked


def test_tables_of_another_version_are_a_warning(alias: str) -> None:
    """And not an error, as ``migrate`` checks before it changes them; missing ones are no problem yet."""
    relay, _ = new_relay(alias)
    relay.setup()
    relay.close()
    with connections[alias].cursor() as cursor:
        cursor.execute("UPDATE typedsignals_schema SET version = 7")
        (message,) = reported(databases=[alias])
        cursor.execute("ALTER TABLE typedsignals_schema RENAME TO elsewhere")
        assert reported(databases=[alias]) == []
        cursor.execute("ALTER TABLE elsewhere RENAME TO typedsignals_schema")
    assert message.startswith("typedsignals_relay.W002: ")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("nowhere.relay", "there is no relay nowhere.relay: No module named 'nowhere'"),
        ("tests.django.relays.nothing", "there is no relay tests.django.relays.nothing: Module"),
        ("nothing", "there is no relay nothing: nothing doesn't look like a module path"),
        ("tests.django.relays.title_of", "tests.django.relays.title_of is not a DjangoRelay but a function"),
    ],
)
def test_a_setting_that_names_no_relay_is_an_error(name: str, says: str) -> None:
    """By what is wrong with it."""
    with override_settings(TYPEDSIGNALS_RELAY=name):
        (message,) = reported()
    assert message.startswith(f"typedsignals_relay.E003: TYPEDSIGNALS_RELAY is wrong: {says}"), message


def test_a_module_that_cannot_be_imported_is_not_taken_for_a_wrong_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error is that of the module, with its trace: it says what is missing, and where."""
    (tmp_path / "shop_of_checks.py").write_text("import missing_from_shop\n")
    monkeypatch.syspath_prepend(tmp_path)
    with override_settings(TYPEDSIGNALS_RELAY="shop_of_checks.relay"):
        for find in (relay_named, reported):
            with pytest.raises(ModuleNotFoundError) as raised:
                find()
            assert raised.value.name == "missing_from_shop"
            assert raised.traceback[-1].path == tmp_path / "shop_of_checks.py"
