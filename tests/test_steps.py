"""Steps around the receivers of a signal's sends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.test_cost import python_calls
from tests.ways import Ping, Way, every_way, finished
from typedsignals import AsyncReceiverError, Hook, PayloadError, Signal
from typedsignals.steps import add_step
from typedsignals.testing import capture, isolated, muted, only

pytestmark = pytest.mark.usefixtures("code")

Step = Callable[[Any, Any, Any], Any]


def noting(notes: list[str], name: str = "step") -> Step:
    """A step that notes when it begins and ends, and with what."""

    @contextmanager
    def step(signal: Any, sender: Any, payload: Any) -> Iterator[None]:
        notes.append(f"{name} begins")
        try:
            yield
        except BaseException as error:
            notes.append(f"{name} sees {type(error).__name__}")
            raise
        notes.append(f"{name} ends")

    return step


@every_way
def test_a_step_is_around_the_receivers(way: Way) -> None:
    """However the signal is sent."""
    signal, notes = way.signal(), list[str]()
    add_step(signal, noting(notes))

    def receive(*arguments: object, **fields: object) -> None:
        notes.append("receiver")

    way.connect(signal, receive)
    assert way.send(signal, None) == [receive]
    assert notes == ["step begins", "receiver", "step ends"]


@pytest.mark.anyio
async def test_a_step_is_around_concurrent_receivers() -> None:
    """It ends when all of them have."""
    pytest.importorskip("anyio")
    signal, notes = Signal(Ping), list[str]()
    add_step(signal, noting(notes))

    async def receive(sender: object, number: int) -> None:
        notes.append("receiver")

    signal.connect(receive)
    await signal.send_concurrent(None)
    assert notes == ["step begins", "receiver", "step ends"]


def test_a_step_gets_the_signal_the_sender_and_the_payload() -> None:
    """The validated payload; the keywords in its place, if the signal has none."""
    seen: list[tuple[object, object, object]] = []

    @contextmanager
    def step(signal: Any, sender: Any, payload: Any) -> Iterator[None]:
        seen.append((signal, sender, payload))
        yield

    signal, open_signal, hook = Signal(Ping), Signal(), Hook(Ping, returns=bool)
    for one in (signal, open_signal, hook):
        add_step(one, step)
    signal.send("me", number=7)
    open_signal.send("you", word="hi")
    assert seen == [(signal, "me", Ping(number=7)), (open_signal, "you", {"word": "hi"})]
    hook.first("them", number=8)
    finished(hook.first_async("them", number=9))
    assert seen[2:] == [(hook, "them", Ping(number=8)), (hook, "them", Ping(number=9))]


def fail(sender: object, **fields: object) -> None:
    raise ZeroDivisionError


def test_a_step_sees_what_ends_a_plain_send() -> None:
    """The error reaches the caller, too."""
    signal, notes = Signal(Ping), list[str]()
    add_step(signal, noting(notes))
    signal.connect(fail)
    with pytest.raises(ZeroDivisionError):
        signal.send(None)
    assert notes == ["step begins", "step sees ZeroDivisionError"]


def test_a_robust_send_ends_well_for_a_step() -> None:
    """Whatever receivers raised."""
    signal, notes = Signal(Ping), list[str]()
    add_step(signal, noting(notes))
    signal.connect(fail)
    outcomes = signal.send_robust(None)
    outcomes += asyncio.run(signal.send_robust_async(None))
    assert [type(outcome.error) for outcome in outcomes] == [ZeroDivisionError] * 2
    assert notes == ["step begins", "step ends"] * 2


@pytest.mark.parametrize("send", ["send", "send_robust"])
def test_a_step_that_refuses_keeps_everybody_from_being_told(send: str) -> None:
    """No receiver is called, and nothing is captured."""
    signal, notes = Signal(Ping), list[str]()

    def step(signal: object, sender: object, payload: object) -> Any:
        raise PermissionError

    def receive(sender: object, **fields: object) -> None:
        notes.append("receiver")

    signal.connect(receive)
    add_step(signal, step)
    with capture(signal) as sent, pytest.raises(PermissionError):
        getattr(signal, send)(None)
    assert (notes, [*sent]) == ([], [])


@pytest.mark.parametrize("send", ["send", "send_robust"])
def test_what_a_step_raises_at_its_end_ends_the_send(send: str) -> None:
    """It is never an outcome."""
    signal = Signal(Ping)

    @contextmanager
    def step(signal: object, sender: object, payload: object) -> Iterator[None]:
        yield
        raise PermissionError

    add_step(signal, step)
    with pytest.raises(PermissionError):
        getattr(signal, send)(None)


def test_a_step_cannot_suppress_an_error() -> None:
    """The send has failed, and has no results to return."""
    signal = Signal(Ping)

    class Suppressing:
        def __enter__(self) -> None: ...

        def __exit__(self, *error: object) -> bool:
            return True

    add_step(signal, lambda signal, sender, payload: Suppressing())
    signal.connect(fail)
    with pytest.raises(ZeroDivisionError):
        signal.send(None)


def test_steps_nest_in_the_order_of_their_adding() -> None:
    """The first is outermost; one that is removed is no longer taken."""
    signal, notes = Signal(Ping), list[str]()
    remove = add_step(signal, noting(notes, "outer"))
    add_step(signal, noting(notes, "inner"))
    signal.send(None)
    assert notes == ["outer begins", "inner begins", "inner ends", "outer ends"]
    notes.clear()
    remove()
    signal.send(None)
    assert notes == ["inner begins", "inner ends"]


def test_no_step_is_taken_for_a_send_that_is_refused() -> None:
    """Its fields are wrong, or nobody can await a receiver."""
    signal, notes = Signal(Ping), list[str]()
    add_step(signal, noting(notes))

    async def receive(sender: object, number: int) -> None: ...

    with pytest.raises(PayloadError):
        signal.send(None, number="x")  # type: ignore[arg-type]
    signal.connect(receive)
    with pytest.raises(AsyncReceiverError):
        signal.send(None)
    assert notes == []


def test_a_step_makes_a_signal_validate_and_count_as_heard() -> None:
    """For the step is somebody who listens."""
    signal, notes = Signal(Ping, validate="connected"), list[str]()
    signal.send(None, number="x")  # type: ignore[arg-type]
    assert not signal.has_receivers_for(None)
    add_step(signal, noting(notes))
    assert signal.has_receivers_for(None)
    with pytest.raises(PayloadError):
        signal.send(None, number="x")  # type: ignore[arg-type]
    signal.send(None)
    assert notes == ["step begins", "step ends"]


@pytest.mark.parametrize("block", [muted, isolated, lambda signal: only(print), lambda signal: signal.muted()])
def test_blocks_that_keep_receivers_from_being_called_keep_steps_away(block: Any) -> None:
    """Those that were added before; one that is added inside is taken."""
    signal, notes = Signal(Ping), list[str]()
    add_step(signal, noting(notes))
    with block(signal):
        signal.send(None)
        assert notes == []
        add_step(signal, noting(notes, "new step"))
        signal.send(None)
    assert notes == ["new step begins", "new step ends"]


def test_a_step_that_is_added_inside_a_block_for_a_context_holds_everywhere() -> None:
    """And after it."""
    signal, other, notes = Signal(Ping), Signal(Ping), list[str]()
    with muted(other, scope="context"):
        add_step(signal, noting(notes))
    signal.send(None)
    assert notes == ["step begins", "step ends"]


def test_a_signal_without_steps_runs_what_it_ran_before(code: str) -> None:
    """One call for the send and one for the receiver, also after a step was removed."""
    signal = Signal(Ping)

    def receive(sender: object, number: int) -> None: ...

    signal.connect(receive)
    remove = add_step(signal, noting([]))
    for _ in range(20):
        signal.send(None)
    remove()
    signal.send(None)
    signal.send(None)
    calls = python_calls(lambda: signal.send(None))
    assert "_steps" not in calls
    assert calls == ["send", "receive"] or code == "general"
