"""Receivers of a namespace, which hear of whatever its signals send."""

from __future__ import annotations

import asyncio
import copy
import gc
import logging
import threading
import warnings
import weakref
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from typing import Any

import anyio
import anyio.lowlevel
import pytest

from tests.at_once import THREADS, in_threads, rounds
from tests.listening import in_thread, when_waiting
from tests.ways import AnySignal, Ping, Way, every_way, finished
from typedsignals import (
    AsyncReceiverError,
    DeadReceiverWarning,
    Namespace,
    PayloadError,
    ReceiverSignatureError,
    ReceiverWarning,
    SenderError,
    Signal,
    WeakReceiverError,
    default_namespace,
)
from typedsignals.steps import add_step
from typedsignals.testing import capture, isolated, muted, only
from typedsignals.testing._isolation import opened_isolation

pytestmark = pytest.mark.usefixtures("code")

Heard = tuple[AnySignal, object, object]


class Audit:
    """Notes what it hears."""

    def __init__(self, calls: list[Any] | None = None, name: str = "audit") -> None:
        self.heard: list[Heard] = []
        self.calls = calls
        self.name = name

    def __call__(self, signal: AnySignal, sender: object, payload: Any) -> None:
        self.heard.append((signal, sender, payload))
        if self.calls is not None:
            self.calls.append(self.name)

    hear = __call__


def receiver(sender: object, payload: Any = None, **extra: object) -> str:
    return "own"


def another(sender: object, payload: Any = None, **extra: object) -> None: ...


def failing(sender: object, payload: Any = None, **extra: object) -> None:
    raise LookupError("own")


async def coroutine_receiver(sender: object, payload: Any = None, **extra: object) -> str:
    await asyncio.sleep(0)
    return "awaited"


def failing_audit(signal: AnySignal, sender: object, payload: object) -> None:
    raise KeyError("audit")


def signal_for(way: Way, namespace: Namespace, name: str = "ping") -> AnySignal:
    return namespace.signal(name) if way.payload is None else namespace.signal(name, way.payload)


@pytest.fixture
def namespace() -> Namespace:
    return Namespace("shop")


@pytest.fixture
def audit() -> Audit:
    return Audit()


# What they get


@every_way
def test_they_hear_of_each_send_and_add_nothing_to_its_result(way: Way, namespace: Namespace, audit: Audit) -> None:
    """The signal, the sender and the payload, even if the signal has no receivers of its own."""
    signal, sender = signal_for(way, namespace), object()
    namespace.connect(audit)
    assert way.send(signal, sender) == []
    way.connect(signal, receiver)
    assert way.send(signal, sender) == [receiver]
    assert way.send(signal, sender) == [receiver]
    assert len(audit.heard) == 3
    for heard in audit.heard:
        assert heard[:2] == (signal, sender)
        if way.payload is None:
            assert heard[2] == {}
        else:
            assert type(heard[2]) is way.payload


def test_a_signal_without_a_payload_gives_a_dictionary_to_each(namespace: Namespace, audit: Audit) -> None:
    """Its own, so that one cannot change what the next gets."""

    @namespace.connect
    def spoil(signal: AnySignal, sender: object, payload: dict[str, int]) -> None:
        payload.clear()

    namespace.connect(audit)
    signal = namespace.signal("opened")
    for _ in range(2):
        signal.send("Bern", hour=9)
    assert [payload for _, _, payload in audit.heard] == [{"hour": 9}] * 2
    assert isinstance(audit.heard[0][2], Mapping)


def test_they_get_what_was_validated_and_the_object_behind_a_proxy(namespace: Namespace, audit: Audit) -> None:
    """As the signal's own receivers do."""
    behind = object()

    class Proxy:
        def _get_current_object(self) -> object:
            return behind

    signal = namespace.signal("ping", Ping)
    namespace.connect(audit)
    signal.send(Proxy())
    assert audit.heard == [(signal, behind, Ping(number=1))]


def test_a_send_that_is_refused_is_not_heard_of(namespace: Namespace, audit: Audit) -> None:
    """Because of its payload, its sender, or a coroutine receiver that it cannot await."""
    namespace.connect(audit)
    signal: AnySignal = namespace.signal("ping", Ping, sender=str)
    with pytest.raises(PayloadError):
        signal.send("x", number="one")
    with pytest.raises(SenderError):
        signal.send(1)
    signal.connect(coroutine_receiver)
    with pytest.raises(AsyncReceiverError):
        signal.send("x")
    assert audit.heard == []


# Which signals


def test_signals_that_are_declared_later_count(namespace: Namespace, audit: Audit) -> None:
    """Also one that is declared by a receiver of the namespace, in a send."""

    @namespace.connect
    def declare(signal: AnySignal, sender: object, payload: object) -> None:
        if signal.name == "first":
            namespace.signal("second").send("inside")

    namespace.connect(audit)
    first = namespace.signal("first")
    first.send("outside")
    second = namespace["second"]
    assert audit.heard == [(second, "inside", {}), (first, "outside", {})]
    second.send("later")
    assert audit.heard[2:] == [(second, "later", {})]


def test_other_namespaces_and_signals_do_not_count(namespace: Namespace, audit: Audit) -> None:
    """Nor do the meta-signals."""
    namespace.connect(audit, weak=False)
    signal = namespace.signal("ping")
    signal.receiver_connected.connect(lambda signal, **details: None, weak=False)
    signal.connect(receiver)
    Namespace("shop").signal("ping").send(None)
    Signal(name="ping").send(None)
    assert audit.heard == []


def test_the_default_namespace_has_receivers_too(audit: Audit) -> None:
    """They hear of signals made by `signal`."""
    named = default_namespace.signal("test_namespace_receivers.named")
    default_namespace.connect(audit)
    named.send("x", answer=42)
    assert default_namespace.disconnect(audit)
    named.send("x")
    assert audit.heard == [(named, "x", {"answer": 42})]


def test_a_signal_that_is_declared_again_is_still_followed(namespace: Namespace, audit: Audit) -> None:
    """As in a notebook, with its payload."""

    def declare() -> AnySignal:
        class Pong(Ping): ...

        return namespace.signal("pong", Pong)

    namespace.connect(audit)
    assert declare() is declare()
    namespace["pong"].send(None, number=3)
    assert [payload.number for _, _, payload in audit.heard] == [3]  # type: ignore[attr-defined]


# Order


@every_way
def test_they_come_after_the_signals_own(way: Way, namespace: Namespace) -> None:
    """Whatever the priorities; among themselves by priority, then in the order of connection."""
    signal, calls = signal_for(way, namespace), list[str]()
    late, early, last = Audit(calls, "late"), Audit(calls, "early"), Audit(calls, "last")

    def own(sender: object, payload: Any = None, **extra: object) -> None:
        calls.append("own")

    namespace.connect(late)
    namespace.connect(last, priority=-1)
    namespace.connect(early, priority=1)
    way.connect(signal, own, priority=-10)
    way.send(signal, None)
    assert calls == ["own", "early", "late", "last"]


def test_connecting_again_replaces_the_options_and_keeps_the_position(namespace: Namespace) -> None:
    """As for a signal."""
    signal, calls = namespace.signal("ping"), list[str]()
    first, second = Audit(calls, "first"), Audit(calls, "second")
    namespace.connect(first, priority=-1)
    namespace.connect(second)
    namespace.connect(first)
    signal.send(None)
    assert calls == ["first", "second"]


@pytest.mark.parametrize("payload", [Ping, None])
def test_all_own_receivers_have_ended_before(payload: Any, namespace: Namespace) -> None:
    """Also those that a send awaits, one after the other or together."""
    calls: list[str] = []
    signal: AnySignal = namespace.signal("ping") if payload is None else namespace.signal("ping", payload)
    audit = Audit(calls)
    namespace.connect(audit)

    @signal.connect
    async def own(sender: object, **extra: object) -> None:
        await anyio.lowlevel.checkpoint()
        calls.append("own")

    for way in ("send_async", "send_robust_async", "send_concurrent"):
        calls.clear()
        assert len(anyio.run(getattr(signal, way), None)) == 1
        assert calls == ["own", "audit"]


def test_an_inner_send_ends_first(namespace: Namespace, audit: Audit) -> None:
    """So the order of an audit log is that in which sends end."""
    inner, outer = namespace.signal("inner"), namespace.signal("outer")
    namespace.connect(audit)
    pass_on = lambda sender, **extra: inner.send(sender)  # noqa: E731 - kept alive
    outer.connect(pass_on)
    outer.send(None)
    assert [signal for signal, _, _ in audit.heard] == [inner, outer]


# Among a signal's receivers


def test_they_are_not_connections_of_the_signals(namespace: Namespace, audit: Audit) -> None:
    """But a send would reach someone."""
    signal = namespace.signal("ping")
    assert not signal.has_receivers_for(None)
    namespace.connect(audit)
    assert signal.connections == ()
    assert signal.receivers == {}
    assert list(signal.receivers_for(None)) == []
    assert signal.has_receivers_for(None)
    assert not signal.disconnect(audit)
    signal.send(None)
    assert len(audit.heard) == 1
    assert namespace.disconnect(audit)
    assert not signal.has_receivers_for(None)


def test_a_function_can_be_connected_to_both(namespace: Namespace) -> None:
    """The connections are two, each called in its own way."""
    calls: list[tuple[object, ...]] = []

    def hear(*arguments: object, **extra: object) -> None:
        calls.append(arguments)

    signal = namespace.signal("ping")
    signal.connect(hear)
    namespace.connect(hear)
    signal.send("x")
    assert calls == [("x",), (signal, "x", {})]
    assert namespace.disconnect(hear)
    signal.send("y")
    assert calls[2:] == [("y",)]


@pytest.mark.parametrize("way", ["send", "send_async", "send_robust", "send_robust_async"])
def test_a_signal_that_validates_if_connected_validates_for_them(way: str, namespace: Namespace, audit: Audit) -> None:
    """They count as listeners, as long as they are connected."""
    signal: AnySignal = namespace.signal("ping", Ping, validate="connected")

    def send(**fields: Any) -> Any:
        result = getattr(signal, way)(None, **fields)
        return result if isinstance(result, list) else finished(result)

    assert send(number="unchecked") == []
    namespace.connect(audit)
    for _ in range(2):
        with pytest.raises(PayloadError):
            send(number="wrong")
    assert send(number=2) == []
    assert audit.heard == [(signal, None, Ping(number=2))]
    namespace.disconnect(audit)
    assert send(number="unchecked") == []


def test_those_who_wait_see_a_send_before(namespace: Namespace, audit: Audit) -> None:
    """And captures do."""
    signal = namespace.signal("ping")
    namespace.connect(audit)
    with capture(namespace) as captured:
        with when_waiting(signal, lambda: in_thread(lambda: signal.send("x"))):
            assert signal.wait_sync(timeout=60) == ("x", {})
        signal.send("y")
    assert [record.sender for record in captured] == ["x", "y"]
    assert [sender for _, sender, _ in audit.heard] == ["x", "y"]


@pytest.mark.parametrize("payload", [Ping, None])
def test_they_hear_of_a_held_send_when_it_is_delivered(payload: Any, namespace: Namespace, audit: Audit) -> None:
    """If they are connected then, and once for each delivery; of another signal at once."""
    signal: AnySignal = namespace.signal("ping") if payload is None else namespace.signal("ping", payload)
    other, early = namespace.signal("pong"), Audit()
    namespace.connect(early)
    with signal.held(reduce=lambda payloads: payloads[-1]), capture(signal) as captured:
        signal.send("held", number=1)
        signal.send("held", number=2)
        other.send("now")
        assert [sender for _, sender, _ in early.heard] == ["now"]
        namespace.disconnect(early)
        namespace.connect(audit)
    assert len(captured) == 2
    assert len(early.heard) == 1
    assert audit.heard == [(signal, "held", Ping(number=2) if payload else {"number": 2})]


def test_they_hear_of_each_delivery_of_a_prepared_send(namespace: Namespace, audit: Audit) -> None:
    """In each way."""
    signal = namespace.signal("ping", Ping)
    namespace.connect(audit)
    prepared = signal.prepare("x", number=2)
    assert audit.heard == []
    prepared.send()
    prepared.send_robust()
    finished(prepared.send_async())
    finished(prepared.send_robust_async())
    anyio.run(prepared.send_concurrent)
    assert audit.heard == [(signal, "x", Ping(number=2))] * 5


def test_they_are_called_inside_the_steps_of_a_signal(namespace: Namespace) -> None:
    """A step sees what they raise, as of every receiver."""
    signal, seen = namespace.signal("ping"), list[type[BaseException] | None]()

    class Step:
        def __enter__(self) -> None: ...

        def __exit__(self, error_type: type[BaseException] | None, error: object, traceback: object) -> None:
            seen.append(error_type)

    remove = add_step(signal, lambda signal, sender, payload: Step())
    namespace.connect(failing_audit)
    with pytest.raises(KeyError):
        signal.send(None)
    signal.send_robust(None)
    assert seen == [KeyError, None]
    remove()


def test_what_a_signal_sends_as_one_of_its_senders_sees_it_is_heard_of(namespace: Namespace, audit: Audit) -> None:
    """With the signal itself."""
    signal = namespace.signal("ping", Ping)
    namespace.connect(audit)
    signal.of("x").send(number=3)
    assert audit.heard == [(signal, "x", Ping(number=3))]


def test_what_they_return_is_no_answer_to_a_hook(namespace: Namespace) -> None:
    """It need not be of the hook's type, and an answer of the hook's own receivers does not keep them from hearing."""
    may_ship, heard = namespace.hook("may-ship", Ping, returns=bool), list[object]()

    @namespace.connect
    def hear(signal: AnySignal, sender: object, payload: object) -> str:
        heard.append(sender)
        return "not a bool"

    assert may_ship.send("send") == []
    assert may_ship.first("first") is None

    @may_ship.connect
    def answer(sender: object, **extra: object) -> bool:
        return True

    assert may_ship.first("answered") is True
    assert heard == ["send", "first", "answered"]


# Muted, chosen, isolated


def test_they_are_muted_with_the_signal(namespace: Namespace, audit: Audit) -> None:
    """Other signals of the namespace are still heard of."""
    signal, other = namespace.signal("ping"), namespace.signal("pong")
    namespace.connect(audit)
    with signal.muted():
        signal.send(None)
        assert signal.has_receivers_for(None)
        other.send(None)
    assert [heard for heard, _, _ in audit.heard] == [other]
    with muted(namespace):
        signal.send(None)
        other.send(None)
    assert len(audit.heard) == 1
    signal.send(None)
    assert len(audit.heard) == 2


def test_one_can_be_muted_for_a_signal(namespace: Namespace, audit: Audit) -> None:
    """By the block that mutes the signal's own receivers; it need not be connected yet."""
    signal, other, second = namespace.signal("ping"), namespace.signal("pong"), Audit()
    namespace.connect(second)
    with signal.muted(audit):
        namespace.connect(audit)
        signal.send(None)
        other.send(None)
    assert [heard for heard, _, _ in audit.heard] == [other]
    assert [heard for heard, _, _ in second.heard] == [signal, other]


def test_only_calls_them_if_it_names_them(namespace: Namespace, audit: Audit) -> None:
    """They are receivers."""
    signal = namespace.signal("ping")
    signal.connect(receiver)
    namespace.connect(audit)
    with only(receiver):
        assert len(signal.send(None)) == 1
    assert audit.heard == []
    with only(audit):
        assert signal.send(None) == []
    assert len(audit.heard) == 1


def test_one_that_only_leaves_out_counts_as_a_listener(namespace: Namespace, audit: Audit) -> None:
    """As a receiver of the signal does."""
    signal = namespace.signal("ping")
    namespace.connect(audit)
    with only(receiver):
        assert signal.has_receivers_for(None)
    with muted(namespace):
        assert signal.has_receivers_for(None)


def test_an_isolated_signal_is_out_of_their_reach(namespace: Namespace, audit: Audit) -> None:
    """Those that are connected inside hear of it, as their connection does not depend on the signal's receivers."""
    signal, other, inside = namespace.signal("ping"), namespace.signal("pong"), Audit()
    namespace.connect(audit)
    with isolated(signal):
        assert not signal.has_receivers_for(None)
        signal.send(None)
        other.send(None)
        assert [heard for heard, _, _ in audit.heard] == [other]
        namespace.connect(inside)
        assert signal.has_receivers_for(None)
        signal.send(None)
    assert [heard for heard, _, _ in inside.heard] == [signal]
    signal.send(None)
    assert len(audit.heard) == len(inside.heard) == 2


def test_an_isolated_namespace_begins_without_them(namespace: Namespace, audit: Audit) -> None:
    """Those that are connected inside end with the block, and earlier ones cannot be disconnected."""
    signal, inside = namespace.signal("ping"), Audit()
    namespace.connect(audit)
    with isolated(namespace):
        assert not namespace.disconnect(audit)
        later = namespace.signal("later")
        signal.send(None)
        later.send(None)
        namespace.connect(inside)
        signal.send(None)
        later.send(None)
    assert audit.heard == []
    assert [heard for heard, _, _ in inside.heard] == [signal, later]
    signal.send(None)
    later.send(None)
    assert [heard for heard, _, _ in audit.heard] == [signal, later]
    assert len(inside.heard) == 2


def test_an_isolated_namespace_without_receivers_can_get_one_inside(namespace: Namespace, audit: Audit) -> None:
    """As the first that the namespace ever has."""
    signal = namespace.signal("ping")
    with isolated(namespace):
        namespace.connect(audit)
        signal.send(None)
    signal.send(None)
    assert len(audit.heard) == 1


def test_isolation_of_a_context_is_about_what_is_sent_there(namespace: Namespace, audit: Audit) -> None:
    """Other threads go on as before."""
    signal, inside = namespace.signal("ping"), Audit()
    namespace.connect(audit)

    def elsewhere(sender: str) -> None:
        from contextvars import Context  # noqa: PLC0415 - once

        in_thread(lambda: Context().run(signal.send, sender))

    with isolated(namespace, scope="context"):
        namespace.connect(inside)
        signal.send("here")
        elsewhere("there")
    assert [sender for _, sender, _ in inside.heard] == ["here"]
    assert [sender for _, sender, _ in audit.heard] == ["there"]


def test_isolating_all_signals_isolates_all_namespaces(namespace: Namespace, audit: Audit) -> None:
    """As the fixture `isolated_signals` does, even if a namespace has no signals yet."""
    from typedsignals._connecting.registry import all_signals  # noqa: PLC0415 - once

    with opened_isolation(all_signals(), "process"):
        namespace.connect(audit)
    namespace.signal("ping").send(None)
    assert audit.heard == []


# Errors


@every_way
def test_in_a_plain_send_their_error_propagates_after_the_own_receivers(way: Way, namespace: Namespace) -> None:
    """In a robust one it is logged, and there is no outcome for it."""
    signal, calls, robust = signal_for(way, namespace), list[str](), "robust" in way.send.__name__
    after = Audit(calls)

    def own(sender: object, payload: Any = None, **extra: object) -> None:
        calls.append("own")

    way.connect(signal, own)
    namespace.connect(failing_audit, priority=1)
    namespace.connect(after)
    if robust:
        assert way.send(signal, None) == [own]
        assert calls == ["own", "audit"]
    else:
        with pytest.raises(KeyError, match="audit"):
            way.send(signal, None)
        assert calls == ["own"]


def test_a_robust_send_logs_what_they_raise(namespace: Namespace, caplog: pytest.LogCaptureFixture) -> None:
    """With the traceback, and without the payload."""
    signal = namespace.signal("ping", Ping)
    namespace.connect(failing_audit)
    assert signal.send_robust(None, number=1234) == []
    assert finished(signal.send_robust_async(None, number=1234)) == []
    assert len(caplog.records) == 2
    for record in caplog.records:
        assert (record.name, record.levelno) == ("typedsignals", logging.ERROR)
        assert "receiver 'failing_audit'" in record.getMessage()
        assert "of <Signal 'shop.ping'> raised KeyError" in record.getMessage()
        assert "1234" not in record.getMessage()
        assert record.exc_info is not None


def test_what_ends_the_program_is_not_logged(namespace: Namespace) -> None:
    """A robust send passes it on, as from a receiver of the signal."""

    def interrupt(signal: AnySignal, sender: object, payload: object) -> None:
        raise KeyboardInterrupt

    signal = namespace.signal("ping")
    namespace.connect(interrupt)
    with pytest.raises(KeyboardInterrupt):
        signal.send_robust(None)


def test_if_an_own_receiver_ends_the_send_they_are_not_called(namespace: Namespace, audit: Audit) -> None:
    """In a robust send it does not."""
    signal: AnySignal = namespace.signal("ping", Ping)
    signal.connect(failing)
    namespace.connect(audit)
    with pytest.raises(LookupError, match="own"):
        signal.send(None)
    with pytest.raises(LookupError, match="own"):
        finished(signal.send_async(None))
    with pytest.raises(ExceptionGroup):
        anyio.run(signal.send_concurrent, None)
    assert audit.heard == []
    signal.send_robust(None)
    finished(signal.send_robust_async(None))
    assert len(audit.heard) == 2


def test_a_concurrent_send_raises_their_error_in_a_group(namespace: Namespace) -> None:
    """As what it raises is always a group."""
    signal = namespace.signal("ping", Ping)
    signal.connect(receiver)
    namespace.connect(failing_audit)
    with pytest.raises(ExceptionGroup, match=r"1 receiver of <Signal 'shop\.ping'> failed") as error:
        anyio.run(signal.send_concurrent, None)
    assert [type(one) for one in error.value.exceptions] == [KeyError]


# Connecting


def test_connect_is_a_decorator(namespace: Namespace) -> None:
    """The function stays what it is."""

    @namespace.connect
    def count(signal: AnySignal, sender: object, payload: object) -> int:
        return 42

    assert count(namespace.signal("ping"), None, None) == 42
    assert namespace["ping"].send(None) == []


def test_bound_methods_and_partials_are_receivers(namespace: Namespace, audit: Audit) -> None:
    """A method lives as long as its object."""
    signal, heard = namespace.signal("ping"), list[str]()

    def hear(name: str, signal: AnySignal, sender: object, payload: object) -> None:
        heard.append(name)

    bound = partial(hear, "partial")
    namespace.connect(audit.hear)
    namespace.connect(bound)
    signal.send(None)
    assert (len(audit.heard), heard) == (1, ["partial"])
    assert namespace.disconnect(audit.hear)
    assert not namespace.disconnect(audit.hear)


def two(signal: AnySignal, sender: object) -> None: ...


def keyword(signal: AnySignal, sender: object, *, payload: object) -> None: ...


def four(signal: AnySignal, sender: object, payload: object, more: object) -> None: ...


async def awaited(signal: AnySignal, sender: object, payload: object) -> None: ...


class Awaited:
    async def __call__(self, signal: AnySignal, sender: object, payload: object) -> None: ...


WRONG: list[tuple[Any, str]] = [
    (two, r"'shop'>: it is called as receiver\(signal, sender, payload\), but too many positional arguments"),
    (keyword, r"called as receiver\(signal, sender, payload\), but too many positional arguments"),
    (four, r"called as receiver\(signal, sender, payload\), but missing a required argument: 'more'"),
    (awaited, r"'shop'>: it is a coroutine function, .*connect a plain function"),
    (Awaited(), "it is a coroutine function"),
    (partial(awaited), "it is a coroutine function"),
    (None, "None is not callable"),
    (awaited(Signal(), None, None), "not callable; pass the function itself"),
    (Namespace(), "a Namespace is not callable"),
]


@pytest.mark.parametrize(("wrong", "message"), WRONG)
@pytest.mark.filterwarnings("ignore:coroutine '.*' was never awaited")
def test_what_cannot_be_called_like_that_is_refused(wrong: Any, message: str, namespace: Namespace) -> None:
    """With its name and place, and what to do; nothing is connected."""
    signal = namespace.signal("ping")
    with pytest.raises(ReceiverSignatureError, match=message) as error:
        namespace.connect(wrong)
    assert "cannot be connected to <every signal of namespace 'shop'>: " in str(error.value)
    assert error.value.receiver is wrong
    assert not signal.has_receivers_for(None)
    assert signal._table._blocks == ()


def test_wrong_options_are_refused(namespace: Namespace, audit: Audit) -> None:
    """Before anything is connected."""
    options: dict[str, Any] = {"priority": "high"}
    with pytest.raises(ReceiverSignatureError, match="priority= must be a number, not a str"):
        namespace.connect(audit, **options)
    with pytest.raises(TypeError, match="sender"):
        namespace.connect(audit, sender="x")  # type: ignore[call-arg]  # wrong on purpose
    with pytest.raises(ReceiverSignatureError, match="cannot be disconnected from <every signal of namespace 'shop'>"):
        namespace.disconnect(5)  # type: ignore[arg-type]  # wrong on purpose
    assert not namespace.signal("ping").has_receivers_for(None)


def test_a_generator_function_is_doubtful(namespace: Namespace) -> None:
    """Nobody would run its body."""

    def generate(signal: AnySignal, sender: object, payload: object) -> Any:
        yield payload

    with pytest.warns(ReceiverWarning, match="generator function"):
        namespace.connect(generate)
    namespace.signal("ping").send(None)


def test_a_receiver_that_cannot_be_held_weakly_is_refused(namespace: Namespace) -> None:
    """As by a signal."""

    class Slotted:
        __slots__ = ()

        def __call__(self, signal: AnySignal, sender: object, payload: object) -> None: ...

    slotted = Slotted()
    with pytest.raises(WeakReceiverError, match="weak=False"):
        namespace.connect(slotted)
    assert not namespace.signal("ping").has_receivers_for(None)
    namespace.connect(slotted, weak=False)
    assert namespace["ping"].has_receivers_for(None)


def test_disconnect_tells_and_disconnect_all_counts(namespace: Namespace, audit: Audit) -> None:
    """All of a namespace: its own receivers, and those of its signals."""
    signal = namespace.signal("ping")
    assert not namespace.disconnect(audit)
    namespace.connect(audit)
    signal.connect(receiver)
    assert namespace.disconnect_all() == 2
    assert not signal.has_receivers_for(None)
    signal.send(None)
    assert audit.heard == []


def test_a_change_in_a_send_counts_as_for_own_receivers(namespace: Namespace, audit: Audit) -> None:
    """One that is connected meanwhile is not called by this send; one that is disconnected before its turn is not."""
    signal, late = namespace.signal("ping"), Audit()

    @signal.connect
    def change(sender: object, **extra: object) -> None:
        namespace.disconnect(audit)
        namespace.connect(late)

    namespace.connect(audit)
    signal.send("first")
    assert (audit.heard, late.heard) == ([], [])
    signal.send("second")
    assert [sender for _, sender, _ in late.heard] == ["second"]


def test_a_copy_of_a_namespace_shares_its_receivers(namespace: Namespace, audit: Audit) -> None:
    """As a shallow copy shares its signals."""
    twin = copy.copy(namespace)
    twin.connect(audit)
    namespace.signal("ping").send(None)
    assert len(audit.heard) == 1
    empty = Namespace("empty")
    copy.deepcopy(empty).connect(audit)
    empty.signal("ping").send(None)
    assert len(audit.heard) == 2


# Lifetime


def test_they_are_held_weakly(namespace: Namespace) -> None:
    """One that dies is gone, and no longer counts as a listener; its death before a send is reported."""
    signal, audit = namespace.signal("ping"), Audit()
    reference = weakref.ref(audit)
    namespace.connect(audit.hear)
    assert signal.has_receivers_for(None)
    del audit
    gc.collect()
    assert reference() is None
    assert not signal.has_receivers_for(None)
    assert signal.send(None) == []
    with pytest.warns(DeadReceiverWarning, match="before <every signal of namespace 'shop'> was ever sent"):
        namespace.connect(lambda signal, sender, payload: None)  # type: ignore[signal-weak]


def test_one_that_was_called_may_die_without_a_warning(namespace: Namespace) -> None:
    """It was reached."""
    signal, heard = namespace.signal("ping"), list[object]()

    def connect_and_send() -> None:
        def local(signal: AnySignal, sender: object, payload: object) -> None:
            heard.append(sender)

        namespace.connect(local)
        signal.send("x")

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        connect_and_send()
        gc.collect()
    assert (heard, caught) == (["x"], [])


def test_one_that_was_not_called_is_missed_whoever_asked_if_anyone_listens(namespace: Namespace) -> None:
    """Asking calls nobody."""
    signal = namespace.signal("ping")

    def connect_and_ask() -> None:
        def local(signal: AnySignal, sender: object, payload: object) -> None: ...

        namespace.connect(local)
        assert signal.has_receivers_for(None)

        del local
        gc.collect()

    with pytest.warns(DeadReceiverWarning, match="receiver '.*local'"):
        connect_and_ask()


def test_one_can_be_kept_alive(namespace: Namespace) -> None:
    """By ``weak=False``."""
    signal, heard = namespace.signal("ping"), list[object]()
    namespace.connect(lambda signal, sender, payload: heard.append(sender), weak=False)
    gc.collect()
    signal.send("x")
    assert heard == ["x"]


def test_nothing_is_left_when_the_last_is_gone(namespace: Namespace, audit: Audit) -> None:
    """The signals keep their snapshots again, and so take their shortcut."""
    signal = namespace.signal("ping", Ping)
    signal.send(None)
    assert signal._table.common is not None
    namespace.connect(audit)
    signal.send(None)
    assert signal._table._blocks != ()
    namespace.disconnect(audit)
    signal.send(None)
    assert signal._table._blocks == ()
    assert signal._table.common is not None
    namespace.connect(audit)
    signal.send("again")
    assert [sender for _, sender, _ in audit.heard] == [None, "again"]


def test_a_signal_does_not_keep_the_namespace_alive_nor_needs_it(audit: Audit) -> None:
    """Its receivers hear of it all the same."""
    namespace = Namespace("gone")
    namespace.connect(audit)
    signal, reference = namespace.signal("ping"), weakref.ref(namespace)
    del namespace
    gc.collect()
    assert reference() is None
    signal.send("x")
    assert len(audit.heard) == 1


def test_a_namespace_may_go_while_a_block_is_open_on_it(audit: Audit) -> None:
    """And what its signals send is heard of as before."""
    namespace = Namespace("gone")
    namespace.connect(audit)
    signal = namespace.signal("ping")
    with only(audit):
        del namespace
        gc.collect()
        signal.send("x")
    assert len(audit.heard) == 1


# Threads and finalizers


def test_threads_may_connect_declare_and_send_at_once(restless: None, namespace: Namespace) -> None:
    """What a thread has connected hears of what it sends after that, and of nothing after it is disconnected."""

    def work(number: int) -> None:
        audit = Audit()
        for turn in rounds(0.2):
            signal = namespace.signal(f"signal {number} {turn % 50}", Ping)
            namespace.connect(audit)
            signal.send(number)
            assert (signal, number, Ping()) in audit.heard
            assert namespace.disconnect(audit)
            audit.heard.clear()
            signal.send(number)
            # A send of another thread that began before may still call it.
            assert (signal, number, Ping()) not in audit.heard

    in_threads(work)
    assert len(namespace) >= THREADS


def test_a_signal_that_other_threads_declare_meanwhile_is_followed(restless: None) -> None:
    """Whichever comes first."""
    for _ in rounds(0.5):
        namespace, audit = Namespace(), Audit()
        declaring = threading.Thread(target=lambda namespace=namespace: [namespace.signal(str(n)) for n in range(5)])
        declaring.start()
        namespace.connect(audit)
        declaring.join()
        for signal in namespace.values():
            signal.send(None)
        assert len(audit.heard) == 5


def test_a_send_while_one_is_being_connected_makes_no_difference(audit: Audit) -> None:
    """Such as that of a finalizer, which may run at any point."""

    class Sending(Namespace):
        def __getitem__(self, name: str) -> AnySignal:
            for signal in self._signals.values():
                signal.send("meanwhile")
            return super().__getitem__(name)

    namespace = Sending()
    signals = [namespace.signal(name) for name in ("first", "second")]
    namespace.connect(audit)
    for signal in signals:
        signal.send("after")
    assert audit.heard == [(signal, "after", {}) for signal in signals]


def test_a_finalizer_may_connect_and_disconnect(namespace: Namespace, audit: Audit) -> None:
    """At any point, even in the middle of a change."""

    class Final:
        def __init__(self) -> None:
            self.itself = self

        def __del__(self) -> None:
            namespace.connect(audit)
            with suppress(RuntimeError):
                namespace.signal("ping").send("final")
            namespace.disconnect(audit)

    before = gc.get_threshold()
    gc.set_threshold(1)
    try:
        for _ in range(200):
            Final()
            namespace.connect(receiver_of_namespace)
            namespace.signal("ping").send(None)
            namespace.disconnect(receiver_of_namespace)
    finally:
        gc.set_threshold(*before)
    gc.collect()
    assert not namespace["ping"].has_receivers_for(None)
    assert {sender for _, sender, _ in audit.heard} == {"final"}


def receiver_of_namespace(signal: AnySignal, sender: object, payload: object) -> None: ...
