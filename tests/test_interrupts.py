"""Nothing is left open, held or half done by an exception from a signal handler, wherever it strikes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import pytest

from tests.interrupts import interrupted_everywhere, raising_interrupted
from typedsignals import ANY, Payload, Signal, _blocks, _changes
from typedsignals._connections import ConnectionTable
from typedsignals._identity import ANY_ID
from typedsignals.testing import capture, isolated, muted, only

AnySignal = Signal[Any, Any, ...]


class Ping(Payload):
    number: int = 1


class Sender: ...


def receiver(sender: object, payload: Any = None, **extra: Any) -> None: ...


def other(sender: object, payload: Any = None, **extra: Any) -> None: ...


def late(sender: object, payload: Any = None, **extra: Any) -> None: ...


@pytest.fixture(autouse=True)
def _interrupts() -> Iterator[None]:
    with raising_interrupted():
        yield


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
    taken = _changes.lock.acquire(timeout=10)
    _changes.lock.release()
    return taken


def check_whole(case: Case, elsewhere: ThreadPoolExecutor) -> None:
    """Nothing is open, nothing held, and all that is known of connections fits together."""
    signal = case.signal
    assert not signal.is_muted
    assert signal.connections is not None
    check_table(signal._table)
    assert _blocks._here.get() == () or not any(block.is_open for block in _blocks._here.get())
    for sender in (None, case.sender):
        expected = list(signal.receivers_for(sender))
        assert case.called(sender) == expected
    signal.connect(late)
    assert case.called()[-1] is late
    with signal.muted():
        assert case.called() == []
    signal.disconnect(late)
    assert late not in case.called(case.sender)
    assert signal._table._blocks == ()
    assert elsewhere.submit(take_and_release).result()


def check_table(table: ConnectionTable) -> None:
    assert not table._changing
    assert not table._pending
    assert not table._scopes
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


def connect_for_a_block(case: Case) -> None:
    with case.signal.connected_to(late):
        assert late in case.called()


def connect_for_a_sender_and_a_block(case: Case) -> None:
    with case.signal.connected_to(late, case.sender):
        assert late in case.called(case.sender)


def connect_again_for_a_block(case: Case) -> None:
    with case.signal.connected_to(receiver, priority=-1), case.signal.connected_to(receiver, once=True):
        assert receiver in case.called()


BLOCKS = [
    mute,
    mute_for_tests,
    mute_here,
    keep_only,
    isolate,
    record,
    connect_for_a_block,
    connect_for_a_sender_and_a_block,
    connect_again_for_a_block,
]


@pytest.mark.parametrize("act", BLOCKS)
def test_a_block_ends(act: Callable[[Case], None], elsewhere: ThreadPoolExecutor) -> None:
    """Those who are connected afterwards are those who were before."""
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


def test_a_manager_made_here_does_what_one_of_contextlib_does() -> None:
    """It is entered once, ends once, decorates functions, and goes where any manager goes."""
    signal: AnySignal = Signal()
    block = signal.muted()
    with ExitStack() as stack:
        stack.enter_context(block)
        inside = signal.is_muted
        with pytest.raises(RuntimeError, match="entered already"):
            block.__enter__()
    assert (inside, signal.is_muted) == (True, False)
    block.__exit__(None, None, None)
    with pytest.raises(RuntimeError, match="not entered"):
        signal.muted().__exit__(None, None, None)

    @signal.muted()
    def silent() -> bool:
        return signal.is_muted

    assert [silent(), silent(), signal.is_muted] == [True, True, False]


def test_a_block_that_is_dropped_ends() -> None:
    """Whoever enters it by hand, and keeps nothing to end it by, has it end at once."""
    signal: AnySignal = Signal()
    signal.muted().__enter__()
    assert not signal.is_muted
