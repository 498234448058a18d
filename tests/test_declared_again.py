"""Declaring a signal again: what notebooks and reloads of modules do."""

from __future__ import annotations

import asyncio
import gc
import importlib
import linecache
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

import pytest
from pydantic import BaseModel, create_model

from tests.ways import AnySignal, finished
from typedsignals import DeclarationError, DroppedReceiverWarning, Namespace, Payload, PayloadError, SenderError, Signal
from typedsignals._checking.contract import misfits_allowed

CELL = """\
from typing import Annotated, Any, Generic, TypeVar
from pydantic import Field, ConfigDict, model_validator
from typedsignals import Payload

def never(self):
    raise ValueError("never")

class Shop: pass

class Placed(Payload):
    x: int = 1
    {fields}

class Outer:
    class Placed(Payload):
        x: int = 1
        {fields}

T = TypeVar("T")

class Page(Payload, Generic[T]):
    item: T
    {fields}

Later = int

signal = shop.signal("placed", {declared})
"""

OFTEN = 20
"""More sends than it takes to have code generated for them."""


def run(
    namespace: Namespace, fields: str = "", declared: str = "Placed", *, module: str = "__main__"
) -> dict[str, Any]:
    """Execute a notebook cell that declares a signal, and return the names that it defines."""
    names: dict[str, Any] = {"__name__": module, "shop": namespace}
    code = CELL.format(fields=fields or "pass", declared=declared)
    exec(compile(code, f"<a cell of {module}>", "exec"), names)  # noqa: S102 - written above
    return names


@pytest.fixture
def shop() -> Namespace:
    return Namespace("shop")


def note_in(log: list[Any]) -> Callable[..., None]:
    def note(sender: object, **extra: Any) -> None:
        log.append(extra)

    return note


SENDS: dict[str, Callable[..., Any]] = {
    "send": lambda signal, fields: signal.send(None, **fields),
    "send_async": lambda signal, fields: finished(signal.send_async(None, **fields)),
    "send_robust": lambda signal, fields: signal.send_robust(None, **fields),
    "send_robust_async": lambda signal, fields: finished(signal.send_robust_async(None, **fields)),
    "send_concurrent": lambda signal, fields: asyncio.run(signal.send_concurrent(None, **fields)),
    "send_payload": lambda signal, fields: signal.send_payload(None, signal.payload_type(**fields)),
    "send_payload_async": lambda signal, fields: finished(
        signal.send_payload_async(None, signal.payload_type(**fields))
    ),
}


@pytest.mark.parametrize("send", SENDS.values(), ids=SENDS)
@pytest.mark.parametrize("times", [0, 1, OFTEN])
def test_a_cell_that_is_executed_again_gives_its_signal_the_new_payload(
    shop: Namespace, send: Callable[..., Any], times: int
) -> None:
    """Receivers stay connected and get the new fields, however often the signal is sent before and after."""
    log: list[Any] = []
    signal = run(shop)["signal"]
    signal.connect(note := note_in(log))
    for _ in range(times):
        send(signal, {"x": 2})
    again = run(shop, "y: str = 'new'")
    assert again["signal"] is signal is shop["placed"]
    assert signal.payload_type is again["Placed"]
    assert [*signal.receivers.values()] == [note]
    log.clear()
    for number in range(OFTEN):
        send(signal, {"x": number})
    assert log == [{"x": number, "y": "new"} for number in range(OFTEN)]


def test_the_new_payload_decides_what_is_accepted(shop: Namespace) -> None:
    """Its types, fields and defaults, even in methods of the signal that were looked up before."""
    signal = run(shop, "y: int = 2")["signal"]
    send = signal.send
    for _ in range(OFTEN):
        signal.send(None, y=1)
    run(shop, "y: str")
    for _ in range(OFTEN):
        assert signal.send(None, y="text") == []
        with pytest.raises(PayloadError, match="y: field required"):
            signal.send(None)
        with pytest.raises(PayloadError, match="y: input should be a valid string, got int"):
            signal.send(None, y=1)
    run(shop, "z: int")
    with pytest.raises(PayloadError, match="y: no such field"):
        signal.send(None, y="text", z=1)
    assert send(None, z=1) == []


def test_new_validators_and_settings_hold(shop: Namespace) -> None:
    """Even if they change how the payload is validated, or allow extra fields."""
    log: list[Any] = []
    signal = run(shop)["signal"]
    signal.connect(note := note_in(log))
    for _ in range(OFTEN):
        signal.send(None, x=1)
    run(shop, "check = model_validator(mode='after')(never)")
    for _ in range(OFTEN):
        with pytest.raises(PayloadError, match="never"):
            signal.send(None, x=1)
    log.clear()
    run(shop, "model_config = ConfigDict(extra='allow')")
    for _ in range(OFTEN):
        signal.send(None, x=1, more=2)
    assert log == [{"x": 1, "more": 2}] * OFTEN
    assert [*signal.receivers.values()] == [note]


@pytest.mark.parametrize(
    "declared", ["Placed, sender=Shop", "Outer.Placed", "Page[int]", "Page[list[Placed]]", "Page[Placed | None]"]
)
def test_whatever_is_declared_may_be_declared_again(shop: Namespace, declared: str) -> None:
    """The sender's class too; nested classes; generic payloads, even of classes that are declared again."""
    first, second = run(shop, declared=declared), run(shop, "new: int = 1", declared=declared)
    assert first["signal"] is second["signal"]
    payload = eval(declared.partition(",")[0], second)  # noqa: S307 - as listed above
    assert second["signal"].payload_type is payload
    assert "new" in payload.model_fields


def test_the_sender_s_class_may_be_declared_again(shop: Namespace) -> None:
    """With the payload or without one; senders of the earlier class are refused."""
    for declared in ("Placed, sender=Shop", "sender=Shop"):
        namespace = Namespace()
        first = run(namespace, declared=declared)
        signal = first["signal"]
        assert signal.send(first["Shop"](), x=1) == []
        second = run(namespace, declared=declared)
        assert signal.sender_type is second["Shop"]
        for _ in range(OFTEN):
            assert signal.send(second["Shop"](), x=1) == []
            with pytest.raises(SenderError) as caught:
                signal.send(first["Shop"](), x=1)
            assert str(caught.value).endswith(
                " must be of type Shop, got Shop; the class was declared twice, by a reload or a notebook: "
                "use the signal's sender_type"
            )


def test_other_parts_of_the_declaration_may_be_edited(shop: Namespace) -> None:
    """``validate``, the sender's type, the documentation and the place are those of the last declaration."""
    signal = run(shop, declared="Placed, doc='Before.'")["signal"]
    again = run(shop, declared="Placed, sender=Shop, validate='never', doc='After.'", module="__main__")
    assert (signal.sender_type, signal.validate, signal.__doc__) == (again["Shop"], "never", "After.")
    assert signal.send(again["Shop"](), x="not an int") == []
    with pytest.raises(SenderError):
        signal.send(None, x=1)
    run(shop, "\n" * 7)
    assert (signal.sender_type, signal.validate, signal.__doc__) == (None, "always", None)
    assert signal._place.line > 30
    assert signal.send(None, x=1) == []


# Receivers


def test_receivers_that_do_not_fit_any_more_are_disconnected_with_a_warning(shop: Namespace) -> None:
    """It says which, where and why; the others keep their order and their options."""

    def first(sender: object, x: int) -> None: ...
    def second(sender: object, x: int, **extra: Any) -> None: ...
    def third(sender: object, payload: Any) -> None: ...
    def fourth(sender: object, x: int, y: int = 0) -> None: ...

    signal = run(shop)["signal"]
    signal.connect(first)
    signal.connect(second, once=True)
    signal.connect(third, as_payload=True, weak=False)
    signal.connect(fourth, priority=5)
    signal.send(None)
    signal.connect(second, once=True)
    with pytest.warns(DroppedReceiverWarning) as caught:
        run(shop, "y: int = 2")
    line = first.__code__.co_firstlineno
    (warning,) = caught
    assert str(warning.message) == (
        f"receiver 'test_receivers_that_do_not_fit_any_more_are_disconnected_with_a_warning.<locals>.first' "
        f"({__file__}:{line}) no longer fits <Signal 'shop.placed'>, whose declaration has changed, "
        "and was disconnected: it does not take the field 'y'; add **extra: Any to ignore what it does not need"
    )
    assert (warning.filename, warning.lineno) == (__file__, line)
    connections = [(c.receiver, c.once, c.as_payload, c.weak, c.priority) for c in signal.connections]
    assert connections == [
        (fourth, False, False, True, 5),
        (third, False, True, False, 0),
        (second, True, False, True, 0),
    ]
    assert [receiver for receiver, _ in signal.send(None)] == [fourth, third, second]


def test_a_warning_raised_as_an_error_leaves_nothing_undone(shop: Namespace) -> None:
    """The declaration raises it after it has done its work."""
    signal = run(shop)["signal"]

    def narrow(sender: object, x: int) -> None: ...

    signal.connect(narrow)
    with pytest.raises(DroppedReceiverWarning):
        run(shop, "y: int = 2")
    assert signal.send(None, x=1, y=1) == []


def test_what_was_connected_to_a_sender_of_the_earlier_class_is_disconnected(shop: Namespace) -> None:
    """No send could reach it; what is connected to any sender stays."""
    first = run(shop, declared="Placed, sender=Shop")
    signal, sender = first["signal"], first["Shop"]()
    signal.connect(note := note_in([]), sender)
    signal.connect(other := note_in([]))
    with pytest.warns(DroppedReceiverWarning, match="it is connected to a Shop, but senders must be of type Shop"):
        run(shop, declared="Placed, sender=Shop")
    assert [connection.receiver for connection in signal.connections] == [other]
    assert [receiver for receiver, _ in signal.send(signal.sender_type())] == [other] != [note]


def test_what_is_connected_to_one_sender_stays_where_any_may_send(shop: Namespace) -> None:
    """A signal that declares no type of senders takes them all."""
    signal = run(shop)["signal"]
    signal.connect(note := note_in([]), "sender")
    run(shop, "y: int = 2")
    assert signal.send("sender") == [(note, None)]
    assert signal.send("another") == []


def test_builtins_are_named_where_the_declaration_is(shop: Namespace) -> None:
    """They have no place of their own."""
    sender = run(shop, declared="Placed, sender=Shop")["Shop"]()
    shop["placed"].connect(dict, sender)
    with pytest.warns(DroppedReceiverWarning, match="receiver 'dict' no longer fits") as caught:
        run(shop, declared="Placed, sender=Shop")
    assert caught[0].filename == "<a cell of __main__>"


def test_blocks_do_not_restore_what_does_not_fit(shop: Namespace) -> None:
    """A connection that a block will restore is checked with the others."""
    signal = run(shop)["signal"]

    def narrow(sender: object, x: int) -> None: ...
    def by_payload(sender: object, payload: Any) -> None: ...
    def wide(sender: object, **extra: Any) -> None: ...

    for receiver in (narrow, wide):
        signal.connect(receiver)
    with (
        signal.connected_to(narrow, priority=1),
        signal.connected_to(wide, priority=1),
        signal.connected_to(by_payload, as_payload=True),
    ):
        with pytest.warns(DroppedReceiverWarning) as caught:
            run(shop, "y: int = 2")
        assert {c.receiver for c in signal.connections} == {wide, by_payload}
    assert len(caught) == 2
    assert [c.receiver for c in signal.connections] == [wide]
    assert [receiver for receiver, _ in signal.send(None)] == [wide]


def test_receivers_of_newly_deprecated_fields_are_warned_about(shop: Namespace) -> None:
    """Once: a warning given when the receiver was connected is not repeated."""
    signal = run(shop, "y: int = Field(1, deprecated=True)")["signal"]

    def take(sender: object, x: int, y: int, **extra: Any) -> None: ...

    with pytest.warns(DeprecationWarning, match="takes 'y', a deprecated field"):
        signal.connect(take)
    with pytest.warns(
        DeprecationWarning, match=r"receiver '.*\.take' \(.*\) takes 'x', a deprecated field of <Signal 'shop\.placed'>"
    ) as caught:
        run(shop, "y: int = Field(1, deprecated=True); x: int = Field(1, deprecated=True)")
    assert len(caught) == 1
    signal.send(None)


def test_a_receiver_that_never_fitted_stays_for_code_that_only_looks_at_connections(shop: Namespace) -> None:
    """As the catalog does, which reports it."""

    def misfit(sender: object) -> None: ...

    signal = run(shop)["signal"]
    with misfits_allowed():
        signal.connect(misfit, weak=False)
        run(shop, "y: int = 2")
    assert [connection.receiver for connection in signal.connections] == [misfit]


def test_later_receivers_are_checked_with_the_new_payload(shop: Namespace) -> None:
    """Even functions that were checked before."""
    signal = run(shop)["signal"]

    def take(sender: object, x: int) -> None: ...

    signal.connect(take)
    signal.disconnect(take)
    run(shop, "y: int = 2")
    with pytest.raises(TypeError, match="it does not take the field 'y'"):
        signal.connect(take)


# Instances of the payload that was replaced


@pytest.mark.parametrize("send", ["send_payload", "send_payload_async"])
def test_an_instance_of_the_earlier_payload_is_refused(shop: Namespace, send: str) -> None:
    """The message distinguishes the two classes of one name."""
    first = run(shop)
    run(shop)
    signal = first["signal"]
    with pytest.raises(PayloadError) as caught:
        finished(getattr(signal, send)(None, first["Placed"](x=1)))
    assert (
        "payload: must be an instance of Placed, got Placed from another declaration: the class was declared twice, "
        "by a reload or a notebook; use the class that the signal was declared with at "
        f"{signal._place} (its payload_type)"
    ) in str(caught.value)


def test_the_earlier_payload_cannot_be_declared_again(shop: Namespace) -> None:
    """Otherwise code that still has it would undo the reload."""
    first = run(shop)
    again = run(shop)
    signal = again["signal"]
    for _ in range(2):
        with pytest.raises(DeclarationError, match=r"declared again at <a cell of .* with another Placed.*import it"):
            shop.signal("placed", first["Placed"])
    assert signal.payload_type is again["Placed"]
    assert shop.signal("placed", again["Placed"]) is signal
    third = run(shop)
    assert signal.payload_type is third["Placed"]


def test_a_declaration_that_fails_changes_nothing(shop: Namespace) -> None:
    """And a correct one may follow."""
    first = run(shop)
    with pytest.raises(DeclarationError, match="has alias='X'"):
        run(shop, "y: int = Field(1, alias='X')")
    assert first["signal"].payload_type is first["Placed"]
    assert shop.signal("placed", first["Placed"]) is first["signal"]
    assert first["signal"].send(None, x=1) == []
    third = run(shop, "y: int = 1")
    assert third["signal"].payload_type is third["Placed"]


def test_a_declaration_that_fails_late_changes_nothing_either(shop: Namespace) -> None:
    """The alias is found only with the name that its annotation refers to, and the earlier payload stays valid."""
    first = run(shop, declared="Placed, sender=Shop")
    with pytest.raises(DeclarationError, match="has alias='X'"):
        run(shop, "y: 'Annotated[Later, Field(alias=\"X\")]' = 1", declared="Placed, sender=Shop")
    signal, again = first["signal"], run(Namespace(), declared="sender=Shop")
    assert shop.signal("placed", first["Placed"], sender=again["Shop"]) is signal
    assert (signal.payload_type, signal.sender_type) == (first["Placed"], again["Shop"])


def test_a_class_that_stays_may_be_declared_each_time(shop: Namespace) -> None:
    """Only replaced classes are refused."""

    class Stays:
        pass

    for declared in ("Placed, sender=Stays", "Placed, sender=Stays", "Placed", "Placed, sender=Stays"):
        shop.__dict__["Stays"] = Stays
        signal = run(shop, declared=declared.replace("Stays", "shop.Stays"))["signal"]
    assert signal.sender_type is Stays


# What is not the same declaration again


def test_another_class_of_the_same_name_is_refused_with_both_places(shop: Namespace) -> None:
    """It comes from elsewhere; the signal stays as it is."""
    signal = run(shop, module="one")["signal"]
    with pytest.raises(DeclarationError) as caught:
        run(shop, module="two")
    line = signal._place.line
    assert str(caught.value) == (
        f"<Signal 'shop.placed'> is declared at <a cell of one>:{line} with payload one.Placed, and now at "
        f"<a cell of two>:{line} with payload two.Placed, which is another class of the same name; "
        "declare it once and import it from there, or choose another name"
    )
    with pytest.raises(DeclarationError, match=r"payload one\.Placed, and now .* payload one\.Outer\.Placed, which"):
        run(shop, module="one", declared="Outer.Placed")
    namesakes = [run(Namespace(), module=module)["Placed"] for module in ("one", "two")]
    with pytest.raises(DeclarationError, match="which is another class of the same name; declare it once"):
        [shop.signal("other", payload) for payload in namesakes]  # by one line of one module
    assert signal.payload_type.__module__ == "one"


def test_another_sender_class_of_the_same_name_is_refused_as_well(shop: Namespace) -> None:
    """It is another class all the same."""
    first = run(shop, module="one", declared="sender=Shop")
    with pytest.raises(DeclarationError, match=r"sender one\.Shop, and now .* sender two\.Shop, which is another"):
        run(shop, module="two", declared="sender=Shop")
    assert first["signal"].sender_type is first["Shop"]


def test_a_file_that_runs_as_two_modules_is_reported(shop: Namespace, tmp_path: Path) -> None:
    """Most often as a program and as an imported module."""
    code = compile(CELL.format(fields="pass", declared="Placed"), str(tmp_path / "events.py"), "exec")
    exec(code, {"__name__": "__main__", "shop": shop})  # noqa: S102 - written above
    with pytest.raises(DeclarationError, match="the file runs as two modules, __main__ and events; declare it once"):
        exec(code, {"__name__": "events", "shop": shop})  # noqa: S102 - written above


def test_generic_payloads_of_namesakes_are_not_the_same(shop: Namespace) -> None:
    """Their names contain only the names of their arguments."""
    one, two = run(Namespace(), module="one"), run(Namespace(), module="two")
    shop.signal("page", one["Page"][one["Placed"]])
    with pytest.raises(DeclarationError, match=r"payload one\.Page\[Placed\], and now"):
        shop.signal("page", one["Page"][two["Placed"]])
    with pytest.raises(DeclarationError):
        shop.signal("page", one["Page"][int])
    with pytest.raises(DeclarationError):
        shop.signal("page", one["Page"])
    shop.signal("choice", one["Page"][Literal["a"]])
    with pytest.raises(DeclarationError):
        shop.signal("choice", one["Page"][Literal["b"]])


@pytest.mark.parametrize(("declared", "now"), [("Placed", "Placed, sender=Shop"), ("Placed, sender=Shop", "Placed")])
def test_other_options_for_the_same_payload_are_refused(shop: Namespace, declared: str, now: str) -> None:
    """Two modules that import the payload disagree."""
    names = run(shop, declared=declared)
    with pytest.raises(DeclarationError, match=r"with payload Placed.* and now with payload Placed.*; declare it once"):
        eval(f"shop.signal('placed', {now})", names)  # noqa: S307 - as listed above
    assert names["signal"].payload_type is names["Placed"]


def test_a_payload_cannot_be_added_by_declaring_again(shop: Namespace) -> None:
    """Earlier receivers were connected without a check."""
    run(shop, declared="sender=Shop")
    with pytest.raises(DeclarationError, match="with no payload and sender Shop, and now with payload"):
        run(shop, declared="Placed, sender=Shop")


def test_a_signal_without_a_payload_may_be_declared_again(shop: Namespace) -> None:
    """It is sent as before, and still takes no payload."""
    for _ in range(2):
        names = run(shop, declared="sender=Shop")
        signal, sender = names["signal"], names["Shop"]()
        signal.connect(note := note_in([]))
        assert signal.send(sender, x=1) == [(note, None)]
        with pytest.raises(PayloadError, match="has no payload"):
            signal.send_payload(sender, names["Placed"]())
        signal.disconnect(note)


# Where declarations are repeated


def test_a_function_that_declares_may_be_called_again(shop: Namespace) -> None:
    """As tests call an application factory: its classes have the same names each time."""

    def create_app(kind: type) -> AnySignal:
        class Started(Payload):
            port: kind  # type: ignore[valid-type]  # a parameter

        return shop.signal("started", Started)

    first, second = create_app(int), create_app(str)
    assert first is second
    assert second.send(None, port="80") == []


def test_models_that_are_made_without_a_class_statement_may_be_declared_again(shop: Namespace) -> None:
    """Their names decide as well."""
    for kind in (int, str):
        shop.signal("made", create_model("Made", __base__=Payload, x=(kind, ...)))
    assert shop["made"].send(None, x="text") == []


@pytest.fixture
def events(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """A module that declares a signal in a namespace of another one."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    (tmp_path / "again_spaces.py").write_text("from typedsignals import Namespace\nshop = Namespace('shop')\n")
    (tmp_path / "again_events.py").write_text(module_text(""))
    yield importlib.import_module("again_events")
    for name in ("again_events", "again_spaces"):
        sys.modules.pop(name, None)


def module_text(fields: str, spaces: str = "from again_spaces import shop") -> str:
    return (
        f"from typedsignals import Payload, Namespace, Signal\n{spaces}\n"
        f"class Placed(Payload):\n    x: int = 1\n    {fields}\n"
        "placed = shop.signal('placed', Placed)\nown = Signal(Placed)\n"
    )


def test_a_module_may_be_reloaded(events: ModuleType) -> None:
    """Signals of a namespace that stays keep their receivers; others are new signals."""
    log: list[Any] = []
    placed, own = events.placed, events.own
    placed.connect(note := note_in(log))
    placed.send(None)
    Path(str(events.__file__)).write_text(module_text("y: int = 2"))
    importlib.reload(events)
    assert events.placed is placed
    assert events.own is not own
    placed.send(None)
    events.own.send(None, y=3)
    assert log == [{"x": 1}, {"x": 1, "y": 2}]
    assert note in placed.receivers.values()


def test_a_reloaded_module_that_makes_its_own_namespace_makes_a_new_one(events: ModuleType) -> None:
    """Nothing is declared again in a new namespace."""
    Path(str(events.__file__)).write_text(module_text("", "shop = Namespace('shop')"))
    importlib.reload(events)
    first = events.placed
    importlib.reload(events)
    assert events.placed is not first
    assert events.placed.send(None) == []


def test_a_signal_can_still_be_pickled_by_name(events: ModuleType) -> None:
    """It is the same one, found where it is declared."""
    import pickle  # noqa: PLC0415 - needed here only

    importlib.reload(events)
    assert pickle.loads(pickle.dumps(events.placed)) is events.placed  # noqa: S301 - just made


@pytest.mark.parametrize("config", ["", "model_config = ConfigDict(strict=False); "], ids=["fields", "whole"])
def test_threads_may_send_meanwhile(shop: Namespace, config: str) -> None:
    """Each send is of one payload or the other, and receivers never get a mixture."""
    log: list[Any] = []
    signal = run(shop, f"{config}y: int = 1")["signal"]
    signal.connect(note := note_in(log))
    done = threading.Event()
    errors: list[BaseException] = []

    def send() -> None:
        while not done.is_set():
            try:
                signal.send(None, x=1)
                finished(signal.send_async(None, x=1))
                signal.send_robust(None, x=1)
            except BaseException as error:
                errors.append(error)
                raise

    threads = [threading.Thread(target=send) for _ in range(2)]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        for thread in threads:
            thread.start()
        for number in range(60):
            run(shop, config + ("y: int = 1" if number % 2 else "z: int = 2"))
    finally:
        done.set()
        for thread in threads:
            thread.join()
        sys.setswitchinterval(interval)
    assert errors == []
    assert all(entry in ({"x": 1, "y": 1}, {"x": 1, "z": 2}) for entry in log)
    log.clear()
    for _ in range(OFTEN):
        signal.send(None)
    assert log == [{"x": 1, "y": 1}] * OFTEN
    assert note in signal.receivers.values()


def test_any_model_may_be_the_payload(shop: Namespace) -> None:
    """Even one that is not derived from `Payload`."""

    def declare(default: int) -> Signal[Any, Any, ...]:
        class Lax(BaseModel):
            x: int = default

        return shop.signal("lax", Lax)

    log: list[Any] = []
    declare(1).connect(note := note_in(log))
    shop["lax"].send(None)
    declare(2).send(None, x="3")
    shop["lax"].send(None)
    assert log == [{"x": 1}, {"x": 3}, {"x": 2}]
    assert note in shop["lax"].receivers.values()


def test_a_wait_for_the_signal_goes_on(shop: Namespace) -> None:
    """And returns the next send, with the new payload."""

    async def main() -> Any:
        signal = run(shop)["signal"]
        async with signal.stream() as events:
            signal.send(None, x=1)
            again = run(shop, "y: int = 2")
            signal.send(None, x=3)
            return again["Placed"], [(await anext(events))[1] for _ in range(2)]

    payload, (before, after) = asyncio.run(main())
    assert (before.x, type(after), after.x, after.y) == (1, payload, 3, 2)


@pytest.mark.parametrize("config", ["", "model_config = ConfigDict(strict=False); "], ids=["fields", "whole"])
@pytest.mark.parametrize("times", [1, OFTEN])
def test_nothing_is_left_of_the_former_classes(shop: Namespace, config: str, times: int) -> None:
    """No generated code, contract or connection keeps the payload or the sender's class alive."""
    names = run(shop, config, "Placed, sender=Shop")
    signal = names["signal"]
    signal.connect(note := note_in([]))
    for _ in range(times):
        signal.send(names["Shop"](), x=1)
        finished(signal.send_async(names["Shop"](), x=1))
    former = weakref.ref(names["Placed"]), weakref.ref(names["Shop"])
    names.clear()
    run(shop, config, "Placed, sender=Shop").clear()
    gc.collect()
    assert [reference() for reference in former] == [None, None]
    assert note in signal.receivers.values()


def test_the_source_of_former_code_is_forgotten(shop: Namespace) -> None:
    """However often a cell is executed."""

    def sources() -> int:
        return sum("__main__.placed" in name for name in linecache.cache)

    before = sources()
    for _ in range(10):
        signal = run(shop)["signal"]
        for _ in range(OFTEN):
            signal.send(None)
    assert sources() == before + 1
