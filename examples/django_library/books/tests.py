"""Tests of the app, for ``manage.py test``."""

from __future__ import annotations

from django.core.management import call_command
from django.test import TestCase

from typedsignals.django import post_save
from typedsignals.testing import capture, relayed

from .models import Book, Loan
from .relay import relay
from .signals import book_lent


class BookTests(TestCase):
    """What happens when books are saved and lent."""

    def test_copies_are_counted(self) -> None:
        """When they leave, and when they are back."""
        book = Book.objects.create(title=" Emma ", copies=2)
        assert book.title == "Emma"
        loan = book.lend("Ada")
        assert book.copies == 1
        loan.delete()
        assert book.copies == 2

    def test_a_loan_is_told_after_the_commit(self) -> None:
        """Not before."""
        book = Book.objects.create(title="Emma")
        with capture(book_lent) as lent:
            logged = self.assertLogs("examples.django_library.books.receivers")
            with logged, self.captureOnCommitCallbacks(execute=True):
                book.lend("Ada")
                assert len(lent) == 0
            lent.assert_sent_once(reader="Ada", copies_left=0)

    def test_the_reader_gets_a_mail(self) -> None:
        """From a worker; here, the test delivers."""
        book = Book.objects.create(title="Emma", copies=2)
        with relayed(relay) as queue, self.assertLogs("examples.django_library.books.receivers", "INFO") as logged:
            book.lend("Ada")
            queue.deliver()
        assert logged.output == [f"INFO:examples.django_library.books.receivers:write to Ada about book {book.pk}"]
        assert queue.errors == []

    def test_a_save_is_captured(self) -> None:
        """With its model, and without a receiver."""
        with capture(post_save.for_model(Loan)) as saved:
            Book.objects.create(title="Emma").lend("Ada")
        assert saved.one().payload.created

    def test_nothing_is_wrong_with_the_receivers(self) -> None:
        """As far as ``manage.py check`` can see."""
        call_command("check", fail_level="WARNING", verbosity=0)
