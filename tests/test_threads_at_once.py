"""What eight threads that do the same at once must not spoil for each other, with the GIL and without it."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable
from typing import Any

import pytest

from tests.at_once import THREADS, in_threads, rounds
from tests.ways import AnyReceiver, AnySignal, Way, every_way
from typedsignals import Namespace, Payload, Signal, WaitTimeoutError
from typedsignals._sending import own_methods
from typedsignals.testing import capture, muted, only

pytestmark = pytest.mark.usefixtures("restless")


def made(calls: list[str] | None = None, name: str = "") -> AnyReceiver:
    """A receiver of its own, for whatever it is sent, which notes its calls."""

    def receiver(sender: object, payload: Any = None, **extra: Any) -> None:
        if calls is not None:
            calls.append(name)

    return receiver


# Snapshots


@every_way
def test_a_snapshot_for_all_senders_is_never_older_than_a_change_of_ones_own(way: Way) -> None:
    """There is one for all threads while nobody asks for a sender, and each change makes it stale."""
    signal = way.signal()

    def work(number: int) -> None:
        receiver = made()
        for turn in rounds(0.05):
            way.connect(signal, receiver, priority=turn % 2)
            assert receiver in way.send(signal, None)
            signal.disconnect(receiver)
            assert receiver not in way.send(signal, None)

    in_threads(work)
    assert signal.connections == ()
    assert way.send(signal, None) == []


def test_a_snapshot_is_in_order_and_without_doubles_whatever_changes() -> None:
    """It is made of one state of the connections, and not of several."""
    signal: AnySignal = Signal()
    before, after = made(), made()
    signal.connect(before, priority=1)
    signal.connect(after, priority=-1)

    def work(number: int) -> None:
        receiver, sender = made(), object()
        for turn in rounds(0.3):
            signal.connect(receiver, (signal.ANY, sender)[turn % 2])
            signal.connect(receiver, priority=turn % 2)
            called = [called for called, _ in signal.send(sender)]
            assert (called[0], called[-1]) in ((before, after), (receiver, after))
            assert len(set(map(id, called))) == len(called)
            signal.disconnect(receiver)

    in_threads(work)


def test_what_all_senders_share_ends_with_the_first_connection_for_one() -> None:
    """And is there again after the last one: a send finds what is for its sender at any time."""
    signal, everyone = Signal[Any, Any, ...](), made()
    signal.connect(everyone)

    def work(number: int) -> None:
        receiver = made()
        for _ in rounds(0.3):
            sender = object()
            signal.connect(receiver, sender)
            assert {called for called, _ in signal.send(sender)} == {everyone, receiver}
            assert {called for called, _ in signal.send(object())} == {everyone}
            signal.disconnect(receiver, sender)
            assert {called for called, _ in signal.send(sender)} == {everyone}

    in_threads(work)
    signal.send(None)
    assert signal._table.common is not None


# Disconnecting while others send


@every_way
def test_what_another_thread_disconnects_is_not_called_by_sends_that_go_on(way: Way) -> None:
    """All threads are in the midst of a send when one of them disconnects the receiver that is to come."""
    for _ in range(3):
        signal, calls = way.signal(), list[str]()
        inside, disconnected = threading.Barrier(THREADS), threading.Barrier(THREADS)
        victim = made(calls, "victim")

        def first(sender: object, payload: Any = None, **extra: Any) -> None:
            if inside.wait() == 0:  # noqa: B023 - it is called in this round only
                signal.disconnect(victim)  # noqa: B023
            disconnected.wait()  # noqa: B023

        way.connect(signal, first)
        way.connect(signal, victim)
        in_threads(lambda number: way.send(signal, None))  # noqa: B023
        assert calls == []


def test_a_receiver_that_changes_between_weak_and_strong_is_called_all_the_time() -> None:
    """It is connected at any time, so that each send calls it, in whichever way it is held at the moment."""
    signal: AnySignal = Signal()
    signal.connect(receiver := made())

    def work(number: int) -> None:
        for turn in rounds(0.3):
            if number == 0:
                signal.connect(receiver, weak=bool(turn % 2))
            elif number % 2:
                assert len(signal.send_robust(None)) == 1
            else:
                assert len(signal.send(None)) == 1

    in_threads(work)


# Receivers that are called once


@every_way
def test_of_many_receivers_each_is_called_once_by_one_of_the_threads(way: Way) -> None:
    """However many find it at the same time."""
    for _ in rounds(0.05):
        signal, calls = way.signal(), list[str]()
        names = [f"{number}" for number in range(20)]
        for name in names:
            way.connect(signal, made(calls, name), once=True, weak=False)
        in_threads(lambda number: [way.send(signal, None) for _ in range(2)])  # noqa: B023
        assert sorted(calls) == sorted(names)
        assert signal.connections == ()


def test_a_turn_that_all_threads_claim_is_given_to_one() -> None:
    """Who claims it later does not call the receiver."""
    signal, claimed = Signal[Any, Any, ...](), list[object]()
    for number in range(200):
        signal.connect(made(), number, weak=False, once=True)
    table = signal._table
    turns = table.all()
    in_threads(lambda number: claimed.extend([turn for turn in turns if table.claim(turn)]))
    assert sorted(map(id, claimed)) == sorted(map(id, turns))


# First use


class Node(Payload):
    """A payload that is completed at its first use, as it refers to another one."""

    number: int = 1
    child: Leaf | None = None


class Leaf(Payload):
    number: int = 2


@every_way
@pytest.mark.parametrize("sends_before", [0, 3])
def test_the_first_use_of_a_signal_by_all_threads(way: Way, sends_before: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """They agree on its methods, and each finds its own receiver, whenever the code for its payload comes."""
    monkeypatch.setattr(own_methods, "SENDS_BEFORE_GENERATING", sends_before)
    for _ in rounds(0.02):
        signal, methods = way.signal(), list[object]()

        def work(number: int, signal: AnySignal = signal, methods: list[object] = methods) -> None:
            methods.extend([signal.send, signal.send_async])
            receiver = made()
            way.connect(signal, receiver)
            for _ in range(sends_before + 2):
                assert receiver in way.send(signal, None)

        in_threads(work)
        assert len(set(map(id, methods))) == 2


def test_the_first_use_of_a_payload_by_all_threads() -> None:
    """It is completed before any of them sends, as it refers to a class that is defined later."""
    for _ in rounds(0.2):
        scope: dict[str, Any] = {"Payload": Payload, "Signal": Signal}
        exec(LATE, scope)  # noqa: S102 - ours
        signal: AnySignal = scope["late"]

        def work(number: int, signal: AnySignal = signal) -> None:
            receiver = made()
            signal.connect(receiver)
            assert receiver in [called for called, _ in signal.send(None, number=number)]

        in_threads(work)
        gc.collect()
        assert signal.send(None, number=8) == []


LATE = """
class Late(Payload):
    number: int
    leaf: "Leaf | None" = None

late = Signal(Late)

class Leaf(Payload):
    number: int = 2
"""


@pytest.mark.parametrize("kind", [None, Node])
def test_a_name_of_a_namespace_is_one_signal_for_all_threads(kind: type[Payload] | None) -> None:
    """Who declares it at the same time gets the same; who lists the namespace meanwhile is not disturbed."""
    shop, found = Namespace("shop"), list[list[object]]()

    def work(number: int) -> None:
        signals = list[object]()
        for turn in range(200):
            signals.append(shop.signal(f"signal-{turn}", kind) if kind else shop.signal(f"signal-{turn}"))
            assert f"signal-{turn}" in list(shop)
        found.append(signals)

    in_threads(work)
    assert len(shop) == 200
    assert all(signals == found[0] for signals in found)


def test_a_signal_is_shown_while_others_define_names_in_its_module() -> None:
    """Its name is looked for among them."""
    unnamed, names = Signal[Any, Any, ...](), globals()

    def work(number: int) -> None:
        mine = [f"_made_by_{number}_{turn}" for turn in range(100)]
        for _ in rounds(0.2):
            for name in mine:
                names[name] = None
            assert repr(unnamed).startswith("<Signal ")
            for name in mine:
                del names[name]

    in_threads(work)


# Blocks, and those who wait


def test_blocks_of_all_threads_end_without_a_trace() -> None:
    """Those that hold for the thread that opens them hide nothing from others, or from signals declared meanwhile."""
    signal, everyone = Signal[Any, Any, ...](), made()
    signal.connect(everyone)

    def work(number: int) -> None:
        for _ in rounds(0.3):
            assert signal.send(None) == [(everyone, None)]
            with muted(signal, scope="context"):
                assert signal.send(None) == []
            other = made()
            with only(other, scope="context"):
                new = Signal[Any, Any, ...]()
                new.connect(other)
                assert signal.send(None) == []
                assert new.send(None) == [(other, None)]

    in_threads(work)
    assert signal.send(None) == [(everyone, None)]
    assert signal._table.common is not None


def test_what_all_threads_send_is_captured_once() -> None:
    """And every send that is not asked for is counted."""
    signal: AnySignal = Signal()
    sends = 300

    def work(number: int) -> None:
        for turn in range(sends):
            signal.send(number, turn=turn)

    with capture(signal, where=lambda sender, fields: sender != 0) as captured:
        in_threads(work)
    sent = [(record.sender, record.payload["turn"]) for record in captured]
    assert sorted(sent) == [(number, turn) for number in range(1, THREADS) for turn in range(sends)]
    with pytest.raises(AssertionError, match=f"{sends} refused by where="):
        captured.assert_sent(turn=sends)


def test_one_who_waits_gets_one_event_and_is_told_of_all_others() -> None:
    """However many threads send while it waits."""
    signal: AnySignal = Signal()
    sends = 300

    def work(number: int) -> None:
        for _ in range(sends):
            signal.send(number)

    in_all_threads: Callable[..., None] = lambda signal, /, **extra: in_threads(work)  # noqa: E731 - kept by its name
    with signal.waiting_started.connected_to(in_all_threads):
        sender, _ = signal.wait_sync(3)
        assert sender == 3
        with pytest.raises(WaitTimeoutError, match=f"{sends * THREADS} by another sender"):
            signal.wait_sync("nobody", timeout=0)
