"""Receivers in the workers of a project: their connections, their threads, and their transactions."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any, TypeVar

import anyio
import pytest
from django.apps import apps
from django.db import connections, transaction
from django.test import TransactionTestCase

from tests.django.library.models import Book
from tests.django.relays import new_relay
from typedsignals import DeclarationError
from typedsignals.django.relay import DjangoRelay, _relay
from typedsignals.django.relay.models import Dead, Delivery, Subscription
from typedsignals.relay import RelayError
from typedsignals.testing import relayed

pytestmark = pytest.mark.anyio
T = TypeVar("T")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run workers on the event loop that they have in production."""
    return "asyncio"


class Worker:
    """A relay whose workers run in this process.

    Args:
        alias: The database.
    """

    def __init__(self, alias: str) -> None:
        self.alias = alias
        self.relay, self.signal = new_relay(alias)
        self.connections: list[Any] = []

    def notes_its_connection(self) -> None:
        """Use the database, and remember through which connection."""
        assert Subscription.objects.using(self.alias).exists()
        self.connections.append(connections[self.alias])

    async def works(self) -> None:
        """Let each group work until there is nothing left to do."""
        stopping = anyio.Event()
        async with anyio.create_task_group() as tasks:
            for group in self.relay._declared.receivers:
                tasks.start_soon(self.relay._worker(group, None, 5.0).run, stopping)
            with anyio.fail_after(120):
                while not await self.found(self.is_done):  # noqa: ASYNC110 - the database tells nobody
                    await anyio.sleep(0.2)
            stopping.set()

    def is_done(self) -> bool:
        return not Delivery.objects.using(self.alias).exists()

    async def found(self, look: Callable[[], T]) -> T:
        """Look into the database, in a thread."""

        def look_and_close() -> T:
            with closing(connections[self.alias]):
                return look()

        return await anyio.to_thread.run_sync(look_and_close)

    def publish(self, *readers: str) -> None:
        with transaction.atomic(self.alias):
            for reader in readers:
                self.relay.publish(self.alias, self.signal, Book(title="Emma"), reader=reader)


@pytest.fixture
def worker(alias: str) -> Iterator[Worker]:
    worker = Worker(alias)
    yield worker
    worker.relay.close()


async def run(worker: Worker, *readers: str) -> None:
    """Publish, and let workers do what there is to do."""
    await anyio.to_thread.run_sync(worker.relay.setup)
    await worker.found(lambda: worker.publish(*readers))
    await worker.works()


async def test_a_plain_receiver_has_a_connection_that_is_closed(worker: Worker) -> None:
    """In its thread, where nobody could close it later."""

    @worker.relay.receiver(worker.signal, group="mail")
    def receive(sender: Book, **extra: Any) -> None:
        assert threading.current_thread() is not threading.main_thread()
        worker.notes_its_connection()

    await run(worker, "Ada", "Bob")
    assert [connection.connection for connection in worker.connections] == [None, None]


async def test_a_coroutine_function_has_a_thread_whose_connection_is_closed(worker: Worker) -> None:
    """Its own for each message, so that others cannot disturb it. The sender is found there, too."""

    found: list[int] = []

    async def receive(sender: Book, **extra: Any) -> None:
        assert threading.current_thread() is threading.main_thread()
        found.append(await Subscription.objects.using(worker.alias).acount())

    def finding(title: str) -> Book:
        worker.notes_its_connection()
        return Book(title=title)

    worker.relay.carry(worker.signal, subject=lambda book: book.title, sender=finding)
    worker.relay.receiver(worker.signal, group="mail")(receive)
    await run(worker, "Ada")
    assert found == [1]
    assert [connection.connection for connection in worker.connections] == [None]


async def test_a_plain_function_around_a_coroutine_function_is_awaited(worker: Worker) -> None:
    """With a thread for the ORM, as a coroutine function has."""
    found: list[int] = []

    async def count(sender: Book, **extra: Any) -> None:
        found.append(await Subscription.objects.using(worker.alias).acount())

    @worker.relay.receiver(worker.signal, group="mail")
    def receive(sender: Book, **extra: Any) -> Any:
        return count(sender, **extra)

    await run(worker, "Ada")
    assert found == [1]


async def test_work_in_a_transaction_is_committed_with_the_delivery(worker: Worker) -> None:
    """What it writes and publishes is there once; what a failure has written is not there at all."""
    attempts: list[str] = []

    @worker.relay.receiver(worker.signal, group="stock", atomic=True)
    def take(sender: Book, reader: str, **extra: Any) -> None:
        attempts.append(reader)
        Subscription.objects.using(worker.alias).create(grp=f"written for {reader}", type=str(len(attempts)))
        if attempts == ["Ada"]:
            raise ValueError("the first time")
        if reader == "Ada":
            worker.relay.publish(worker.alias, worker.signal, sender, reader="Bob")

    await run(worker, "Ada")
    assert attempts == ["Ada", "Ada", "Bob"]
    written = Subscription.objects.using(worker.alias).filter(grp__startswith="written").order_by("grp")
    found = await worker.found(lambda: [*written.values_list("grp", "type")])
    assert found == [("written for Ada", "2"), ("written for Bob", "3")]


async def test_a_stale_worker_writes_nothing(worker: Worker) -> None:
    """Another one has the message by now; here, that is rolled back, too, so that it is delivered again."""
    attempts: list[str] = []

    @worker.relay.receiver(worker.signal, group="stock", atomic=True)
    def take(sender: Book, reader: str, **extra: Any) -> None:
        attempts.append(reader)
        Subscription.objects.using(worker.alias).create(grp="written", type=str(len(attempts)))
        if len(attempts) == 1:
            Delivery.objects.using(worker.alias).update(token="another's", due=0)  # noqa: S106 - of a lease

    await run(worker, "Ada")
    written = Subscription.objects.using(worker.alias).filter(grp="written")
    assert await worker.found(lambda: [*written.values_list("type", flat=True)]) == ["2"]


async def test_a_rollback_that_the_receiver_asks_for_is_a_failure(worker: Worker) -> None:
    """The delivery could not end in that transaction."""

    @worker.relay.receiver(worker.signal, group="stock", attempts=1, atomic=True)
    def take(sender: Book, **extra: Any) -> None:
        transaction.set_rollback(True, worker.alias)

    await run(worker, "Ada")
    error = await worker.found(lambda: Dead.objects.using(worker.alias).get().error)
    assert "TransactionManagementError at " in error


def test_a_transaction_is_not_for_coroutine_functions_or_brokers() -> None:
    """Neither together with a session of SQLAlchemy."""
    relay, signal = new_relay()
    with pytest.raises(DeclarationError, match="the transaction of atomic=True blocks"):

        @relay.receiver(signal, group="stock", atomic=True)
        async def take(sender: Book, **extra: Any) -> None: ...

    with pytest.raises(DeclarationError, match="atomic=True or session=True, and not both"):
        relay.receiver(signal, group="stock", atomic=True, session=True)  # type: ignore[call-overload]
    through = DjangoRelay("library", broker="nats://user:secret@localhost:1")
    through.carry(signal, subject=lambda book: book.title, sender=lambda title: Book(title=title))
    assert repr(through) == "<DjangoRelay 'library' on the database 'default' through nats://localhost:1>"
    with pytest.raises(DeclarationError, match="atomic=True is for messages of the database"):
        through.receiver(signal, group="stock", atomic=True)


def test_a_receiver_may_take_a_session_of_sqlalchemy() -> None:
    """As with any relay."""
    relay, signal = new_relay()

    @relay.receiver(signal, group="stock", session=True)
    def take(sender: Book, session: Any, /, **extra: Any) -> None: ...

    assert relay.describe().signals[0].receivers[0].group == "stock"


def test_receivers_are_looked_for_when_django_is_set_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the modules that connect receivers, too."""
    found: list[str] = []
    monkeypatch.setattr(_relay, "autodiscover_modules", found.append)
    new_relay()[0].load()
    assert found == ["receivers"]
    monkeypatch.setattr(apps, "ready", False)
    with pytest.raises(RelayError, match=r"use `manage.py relay` in place of `typedsignals relay`"):
        new_relay()[0].load()


class RelayedTests(TransactionTestCase):
    """Delivering in a test."""

    def test_receivers_run_in_the_thread_of_the_test(self) -> None:
        """Plain ones and coroutine functions see what the test's own transaction has written."""
        relay, signal = new_relay()
        seen: list[int] = []

        @relay.receiver(signal, group="plain")
        def plain(sender: Book, **extra: Any) -> None:
            seen.append(Book.objects.count())

        @relay.receiver(signal, group="async")
        async def awaited(sender: Book, **extra: Any) -> None:
            seen.append(await Book.objects.acount())

        @relay.receiver(signal, group="atomic", atomic=True)
        def atomic(sender: Book, **extra: Any) -> None:
            Book.objects.create(title="Persuasion")

        with relayed(relay) as queue, transaction.atomic():
            relay.publish("default", signal, Book.objects.create(title="Emma"), reader="Ada")
            assert queue.deliver() == 3
            assert queue.errors == []
        assert len(seen) == 2
        assert Book.objects.count() == 2
