"""Muting, choosing and isolating receivers for the length of a block, in the whole process or in one context."""

from __future__ import annotations

import contextvars
import gc
import sys
import threading
import weakref
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from functools import partial
from typing import Any

import anyio
import pytest

from typedsignals import ANY, Namespace, Payload, Signal
from typedsignals._connecting import blocks
from typedsignals._connecting.blocks import Block, open_global_blocks
from typedsignals._connecting.registry import table_of
from typedsignals._connecting.table import ConnectionTable
from typedsignals.testing import capture, isolated, muted, only
from typedsignals.testing._isolation import Isolated, opened_isolation


class Shop: ...


class Ping(Payload):
    number: int = 1


def first(sender: object, **extra: Any) -> str:
    return "first"


def second(sender: object, **extra: Any) -> str:
    return "second"


def third(sender: object, **extra: Any) -> str:
    return "third"


def results(signal: Signal[Any, Any, ...], sender: object = None) -> list[Any]:
    return [value for _, value in signal.send(sender)]


def elsewhere(function: Callable[[], Any]) -> Any:
    """Return what a function returns in a thread with its own context, even if Python lets threads inherit contexts."""
    found: list[Any] = []
    context = contextvars.Context()
    thread = threading.Thread(target=lambda: found.append(context.run(function)))
    thread.start()
    thread.join()
    return found[0]


@pytest.fixture(params=[Signal, partial(Signal, Ping)], ids=["untyped", "typed"])
def signal(request: pytest.FixtureRequest) -> Iterator[Signal[Any, Any, ...]]:
    """A signal with two receivers, and nothing else connected after the test."""
    signal: Signal[Any, Any, ...] = request.param()
    signal.connect(first)
    signal.connect(second)
    connections = signal.connections
    yield signal
    assert results(signal) == ["first", "second"]
    assert signal.connections == connections
    assert not signal.is_muted
    assert signal._table.common is not None  # sends take their shortcut again


# muted


def test_muted_signals_call_nobody(signal: Signal[Any, Any, ...]) -> None:
    """As `Signal.muted` does, for any number of signals."""
    other = Namespace().signal("other")
    other.connect(first)
    with muted(signal, other):
        assert results(signal) == results(other) == []
        assert signal.is_muted
        assert signal.has_receivers_for(None)
    assert results(other) == ["first"]


def test_muted_blocks_nest(signal: Signal[Any, Any, ...]) -> None:
    """Receivers are called again after the last block, in whatever order they end."""
    outer, inner = muted(signal), signal.muted()
    outer.__enter__()
    inner.__enter__()
    outer.__exit__(None, None, None)
    assert results(signal) == []
    inner.__exit__(None, None, None)
    assert results(signal) == ["first", "second"]


def test_a_block_ends_when_its_code_fails(signal: Signal[Any, Any, ...]) -> None:
    """And restores the receivers."""
    for block in (muted(signal), only(first), isolated(signal), isolated(signal, scope="context")):
        with pytest.raises(ZeroDivisionError), block:
            1 / 0  # noqa: B018 - it raises
        assert results(signal) == ["first", "second"]


def test_a_muted_signal_of_a_namespace(signal: Signal[Any, Any, ...]) -> None:
    """A namespace stands for all of its signals."""
    namespace = Namespace("n")
    one, two = namespace.signal("one"), namespace.signal("two")
    one.connect(first)
    two.connect(first)
    with muted(namespace):
        assert results(one) == results(two) == []


# only


def test_only_some_receivers_are_called(signal: Signal[Any, Any, ...]) -> None:
    """Of all signals, even those that are declared inside the block."""
    with only(second):
        assert results(signal) == ["second"]
        new = Signal()
        new.connect(first)
        new.connect(second)
        assert results(new) == ["second"]
    assert results(new) == ["first", "second"]


def test_only_recognises_methods(signal: Signal[Any, Any, ...]) -> None:
    """Python creates a bound method anew at each access, but it is the same receiver."""

    class Stock:
        def update(self, sender: object, **extra: Any) -> str:
            return "update"

    stock = Stock()
    with signal.connected_to(stock.update), only(stock.update):
        assert results(signal) == ["update"]


def test_only_blocks_nest(signal: Signal[Any, Any, ...]) -> None:
    """The inner one narrows down the receivers that the outer one allows."""
    with only(first, second), only(second, third):
        assert results(signal) == ["second"]
        with only(first):
            assert results(signal) == []


def test_only_for_a_context_holds_for_new_signals_there(signal: Signal[Any, Any, ...]) -> None:
    """And not in other threads."""
    with only(first, scope="context"):
        new = Signal()
        new.connect(second)
        assert results(signal) == ["first"]
        assert results(new) == []
        assert elsewhere(lambda: results(new)) == ["second"]


def test_a_block_that_ends_while_a_signal_is_declared_does_not_stay() -> None:
    """As if another thread ended it before the new signal joined it."""
    block = only(first)

    class Table(ConnectionTable):
        def open(self, block_of_all: Block) -> None:
            block.__exit__(None, None, None)
            super().open(block_of_all)

    signal = Signal()
    table = Table(weakref.ref(signal))
    block.__enter__()
    open_global_blocks(table)
    assert table.blocks_here() == []


# isolated


def test_an_isolated_signal_has_no_receivers(signal: Signal[Any, Any, ...]) -> None:
    """Its earlier receivers are not listed, and those of a sender are not reached either."""
    shop = Shop()
    with signal.connected_to(first, shop), isolated(signal):
        assert results(signal) == results(signal, shop) == []
        assert signal.connections == ()
        assert not signal.receivers
        assert not signal.has_receivers_for(shop)
        assert list(signal.receivers_for(shop)) == []


def test_what_is_connected_inside_is_gone_after_it(signal: Signal[Any, Any, ...]) -> None:
    """Until then it is an ordinary connection, even of a receiver that is connected outside with other options."""
    shop = Shop()
    with isolated(signal):
        signal.connect(second, shop, priority=3)
        signal.connect(first)
        signal.connect(lambda sender, **extra: "local", weak=False)
        assert results(signal, shop) == ["second", "first", "local"]
        assert results(signal) == ["first", "local"]
        assert [connection.sender for connection in signal.connections] == [shop, ANY, ANY]
        signal.disconnect(first)
        assert results(signal) == ["local"]


def test_what_is_disconnected_inside_is_back_after_it(signal: Signal[Any, Any, ...]) -> None:
    """Inside, it was not there to be disconnected."""
    with isolated(signal):
        signal.disconnect(first)
        signal.connect(first, priority=-1)


def test_isolated_blocks_nest(signal: Signal[Any, Any, ...]) -> None:
    """Each starts without receivers and restores the earlier ones, in whatever order they end."""
    with isolated(signal):
        signal.connect(first)
        with isolated(signal):
            assert results(signal) == []
            signal.connect(second)
            assert results(signal) == ["second"]
        assert results(signal) == ["first"]
    blocks = [isolated(signal), isolated(signal)]
    for block in blocks:
        block.__enter__()
    signal.connect(second)
    blocks[0].__exit__(None, None, None)
    assert results(signal) == ["second"]
    blocks[1].__exit__(None, None, None)


def test_a_receiver_that_dies_while_isolated_is_not_restored(signal: Signal[Any, Any, ...]) -> None:
    """Nor are the connections to a sender that died."""
    shop = Shop()

    def local(sender: object, **extra: Any) -> str:
        return "local"

    signal.connect(local)
    signal.connect(first, shop)
    assert results(signal, shop) == ["first", "second", "local"]
    with isolated(signal):
        del local, shop
        gc.collect()
    assert results(signal) == ["first", "second"]
    assert len(signal.connections) == 2


def test_blocks_of_other_kinds_work_in_isolation(signal: Signal[Any, Any, ...]) -> None:
    """Muted around it or inside it, no receiver is called; `connected_to` ends the connection that it made."""
    with ExitStack() as stack:
        stack.enter_context(signal.connected_to(third))
        stack.enter_context(muted(signal))
        with isolated(signal):
            signal.connect(first)
            assert results(signal) == []
            stack.close()
            assert results(signal) == ["first"]
            stack.enter_context(signal.connected_to(second))
            assert results(signal) == ["first", "second"]


def test_a_receiver_to_be_called_once_is_called_once_in_isolation(signal: Signal[Any, Any, ...]) -> None:
    """And is disconnected in the block that it is connected in."""
    with isolated(signal):
        signal.connect(first, once=True)
        assert results(signal) == ["first"]
        assert results(signal) == []
        assert signal.connections == ()


def test_a_send_that_is_isolated_midway_reaches_the_rest_of_its_receivers(signal: Signal[Any, Any, ...]) -> None:
    """A block that opens during a send applies to later sends, even if a receiver is connected with ``once``."""
    signal.connect(once := (lambda sender, **extra: "once"), weak=False, once=True)
    block = isolated(signal)

    def isolate(sender: object, **extra: Any) -> str:
        block.__enter__()
        return "isolate"

    with signal.connected_to(isolate, priority=1):
        assert results(signal) == ["isolate", "first", "second", "once"]
        block.__exit__(None, None, None)
    assert once not in signal.receivers.values()


def test_a_send_under_way_when_isolation_ends_calls_no_isolated_receiver(signal: Signal[Any, Any, ...]) -> None:
    """Receivers connected inside are disconnected for that send too."""
    block = isolated(signal)

    def end(sender: object, **extra: Any) -> str:
        block.__exit__(None, None, None)
        return "end"

    with block:
        signal.connect(end)
        signal.connect(first)
        assert results(signal) == ["end"]
        block = isolated(signal)
        block.__enter__()


def test_signals_that_nothing_else_refers_to_live_on_while_they_are_isolated() -> None:
    """The garbage collector may run at any time, also while the block begins."""
    alive: weakref.WeakSet[Signal[Any, Any, ...]] = weakref.WeakSet()

    def made() -> Iterator[Signal[Any, Any, ...]]:
        for _ in range(2):
            alive.add(signal := Signal())
            yield signal
            del signal

    with opened_isolation(made(), "process"):
        assert len(alive) == 2
    assert not alive


@pytest.mark.parametrize("block", [lambda signal, receiver: isolated(signal), lambda signal, receiver: only(receiver)])
def test_a_block_leaks_nothing(block: Callable[..., AbstractContextManager[None]]) -> None:
    """Everything that it held is released with it."""

    class Receiver:
        def __call__(self, sender: object, **extra: Any) -> None: ...

    signal, receiver = Signal(), Receiver()
    with block(signal, receiver):
        signal.connect(receiver, weak=False)
        signal.send(None)
    signal.disconnect(receiver)
    gone = weakref.ref(receiver)
    del receiver
    gc.collect()
    assert gone() is None


# Contexts


BLOCKS: dict[str, tuple[Callable[[Signal[Any, Any, ...]], AbstractContextManager[None]], list[str]]] = {
    "muted": (lambda signal: muted(signal, scope="context"), []),
    "only": (lambda signal: only(first, scope="context"), ["first"]),
    "isolated": (lambda signal: isolated(signal, scope="context"), []),
}


@pytest.mark.parametrize(("block", "inside"), BLOCKS.values(), ids=BLOCKS)
def test_a_block_for_a_context_applies_there_alone(
    signal: Signal[Any, Any, ...],
    block: Callable[[Signal[Any, Any, ...]], AbstractContextManager[None]],
    inside: list[str],
) -> None:
    """In this thread and in what inherits its context, but not in other threads."""
    with block(signal):
        assert results(signal) == inside
        assert contextvars.copy_context().run(results, signal) == inside
        assert elsewhere(partial(contextvars.copy_context().run, results, signal)) == inside
        assert elsewhere(lambda: results(signal)) == ["first", "second"]


def test_threads_with_blocks_of_their_own_do_not_disturb_each_other(signal: Signal[Any, Any, ...]) -> None:
    """Each has its own receivers, and captures its own sends, while the others do the same."""
    threads = 4
    barrier = threading.Barrier(threads, timeout=60)
    found: dict[int, tuple[Any, ...]] = {}

    def run(number: int) -> None:
        with isolated(signal, scope="context"), capture(signal) as captured:
            signal.connect(lambda sender, **extra: number, weak=False)
            barrier.wait()
            got = results(signal, f"thread {number}")
            barrier.wait()
            found[number] = got, [record.sender for record in captured], len(signal.connections)

    workers = [threading.Thread(target=run, args=(number,)) for number in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert found == {number: ([number], [f"thread {number}"], 1) for number in range(threads)}


def test_a_send_reaches_the_receivers_that_the_blocks_open_during_it_allow(signal: Signal[Any, Any, ...]) -> None:
    """While blocks open and close in one thread, other threads' sends inside a block reach only its receivers."""
    expected: list[str] | None = ["first", "second"]
    rounds, wrong, checked, over = 0, list[Any](), Counter[str](), threading.Event()

    def send() -> None:
        while not over.is_set():
            before = rounds, expected
            found = results(signal)
            if before == (rounds, expected) and before[1] is not None:
                checked[str(found)] += 1
                wrong.extend([] if found == before[1] else [(before, found)])

    def during(block: AbstractContextManager[None], inside: list[str]) -> None:
        nonlocal rounds, expected
        # At the edge of a block, a send may reach either the receivers outside or those inside.
        expected, rounds = None, rounds + 1
        with block:
            expected = inside
            results(signal)
            expected = None
        expected, rounds = ["first", "second"], rounds + 1

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    threads = [threading.Thread(target=send) for _ in range(2)]
    try:
        for thread in threads:
            thread.start()
        while rounds < 600 or (len(checked) < 3 and rounds < 60_000):
            during(muted(signal), [])
            during(only(second), ["second"])
            during(isolated(signal), [])
    finally:
        over.set()
        for thread in threads:
            thread.join()
        sys.setswitchinterval(interval)
    assert wrong == []
    assert set(checked) == {"['first', 'second']", "['second']", "[]"}


@pytest.mark.anyio
async def test_tasks_with_blocks_of_their_own_do_not_disturb_each_other() -> None:
    """A task inherits the blocks that are open when it is started; those that it opens are its own."""
    signal = Signal()
    signal.connect(first)
    inside, silent, done = anyio.Event(), anyio.Event(), anyio.Event()

    async def isolate() -> None:
        with isolated(signal, scope="context"):
            signal.connect(second)
            inside.set()
            await done.wait()
            assert results(signal) == ["second"]

    async def sound() -> None:
        assert results(signal) == []
        silent.set()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(isolate)
        await inside.wait()
        assert results(signal) == ["first"]
        with muted(signal, scope="context"):
            tasks.start_soon(sound)
            await silent.wait()
        done.set()
    assert results(signal) == ["first"]


def test_a_block_inside_a_block_for_a_context_applies_there_alone(signal: Signal[Any, Any, ...]) -> None:
    """Even without asking for it; and a connection made in an isolated context is not seen elsewhere."""
    with isolated(signal, scope="context"):
        signal.connect(first)
        with muted(signal):
            assert results(signal) == []
            assert elsewhere(lambda: (results(signal), signal.is_muted)) == (["first", "second"], False)
        assert elsewhere(lambda: len(signal.connections)) == 2


def test_a_block_for_a_context_may_end_in_another(signal: Signal[Any, Any, ...]) -> None:
    """As a fixture's block does in some test runners: it ends everywhere."""
    block = isolated(signal, scope="context")
    inherited = contextvars.copy_context()
    inherited.run(block.__enter__)
    assert inherited.run(results, signal) == []
    block.__exit__(None, None, None)
    assert inherited.run(results, signal) == ["first", "second"]


def test_a_block_does_not_apply_where_only_an_outer_context_was_inherited(signal: Signal[Any, Any, ...]) -> None:
    """Neither one for a context, nor one that holds wherever the innermost block for a context does."""
    with only(first, second, scope="context"):
        outer = contextvars.copy_context()
        with muted(signal, scope="context"):
            assert results(signal) == []
            assert outer.run(results, signal) == ["first", "second"]
        with only(first, second, scope="context"), muted(signal):
            assert results(signal) == []
            assert outer.run(results, signal) == ["first", "second"]


def test_a_block_for_a_context_leaves_nothing_in_it(signal: Signal[Any, Any, ...]) -> None:
    """Otherwise a context that lasts, a thread's for example, would collect all blocks that it ever had."""
    with muted(signal, scope="context"):
        assert len(blocks._here.get()) == 1
    assert blocks._here.get() == ()


def test_a_block_whose_end_was_interrupted_is_over(signal: Signal[Any, Any, ...]) -> None:
    """Before a send removes it."""
    table = table_of(signal)
    block = Isolated({table: table.new_layer()}, "process")
    table.open(block)
    assert signal.connections == ()
    block.is_open = False
    assert len(signal.connections) == 2


# Misuse


def test_blocks_need_signals() -> None:
    """Anything else, or nothing, is refused when the block begins."""
    cases: list[tuple[AbstractContextManager[None], str]] = [
        (muted("x"), "muted() takes signals and namespaces, not a str: 'x'"),  # type: ignore[arg-type]
        (isolated(None), "isolated() takes signals and namespaces, not a NoneType: None"),  # type: ignore[arg-type]
        (muted(), "muted() needs at least one signal, or a namespace that has some"),
        (isolated(Namespace()), "isolated() needs at least one signal, or a namespace that has some"),
        (only(), "only() needs at least one receiver; to call none, use muted(*signals)"),
        (only("x"), "only() takes receivers, not a str: 'x'"),  # type: ignore[arg-type]
    ]
    for block, message in cases:
        with pytest.raises(TypeError) as error, block:
            pass
        assert str(error.value) == message


def test_there_are_two_scopes(signal: Signal[Any, Any, ...]) -> None:
    """Any other is refused."""
    for block in (muted, isolated):
        with pytest.raises(ValueError, match="thread") as error, block(signal, scope="thread"):  # type: ignore[arg-type]
            pass
        assert str(error.value) == "scope= must be 'process' or 'context', not 'thread'"
