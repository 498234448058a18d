"""Blinker signals of another owner get payloads, and our signals can be used as Blinker's."""

from __future__ import annotations

import asyncio
import gc
import sys
import threading
import warnings
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import blinker
import pytest
from pydantic import BaseModel, ConfigDict

from typedsignals import (
    ANY,
    AsyncReceiverError,
    DeclarationError,
    Payload,
    PayloadError,
    ReceiverSignatureError,
    SenderError,
    Signal,
)
from typedsignals._connecting.blocks import Observed, opened
from typedsignals._connecting.registry import table_of
from typedsignals._connecting.table import ConnectionTable
from typedsignals._sending.dispatch import Delivery
from typedsignals.blinker import ContractWarning, as_blinker, typed
from typedsignals.steps import add_step
from typedsignals.testing import capture, isolated


class Shop:
    pass


class Ordered(Payload):
    order_id: int
    coupon: str | None = None


class Proxy:
    """Like werkzeug's `LocalProxy`, bound or not."""

    def __init__(self, target: object = None) -> None:
        self.target = target

    def _get_current_object(self) -> object:
        if self.target is None:
            raise RuntimeError("working outside of its context")
        return self.target


@pytest.fixture
def theirs() -> blinker.NamedSignal:
    """A signal of another owner."""
    return blinker.Namespace().signal("ordered", doc="An order came in.")


def run_now(function: Callable[..., Any]) -> Callable[..., Any]:
    """Make a plain function of a coroutine function, as Flask's `ensure_sync` does."""
    return lambda *args, **kwargs: asyncio.run(function(*args, **kwargs))


def note_in(log: list[Any]) -> Callable[..., None]:
    """A receiver that records the order that it gets."""

    def note(sender: object, order_id: int, **extra: Any) -> None:
        log.append(order_id)

    return note


# What the typed signal is


def test_it_describes_the_blinker_signal(theirs: blinker.NamedSignal) -> None:
    """Its name and documentation are the Blinker signal's; its payload and sender type are declared here."""
    ours = typed(theirs, Ordered, sender=Shop)
    assert (ours.name, ours.__doc__, ours.payload_type, ours.sender_type) == (
        "ordered",
        "An order came in.",
        Ordered,
        Shop,
    )


def test_a_blinker_signal_may_have_no_name_and_no_documentation() -> None:
    """Then the typed signal has none either, and does not inherit the documentation of Blinker's class."""
    ours = typed(blinker.Signal(), Ordered)
    assert (ours.name, ours.__doc__) == (None, None)


def test_it_takes_nothing_but_blinker_signals_and_payloads(theirs: blinker.NamedSignal) -> None:
    """One of our own signals, and a payload that is not a model, are refused at once."""
    source: Any = Signal(Ordered)
    with pytest.raises(DeclarationError, match="takes a Blinker signal, not a Signal"):
        typed(source, Ordered)
    payloads: list[Any] = [None, "An order came in.", int]
    for payload in payloads:
        with pytest.raises(DeclarationError, match="payload must be a pydantic model class"):
            typed(theirs, payload)
    with pytest.raises(DeclarationError, match="takes a Signal of typedsignals, not a NamedSignal"):
        as_blinker(theirs)  # type: ignore[arg-type]


# What receivers get


def test_every_way_to_connect_works(theirs: blinker.NamedSignal) -> None:
    """`connect`, `connect_via` and `connected_to` lead to the owner's sends, with defaults filled in."""
    ours, bern, dublin = typed(theirs, Ordered, sender=Shop), Shop(), Shop()
    log: list[Any] = []

    def note(sender: Shop, order_id: int, coupon: str | None = None) -> None:
        log.append((order_id, coupon))

    @ours.connect_via(bern)
    def in_bern(sender: Shop, order_id: int, **extra: Any) -> None:
        log.append(sender)

    ours.connect(note)
    theirs.send(dublin, order_id=1)
    theirs.send(bern, order_id=2, coupon="TEN")
    ours.disconnect(note)
    with ours.connected_to(note, dublin):
        theirs.send(dublin, order_id=3)
    theirs.send(dublin, order_id=4)
    assert log == [(1, None), bern, (2, "TEN"), (3, None)]


def test_a_receiver_may_take_the_payload(theirs: blinker.NamedSignal) -> None:
    """It is an instance of the declared class itself, even if the owner sends more fields."""
    log: list[Ordered] = []

    def note(sender: object, payload: Ordered) -> None:
        log.append(payload)

    typed(theirs, Ordered).connect(note, as_payload=True)
    theirs.send(None, order_id=1, currency="EUR")
    assert log == [Ordered(order_id=1)]


def test_the_owner_gets_what_receivers_return(theirs: blinker.NamedSignal) -> None:
    """The results of the owner's `send` have those of our receivers in one entry."""
    ours = typed(theirs, Ordered)

    @ours.connect
    def double(sender: object, order_id: int, **extra: Any) -> int:
        return 2 * order_id

    ((_, results),) = theirs.send(None, order_id=4)
    assert results == [(double, 8)]


def test_what_a_receiver_raises_reaches_the_owner(theirs: blinker.NamedSignal) -> None:
    """As in Blinker. So does an error of ours about another signal, which does not break this signal's contract."""
    ours, other = typed(theirs, Ordered), Signal(Ordered)

    @ours.connect
    def forward(sender: object, order_id: int, **extra: Any) -> None:
        other.send(sender, order_id="seven")  # type: ignore[arg-type]

    with pytest.raises(PayloadError, match="order_id: input should be a valid integer, got str"):
        theirs.send(None, order_id=1)


def test_receivers_are_checked_when_they_are_connected(theirs: blinker.NamedSignal) -> None:
    """A receiver that cannot take the fields is refused, and the Blinker signal is left alone."""
    ours = typed(theirs, Ordered)

    def misspelt(sender: object, order_di: int, **extra: Any) -> None: ...

    with pytest.raises(ReceiverSignatureError, match="did you mean 'order_id'"):
        ours.connect(misspelt)  # type: ignore[signal-receiver]
    assert not theirs.receivers


def test_keywords_that_the_owner_adds_go_to_extra(theirs: blinker.NamedSignal) -> None:
    """A receiver with ``**extra`` gets them as they are; one without is still called."""
    ours, log, currency = typed(theirs, Ordered), [], object()

    def with_extra(sender: object, order_id: int, **extra: Any) -> None:
        log.append(extra)

    def without(sender: object, order_id: int, coupon: str | None = None) -> None:
        log.append({"order_id": order_id})

    ours.connect(with_extra)
    ours.connect(without)
    theirs.send(None, order_id=1, currency=currency)
    assert log == [{"coupon": None, "currency": currency}, {"order_id": 1}]


def test_a_payload_that_allows_extra_fields_has_them_all(theirs: blinker.NamedSignal) -> None:
    """With ``extra="allow"``, the payload holds other keywords too, validated as the model says."""

    class Open(Payload):
        model_config = ConfigDict(extra="allow")
        __pydantic_extra__: dict[str, int]

    ours, log = typed(theirs, Open), []

    def note(sender: object, payload: Open) -> None:
        log.append(payload.model_extra)

    def note_extra(sender: object, **extra: Any) -> None:
        log.append(extra)

    ours.connect(note, as_payload=True)
    ours.connect(note_extra)
    theirs.send(None, left=3)
    assert log == [{"left": 3}, {"left": 3}]
    with pytest.warns(ContractWarning, match="left"):
        theirs.send(None, left="three")


# What breaks the contract


BROKEN: list[Any] = [
    pytest.param({}, "order_id: field required", id="missing"),
    pytest.param({"order_id": "secret"}, "order_id: input should be a valid integer, got str", id="wrong type"),
    pytest.param({"order": 7}, "order_id: field required", id="renamed by the owner"),
]


@pytest.mark.parametrize(("keywords", "problem"), BROKEN)
def test_a_broken_contract_is_a_warning_and_the_owner_goes_on(
    theirs: blinker.NamedSignal, keywords: dict[str, Any], problem: str
) -> None:
    """It names the signal and the fields, shows no value, and points to the line that sends; no receiver is called."""
    log: list[Any] = []
    note = note_in(log)
    typed(theirs, Ordered).connect(note)
    untouched: list[Any] = []
    theirs.connect(lambda sender, **extra: untouched.append(extra), weak=False)
    with pytest.warns(ContractWarning) as caught:
        theirs.send(None, **keywords)
    (warning,) = caught
    assert str(warning.message).splitlines() == [
        "<Signal 'ordered'> was sent fields that its payload does not accept; no receiver was called:",
        f"  {problem}",
        "  (Ordered has the fields: order_id, coupon)",
    ]
    assert warning.filename == __file__
    assert (log, untouched) == ([], [keywords])


def test_a_sender_of_another_class_is_a_warning_too(theirs: blinker.NamedSignal) -> None:
    """It names the class that senders must have, and the class of this one."""
    log: list[Any] = []
    note = note_in(log)
    typed(theirs, Ordered, sender=Shop).connect(note)
    with pytest.warns(
        ContractWarning, match="the sender of <Signal 'ordered'> must be of type Shop, got str"
    ) as caught:
        theirs.send("a shop", order_id=1)
    assert caught[0].filename == __file__
    assert log == []


def test_the_strict_mode_raises(theirs: blinker.NamedSignal) -> None:
    """The owner's `send` gets the error."""
    ours = typed(theirs, Ordered, sender=Shop, strict=True)
    log: list[Any] = []
    note = note_in(log)
    ours.connect(note)
    with pytest.raises(PayloadError, match="order_id: field required") as caught:
        theirs.send(Shop())
    assert caught.value.signal is ours
    with pytest.raises(SenderError, match="must be of type Shop, got NoneType"):
        theirs.send(order_id=1)
    with pytest.raises(SenderError, match="by a Proxy that stands for no object here"):
        theirs.send(Proxy(), order_id=1)
    assert log == []


def test_what_reaches_nobody_is_not_validated(theirs: blinker.NamedSignal) -> None:
    """For a sender without receivers, nothing checks the contract."""
    ours = typed(theirs, Ordered, strict=True)
    log: list[Any] = []
    note = note_in(log)
    with ours.connected_to(note, "here"):
        assert theirs.send("there")[0][1] == []
    with ours.muted(), ours.connected_to(note):
        assert theirs.send("here")[0][1] == []
    assert log == []


def test_a_proxy_stands_for_its_object(theirs: blinker.NamedSignal) -> None:
    """As the sender that a receiver is connected to, and as the owner's sender; receivers get the object."""
    ours, shop, log = typed(theirs, Ordered, sender=Shop), Shop(), []

    def note(sender: Shop, **extra: Any) -> None:
        log.append(sender)

    proxy: Any = Proxy(shop)
    ours.connect(note, proxy)
    theirs.send(proxy, order_id=1)
    theirs.send(shop, order_id=2)
    assert log == [shop, shop]


def test_a_proxy_outside_its_context_is_no_sender(theirs: blinker.NamedSignal) -> None:
    """Connecting to one raises its own error; sent by the owner, it is a broken contract."""
    ours = typed(theirs, Ordered)
    log: list[Any] = []
    note = note_in(log)
    with pytest.raises(RuntimeError, match="outside of its context"):
        ours.connect(note, Proxy())
    assert not theirs.receivers
    ours.connect(note)
    theirs.send(None, order_id=1)
    with pytest.warns(ContractWarning, match="<Signal 'ordered'> was sent by a Proxy that stands for no object here"):
        theirs.send(Proxy(), order_id=2)
    assert log == [1]


def test_a_payload_that_is_not_complete_is_a_warning(theirs: blinker.NamedSignal) -> None:
    """An unresolved forward reference must not make the owner's send fail."""

    class Incomplete(Payload):
        order: Undefined  # type: ignore[name-defined]  # noqa: F821 - on purpose

    def ignore(sender: object, **extra: Any) -> None: ...

    with (
        typed(theirs, Incomplete).connected_to(ignore),
        pytest.warns(ContractWarning, match="refers to 'Undefined', which is not defined yet"),
    ):
        theirs.send(None, order=1)


# When it is connected to the Blinker signal


def test_it_is_connected_only_while_it_has_receivers(theirs: blinker.NamedSignal) -> None:
    """One connection serves all receivers, and ends with the last of them."""
    announced: list[str] = []
    theirs.receiver_connected.connect(lambda signal, **extra: announced.append("connected"), weak=False)
    theirs.receiver_disconnected.connect(lambda signal, **extra: announced.append("disconnected"), weak=False)
    ours = typed(theirs, Ordered)
    first, second = note_in([]), note_in([])
    assert not theirs.receivers
    ours.connect(first)
    with ours.connected_to(second):
        ours.disconnect(first)
        assert len(theirs.receivers) == 1
    assert not theirs.receivers
    assert announced == ["connected", "disconnected"]


def test_it_is_disconnected_when_the_last_receiver_was_called_once(theirs: blinker.NamedSignal) -> None:
    """The send that uses up the connection ends it."""
    log: list[Any] = []
    note = note_in(log)
    typed(theirs, Ordered).connect(note, once=True)
    theirs.send(None, order_id=1)
    assert not theirs.receivers
    theirs.send(None, order_id=2)
    assert log == [1]


def test_the_next_send_notices_that_all_receivers_were_collected(theirs: blinker.NamedSignal) -> None:
    """Until then the Blinker signal calls it in vain; after that, nothing is kept alive."""
    ours = typed(theirs, Ordered)
    note = note_in([])
    ours.connect(note)
    theirs.send(None, order_id=1)
    del note
    gc.collect()
    assert theirs.receivers
    assert theirs.send(None, order_id=2)[0][1] == []
    assert not theirs.receivers
    gone = weakref.ref(ours)
    del ours
    gc.collect()
    assert gone() is None


def test_it_lives_for_as_long_as_it_has_receivers(theirs: blinker.NamedSignal) -> None:
    """Only the Blinker signal refers to it."""
    log: list[Any] = []
    note = note_in(log)
    typed(theirs, Ordered).connect(note)
    gc.collect()
    theirs.send(None, order_id=1)
    assert log == [1]


def test_a_watcher_is_served_without_receivers(theirs: blinker.NamedSignal) -> None:
    """A block that watches sends connects it, and disconnects it at its end."""
    ours, log = typed(theirs, Ordered), []

    def watch(signal: Signal[Any, Any, Any], delivery: Delivery) -> Delivery:
        log.append(delivery.fields)
        return delivery

    with opened(Observed(watch), [table_of(ours)]):
        theirs.send(None, order_id=1)
    assert not theirs.receivers
    assert log == [{"order_id": 1, "coupon": None}]


def test_tests_see_what_the_owner_sends(theirs: blinker.NamedSignal) -> None:
    """`capture` records it, and receivers connected in an `isolated` block get it instead of those from outside."""
    ours = typed(theirs, Ordered)
    log: list[int] = []
    note = note_in(log)
    with isolated(ours), capture(ours) as captured, ours.connected_to(fetch):
        assert values(theirs.send(None, order_id=1, _async_wrapper=run_now)) == ["fetched 1"]
    assert [record.payload.order_id for record in captured] == [1]
    assert not theirs.receivers
    ours.connect(note)
    with isolated(ours):
        theirs.send(None, order_id=2)
    theirs.send(None, order_id=3)
    assert log == [3]


def test_its_own_sends_reach_its_own_receivers(theirs: blinker.NamedSignal) -> None:
    """A test may want that; the owner's other receivers do not get them."""
    ours = typed(theirs, Ordered)
    log: list[Any] = []
    note = note_in(log)
    ours.connect(note)
    theirs.connect(lambda sender, **extra: log.append("theirs"), weak=False)
    ours.send(None, order_id=1)
    assert log == [1]
    with pytest.raises(PayloadError, match="no such field; did you mean 'order_id'"):
        ours.send(None, order_id=1, order_ids=2)  # type: ignore[signal-send]


def test_changing_receivers_while_it_is_sent(theirs: blinker.NamedSignal) -> None:
    """A receiver that disconnects itself and connects another leaves exactly that."""
    ours = typed(theirs, Ordered)
    log: list[Any] = []
    other = note_in(log)

    def swap(sender: object, order_id: int, **extra: Any) -> None:
        ours.disconnect(swap)
        ours.connect(other)

    ours.connect(swap)
    theirs.send(None, order_id=1)
    theirs.send(None, order_id=2)
    assert log == [2]


def test_a_change_in_the_midst_of_another_is_not_lost(theirs: blinker.NamedSignal) -> None:
    """A receiver that is disconnected while the Blinker signal announces its connection ends up disconnected."""
    ours = typed(theirs, Ordered)
    note = note_in([])
    theirs.receiver_connected.connect(lambda signal, **extra: ours.disconnect(note), weak=False)
    ours.connect(note)
    assert not theirs.receivers


@pytest.fixture
def impatient() -> Iterator[None]:
    """Make threads switch as often as possible."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


@pytest.mark.usefixtures("impatient")
def test_threads_connect_and_disconnect(theirs: blinker.NamedSignal) -> None:
    """Whatever they do at the same time, it is connected exactly while it has receivers."""
    ours = typed(theirs, Ordered)
    failed: list[object] = []

    def come_and_go(together: threading.Barrier) -> None:
        note = note_in([])
        for _ in range(300):
            together.wait()
            ours.connect(note)
            together.wait()
            if len(theirs.receivers) != 1:
                failed.append(dict(theirs.receivers))
            together.wait()
            ours.disconnect(note)
            together.wait()
            if theirs.receivers:
                failed.append(dict(theirs.receivers))

    in_threads(come_and_go, 3)
    assert failed == []


def test_there_is_no_moment_at_which_nothing_is_connected(theirs: blinker.NamedSignal) -> None:
    """While coroutine functions come and go, the new connection is made before the old one is ended."""
    ours = typed(theirs, Ordered)
    ours.connect(show)
    counts: list[int] = []
    for event in (theirs.receiver_connected, theirs.receiver_disconnected):
        event.connect(lambda signal, **extra: counts.append(len(theirs.receivers)), weak=False)
    with ours.connected_to(fetch):
        assert counts == [2, 1]
    assert counts == [2, 1, 2, 1]


def in_threads(
    work: Callable[[threading.Barrier], None], count: int, *others: Callable[[threading.Barrier], None]
) -> None:
    """Run some work in several threads at once, and other work in one each."""
    works = [work] * count + list(others)
    together = threading.Barrier(len(works), timeout=60)
    threads = [threading.Thread(target=each, args=(together,)) for each in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


# Coroutine functions


async def fetch(sender: object, order_id: int, **extra: Any) -> str:
    await asyncio.sleep(0)
    return f"fetched {order_id}"


def show(sender: object, order_id: int, **extra: Any) -> str:
    return f"shown {order_id}"


def values(results: list[tuple[Callable[..., Any], Any]]) -> list[Any]:
    """Return what our receivers returned to the owner's send."""
    return [value for _, ours in results for _, value in ours]


def test_a_wrapper_makes_coroutine_receivers_callable(theirs: blinker.NamedSignal) -> None:
    """The owner's ``_async_wrapper`` runs all receivers, in order, while there is a coroutine function among them."""
    ours = typed(theirs, Ordered)
    ours.connect(show)
    assert values(theirs.send(None, order_id=1)) == ["shown 1"]
    ours.connect(fetch, priority=1)
    assert values(theirs.send(None, order_id=2, _async_wrapper=run_now)) == ["fetched 2", "shown 2"]
    ours.disconnect(fetch)
    assert values(theirs.send(None, order_id=3)) == ["shown 3"]
    ours.disconnect(show)
    assert not theirs.receivers


def test_only_coroutine_functions_that_are_connected_need_a_wrapper(theirs: blinker.NamedSignal) -> None:
    """Not one that is gone, was called once, or is now connected only to another sender."""
    ours = typed(theirs, Ordered)
    ours.connect(show)
    ours.connect(fetch, "here")
    ours.connect(fetch, "there")
    ours.disconnect(fetch, "there")
    with pytest.raises(RuntimeError, match="Cannot send to a coroutine function"):
        theirs.send("here", order_id=1)
    ours.disconnect(fetch)
    assert values(theirs.send("here", order_id=1)) == ["shown 1"]
    ours.connect(fetch, once=True)
    theirs.send(None, order_id=2, _async_wrapper=run_now)
    assert values(theirs.send(None, order_id=3)) == ["shown 3"]

    async def short_lived(sender: object, **extra: Any) -> None: ...

    ours.connect(short_lived)
    theirs.send(None, order_id=4, _async_wrapper=run_now)
    del short_lived
    gc.collect()
    assert values(theirs.send(None, order_id=5, _async_wrapper=run_now)) == ["shown 5"]
    assert values(theirs.send(None, order_id=6)) == ["shown 6"]
    ours.disconnect(show)


def test_a_coroutine_function_that_comes_during_a_send_is_not_called_by_it(theirs: blinker.NamedSignal) -> None:
    """The owner has no wrapper for it, and needs none: its send began before, as happens with threads."""
    ours = typed(theirs, Ordered)

    class Late(Proxy):
        def _get_current_object(self) -> object:
            ours.connect(fetch)
            return super()._get_current_object()

    with ours.connected_to(show):
        assert values(theirs.send(Late("here"), order_id=1)) == ["shown 1"]
    assert values(theirs.send("here", order_id=2, _async_wrapper=run_now)) == ["fetched 2"]
    ours.disconnect(fetch)

    steps: list[Ordered] = []

    @contextmanager
    def step(signal: object, sender: object, payload: Ordered) -> Iterator[None]:
        steps.append(payload)
        yield

    remove = add_step(ours, step)
    with ours.connected_to(show), capture(ours) as captured:
        assert values(theirs.send(Late("here"), order_id=3)) == ["shown 3"]
    assert steps == [*captured.payloads] == [Ordered(order_id=3)]
    remove()
    ours.disconnect(fetch)


def test_what_it_holds_keeps_keywords_that_are_not_fields(theirs: blinker.NamedSignal) -> None:
    """If one payload is made of several, they are those of the last send."""
    ours = typed(theirs, Ordered)
    calls: list[tuple[int, dict[str, Any]]] = []

    @ours.connect
    def note(sender: object, order_id: int, coupon: str | None, **extra: Any) -> None:
        calls.append((order_id, extra))

    with ours.held():
        theirs.send("here", order_id=1, shelf="A")
    with ours.held(reduce=lambda payloads: payloads[0]):
        theirs.send("here", order_id=2, shelf="B")
        theirs.send("here", order_id=3, shelf="C")
    assert calls == [(1, {"shelf": "A"}), (2, {"shelf": "C"})]


def test_reconnecting_by_another_kind_of_receiver(theirs: blinker.NamedSignal) -> None:
    """A scope restores what it found, which decides whether a wrapper is needed."""
    ours = typed(theirs, Ordered)
    ours.connect(fetch, weak=False)
    with ours.connected_to(fetch, priority=1):
        ours.disconnect(fetch)
    with pytest.raises(RuntimeError, match="Cannot send to a coroutine function"):
        theirs.send(None, order_id=1)
    ours.disconnect(fetch)
    assert not theirs.receivers


def test_connecting_does_not_look_at_all_other_connections(
    theirs: blinker.NamedSignal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So its time does not grow with their number."""
    ours = typed(theirs, Ordered)
    looked: list[object] = []
    monkeypatch.setattr(ConnectionTable, "_everything", looked.append)
    ours.connect(fetch)
    with ours.connected_to(show):
        ours.disconnect(fetch)
    assert looked == []
    assert not theirs.receivers


def test_an_owner_that_awaits_reaches_all_receivers(theirs: blinker.NamedSignal) -> None:
    """Its ``send_async`` needs no wrapper for the plain ones beside a coroutine function."""
    ours = typed(theirs, Ordered)
    with ours.connected_to(show), ours.connected_to(fetch):
        results = asyncio.run(theirs.send_async(None, order_id=2))
    assert values(results) == ["shown 2", "fetched 2"]


def test_an_owner_that_cannot_await_is_told_so_by_blinker(theirs: blinker.NamedSignal) -> None:
    """Blinker's error about its own coroutine receivers applies to ours."""
    ours = typed(theirs, Ordered)
    with ours.connected_to(fetch), pytest.raises(RuntimeError, match="Cannot send to a coroutine function"):
        theirs.send(None, order_id=1)


def test_a_broken_contract_is_a_warning_in_coroutines(theirs: blinker.NamedSignal) -> None:
    """It points to the owner's line there too; no receiver is called."""
    ours = typed(theirs, Ordered)

    async def send() -> list[Any]:
        return values(await theirs.send_async(None))

    with ours.connected_to(fetch), pytest.warns(ContractWarning, match="order_id: field required") as caught:
        assert asyncio.run(send()) == []
    assert caught[0].filename == __file__


# Ours as Blinker's


def test_it_is_a_blinker_signal_to_isinstance() -> None:
    """With name and documentation, also for a signal that has neither."""
    view = as_blinker(Signal(Ordered, name="ordered", doc="An order came in."))
    assert isinstance(view, blinker.NamedSignal)
    assert (view.name, view.__doc__) == ("ordered", "An order came in.")
    unnamed = as_blinker(Signal())
    assert (unnamed.name, unnamed.__doc__) == ("", None)


def test_an_extension_connects_and_sends() -> None:
    """Everything that Blinker documents for connecting works, with Blinker's `ANY`, on our signal's receivers."""
    ours = Signal(Ordered)
    view = as_blinker(ours)
    log: list[Any] = []
    note = note_in(log)
    assert view.connect(note, sender=blinker.ANY) is note
    assert [connection.sender for connection in ours.connections] == [ANY]
    assert view.has_receivers_for("anyone")
    assert list(view.receivers_for("anyone")) == [note]
    assert list(view.receivers.values()) == [note]
    assert view.send("me", order_id=1) == [(note, None)]
    view.disconnect(note)
    assert not view.receivers
    with view.connected_to(note, sender="me"):
        view.send("you", order_id=2)
        ours.send("me", order_id=3)
    with view.muted():
        assert (ours.is_muted, view.is_muted) == (True, True)
    view.connect_via("me")(note)
    assert not view.has_receivers_for(blinker.ANY)
    view.send("me", order_id=4)
    assert log == [1, 3, 4]


def test_an_extension_sends_without_a_sender() -> None:
    """Blinker's sender is None if it is not given."""
    view = as_blinker(Signal(Ordered))
    view.connect(show)
    assert view.send(order_id=1) == [(show, "shown 1")]


def test_an_extension_sends_to_coroutine_functions() -> None:
    """With Blinker's wrapper, or by awaiting; otherwise the error is a `RuntimeError`, like Blinker's."""
    view = as_blinker(Signal(Ordered))
    view.connect(fetch)
    assert view.send(None, order_id=1, _async_wrapper=run_now) == [(fetch, "fetched 1")]
    assert asyncio.run(view.send_async(None, order_id=2)) == [(fetch, "fetched 2")]
    with pytest.raises(AsyncReceiverError):
        view.send(None, order_id=3)


def test_an_extension_must_keep_to_the_payload() -> None:
    """What it sends is validated, and its receivers are checked."""
    view = as_blinker(Signal(Ordered))
    with pytest.raises(PayloadError, match="order_id: field required"):
        view.send(None)
    with pytest.raises(ReceiverSignatureError, match="add \\*\\*extra"):
        view.connect(lambda sender: None)


def test_an_extension_is_notified_of_connections() -> None:
    """The signals about connections are Blinker signals too, and have it as sender."""
    ours = Signal(Ordered)
    view, log = as_blinker(ours), []

    def heard(signal: object, receiver: object, **extra: Any) -> None:
        log.append((signal, receiver))

    view.receiver_connected.connect(heard, sender=view)
    view.receiver_disconnected.connect(heard, sender=as_blinker(ours))
    with ours.connected_to(show):
        assert isinstance(view.receiver_connected, blinker.Signal)
    assert log == [(ours, show), (ours, show)]


def test_a_typed_view_of_one_of_ours() -> None:
    """Our signal in Blinker's guise can be given a payload again, like any Blinker signal."""

    class Lax(BaseModel):
        order_id: int

    ours = Signal(name="ordered")
    view = typed(as_blinker(ours), Lax)
    with view.connected_to(show):
        assert values(ours.send(None, order_id="7")) == ["shown 7"]
    assert not ours.receivers


def test_a_send_that_keeps_the_contract_does_not_warn(theirs: blinker.NamedSignal) -> None:
    """Nothing is reported."""
    with warnings.catch_warnings(record=True) as caught, typed(theirs, Ordered).connected_to(show):
        theirs.send(None, order_id=1, currency="EUR")
    assert caught == []
