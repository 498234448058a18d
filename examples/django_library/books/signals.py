"""The signals of this app."""

from __future__ import annotations

from django.db.models import Model

from typedsignals import Namespace, Payload


class BookLent(Payload):
    """A reader has taken a book home.

    Attributes:
        reader: The name of the reader.
        copies_left: How many copies are there still.
    """

    reader: str
    copies_left: int


signals = Namespace("books")
book_lent = signals.signal("book-lent", BookLent, sender=Model)
"""Sent by a book, after the commit."""
