"""Error messages, word for word; none of them contains a payload value."""

from __future__ import annotations

import copy
import logging
import pickle
import subprocess
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any, Literal, Protocol, Self

import pytest
from pydantic import (
    AliasChoices,
    AliasPath,
    BaseModel,
    ConfigDict,
    Field,
    GetPydanticSchema,
    InstanceOf,
    RootModel,
    Tag,
    TypeAdapter,
    ValidationError,
    create_model,
    field_validator,
    model_validator,
)
from pydantic.dataclasses import dataclass as with_validation
from pydantic_core import PydanticCustomError, core_schema
from typing_extensions import TypedDict

from tests.ways import AnySignal
from typedsignals import (
    AsyncReceiverError,
    DeclarationError,
    Namespace,
    Payload,
    PayloadError,
    ReceiverSignatureError,
    SenderError,
    Signal,
    TypedSignalsError,
    WeakReceiverError,
)

pytestmark = pytest.mark.usefixtures("code")


class Shop:
    pass


class Sized(Protocol):
    size: int


class Item(Payload):
    price: Decimal


class OrderPlaced(Payload):
    order_id: int
    items: list[Item] = Field([])
    quantity: Annotated[int, Field(gt=0)] = 1
    coupon: str | None = None

    @field_validator("coupon")
    @classmethod
    def check(cls, value: str | None) -> str | None:
        if value == "":
            raise ValueError("a coupon has a code")
        return value


order_placed = Signal(OrderPlaced, name="order-placed", sender=Shop)
order_stored = Signal(OrderPlaced)

HEAD = "<Signal 'order-placed'> was sent fields that its payload does not accept; no receiver was called:\n"
FOOT = "\n  (OrderPlaced has the fields: order_id, items, quantity, coupon)"


def message(error: type[Exception], function: Callable[..., Any], *args: Any, **kwargs: Any) -> str:
    """Return the message of the error that a call raises."""
    with pytest.raises(error) as caught:
        function(*args, **kwargs)
    assert type(caught.value) is error
    return str(caught.value)


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({}, "  order_id: field required"),
        ({"order_id": 1, "cupon": "x"}, "  cupon: no such field; did you mean 'coupon'?"),
        ({"order_id": 1, "zzz": "x"}, "  zzz: no such field"),
        ({"order_id": "7"}, "  order_id: input should be a valid integer, got str"),
        ({"order_id": None}, "  order_id: input should be a valid integer, got NoneType"),
        ({"order_id": 1, "items": [3]}, "  items[0]: input should be a valid dictionary or instance of Item, got int"),
        ({"order_id": 1, "quantity": 0}, "  quantity: input should be greater than 0"),
        ({"order_id": 1, "coupon": ""}, "  coupon: value error, a coupon has a code"),
        (
            {"order_id": "7", "quantity": -1},
            "  order_id: input should be a valid integer, got str\n  quantity: input should be greater than 0",
        ),
    ],
)
def test_a_payload_error_names_each_field_and_what_is_wrong_with_it(fields: dict[str, Any], problem: str) -> None:
    """It names the signal, each problem on its own line, and the payload's fields."""
    assert message(PayloadError, order_placed.send, Shop(), **fields) == HEAD + problem + FOOT


class Tagged(Payload):
    kind: Literal["a"]
    size: int


class Other(Payload):
    kind: Literal["b"]


class Point(BaseModel):
    x: int


class Color(Enum):
    RED = "red"


class Many(BaseModel):
    """A field for each way in which a value could get into a message."""

    model_config = ConfigDict(extra="forbid")

    number: Annotated[int, Field(strict=True)] = 1
    parsed: int = 1
    point: Point = Point(x=1)
    points: dict[str, Point] = {}
    keys: dict[int, int] = {}
    by_number: dict[int, Point] = {}
    either: int | list[int] | Point = 1
    tagged: Annotated[Tagged | Other, Field(discriminator="kind")] = Other(kind="b")
    color: Color = Color.RED
    literal: Literal["x", "y"] = "x"
    few: Annotated[list[str], Field(max_length=1)] = []
    short: Annotated[str, Field(pattern="^a", max_length=99)] = "a"
    day: date = date(2020, 1, 1)
    bracketed: Annotated[str, Field(pattern=r"^\{reason\}")] = "{reason}"
    custom: str = ""

    @field_validator("custom")
    @classmethod
    def refuse(cls, value: str) -> str:
        raise PydanticCustomError("odd", "{value} is odd", {"value": value})


many = Signal(Many, name="many")

SECRET = "hunter2"  # noqa: S105 - no password, but what must not be seen
NUMBER = 4111111111111111


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"number": SECRET}, "number: input should be a valid integer, got str"),
        ({"parsed": SECRET}, "parsed: input should be a valid integer, unable to parse string as an integer"),
        ({"point": {"x": SECRET}}, "point.x: input should be a valid integer, unable to parse string as an integer"),
        ({"points": {SECRET: {}}}, "points[...].x: field required"),
        (
            {"keys": {SECRET: 1}},
            "keys[...] (the key): input should be a valid integer, unable to parse string as an integer",
        ),
        ({"by_number": {NUMBER: {}}}, "by_number[...].x: field required"),
        ({"either": [SECRET]}, None),
        ({"either": {SECRET: SECRET}}, None),
        (
            {"tagged": {"kind": SECRET}},
            "tagged: input tag found using 'kind' should be one of 'a', 'b'",
        ),
        (
            {"tagged": {"kind": "a", "size": SECRET}},
            "tagged.a.size: input should be a valid integer, got str",
        ),
        ({"color": SECRET}, "color: input should be 'red'"),
        ({"literal": SECRET}, "literal: input should be 'x' or 'y'"),
        ({"few": [SECRET, SECRET]}, "few: list should have at most 1 item(s) after validation"),
        ({"short": SECRET}, "short: string should match pattern '^a'"),
        ({"short": SECRET * 20}, "short: string should have at most 99 characters"),
        ({"day": SECRET}, "day: input should be a valid date or datetime"),
        ({"custom": SECRET}, "custom: refused as odd"),
    ],
)
def test_no_report_shows_a_value(fields: dict[str, Any], problem: str | None, caplog: pytest.LogCaptureFixture) -> None:
    """Neither in the message nor in its causes, nor in a traceback or a log; `errors()` has it."""
    with pytest.raises(PayloadError) as caught:
        many.send(None, **fields)
    error = caught.value
    logging.getLogger("program").error("failed", exc_info=error)
    reports = [str(error), repr(error), repr(error.__cause__), *traceback.format_exception(error), caplog.text]
    for secret in (SECRET, str(NUMBER)):
        assert not [report for report in reports if secret in report]
    assert error.__context__ is None or error.__context__ is error.__cause__
    assert isinstance(error.__cause__, ValidationError)
    assert SECRET in repr(error.errors()) or str(NUMBER) in repr(error.errors())
    if problem is not None:
        assert str(error).splitlines()[1] == "  " + problem


def test_the_members_of_a_union_are_named() -> None:
    """The message says for each member what is wrong."""
    lines = message(PayloadError, many.send, None, either=[SECRET]).splitlines()
    assert lines[1] == "  either.int: input should be a valid integer, got list"
    assert lines[3] == "  either.Point: input should be a valid dictionary or instance of Point, got list"
    lines = message(PayloadError, Signal(Shaped).send, None, size=[SECRET]).splitlines()
    assert [line.partition(":")[0] for line in lines[1:-1]] == ["  size.Size", "  size.Box", "  size.int"]


class Caused(BaseModel):
    model_config = ConfigDict(validation_error_cause=True, hide_input_in_errors=True)
    x: str

    @field_validator("x")
    @classmethod
    def check(cls, value: str) -> str:
        try:
            int(value)
        except ValueError:
            raise ValueError("must be digits")  # noqa: B904 - its context holds the value
        return value


def test_causes_that_the_configuration_asks_for_are_not_shown() -> None:
    """The error that a validator caught may show the value."""
    with pytest.raises(PayloadError) as caught:
        Signal(Caused).send(None, x=SECRET)
    assert SECRET not in "".join(traceback.format_exception(caught.value))


class Hiding(Payload):
    """pydantic itself hides the values, but not the keys."""

    prices: dict[str, int] = {}  # noqa: RUF012 - pydantic copies it


def test_no_cause_shows_keys_of_a_dictionary() -> None:
    """The problem of a value does not name its key, even if pydantic already hides values."""
    with pytest.raises(PayloadError) as caught:
        Signal(Hiding).send(None, prices={SECRET: "x"})  # type: ignore[dict-item]  # wrong on purpose
    assert SECRET not in "".join(traceback.format_exception(caught.value))
    assert "prices[...]" in str(caught.value.__cause__)


def test_a_cause_without_values_otherwise_equals_pydantics_error() -> None:
    """It has the same title and types, and the values in its details; braces in our texts are plain text."""
    with pytest.raises(PayloadError) as caught:
        many.send(None, parsed=SECRET, bracketed=SECRET)  # type: ignore[arg-type]  # wrong on purpose
    cause = caught.value.__cause__
    assert isinstance(cause, ValidationError)
    assert cause.title == "Many"
    assert [(detail["type"], detail["loc"], detail["msg"], detail["input"]) for detail in cause.errors()] == [
        ("int_parsing", ("parsed",), "Input should be a valid integer, unable to parse string as an integer", SECRET),
        ("string_pattern_mismatch", ("bracketed",), "String should match pattern '^\\{reason\\}'", SECRET),
    ]


def test_the_cause_is_pydantics_own_error_if_it_shows_no_value() -> None:
    """With the steps of each path, and the address of its documentation."""
    with pytest.raises(PayloadError) as caught:
        order_placed.send(Shop(), order_id=1, items=[{"price": "7"}], zzz=1)  # type: ignore[signal-send,list-item]
    cause = caught.value.__cause__
    assert isinstance(cause, ValidationError)
    assert cause.errors() == caught.value.errors()
    assert [detail["loc"] for detail in cause.errors()] == [("items", 0, "price"), ("zzz",)]


class Guarded(Payload):
    """pydantic hides the input, but not the parts of it that an error's own text repeats."""

    day: Annotated[date, Field(strict=False)] = date(2020, 1, 1)


def test_no_cause_has_a_text_that_repeats_what_was_sent() -> None:
    """Even if pydantic already hides the input itself: its text would quote what it could not parse."""
    with pytest.raises(PayloadError) as caught:
        Signal(Guarded).send(None, day=SECRET)  # type: ignore[arg-type]  # wrong on purpose
    pydantic_s, ours = caught.value.errors()[0]["msg"], str(caught.value.__cause__)
    assert pydantic_s not in ours
    assert "Input should be a valid date or datetime" in ours


class Labelled(BaseModel):
    either: Annotated[int, Tag("number")] | Annotated[Point, Tag("place")] | bytes = 1


def test_the_members_of_a_labelled_union_are_named() -> None:
    """By their labels, which are declared, and the others by their types."""
    lines = message(PayloadError, Signal(Labelled).send, None, either=[SECRET]).splitlines()
    assert [line.partition(":")[0] for line in lines[1:-1]] == ["  either.number", "  either.place", "  either.bytes"]


@dataclass
class Size:
    width: int


class Box(TypedDict):
    height: int


class Shaped(BaseModel):
    size: Size | Box | int = 1


class Corner(BaseModel):
    corner: int


class Closed(BaseModel):
    """Its fields are named like keys of a schema."""

    model_config = ConfigDict(extra="forbid")
    type: int = 1
    default: Corner = Corner(corner=1)


class Deep(BaseModel):
    """Contains models of other kinds, each with its own kind of path."""

    size: Size = Size(1)
    box: Box = {"height": 1}
    closed: Closed = Closed()
    shop: InstanceOf[Shop] | None = None
    coded: str = ""
    lines: list[Point] = Field([], validation_alias="rows")
    first: int = Field(1, validation_alias=AliasPath("lines", 0))
    total: int = Field(1, validation_alias="sum")
    sum: str = Field("", validation_alias="text")

    @field_validator("coded")
    @classmethod
    def refuse(cls, value: str) -> str:
        raise PydanticCustomError("value_error", "{value} is odd", {"value": value})

    @model_validator(mode="after")
    def check(self) -> Self:
        if self.sum == "wrong":
            raise ValueError("it does not add up")
        return self


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"size": {"width": []}}, "size.width: input should be a valid integer, got list"),
        ({"box": {"height": []}}, "box.height: input should be a valid integer, got list"),
        ({"closed": {SECRET: 2}}, "closed[...]: extra inputs are not permitted"),
        ({"closed": {"default": {"corner": []}}}, "closed.default.corner: input should be a valid integer, got list"),
        ({"shop": 1}, "shop: input should be an instance of Shop, got int"),
        ({"coded": SECRET}, "coded: refused as value_error"),
        ({"lines": [{}]}, "lines[0].x: field required"),
        ({"sum": 5}, "sum: input should be a valid string, got int"),
        ({"sum": "wrong"}, "payload: value error, it does not add up"),
    ],
)
def test_a_problem_says_which_declared_field_it_is_in(fields: dict[str, Any], problem: str) -> None:
    """Whatever kind of model declares it, and even if its wire name is another field's name."""
    assert message(PayloadError, Signal(Deep).send, None, **fields).splitlines()[1] == "  " + problem


def test_the_payload_is_named_as_it_is_declared_with_all_its_fields() -> None:
    """Without the function that declares it; if it has no fields, the message says so."""

    class Empty(Payload):
        pass

    last = message(PayloadError, Signal(Empty).send, None, **{SECRET: 1}).splitlines()[-1]
    assert last == "  (Empty has the fields: none)"


class Wired(BaseModel):
    total: int = Field(validation_alias="totalAmount")
    first: int = Field(validation_alias=AliasPath("lines", 0))
    either: int = Field(validation_alias=AliasChoices("one", "other"))


def test_missing_fields_are_named_as_senders_know_them() -> None:
    """Not by their aliases, as pydantic does."""
    lines = message(PayloadError, Signal(Wired).send, None).splitlines()
    assert lines[1:4] == ["  total: field required", "  first: field required", "  either: field required"]


def test_missing_fields_of_nested_models_are_named_as_their_data_names_them() -> None:
    """By the wire names that the models declare."""

    @with_validation
    class Coded:
        code: int = Field(validation_alias=AliasChoices("key", AliasPath("keys", "first")))

    class Nesting(Payload):
        wired: Wired
        coded: Coded

    lines = message(PayloadError, Signal(Nesting).send, None, wired={}, coded={}).splitlines()
    assert [line.strip() for line in lines[1:-1]] == [
        "wired.totalAmount: field required",
        "wired.lines[0]: field required",
        "wired.one: field required",
        "coded.key: field required",
    ]


def test_errors_forwards_what_pydantic_found() -> None:
    """The same list as for `Model.model_validate`."""
    fields = {"order_id": "7", "zzz": 1}
    with pytest.raises(ValidationError) as expected:
        OrderPlaced.model_validate(fields)
    with pytest.raises(PayloadError) as caught:
        order_placed.send(shop := Shop(), **fields)  # type: ignore[arg-type]  # wrong on purpose
    assert caught.value.errors() == expected.value.errors()
    assert caught.value.signal is order_placed
    assert caught.value.sender is shop


def test_a_sender_error_names_both_types() -> None:
    """And says what to pass, with or without a payload."""
    text = (
        "the sender of <Signal 'order-placed'> must be of type Shop, got int; "
        "the first argument is what the event is about"
    )
    assert message(SenderError, order_placed.send, 3, order_id=1) == text
    assert message(SenderError, Signal(name="order-placed", sender=Shop).send, 3) == text


def place(function: Callable[..., Any]) -> str:
    """Return the place of a receiver."""
    code = function.__code__
    return f"({code.co_filename}:{code.co_firstlineno})"


SIGNATURE_PROBLEMS: list[tuple[Callable[..., Any], str]] = [
    (lambda: 0, "it must take the sender as its first positional parameter; add one: (sender, ...)"),
    (lambda *, sender, **extra: 0, "it must take the sender as its first positional parameter; add one: (sender, ...)"),
    (lambda **extra: 0, "it must take the sender as its first positional parameter; add one: (sender, ...)"),
    (
        lambda order_id, **extra: 0,
        "its first parameter gets the sender, but is called 'order_id' like a field; rename it",
    ),
    (lambda sender, cupon, **extra: 0, "it takes 'cupon', but there is no such field; did you mean 'coupon'?"),
    (
        lambda sender, *, zzz, **extra: 0,
        "it takes 'zzz', but there is no such field; the fields are: order_id, items, quantity, coupon",
    ),
    (
        lambda sender, order_id, items, quantity: 0,
        "it does not take the field 'coupon'; add **extra: Any to ignore what it does not need",
    ),
    (
        lambda sender, order_id: 0,
        "it does not take the fields 'items', 'quantity', 'coupon'; add **extra: Any to ignore what it does not need",
    ),
    (
        lambda sender, order_id, /, **extra: 0,
        "fields come as keywords, but its parameter 'order_id' is positional-only; drop the '/'",
    ),
]


@pytest.mark.parametrize(("receiver", "problem"), SIGNATURE_PROBLEMS)
def test_a_receiver_signature_error_says_where_and_what_to_do(receiver: Callable[..., Any], problem: str) -> None:
    """The receiver, its file and line, the signal, the problem, the remedy."""
    assert message(ReceiverSignatureError, order_placed.connect, receiver) == (
        f"receiver '<lambda>' {place(receiver)} cannot be connected to <Signal 'order-placed'>: {problem}"
    )
    assert order_placed.connections == ()


def test_a_receiver_of_payloads_must_take_two() -> None:
    """The sender and the payload."""
    receiver = lambda sender: 0  # noqa: E731 - as short as it can be
    problem = message(ReceiverSignatureError, order_placed.connect, receiver, as_payload=True)
    assert problem == (
        f"receiver 'test_a_receiver_of_payloads_must_take_two.<locals>.<lambda>' {place(receiver)} "
        "cannot be connected to <Signal 'order-placed'>: "
        "with as_payload=True it is called as receiver(sender, payload), but too many positional arguments"
    )


def test_an_async_receiver_error_says_what_to_use() -> None:
    """And names the receiver."""

    async def ship(sender: object, **extra: object) -> None:
        pass

    signal = Signal(OrderPlaced, name="order-placed")
    signal.connect(ship)
    assert message(AsyncReceiverError, signal.send, None, order_id=1) == (
        "receiver 'test_an_async_receiver_error_says_what_to_use.<locals>.ship' "
        f"{place(ship)} of <Signal 'order-placed'> is a coroutine function, which send cannot await; "
        "use send_async, or send with _async_wrapper"
    )


def test_a_weak_receiver_error_says_what_to_do() -> None:
    """A slotted object cannot be held weakly."""

    class Slotted:
        __slots__ = ()

        def __call__(self, sender: object, **extra: object) -> None:
            pass

    signal = Signal(OrderPlaced, name="order-placed")
    text = message(WeakReceiverError, signal.connect, Slotted())
    assert text.endswith(
        "of <Signal 'order-placed'> cannot be held weakly, as a Slotted has no __weakref__ slot; "
        "connect it with weak=False"
    )


class Aliased(BaseModel):
    order_id: int = Field(alias="orderId")


NO_MODEL = "derive it from typedsignals.Payload, or from pydantic.BaseModel"


@pytest.mark.parametrize(
    ("payload", "options", "text"),
    [
        (int, {}, f"a signal's payload must be a pydantic model class, got int: {NO_MODEL}"),
        (BaseModel, {}, f"a signal's payload must be a pydantic model class, got BaseModel: {NO_MODEL}"),
        (Shop(), {}, f"a signal's payload must be a pydantic model class, got a Shop: {NO_MODEL}"),
        (
            Item(price=Decimal(1)),
            {},
            "a signal's payload must be a pydantic model class, got an instance of Item: give the class itself",
        ),
        (
            RootModel[int],
            {},
            (
                "payload RootModel[int] is a RootModel, which has no named fields to send: "
                "give the value a field of its own in a Payload"
            ),
        ),
        (
            Aliased,
            {},
            (
                "field 'order_id' of payload Aliased has alias='orderId': senders and receivers use the field's name; "
                "use validation_alias= or serialization_alias= for wire names"
            ),
        ),
        (Item, {"sender": 3}, "sender= must be a class, the type of all senders, got int"),
        (
            Item,
            {"sender": Sized},
            (
                "sender= must be a class that isinstance() takes, got Sized: "
                "Instance and class checks can only be used with @runtime_checkable protocols"
            ),
        ),
        (
            Item,
            {"sender": Any},
            "sender= must be a class that isinstance() takes, got Any: typing.Any cannot be used with isinstance()",
        ),
        (Item, {"name": 3}, "name= must be a string, got int"),
        (Item, {"validate": "no"}, "validate= must be 'always', 'connected' or 'never', not 'no'"),
    ],
)
def test_a_declaration_error_says_what_to_declare_instead(payload: Any, options: dict[str, Any], text: str) -> None:
    """A signal that cannot work is refused at its declaration."""
    assert message(DeclarationError, Signal, payload, **options) == text


def test_a_name_declared_again_says_where_it_was_declared() -> None:
    """And what both declarations are."""
    namespace = Namespace("shop")
    signal: AnySignal = namespace.signal("order", OrderPlaced)
    line = signal._place.line
    assert Path(signal._place.file).name == "test_errors.py"
    assert message(DeclarationError, namespace.signal, "order", Item, sender=Shop) == (
        f"<Signal 'shop.order'> is declared at {__file__}:{line} with payload OrderPlaced, and now with payload Item "
        "and sender Shop; declare it once and import it from there, or choose another name"
    )


class Unfinished(Payload):
    later: NeverDefined  # type: ignore[name-defined]  # noqa: F821 - on purpose


def test_an_undefined_forward_reference_is_named() -> None:
    """At the first send, when it must be known."""
    signal: AnySignal = Signal(Unfinished)
    assert message(DeclarationError, signal.send, None, later=1) == (
        "payload Unfinished refers to 'NeverDefined', which is not defined yet: define it, or call "
        "Unfinished.model_rebuild() where it is defined, before the first send"
    )


class Renamed(BaseModel):
    order_id: int = Field(validation_alias="orderId")
    items: list[int] = Field([], validation_alias=AliasChoices("lines", AliasPath("basket", "lines")))
    street: str = Field("", validation_alias=AliasPath("address", 0))
    code: int = Field(0, validation_alias=AliasChoices("code", "c"))


@pytest.mark.parametrize("config", [{}, {"populate_by_name": True}, {"extra": "allow"}, {"extra": "forbid"}])
def test_a_wire_name_is_not_a_keyword_of_send(config: Any) -> None:
    """Senders use the field's name, even if pydantic would take the wire name; nested models go by pydantic's rules."""
    signal: AnySignal = Signal(type("Renamed", (Renamed,), {"model_config": config}))
    fields = {"orderId": 1, "items": [], "basket": {}, "address": ["x"]}
    with pytest.raises(PayloadError) as caught:
        signal.send("sender", **fields)
    assert (caught.value.signal, caught.value.sender) == (signal, "sender")
    assert str(caught.value).splitlines() == [
        f"{signal!r} was sent fields that its payload does not accept; no receiver was called:",
        "  orderId: no such field; did you mean 'order_id'?",
        "  basket: no such field; did you mean 'items'?",
        "  address: no such field; did you mean 'street'?",
        "  (Renamed has the fields: order_id, items, street, code)",
    ]
    assert signal.send(None, order_id=1, code=2) == []


def test_a_wire_name_that_pydantic_does_not_take_is_like_any_other_name() -> None:
    """An extra field may have it."""

    class Open(Payload):
        model_config = ConfigDict(extra="allow")
        total: int = Field(validation_alias="totalAmount")

    signal: AnySignal = Signal(Open)
    signal.connect(take := lambda sender, **fields: fields)
    assert signal.send(None, total=1, totalAmount=2) == [(take, {"total": 1, "totalAmount": 2})]


class Part(BaseModel):
    number: int = Field(validation_alias="partNumber")


@pytest.mark.parametrize("setting", ["validate_by_name", "populate_by_name"])
def test_a_nested_model_goes_by_its_own_settings(setting: Any) -> None:
    """Even if the payload itself goes by the names of its fields."""
    config: Any = {setting: True}
    fields: Any = {"part": (Part, Field(validation_alias="thePart"))}
    signal: AnySignal = Signal(create_model("Machine", __config__=config, **fields))
    assert signal.send(None, part={"partNumber": 1}) == []
    text = message(PayloadError, signal.send, None, part={"number": 1})
    assert text.splitlines()[1] == "  part.partNumber: field required"


class Swapped(BaseModel):
    width: int = Field(validation_alias="height")
    height: int = Field(validation_alias="width")


@pytest.mark.parametrize("config", [{}, {"populate_by_name": True}])
def test_a_wire_name_that_is_the_name_of_another_field_is_not_followed(config: Any) -> None:
    """However the payload is made: fields go by their names."""
    signal: AnySignal = Signal(type("Swapped", (Swapped,), {"model_config": config}))
    for as_payload in (False, True):
        with signal.connected_to(lambda sender, payload=None, **f: f or dict(payload), as_payload=as_payload):
            assert [value for _, value in signal.send(None, width=1, height=2)] == [{"width": 1, "height": 2}]
    for name, missing in (("width", "height"), ("height", "width")):
        text = message(PayloadError, signal.send, None, **{name: 1})
        assert text.splitlines()[1:-1] == [f"  {missing}: field required"]


def test_names_that_come_with_the_data_are_shortened() -> None:
    """And characters that would break a line of a log are escaped, in the cause as well."""
    fields: dict[str, Any] = {"a" * 1000: 1, "b" * 60: 1, "prices\nERROR": 1, "prise": 1}
    with pytest.raises(PayloadError) as caught:
        Signal(Item).send(None, **fields, price=Decimal(1))
    assert str(caught.value).splitlines()[1:-1] == [
        f"  {'a' * 60}...: no such field",
        f"  {'b' * 60}: no such field",
        "  prices\\nERROR: no such field",
        "  prise: no such field; did you mean 'price'?",
    ]
    cause = str(caught.value.__cause__)
    assert "a" * 61 not in cause
    assert "\nERROR" not in cause


def test_a_message_lists_a_limited_number_of_problems() -> None:
    """A send may have any number; `errors` returns them all."""
    fields: dict[str, Any] = {f"unknown_{number}": 1 for number in range(19)}
    assert len(message(PayloadError, Signal(Item).send, None, **fields).splitlines()) == 22
    assert "\n  ... and 1 more\n" in message(PayloadError, Signal(Item).send, None, **fields, unknown=1)
    fields = {f"unknown_{number}": 1 for number in range(1000)}
    with pytest.raises(PayloadError) as caught:
        Signal(Item).send(None, **fields)
    lines = str(caught.value).splitlines()
    assert len(lines) == 23
    assert lines[-2] == "  ... and 981 more"
    assert len(caught.value.errors()) == 1001


def test_fields_by_position_are_refused() -> None:
    """Whatever the way to send."""
    send: Any = order_placed.send_robust
    assert message(TypeError, send, Shop(), 7) == (
        "send_robust() takes fields as keywords, but got 1 positional argument after the sender"
    )
    send = order_placed.send
    with pytest.raises(TypeError, match="after the sender"):
        send(Shop(), 7)


READERS: dict[str, Callable[[PayloadError], str]] = {
    "str": str,
    "repr": lambda error: str(eval(repr(error)).args[0]),  # noqa: S307 - the name of the class and a string
    "args": lambda error: str(error.args[0]),
    "traceback": lambda error: "".join(traceback.format_exception_only(error)).partition(": ")[2].rstrip(),
    "pickle": lambda error: str(pickle.loads(pickle.dumps(error))),  # noqa: S301 - made here
    "copy": lambda error: str(copy.copy(error)),
}


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_the_text_is_the_same_however_it_is_read(read: Callable[[PayloadError], str]) -> None:
    """It is written only when somebody reads it, and stays as it was written then."""
    with pytest.raises(PayloadError) as caught:
        order_placed.send(Shop(), order_id="7")  # type: ignore[arg-type]  # wrong on purpose
    expected = HEAD + "  order_id: input should be a valid integer, got str" + FOOT
    assert read(caught.value) == expected
    assert str(caught.value) == expected
    assert caught.value.args == (expected,)
    assert caught.value.args[0] is caught.value.args[0]


def test_the_text_does_not_follow_what_becomes_of_the_details() -> None:
    """Whoever asks for them first may change them."""
    with pytest.raises(PayloadError) as caught:
        order_placed.send(Shop(), order_id="7")  # type: ignore[arg-type]  # wrong on purpose
    caught.value.errors().clear()
    assert "order_id: input should be a valid integer" in str(caught.value)


def test_the_text_can_be_replaced() -> None:
    """As that of any other error, through its arguments."""
    with pytest.raises(PayloadError) as caught:
        order_placed.send(Shop())  # type: ignore[signal-send]  # wrong on purpose
    caught.value.args = ("refused", 7)
    assert str(caught.value) == "('refused', 7)"
    assert repr(caught.value) == "PayloadError('refused', 7)"
    by_hand = PayloadError("made by hand")
    assert (str(by_hand), by_hand.errors()) == ("made by hand", [])


def test_a_class_of_errors_may_have_arguments_of_its_own() -> None:
    """The text is what it passes on."""

    class ShopError(TypedSignalsError):
        def __init__(self, number: int) -> None:
            super().__init__(f"shop {number} is closed")

    assert (str(ShopError(7)), ShopError(7).args) == ("shop 7 is closed", ("shop 7 is closed",))


UNCAUGHT = """
from typedsignals import Payload, Signal

class Order(Payload):
    order_id: int

Signal(Order, name="order").send(None, order_id="7")
"""


def test_the_interpreter_shows_the_text_of_an_error_that_nobody_catches() -> None:
    """It does so without asking Python code for the arguments."""
    ended = subprocess.run([sys.executable, "-c", UNCAUGHT], capture_output=True, text=True, check=False)  # noqa: S603 - ours
    assert "PayloadError: <Signal 'order'> was sent fields" in ended.stderr
    assert "  order_id: input should be a valid integer, got str\n" in ended.stderr


def test_a_signal_without_a_name_is_called_by_its_global_variable() -> None:
    """By the one that it has at that time."""
    module = ModuleType("test_errors_module")
    exec("from typedsignals import Signal\nfirst = Signal()", module.__dict__)  # noqa: S102 - ours
    signal = module.__dict__["first"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, module.__name__, module)
        assert [repr(signal), repr(signal)] == ["<Signal 'first'>"] * 2
        module.__dict__["second"] = module.__dict__.pop("first")
        assert repr(signal) == "<Signal 'second'>"
        module.__dict__["second"] = Signal()
        assert repr(signal) == "<Signal 'at <string>:2'>"
        module.__dict__["third"] = signal
        assert repr(signal) == "<Signal 'third'>"
        signal.name = "named"
        assert repr(signal) == "<Signal 'named'>"


def test_errors_survive_pickling() -> None:
    """With their message, their details, and the signal itself."""
    with pytest.raises(PayloadError) as caught:
        order_stored.send(None, order_id="x")  # type: ignore[arg-type]  # wrong on purpose
    copy = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - made here
    assert str(copy) == str(caught.value)
    assert copy.errors() == caught.value.errors()
    assert copy.signal is order_stored


def test_errors_survive_pickling_without_what_cannot() -> None:
    """A signal or receiver that cannot be pickled is left out of the copy; notes are kept."""

    def nothing() -> None: ...

    signal = Signal(Item, name="local")
    with pytest.raises(ReceiverSignatureError) as caught:
        signal.connect(nothing)  # type: ignore[signal-receiver]  # wrong on purpose
    caught.value.add_note("in a worker")
    copy = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - made here
    assert type(copy) is ReceiverSignatureError
    assert str(copy) == str(caught.value)
    assert (copy.signal, copy.receiver, copy.__notes__) == (None, None, ["in a worker"])


@pytest.mark.parametrize(
    ("error", "builtin"),
    [
        (DeclarationError, TypeError),
        (PayloadError, ValueError),
        (SenderError, TypeError),
        (ReceiverSignatureError, TypeError),
        (WeakReceiverError, TypeError),
        (AsyncReceiverError, RuntimeError),
    ],
)
def test_errors_are_caught_as_ours_and_as_python_s(error: type[Exception], builtin: type[Exception]) -> None:
    """All share one base class, and each also has the built-in class that a caller would expect."""
    assert issubclass(error, TypedSignalsError)
    assert issubclass(error, builtin)


def test_fields_that_look_like_schemas_do_not_confuse_messages() -> None:
    """Defaults that are dictionaries, and fields named like keys of a schema."""

    class Odd(Payload):
        default: dict[str, Any] = Field({"type": "union"})
        metadata: dict[int, Any] = Field({})
        fields: int = 1
        plain: Annotated[dict[Any, Any], GetPydanticSchema(lambda *_: core_schema.dict_schema())] = Field({})

    signal: AnySignal = Signal(Odd)
    assert "fields: input should be a valid integer, got str" in message(PayloadError, signal.send, None, fields="x")
    assert str(NUMBER) not in message(PayloadError, signal.send, None, metadata={NUMBER: 1, SECRET: 1})
    assert "plain: input should be a valid dictionary, got str" in message(PayloadError, signal.send, None, plain="x")
    assert TypeAdapter(dict[str, Any]).validate_python(Odd().default) == {"type": "union"}
