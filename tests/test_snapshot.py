"""What a send knows of its receivers in advance, and on which its shortcuts rely."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from typing import Any

import pytest

from tests.ways import AnySignal, Ping
from typedsignals import ANY, Signal
from typedsignals._connecting.snapshot import NOBODY, Snapshot
from typedsignals._connecting.watching import Watcher
from typedsignals.testing import capture


def function(sender: object, **extra: object) -> None: ...


def another(sender: object, **extra: object) -> None: ...


def by_payload(sender: object, payload: Ping) -> None: ...


async def coroutine_function(sender: object, **extra: object) -> None: ...


async def coroutine_function_by_payload(sender: object, payload: Ping) -> None: ...


class Owner:
    def method(self, sender: object, **extra: object) -> None: ...


owner = Owner()
with_a_value_of_its_own = partial(function, number=2)


def connected(receiver: Callable[..., Any], **options: Any) -> Callable[[AnySignal, ExitStack], None]:
    return lambda signal, stack: void(signal.connect(receiver, **options))


def void(value: object) -> None:
    """Drop a value."""


def watched(signal: AnySignal, stack: ExitStack) -> None:
    watcher = Watcher(signal._table, lambda sender, payload: None, None)
    watcher.begin(ANY)
    stack.callback(watcher.end)


def observed(signal: AnySignal, stack: ExitStack) -> None:
    stack.enter_context(capture(signal))


plain = connected(function)
strong = connected(another, weak=False)
awaited = connected(coroutine_function)
with_payload = connected(by_payload, as_payload=True)
awaited_with_payload = connected(coroutine_function_by_payload, as_payload=True)
ALL = "asynchronous by_keywords coroutines functions payloads plain simple stays"


@pytest.mark.parametrize(
    ("receivers", "claims"),
    [
        ([], ALL),
        ([plain], "by_keywords functions plain simple stays"),
        ([plain, connected(another)], "by_keywords functions plain simple stays"),
        ([plain, strong], "by_keywords plain simple stays"),
        ([strong, plain], "by_keywords plain simple stays"),
        ([connected(owner.method)], "by_keywords plain simple stays"),
        ([awaited], "asynchronous by_keywords coroutines functions stays"),
        ([awaited, strong], "by_keywords stays"),
        ([awaited, plain], "by_keywords functions stays"),
        ([plain, awaited], "by_keywords functions stays"),
        ([connected(coroutine_function, weak=False)], "asynchronous by_keywords stays"),
        ([with_payload], "functions payloads plain stays"),
        ([with_payload, plain], "functions plain stays"),
        ([plain, with_payload], "functions plain stays"),
        ([connected(by_payload, as_payload=True, weak=False)], "plain stays"),
        ([awaited_with_payload], "asynchronous coroutines functions payloads stays"),
        ([connected(function, once=True)], "functions"),
        ([connected(function, once=True), connected(another)], "functions"),
        ([connected(function), connected(another, once=True)], "functions"),
        ([connected(with_a_value_of_its_own)], "functions"),
        ([watched], "asynchronous plain stays"),
        ([plain, watched], "plain stays"),
        ([with_payload, watched], "plain stays"),
        ([plain, observed], "functions"),
    ],
)
def test_what_holds_of_all_receivers_is_known(
    receivers: list[Callable[[AnySignal, ExitStack], None]], claims: str
) -> None:
    """Each claim lets some way of sending take a shortcut; one that is missing makes sends slower, for no reason."""
    signal: AnySignal = Signal(Ping)
    with ExitStack() as stack:
        for connect in receivers:
            connect(signal, stack)
        snapshot = signal._table.find(None)
        assert [claim for claim in ALL.split() if getattr(snapshot, claim)] == claims.split()


def test_connections_and_watchers_are_told_apart() -> None:
    """Watchers see what is sent, and are no receivers."""
    signal: AnySignal = Signal(Ping)
    with ExitStack() as stack:
        for connect in (plain, watched, strong):
            connect(signal, stack)
        snapshot = signal._table.find(None)
        assert [ref.receiver() for ref in snapshot.refs] == [function, another]
        assert len(snapshot.watchers) == 1


def test_who_counts_as_reached() -> None:
    """A connection, a watcher, or an observer that counts as a receiver."""
    assert not NOBODY.reaches_anyone
    assert not Snapshot((), (lambda delivery: delivery,)).reaches_anyone
    assert Snapshot((), (lambda delivery: delivery,), is_observed=True).reaches_anyone
    for connect in (plain, watched):
        signal: AnySignal = Signal(Ping)
        with ExitStack() as stack:
            connect(signal, stack)
            assert signal._table.find(None).reaches_anyone


@pytest.mark.parametrize("sender", [ANY, None, "x", "y", 7, owner, owner.method])
def test_what_a_send_found_is_kept_for_the_next(sender: object) -> None:
    """Whether or not its sender has receivers of its own."""
    signal: AnySignal = Signal(Ping)
    signal.connect(function)
    signal.connect(another, "x")
    assert signal._table.find(sender) is signal._table.find(sender)
