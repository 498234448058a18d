"""Receivers: typedsignals.django imports this module when the models are loaded."""

from __future__ import annotations

import logging
from typing import Any

from django.db.models import Model

from typedsignals.django import post_delete, post_save, pre_save

from .models import Book, Loan
from .relay import relay
from .signals import book_lent

logger = logging.getLogger(__name__)


@pre_save.for_model(Book).connect
def tidy(sender: type[Book], instance: Book, raw: bool, **extra: Any) -> None:
    """Remove spaces around titles, except of fixtures, which are saved as they are."""
    if not raw:
        instance.title = instance.title.strip()


@post_save.for_model(Loan).connect
def take(sender: type[Loan], instance: Loan, created: bool, raw: bool, **extra: Any) -> None:
    """Count the copy that has left, in the transaction of the loan."""
    if created and not raw:
        instance.book.copies -= 1
        instance.book.save(update_fields=["copies"])


@post_delete.for_model(Loan).connect
def put_back(sender: type[Loan], instance: Loan, **extra: Any) -> None:
    """Count the copy that is back."""
    instance.book.copies += 1
    instance.book.save(update_fields=["copies"])


@book_lent.connect
def report(sender: Model, reader: str, copies_left: int, **extra: Any) -> None:
    """Say when the last copy has left."""
    if not copies_left:
        logger.warning("%s has the last copy of book %s", reader, sender.pk)


@relay.receiver(book_lent, group="mail")
def mail(sender: Model, reader: str, **extra: Any) -> None:
    """Write to the reader, in a worker: ``manage.py relay run``."""
    logger.info("write to %s about book %s", reader, sender.pk)
