"""Books and loans. The fields have annotations for type checkers that do not know Django's models."""

from __future__ import annotations

from django.db import models, transaction

from .relay import relay
from .signals import book_lent


class Book(models.Model):
    """A title, of which the library has some copies."""

    title: models.CharField[str, str] = models.CharField(max_length=200)
    copies: models.PositiveIntegerField[int, int] = models.PositiveIntegerField(default=1)

    def lend(self, reader: str) -> Loan:
        """Lend a copy, and tell of it once that is committed: in this process, and in a worker."""
        with transaction.atomic():
            loan = Loan.objects.create(book=self, reader=reader)
            relay.publish("default", book_lent, self, reader=reader, copies_left=self.copies)
            transaction.on_commit(book_lent.prepare(self, reader=reader, copies_left=self.copies).send_robust)
        return loan


class Loan(models.Model):
    """A copy of a book that a reader has at home."""

    book: models.ForeignKey[Book, Book] = models.ForeignKey(Book, on_delete=models.CASCADE)
    reader: models.CharField[str, str] = models.CharField(max_length=200)
