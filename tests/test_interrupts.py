"""An exception from a signal handler leaves nothing open, held or half done, wherever it interrupts."""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from typing import Any, TypeVar

import blinker
import pytest

from tests.interrupts import (
    NUMBER,
    Interrupted,
    OfSignals,
    OfThreads,
    interrupted_everywhere,
    raising_interrupted,
    strike,
)
from tests.ways import AnyReceiver, finished
from typedsignals import ANY, Inlet, Namespace, Payload, Signal, WaitTimeoutError
from typedsignals import typed as typed_by_source
from typedsignals._concurrency import serialised as _changes
from typedsignals._concurrency.event_loop import Alarm
from typedsignals._concurrency.interrupts import lasting, lasting_async
from typedsignals._connecting import blocks as _blocks
from typedsignals._connecting import registry as _registry
from typedsignals._connecting.entries import Entries
from typedsignals._connecting.kept import NAME
from typedsignals._connecting.registry import table_of
from typedsignals._connecting.table import ConnectionTable
from typedsignals._connecting.temporary import Temporary
from typedsignals._identity import ANY_ID
from typedsignals._sources.table import FedTable
from typedsignals.blinker import typed
from typedsignals.pytest_plugin import capturing
from typedsignals.testing import capture, isolated, muted, only
from typedsignals.testing._tree import SendTree, _turn

pytestmark = pytest.mark.filterwarnings("ignore:coroutine '.*' was never awaited")

AnySignal = Signal[Any, Any, ...]

MANY = 100
"""So many objects leave places of which new objects soon take one, whatever else takes some of them."""
Made = TypeVar("Made")


@pytest.fixture(autouse=True, scope="module")
def nothing_is_left_for_other_tests() -> Iterator[None]:
    """Collect the coroutines that nobody could await any more here, where their warning is ignored."""
    yield
    gc.collect()


class Sender: ...


def receiver(sender: object, payload: Any = None, **extra: Any) -> None: ...


def other(sender: object, payload: Any = None, **extra: Any) -> None: ...


def late(sender: object, payload: Any = None, **extra: Any) -> None: ...


async def coroutine(sender: object, **extra: Any) -> None: ...


class Nothing(Payload): ...


@pytest.fixture(autouse=True)
def given_up(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """Make the signal's handler raise; Python drops what is raised in callbacks of weak references."""
    before, ignored = sys.unraisablehook, list[Any]()

    def ignore(unraisable: Any) -> None:
        (ignored.append if unraisable.exc_type is Interrupted else before)(unraisable)

    monkeypatch.setattr("sys.unraisablehook", ignore)
    with raising_interrupted():
        yield ignored


@pytest.fixture(autouse=True)
def signals_of_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide the signals of other tests: a block on all signals would have points of interruption for each."""
    monkeypatch.setattr(_registry, "_signals", {})


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[ThreadPoolExecutor]:
    """Another thread."""
    with ThreadPoolExecutor(1) as pool:
        yield pool


class Case:
    """A signal with two receivers."""

    def __init__(self) -> None:
        self.sender = Sender()
        self.signal: AnySignal = Signal()
        self.signal.connect(receiver, priority=2)
        self.signal.connect(other, self.sender)
        self.signal.send(self.sender)

    def called(self, sender: object = None) -> list[Any]:
        return [called for called, _ in self.signal.send(sender)]


def take_and_release() -> bool:
    taken = _changes.lock.acquire(timeout=60)
    _changes.lock.release()
    return taken


def check_whole(case: Case, elsewhere: ThreadPoolExecutor) -> None:
    """Assert that nothing is open or held, and that the state of the connections is consistent."""
    signal = case.signal
    assert not signal.is_muted
    assert signal.connections is not None
    check_table(signal._table)
    assert _turn.get() is None
    assert not signal._table.has_audience(None)
    assert _blocks._here.get() == () or not any(block.is_open for block in _blocks._here.get())
    for sender in (None, case.sender):
        expected = list(signal.receivers_for(sender))
        assert case.called(sender) == expected
    signal.connect(late)
    assert late in case.called()
    with signal.muted():
        assert case.called() == []
    signal.disconnect(late)
    assert late not in case.called(case.sender)
    assert signal._table._blocks == ()
    assert elsewhere.submit(take_and_release).result()


def check_table(table: ConnectionTable) -> None:
    assert not table._changing
    assert not table._pending
    assert not table._temporary
    refs = [ref for bucket in table._buckets.values() for ref in bucket.values()]
    assert not any(ref.is_gone for ref in refs)
    assert all(table._buckets.values())
    assert set(table._senders) == set(table._buckets) - {ANY_ID}
    senders_of: dict[Any, set[Any]] = {}
    for ref in refs:
        if ref.sender_id != ANY_ID:
            senders_of.setdefault(ref.receiver_id, set()).add(ref.sender_id)
    assert table._senders_of == senders_of


def mute(case: Case) -> None:
    with case.signal.muted():
        assert case.called() == []


def mute_for_tests(case: Case) -> None:
    with muted(case.signal):
        assert case.called() == []


def mute_here(case: Case) -> None:
    with muted(case.signal, scope="context"), muted(case.signal):
        assert case.called() == []


def keep_only(case: Case) -> None:
    with only(other, scope="context"):
        assert case.called() == []


def isolate(case: Case) -> None:
    with isolated(case.signal):
        case.signal.connect(late)
        assert case.called() == [late]


def record(case: Case) -> None:
    with capture(case.signal) as captured:
        case.called()
    captured.assert_sent_once()


def hold(case: Case) -> None:
    with case.signal.held(), case.signal.held(on_error="deliver"):
        assert case.called() == []


def hold_asynchronously(case: Case) -> None:
    async def held() -> None:
        async with case.signal.held(reduce=lambda payloads: payloads[-1], on_error="deliver"):
            assert await case.signal.send_async(None) == []

    finished(held())


def connect_for_a_block(case: Case) -> None:
    with case.signal.connected_to(late):
        assert late in case.called()


def connect_for_a_sender_and_a_block(case: Case) -> None:
    with case.signal.connected_to(late, case.sender):
        assert late in case.called(case.sender)


def connect_again_for_a_block(case: Case) -> None:
    with case.signal.connected_to(receiver, priority=-1), case.signal.connected_to(receiver, once=True):
        assert receiver in case.called()


def record_in_a_fixture(case: Case) -> None:
    with capturing() as begin:
        first, second = begin(case.signal), begin(case.signal)
        case.called()
    assert len(first) == len(second) == 1


def record_asynchronously(case: Case) -> None:
    async def recorded() -> None:
        async with capture(case.signal):
            case.called()

    finished(recorded())


def grow_a_tree(case: Case) -> None:
    with SendTree().growing():
        case.called()


def take_from_a_stream(case: Case) -> None:
    async def taken() -> None:
        async with case.signal.stream() as events:
            case.called("x")
            assert await anext(events) == ("x", {})

    asyncio.run(taken())


def wait_for_a_send(case: Case) -> None:
    async def waited() -> None:
        task = asyncio.create_task(case.signal.wait())
        await asyncio.sleep(0)
        case.called("x")
        assert await task == ("x", {})

    asyncio.run(waited())


def wait_in_vain(case: Case) -> None:
    with pytest.raises(WaitTimeoutError):
        case.signal.wait_sync(timeout=0)


BLOCKS = [
    record_in_a_fixture,
    record_asynchronously,
    take_from_a_stream,
    wait_for_a_send,
    wait_in_vain,
    grow_a_tree,
    mute,
    mute_for_tests,
    mute_here,
    keep_only,
    isolate,
    record,
    hold,
    hold_asynchronously,
    connect_for_a_block,
    connect_for_a_sender_and_a_block,
    connect_again_for_a_block,
]


@pytest.mark.parametrize("act", BLOCKS)
def test_a_block_ends(act: Callable[[Case], None], elsewhere: ThreadPoolExecutor) -> None:
    """The receivers connected afterwards are those from before."""
    struck, case = 0, Case()
    for _, interrupted in interrupted_everywhere(lambda: case, act):
        before = [(receiver, ANY, 2), (other, case.sender, 0)]
        assert case.called() == [receiver]
        assert case.called(case.sender) == [receiver, other]
        now = [(connection.receiver, connection.sender, connection.priority) for connection in case.signal.connections]
        assert now == before
        check_whole(case, elsewhere)
        struck += interrupted
    assert struck > 50


def connect(case: Case) -> None:
    case.signal.connect(late)


def connect_for_a_sender(case: Case) -> None:
    case.signal.connect(late, case.sender)


def connect_for_a_string(case: Case) -> None:
    case.signal.connect(late, "x", weak=False)


def connect_again(case: Case) -> None:
    case.signal.connect(receiver, priority=-1, weak=False)


def disconnect(case: Case) -> None:
    case.signal.disconnect(receiver)


def disconnect_from_a_sender(case: Case) -> None:
    case.signal.disconnect(other, case.sender)


def disconnect_from_all(case: Case) -> None:
    case.signal.disconnect(other)


def disconnect_everything(case: Case) -> None:
    case.signal.disconnect_all()


def replace_by_key(case: Case) -> None:
    case.signal.connect(late, "c", key="k")


def disconnect_by_key(case: Case) -> None:
    case.signal.disconnect(key="k")


def connect_alive(case: Case) -> None:
    case.signal.connect(late, "c", alive=case.sender, weak=True)


def connect_again_alive(case: Case) -> None:
    case.signal.connect(other, case.sender, alive=case.sender, priority=3)


def described(case: Case) -> list[tuple[Any, ...]]:
    connections = case.signal.connections
    return [(made.receiver, type(made.sender), made.priority, made.weak) for made in connections]


class Busy(Case):
    """One of its receivers is connected to several senders."""

    def __init__(self) -> None:
        super().__init__()
        for sender in ("a", "b", 1):
            self.signal.connect(other, sender)
            self.signal.send(sender)
        self.signal.connect(receiver, "c", key="k")
        self.signal.connect(other, "c")


@pytest.mark.parametrize(
    "act",
    [
        connect,
        connect_for_a_sender,
        connect_for_a_string,
        connect_again,
        disconnect,
        disconnect_from_a_sender,
        disconnect_from_all,
        disconnect_everything,
        replace_by_key,
        disconnect_by_key,
        connect_alive,
        connect_again_alive,
    ],
)
def test_a_change_is_made_or_not(act: Callable[[Case], None], elsewhere: ThreadPoolExecutor) -> None:
    """As a whole, in one step: sends reach the receivers that introspection shows."""
    changed = Busy()
    before = described(changed)
    act(changed)
    after = described(changed)
    seen = list[Any]()
    for case, _ in interrupted_everywhere(Busy, act):
        for sender in (None, "a", "b", 1, "c", case.sender):
            assert case.called(sender) == list(case.signal.receivers_for(sender))
        seen.append(described(case))
        assert seen[-1] in (before, after)
        check_whole(case, elsewhere)
    assert before in seen
    assert after in seen


@pytest.mark.parametrize("act", [connect_alive, connect_again_alive])
def test_an_object_keeps_what_is_connected_and_nothing_else(act: Callable[[Case], None]) -> None:
    """As soon as the exception is gone, and with it what it refers to."""
    cases = [case for case, _ in interrupted_everywhere(Busy, act)]
    gc.collect()
    found = [sum(ref.kept is not None for ref in table_of(case.signal).all()) for case in cases]
    kept = [vars(case.sender).get(NAME) for case in cases]
    assert [0 if each is None else len(each.receivers) for each in kept] == found
    assert set(found) == {0, 1}


def leave_a_block(case: Case) -> None:
    with case.signal.connected_to(late):
        pass


def test_what_is_connected_after_an_interrupted_block_stays() -> None:
    """Whatever of the block's end is still to be done is done before."""
    for case, _ in interrupted_everywhere(Case, leave_a_block):
        case.signal.connect(late)
        assert late in case.called()


class Fed(Case):
    """A signal that is sent when a Blinker signal is."""

    def __init__(self) -> None:
        self.sender = Sender()
        self.theirs = blinker.Signal()
        self.signal = typed(self.theirs, Nothing)


def connect_twice(case: Fed) -> None:
    case.signal.connect(receiver)
    case.signal.connect(coroutine)
    case.signal.disconnect(coroutine)


def connect_for_blocks(case: Fed) -> None:
    with case.signal.connected_to(receiver), case.signal.connected_to(coroutine), capture(case.signal):
        pass


def connect_and_disconnect(case: Fed) -> None:
    case.signal.connect(receiver)
    case.signal.disconnect(receiver)


@pytest.mark.parametrize("act", [connect_twice, connect_for_blocks, connect_and_disconnect])
def test_an_interrupted_signal_is_fed_correctly(act: Callable[[Fed], None], elsewhere: ThreadPoolExecutor) -> None:
    """At the latest from the next use of either signal."""
    fed = set[int]()
    for case, _ in interrupted_everywhere(Fed, act):
        number = len(case.signal.connections)
        try:
            reached = [called for _, results in case.theirs.send("x") for called, _ in results]
        except RuntimeError:
            assert number == 2  # a coroutine function, which Blinker cannot call, is connected too
        else:
            assert reached == [called for called in case.signal.receivers_for("x") if called is not coroutine]
            assert len(case.theirs.receivers) == (number > 0)
        case.signal.disconnect(coroutine)
        assert len(case.theirs.receivers) == (len(case.signal.connections) > 0)
        assert case.theirs.send("x") == [] or number
        check_whole(case, elsewhere)
        fed.add(number)
    assert fed == ({0} if act is connect_for_blocks else {0, 1, 2} if act is connect_twice else {0, 1})


class CallsBoth(Case):
    """A signal of an owner that calls plain functions and awaits others.

    Args:
        receivers: What is connected.
    """

    name = "both"
    calls = "both"

    def __init__(self, *receivers: AnyReceiver) -> None:
        self.inlets: list[Inlet] = []
        self.signal = typed_by_source(self, Nothing)
        for connected in receivers:
            self.signal.connect(connected)

    def connect(self, inlet: Inlet) -> None:
        self.inlets.append(inlet)

    def disconnect(self, inlet: Inlet) -> None:
        self.inlets.remove(inlet)


async def other_coroutine(sender: object, **extra: object) -> None: ...


def connect_a_coroutine_function(case: CallsBoth) -> None:
    case.signal.connect(other_coroutine)
    case.signal.disconnect(other_coroutine)


@pytest.mark.parametrize("receivers", [[coroutine], [coroutine, receiver]])
def test_an_interrupted_change_leaves_no_wrong_inlet(receivers: list[AnyReceiver]) -> None:
    """There is one for each kind of receivers, whatever was being connected or disconnected."""
    numbers = set[int]()
    for case, _ in interrupted_everywhere(lambda: CallsBoth(*receivers), connect_a_coroutine_function):
        connections = case.signal.connections
        assert {inlet.is_async for inlet in case.inlets} == {connection.is_async for connection in connections}
        assert len(case.inlets) == len(receivers)
        numbers.add(len(connections) - len(receivers))
    assert numbers == {0, 1}


class Once(Case):
    """One of its receivers is connected with ``once``."""

    def __init__(self) -> None:
        super().__init__()
        self.calls = 0
        self.signal.connect(self.count, once=True, weak=False)

    def count(self, sender: object, **extra: Any) -> None:
        self.calls += 1


def send(case: Case) -> None:
    case.signal.send(case.sender)


def send_robust(case: Case) -> None:
    case.signal.send_robust(case.sender)


def send_async(case: Case) -> None:
    finished(case.signal.send_async(case.sender))


@pytest.mark.parametrize("act", [send, send_robust, send_async])
def test_a_receiver_is_called_once_or_stays(act: Callable[[Case], None], elsewhere: ThreadPoolExecutor) -> None:
    """It is never called twice, and never connected and dead."""
    calls = set[int]()
    for case, _ in interrupted_everywhere(Once, act):
        calls.add(case.calls)
        is_connected = len(case.signal.connections) == 3
        assert case.calls + is_connected <= 1
        assert (case.count in case.called()) == is_connected
        assert len(case.signal.connections) == 2
        check_whole(case, elsewhere)
    assert calls == {0, 1}


class Owner:
    def receive(self, sender: object, **extra: Any) -> None: ...


class Mortal(Case):
    """A receiver and a sender are about to die, and others may get their addresses."""

    def __init__(self) -> None:
        super().__init__()
        self.mortals: list[Any] = [Owner(), Sender()]
        owner, sender = self.mortals
        self.signal.connect(owner.receive)
        self.signal.connect(owner.receive, "x")
        self.signal.connect(late, sender)
        assert self.called(sender) == [receiver, owner.receive, late]
        self.place = id(sender)


def made_at(places: set[int], kind: type[Made]) -> Made:
    """Make objects until one has one of these ids; there may be many free places that are used before."""
    kept = [kind()]
    while id(kept[-1]) not in places and len(kept) < 100_000:
        kept.append(kind())
    return kept[-1]


def let_receiver_die(case: Mortal) -> None:
    del case.mortals[0]


def let_sender_die(case: Mortal) -> None:
    del case.mortals[1]


@pytest.mark.parametrize("act", [let_receiver_die, let_sender_die])
def test_a_death_is_noticed(act: Callable[[Mortal], None], elsewhere: ThreadPoolExecutor, given_up: list[Any]) -> None:
    """If not at once, because Python drops what the callback raises, then at the next use."""
    places = set[bool]()
    for case, _ in interrupted_everywhere(Mortal, act):
        if len(case.mortals) == 2:
            continue  # interrupted before
        if act is let_sender_die:
            successor = made_at({case.place}, Sender)
            assert case.called(successor) == [receiver, case.mortals[0].receive]
            places.add(id(successor) == case.place)
        new = Owner()
        case.signal.connect(new.receive)
        assert new.receive in case.called()
        case.signal.disconnect(new.receive)
        assert len(case.signal.connections) == (3 if act is let_receiver_die else 4)
        check_whole(case, elsewhere)
    assert given_up
    assert (True in places) == (act is let_sender_die)


# The same at known points, one at a time


def test_a_block_begins_once_and_one_that_did_not_begin_does_not_end() -> None:
    """After an interrupt, both may be repeated, or have no effect."""
    case = Case()
    table, terms = case.signal._table, case.signal._contract.check(case.signal, late, (False, 0, False, False))
    scope = Temporary(table, table._new_ref(late, ANY, terms, weak=False), ANY)
    table._change(table._leave, scope)
    table._change(table._enter, scope)
    table._change(table._enter, scope)
    assert case.called() == [receiver, late]
    table._change(table._leave, scope)
    table._change(table._leave, scope)
    assert case.called() == [receiver]
    check_table(table)


@pytest.fixture
def unnoticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no table notice a death, as if each callback were interrupted."""
    monkeypatch.setattr(Entries, "__call__", lambda table, ref: None)


@pytest.mark.usefixtures("unnoticed")
def test_a_sender_at_the_address_of_one_whose_death_went_unnoticed_begins_anew() -> None:
    """It has none of the other's connections."""
    case = Case()
    table = case.signal._table
    senders = [Sender() for _ in range(MANY)]
    for sender in senders:
        case.signal.connect(receiver, sender)
    places = {id(sender) for sender in senders}
    del sender, senders
    successor = made_at(places, Sender)
    assert id(successor) in places
    case.signal.connect(late, successor)
    assert [made.receiver for made in case.signal.connections if made.sender is successor] == [late]
    check_table(table)


@pytest.mark.usefixtures("unnoticed")
def test_a_connection_whose_sender_died_unnoticed_has_none() -> None:
    """A bound method cannot be made again without its object."""
    case = Case()
    table = case.signal._table
    sender = Sender()
    case.signal.connect(late, sender.__repr__)
    found = table.all()
    del sender
    assert [table.sender_of(ref) for ref in found if ref.receiver() is late] == [None]


LOOKS: dict[str, Callable[[Case, Sender], list[Any]]] = {
    "send": Case.called,
    "receivers_for": lambda case, sender: list(case.signal.receivers_for(sender)),
    "connections": lambda case, sender: [
        connection.receiver for connection in case.signal.connections if connection.receiver is not other
    ],
    "is_connected": lambda case, sender: [
        known for known, of in [(receiver, ANY), (late, sender)] if case.signal._table.is_connected(known, of)
    ],
}


@pytest.mark.usefixtures("unnoticed")
@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_what_was_known_of_a_sender_goes_with_it_though_its_death_went_unnoticed(
    look: Callable[[Case, Sender], list[Any]],
) -> None:
    """It does not hold for another object at the same address, whoever looks first."""
    case = Case()
    table = case.signal._table
    senders = [Sender() for _ in range(MANY)]
    for sender in senders:
        case.signal.connect(late, sender)
        assert case.called(sender) == [receiver, late]
    places = {id(sender) for sender in senders}
    del sender, senders
    successor = made_at(places, Sender)
    assert id(successor) in places
    assert look(case, successor) == [receiver]
    assert id(successor) not in table._buckets


@pytest.mark.usefixtures("unnoticed")
def test_a_receiver_at_the_address_of_one_whose_death_went_unnoticed_is_not_connected() -> None:
    """The other one was."""
    case = Case()
    table = case.signal._table

    class Receiver(Sender):
        def __call__(self, sender: object, **extra: object) -> None: ...

    mortals = [Receiver() for _ in range(MANY)]
    for mortal in mortals:
        case.signal.connect(mortal)
    places = {id(mortal) for mortal in mortals}
    assert table.is_connected(mortals[-1], ANY)
    del mortal, mortals
    successor = made_at(places, Receiver)
    assert id(successor) in places
    assert not table.is_connected(successor, ANY)


def test_an_interrupted_feed_is_correct_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    """It tries again to connect to Blinker's signal."""
    case, strikes = Fed(), [Interrupted(), Interrupted()]
    connect_to_theirs = case.theirs.connect

    def struck(*args: Any, **options: Any) -> Any:
        if strikes:
            raise strikes.pop()
        return connect_to_theirs(*args, **options)

    monkeypatch.setattr(case.theirs, "connect", struck)
    strikes[1:] = []
    with pytest.raises(Interrupted):
        case.signal.connect(receiver)
    assert [called for _, results in case.theirs.send("x") for called, _ in results] == [receiver]
    case.signal.disconnect(receiver)
    strikes.append(Interrupted())
    with pytest.raises(Interrupted), case.signal.connected_to(receiver):
        raise AssertionError("inside")
    assert not case.theirs.receivers


def test_coroutine_functions_are_counted_again_after_an_interrupt() -> None:
    """Once: their number decides how the signal is fed, and is kept with each change from then on."""
    case = Fed()
    table = case.signal._table
    assert isinstance(table, FedTable)
    case.signal.connect(coroutine)
    table._coroutines, table._is_counted = {}, False
    case.signal.connect(receiver)
    assert table._coroutines
    assert table._is_counted
    with pytest.raises(RuntimeError):
        case.theirs.send("x")


def test_a_task_wakes_though_the_send_is_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The event has arrived, and nothing else would wake the task."""
    signal: AnySignal = Signal()
    strikes, ring = [Interrupted()], Alarm.ring

    def struck(alarm: Alarm) -> None:
        if strikes:
            raise strikes.pop()
        ring(alarm)

    async def taken() -> object:
        async with signal.stream() as events:
            task = asyncio.create_task(anext(events))
            for _ in range(10):
                await asyncio.sleep(0)
            assert events._alarms
            with pytest.raises(Interrupted):
                signal.send("x")
            return await task

    monkeypatch.setattr(Alarm, "ring", struck)
    assert asyncio.run(taken()) == ("x", {})


def test_an_interrupted_coroutine_ends_its_turn_in_the_trace() -> None:
    """Later sends are not shown below it."""
    signal: AnySignal = Signal()

    async def interrupted(sender: object, **extra: Any) -> None:
        raise Interrupted

    tree = SendTree()
    signal.connect(interrupted, "x")
    with tree.growing():
        with pytest.raises(Interrupted):
            finished(signal.send_async("x"))
        signal.send("y")
    assert _turn.get() is None
    assert "raised Interrupted" in str(tree)


@pytest.mark.slow
@pytest.mark.parametrize("make", [OfSignals, OfThreads])
def test_nothing_breaks_under_a_bombardment(make: type[OfSignals | OfThreads], elsewhere: ThreadPoolExecutor) -> None:
    """All of the above, at random and often."""
    acts = [act for act in BLOCKS if act not in (take_from_a_stream, wait_for_a_send)]
    acts += [connect_and_disconnect_late, connect_for_a_sender_for_a_while]
    case, rounds = Case(), 0
    before = described(case)
    with make() as bombardment:
        while bombardment.hits < 500:
            for act in acts:
                bombardment.strikes(partial(act, case))
                case.signal.disconnect(late)
                assert case.called(case.sender) == [receiver, other]
                assert described(case) == before
            rounds += 1
            assert rounds < 20_000
            if rounds % 10 == 0:
                check_whole(case, elsewhere)
    check_whole(case, elsewhere)
    assert bombardment.hits < rounds * len(acts)


def connect_and_disconnect_late(case: Case) -> None:
    case.signal.connect(late)
    case.signal.send(None)
    case.signal.disconnect(late)


def connect_for_a_sender_for_a_while(case: Case) -> None:
    case.signal.connect(late, case.sender)
    case.signal.connect(late, "x")
    case.signal.send(case.sender)
    case.signal.disconnect(late)


def test_our_context_managers_work_like_those_of_contextlib() -> None:
    """One is entered once, ends once, decorates functions, and works in an `ExitStack`."""
    signal: AnySignal = Signal()
    block = signal.muted()
    with ExitStack() as stack:
        stack.enter_context(block)
        inside = signal.is_muted
        with pytest.raises(RuntimeError, match=r"^this block has already been entered"):
            block.__enter__()
    assert (inside, signal.is_muted) == (True, False)
    block.__exit__(None, None, None)
    with pytest.raises(RuntimeError, match=r"^a block that was not entered"):
        signal.muted().__exit__(None, None, None)

    @signal.muted()
    def silent() -> bool:
        return signal.is_muted

    assert [silent(), silent(), signal.is_muted] == [True, True, False]


def interrupted_at_its_end() -> Iterator[None]:
    try:
        yield
    finally:
        raise Interrupted


def test_a_block_that_was_interrupted_while_it_ended_may_end_again() -> None:
    """A block around it cannot know how far the first attempt came."""
    block = lasting(interrupted_at_its_end)()
    block.__enter__()
    with pytest.raises(Interrupted):
        block.__exit__(None, None, None)
    block.__exit__(None, None, None)


def test_a_block_that_is_interrupted_when_it_has_just_begun_ends_at_once() -> None:
    """Even if its manager and the exception are kept."""
    ended: list[str] = []

    def block() -> Iterator[None]:
        try:
            strike[NUMBER]  # which is noticed as soon as this is left
            yield
        finally:
            ended.append("block")

    manager = lasting(block)()
    with raising_interrupted(), pytest.raises(Interrupted) as caught:
        manager.__enter__()
    assert (ended, caught.type) == (["block"], Interrupted)


def test_an_asynchronous_block_that_was_interrupted_while_it_ended_may_end_again() -> None:
    """The second attempt returns something to await too."""

    async def ended_twice() -> None:
        block = lasting_async(interrupted_at_its_end)()
        await block.__aenter__()
        with pytest.raises(Interrupted):
            await block.__aexit__(None, None, None)
        await block.__aexit__(None, None, None)

    finished(ended_twice())


def test_a_dropped_block_ends() -> None:
    """If it is entered by hand and nothing keeps the manager, it ends at once."""
    signal: AnySignal = Signal()
    signal.muted().__enter__()
    assert not signal.is_muted


class Audit:
    """A receiver of a namespace, which notes what it hears of."""

    def __init__(self) -> None:
        self.heard: list[AnySignal] = []

    def __call__(self, signal: AnySignal, sender: object, payload: object) -> None:
        self.heard.append(signal)


@pytest.mark.filterwarnings("ignore::typedsignals.DeadReceiverWarning")
def test_a_receiver_of_a_namespace_is_connected_to_all_its_signals_or_to_none() -> None:
    """Those that are declared later included."""

    def prepare() -> tuple[Namespace, Audit]:
        namespace = Namespace()
        namespace.signal("first")
        namespace.signal("second")
        return namespace, Audit()

    def act(prepared: tuple[Namespace, Audit]) -> None:
        namespace, audit = prepared
        namespace.connect(audit)

    outcomes = set()
    for (namespace, audit), interrupted in interrupted_everywhere(prepare, act):
        namespace.signal("third")
        for signal in namespace.values():
            signal.send(None)
        assert audit.heard in ([], list(namespace.values()))
        assert namespace.disconnect(audit) == bool(audit.heard)
        outcomes.add((interrupted, bool(audit.heard)))
    assert outcomes == {(False, True), (True, False), (True, True)}
