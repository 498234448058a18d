"""A relay in a project, and databases for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management import call_command
from django.db import connections

from tests.django.library.models import Book
from typedsignals import Namespace, Payload, Signal
from typedsignals.django.relay import DjangoRelay


class BookLent(Payload):
    reader: str
    copies: int = 1


LentSignal = Signal[BookLent, Book, ...]


def title_of(book: Book) -> str:
    title: str = book.title
    return title


def new_relay(using: str = "default", **options: Any) -> tuple[DjangoRelay, LentSignal]:
    """Make a relay that carries a signal of books, in the order of readers; no database is asked for the books."""
    signal = Namespace("books").signal("book-lent", BookLent, sender=Book)
    relay = DjangoRelay("library", using=using, **options)
    relay.carry(signal, subject=title_of, sender=lambda title: Book(title=title), key=lambda payload: payload.reader)
    return relay, signal


@contextmanager
def more_databases(**databases: dict[str, Any]) -> Iterator[None]:
    """Have more databases in the block, with the relay's tables."""
    known = connections.settings
    made = connections.configure_settings({"default": dict(known["default"]), **databases})
    known.update({alias: made[alias] for alias in databases})
    try:
        for alias in databases:
            call_command("migrate", "typedsignals_relay", database=alias, verbosity=0)
        yield
    finally:
        for alias in databases:
            connections[alias].close()
            del connections[alias]
            del known[alias]
