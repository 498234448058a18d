"""Signals of any owner get a payload, by a source: a class that connects and disconnects inlets."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
import textwrap
import warnings
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Barrier, Thread
from typing import Any, ClassVar, Literal, TypeVar

import pytest
from pydantic import ConfigDict

from tests.ways import finished
from typedsignals import (
    ANY,
    ContractWarning,
    DeclarationError,
    Inlet,
    Payload,
    PayloadError,
    ReceiverSignatureError,
    SenderError,
    Signal,
    WaitTimeoutError,
    WeakReceiverError,
    typed,
)
from typedsignals.steps import add_step
from typedsignals.testing import capture, isolated, muted


class Ordered(Payload):
    order_id: int


class Shop:
    pass


class Proxy:
    """Like werkzeug's `LocalProxy`, bound or not."""

    def __init__(self, target: object) -> None:
        self.target = target

    def _get_current_object(self) -> object:
        if self.target is None:
            raise RuntimeError("working outside of its context")
        return self.target


class Unreferable:
    __slots__ = ()

    def __call__(self, sender: object, **fields: object) -> None: ...


class Owner:
    """A library's signal, written by hand: it knows nothing of this package. Its senders are compared by identity."""

    name = "ordered"
    calls: ClassVar[Literal["plain", "either", "both"]] = "plain"
    by_sender = True

    def __init__(self) -> None:
        self.connected: list[Inlet] = []
        self.changes: list[str] = []

    def connect(self, inlet: Inlet) -> None:
        self.changes.append(f"+{inlet!r:.6}")
        self.connected.append(inlet)

    def disconnect(self, inlet: Inlet) -> None:
        self.changes.append(f"-{inlet!r:.6}")
        self.connected.remove(inlet)

    def send(self, sender: object, **fields: Any) -> list[Any]:
        return [inlet(sender, fields) for inlet in self.connected if inlet.sender in (ANY, sender)]


Made = TypeVar("Made", bound=Owner)


class Both(Owner):
    """It calls plain functions, and then awaits coroutine functions, in one send; as Django does."""

    calls = "both"

    async def send_both(self, sender: object, first: Literal["plain", "awaiting"], **fields: Any) -> list[Any]:
        heard = [inlet for inlet in self.connected if inlet.sender in (ANY, sender)]
        heard.sort(key=lambda inlet: inlet.is_async is (first == "plain"))
        results = [
            await inlet.awaiting(sender, {**fields}) if inlet.is_async else inlet(sender, {**fields}) for inlet in heard
        ]
        return [value for result in results for _, value in result]


@pytest.fixture
def together() -> Barrier:
    return Barrier(2, timeout=60)


def note_in(log: list[Any]) -> Callable[..., None]:
    def note(sender: object, order_id: int, **extra: Any) -> None:
        log.append((order_id, *extra.items()))

    return note


def made_as(base: type[Made], **attributes: object) -> Made:
    """Make an owner of which a source says something else."""
    made: Made = type("Other", (base,), attributes)()
    return made


def later(receiver: Callable[..., object]) -> Callable[..., object]:
    async def receive(sender: object, **fields: Any) -> object:
        return receiver(sender, **fields)

    return receive


def show(sender: object, order_id: int, **extra: Any) -> str:
    return f"shown {order_id}"


async def fetch(sender: object, order_id: int, **extra: Any) -> str:
    return f"fetched {order_id}"


# What a source is


def test_it_describes_the_other_signal() -> None:
    """Its name, documentation and owner are those of the source."""

    class Documented(Owner):
        doc = "An order came in."
        owner = "a shop"

    ours = typed(Documented(), Ordered, sender=Shop)
    assert (ours.name, ours.__doc__, ours.payload_type, ours.sender_type) == (
        "ordered",
        "An order came in.",
        Ordered,
        Shop,
    )
    both: list[Any] = [ours, typed(Owner(), Ordered)]
    assert [signal.owner for signal in both] == ["a shop", "tests.test_sources.Owner"]


def test_our_own_signals_are_no_sources() -> None:
    """They have the methods of a source, but are declared with a payload themselves."""
    signal: Signal[Any, Any, Any] = Signal(name="ordered")
    sources: list[Any] = [signal, signal.of("x"), typed(Owner(), Ordered)]
    for source in sources:
        with pytest.raises(DeclarationError, match=r"declare .*ordered.* with the payload instead"):
            typed(source, Ordered)


def test_what_is_no_source_is_refused() -> None:
    """The message says what is missing, or which function takes such an object."""
    import blinker  # noqa: PLC0415 - for this test

    class Nothing:
        pass

    class Half:
        def connect(self, inlet: Inlet) -> None: ...

    class Nameless(Half):
        def disconnect(self, inlet: Inlet) -> None: ...

    class Misspelt(Owner):
        calls: ClassVar[Any] = "async"

    wrong: list[tuple[Any, str]] = [
        (Nothing(), r"a Nothing has no method connect\(inlet\)"),
        (Half(), r"a Half has no method disconnect\(inlet\)"),
        (Nameless(), "a Nameless has no attribute name"),
        (Misspelt(), "Misspelt.calls must be 'plain', 'either' or 'both', not 'async'"),
        (blinker.Signal(), "not a Signal; use typedsignals.blinker.typed"),
    ]
    for source, message in wrong:
        with pytest.raises(DeclarationError, match=message):
            typed(source, Ordered)
    with pytest.raises(DeclarationError, match="payload must be a pydantic model class"):
        typed(Owner(), int)  # type: ignore[type-var]


# When it is connected


def test_it_is_connected_while_anybody_listens_and_only_then() -> None:
    """A receiver, a capture, a step, a held block, a stream: each connects one inlet. Blocks that mute connect none."""
    owner = Owner()
    ours = typed(owner, Ordered)

    def is_heard() -> bool:
        return len(owner.connected) == 1

    with ours.connected_to(show):
        assert is_heard()
    with capture(ours):
        assert is_heard()
    with ours.held():
        assert is_heard()

    async def stream() -> None:
        async with ours.stream():
            assert is_heard()

    asyncio.run(stream())
    assert not owner.connected
    remove = add_step(ours, lambda signal, sender, payload: muted(signal))
    assert is_heard()
    remove()
    with muted(ours), isolated(ours), ours.muted():
        assert not owner.connected
        with ours.connected_to(show):
            assert is_heard()
    assert not owner.connected


def test_a_block_that_isolates_it_knows_what_it_is() -> None:
    """Errors and warnings name it there, too."""
    ours = typed(Owner(), Ordered)
    with isolated(ours), pytest.raises(WeakReceiverError, match="<Signal 'ordered'>"):
        ours.connect(Unreferable())


def test_it_is_connected_for_the_senders_that_are_asked_for() -> None:
    """One inlet for each, and one for all of them instead, once somebody listens to all."""
    owner, bern, dublin = Owner(), Shop(), Shop()
    ours = typed(owner, Ordered)
    log: list[Any] = []
    note, other = note_in(log), note_in(log)
    ours.connect(note, bern)
    ours.connect(other, bern)
    ours.connect(note, dublin)
    assert [inlet.sender for inlet in owner.connected] == [bern, dublin]
    owner.send(bern, order_id=1)
    owner.send(dublin, order_id=2)
    owner.send(Shop(), order_id=3)
    with ours.connected_to(other):
        assert [inlet.sender for inlet in owner.connected] == [ANY]
        owner.send(dublin, order_id=4)
    ours.disconnect(note)
    assert [inlet.sender for inlet in owner.connected] == [bern]
    assert log == [(1,), (1,), (2,), (4,), (4,)]


def test_it_is_connected_for_the_senders_that_are_captured_or_waited_for() -> None:
    """For them alone, even while a timeout runs, which says that it knows nothing of other senders."""
    owner, bern, dublin = Owner(), Shop(), Shop()
    ours, simple = typed(owner, Ordered), typed(made_as(Owner, by_sender=False), Ordered)
    heard: list[list[object]] = []

    def note_heard(signal: object, /, **extra: Any) -> None:
        heard.append([inlet.sender for inlet in owner.connected])

    with capture(ours, sender=bern) as captured, capture(ours.of("cork")):
        assert [inlet.sender for inlet in owner.connected] == [bern, "cork"]
        owner.send(bern, order_id=1)
        owner.send(dublin, order_id=2)
        with ours.connected_to(show, bern), capture(ours, sender=bern):
            assert [inlet.sender for inlet in owner.connected] == [bern, "cork"]
        with capture(ours):
            assert [inlet.sender for inlet in owner.connected] == [ANY]
    assert captured.one().payload == Ordered(order_id=1)
    assert not owner.connected

    async def stream() -> None:
        async with ours.stream(bern):
            pass

    with ours.waiting_started.connected_to(note_heard):
        with pytest.raises(WaitTimeoutError, match=r"sent meanwhile: nothing by this sender$"):
            ours.wait_sync(bern, timeout=0)
        with pytest.raises(WaitTimeoutError, match=r"sent meanwhile: nothing$"):
            ours.wait_sync(timeout=0)
        asyncio.run(stream())
    assert heard == [[bern], [ANY], [bern]]
    with pytest.raises(WaitTimeoutError, match=r"sent meanwhile: nothing$"):
        simple.wait_sync(bern, timeout=0)


def test_a_receiver_that_is_left_of_a_capture_does_not_keep_its_sender_alive() -> None:
    """The inlet was made for the capture, and stays for the receiver."""
    owner, bern = Owner(), Shop()
    ours = typed(owner, Ordered)
    with capture(ours, sender=bern):
        ours.connect(show, bern)
    assert owner.changes == ["+<plain"]
    gone = weakref.ref(bern)
    del bern
    gc.collect()
    assert gone() is None


def test_a_sender_that_dies_is_not_kept_alive() -> None:
    """The next change, or the next send, notices its death, and the source is told."""
    owner, bern, dublin = Owner(), Shop(), Shop()
    ours = typed(owner, Ordered)
    ours.connect(show, bern)
    ours.connect(show, dublin)
    gone = weakref.ref(bern)
    del bern
    gc.collect()
    assert gone() is None
    assert [inlet.sender for inlet in owner.connected] == [None, dublin]
    owner.send(dublin, order_id=1)
    assert [inlet.sender for inlet in owner.connected] == [dublin]


def test_a_sender_at_the_place_of_another_that_died_gets_an_inlet_of_its_own() -> None:
    """Even if nobody noticed the death: the former inlet stands for nothing."""
    shops = [Shop() for _ in range(100)]
    contracts: dict[int, tuple[Owner, Signal[Any, Any, Any]]] = {}
    for shop in shops:
        owner = Owner()
        contracts[id(shop)] = owner, typed(owner, Ordered)
        contracts[id(shop)][1].connect(show, shop)
    del shop, shops
    gc.collect()
    shops = [Shop()]
    while id(shops[-1]) not in contracts and len(shops) < 100_000:  # other places may be used before
        shops.append(Shop())
    shop = shops[-1]
    owner, ours = contracts[id(shop)]
    ours.connect(show, shop)
    assert [inlet.sender for inlet in owner.connected] == [shop]
    assert owner.send(shop, order_id=1) == [[(show, "shown 1")]]


def test_a_source_that_cannot_tell_senders_apart_gets_one_inlet() -> None:
    """What is sent still reaches only those who listen to the sender."""

    class Simple(Owner):
        by_sender = False

    owner, bern = Simple(), Shop()
    ours = typed(owner, Ordered)
    log: list[Any] = []
    note = note_in(log)
    ours.connect(note, bern)
    ours.connect(note, "dublin")
    assert [inlet.sender for inlet in owner.connected] == [ANY]
    owner.send(bern, order_id=1)
    owner.send("elsewhere", order_id=2)
    owner.send("dublin", order_id=3)
    assert log == [(1,), (3,)]


def test_an_owner_that_must_not_be_changed_stays_connected() -> None:
    """What it sends while nobody listens goes nowhere, and is not validated."""

    class Rigid(Owner):
        stays = True

    owner, bern = Rigid(), Shop()
    ours = typed(owner, Ordered, strict=True)
    log: list[Any] = []
    note = note_in(log)
    for number in (1, 2):
        ours.connect(note)
        owner.send(bern, order_id=number)
        ours.disconnect(note)
        assert owner.send(bern) == [[]]
    ours.connect(note, bern)
    owner.send(bern, order_id=3)
    assert (log, owner.changes) == ([(1,), (2,), (3,)], ["+<plain", "+<plain"])


def test_an_owner_that_must_not_be_changed_outlives_its_senders() -> None:
    """The inlet of one that is gone hands on nothing more, and its place is free for another."""

    class Rigid(Owner):
        stays = True

    owner = Rigid()
    ours = typed(owner, Ordered)
    for number in range(3):
        shop = Shop()
        ours.connect(show, shop)
        assert [(show, f"shown {number}")] in owner.send(shop, order_id=number)
        del shop
        gc.collect()
    ours.connect(show, "x")
    assert owner.send("x", order_id=7)[-1] == [(show, "shown 7")]
    assert [inlet.is_wanted for inlet in owner.connected] == [False, False, False, True]


# What arrives


def test_keywords_that_are_not_fields_go_to_extra() -> None:
    """The owner's objects themselves; a payload may lack any of what the owner sends."""
    owner, log, thing = Owner(), list[Any](), object()

    class Empty(Payload):
        pass

    def note(sender: object, **extra: Any) -> None:
        log.append(extra)

    with typed(owner, Empty).connected_to(note):
        owner.send(None, order_id=1, thing=thing)
    assert log == [{"order_id": 1, "thing": thing}]
    assert log[0]["thing"] is thing


def test_a_payload_that_keeps_other_keywords_keeps_them() -> None:
    """Receivers get them with its fields, and the sender."""

    class Open(Payload):
        model_config = ConfigDict(extra="allow")

        order_id: int

    owner, log = Owner(), list[Any]()

    def note(sender: object, **fields: Any) -> None:
        log.append((sender, fields))

    with typed(owner, Open).connected_to(note):
        owner.send("bern", order_id=1, more=2)
    assert log == [("bern", {"order_id": 1, "more": 2})]


def failing(error: Exception, *, is_async: bool) -> Callable[..., object]:
    def fail(sender: object, order_id: int) -> None:
        raise error

    async def fail_later(sender: object, order_id: int) -> None:
        raise error

    return fail_later if is_async else fail


@pytest.mark.parametrize(
    ("calls", "is_async", "values"),
    [
        ("plain", False, ["shown 3"]),
        ("either", True, ["shown 3", "fetched 3"]),
        ("both", False, ["shown 3"]),
        ("both", True, ["fetched 3"]),
    ],
)
def test_a_robust_call_reaches_all_receivers_and_raises_at_its_end(
    calls: str, is_async: bool, values: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    """What one of them raised, or a group of what several did, which is logged as well."""
    owner, log = made_as(Both, calls=calls), list[Any]()
    ours = typed(owner, Ordered)
    ours.connect(show)
    if calls != "plain":
        ours.connect(fetch)
    (inlet,) = [inlet for inlet in owner.connected if inlet.is_async is is_async]

    def note(sender: object, order_id: int) -> None:
        log.append((sender, order_id))

    note_later = later(note)
    ours.connect(note_later if is_async else note, priority=-1)

    def call(number: int) -> Any:
        fields = {"order_id": number}
        return finished(inlet.awaiting("x", fields, robust=True)) if is_async else inlet("x", fields, robust=True)

    errors = [ZeroDivisionError("one"), LookupError("two")]
    for error in errors:
        ours.connect(failing(error, is_async=is_async), weak=False, once=True)
    with pytest.raises(ExceptionGroup, match="receivers of <Signal 'ordered'> raised") as group:
        call(1)
    assert group.value.exceptions == tuple(errors)
    ours.connect(failing(errors[0], is_async=is_async), weak=False, once=True)
    with pytest.raises(ZeroDivisionError) as caught:
        call(2)
    assert caught.value is errors[0]
    assert [value for _, value in call(3)] == [*values, None]
    assert log == [("x", 1), ("x", 2), ("x", 3)]
    assert "of <Signal 'ordered'> raised LookupError" in caplog.text


def test_a_broken_contract_is_a_warning_at_the_line_that_sends() -> None:
    """Methods of the source, and the packages that it names, are not that line."""
    owner, log = Owner(), list[Any]()
    note = note_in(log)
    with typed(owner, Ordered).connected_to(note), pytest.warns(ContractWarning, match="order_id: field req") as caught:
        assert owner.send(None, order=1) == [[]]
    assert (caught[0].filename, log) == (__file__, [])
    line = sys._getframe().f_lineno - 2
    assert caught[0].lineno == line


def test_a_warning_passes_over_the_packages_that_the_source_names() -> None:
    """Here, the standard library's."""

    class Through(Owner):
        packages = ("functools",)

    from functools import reduce  # noqa: PLC0415 - for this test

    owner = Through()
    with typed(owner, Ordered).connected_to(show), pytest.warns(ContractWarning) as caught:
        reduce(lambda _, sender: str(owner.send(sender)), ["x", "y"])
    assert {warning.filename for warning in caught} == {__file__}


def test_a_class_of_the_same_name_is_not_the_source() -> None:
    """A method of it is the line that sends."""
    owner = Owner()
    shop = "class Owner:\n    def order(self, owner):\n        owner.send(None)\n"
    names: dict[str, Any] = {"__name__": "a_shop"}
    exec(compile(shop, "a_shop.py", "exec"), names)  # noqa: S102 - written above
    with typed(owner, Ordered).connected_to(show), pytest.warns(ContractWarning) as caught:
        names["Owner"]().order(owner)
    assert [(warning.filename, warning.lineno) for warning in caught] == [("a_shop.py", 3)]


def test_a_source_may_name_the_packages_of_all_code_that_runs() -> None:
    """Here, a thread that sends runs no other: its warning has no better line than the outermost."""
    owner = made_as(Owner, packages=("threading", "tests"))
    with typed(owner, Ordered).connected_to(show), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        thread = Thread(target=owner.send, args=("x",))
        thread.start()
        thread.join(60)
    assert [Path(warning.filename).stem for warning in caught] == ["threading"]


def test_a_strict_contract_raises_where_the_owner_sends() -> None:
    """The owner's code fails, and no receiver is called."""
    owner = Owner()
    ours = typed(owner, Ordered, strict=True)
    with ours.connected_to(show), pytest.raises(PayloadError, match="order_id: field required") as caught:
        owner.send(None)
    assert caught.value.signal is ours


def test_a_strict_contract_refuses_a_proxy_that_stands_for_nothing() -> None:
    """The error names the signal, and has both."""
    owner, proxy = Owner(), Proxy(None)
    ours = typed(owner, Ordered, strict=True)
    with (
        ours.connected_to(show),
        pytest.raises(SenderError, match="'ordered'> was sent by a Proxy that stands for no object here") as caught,
    ):
        owner.send(proxy, order_id=1)
    assert (caught.value.signal, caught.value.sender) == (ours, proxy)


def test_two_contracts_for_one_signal_are_independent() -> None:
    """Each has its payload and its receivers, and one that is broken does not break the other."""

    class Named(Payload):
        name: str

    def greet(sender: object, name: str) -> str:
        return f"Hello, {name}!"

    owner = Owner()
    one, two = typed(owner, Ordered), typed(owner, Named)
    with one.connected_to(show), two.connected_to(greet):
        with pytest.warns(ContractWarning, match="order_id: field required"):
            assert owner.send(None, name="Ada") == [[], [(greet, "Hello, Ada!")]]
        assert owner.send(None, name="Ada", order_id=1) == [[(show, "shown 1")], [(greet, "Hello, Ada!")]]
    assert not owner.connected


def test_a_contract_lives_as_long_as_it_has_receivers() -> None:
    """The owner keeps it alive until then."""
    owner, log = Owner(), list[Any]()
    note = note_in(log)
    typed(owner, Ordered).connect(note)
    gc.collect()
    owner.send(None, order_id=1)
    ours = weakref.ref(owner.connected[0]._signal)
    del note
    gc.collect()
    owner.send(None, order_id=2)
    gc.collect()
    assert (log, owner.connected, ours()) == ([(1,)], [], None)


# Sources that misbehave


def test_a_source_that_raises_in_connect_fails_the_connection() -> None:
    """The error reaches the code that connects. The receiver is there, and is fed once the source allows it."""

    class Closed(Owner):
        is_open = False

        def connect(self, inlet: Inlet) -> None:
            if not self.is_open:
                raise ConnectionError("closed")
            super().connect(inlet)

    owner = Closed()
    ours = typed(owner, Ordered)
    with pytest.raises(ConnectionError, match="closed"):
        ours.connect(show)
    assert [connection.receiver for connection in ours.connections] == [show]
    assert ours.disconnect(show)
    with pytest.raises(ConnectionError), ours.connected_to(show):
        raise AssertionError("inside")
    assert not ours.connections
    owner.is_open = True
    ours.connect(show)
    assert owner.send(None, order_id=1) == [[(show, "shown 1")]]
    ours.disconnect(show)
    assert not owner.connected


def test_a_source_that_raises_after_it_has_connected_is_asked_to_disconnect() -> None:
    """Before it is asked to connect again, and once nobody listens: no inlet is connected twice, or in vain."""

    class Late(Owner):
        failures = 0

        def connect(self, inlet: Inlet) -> None:
            super().connect(inlet)
            if self.failures:
                self.failures -= 1
                raise ConnectionError("late")

    owner = Late()
    ours = typed(owner, Ordered)
    for failures in (1, 2):
        owner.failures = failures
        owner.changes.clear()
        with pytest.raises(ConnectionError, match="late"):
            ours.connect(show)
        assert len(owner.connected) == 1
        ours.disconnect(show)
        assert not owner.connected
        assert owner.changes == ["+<plain", "-<plain"] * 2


def test_a_source_that_raises_in_disconnect_fails_the_change() -> None:
    """Its error reaches the code that disconnects; it is not asked for ever, nor to connect the same inlet again."""

    class Sticky(Owner):
        def disconnect(self, inlet: Inlet) -> None:
            self.changes.append("?")
            raise ConnectionError("sticky")

    owner = Sticky()
    ours = typed(owner, Ordered)
    ours.connect(show)
    with pytest.raises(ConnectionError, match="sticky"):
        ours.disconnect(show)
    assert owner.send(None, order_id=1) == [[]]
    ours.connect(show)
    assert owner.send(None, order_id=1) == [[], [(show, "shown 1")]]
    assert owner.changes == ["+<plain", "?", "?", "+<plain"]


def test_a_source_may_not_fail_its_owners_send() -> None:
    """If the owner cannot be disconnected when a receiver has died, that is a warning where it sends."""

    class Sticky(Owner):
        def disconnect(self, inlet: Inlet) -> None:
            raise ConnectionError("sticky")

    owner = Sticky()
    ours = typed(owner, Ordered)
    note = note_in([])
    ours.connect(note)
    owner.send(None, order_id=1)
    del note
    gc.collect()
    with pytest.warns(ContractWarning, match=r"'ordered'> cannot be connected or disconnected: ConnectionError"):
        assert owner.send(None, order_id=2) == [[]]


def test_a_source_of_a_strict_contract_may_fail_its_owners_send() -> None:
    """There, nothing is only a warning."""

    class Sticky(Owner):
        def disconnect(self, inlet: Inlet) -> None:
            raise ConnectionError("sticky")

    owner = Sticky()
    ours = typed(owner, Ordered, strict=True)
    note = note_in([])
    ours.connect(note)
    owner.send(None, order_id=1)
    del note
    gc.collect()
    with pytest.raises(ConnectionError, match="sticky"):
        owner.send(None, order_id=2)


def test_a_source_may_send_while_it_is_connected() -> None:
    """As one does that repeats its last value for newcomers: the receiver gets it."""

    class Repeating(Owner):
        def connect(self, inlet: Inlet) -> None:
            super().connect(inlet)
            inlet("last", {"order_id": 7})

    log: list[Any] = []
    note = note_in(log)
    owner = Repeating()
    with typed(owner, Ordered).connected_to(note):
        assert log == [(7,)]
    assert not owner.connected


def test_a_source_may_send_after_it_is_disconnected_and_in_threads() -> None:
    """What comes too late reaches nobody; what comes from another thread is like any send."""
    owner, log = Owner(), list[Any]()
    ours = typed(owner, Ordered)
    note = note_in(log)
    with ours.connected_to(note):
        (inlet,) = owner.connected
        thread = Thread(target=owner.send, args=("x",), kwargs={"order_id": 1})
        thread.start()
        thread.join(60)
    assert inlet("x", {"order_id": "broken"}) == []
    assert log == [(1,)]


def test_a_source_may_send_while_the_interpreter_ends() -> None:
    """It reaches nobody then, and nothing is reported."""
    script = """
        import os, sys
        from typedsignals import Payload, typed

        class Ordered(Payload):
            order_id: int

        class Owner:
            name = "ordered"
            def connect(self, inlet):
                self.inlet = inlet
            def disconnect(self, inlet):
                del self.inlet

        class Late:
            def __init__(self, inlet):
                self.inlet = inlet
            def __del__(self, is_finalizing=sys.is_finalizing, write=os.write):  # there is no sys.stdout any more
                write(1, f"{is_finalizing()} {self.inlet('x', {'order_id': 1})}".encode())

        owner = Owner()
        ours = typed(owner, Ordered)
        def receive(sender, order_id, is_finalizing=sys.is_finalizing):
            print("received", is_finalizing(), flush=True)
        ours.connect(receive, weak=False)
        owner.inlet("x", {"order_id": 0})
        sys.kept = Late(owner.inlet)
    """
    command = [sys.executable, "-W", "error", "-c", textwrap.dedent(script)]
    process = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)  # noqa: S603 - our own
    assert (process.stdout.splitlines(), process.stderr) == (["received False", "True []"], "")


# Coroutine functions


def test_an_owner_that_only_calls_refuses_coroutine_functions() -> None:
    """Which it would never await."""
    ours = typed(Owner(), Ordered)
    assert ours.accepts == "sync"
    with pytest.raises(ReceiverSignatureError, match="coroutine"):
        ours.connect(fetch)


def test_an_owner_that_calls_and_awaits_is_connected_twice() -> None:
    """Each kind of receiver is called as the owner calls that kind; inlets come and go with them."""
    owner = Both()
    ours = typed(owner, Ordered)
    ours.connect(show)
    assert finished(owner.send_both("x", "plain", order_id=1)) == ["shown 1"]
    ours.connect(fetch)
    assert finished(owner.send_both("x", "plain", order_id=2)) == ["shown 2", "fetched 2"]
    assert finished(owner.send_both("x", "awaiting", order_id=3)) == ["fetched 3", "shown 3"]
    ours.disconnect(show)
    assert [inlet.is_async for inlet in owner.connected] == [True]
    assert finished(owner.send_both("x", "awaiting", order_id=4)) == ["fetched 4"]
    ours.disconnect(fetch)
    assert owner.changes == ["+<plain", "+<await", "-<plain", "-<await"]


@pytest.mark.parametrize("sender", [ANY, "x"])
def test_a_send_in_two_calls_is_validated_and_captured_once(sender: Any) -> None:
    """Whichever call comes first; also one that breaks the contract."""
    owner = Both()
    ours = typed(owner, Ordered)
    ours.connect(show, sender)
    ours.connect(fetch, sender)
    orders: list[Literal["plain", "awaiting"]] = ["plain", "awaiting"]
    for first in orders:
        with capture(ours) as captured:
            finished(owner.send_both("x", first, order_id=7))
            finished(owner.send_both("x", first, order_id=7))
        assert [(record.sender, record.payload.order_id) for record in captured] == [("x", 7), ("x", 7)]
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            assert finished(owner.send_both("x", first, order_id="x")) == []
        assert [warning.category for warning in caught] == [ContractWarning]


def test_calls_that_belong_together_are_told_from_nested_ones() -> None:
    """A plain receiver sends the very same objects again: that is a send of its own."""
    owner, depth, log = Both(), [0], list[str]()
    ours = typed(owner, Ordered)

    @ours.connect
    def again(sender: object, order_id: int, **extra: Any) -> None:
        log.append("plain")
        if not depth[0]:
            depth[0] += 1
            finished(owner.send_both(sender, "plain", order_id=order_id))

    @ours.connect
    async def follow(sender: object, order_id: int, **extra: Any) -> None:
        log.append("awaiting")

    with capture(ours) as captured:
        finished(owner.send_both("x", "plain", order_id=7))
    assert (len(captured), log) == (2, ["plain", "plain", "awaiting", "awaiting"])


def test_calls_that_bring_other_objects_do_not_belong_together() -> None:
    """Another sender, another value, or a keyword more: each is a send of its own."""
    owner, bern, dublin = Both(), Shop(), Shop()
    ours = typed(owner, Ordered)
    ours.connect(show)
    ours.connect(fetch)
    plain, awaiting = owner.connected
    others: list[tuple[Shop, dict[str, int]]] = [
        (dublin, {"order_id": 1}),
        (bern, {"order_id": 2}),
        (bern, {"order_id": 1, "more": 1}),
    ]
    for sender, fields in others:
        with capture(ours) as captured:
            kept = plain(bern, {"order_id": 1})
            number = fields["order_id"]
            assert finished(awaiting.awaiting(sender, fields)) == [(fetch, f"fetched {number}")]
        assert [(record.sender, record.payload.order_id) for record in captured] == [(bern, 1), (sender, number)]
        del kept


def test_an_object_at_the_place_of_one_that_was_sent_is_another() -> None:
    """While the owner has the results of one call, nothing can take the place of what that has brought."""

    class Listed(Payload):
        numbers: list[int]

    def add(sender: object, numbers: list[int]) -> int:
        return sum(numbers)

    async def add_later(sender: object, numbers: list[int]) -> int:
        return sum(numbers)

    owner = Both()
    ours = typed(owner, Listed)
    ours.connect(add)
    ours.connect(add_later)
    plain, awaiting = owner.connected
    numbers = [3]
    for _ in range(20):
        kept = plain("x", {"numbers": [1]})
        assert finished(awaiting.awaiting("x", {"numbers": [2]})) == [(add_later, 2)]
        del kept
    with capture(ours) as captured:
        kept = plain(Proxy("bern"), {"numbers": numbers})
        for other in [Proxy("dublin") for _ in range(20)]:
            finished(awaiting.awaiting(other, {"numbers": numbers}))
    assert [record.sender for record in captured] == ["bern"] + ["dublin"] * 20
    del kept


def test_a_send_whose_second_call_never_comes_is_forgotten() -> None:
    """As when a receiver raises: nothing keeps what was sent alive, and the next send is validated anew."""
    owner = Both()
    ours = typed(owner, Ordered)

    @ours.connect
    def fail(sender: object, order_id: int, **extra: Any) -> None:
        raise ZeroDivisionError

    ours.connect(fetch)
    shop = Shop()
    gone = weakref.ref(shop)
    with capture(ours) as captured:
        for _ in range(2):
            with pytest.raises(ZeroDivisionError):
                finished(owner.send_both(shop, "plain", order_id=7))
        assert len(captured) == 2
    del captured, shop
    gc.collect()
    assert gone() is None


def test_an_owner_that_goes_on_after_a_failure_makes_one_send_of_it() -> None:
    """It keeps the exception until the second call, as Django's robust sends do."""
    owner = Both()
    ours = typed(owner, Ordered)

    @ours.connect
    def fail(sender: object, order_id: int, **extra: Any) -> None:
        raise ZeroDivisionError

    ours.connect(fetch)
    plain, awaiting = owner.connected
    number = 1234567  # one object
    with capture(ours) as captured:
        try:
            plain("x", {"order_id": number})
        except ZeroDivisionError as error:
            kept = error
        assert finished(awaiting.awaiting("x", {"order_id": number})) == [(fetch, f"fetched {number}")]
    assert len(captured) == 1
    del kept


def test_a_strict_contract_raises_in_the_first_of_two_calls() -> None:
    """The second finds nothing to do."""
    owner = Both()
    ours = typed(owner, Ordered, strict=True)
    ours.connect(show)
    ours.connect(fetch)
    plain, awaiting = owner.connected
    with pytest.raises(PayloadError, match="order_id: field required") as caught:
        plain("x", {})
    assert finished(awaiting.awaiting("x", {})) == []
    del caught


def test_steps_and_held_blocks_see_a_send_in_two_calls_once() -> None:
    """A step is taken around the first call; what is held is delivered to all receivers at the end of the block."""
    owner, steps = Both(), list[Ordered]()
    ours = typed(owner, Ordered)

    @contextmanager
    def step(signal: object, sender: object, payload: Ordered) -> Iterator[None]:
        steps.append(payload)
        yield

    remove = add_step(ours, step)
    log: list[Any] = []
    note = note_in(log)
    ours.connect(note)
    ours.connect(fetch)
    finished(owner.send_both("x", "plain", order_id=1))
    assert steps == [Ordered(order_id=1)]
    remove()

    async def hold() -> None:
        async with ours.held():
            with capture(ours) as captured:
                assert await owner.send_both("x", "plain", order_id=2) == []
            assert len(captured) == 1
            assert log == [(1,)]

    asyncio.run(hold())
    assert log == [(1,), (2,)]


@pytest.mark.parametrize("stays", [False, True])
def test_what_only_plain_functions_hear_is_held_too(stays: bool) -> None:
    """Nothing is left to an awaiting call that does not come, or hands on nothing: it was for another, or is over."""
    owner = made_as(Both, stays=stays)
    ours = typed(owner, Ordered)
    log: list[Any] = []
    note = note_in(log)
    ours.connect(note)
    for number, sender in enumerate(["y", ANY, "x"]):
        ours.connect(fetch, sender)
        if sender != "y":
            ours.disconnect(fetch)
        with ours.held():
            finished(owner.send_both("x", "plain", order_id=number))
            assert len(log) == number
        ours.disconnect(fetch)
    assert log == [(0,), (1,), (2,)]


def test_what_an_owner_sends_while_it_learns_to_await_is_held_too() -> None:
    """It has both inlets for that moment, and calls each for itself."""

    class Repeating(Owner):
        calls = "either"

        def connect(self, inlet: Inlet) -> None:
            super().connect(inlet)
            if inlet.is_async:
                self.connected[0]("last", {"order_id": 7})

    log: list[Any] = []
    note = note_in(log)
    owner = Repeating()
    ours = typed(owner, Ordered)
    ours.connect(note)
    with ours.held(), ours.connected_to(fetch):
        assert log == []
    assert log == [(7,)]


def test_two_calls_at_once_validate_once(together: Barrier) -> None:
    """The plain call in a thread, the awaiting one in an event loop, as Django's `asend` makes them."""
    owner = Both()
    ours = typed(owner, Ordered)
    ours.connect(show)
    ours.connect(fetch)
    plain, awaiting = owner.connected
    kept: list[Any] = []

    def call(send: Callable[[object, dict[str, Any]], Any], number: int) -> None:
        together.wait()
        result = send("x", {"order_id": number})
        kept.append(result if isinstance(result, list) else finished(result))

    with capture(ours) as captured:
        for number in range(1000, 1050):
            kept.clear()
            threads = [Thread(target=call, args=(send, number)) for send in (plain, awaiting.awaiting)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(60)
            assert sorted(value for results in kept for _, value in results) == [f"fetched {number}", f"shown {number}"]
    assert [record.payload.order_id for record in captured] == [*range(1000, 1050)]
