"""Signals as one of their senders sees them."""

from __future__ import annotations

import asyncio
import copy
import gc
import pickle
import traceback
import weakref
from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest

from tests.listening import in_thread, when_waiting
from tests.ways import AnySignal, finished
from typedsignals import (
    ANY,
    BoundSignal,
    Namespace,
    Outcome,
    Payload,
    PayloadError,
    ReceiverSignatureError,
    SenderError,
    Signal,
)
from typedsignals.testing import capture, isolated, muted


class Saved(Payload):
    size: int


class Document:
    """Has a signal of its own."""

    _saved = Signal(Saved)

    @property
    def saved(self) -> BoundSignal[Saved, Document]:
        return type(self)._saved.of(self)


class Letter(Document): ...


saved = Signal(Saved, sender=Document)
untyped = Signal()


def fields_of(sender: object, /, **fields: Any) -> dict[str, Any]:
    return fields


def sender_of(sender: object, /, **fields: Any) -> object:
    return sender


def payload_of(sender: object, payload: Saved) -> Saved:
    return payload


def values(results: list[Any]) -> list[Any]:
    return [result.value if isinstance(result, Outcome) else result[1] for result in results]


# Sending

SENDS: dict[str, Callable[..., Any]] = {
    "send": lambda send: send,
    "send_async": lambda send: lambda *args, **fields: finished(send(*args, **fields)),
    "send_robust": lambda send: send,
    "send_robust_async": lambda send: lambda *args, **fields: finished(send(*args, **fields)),
    "send_concurrent": lambda send: lambda *args, **fields: asyncio.run(send(*args, **fields)),
}
every_send = pytest.mark.parametrize("method", SENDS)


@every_send
@pytest.mark.parametrize("signal", [saved, untyped], ids=["typed", "untyped"])
def test_it_sends_as_the_signal_does(method: str, signal: AnySignal) -> None:
    """To receivers of its sender and of all senders, and to no others."""
    mine, yours = Document(), Document()
    with (
        signal.connected_to(sender_of, mine),
        signal.connected_to(fields_of),
        signal.connected_to(lambda sender, **fields: "another's", yours),
    ):
        of_signal, of_bound = getattr(signal, method), getattr(signal.of(mine), method)
        results = SENDS[method](of_bound)(size=3)
        assert values(results) == [mine, {"size": 3}]
        assert results == SENDS[method](of_signal)(mine, size=3)


def test_it_sends_payload_objects() -> None:
    """With and without awaiting."""
    signal, payload = Signal(Saved), Saved(size=3)
    signal.connect(payload_of, "letter", as_payload=True)
    bound = signal.of("letter")
    assert values(bound.send_payload(payload))[0] is payload
    assert values(finished(bound.send_payload_async(payload)))[0] is payload


def test_fields_may_have_any_name() -> None:
    """Also those of its own parameters."""
    signal = Signal()
    signal.connect(fields_of)
    fields = {"self": 1, "sender": 2, "signal": 3}
    assert values(signal.of(None).send(**fields)) == [fields]


def test_wrappers_are_passed_on() -> None:
    """To each method that takes one."""

    async def receive(sender: object, /, **fields: Any) -> int:
        return 7

    def plain(receiver: Any) -> Any:
        return lambda *args, **fields: finished(receiver(*args, **fields))

    def awaited(receiver: Any) -> Any:
        async def wrapped(*args: Any, **fields: Any) -> Any:
            return "wrapped", receiver(*args, **fields)

        return wrapped

    signal: AnySignal = Signal(Saved)
    bound = signal.of(None)
    with signal.connected_to(receive):
        assert values(bound.send(size=3, _async_wrapper=plain)) == [7]
        assert values(bound.send_robust(size=3, _async_wrapper=plain)) == [7]
        assert values(bound.send_payload(Saved(size=3), _async_wrapper=plain)) == [7]
    with signal.connected_to(fields_of):
        assert values(finished(bound.send_async(size=3, _sync_wrapper=awaited))) == [("wrapped", {"size": 3})]
        sent = bound.send_payload_async(Saved(size=3), _sync_wrapper=awaited)
        assert values(finished(sent)) == [("wrapped", {"size": 3})]


@pytest.mark.parametrize("method", ["send", "send_robust", "prepare"])
def test_wrong_fields_are_refused_where_it_is_sent(method: str) -> None:
    """With the signal's own error."""
    bound: Any = saved.of(Document())
    with pytest.raises(PayloadError, match="size: input should be a valid integer, got str") as caught:
        getattr(bound, method)(size="3")
    assert (caught.value.signal, caught.value.sender) == (saved, bound.sender)
    assert traceback.extract_tb(caught.tb)[0].line == 'getattr(bound, method)(size="3")'


def test_it_takes_no_sender() -> None:
    """It has one."""
    bound: Any = saved.of(Document())
    with pytest.raises(TypeError, match="takes fields as keywords, but got 1 positional argument"):
        bound.send(Document(), size=3)


def test_it_prepares_sends() -> None:
    """Of its sender."""
    document = Document()
    assert saved.of(document).prepare(size=3) == saved.prepare(document, size=3)


def test_a_subclass_of_the_signal_sends_in_its_own_way() -> None:
    """What it overrides is what its bound signals do."""

    class Doubled(Signal[Any, Any, ...]):
        def send(self, sender: Any, /, *args: Any, **fields: Any) -> list[Any]:
            return super().send(sender, *args, **fields) * 2

    signal = Doubled(Saved)
    signal.connect(fields_of)
    assert values(signal.of(None).send(size=3)) == [{"size": 3}] * 2


# Connecting


def test_a_receiver_is_connected_to_its_sender() -> None:
    """As a function call or as a decorator, which gives the receiver back; it is called with the sender."""
    signal, mine, yours = Signal(Saved), Document(), Document()

    @signal.of(mine).connect
    def note(sender: Document, size: int) -> tuple[Document, int]:
        return sender, size

    assert signal.send(mine, size=3) == signal.of(mine).send(size=3) == [(note, (mine, 3))]
    assert signal.of(yours).send(size=3) == []
    assert signal.of(yours).connect(note) is note
    assert [connection.sender for connection in signal.connections] == [mine, yours]


def test_each_option_reaches_the_connection() -> None:
    """Each as `connect` and `connected_to` of the signal know it."""
    signal, mine = Signal(Saved), Document()
    options: dict[str, Any] = {"as_payload": True, "priority": 3, "once": True, "thread": True, "key": "k"}
    bound: Any = signal.of(mine)
    bound.connect(payload_of, weak=False, **options)
    (connection,) = bound.connections
    assert (connection.weak, connection.sender) == (False, mine)
    assert {name: getattr(connection, name) for name in options} == options
    bound.disconnect(key="k")
    with bound.connected_to(payload_of, **options) as receiver:
        (connection,) = bound.connections
        assert {name: getattr(connection, name) for name in options} == options
        assert receiver is payload_of
    assert bound.connections == ()


def test_a_key_is_one_of_its_sender() -> None:
    """That of another sender, or of all senders, is not disconnected."""
    signal = Signal()
    for sender in (ANY, "x", "y"):
        signal.connect(fields_of, sender, key="k")
    bound = signal.of("x")
    with bound.connected_to(fields_of, key="k"):
        assert [one.weak for one in bound.connections] == [False]
    assert bound.disconnect(key="k")
    assert not bound.disconnect(key="k")
    assert [one.sender for one in signal.connections] == [ANY, "y"]
    with pytest.raises(ReceiverSignatureError, match="neither a receiver nor a key"):
        bound.disconnect()


def test_a_receiver_lives_as_long_as_an_object() -> None:
    """As `connect` of the signal knows it."""
    signal, mine, keeper = Signal(), Document(), Letter()
    signal.of(mine).connect(lambda sender, **fields: None, alive=keeper)
    gc.collect()
    assert len(signal.of(mine).receivers) == 1
    del keeper
    gc.collect()
    assert signal.of(mine).receivers == ()


def test_receivers_are_held_weakly() -> None:
    """Unless it is asked for."""

    class Office:
        def note(self, sender: object, **fields: Any) -> None: ...

    office, signal = Office(), Signal(Saved)
    gone = weakref.ref(office)
    signal.of("letter").connect(office.note)
    signal.of("letter").send(size=3)
    del office
    gc.collect()
    assert gone() is None


def test_a_receiver_is_disconnected_from_its_sender_alone() -> None:
    """It says whether there was such a connection; one to all senders stays."""
    signal, mine, yours = Signal(Saved), Document(), Document()
    for sender in (mine, yours):
        signal.connect(fields_of, sender)
    assert signal.of(mine).disconnect(fields_of)
    assert not signal.of(mine).disconnect(fields_of)
    assert [connection.sender for connection in signal.connections] == [yours]
    signal.connect(fields_of)
    assert not signal.of(mine).disconnect(fields_of)
    assert len(signal.of(mine).send(size=3)) == 1


def test_what_is_connected_is_listed() -> None:
    """Connections to this sender; and all receivers that a send would call."""
    signal, mine, yours = Signal(Saved), Document(), Document()
    bound = signal.of(mine)
    signal.connect(payload_of, yours, as_payload=True)
    assert (bound.connections, bound.receivers, bound.has_receivers) == ((), (), False)
    bound.connect(fields_of)
    assert bound.has_receivers
    signal.connect(sender_of, priority=1)
    assert [connection.receiver for connection in bound.connections] == [fields_of]
    assert bound.receivers == (sender_of, fields_of)
    assert bound.has_receivers
    with bound.signal.muted():
        assert bound.receivers == (sender_of, fields_of)


def test_a_receiver_that_does_not_fit_is_refused() -> None:
    """With the signal's own error."""
    bound: Any = Signal(Saved).of(Document())
    with pytest.raises(ReceiverSignatureError, match="there is no such field; did you mean 'size'"):
        bound.connect(lambda sender, sise: None, weak=False)
    with pytest.raises(ReceiverSignatureError, match=r"was given no receiver; a decorator with options is connect_via"):
        bound.connect()
    assert bound.connections == ()


@pytest.mark.parametrize("method", ["connect", "connected_to", "disconnect"])
def test_no_other_sender_is_taken(method: str) -> None:
    """Nor an option by position, which a sender would be taken for."""
    bound: Any = Signal(Saved).of(Document())
    with pytest.raises(TypeError, match="positional argument"):
        getattr(bound, method)(fields_of, Document())
    with pytest.raises(TypeError, match="unexpected keyword argument 'sender'"):
        getattr(bound, method)(fields_of, sender=Document())
    assert bound.connections == ()


# Waiting


def test_it_waits_for_its_sender() -> None:
    """In a task, in a thread, and in a stream."""
    signal, mine, yours = Signal(Saved), Document(), Document()
    bound = signal.of(mine)

    def send_both() -> None:
        for size in (1, 2):
            signal.send(yours, size=0)
            signal.send(mine, size=size)

    async def main() -> list[Any]:
        async with bound.stream(max_buffer=2) as events:
            waiting = asyncio.create_task(bound.wait(where=lambda sender, payload: payload.size > 1, timeout=60))
            await asyncio.sleep(0)
            send_both()
            return [await waiting, await anext(events), await anext(events)]

    assert asyncio.run(main()) == [(mine, Saved(size=2)), (mine, Saved(size=1)), (mine, Saved(size=2))]

    with when_waiting(signal, lambda: in_thread(send_both)):
        assert bound.wait_sync(where=lambda sender, payload: payload.size > 1, timeout=60) == (mine, Saved(size=2))


def test_a_wait_is_given_its_timeout() -> None:
    """Which is checked at once."""
    bound = Signal(Saved).of("letter")
    with pytest.raises(ValueError, match="must be 0 seconds or more"):
        finished(bound.wait(timeout=-1))
    with pytest.raises(ValueError, match="must be 0 seconds or more"):
        bound.wait_sync(timeout=-1)


def test_what_a_stream_does_when_it_is_full_is_passed_on() -> None:
    """As the other arguments."""
    signal = Signal(Saved)

    async def main() -> list[Any]:
        async with signal.of("letter").stream(max_buffer=1, when_full="drop_oldest") as events:
            for size in (1, 2):
                signal.send("letter", size=size)
            return [events.dropped, await anext(events)]

    assert asyncio.run(main()) == [1, ("letter", Saved(size=2))]


# Senders


def test_the_sender_is_checked_at_once() -> None:
    """Before anything is sent or connected."""
    with pytest.raises(SenderError, match="must be of type Document, got str"):
        saved.of("letter")  # type: ignore[arg-type]  # wrong on purpose
    one_sender = r"of\(\) of <Signal 'untyped'> takes one sender, and ANY stands for all"
    with pytest.raises(SenderError, match=one_sender) as caught:
        untyped.of(ANY)
    assert (caught.value.signal, caught.value.sender) == (untyped, ANY)


def test_the_sender_is_the_object_behind_a_proxy_at_the_time() -> None:
    """A request's proxy may stand for another object later."""

    class Proxy:
        target: object = Document()

        def _get_current_object(self) -> object:
            return self.target

    proxy: Any = Proxy()
    document = proxy.target
    bound = saved.of(proxy)
    proxy.target = None
    assert bound.sender is document


def test_it_holds_its_sender_and_its_signal_and_nothing_holds_it() -> None:
    """The signal knows nothing of it."""
    signal, document = Signal(Saved), Document()
    gone = weakref.ref(document)
    signal.send(document, size=3)
    before = {**vars(signal)}
    bound = signal.of(document)
    assert vars(signal) == before
    bound.connect(sender_of)
    del signal, document
    gc.collect()
    assert values(bound.send(size=3)) == [gone()]

    itself = weakref.ref(bound)
    del bound
    gc.collect()
    assert (itself(), gone()) == (None, None)


def test_two_of_one_signal_and_sender_are_equal() -> None:
    """By the rules for senders: strings and integers by value, everything else by identity."""
    signal, document = Signal(Saved), Document()
    assert signal.of(document) == signal.of(document)
    assert signal.of(document) is not signal.of(document)
    assert len({signal.of(document), signal.of(document), signal.of(Document())}) == 2
    assert signal.of(document) != Signal(Saved).of(document)
    assert signal.of(document) != document
    assert signal.of(document) == mock.ANY
    assert len({hash(one.of(sender)) for one in (signal, Signal(Saved)) for sender in (1, 2)}) == 4
    assert signal.of(str(b"web", "utf-8")) == signal.of("web")
    assert hash(signal.of(1)) == hash(signal.of(int("1")))
    assert signal.of(True) != signal.of(1)
    assert signal.of([]) != signal.of([])
    assert signal.of(document.__init__) == signal.of(document.__init__)  # type: ignore[misc]  # made at each access


def test_a_signal_that_is_declared_again_keeps_its_bound_signals() -> None:
    """They follow it; a sender of an earlier class is refused."""
    shop = Namespace("shop")

    def declare(kind: type) -> AnySignal:
        class Placed(Payload):
            size: int

        return shop.signal("placed", Placed, sender=kind)

    def place() -> type:
        class Place: ...

        return Place

    first, second = place(), place()
    signal = declare(first)
    bound = signal.of(first())
    bound.connect(fields_of)
    declare(first)
    assert values(bound.send(size=3)) == [{"size": 3}]
    with pytest.warns(match="no longer fits"):
        declare(second)
    with pytest.raises(SenderError, match="the class was declared twice"):
        bound.send(size=3)


# As an object, and as the signal of an object


def test_it_makes_a_signal_of_a_class_that_of_an_instance() -> None:
    """By a property; the class's own stays the signal of all instances."""
    mine, yours = Letter(), Document()
    mine.saved.connect(fields_of)
    assert values(mine.saved.send(size=3)) == [{"size": 3}]
    assert yours.saved.send(size=3) == []
    with Document._saved.connected_to(sender_of):
        assert values(mine.saved.send(size=3) + yours.saved.send(size=3)) == [{"size": 3}, mine, yours]


def test_it_is_copied_with_its_sender() -> None:
    """An object that keeps its signals in attributes has signals of its own when it is copied."""

    class Page(Document):
        def __init__(self) -> None:
            self.opened = saved.of(self)

    page = Page()
    copied = copy.deepcopy(page)
    assert copied.opened == saved.of(copied)
    assert page.opened == copy.copy(page.opened)


def test_it_can_be_pickled_if_its_signal_can() -> None:
    """The sender is copied, unless it is compared by value."""
    assert pickle.loads(pickle.dumps(untyped.of("letter"))) == untyped.of("letter")  # noqa: S301 - made here
    copied = pickle.loads(pickle.dumps(saved.of(Document())))  # noqa: S301 - made here
    assert copied == saved.of(copied.sender)
    with pytest.raises(pickle.PicklingError, match="can be pickled or copied only by name"):
        pickle.dumps(Signal(Saved, name="local").of("letter"))


def test_it_shows_its_signal_and_the_type_of_its_sender() -> None:
    """And not the sender, which may be anybody's name."""
    assert repr(saved.of(Document())) == "<BoundSignal: <Signal 'saved'> of a Document>"
    assert repr(untyped.of("Ada")) == "<BoundSignal: <Signal 'untyped'> of a str>"


def test_it_cannot_be_changed() -> None:
    """It may be a key of a dictionary."""
    bound: Any = saved.of(Document())
    with pytest.raises(AttributeError):
        bound.sender = Document()


# In tests


def test_what_it_sends_is_captured_muted_and_isolated() -> None:
    """As any send of its signal."""
    document = Document()
    bound = saved.of(document)
    with bound.connected_to(fields_of):
        with capture(saved) as captured, muted(saved):
            assert bound.send(size=3) == []
        assert captured.one().sender is document
        with isolated(saved):
            assert bound.send(size=3) == []
            assert bound.connections == ()
        assert values(bound.send(size=3)) == [{"size": 3}]


def test_capture_takes_one_for_what_its_sender_sends() -> None:
    """The records are of its signal."""
    mine, yours = Document(), Document()
    with capture(mine.saved, where=lambda sender, payload: payload.size > 1) as captured:
        for size in (1, 2):
            mine.saved.send(size=size)
            yours.saved.send(size=size)
        mine.saved.prepare(size=3).send()
    assert [(record.signal, record.sender) for record in captured] == [(Document._saved, mine)] * 2
    captured.assert_sent(size=2)
    captured.assert_sent(Document._saved, size=3)


def test_capture_takes_nothing_beside_a_bound_signal() -> None:
    """What would be meant?"""
    a_capture: Any = capture
    bound = saved.of(Document())
    for arguments, keywords in [((bound, saved), {}), ((saved, bound), {}), ((bound,), {"sender": "another"})]:
        with pytest.raises(TypeError, match="takes one bound signal, which has its sender, and nothing else"):
            a_capture(*arguments, **keywords)
