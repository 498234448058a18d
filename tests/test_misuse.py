"""Mistaken calls of `connect` and the like: the error says what to write instead."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from functools import partialmethod
from typing import Any

import pytest

from tests.test_errors import message
from tests.ways import AnySignal
from typedsignals import ANY, Payload, ReceiverSignatureError, SenderError, Signal, TypedSignalsError


class Order(Payload):
    order_id: int = 7


class Shop:
    pass


order: AnySignal = Signal(Order, name="order")
untyped: AnySignal = Signal(name="untyped")
sold: AnySignal = Signal(Order, name="sold", sender=Shop)


def receiver(sender: object, order_id: int = 0, **extra: object) -> None: ...


def view(request: object, /, **arguments: object) -> None: ...


def no_arguments() -> None: ...


def by_fields(shop: Shop, order_id: int) -> None: ...


async def coroutine_function(sender: object, **extra: object) -> None: ...


def made_coroutine() -> Any:
    coroutine = coroutine_function(None)
    coroutine.close()
    return coroutine


PREFIX = "cannot be connected to <Signal 'order'>: "
CALLED = "; pass the function itself, connect(f), and not what it returns, connect(f())"


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        (None, f"receiver 'NoneType' {PREFIX}None is not callable{CALLED}"),
        (made_coroutine(), f"receiver 'coroutine_function' {PREFIX}a coroutine is not callable{CALLED}"),
        (7, f"receiver 'int' {PREFIX}a int is not callable"),
        ("receiver", f"receiver 'str' {PREFIX}a str is not callable"),
        (
            untyped,
            f"receiver 'Signal' {PREFIX}a Signal is not callable; to pass on what one signal sends to another, connect",
        ),
        (classmethod(view), f"{PREFIX}a classmethod is not callable; connect what an object or the finished class"),
        (property(receiver), f"{PREFIX}a property is not callable; connect what an object or the finished class"),
        (partialmethod(receiver, 1), f"{PREFIX}a partialmethod is not callable; connect what an object or the"),
    ],
)
def test_what_cannot_be_called_is_refused_with_what_to_write(wrong: Any, problem: str) -> None:
    """By every way to connect."""
    assert problem in message(ReceiverSignatureError, order.connect, wrong)
    assert problem in message(ReceiverSignatureError, order.connect, wrong, "x")
    assert problem in message(ReceiverSignatureError, order.connected_to(wrong).__enter__)
    assert problem in message(ReceiverSignatureError, order.connect_via(ANY), wrong)
    assert order.connections == ()


@pytest.mark.parametrize("signal", [order, untyped, sold])
def test_a_sender_before_its_receiver_is_reported(signal: AnySignal) -> None:
    """Whether the signal declares a sender type or not."""
    wrong: Any = Shop()
    hint = "a Shop is not callable; the receiver comes first: connect(receiver, sender)"
    assert message(ReceiverSignatureError, signal.connect, wrong, receiver).endswith(hint)
    assert message(ReceiverSignatureError, signal.connected_to(wrong, receiver).__enter__).endswith(hint)
    problem = message(ReceiverSignatureError, signal.disconnect, wrong, receiver)
    assert problem.startswith(f"receiver 'Shop' cannot be disconnected from {signal!r}: ")
    assert problem.endswith("a Shop is not callable; the receiver comes first: disconnect(receiver, sender)")
    assert signal.connections == ()


@pytest.mark.parametrize(("wrong", "problem"), [(None, "None is not callable"), (7, "a int is not callable")])
def test_what_cannot_be_called_cannot_be_disconnected(wrong: Any, problem: str) -> None:
    """It never was connected; without the error, the mistake would go unnoticed."""
    assert f"cannot be disconnected from <Signal 'order'>: {problem}" in message(
        ReceiverSignatureError, order.disconnect, wrong
    )


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        ({}, "ANY, priority=1"),
        ({"priority": 3}, "ANY, priority=3"),
        ({"weak": False, "as_payload": True}, "ANY, as_payload=True"),
        ({"sender": "x", "once": True, "thread": True}, "sender, once=True, thread=True"),
        ({"key": "shop.ship", "alive": None}, "ANY, key='shop.ship', alive=..."),
    ],
)
def test_connect_without_a_receiver_names_the_decorator_with_these_options(options: Any, shown: str) -> None:
    """Its author may have meant it."""
    connect: Any = order.connect
    assert message(ReceiverSignatureError, connect, **options) == (
        "connect() of <Signal 'order'> was given no receiver; a decorator with options is connect_via(sender, ...), or "
        f"connect_via(ANY, ...) for all senders: @signal.connect_via({shown})"
    )


NO_SENDER = (
    ", so nothing is connected; it is used as @signal.connect_via(sender), or @signal.connect_via(ANY) for all "
    "senders; if a function is the sender, use connect(receiver, sender=function)"
)


def test_connect_via_needs_a_sender() -> None:
    """ANY is one."""
    connect_via: Any = order.connect_via
    expected = f"connect_via() of <Signal 'order'> was given no sender{NO_SENDER}"
    assert message(SenderError, connect_via) == message(SenderError, connect_via, weak=True) == expected


@pytest.mark.parametrize("signal", [order, untyped, sold])
def test_connect_via_without_parentheses_is_refused(signal: AnySignal) -> None:
    """It would take the function as a sender, and connect nothing, whatever the function's parameters are."""
    with pytest.raises(
        SenderError, match=re.escape(f"connect_via() of {signal!r} was given receiver '") + ".*" + re.escape(NO_SENDER)
    ):

        @signal.connect_via
        def on(shop: object, *, other: int) -> None: ...

    with pytest.raises(SenderError, match="nothing is connected"):

        @signal.connect_via
        async def on_async() -> None: ...

    assert signal.connections == ()


@pytest.mark.parametrize(
    ("signal", "function"),
    [(order, receiver), (untyped, receiver), (sold, receiver), (order, by_fields), (untyped, coroutine_function)],
)
def test_connect_via_a_receiver_is_refused(signal: AnySignal, function: Any) -> None:
    """As a statement it connects nothing: it returns a decorator for a receiver."""
    code = function.__code__
    assert message(SenderError, signal.connect_via, function) == (
        f"connect_via() of {signal!r} was given receiver {function.__name__!r} "
        f"({code.co_filename}:{code.co_firstlineno}) for a sender{NO_SENDER}"
    )


@pytest.mark.parametrize("sender", [view, no_arguments, lambda: None, Shop, print, "x".join])
def test_a_function_can_be_a_sender(sender: Any) -> None:
    """If it cannot be meant as a receiver; with `connect`, every function can."""
    for signal in (order, untyped):
        signal.connect_via(sender)(receiver)
        assert [called for called, _ in signal.send(sender)] == [receiver]
        signal.disconnect(receiver)
    order.connect(receiver, sender=receiver)
    assert [called for called, _ in order.send(receiver)] == [receiver]
    order.disconnect(receiver)


def test_a_receiver_in_place_of_weak_is_refused() -> None:
    """It is a second receiver, or follows the sender of `connect_via`."""
    expected = (
        "weak= of a connection to <Signal 'order'> must be True or False, got receiver 'receiver' "
        f"({__file__}:{receiver.__code__.co_firstlineno}); connect one receiver at a time: connect(receiver, sender)"
    )
    wrong: Any = receiver
    assert message(ReceiverSignatureError, order.connect, receiver, "x", wrong) == expected
    assert message(ReceiverSignatureError, order.connect_via, "x", wrong) == expected
    assert order.connections == ()


def test_errors_carry_what_was_given() -> None:
    """The signal, and what is wrong as the receiver or as the sender."""
    wrong: Any = Signal(name="sent")

    def receive(sender: object, **extra: object) -> None: ...

    def second(sender: object, **extra: object) -> None: ...

    cases: list[tuple[Callable[[], object], object, object]] = [
        (lambda: wrong.connect(7, "x"), 7, "x"),
        (lambda: wrong.disconnect(7, "x"), 7, "x"),
        (lambda: wrong.connect(receive, "x", second), second, "x"),
        (wrong.connect, None, None),
        (wrong.connect_via, None, None),
        (lambda: wrong.connect_via(receive), None, receive),
        (lambda: wrong.connect_via("x", second), second, "x"),
    ]
    for misuse, receiver, sender in cases:
        with pytest.raises(TypedSignalsError) as caught:
            misuse()
        assert caught.value.signal is wrong
        assert (caught.value.receiver, caught.value.sender) == (receiver, sender)


def test_a_function_that_looks_like_no_receiver_may_be_the_sender_of_a_decorator() -> None:
    """Here or in another file; but not if it is what the line decorates."""
    signal: Any = Signal()

    def receive(sender: object) -> None: ...

    def fire(event: object, when: object) -> None: ...

    for sender in (fire, posixpath.join):
        signal.connect_via(sender)(receive)
        assert signal.send(sender) == [(receive, None)]
    with pytest.raises(SenderError, match="so nothing is connected"):

        @signal.connect_via  # type: ignore[untyped-decorator]  # misused
        def decorated(event: object, when: object) -> None: ...
