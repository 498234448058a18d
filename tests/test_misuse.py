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


def by_keyword(*, sender: object) -> None: ...


def by_too_many_fields(shop: object, order_id: int, other: int) -> None: ...


class Desk:
    def serve(self, sender: object) -> None: ...


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
    refused = message(ReceiverSignatureError, order.disconnect, wrong)
    assert f"cannot be disconnected from <Signal 'order'>: {problem}" in refused
    assert "comes first" not in refused


def test_two_arguments_that_cannot_be_called_are_not_called_swapped() -> None:
    """Nothing more can be said about them."""
    for call in (order.connect, order.disconnect):
        assert message(ReceiverSignatureError, call, 7, "x").endswith("<Signal 'order'>: a int is not callable")


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


@pytest.mark.parametrize("sender", [view, no_arguments, by_keyword, lambda: None, Shop, print, "x".join])
def test_a_function_can_be_a_sender(sender: Any) -> None:
    """If it cannot be meant as a receiver; with `connect`, every function can."""
    for signal in (order, untyped):
        signal.connect_via(sender)(receiver)
        assert [called for called, _ in signal.send(sender)] == [receiver]
        signal.disconnect(receiver)
    order.connect(receiver, sender=receiver)
    assert [called for called, _ in order.send(receiver)] == [receiver]
    order.disconnect(receiver)


@pytest.mark.parametrize("sender", [by_too_many_fields, Desk().serve])
def test_what_names_a_field_or_a_sender_can_be_a_sender_too(sender: Any) -> None:
    """A function that does not fit the signal is no receiver of it; something else than a function is no mistake."""
    order.connect_via(sender)(receiver)
    assert [called for called, _ in order.send(sender)] == [receiver]
    order.disconnect(receiver)


def test_connect_via_a_lambda_on_the_same_line_is_refused() -> None:
    """Nobody else could send with it as the sender."""
    with pytest.raises(SenderError, match="nothing is connected"):
        untyped.connect_via(lambda event, when: None)


@pytest.mark.parametrize("file", ["elsewhere.py", ""])
def test_a_function_of_another_file_is_not_being_decorated(file: str) -> None:
    """Though its lines have the same numbers."""
    names: dict[str, Any] = {}
    exec(compile("def fire(event, when):\n" + "    event\n" * 2000, file, "exec"), names)  # noqa: S102 - written above
    untyped.connect_via(names["fire"])(receiver)
    assert [called for called, _ in untyped.send(names["fire"])] == [receiver]
    untyped.disconnect(receiver)


def test_a_function_may_connect_with_itself_as_the_sender() -> None:
    """The line that runs is in its body, and does not decorate it."""

    def fire(event: object, when: object) -> object:
        return untyped.connect_via(senders[0])(receiver)

    senders = [fire]
    assert fire(None, None) is receiver
    assert [called for called, _ in untyped.send(fire)] == [receiver]
    untyped.disconnect(receiver)


@pytest.mark.parametrize("cell", ["connect_via(fire)(receiver)", "(lambda: connect_via(fire)(receiver))()"])
def test_a_function_of_an_earlier_input_is_not_being_decorated(cell: str) -> None:
    """In an interactive session, whose inputs may all be line 1 of one file."""
    names: dict[str, Any] = {"connect_via": untyped.connect_via, "receiver": receiver}
    for line in ("def fire(event, when): pass", cell):
        exec(compile(line, "<stdin>", "exec"), names)  # noqa: S102 - written above
    assert [called for called, _ in untyped.send(names["fire"])] == [receiver]
    untyped.disconnect(receiver)


def test_a_local_function_of_an_earlier_input_is_not_being_decorated() -> None:
    """As in a debugger that stands in a function."""
    names: dict[str, Any] = {}
    for line in ("def fire(event, when): pass", "connect_via(fire)(receiver)"):
        within = {"connect_via": untyped.connect_via, "receiver": receiver}
        exec(compile(line, "<stdin>", "exec"), within, names)  # noqa: S102 - written above
    assert [called for called, _ in untyped.send(names["fire"])] == [receiver]
    untyped.disconnect(receiver)


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
        (wrong.disconnect, None, None),
        (lambda: wrong.connect(receive, key=""), None, None),
        (lambda: wrong.connect(receive, alive=wrong, weak=False), None, None),
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
