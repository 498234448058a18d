"""Sending our own signals after the commit of a transaction."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.test import TestCase, TransactionTestCase

from tests.django.library.models import Book
from typedsignals import Payload, Signal
from typedsignals.django import post_save
from typedsignals.testing import capture


class BookPublished(Payload):
    title: str


book_published = Signal(BookPublished)


def publish(title: str) -> None:
    """Save a book, and tell of it once that has been committed."""
    with transaction.atomic():
        book = Book.objects.create(title=title)
        transaction.on_commit(book_published.prepare(book, title=title).send_robust)


class TestCaseTests(TestCase):
    """In the transaction of a test, which is never committed."""

    def test_callbacks_are_run_on_demand(self) -> None:
        """By ``captureOnCommitCallbacks(execute=True)``; without it, nothing is sent."""
        with capture(book_published) as captured:
            publish("Notes")
            assert len(captured) == 0
            with self.captureOnCommitCallbacks(execute=True):
                publish("Letters")
        assert captured.one().payload.title == "Letters"

    def test_a_receiver_may_wait_for_the_commit_too(self) -> None:
        """`post_save` is sent in the transaction, which may still be rolled back."""
        indexed: list[str] = []

        def index(sender: type[Book], instance: Book, using: str, **extra: Any) -> None:
            transaction.on_commit(lambda: indexed.append(instance.title), using=using)

        with post_save.for_model(Book).connected_to(index):
            with self.captureOnCommitCallbacks(execute=True):
                Book.objects.create(title="Notes")
            assert indexed == ["Notes"]


class TransactionTestCaseTests(TransactionTestCase):
    """In transactions that are committed and rolled back."""

    def test_a_rollback_sends_nothing(self) -> None:
        """Neither does one of a savepoint."""
        with capture(book_published) as captured:
            publish("Notes")
            with transaction.atomic():
                publish("Letters")
                transaction.set_rollback(True)
            with transaction.atomic(), transaction.atomic():
                publish("Diary")
                transaction.set_rollback(True)
        assert [payload.title for payload in captured.payloads] == ["Notes"]
