"""The address of a relay's database, made of the project's settings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from sqlalchemy.engine import URL

from tests.django.relays import new_relay
from typedsignals.django.relay._database import address_of
from typedsignals.relay import RelayError

POSTGRESQL = {"ENGINE": "django.db.backends.postgresql", "NAME": "shop"}


def url(monkeypatch: pytest.MonkeyPatch, **settings: Any) -> URL:
    """The address of a database with these settings."""
    known = connections.settings
    made = connections.configure_settings({"default": dict(known["default"]), "shop": settings})
    monkeypatch.setitem(known, "shop", made["shop"])
    try:
        return address_of("shop")
    finally:
        del connections["shop"]


def address(monkeypatch: pytest.MonkeyPatch, **settings: Any) -> str:
    """The same as text, with its password."""
    return url(monkeypatch, **settings).render_as_string(hide_password=False)


def test_it_has_what_django_connects_with(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is only Django's is left out."""
    pytest.importorskip("psycopg")
    place = {"USER": "ada", "PASSWORD": "p@ss", "HOST": "db.example.org", "PORT": "6543"}
    options = {"sslmode": "require", "connect_timeout": 5, "pool": False, "isolation_level": 1}
    found = address(monkeypatch, **POSTGRESQL, **place, OPTIONS=options)
    assert found == "postgresql+psycopg://ada:p%40ss@db.example.org:6543/shop?connect_timeout=5&sslmode=require"


def test_a_role_is_assumed_as_django_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside other options."""
    pytest.importorskip("psycopg")
    found = address(monkeypatch, **POSTGRESQL, OPTIONS={"assume_role": "owner", "options": "-c lock_timeout=9"})
    assert found == "postgresql+psycopg:///shop?options=-c+lock_timeout%3D9+-c+role%3Downer"


def test_a_service_names_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in the file of PostgreSQL's own programs."""
    pytest.importorskip("psycopg")
    found = address(monkeypatch, ENGINE=POSTGRESQL["ENGINE"], NAME="", OPTIONS={"service": "shop"})
    assert found == "postgresql+psycopg://?service=shop"


def test_a_file_of_sqlite_is_a_path_or_a_uri(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Both as Django takes them."""
    engine = "django.db.backends.sqlite3"
    assert address(monkeypatch, ENGINE=engine, NAME=tmp_path / "shop.db") == f"sqlite:///{tmp_path}/shop.db"
    found = url(monkeypatch, ENGINE=engine, NAME="file:shop.db?cache=private")
    assert (found.database, dict(found.query)) == ("file:shop.db?cache=private", {"uri": "true"})


def test_a_database_in_memory_is_refused() -> None:
    """No worker would see it."""
    relay, _ = new_relay("default")
    with pytest.raises(RelayError, match=r"'default' is in memory.*in tests, use typedsignals.testing.relayed"):
        relay.setup()


def test_an_alias_that_is_not_there_is_refused() -> None:
    """When it is needed, as settings may be changed after a relay was declared."""
    relay, _ = new_relay("nowhere")
    with pytest.raises(RelayError, match="the setting DATABASES has no database 'nowhere'"):
        relay.status()
