"""What a relay carries, and what it refuses to carry."""

from __future__ import annotations

import dataclasses
import inspect
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Annotated, Any, Literal, NamedTuple, NotRequired

import pytest
from pydantic import (
    AliasChoices,
    AliasPath,
    Base64Str,
    BaseModel,
    ConfigDict,
    Field,
    InstanceOf,
    PlainSerializer,
    Secret,
    SecretStr,
    Tag,
)
from pydantic_core import CoreSchema, core_schema
from typing_extensions import TypeAliasType, TypedDict

import typedsignals.relay
from tests.relay.shops import SHOPS, OrderPlaced, Shop, name_of, new_relay, new_signal
from typedsignals import DeclarationError, Namespace, Payload, Signal
from typedsignals.relay import Relay, RelayError
from typedsignals.relay._sql.databases import Database

NOWHERE = "sqlite:///nowhere.db"


def relay() -> Relay:
    return Relay("shop", database=NOWHERE)


def refusal(signal: Any, **options: Any) -> str:
    with pytest.raises(DeclarationError) as caught:
        relay().carry(signal, **options)
    assert caught.value.signal is signal
    return str(caught.value)


def test_a_signal_without_a_name_or_a_payload_cannot_be_carried() -> None:
    """A message needs a type, and something to be validated by."""
    assert "has no name" in refusal(Signal(OrderPlaced))
    assert "has no payload" in refusal(Namespace("shop").signal("order-placed"))


def test_a_sender_type_needs_both_ways() -> None:
    """From the sender to text, and back."""
    for options in ({}, {"subject": name_of}, {"sender": SHOPS.get}):
        assert "for senders of type Shop it needs both" in refusal(new_signal(), **options)
    assert "for its senders it needs both" in refusal(Signal(OrderPlaced, name="x"), subject=str)


def test_an_order_that_the_broker_loses_is_refused() -> None:
    """Unless it need not be kept. The refusal shows no password."""
    signal = Namespace("shop").signal("placed", OrderPlaced, sender=str)

    def key(payload: OrderPlaced) -> str:
        return payload.customer

    through_rabbit = Relay("shop", database=NOWHERE, broker="amqp://user:secret@localhost/")
    with pytest.raises(DeclarationError, match=r"amqp://localhost/ loses the order.*order=\"best-effort\"") as caught:
        through_rabbit.carry(signal, key=key)
    assert caught.value.signal is signal
    assert "secret" not in str(caught.value)
    through_rabbit.carry(signal, key=key, order="best-effort")
    through_rabbit.carry(signal)
    Relay("shop", database=NOWHERE, broker="nats://localhost").carry(signal, key=key)
    relay().carry(signal, key=key)


def test_strings_need_no_ways() -> None:
    """Nor do signals without a sender type, whose senders are then strings or None."""
    relay().carry(Namespace("shop").signal("placed", OrderPlaced, sender=str))
    relay().carry(Namespace("shop").signal("placed", OrderPlaced))


def test_a_name_stands_for_one_signal() -> None:
    """Declaring the same again is fine: modules are executed twice at times."""
    carrying, signal = relay(), new_signal()
    carrying.carry(signal, subject=name_of, sender=SHOPS.__getitem__)
    carrying.carry(signal, subject=name_of, sender=SHOPS.__getitem__)
    with pytest.raises(DeclarationError, match="another signal with this full name"):
        carrying.carry(new_signal(), subject=name_of, sender=SHOPS.__getitem__)


class Live: ...


@dataclasses.dataclass
class Point:
    x: int
    of: InstanceOf[Live]


class Pair(NamedTuple):
    first: int
    second: SecretStr


class Remark(NamedTuple):
    text: str = "longer"


class Inner(Payload):
    unequal: int = Field(validation_alias="a", serialization_alias="b")
    equal: int = Field(validation_alias="c", serialization_alias="c")


class Everything(Payload):
    live: Live
    function: Callable[[], None]
    secret: Secret[int]
    items: list[Inner]
    mapping: dict[str, SecretStr]
    pair: Pair
    point: Point
    either: Live | int
    excluded: int = Field(exclude=True)
    fine: int = Field(default=1, exclude=True)
    refused: int = "x"  # type: ignore[assignment]
    made: list[int] = Field(default_factory=list)
    again: Inner | None = None


def test_what_cannot_travel_is_refused_with_its_path() -> None:
    """At every depth, and each of them."""
    message = refusal(Signal(Everything, name="everything"))
    assert message.split("cannot travel: ")[1].split("; ") == [
        "live is an object of this process",
        "function is an object of this process",
        "secret is secret, and would be written as asterisks",
        "items[].unequal is written as 'b', but read as 'a', 'unequal'",
        "mapping{} is secret, and would be written as asterisks",
        "pair.second is secret, and would be written as asterisks",
        "point.of is an object of this process",
        "either is an object of this process",
        "excluded is required, but not written",
        "refused refuses its own default",
    ]


def test_what_is_used_twice_under_a_name_is_refused_too() -> None:
    """Where it is first used."""
    engine = TypeAliasType("engine", Live)
    engines = TypeAliasType("engines", list[engine])

    class Garage(Payload):
        first: engines
        second: engines
        spare: engine

    assert refusal(Signal(Garage, name="garage")).endswith(": first[] is an object of this process")


def test_a_default_that_the_settings_of_its_model_refuse_is_refused() -> None:
    """They hold for what is read."""

    class Short(BaseModel):
        model_config = ConfigDict(str_max_length=3)

        note: str = "longer"
        inner: list[str] = ["fine"]
        one: Remark
        other: Remark

    assert refusal(Signal(Short, name="short")).endswith(
        ": note refuses its own default; inner refuses its own default; one.text refuses its own default"
    )


def test_what_is_read_by_a_schema_of_its_own_is_looked_into() -> None:
    """The arguments of a call, by their names, and steps that follow each other."""
    live = core_schema.is_instance_schema(Live)

    class Called:
        @classmethod
        def __get_pydantic_core_schema__(cls, source: object, handler: object) -> CoreSchema:
            arguments = core_schema.arguments_schema([core_schema.arguments_parameter("part", live)])
            return core_schema.call_schema(arguments, cls)

    class Stepwise:
        @classmethod
        def __get_pydantic_core_schema__(cls, source: object, handler: object) -> CoreSchema:
            return core_schema.chain_schema([core_schema.str_schema(), live])

    class Car(Payload):
        engine: Called
        wheels: Stepwise

    assert refusal(Signal(Car, name="car")).endswith(
        ": engine.part is an object of this process; wheels is an object of this process"
    )


def test_each_member_of_a_union_is_looked_into() -> None:
    """Whether a field, a function or nothing tells which it is."""

    class Cat(Payload):
        kind: Literal["cat"]
        live: Live

    class Dog(Payload):
        kind: Literal["dog"]
        secret: SecretStr

    class Pet(Payload):
        told: Cat | Dog = Field(discriminator="kind")
        tagged: Annotated[Live, Tag("live")] | Annotated[int, Tag("number")]

    assert refusal(Signal(Pet, name="pet")).endswith(
        ": told.live is an object of this process; told.secret is secret, and would be written as asterisks; "
        "tagged is an object of this process"
    )


def test_what_a_dictionary_need_not_have_need_not_be_written() -> None:
    """What it must have must be."""

    class Options(TypedDict):
        hidden: Annotated[int, Field(exclude=True)]
        left_out: NotRequired[Annotated[int, Field(exclude=True)]]

    class Ordered(Payload):
        options: Options

    assert refusal(Signal(Ordered, name="ordered")).endswith(": options.hidden is required, but not written")


def secret_name(name: str) -> str:
    return name.upper()


class Coded(Payload):
    picture: Base64Str
    name: Annotated[str, PlainSerializer(secret_name)]


def test_what_is_only_written_otherwise_can_travel() -> None:
    """By a function of pydantic, or of the program, whatever its name."""
    relay().carry(Signal(Coded, name="coded"))


class Tree(Payload):
    value: int
    children: tuple[Tree, ...] = ()


def test_a_model_that_contains_itself_can_travel() -> None:
    """The check comes to an end."""
    relay().carry(Signal(Tree, name="tree"))


class Early(Payload):
    later: Later


EARLY = Signal(Early, name="early")


class Later(Payload):
    value: int


def test_a_model_whose_annotations_are_complete_by_now_can_travel() -> None:
    """Though they were not when the signal was declared."""
    relay().carry(EARLY)


def test_a_model_whose_annotations_are_not_complete_is_refused() -> None:
    """It is not known yet what it contains."""

    class Later(BaseModel):
        value: Unknown  # type: ignore[name-defined]  # noqa: F821

    assert "Later is not complete" in refusal(Signal(Later, name="later"))


def test_a_relay_opens_nothing_and_shows_no_password() -> None:
    """Modules that hold one are imported everywhere."""
    shown = repr(Relay("shop", database="postgresql+psycopg://me:secret@db.invalid/shop"))
    assert shown == "<Relay 'shop' on postgresql+psycopg://me:***@db.invalid/shop>"


@pytest.mark.parametrize(
    ("database", "message"),
    [
        ("secret:word", "is not an address"),
        ("mysql://me:secret@host/shop", "is a mysql database; a relay can use sqlite or postgresql"),
    ],
)
def test_an_address_that_does_not_work_is_refused_without_being_shown(database: str, message: str) -> None:
    """It may contain a password."""
    with pytest.raises(RelayError, match=message) as caught:
        Relay("shop", database=database)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("database", "message"),
    [
        ("postgresql+nothing://me:secret@host/shop", "driver of postgresql.* is not installed"),
        ("sqlite+aiosqlite:///shop.db", "asynchronous driver"),
    ],
)
def test_a_driver_that_does_not_work_is_reported_when_it_is_needed(database: str, message: str) -> None:
    """Programs that only publish need none."""
    pytest.importorskip("aiosqlite")
    with pytest.raises(RelayError, match=message) as caught:
        new_relay(database, new_signal()).setup()
    assert "secret" not in str(caught.value)


def test_shops_are_found_again() -> None:
    """The tests' own."""
    assert {type(shop) for shop in SHOPS.values()} == {Shop}


def test_importing_says_what_to_install() -> None:
    """If an extra is missing."""
    code = "import sys; sys.modules['sqlalchemy'] = None; import typedsignals.relay"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)  # noqa: S603 - ours
    expected = (
        "ImportError: typedsignals.relay needs SQLAlchemy, anyio and cloudevents; install them with: "
        "pip install 'typedsignals[relay]'"
    )
    assert ran.stderr.splitlines()[-1] == expected


def test_importing_needs_no_greenlet() -> None:
    """Which SQLAlchemy has for asyncio alone."""
    code = "import sys; sys.modules['greenlet'] = None; import typedsignals.relay"
    subprocess.run([sys.executable, "-c", code], check=True)  # noqa: S603 - ours


def test_everything_public_is_listed() -> None:
    """And documented."""
    found = {name for name, value in vars(typedsignals.relay).items() if name[0] != "_" and not inspect.ismodule(value)}
    assert found == {*typedsignals.relay.__all__}
    assert all((inspect.getdoc(getattr(typedsignals.relay, name)) or "").strip() for name in found)


@pytest.mark.parametrize(
    ("alias", "problem"),
    [
        (AliasChoices("wire", AliasPath("inner", 0)), ""),
        (AliasPath("wire"), ""),
        (AliasPath("wire", 0), "number is written as 'wire', but read as 'number'"),
        (
            AliasChoices("other", AliasPath("wire", "number")),
            "number is written as 'wire', but read as 'number', 'other'",
        ),
    ],
    ids=str,
)
def test_a_field_is_read_by_its_aliases_at_the_top_level(alias: Any, problem: str) -> None:
    """An alias inside something else does not read what is written."""

    class Wired(Payload):
        number: int = Field(validation_alias=alias, serialization_alias="wire")

    signal = Namespace("shop").signal("wired", Wired)
    if problem:
        assert problem in refusal(signal)
    else:
        relay().carry(signal)


def test_a_relay_loads_its_modules_when_it_is_asked_to(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """And calls what is to make objects whose methods are receivers."""
    (tmp_path / "receivers_of_the_shop.py").write_text("loaded = True\n")
    monkeypatch.syspath_prepend(tmp_path)
    calls: list[str] = []
    loading = Relay("shop", database=NOWHERE, modules=["receivers_of_the_shop", lambda: calls.append("called")])
    assert "receivers_of_the_shop" not in sys.modules
    loading.load()
    assert sys.modules.pop("receivers_of_the_shop").loaded
    assert calls == ["called"]


def test_a_process_uses_no_connections_of_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """A child that was forked has the engine of its parent, and makes one of its own; only its own is closed."""
    database = Database("sqlite://")
    database.close()
    parents = database.engine
    assert database.engine is parents
    monkeypatch.setattr(os, "getpid", lambda: -1)
    closed: list[Any] = []
    monkeypatch.setattr(parents, "dispose", lambda close=True: closed.append(close))
    own = database.engine
    assert own is not parents
    assert closed == [False]
    assert database.engine is own
    database.close()
