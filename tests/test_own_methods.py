"""The methods that send mean one thing for a signal's whole life, however often it is sent."""

from __future__ import annotations

import copy
import functools
import gc
import inspect
import pickle
import threading
import weakref
from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest
from pydantic import ValidationError, model_validator

from tests.ways import AnySignal, finished
from typedsignals import Namespace, Payload, PayloadError, Signal, signal
from typedsignals._sending import own_methods as _own_methods


class Order(Payload):
    order_id: int
    note: str = "none"


class Checked(Order):
    @model_validator(mode="after")
    def check(self) -> Checked:
        return self


namespace = Namespace("own-methods")
stored: AnySignal = namespace.signal("stored", Order)
unstored: AnySignal = Signal()


def made(kind: str) -> AnySignal:
    signals: dict[str, Callable[[], AnySignal]] = {
        "by field": lambda: Signal(Order),
        "as a whole": lambda: Signal(Checked),
        "never validated": lambda: Signal(Order, validate="never"),
        "only if connected": lambda: Signal(Order, validate="connected"),
        "untyped": Signal,
        "named": lambda: signal("test_own_methods"),
    }
    return signals[kind]()


KINDS = ["by field", "as a whole", "never validated", "only if connected", "untyped", "named"]
every_kind = pytest.mark.parametrize("kind", KINDS)
METHODS: dict[str, Callable[..., list[Any]]] = {
    "send": lambda method, *args, **fields: method(*args, **fields),
    "send_async": lambda method, *args, **fields: finished(method(*args, **fields)),
    "send_robust": lambda method, *args, **fields: method(*args, **fields),
}
every_method = pytest.mark.parametrize("name", METHODS)


def send_often(sent: AnySignal, name: str) -> None:
    for _ in range(2 * _own_methods.SENDS_BEFORE_GENERATING):
        METHODS[name](getattr(sent, name), None, order_id=1)


@every_kind
@every_method
def test_it_is_the_same_object_before_and_after_each_send(kind: str, name: str) -> None:
    """And it belongs to the signal."""
    sent = made(kind)
    before = getattr(sent, name)
    for _ in range(2 * _own_methods.SENDS_BEFORE_GENERATING):
        METHODS[name](before, None, order_id=1)
        assert getattr(sent, name) is before
    assert before.__self__ is sent


@every_method
def test_its_code_is_generated_once_it_is_sent_often(name: str) -> None:
    """And not before: a signal that is rarely sent need not pay for it."""
    sent = made("by field")
    method = getattr(sent, name)
    files = []
    for _ in range(_own_methods.SENDS_BEFORE_GENERATING + 2):
        METHODS[name](method, None, order_id=1)
        files.append(method.__code__.co_filename)
    assert len({*files[: _own_methods.SENDS_BEFORE_GENERATING]}) == 1
    assert "typedsignals.generated" not in files[0]
    assert "typedsignals.generated" in files[_own_methods.SENDS_BEFORE_GENERATING]
    assert files[_own_methods.SENDS_BEFORE_GENERATING] == files[-1]


@pytest.mark.parametrize("payload", [Order, Checked])
def test_the_code_of_send_payload_is_generated_too(payload: type[Order]) -> None:
    """The method stays, and does the same; so does that of a signal without a payload, which refuses."""

    def receive(sender: object, order_id: int, note: str) -> tuple[int, str]:
        return order_id, note

    sent, free = Signal[Any, Any, ...](payload), Signal[Any, Any, ...]()
    method, files = sent.send_payload, set[bool]()
    for _ in range(2 * _own_methods.SENDS_BEFORE_GENERATING):
        with sent.connected_to(receive):
            assert method(None, payload(order_id=1)) == [(receive, (1, "none"))]
        with pytest.raises(PayloadError, match="has no payload"):
            free.send_payload(None, payload(order_id=1))
        files.add(method.__code__.co_filename.partition("/")[0] == "typedsignals.generated")
        assert sent.send_payload is method
    assert files == {False, True}
    assert pickle.loads(pickle.dumps(stored.send_payload)) == stored.send_payload  # noqa: S301 - made here


@pytest.mark.parametrize("spec", [Signal, Signal(Order)], ids=["class", "signal"])
def test_a_mock_of_signals_knows_which_methods_are_awaited(spec: Any) -> None:
    """Those that have code of their own as well as the others."""
    spy, names = mock.MagicMock(spec=spec), [name for name in dir(stored) if not name.startswith("__")]
    awaited = {name for name in names if isinstance(getattr(spy, name, None), mock.AsyncMock)}
    assert awaited == {name for name in names if inspect.iscoroutinefunction(getattr(Signal, name, None))}
    assert "send_async" in awaited


@every_kind
@every_method
def test_a_mock_that_wraps_it_sees_all_sends_and_can_be_undone(kind: str, name: str) -> None:
    """Whether it begins before the first send, or between sends."""
    sent, received = made(kind), list[int]()

    def receive(sender: object, order_id: int, **extra: object) -> None:
        received.append(order_id)

    with sent.connected_to(receive):
        for _ in range(3):
            original = getattr(sent, name)
            with mock.patch.object(sent, name, wraps=original) as spy:
                send_often(sent, name)
            assert spy.call_count == 2 * _own_methods.SENDS_BEFORE_GENERATING
            assert getattr(sent, name) is original
            send_often(sent, name)
            assert spy.call_count == 2 * _own_methods.SENDS_BEFORE_GENERATING
    assert len(received) == 3 * 4 * _own_methods.SENDS_BEFORE_GENERATING


@every_kind
@every_method
def test_monkeypatch_replaces_it_until_it_is_undone(kind: str, name: str) -> None:
    """Nothing that the signal does restores the method earlier."""
    sent = made(kind)
    original = getattr(sent, name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sent, name, lambda *args, **fields: "fake")
        for _ in range(3):
            assert getattr(sent, name)(None, order_id=1) == "fake"
            # By code that looked it up before.
            for _ in range(_own_methods.SENDS_BEFORE_GENERATING):
                METHODS[name](original, None, order_id=1)
    assert getattr(sent, name) is original
    assert METHODS[name](getattr(sent, name), None, order_id=1) == []


@every_method
def test_a_wrapper_of_it_goes_on_working(name: str) -> None:
    """A decorator calls the signal's method, whatever its code."""
    sent, calls = made("by field"), list[str]()
    original = getattr(sent, name)

    @functools.wraps(original)
    def counted(*args: Any, **fields: Any) -> Any:
        calls.append("called")
        return original(*args, **fields)

    sent.__dict__[name] = counted
    send_often(sent, name)
    assert len(calls) == 2 * _own_methods.SENDS_BEFORE_GENERATING
    del sent.__dict__[name]
    assert getattr(sent, name) is original


@every_kind
@pytest.mark.parametrize("when", ["before", "after"])
def test_forwarding_connects_and_disconnects(kind: str, when: str) -> None:
    """Sends do not turn it into another receiver."""
    source, target, received = made("by field"), made(kind), list[int]()

    def receive(sender: object, order_id: int, **extra: object) -> None:
        received.append(order_id)

    with target.connected_to(receive):
        if when == "after":
            send_often(target, "send")
        source.connect(target.send)
        source.connect(target.send)
        assert [connection.receiver for connection in source.connections] == [target.send]
        received.clear()
        send_often(source, "send")
        assert len(received) == 2 * _own_methods.SENDS_BEFORE_GENERATING
        source.disconnect(target.send)
        assert not source.connections
        send_often(source, "send")
        assert len(received) == 2 * _own_methods.SENDS_BEFORE_GENERATING


def test_forwarding_ends_with_the_signal_that_it_leads_to() -> None:
    """It is held weakly, like any bound method."""
    source, target = made("by field"), made("by field")
    source.connect(target.send)
    send_often(source, "send")
    gone = weakref.ref(target)
    del target
    gc.collect()
    assert gone() is None
    assert source.send(None, order_id=1) == []


def test_forwarding_to_an_async_send() -> None:
    """It is a coroutine function from the first to the last."""
    source, target = made("by field"), made("by field")
    source.connect(target.send_async)
    assert inspect.iscoroutinefunction(target.send_async)
    send_often(source, "send_async")
    assert inspect.iscoroutinefunction(target.send_async)
    assert source.connections[0].is_async
    source.disconnect(target.send_async)
    assert not source.connections


@every_method
@pytest.mark.parametrize("sent", [stored, unstored], ids=["with a payload", "without"])
def test_it_can_be_pickled_and_copied_with_its_signal(sent: AnySignal, name: str) -> None:
    """Before and after its code is generated."""
    for _ in range(2):
        method = getattr(sent, name)
        assert pickle.loads(pickle.dumps(method)) == method  # noqa: S301 - made here
        assert copy.deepcopy(method) == method
        assert copy.copy(method) == method
        send_often(sent, name)


@every_kind
def test_it_can_be_called_on_the_class(kind: str) -> None:
    """Like any method."""
    sent: Any = made(kind)
    for _ in range(2 * _own_methods.SENDS_BEFORE_GENERATING):
        assert Signal.send(sent, None, order_id=1) == []
        assert finished(Signal.send_async(sent, None, order_id=1)) == []
        assert Signal.send_robust(sent, None, order_id=1) == []
    with pytest.raises(PayloadError):
        Signal.send_payload(sent, None, sent)


def test_it_sends_the_same_if_it_is_called_on_the_class() -> None:
    """The sender, the fields or the payload, and the wrapper of coroutine functions arrive."""
    sent: Any = made("by field")
    got: list[tuple[object, int]] = []

    def waiting(function: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *args, **fields: finished(function(*args, **fields))

    async def receive(sender: object, order_id: int, **extra: object) -> None:
        got.append((sender, order_id))

    sent.connect(receive)
    Signal.send(sent, "a", order_id=1, _async_wrapper=waiting)
    finished(Signal.send_async(sent, "b", order_id=2))
    assert Signal.send_robust(sent, "c", order_id=3, _async_wrapper=waiting)[0].ok
    Signal.send_payload(sent, "d", Order(order_id=4), _async_wrapper=waiting)
    assert got == [("a", 1), ("b", 2), ("c", 3), ("d", 4)]


def test_the_class_has_documented_methods() -> None:
    """With their own signatures, for `help` and for documentation."""
    assert (Signal.send.__doc__ or "").startswith("Validate the fields and call each receiver")
    assert str(inspect.signature(Signal.send)).startswith("(self, sender: 'SenderT', /, *args: 'P.args'")
    assert inspect.isfunction(Signal.send)


def test_a_method_that_a_subclass_replaces_is_the_one_that_is_called() -> None:
    """Each time, even if it calls the signal's own."""

    class Loud(Signal[Any, Any, ...]):
        sent = 0

        def send(self, sender: Any, /, *args: Any, **kwargs: Any) -> Any:
            Loud.sent += 1
            return super().send(sender, *args, **kwargs)

    loud = Loud(Order)
    send_often(loud, "send")
    assert Loud.sent == 2 * _own_methods.SENDS_BEFORE_GENERATING
    assert "send" not in vars(loud)


def test_errors_are_the_same_from_the_first_send_to_the_last() -> None:
    """They have the same messages and causes, and hold no values."""
    sent = made("by field")
    seen = set()
    for _ in range(2 * _own_methods.SENDS_BEFORE_GENERATING):
        for fields in ({}, {"order_id": "secret"}, {"order_id": 1, "notes": 3}):
            with pytest.raises(PayloadError) as caught:
                sent.send(None, **fields)
            cause = caught.value.__cause__
            assert cause is None or isinstance(cause, ValidationError)
            seen.add((str(caught.value), str(cause)))
        sent.send(None, order_id=1)
    assert len(seen) == 3


def test_threads_that_send_while_its_code_is_replaced_lose_nothing() -> None:
    """Each send reaches the receiver, with its own values."""
    number, each = 4, 50
    for _ in range(20):
        sent, received = made("by field"), list[tuple[int, str]]()

        def receive(sender: object, order_id: int, note: str, into: Any = received) -> None:
            into.append((order_id, note))

        sent.connect(receive)
        barrier = threading.Barrier(number, timeout=60)

        def send_all(thread: int, sent: Any = sent, barrier: Any = barrier) -> None:
            barrier.wait()
            for step in range(each):
                sent.send(None, order_id=thread * each + step, note=str(thread))

        threads = [threading.Thread(target=send_all, args=(thread,)) for thread in range(number)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(received) == [(order_id, str(order_id // each)) for order_id in range(number * each)]
