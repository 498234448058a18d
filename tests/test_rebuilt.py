"""Payloads that are rebuilt while their signals are in use: `model_rebuild(force=True)`."""

from __future__ import annotations

import gc
import pkgutil
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import blinker
import pydantic
import pytest
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.errors import PydanticUndefinedAnnotation
from pydantic.fields import FieldInfo
from pydantic_core import core_schema

from tests.test_declared_again import OFTEN, SENDS, note_in
from tests.ways import AnySignal, finished
from typedsignals import DroppedReceiverWarning, Payload, PayloadError, ReceiverSignatureError, Signal
from typedsignals._validating.fast_path import fast_path
from typedsignals._validating.one_build import PARTS
from typedsignals.blinker import typed
from typedsignals.testing import capture

pydantic_version = tuple(int(part) for part in pydantic.VERSION.split(".")[:2])


def a_payload(base: type[BaseModel] = Payload) -> Any:
    class P(base):  # type: ignore[valid-type,misc]  # a parameter
        x: int = 1

    return P


def a_recursive_payload() -> Any:
    class Node(Payload):
        x: int = 1
        next: Node | None = None

    return Node


class Whole(Payload):
    """Validated as a whole, because its author wrote a validator."""

    @model_validator(mode="after")
    def check(self) -> Whole:
        return self


class Open(Payload):
    """Allows extra fields."""

    model_config = ConfigDict(extra="allow")


def add_field(payload: Any, name: str, kind: Any, default: Any = ...) -> None:
    payload.__pydantic_fields__ = payload.model_fields | {name: FieldInfo(annotation=kind, default=default)}
    payload.model_rebuild(force=True)


@pytest.mark.parametrize("send", SENDS.values(), ids=SENDS)
@pytest.mark.parametrize("base", [Payload, BaseModel, Whole, Open])
@pytest.mark.parametrize("times", [0, 1, OFTEN])
def test_an_added_field_can_be_sent(send: Callable[..., Any], base: type[BaseModel], times: int) -> None:
    """By each way of sending, however often the signal was sent before."""
    log: list[Any] = []
    payload = a_payload(base)
    signal: AnySignal = Signal(payload)
    signal.connect(note := note_in(log))
    for _ in range(times):
        send(signal, {"x": 2})
    log.clear()
    add_field(payload, "y", str, "new")
    for number in range(OFTEN):
        send(signal, {"x": number})
    assert log == [{"x": number, "y": "new"} for number in range(OFTEN)]
    assert note in signal.receivers.values()


def test_all_signals_of_a_payload_follow() -> None:
    """Those that share what was made from it, and one that is used for the first time."""
    payload, log = a_payload(), list[Any]()
    *used, unused = [Signal(payload) for _ in range(4)]
    note = note_in(log)
    for signal in used:
        signal.connect(note)
        signal.send(None, x=0)
    add_field(payload, "y", str, "new")
    log.clear()
    unused.connect(note)
    for signal in (*used, unused):
        signal.send(None, x=2)
    assert log == [{"x": 2, "y": "new"}] * 4


def test_signals_of_a_payload_that_are_declared_otherwise_do_not_share() -> None:
    """Each validates, and accepts receivers, as it is declared."""
    payload = a_payload()
    strict, trusting, waiting = Signal(payload), Signal(payload, validate="never"), Signal(payload, accepts="async")
    plain = note_in([])
    for signal in (strict, trusting):
        signal.connect(plain)
    with pytest.raises(ReceiverSignatureError):
        waiting.connect(plain)  # type: ignore[signal-receiver]
    trusting.send(None, x="no number")
    with pytest.raises(PayloadError):
        strict.send(None, x="no number")


def test_a_payload_goes_with_its_signals() -> None:
    """What they share does not keep it."""
    payload = a_payload()
    signals = [Signal(payload) for _ in range(2)]
    payload.signals = signals
    for signal in signals:
        signal.connect(note_in([]), weak=False)
        signal.send(None, x=2)
    gone = weakref.ref(payload)
    del payload, signals, signal
    gc.collect()
    assert gone() is None


@pytest.mark.parametrize("validate", ["always", "connected", "never"])
def test_what_is_accepted_follows(validate: Any) -> None:
    """For added fields, removed fields, and fields whose types change."""
    payload = a_payload()
    signal: AnySignal = Signal(payload, validate=validate)
    signal.connect(note := note_in([]))
    for _ in range(OFTEN):
        signal.send(None, x=1)
    add_field(payload, "y", int)
    for _ in range(OFTEN):
        with pytest.raises(PayloadError, match="y: field required"):
            signal.send(None, x=1)
    add_field(payload, "y", str)
    for _ in range(OFTEN):
        assert len(signal.send(None, y="text")) == 1
    if validate != "never":
        with pytest.raises(PayloadError, match="y: input should be a valid string, got int"):
            signal.send(None, y=1)
    del payload.__pydantic_fields__["y"]
    payload.model_rebuild(force=True)
    for _ in range(OFTEN):
        assert len(signal.send(None, x=1)) == 1
        with pytest.raises(PayloadError, match="y: no such field"):
            signal.send(None, x=1, y="text")
    assert note in signal.receivers.values()


def test_settings_follow() -> None:
    """Such as whether extra fields are allowed."""
    log: list[Any] = []
    payload = a_payload()
    signal: AnySignal = Signal(payload)
    signal.connect(note := note_in(log))
    for _ in range(OFTEN):
        signal.send(None, x=1)
    log.clear()
    payload.model_config["extra"] = "allow"
    payload.model_rebuild(force=True)
    for _ in range(OFTEN):
        signal.send(None, x=1, more=2)
    assert log == [{"x": 1, "more": 2}] * OFTEN
    assert note in signal.receivers.values()


def test_each_signal_of_the_payload_follows_each_time() -> None:
    """Later rebuilds are noticed too."""
    payload = a_payload()
    signals: list[AnySignal] = [Signal(payload), Signal(payload)]
    for name in "abcd":
        add_field(payload, name, int, 1)
        for signal in signals:
            log: list[Any] = []
            with signal.connected_to(note_in(log)):
                signal.send(None)
            assert name in log[0]


def test_a_rebuild_that_changes_nothing_changes_nothing() -> None:
    """And without ``force=True``, a complete model is not rebuilt at all."""
    payload = a_payload()
    signal: AnySignal = Signal(payload)
    for force in (True, False):
        signal.send(None, x=1)
        payload.model_rebuild(force=force)
        assert signal.send(None, x=1) == []
        with pytest.raises(PayloadError):
            signal.send(None, x="1")


def test_receivers_are_checked_with_what_the_payload_is_now() -> None:
    """New ones when they are connected; earlier ones at the next send, which keeps those that fit."""

    def narrow(sender: object, x: int) -> None: ...
    def wide(sender: object, x: int, **extra: Any) -> None: ...

    payload = a_payload()
    signal: AnySignal = Signal(payload)
    signal.connect(narrow)
    signal.connect(wide)
    signal.send(None)
    add_field(payload, "y", int, 2)
    with pytest.raises(ReceiverSignatureError, match="it does not take the field 'y'"):
        signal.connect(narrow, priority=1)
    with pytest.warns(DroppedReceiverWarning, match="does not take the field 'y'") as caught:
        assert [receiver for receiver, _ in signal.send(None)] == [wide]
    assert (caught[0].filename, caught[0].lineno) == (__file__, narrow.__code__.co_firstlineno)
    assert [receiver for receiver, _ in signal.send(None)] == [wide]


def test_a_rebuild_before_the_first_send_is_noticed_too() -> None:
    """By receivers that are connected already."""

    def narrow(sender: object, x: int) -> None: ...

    payload = a_payload()
    signal: AnySignal = Signal(payload)
    signal.connect(narrow)
    add_field(payload, "y", int, 2)
    with pytest.warns(DroppedReceiverWarning):
        assert signal.send(None) == []


def test_a_check_of_receivers_that_is_interrupted_is_made_by_the_next_send() -> None:
    """None that does not fit is called."""

    class Narrow:
        reads: Iterator[BaseException] = iter([])

        @property
        def __signature__(self) -> Any:
            for error in self.reads:
                raise error
            raise AttributeError

        def __call__(self, sender: object, x: int) -> None: ...

    payload, narrow = a_payload(), Narrow()
    signal: AnySignal = Signal(payload)
    signal.connect(narrow)
    add_field(payload, "y", int, 2)
    narrow.reads = iter([KeyboardInterrupt()])
    with pytest.raises(KeyboardInterrupt):
        signal.send(None)
    with pytest.warns(DroppedReceiverWarning, match="Narrow"):
        assert signal.send(None) == []


def test_what_another_thread_does_before_the_first_send_is_not_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """It connects a receiver, and rebuilds the payload, while the first send waits for the lock."""

    def narrow(sender: object, x: int) -> None: ...

    payload = a_payload()
    signal: AnySignal = Signal(payload)

    class Waiting:
        def __enter__(self) -> None:
            monkeypatch.undo()
            signal.connect(narrow)
            add_field(payload, "y", int, 2)

        def __exit__(self, *error: object) -> None: ...

    monkeypatch.setattr("typedsignals._declaring.declared.lock", Waiting())
    with pytest.warns(DroppedReceiverWarning, match="narrow"):
        assert signal.send(None) == []


def test_deprecations_follow() -> None:
    """Receivers of a newly deprecated field are warned about at the next send."""

    def take(sender: object, x: int, **extra: Any) -> None: ...

    payload = a_payload()
    signal: AnySignal = Signal(payload)
    signal.connect(take)
    payload.__pydantic_fields__["x"] = Field(1, deprecated=True)
    payload.__pydantic_fields__["x"].annotation = int
    payload.model_rebuild(force=True)
    with pytest.warns(DeprecationWarning, match="takes 'x', a deprecated field"):
        assert len(signal.send(None)) == 1
    assert len(signal.send(None)) == 1


def test_an_alias_that_a_rebuild_brings_is_refused() -> None:
    """As when a signal is declared."""
    payload = a_payload()
    signal: AnySignal = Signal(payload)
    signal.send(None)
    payload.__pydantic_fields__["x"] = Field(1, alias="X")
    payload.__pydantic_fields__["x"].annotation = int
    payload.model_rebuild(force=True)
    with pytest.raises(TypeError, match="field 'x' of payload P has alias='X'"):
        signal.send(None)


def test_a_rebuild_that_fails_leaves_the_signal_as_it_was() -> None:
    """Until one succeeds, which is noticed even if the first one's error, with all that it refers to, is kept."""
    for times in (0, OFTEN):
        payload = a_payload()
        signal: AnySignal = Signal(payload)
        for _ in range(times + 1):
            signal.send(None, x=1)
        broken = FieldInfo(annotation=int)
        broken._complete, broken._original_annotation = False, "NotDefined"
        payload.__pydantic_fields__ = payload.model_fields | {"y": broken}
        with pytest.raises(PydanticUndefinedAnnotation):
            payload.model_rebuild(force=True)
        assert signal.send(None, x=1) == []
        with pytest.raises(PayloadError, match="x: input should be a valid integer, got str"):
            signal.send(None, x="1")
        payload.model_rebuild(_types_namespace={"NotDefined": int})
        gc.collect()
        with pytest.raises(PayloadError, match="y: field required"):
            signal.send(None, x=1)


def test_after_a_rebuild_that_failed_a_problem_inside_a_field_is_reported_without_its_place() -> None:
    """What may be shown of the place is not known until a rebuild succeeds."""

    class Inner(Payload):
        x: int = 1

    class Outer(Payload):
        inner: Inner = Inner()

    signal: AnySignal = Signal(Outer)
    signal.send(None)
    with pytest.raises(PydanticUndefinedAnnotation):
        add_field(Outer, "y", "NotDefined")
    with pytest.raises(PayloadError, match=r"  inner\[\.\.\.\]: input should be a valid integer, got str"):
        signal.send(None, inner={"x": "1"})
    del Outer.__pydantic_fields__["y"]
    Outer.model_rebuild(force=True)
    with pytest.raises(PayloadError, match=r"  inner\.x: input should be a valid integer, got str"):
        signal.send(None, inner={"x": "1"})


def test_a_rebuild_is_noticed_while_the_old_signature_is_kept() -> None:
    """By the general code; generated code notices once the old signature is released."""
    payload = a_payload()
    signal: AnySignal = Signal(payload)
    signal.send(None, x=1)
    kept = dict(vars(payload))
    add_field(payload, "y", int)
    with pytest.raises(PayloadError, match="y: field required"):
        signal.send(None, x=1)
    assert kept


def test_instances_from_before_lack_what_was_added() -> None:
    """They are refused; new ones are accepted."""
    payload = a_payload()
    signal: AnySignal = Signal(payload)
    old = payload(x=1)
    signal.send_payload(None, old)
    add_field(payload, "y", int, 2)
    with pytest.raises(PayloadError, match="y: field required"):
        signal.send_payload(None, old)
    assert signal.send_payload(None, payload(x=1)) == []


def test_what_was_captured_before_can_still_be_shown() -> None:
    """With the fields that it has."""
    payload = a_payload()
    signal: AnySignal = Signal(payload)
    with capture(signal) as captured:
        signal.send("me", x=5)
        add_field(payload, "y", int, 2)
        signal.send("me", x=6)
        with pytest.raises(AssertionError) as caught:
            captured.assert_not_sent(signal)
    assert "by 'me': x=5" in str(caught.value)
    assert "by 'me': x=6, y=2" in str(caught.value)


def test_a_signal_is_not_kept_alive_by_its_payload() -> None:
    """And a rebuild after its death is harmless."""
    payload = a_payload()
    signal: AnySignal = Signal(payload)
    signal.send(None)
    death = weakref.ref(signal)
    del signal
    gc.collect()
    assert death() is None
    add_field(payload, "y", int, 2)


@pytest.mark.parametrize(
    "payload", [*[a_payload(base) for base in (Payload, BaseModel, Whole, Open)], a_recursive_payload()]
)
def test_fields_that_are_changed_and_not_yet_built_do_not_count(payload: Any) -> None:
    """As in pydantic; the first send uses the model as it was built."""
    log: list[Any] = []
    signal: AnySignal = Signal(payload)
    built = dict(payload())
    payload.__pydantic_fields__["y"] = FieldInfo(annotation=int)
    payload.__pydantic_fields__["x"] = FieldInfo(annotation=int, default=3)
    signal.connect(note := note_in(log))
    for _ in range(OFTEN):
        signal.send(None)
    assert log == [built] * OFTEN
    assert note in signal.receivers.values()


@pytest.mark.skipif(
    pydantic_version < (2, 14),
    reason="model_rebuild itself fails if another thread rebuilds the model at the same time",
)
def test_threads_may_send_while_it_is_rebuilt() -> None:
    """No send fails, and afterwards only the new fields count."""
    log: list[Any] = []
    payload = a_payload()
    signal: AnySignal = Signal(payload)
    signal.connect(note := note_in(log))
    done = threading.Event()
    errors: list[BaseException] = []

    def send() -> None:
        while not done.is_set():
            try:
                signal.send(None, x=1)
                finished(signal.send_async(None, x=1))
            except BaseException as error:
                errors.append(error)
                raise

    threads = [threading.Thread(target=send) for _ in range(2)]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        for thread in threads:
            thread.start()
        for number in range(40):
            add_field(payload, f"f{number}", int, number)
    finally:
        done.set()
        for thread in threads:
            thread.join()
        sys.setswitchinterval(interval)
    assert errors == []
    log.clear()
    for _ in range(OFTEN):
        signal.send(None)
    assert log == [{"x": 1} | {f"f{number}": number for number in range(40)}] * OFTEN
    assert note in signal.receivers.values()


def test_code_that_is_generated_while_it_is_rebuilt_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is generated again, from the payload as it is then."""
    payload = a_payload()
    signal: AnySignal = Signal(payload)
    names = iter("ab")

    def rebuild_and_plan(payload_type: Any) -> Any:
        plans = fast_path(payload_type)
        for name in names:
            add_field(payload, name, int, 1)
            break
        return plans

    monkeypatch.setattr("typedsignals._sending.sendable.fast_path", rebuild_and_plan)
    log: list[Any] = []
    signal.connect(note := note_in(log))
    for _ in range(OFTEN):
        signal.send(None)
    assert log[-1] == {"x": 1, "a": 1, "b": 1}
    assert note in signal.receivers.values()


@pytest.mark.parametrize(
    "reading",
    [
        "typedsignals._declaring.derived.FieldsValidator",
        "typedsignals._declaring.derived.field_names",
        "typedsignals._sending.sendable.fast_path",
        "typedsignals._sending.sendable.trusting_path",
    ],
)
@pytest.mark.parametrize("validate", ["always", "never"])
@pytest.mark.parametrize("parts", [["__pydantic_core_schema__"], ["__pydantic_validator__"], PARTS], ids="-".join)
def test_what_is_read_while_the_class_lacks_its_parts_is_not_kept(
    monkeypatch: pytest.MonkeyPatch, reading: str, validate: Any, parts: list[str]
) -> None:
    """Those of its base class show meanwhile, and before pydantic 2.14 the class may say that it is complete."""
    payload = a_payload()
    signal: AnySignal = Signal(payload, validate=validate)
    original = pkgutil.resolve_name(reading)
    times = iter([1])

    def read(payload_type: Any, **options: Any) -> Any:
        for _ in times:
            own = {part: vars(payload)[part] for part in parts}
            for part in parts:
                delattr(payload, part)
            made = original(payload_type, **options)
            for part in parts:
                threading.Timer(0.05, setattr, (payload, part, own[part])).start()
            return made
        return original(payload_type, **options)

    monkeypatch.setattr(reading, read)
    log: list[Any] = []
    signal.connect(note := note_in(log))
    for _ in range(OFTEN):
        signal.send(None, x=2)
        signal.connect(note)
    assert log == [{"x": 2}] * OFTEN
    assert note in signal.receivers.values()


def test_a_payload_with_a_schema_of_its_author_has_the_fields_of_its_class() -> None:
    """Nothing else names its fields."""

    class Own(Payload):
        x: int = 1

        @classmethod
        def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> core_schema.CoreSchema:
            return core_schema.no_info_plain_validator_function(lambda given: cls.model_construct(**given))

    log: list[Any] = []
    signal: AnySignal = Signal(Own)
    signal.connect(note := note_in(log))
    for _ in range(OFTEN):
        signal.send(None, x=2)
    assert log == [{"x": 2}] * OFTEN
    assert note in signal.receivers.values()


def test_a_signal_of_another_library_is_left_alone_once_no_receiver_fits() -> None:
    """The contract follows the payload, and the feed is connected only while there are receivers."""
    source, payload = blinker.Signal(), a_payload()
    signal = typed(source, payload)

    def take(sender: object, x: int) -> None: ...

    signal.connect(take)
    source.send(None, x=1)
    assert source.receivers
    add_field(payload, "y", str, "new")
    with pytest.warns(DroppedReceiverWarning, match="take"):
        source.send(None, x=1)
    assert not source.receivers
