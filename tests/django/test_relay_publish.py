"""Publishing in Django's transactions."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.test import TestCase, TransactionTestCase
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from tests.django.library.models import Book
from tests.django.relays import new_relay
from typedsignals import PayloadError
from typedsignals.django.relay._database import address_of
from typedsignals.django.relay.models import Delivery, Message, Subscription
from typedsignals.relay import RelayError

NO_TRANSACTION = "the database 'default' has no transaction here.*`with transaction.atomic\\(\\):`"

relay, book_lent = new_relay()
emma = Book(title="Emma")


def publish(reader: str) -> str:
    return relay.publish("default", book_lent, emma, reader=reader)


def published() -> list[str | None]:
    """The keys of all messages, which are the readers."""
    return [*Message.objects.order_by("seq").values_list("key", flat=True)]


class TransactionTestCaseTests(TransactionTestCase):
    """In transactions that are committed and rolled back."""

    def test_a_message_is_written_with_the_transaction(self) -> None:
        """With a delivery for each group that subscribes."""
        Subscription.objects.create(grp="mail", type="books.book-lent")
        Subscription.objects.create(grp="mail", type="books.other")
        with transaction.atomic():
            number = publish("Ada")
        message = Message.objects.get()
        assert (message.id, message.type, message.source) == (number, "books.book-lent", "library")
        assert (message.subject, message.key, message.heard) == ("Emma", "Ada", True)
        assert bytes(message.content) == b'{"reader":"Ada","copies":1}'
        delivery = Delivery.objects.get()
        assert (delivery.grp, delivery.seq, delivery.key, delivery.attempt) == ("mail", message.seq, "Ada", 0)
        assert delivery.due is not None
        assert abs(delivery.due - message.time) < 60

    def test_what_nobody_subscribes_to_is_kept_for_the_first_group(self) -> None:
        """As by other transactions."""
        with transaction.atomic():
            publish("Ada")
        assert not Message.objects.get().heard

    def test_a_rollback_takes_the_message_along(self) -> None:
        """That of the transaction, and that of a savepoint."""
        with transaction.atomic():
            publish("Ada")
            transaction.set_rollback(True)
        with transaction.atomic():
            publish("Bob")
            with transaction.atomic():
                publish("Eve")
                transaction.set_rollback(True)
        assert published() == ["Bob"]

    def test_without_a_transaction_it_is_refused(self) -> None:
        """Each statement would be committed by itself."""
        with pytest.raises(RelayError, match=NO_TRANSACTION):
            publish("Ada")
        assert published() == []

    def test_a_transaction_without_atomic_is_one(self) -> None:
        """As the program ends it."""
        transaction.set_autocommit(False)
        try:
            publish("Ada")
            transaction.rollback()
            publish("Bob")
            transaction.commit()
        finally:
            transaction.set_autocommit(True)
        assert published() == ["Bob"]

    def test_another_database_is_refused(self) -> None:
        """Its transaction has nothing to do with the relay's tables."""
        with transaction.atomic("other"), pytest.raises(RelayError, match=r"not in 'other'.*of 'default'"):
            relay.publish("other", book_lent, emma, reader="Ada")

    def test_fields_are_validated_first(self) -> None:
        """As by a send."""
        with transaction.atomic(), pytest.raises(PayloadError):
            relay.publish("default", book_lent, emma, reader=7)

    databases = {"default", "other"}  # noqa: RUF012 - as Django has it


class TestCaseTests(TestCase):
    """In the transaction of a test, which the program does not have."""

    def test_a_message_is_written_in_a_transaction_of_the_program(self) -> None:
        """As in production."""
        with transaction.atomic():
            publish("Ada")
        assert published() == ["Ada"]

    def test_without_one_it_is_refused(self) -> None:
        """As in production."""
        with pytest.raises(RelayError, match=NO_TRANSACTION):
            publish("Ada")

    def test_what_is_sent_can_be_forwarded(self) -> None:
        """Where the alias needs not be said; without a transaction no receiver is called."""
        heard: list[str] = []

        def hear(sender: Book, reader: str, **extra: Any) -> None:
            heard.append(reader)

        stop = relay.forward(book_lent)
        try:
            with book_lent.connected_to(hear):
                with transaction.atomic():
                    book_lent.send(emma, reader="Ada")
                with pytest.raises(RelayError, match=NO_TRANSACTION):
                    book_lent.send(emma, reader="Bob")
        finally:
            stop()
        assert heard == published() == ["Ada"]


def test_a_transaction_of_sqlalchemy_is_one(alias: str) -> None:
    """Its end decides, as in programs that use both; the message is then in the tables that Django has."""
    relay, signal = new_relay(alias)
    engine = create_engine(address_of(alias))
    with Session(engine) as session, session.begin():
        relay.publish(session, signal, emma, reader="Ada")
    with engine.begin() as connection:
        relay.publish(connection, signal, emma, reader="Bob")
    with Session(engine) as session:
        relay.publish(session, signal, emma, reader="Eve")
        session.flush()
    with engine.connect() as connection:
        relay.publish(connection, signal, emma, reader="Mallory")
    engine.dispose()
    assert [*Message.objects.using(alias).order_by("seq").values_list("key", flat=True)] == ["Ada", "Bob"]
