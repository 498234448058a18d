"""Plain receivers and coroutine functions, each called where Django calls its own, by every way to send."""

from __future__ import annotations

import asyncio
import logging
import threading
from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.dispatch import Signal as DjangosSignal
from django.test import TestCase, TransactionTestCase

from tests.django.library.models import Book
from typedsignals import Payload
from typedsignals.django import post_save, typed
from typedsignals.testing import capture


class CommentPosted(Payload):
    text: str


theirs = DjangosSignal()
comment_posted = typed(theirs, CommentPosted)


class BrokenError(Exception):
    """The error that a receiver raises."""


@pytest.fixture
def log() -> list[str]:
    """What receivers have noted."""
    return []


@pytest.fixture(autouse=True)
def nothing_connected() -> Any:
    """Disconnect all receivers after each test."""
    yield
    comment_posted.disconnect_all()
    assert not theirs.has_listeners()


def noting(log: list[str], name: str, *, asynchronous: bool = False, error: Exception | None = None) -> Any:
    """Make a receiver that notes its call and its text, and perhaps raises."""

    def receive(sender: object, text: str, **extra: Any) -> str:
        log.append(f"{name}: {text}")
        if error is not None:
            raise error
        return name

    async def receive_async(sender: object, text: str, **extra: Any) -> str:
        await asyncio.sleep(0)
        return receive(sender, text, **extra)

    return comment_posted.connect(receive_async if asynchronous else receive, weak=False)


def send_all_ways() -> dict[str, Any]:
    """Each way to send, called from a thread without an event loop."""
    return {
        "send": lambda: theirs.send("page", text="Hi!"),
        "asend": lambda: async_to_sync(theirs.asend)("page", text="Hi!"),
        "send_robust": lambda: theirs.send_robust("page", text="Hi!"),
        "asend_robust": lambda: async_to_sync(theirs.asend_robust)("page", text="Hi!"),
    }


WAYS = send_all_ways()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kinds", ["plain", "asynchronous", "both"])
def test_each_kind_is_called_by_each_way_to_send(way: str, kinds: str, log: list[str]) -> None:
    """Once; and what is sent is captured once."""
    if kinds != "asynchronous":
        noting(log, "plain")
    if kinds != "plain":
        noting(log, "async", asynchronous=True)
    with capture(comment_posted) as captured:
        results = WAYS[way]()
    names = {"plain": ["plain"], "asynchronous": ["async"], "both": ["plain", "async"]}[kinds]
    assert sorted(log) == sorted(f"{name}: Hi!" for name in names)
    assert captured.one().payload == CommentPosted(text="Hi!")
    assert sorted(value for _, pairs in results for _, value in pairs) == sorted(names)


@pytest.mark.parametrize("way", ["send", "asend"])
@pytest.mark.parametrize("asynchronous", [False, True])
def test_what_a_receiver_raises_reaches_the_code_that_sends(way: str, asynchronous: bool, log: list[str]) -> None:
    """Receivers after it are not called."""
    noting(log, "first", asynchronous=asynchronous, error=BrokenError())
    noting(log, "second", asynchronous=asynchronous)
    with pytest.raises(BrokenError):
        WAYS[way]()
    assert log == ["first: Hi!"]


@pytest.mark.parametrize("way", ["send_robust", "asend_robust"])
@pytest.mark.parametrize("asynchronous", [False, True])
def test_a_robust_send_calls_every_receiver(
    way: str, asynchronous: bool, log: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    """What one raised is what Django returns, and both say who it was."""
    error = BrokenError()
    noting(log, "first", asynchronous=asynchronous, error=error)
    noting(log, "second", asynchronous=asynchronous)
    with caplog.at_level(logging.ERROR):
        ((_, result),) = WAYS[way]()
    assert log == ["first: Hi!", "second: Hi!"]
    assert result is error
    assert {record.name for record in caplog.records} == {"typedsignals", "django.dispatch"}


@pytest.mark.parametrize("way", ["send_robust", "asend_robust"])
@pytest.mark.parametrize("asynchronous", [False, True])
def test_a_robust_send_returns_several_errors_as_a_group(way: str, asynchronous: bool, log: list[str]) -> None:
    """In the order of the receivers."""
    errors = [BrokenError("one"), BrokenError("two")]
    for error in errors:
        noting(log, str(error), asynchronous=asynchronous, error=error)
    ((_, result),) = WAYS[way]()
    assert isinstance(result, ExceptionGroup)
    assert list(result.exceptions) == errors


@pytest.mark.parametrize("way", ["send_robust", "asend_robust"])
def test_a_robust_send_of_both_kinds_goes_on_too(way: str, log: list[str]) -> None:
    """The failure of one kind ends neither the other kind nor its own."""
    for kind in (False, True):
        noting(log, f"fails {kind}", asynchronous=kind, error=BrokenError())
        noting(log, f"works {kind}", asynchronous=kind)
    results = WAYS[way]()
    assert len(log) == 4
    assert [type(result) for _, result in results] == [BrokenError, BrokenError]


def test_plain_receivers_of_an_asynchronous_send_run_in_a_thread(log: list[str]) -> None:
    """As Django's do, so that they may use the database; coroutine functions run on the loop."""
    threads: dict[str, int] = {}

    def plain(sender: object, **extra: Any) -> None:
        threads["plain"] = threading.get_ident()

    async def awaited(sender: object, **extra: Any) -> None:
        threads["awaited"] = threading.get_ident()

    async def main() -> None:
        await theirs.asend("page", text="Hi!")
        threads["loop"] = threading.get_ident()

    with comment_posted.connected_to(plain), comment_posted.connected_to(awaited):
        asyncio.run(main())
    assert threads["awaited"] == threads["loop"] != threads["plain"]


class DatabaseTests(TransactionTestCase):
    """Receivers that use the database, in asynchronous code."""

    async def test_a_plain_receiver_may_use_the_database(self) -> None:
        """However the signal is sent: Django sees to a thread in which that is allowed."""
        counted: list[int] = []

        def count(sender: object, **extra: Any) -> None:
            counted.append(Book.objects.count())

        with comment_posted.connected_to(count), post_save.connected_to(count, Book):
            await theirs.asend("page", text="Hi!")
            await Book.objects.acreate(title="Notes")
        assert counted == [0, 1]

    async def test_a_coroutine_function_awaits_the_database(self) -> None:
        """By its asynchronous methods; the others refuse, as in any coroutine."""
        counted: list[int] = []

        async def count(sender: type[Book], instance: Book, **extra: Any) -> None:
            counted.append(await Book.objects.acount())

        with post_save.for_model(Book).connected_to(count):
            await Book.objects.acreate(title="Notes")
            await sync_to_async(Book.objects.create)(title="Letters")
        assert counted == [1, 2]


class TransactionTests(TestCase):
    """Inside the transaction of a test."""

    def test_a_coroutine_function_is_called_by_a_plain_save(self) -> None:
        """Django runs it on an event loop of its own, where the same connection is used."""
        counted: list[int] = []

        async def count(sender: type[Book], instance: Book, **extra: Any) -> None:
            counted.append(await Book.objects.acount())

        with post_save.for_model(Book).connected_to(count):
            Book.objects.create(title="Notes")
        assert counted == [1]
