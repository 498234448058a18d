"""Blocks that hold sends, next to each other, to other blocks, to threads, and to what changes meanwhile."""

# ruff: noqa: PT012 - what is held, and the end that raises, belong to one block

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from contextvars import copy_context
from typing import Any

import blinker
import pytest

from tests.at_once import THREADS, in_threads
from tests.held import Calls, last
from tests.listening import in_thread, when_waiting
from tests.ways import Ping, finished
from typedsignals import (
    HeldSendError,
    Namespace,
    Payload,
    PayloadError,
    SenderError,
    Signal,
)
from typedsignals.blinker import typed
from typedsignals.steps import add_step
from typedsignals.testing import capture, isolated, muted
from typedsignals.testing._tree import SendTree

pytestmark = pytest.mark.usefixtures("code")

AnySignal = Signal[Any, Any, ...]
HERE = __file__


@pytest.fixture
def calls() -> Calls:
    return Calls()


@pytest.fixture
def signal(calls: Calls) -> AnySignal:
    made = Signal[Any, Any, ...](Ping, name="ping")
    made.connect(calls, weak=False)
    return made


# Nesting


def test_an_inner_block_hands_over_to_the_outer_one(signal: AnySignal, calls: Calls) -> None:
    """In the order of the sends."""
    with signal.held():
        signal.send("a", number=1)
        with signal.held():
            signal.send("a", number=2)
        signal.send("a", number=3)
        assert calls == []
    assert calls == [("a", 1), ("a", 2), ("a", 3)]


def test_the_blocks_of_several_signals_end_one_after_the_other(signal: AnySignal, calls: Calls) -> None:
    """The inner one first, whatever was sent first."""
    other = Signal[Any, Any, ...](Ping, name="other")
    with other.connected_to(calls), signal.held(), other.held():
        signal.send("a", number=1)
        other.send("a", number=2)
        signal.send("a", number=3)
    assert calls == [("a", 2), ("a", 1), ("a", 3)]


def test_each_block_reduces_what_it_held(signal: AnySignal, calls: Calls) -> None:
    """The outer one gets what the inner one made of it."""

    def total(payloads: Sequence[Ping]) -> Ping:
        return Ping(number=sum(payload.number for payload in payloads))

    with signal.held(reduce=total):
        signal.send("a", number=1)
        with signal.held(reduce=last):
            signal.send("a", number=2)
            with signal.held():
                signal.send("a", number=3)
    assert calls == [("a", 4)]


def test_an_exception_drops_what_its_block_holds_and_no_more(signal: AnySignal, calls: Calls) -> None:
    """If it is handled inside the outer block."""
    with signal.held():
        signal.send("a", number=1)
        with suppress(KeyError), signal.held():
            signal.send("a", number=2)
            raise KeyError
        with suppress(KeyError), signal.held(on_error="deliver"):
            signal.send("a", number=3)
            raise KeyError
    assert calls == [("a", 1), ("a", 3)]


def test_blocks_may_end_in_any_order(signal: AnySignal, calls: Calls) -> None:
    """What is still open holds on."""
    first, second = signal.held(), signal.held()
    first.__enter__()
    signal.send("a", number=1)
    second.__enter__()
    signal.send("a", number=2)
    first.__exit__(None, None, None)
    assert calls == []
    signal.send("a", number=3)
    second.__exit__(None, None, None)
    assert calls == [("a", 2), ("a", 1), ("a", 3)]


def test_a_block_that_a_receiver_leaves_open_holds_the_rest_of_the_delivery(signal: AnySignal, calls: Calls) -> None:
    """An odd thing to do, but nothing is lost, and nothing is observed twice."""
    left = ExitStack()

    def open_another(sender: object, **extra: object) -> None:
        left.enter_context(signal.held())

    signal.connect(open_another, once=True)
    with capture(signal) as captured:
        with signal.held():
            signal.send("a", number=1)
            signal.send("a", number=2)
        assert calls == [("a", 1)]
        left.close()
    assert calls == [("a", 1), ("a", 2)]
    assert len(captured) == 2


def test_what_a_receiver_sends_during_the_delivery_goes_to_an_outer_block(signal: AnySignal, calls: Calls) -> None:
    """A block of another signal is none."""
    other = Signal[Any, Any, ...](Ping)

    def echo(sender: object, **extra: object) -> None:
        signal.send("echo")
        assert calls == []

    other.connect(echo)
    with signal.held():
        with other.held():
            other.send("a")
        assert calls == []
    assert calls == [("echo", 1)]


# Other blocks, and tests


def test_the_blocks_that_are_open_at_the_end_decide_who_is_called(signal: AnySignal, calls: Calls) -> None:
    """Not those that were open when it was sent."""
    with signal.held():
        with signal.muted():
            signal.send("a", number=1)
        with isolated(signal):
            signal.send("a", number=2)
    assert calls == [("a", 1), ("a", 2)]
    with signal.muted(), signal.held():
        signal.send("a", number=3)
    with signal.muted(calls), signal.held():
        signal.send("a", number=3)
    with isolated(signal):
        inside = Calls()
        signal.connect(inside)
        with signal.held():
            signal.send("a", number=4)
    assert calls == [("a", 1), ("a", 2)]
    assert inside == [("a", 4)]


def test_steps_are_taken_around_the_delivery(signal: AnySignal, calls: Calls) -> None:
    """Not around the send, which may be dropped."""

    @contextmanager
    def step(signal: AnySignal, sender: object, payload: Ping) -> Iterator[None]:
        calls.append(("before", payload.number))
        yield
        calls.append(("after", payload.number))

    remove = add_step(signal, step)
    with signal.held():
        signal.send("a", number=1)
        assert calls == []
    assert calls == [("before", 1), ("a", 1), ("after", 1)]
    with capture(signal), signal.held():
        signal.send("b", number=2)
    remove()
    assert calls[3:] == [("before", 2), ("b", 2), ("after", 2)]


def test_the_receivers_of_a_namespace_hear_of_the_delivery() -> None:
    """After the signal's own; the send itself reaches nobody."""
    namespace, heard = Namespace("test"), list[object]()
    signal = namespace.signal("ping", Ping)
    signal.connect(lambda sender, **fields: heard.append(fields["number"]), weak=False)
    namespace.connect(lambda signal, sender, payload: heard.append((signal, sender, payload)), weak=False)
    with capture(signal), signal.held():
        signal.send("a", number=2)
        assert heard == []
    assert heard == [2, (signal, "a", Ping(number=2))]


def test_a_block_for_a_context_does_not_change_who_is_held(signal: AnySignal, calls: Calls) -> None:
    """A block in another one that holds in a context still holds for its thread only, and does not outlast it."""
    with muted(Signal(), scope="context"):
        with signal.held():
            signal.send("a", number=1)
            with capture(signal) as captured:
                in_thread(lambda: signal.send("b", number=2))
            assert calls == [("b", 2)]
        signal.send("a", number=3)
    assert calls == [("b", 2), ("a", 1), ("a", 3)]
    assert len(captured) <= 1  # it holds in the context only, which threads inherit on some Pythons


def test_a_block_in_one_that_holds_sends_holds_where_it_would_without_that(signal: AnySignal) -> None:
    """In the context of the block around both, wherever that was copied to."""
    with muted(Signal(), scope="context"):
        context = copy_context()
        with signal.held(), capture(signal) as captured:
            in_thread(lambda: context.run(signal.send, "a"))
    assert captured.one().sender == "a"


def test_capture_sees_the_send_and_marks_it(signal: AnySignal) -> None:
    """Not the delivery, even if that is all that it could see."""
    with capture(signal) as captured:
        signal.send("a", number=1)
        with signal.held():
            signal.send("b", number=2)
            assert [record.sender for record in captured] == ["a", "b"]
    assert [(record.payload.number, record.is_held) for record in captured] == [(1, False), (2, True)]
    with pytest.raises(AssertionError, match=r"1\. .* number=1\n  2\. .* number=2 \(held\)$"):
        captured.assert_not_sent()
    block = signal.held()
    block.__enter__()
    signal.send("a")
    with capture(signal) as late:
        block.__exit__(None, None, None)
    late.assert_not_sent()


def test_capture_sees_each_send_before_it_is_reduced(signal: AnySignal) -> None:
    """A test is about what was sent."""
    with capture(signal) as captured, signal.held(reduce=last):
        signal.send("a", number=1)
        signal.send("a", number=2)
    assert [payload.number for payload in captured.payloads] == [1, 2]


def test_a_send_that_cannot_be_held_is_not_recorded(signal: AnySignal) -> None:
    """As with every send that is refused."""
    with capture(signal) as captured, signal.held(), pytest.raises(HeldSendError):
        finished(signal.send_async("a"))
    captured.assert_not_sent()


@pytest.mark.parametrize("reduce", [None, last])
def test_a_tree_of_sends_shows_the_receivers_below_the_send(signal: AnySignal, reduce: Any) -> None:
    """Though they are called later."""

    def receiver(sender: object, **extra: object) -> None: ...

    signal.connect(receiver, priority=1)
    tree = SendTree()
    with tree.growing(), signal.held(reduce=reduce):
        signal.send("a")
    assert [line.split(" (")[0].strip() for line in str(tree).splitlines()] == [
        "<Signal 'ping'> by 'a': number=1",
        f"receiver '{receiver.__qualname__}'",
        "receiver 'Calls'",
    ]


def test_a_thread_that_waits_sees_the_delivery(signal: AnySignal) -> None:
    """A send that is dropped was never sent, as far as it knows."""
    got, ready = list[Any](), threading.Event()

    def wait() -> None:
        got.append(signal.wait_sync(timeout=60))

    with when_waiting(signal, ready.set):
        thread = threading.Thread(target=wait)
        thread.start()
        assert ready.wait(60)
        with suppress(KeyError), signal.held():
            signal.send("a", number=1)
            raise KeyError
        with signal.held():
            signal.send("a", number=2)
            assert thread.is_alive()
        thread.join()
    assert got == [("a", Ping(number=2))]


# Threads and what else may come in between


def test_other_threads_are_not_held(signal: AnySignal, calls: Calls) -> None:
    """Neither one that the block starts, nor one that was there before."""
    go, done = threading.Event(), threading.Event()

    def wait_and_send() -> None:
        assert go.wait(60)
        signal.send("before", number=1)
        done.set()

    thread = threading.Thread(target=wait_and_send)
    thread.start()
    with signal.held():
        signal.send("held", number=3)
        go.set()
        assert done.wait(60)
        in_thread(lambda: signal.send("started", number=2))
    thread.join()
    assert calls == [("before", 1), ("started", 2), ("held", 3)]


def test_threads_hold_their_own(signal: AnySignal, calls: Calls) -> None:
    """A block in one thread inside that of another."""

    def hold() -> None:
        with signal.held():
            signal.send("b", number=2)
            assert calls == []

    with signal.held():
        signal.send("a", number=1)
        in_thread(hold)
        assert calls == [("b", 2)]
    assert calls == [("b", 2), ("a", 1)]


@pytest.mark.usefixtures("restless")
def test_threads_that_hold_and_send_at_once_lose_nothing() -> None:
    """Each delivers what it held, in order and in one go, while the others hold, deliver and send."""
    signal, got = Signal[Any, Any, ...](Ping), list[tuple[int, int, int]]()
    signal.connect(lambda sender, **fields: got.append((*sender, fields["number"])), weak=False)

    def work(thread: int) -> None:
        for round_number in range(50):
            sender = (thread, round_number)
            if thread % 2:
                signal.send(sender, number=0)
                assert got.count((*sender, 0)) == 1
                continue
            with signal.held():
                for number in range(5):
                    signal.send(sender, number=number)
                assert not any(sent[:2] == sender for sent in got.copy())

    in_threads(work)
    for thread in range(0, THREADS, 2):
        own = [sent[1:] for sent in got if sent[0] == thread]
        assert own == [(round_number, number) for round_number in range(50) for number in range(5)]
    assert len(got) == THREADS // 2 * (50 + 250)


def test_a_thread_does_not_inherit_the_block_of_one_that_has_ended(signal: AnySignal, calls: Calls) -> None:
    """Even if it gets its number, as it may as soon as that is free."""
    numbers, blocks = set[int](), list[Any]()

    def leave_open() -> None:
        numbers.add(threading.get_ident())
        block = signal.held()
        block.__enter__()
        blocks.append(block)

    def send() -> None:
        repeated.append(threading.get_ident() in numbers)
        signal.send("a")

    repeated: list[bool] = []
    in_thread(leave_open)
    for _ in range(100):
        in_thread(send)
        if any(repeated):
            break
    assert len(calls) == len(repeated)
    signal.send("a")
    assert len(calls) == len(repeated) + 1
    blocks.pop().__exit__(None, None, None)
    assert signal._table._blocks == ()


def test_a_generator_that_is_given_up_leaves_no_block_open(signal: AnySignal, calls: Calls) -> None:
    """Even if what it sent leads to it: the signal does not keep what is held alive."""

    class Walk:
        steps: Iterator[None]

        def walk(self) -> Iterator[None]:
            with signal.held():
                signal.send(self)
                yield

    walk = Walk()
    walk.steps = walk.walk()
    next(walk.steps)
    signal.send("a")
    gone = weakref.ref(walk)
    del walk
    gc.collect()
    assert gone() is None
    assert calls == []
    signal.send("b")
    assert calls == [("b", 1)]


def test_a_generator_that_is_closed_drops_or_delivers(signal: AnySignal, calls: Calls) -> None:
    """Closing it raises an exception in the block."""

    def walk(on_error: Any) -> Iterator[None]:
        with signal.held(on_error=on_error):
            signal.send(on_error)
            yield

    for on_error in ("drop", "deliver"):
        for _ in walk(on_error):
            break
        gc.collect()
    assert calls == [("deliver", 1)]


def test_a_finalizer_that_sends_is_held(signal: AnySignal, calls: Calls) -> None:
    """It runs in the thread of the block."""

    class Closing:
        def __del__(self) -> None:
            signal.send("closing")

    with signal.held():
        Closing()
        gc.collect()
        assert calls == []
    assert calls == [("closing", 1)]


# Signals that change meanwhile


def test_a_prepared_send_is_held(signal: AnySignal, calls: Calls) -> None:
    """As often as it is sent, and in the way in which it is sent; preparing it sends nothing."""
    prepared = signal.prepare("a", number=1)
    with signal.held():
        assert prepared.send() == []
        assert prepared.send_robust() == []
        late = signal.prepare("b", number=2)
        assert calls == []
    assert calls == [("a", 1), ("a", 1)]
    late.send()
    assert calls[2:] == [("b", 2)]


def test_a_payload_that_was_declared_again_does_not_carry_what_was_sent_before() -> None:
    """The error says so; what is sent after the new declaration is delivered."""
    namespace, calls = Namespace("test"), Calls()

    def declare() -> tuple[AnySignal, type[Payload]]:
        class Ping(Payload):
            number: int

        return namespace.signal("ping", Ping), Ping

    signal, _ = declare()
    signal.connect(calls)
    with pytest.raises(ExceptionGroup) as raised, signal.held():
        signal.send("a", number=1)
        assert declare()[0] is signal
        signal.send("a", number=2)
    assert calls == [("a", 2)]
    (error,) = raised.value.exceptions
    assert isinstance(error, PayloadError)
    assert "from another declaration: the class was declared twice" in str(error)


def test_a_rebuilt_payload_carries_what_was_sent_before(signal: AnySignal, calls: Calls) -> None:
    """It is the same class."""
    with signal.held():
        signal.send("a", number=1)
        Ping.model_rebuild(force=True)
        signal.send("a", number=2)
    assert calls == [("a", 1), ("a", 2)]


def test_a_sender_of_the_former_class_is_refused() -> None:
    """If the signal was declared again with another one."""
    namespace = Namespace("test")

    def declare() -> tuple[AnySignal, type[Any]]:
        class Shop: ...

        return namespace.signal("opened", sender=Shop), Shop

    signal, shop = declare()
    with pytest.raises(ExceptionGroup) as raised, signal.held():
        signal.send(shop())
        declare()
    assert isinstance(raised.value.exceptions[0], SenderError)


def test_what_a_blinker_signal_sends_is_held(calls: Calls) -> None:
    """With keywords that are no fields, which only receivers with ``**extra`` get."""
    theirs = blinker.Signal()
    ours, got = typed(theirs, Ping), list[object]()
    ours.connect(lambda sender, **fields: got.append(fields), weak=False)
    with ours.held():
        assert [results for _, results in theirs.send("a", number=2, colour="red")] == [[]]
        assert got == []
    assert got == [{"number": 2, "colour": "red"}]


def test_the_meta_signals_can_be_held(signal: AnySignal, calls: Calls) -> None:
    """They are signals like others."""
    got = list[object]()
    signal.receiver_connected.connect(lambda signal, receiver, **details: got.append(receiver), weak=False)
    late = Calls()
    with signal.receiver_connected.held():
        signal.connect(late)
        assert got == []
    assert got == [late]
