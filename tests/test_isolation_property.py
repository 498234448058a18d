"""Any number of blocks in any order: the receivers called inside, and those restored after the last block."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from typedsignals import Signal
from typedsignals.testing import capture, isolated, muted, only


class Receiver:
    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name

    def __call__(self, sender: object) -> Receiver:
        return self


RECEIVERS = [Receiver(name) for name in "abcd"]
receivers = st.sampled_from(RECEIVERS)
scopes = st.sampled_from(["process", "context"])


class Blocks(RuleBasedStateMachine):
    """The model: lists of receivers; the list of the innermost open isolation decides."""

    blocks = Bundle[AbstractContextManager[None]]("blocks")

    def __init__(self) -> None:
        super().__init__()
        self.signal = Signal()
        self.open: list[AbstractContextManager[None]] = []
        self.bottom: list[Receiver] = []
        self.layers: dict[int, list[Receiver]] = {}
        self.muted: set[int] = set()
        self.admitted: dict[int, set[Receiver]] = {}

    @property
    def connected(self) -> list[Receiver]:
        return next(reversed(self.layers.values()), self.bottom)

    def begin(self, block: AbstractContextManager[None]) -> AbstractContextManager[None]:
        block.__enter__()
        self.open.append(block)
        return block

    @rule(receiver=receivers)
    def connect(self, receiver: Receiver) -> None:
        self.signal.connect(receiver)
        if receiver not in self.connected:
            self.connected.append(receiver)

    @rule(receiver=receivers)
    def disconnect(self, receiver: Receiver) -> None:
        self.signal.disconnect(receiver)
        if receiver in self.connected:
            self.connected.remove(receiver)

    @rule(target=blocks, scope=scopes)
    def mute(self, scope: Any) -> AbstractContextManager[None]:
        block = self.begin(muted(self.signal, scope=scope))
        self.muted.add(id(block))
        return block

    @rule(target=blocks, some=st.lists(receivers, min_size=1), scope=scopes)
    def choose(self, some: list[Receiver], scope: Any) -> AbstractContextManager[None]:
        block = self.begin(only(*some, scope=scope))
        self.admitted[id(block)] = set(some)
        return block

    @rule(target=blocks, scope=scopes)
    def isolate(self, scope: Any) -> AbstractContextManager[None]:
        block = self.begin(isolated(self.signal, scope=scope))
        self.layers[id(block)] = []
        return block

    @rule(block=consumes(blocks))
    def end(self, block: AbstractContextManager[None]) -> None:
        block.__exit__(None, None, None)
        self.open.remove(block)
        self.muted.discard(id(block))
        self.admitted.pop(id(block), None)
        self.layers.pop(id(block), None)

    @invariant()
    def the_right_receivers_are_called(self) -> None:
        """And all connections are shown, and all sends are captured."""
        called = [r for r in self.connected if not self.muted and all(r in some for some in self.admitted.values())]
        with capture(self.signal) as captured:
            assert [value for _, value in self.signal.send(None)] == called
        assert len(captured) == 1
        assert [connection.receiver for connection in self.signal.connections] == self.connected
        assert self.signal.is_muted == bool(self.muted)

    def teardown(self) -> None:
        """After all blocks, the signal is as if there had been none."""
        for block in self.open:
            block.__exit__(None, None, None)
        assert [value for _, value in self.signal.send(None)] == self.bottom
        assert self.signal._table.common is not None


TestBlocks = Blocks.TestCase
TestBlocks.settings = settings(stateful_step_count=25)
