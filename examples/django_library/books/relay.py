"""The signals of this app that are carried to workers."""

from __future__ import annotations

from django.apps import apps
from django.db.models import Model

from typedsignals.django.relay import DjangoRelay

from .signals import book_lent

relay = DjangoRelay("library")


def book(pk: str) -> Model:
    """Find a book."""
    found: Model = apps.get_model("books", "Book")._default_manager.get(pk=pk)
    return found


relay.carry(book_lent, subject=lambda book: str(book.pk), sender=book)
