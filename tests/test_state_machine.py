"""Connections under random operations, against a model in plain lists."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from functools import partialmethod
from typing import Any

import wrapt
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.ways import AnyReceiver, AnySignal, Ping, finished
from typedsignals import ANY, DeadReceiverWarning, Namespace
from typedsignals._connecting.kept import NAME
from typedsignals._identity import callable_id

RECEIVERS, SENDERS, LISTENERS, KEEPERS = 5, 5, 3, 2
Calls = list[tuple[int, object]]
"""The numbers of receivers, each with the sender that it was called with."""


class Sender:
    """A sender that can die."""


class Keeper:
    """An object that keeps receivers alive, and can die."""


@wrapt.decorator
def decorated(wrapped: Any, instance: Any, args: Any, kwargs: Any) -> Any:
    return wrapped(*args, **kwargs)


class Owner:
    """An object with receivers that note its calls."""

    def __init__(self, number: int, calls: Calls) -> None:
        self.number = number
        self.calls = calls

    def receive(self, sender: object, payload: Any = None, **extra: object) -> None:
        self.calls.append((self.number, sender))

    wrapped = decorated(receive)
    wrapped.__name__ = "wrapped"
    partial_method = partialmethod(receive, more=1)
    __call__ = receive


def function(number: int, calls: Calls) -> AnyReceiver:
    """A function that notes its calls."""

    def receiver(sender: object, payload: Any = None, **extra: object) -> None:
        calls.append((number, sender))

    return receiver


class Listener:
    """A receiver of a namespace, which notes its calls."""

    def __init__(self, number: int, calls: Calls) -> None:
        self.number = number
        self.calls = calls

    def __call__(self, signal: AnySignal, sender: object, payload: object) -> None:
        self.calls.append((self.number, sender))

    hear = __call__


KINDS: list[Callable[[Any], AnyReceiver]] = [
    lambda owner: owner,  # a function, or a callable object
    lambda owner: owner.receive,
    lambda owner: owner.wrapped,
    lambda owner: owner.partial_method,
]
"""How a receiver is got from what holds it."""


@dataclass(frozen=True)
class Entry:
    """A connection in the model: receivers, senders and keepers are numbers, ANY is None."""

    receiver: int
    sender: int | None
    weak: bool
    priority: int
    once: bool
    order: int
    key: str | None = None
    keeper: int | None = None

    @property
    def place(self) -> tuple[int | str, int | None]:
        """What no other connection has."""
        return self.key or self.receiver, self.sender

    @property
    def holds(self) -> bool:
        """Whether the receiver cannot die."""
        return not self.weak or self.keeper is not None


def in_order(entries: list[Entry]) -> list[Entry]:
    """Higher priority first, then order of connection."""
    return sorted(entries, key=lambda entry: (-entry.priority, entry.order))


SENDS: dict[str, Callable[[AnySignal, object], object]] = {
    "send": lambda signal, sender: signal.send(sender),
    "send_async": lambda signal, sender: finished(signal.send_async(sender)),
    "send_robust": lambda signal, sender: signal.send_robust(sender),
    "send_robust_async": lambda signal, sender: finished(signal.send_robust_async(sender)),
    "send_payload": lambda signal, sender: signal.send_payload(sender, Ping()),
    "prepared": lambda signal, sender: signal.prepare(sender).send(),
    "bound": lambda signal, sender: signal.of(sender).send(),
}


@dataclass
class Block:
    """An open `connected_to`, and what it found."""

    context: AbstractContextManager[Any]
    made: Entry
    found: Entry | None


@dataclass
class Mute:
    """An open `muted`, and the receivers that it names; if there are none, it is about all."""

    context: AbstractContextManager[None]
    receivers: set[int]

    def silences(self, receiver: int) -> bool:
        return not self.receivers or receiver in self.receivers


@dataclass
class Held:
    """An open block that holds sends, and the numbers of their senders."""

    context: Any
    reduces: bool
    senders: list[int] = field(default_factory=list)


async def ended(block: Any, error: Exception | None) -> None:
    await block.__aexit__(type(error), error, None)


class Connections(RuleBasedStateMachine):
    """Five receivers (functions, and bound callables of each kind), five senders (some that can die), one signal.

    Its namespace has three receivers, whose numbers come after those of the signal.
    """

    def __init__(self) -> None:
        super().__init__()
        self.held: list[Held] = []
        self.namespace = Namespace()
        self.signal: AnySignal = self.namespace.signal("ping", Ping)
        self.calls: Calls = []
        # What the test itself keeps alive; a method is kept by its object.
        self.owners: dict[int, Any] = {}
        for number in range(RECEIVERS + LISTENERS):
            self.revive(number)
        self.senders: list[Any] = [Sender(), Sender(), 0, "x", None]
        self.nobody = object()
        self.keepers = [Keeper() for _ in range(KEEPERS)]
        self.model: list[Entry] = []
        self.of_namespace: list[Entry] = []
        self.blocks: list[Block] = []
        self.muted: list[Mute] = []
        self.counter = 0

    def revive(self, number: int) -> None:
        made: Callable[..., Any] = Listener if number >= RECEIVERS else Owner if number else function
        self.owners[number] = made(number, self.calls)

    def receiver(self, number: int) -> AnyReceiver:
        owner = self.owners[number]
        if number >= RECEIVERS:
            listener: AnyReceiver = owner.hear if number > RECEIVERS else owner
            return listener
        return KINDS[number % len(KINDS)](owner)

    def sender(self, number: int | None) -> Any:
        return ANY if number is None else self.senders[number]

    def find(self, place: tuple[int | str, int | None]) -> Entry | None:
        return next((entry for entry in self.model if entry.place == place), None)

    def put(self, entry: Entry) -> None:
        known = self.find(entry.place)
        if known is not None:
            self.model.remove(known)
            entry = replace(entry, order=known.order)
        self.model.append(entry)

    def drop(self, over: Callable[[Entry], bool]) -> int:
        """Remove the connections that have ended from the model, and count them."""
        before = len(self.model)
        self.model = [entry for entry in self.model if not over(entry)]
        return before - len(self.model)

    def lose(self, died: Callable[[Entry], bool]) -> None:
        """End the connections whose receiver has died; no block can restore them."""
        self.drop(died)
        for block in self.blocks:
            if block.found is not None and died(block.found):
                block.found = None

    def entry(self, receiver: int, sender: int | None, weak: bool, priority: int, once: bool, **more: Any) -> Entry:
        self.counter += 1
        return Entry(receiver, sender, weak, priority, once, self.counter, **more)

    def reached(self, sender: int | None) -> list[Entry]:
        """Return the connections that a send goes through: each receiver or key once, at its first position."""
        first: dict[int | str, Entry] = {}
        for entry in in_order(self.model):
            if entry.sender is None or entry.sender == sender:
                first.setdefault(entry.place[0], entry)
        return list(first.values())

    receivers = st.integers(0, RECEIVERS - 1)
    listeners = st.integers(RECEIVERS, RECEIVERS + LISTENERS - 1)
    some_senders = st.none() | st.integers(0, SENDERS - 1)
    priorities = st.sampled_from([0, 0, 0, 1, -1])
    keys = st.sampled_from([None, None, "k", "l"])
    keeper_numbers = st.integers(0, KEEPERS - 1)

    @rule(
        receiver=receivers, sender=some_senders, weak=st.booleans(), priority=priorities, once=st.booleans(), key=keys
    )
    def connect(
        self, receiver: int, sender: int | None, weak: bool, priority: int, once: bool, key: str | None
    ) -> None:
        connect = self.signal.connect
        connect(self.receiver(receiver), self.sender(sender), weak, priority=priority, once=once, key=key)
        self.put(self.entry(receiver, sender, weak, priority, once, key=key))

    @rule(receiver=receivers, sender=some_senders, once=st.booleans(), key=keys, keeper=keeper_numbers)
    def connect_alive(self, receiver: int, sender: int | None, once: bool, key: str | None, keeper: int) -> None:
        """The receivers of later numbers are methods of an object; none of them is the keeper's."""
        connect = self.signal.connect
        connect(self.receiver(receiver), self.sender(sender), once=once, key=key, alive=self.keepers[keeper])
        self.put(self.entry(receiver, sender, True, 0, once, key=key, keeper=keeper))

    @rule(receiver=receivers, sender=some_senders)
    def disconnect(self, receiver: int, sender: int | None) -> None:
        answer = self.signal.disconnect(self.receiver(receiver), self.sender(sender))
        assert answer == bool(self.drop(lambda entry: entry.place[0] == receiver and sender in (None, entry.sender)))

    @rule(key=st.sampled_from(["k", "l"]), sender=some_senders)
    def disconnect_key(self, key: str, sender: int | None) -> None:
        answer = self.signal.disconnect(key=key, sender=self.sender(sender))
        assert answer == bool(self.drop(lambda entry: entry.key == key and sender in (None, entry.sender)))

    @rule()
    def disconnect_all(self) -> None:
        assert self.signal.disconnect_all() == self.drop(lambda entry: True)

    @rule(receiver=receivers, sender=some_senders, priority=priorities, once=st.booleans(), key=keys)
    def enter(self, receiver: int, sender: int | None, priority: int, once: bool, key: str | None) -> None:
        made = self.entry(receiver, sender, False, priority, once, key=key)
        found = self.find(made.place)
        context = self.signal.connected_to(
            self.receiver(receiver), self.sender(sender), priority=priority, once=once, key=key
        )
        context.__enter__()
        self.blocks.append(Block(context, made, found))
        self.put(made)

    @precondition(lambda self: self.blocks)
    @rule(data=st.data())
    def leave(self, data: st.DataObject) -> None:
        """In any order: what this block found, the next block of the same place restores."""
        position = data.draw(st.integers(0, len(self.blocks) - 1))
        block = self.blocks.pop(position)
        block.context.__exit__(None, None, None)
        for later in self.blocks[position:]:
            if later.made.place == block.made.place:
                later.found = block.found
                return
        known = self.find(block.made.place)
        if known is not None:
            self.model.remove(known)
        if block.found is not None:
            self.model.append(block.found)

    @rule(listener=listeners, weak=st.booleans(), priority=priorities)
    def connect_to_namespace(self, listener: int, weak: bool, priority: int) -> None:
        self.namespace.connect(self.receiver(listener), weak=weak, priority=priority)
        known = [entry for entry in self.of_namespace if entry.receiver == listener]
        entry = self.entry(listener, None, weak, priority, once=False)
        for earlier in known:
            self.of_namespace.remove(earlier)
            entry = replace(entry, order=earlier.order)
        self.of_namespace.append(entry)

    @rule(listener=listeners)
    def disconnect_from_namespace(self, listener: int) -> None:
        left = [entry for entry in self.of_namespace if entry.receiver != listener]
        assert self.namespace.disconnect(self.receiver(listener)) == (left != self.of_namespace)
        self.of_namespace = left

    @rule(named=st.sets(receivers | listeners, max_size=2))
    def mute(self, named: set[int]) -> None:
        block = self.signal.muted(*map(self.receiver, named))
        block.__enter__()
        self.muted.append(Mute(block, named))

    @precondition(lambda self: self.muted)
    @rule(data=st.data())
    def unmute(self, data: st.DataObject) -> None:
        self.muted.pop(data.draw(st.integers(0, len(self.muted) - 1))).context.__exit__(None, None, None)

    @rule(receiver=receivers | listeners)
    def kill_receiver(self, receiver: int) -> None:
        """Its connections end with it, unless something holds it; another takes its number."""
        entries = [*self.model, *self.of_namespace]
        entries += (entry for block in self.blocks for entry in (block.made, block.found) if entry)
        if any(entry.receiver == receiver and entry.holds for entry in entries):
            return
        if any(receiver in mute.receivers for mute in self.muted):
            return
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeadReceiverWarning)
            self.revive(receiver)
        self.lose(lambda entry: entry.receiver == receiver)
        self.of_namespace = [entry for entry in self.of_namespace if entry.receiver != receiver]

    @rule(keeper=keeper_numbers)
    def kill_keeper(self, keeper: int) -> None:
        """The connections of the receivers that it keeps end with it; another takes its number."""
        self.keepers[keeper] = Keeper()
        self.lose(lambda entry: entry.keeper == keeper)

    @rule(sender=st.sampled_from([0, 1]))
    def kill_sender(self, sender: int) -> None:
        """Its connections end with it, unless a block holds it; another takes its number."""
        if any(block.made.sender == sender for block in self.blocks):
            return
        if any(sender in held.senders for held in self.held):
            return
        self.senders[sender] = Sender()
        self.drop(lambda entry: entry.sender == sender)

    @rule(sender=st.integers(0, SENDERS), how=st.sampled_from([*SENDS]))
    def send(self, sender: int, how: str) -> None:
        """The last number stands for a sender without receivers."""
        assert SENDS[how](self.signal, self.sent_by(sender)) == [] or not self.held
        if self.held:
            self.held[-1].senders.append(sender)
        self.delivered([] if self.held else [sender])

    def sent_by(self, sender: int) -> object:
        return self.senders[sender] if sender < SENDERS else self.nobody

    def delivered(self, senders: list[int]) -> None:
        """Compare the calls with those that the model makes of some sends. Receivers of the namespace come last."""
        for sender in senders:
            reached = [
                entry
                for entry in [*self.reached(sender), *in_order(self.of_namespace)]
                if not any(mute.silences(entry.receiver) for mute in self.muted)
            ]
            assert self.calls[: len(reached)] == [(entry.receiver, self.sent_by(sender)) for entry in reached]
            del self.calls[: len(reached)]
            self.drop(lambda entry, reached=reached: entry.once and entry in reached)  # type: ignore[misc]
        assert self.calls == []

    @rule(reduces=st.booleans(), senders=st.lists(st.integers(0, SENDERS - 1), max_size=5))
    def hold(self, reduces: bool, senders: list[int]) -> None:
        """Open a block, and send inside it, which is what it is for."""
        block = self.signal.held(reduce=(lambda payloads: payloads[-1]) if reduces else None)
        finished(block.__aenter__())
        self.held.append(Held(block, reduces))
        for sender in senders:
            self.send(sender, "send")

    @rule(reduces=st.booleans(), senders=st.lists(st.integers(0, SENDERS - 1), min_size=2, max_size=6))
    def hold_and_let_go(self, reduces: bool, senders: list[int]) -> None:
        """Do both at once, as most code does."""
        self.hold(reduces, senders)
        self.end(self.held.pop(), fails=False)

    @precondition(lambda self: self.held)
    @rule(data=st.data(), fails=st.sampled_from([False, False, True]))
    def let_go(self, data: st.DataObject, fails: bool) -> None:
        """In any order; what is held goes to the innermost block that is still open."""
        self.end(self.held.pop(data.draw(st.integers(0, len(self.held) - 1))), fails=fails)

    def end(self, held: Held, *, fails: bool) -> None:
        finished(ended(held.context, KeyError() if fails else None))
        senders = [] if fails else held.senders
        if held.reduces:
            senders = [sender for place, sender in enumerate(senders) if sender not in senders[place + 1 :]]
        if self.held:
            self.held[-1].senders += senders
        self.delivered([] if self.held else senders)

    @rule(how=st.sampled_from([*SENDS]))
    def send_another_signal(self, how: str) -> None:
        """One that is new; it is not muted."""
        SENDS[how](self.namespace.signal(f"ping {len(self.namespace)}", Ping), None)
        assert self.calls == [(entry.receiver, None) for entry in in_order(self.of_namespace)]
        self.calls.clear()

    @invariant()
    def connections_are_those_of_the_model(self) -> None:
        expected = [
            (
                callable_id(self.receiver(entry.receiver)),
                self.sender(entry.sender),
                entry.weak,
                entry.priority,
                entry.once,
                entry.key,
            )
            for entry in in_order(self.model)
        ]
        found = [
            (callable_id(c.receiver), c.sender, c.weak, c.priority, c.once, c.key) for c in self.signal.connections
        ]
        assert found == expected
        assert bool(self.signal.receivers) == bool(self.model)
        assert self.signal.is_muted == any(not mute.receivers for mute in self.muted)

    @invariant()
    def keepers_keep_the_receivers_of_connections_and_of_those_that_blocks_will_restore(self) -> None:
        entries = [*self.model, *(block.found for block in self.blocks if block.found is not None)]
        for number, keeper in enumerate(self.keepers):
            kept = keeper.__dict__.get(NAME)
            found = [] if kept is None else [callable_id(held.receiver) for held in kept.receivers.values()]
            expected = [callable_id(self.receiver(entry.receiver)) for entry in entries if entry.keeper == number]
            assert sorted(map(str, found)) == sorted(map(str, expected))

    @invariant()
    def receivers_for_a_sender_are_those_of_the_model(self) -> None:
        for number in (None, *range(SENDERS)):
            expected = [callable_id(self.receiver(entry.receiver)) for entry in self.reached(number)]
            assert [*map(callable_id, self.signal.receivers_for(self.sender(number)))] == expected
            assert self.signal.has_receivers_for(self.sender(number)) == bool(expected or self.of_namespace)

    def teardown(self) -> None:
        """End everything, without warnings about receivers that were never sent to."""
        while self.held:
            finished(ended(self.held.pop().context, KeyError()))
        while self.blocks:
            self.blocks.pop().context.__exit__(None, None, None)
        self.signal.disconnect_all()
        for listener in range(RECEIVERS, RECEIVERS + LISTENERS):
            self.namespace.disconnect(self.receiver(listener))
        while self.muted:
            self.muted.pop().context.__exit__(None, None, None)
        assert self.signal.send(None) == []
        table = self.signal._table
        assert table._blocks == ()
        assert [*table._buckets, *table._senders, *table._senders_of, *table._temporary, *table._pending] == []


TestConnections = Connections.TestCase
TestConnections.settings = settings(stateful_step_count=40)
