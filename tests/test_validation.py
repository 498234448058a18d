"""How sends validate fields for which a check of the type is not enough."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from decimal import Decimal
from enum import Enum
from functools import partial
from typing import Annotated, Any

import pytest
from pydantic import (
    AfterValidator,
    AliasChoices,
    AliasPath,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    GetPydanticSchema,
    PrivateAttr,
    Tag,
    ValidationInfo,
    computed_field,
    create_model,
    field_validator,
    model_validator,
)
from pydantic_core import core_schema

from tests.ways import AnySignal
from typedsignals import Payload, PayloadError, Signal
from typedsignals._validating.fast_path import fast_path

pytestmark = pytest.mark.usefixtures("code")


def received(model: type[BaseModel], /, *, validate: Any = "always", **fields: Any) -> dict[str, Any]:
    """Return what a receiver gets."""
    signal: AnySignal = Signal(model, validate=validate)
    signal.connect(_collect)
    [(_, value)] = signal.send("sender", **fields)
    return value  # type: ignore[no-any-return]  # it is what _collect returns


def _collect(sender: object, /, **fields: Any) -> dict[str, Any]:
    return fields


class Item(BaseModel):
    """Lax, with a field named like a key of pydantic's schemas."""

    type: str


class Basket(Payload):
    items: list[Item]


def test_a_nested_model_may_have_a_field_named_type() -> None:
    """A field's name is not mistaken for a key of pydantic's schema."""
    assert received(Basket, items=[Item(type="a"), {"type": "b"}]) == {"items": [Item(type="a"), Item(type="b")]}


class Numbers(Payload):
    numbers: list[int] = Field(strict=False)
    count: int = 0


def test_an_iterator_is_read_once() -> None:
    """An invalid item at the end of an iterator is found, though reading uses the iterator up."""
    with pytest.raises(PayloadError):
        received(Numbers, numbers=iter([1, "x", 3]))
    with pytest.raises(PayloadError):
        received(Numbers, numbers=iter([1, 2]), count="x")
    assert received(Numbers, numbers=iter([1, 2])) == {"numbers": [1, 2], "count": 0}


class Line(BaseModel):
    numbers: list[int]


class Lines(Payload):
    lines: list[Line]


def test_an_iterator_in_a_nested_model_is_read_once() -> None:
    """Nested models that are not strict take iterators too."""
    with pytest.raises(PayloadError):
        received(Lines, lines=[{"numbers": iter([1, "x"])}])


def _counting_models() -> Iterator[Any]:
    """Make payloads with a hook that adds to a list whenever it runs."""
    calls: list[object] = []

    class Nested(BaseModel):
        x: int

        def model_post_init(self, context: Any) -> None:
            calls.append(self.x)

    class OwnInit(BaseModel):
        x: int

        def __init__(self, /, **fields: Any) -> None:
            calls.append(fields)
            super().__init__(**fields)

    class Rechecked(Payload):
        model_config = ConfigDict(revalidate_instances="always")
        x: int

        @field_validator("x")
        @classmethod
        def check(cls, value: int) -> int:
            calls.append(value)
            return value

    class Shade(Enum):
        DARK = 1

        @classmethod
        def _missing_(cls, value: object) -> None:
            calls.append(value)

    def checked(value: Any) -> Any:
        calls.append(value)
        return value

    factory = partial(checked, 1)

    class Made(BaseModel):
        x: int = Field(default_factory=factory)

    class StrictlyMade(Payload):
        x: int = Field(default_factory=factory)

    class MadeAgain(BaseModel):
        x: int = Field(default_factory=factory)
        children: list[MadeAgain] = []

    class Around(BaseModel):
        made: Made

    class FromAttributes(BaseModel):
        model_config = ConfigDict(from_attributes=True)
        x: int

    class Counting:
        """Counts when its attribute or its items are read."""

        @property
        def x(self) -> int:
            calls.append("read")
            return 1

        def __iter__(self) -> Iterator[int]:
            calls.append("iterated")
            return iter([1])

    class Items(BaseModel):
        x: list[int]

    class Shaded(BaseModel):
        x: Shade

    checking = core_schema.no_info_plain_validator_function(checked)
    checked_if_lax = GetPydanticSchema(lambda *_: core_schema.lax_or_strict_schema(checking, core_schema.int_schema()))

    class LaxlyChecked(BaseModel):
        x: Annotated[int, checked_if_lax]

    class Open(BaseModel):
        model_config = ConfigDict(extra="allow")
        __pydantic_extra__: dict[str, Annotated[int, AfterValidator(checked)]]

    yield "post_init", calls, list[Nested], [{"x": 1}]
    yield "init", calls, list[OwnInit], [{"x": 1}]
    rechecked = Rechecked(x=1)
    yield "revalidated", calls, list[Rechecked], [rechecked]
    yield "enum", calls, Annotated[list[Annotated[Shade, Field(strict=False)]], Field()], [7]
    yield "factory", calls, list[Made], [{}]
    yield "factory of a value", calls, dict[str, Made], {"x": {}}
    yield "factory of a nested model", calls, list[Around], [{"made": {}}]
    yield "factory of a recursive model", calls, list[MadeAgain], [{"children": [{}]}]
    yield "factory of a model that is lax here", calls, list[Annotated[StrictlyMade, Field(strict=False)]], [{}]
    yield "attributes", calls, list[FromAttributes], [Counting()]
    yield "iterable", calls, list[Items], [{"x": Counting()}]
    yield "iterable that is lax here", calls, list[Annotated[list[int], Field(strict=False)]], [Counting()]
    yield "enum in a lax model", calls, list[Shaded], [{"x": 7}]
    yield "extra", calls, list[Open], [{"x": 1}]
    yield "code for lax types", calls, list[LaxlyChecked], [{"x": 1}]


def _counting_types() -> Iterator[Any]:
    """Make types that are not models, with code that adds to a list whenever it runs."""
    calls: list[object] = []

    class Meta(type):
        def __instancecheck__(cls, instance: object) -> bool:
            calls.append(instance)
            return isinstance(instance, int)

    class Numeric(metaclass=Meta):
        pass

    def tag(value: Any) -> str:
        calls.append("tag")
        return "a"

    def checked(value: Any) -> Any:
        calls.append(value)
        return value

    checking = core_schema.no_info_plain_validator_function(checked)
    checked_if_strict = GetPydanticSchema(
        lambda *_: core_schema.lax_or_strict_schema(core_schema.int_schema(), checking)
    )

    yield "instance", calls, list[Numeric], [1]
    yield "instance itself", calls, Numeric, 1
    yield "no instance", calls, Numeric, "x"
    tagged = Annotated[Annotated[int, Tag("a")] | Annotated[str, Tag("b")], Discriminator(tag)]
    yield "tag", calls, list[tagged], [1]
    tagged_texts = Annotated[Annotated[str, Tag("a")] | Annotated[int, Tag("b")], Discriminator(tag)]
    yield "tag of a key", calls, dict[tagged_texts, int], {"x": 1}
    yield "tag of a value", calls, dict[str, tagged], {"x": 1}
    yield "code for strict types", calls, list[Annotated[int, checked_if_strict]], [1]


@pytest.mark.parametrize(("name", "calls", "annotation", "value"), [*_counting_models(), *_counting_types()])
@pytest.mark.parametrize("other", [[1], "wrong"])
def test_the_code_of_a_payload_runs_as_often_as_in_pydantic(
    name: str, calls: list[object], annotation: Any, value: object, other: object
) -> None:
    """Whether the fields are accepted or not, hooks run exactly as often as when the model is made.

    The other field comes after them; a check of its type alone would refuse it before they run.
    """
    model: Any = create_model("Model", __base__=Payload, hooked=(annotation, ...), other=(list[int], ...))
    fields = {"hooked": value, "other": other}
    calls.clear()
    with suppress(ValueError):
        model.model_validate(fields)
    expected = calls[:]
    assert expected
    calls.clear()
    with suppress(PayloadError):
        received(model, **fields)
    assert calls == expected


@pytest.mark.parametrize("base", [Payload, BaseModel])
def test_default_factories_run_once_for_each_send(base: type[BaseModel]) -> None:
    """In the order of the fields, even if another field is wrong, but not for fields that are given."""
    calls: list[str] = []

    def made(name: str) -> str:
        calls.append(name)
        return name

    model: Any = create_model(
        "Model",
        __base__=base,
        a=(str, Field(default_factory=lambda: made("a"))),
        b=(str, Field(default_factory=lambda: made("b"))),
        c=(int, ...),
    )
    received(model, c=1)
    assert calls == ["a", "b"]
    received(model, c=1, a="x")
    assert calls == ["a", "b", "b"]
    calls.clear()
    with pytest.raises(PayloadError):
        received(model, c="wrong")
    assert calls == ["a", "b"]


@pytest.mark.parametrize("base", [Payload, BaseModel])
def test_a_factory_whose_model_is_wrong_refuses_the_send(base: type[BaseModel]) -> None:
    """As in pydantic, which passes on the error of the model that the factory could not make."""
    model: Any = create_model(
        "Model", __base__=base, first=(int, 7), item=(Item, Field(default_factory=lambda: Item.model_validate({})))
    )
    with pytest.raises(PayloadError) as caught:
        received(model)
    assert [detail["type"] for detail in caught.value.errors()] == ["missing"]


@pytest.mark.parametrize("base", [Payload, BaseModel])
@pytest.mark.parametrize("error", [KeyError, RuntimeError, StopIteration, KeyboardInterrupt])
def test_other_exceptions_of_factories_and_validators_reach_the_sender(
    base: type[BaseModel], error: type[BaseException]
) -> None:
    """They are not about the fields that were sent, and no receiver is called."""

    def fail(value: object) -> int:
        raise error("broken")

    made: Any = create_model("Made", __base__=base, x=(int, Field(default_factory=lambda: fail(None))))
    checked: Any = create_model(
        "Checked", __base__=base, __validators__={"check": field_validator("x")(fail)}, x=(int, 1)
    )
    with pytest.raises(error):
        received(made)
    with pytest.raises(error):
        received(checked, x=3)


def test_a_default_that_cannot_be_hashed_or_copied_is_treated_as_by_pydantic() -> None:
    """Whatever its `__hash__` raises, each send gets a copy."""

    class Odd:
        def __hash__(self) -> int:
            raise RuntimeError("no hash")

    odd = Odd()
    model: Any = create_model("Model", __base__=Payload, odd=(Odd, odd))
    assert isinstance(received(model)["odd"], Odd)
    assert received(model)["odd"] is not odd


def test_no_receiver_can_change_the_default_of_the_next_send() -> None:
    """A mutable default is new for each send."""
    model: Any = create_model("Model", __base__=Payload, tags=(list[str], ["a"]))
    received(model)["tags"].append("b")
    assert received(model) == {"tags": ["a"]}


class Recursive(Payload):
    depth: int

    @field_validator("depth")
    @classmethod
    def send_again(cls, value: int) -> int:
        if value:
            recursive.send(None, depth=value - 1)
        return value


recursive = Signal(Recursive)


def test_a_validator_may_send_the_signal_that_it_validates_for() -> None:
    """The inner sends end before the outer one."""
    depths: list[int] = []

    def receiver(sender: object, depth: int) -> None:
        depths.append(depth)

    with recursive.connected_to(receiver):
        recursive.send(None, depth=2)
    assert depths == [0, 1, 2]


INTERNAL_NAMES = (
    "sender self cls args kwargs out results receiver fields send send_async type values match print payload signal "
    "data snapshot table ref refs unknown int str default name case wrapper isinstance len list"
).split()


@pytest.mark.parametrize("base", [Payload, BaseModel])
@pytest.mark.parametrize("validate", ["always", "never"])
def test_fields_may_be_named_like_anything(base: type[BaseModel], validate: str) -> None:
    """Names from Python's and our own internals, alone and all together, and letters of any script."""
    names = [*INTERNAL_NAMES, "ñandú", "größe", "値"]
    definitions: dict[str, Any] = dict.fromkeys(names, (int, ...))
    model: Any = create_model("Model", __base__=base, **definitions)
    fields = {name: number for number, name in enumerate(names)}
    assert received(model, validate=validate, **fields) == fields
    for name in names:
        definition: Any = {name: (int, 1)}
        single: Any = create_model("Model", __base__=base, **definition)
        assert received(single, validate=validate, **{name: 7}) == {name: 7}
        assert received(single, validate=validate) == {name: 1}


@pytest.mark.parametrize("name", ["class", "None", "with space", "ﬁ", "1st"])
def test_fields_made_by_create_model_need_not_be_identifiers(name: str) -> None:
    """Keywords and other strings are sent by unpacking a dictionary."""
    definition: Any = {name: (int, ...)}
    model: Any = create_model("Model", __base__=Payload, **definition)
    assert received(model, **{name: 7}) == {name: 7}


@pytest.mark.parametrize("base", [Payload, BaseModel])
@pytest.mark.parametrize("validate", ["always", "never"])
@pytest.mark.parametrize("count", [0, 1, 300])
def test_a_payload_may_have_no_field_or_hundreds(base: type[BaseModel], validate: str, count: int) -> None:
    """Their number has no limit."""
    definitions: dict[str, Any] = {f"field{number}": (int, ...) for number in range(count)}
    model: Any = create_model("Model", __base__=base, **definitions)
    fields = {name: number for number, name in enumerate(definitions)}
    assert received(model, validate=validate, **fields) == fields


class Wire(Payload):
    order_id: int = Field(validation_alias="orderId", serialization_alias="orderId")
    total: int = Field(0, validation_alias=AliasChoices("totalAmount", AliasPath("amounts", 0)))


class LooseWire(BaseModel):
    order_id: int = Field(validation_alias="orderId")


class Generated(BaseModel):
    model_config = ConfigDict(alias_generator=str.upper)
    order_id: int


@pytest.mark.parametrize("model", [Wire, LooseWire, Generated])
@pytest.mark.parametrize("validate", ["always", "never"])
def test_fields_are_sent_by_their_names_whatever_their_aliases(model: type[BaseModel], validate: str) -> None:
    """Aliases are for the wire."""
    assert received(model, validate=validate, order_id=7)["order_id"] == 7


def test_an_alias_is_not_a_field() -> None:
    """A payload does not take the names that the wire uses."""
    with pytest.raises(PayloadError, match="orderId: no such field"):
        received(Wire, order_id=7, orderId=8)


class Rich(Payload):
    """With everything that a model may have besides fields."""

    price: Decimal
    secret: str = Field("s", exclude=True, repr=False)
    _cache: dict[str, int] = PrivateAttr(default_factory=dict)

    @computed_field  # type: ignore[prop-decorator]  # as pydantic documents it
    @property
    def double(self) -> Decimal:
        return 2 * self.price


def test_receivers_get_the_fields_and_nothing_else() -> None:
    """Computed and private attributes are not fields; excluded fields are."""
    assert received(Rich, price=Decimal(1)) == {"price": Decimal(1), "secret": "s"}


class Dependent(Payload):
    low: int
    high: int

    @field_validator("high")
    @classmethod
    def check(cls, value: int, info: ValidationInfo) -> int:
        if value < info.data["low"]:
            raise ValueError("must not be less than low")
        return value


def test_a_validator_sees_the_fields_before_its_own() -> None:
    """`info.data` holds them."""
    assert received(Dependent, low=1, high=2) == {"low": 1, "high": 2}
    with pytest.raises(PayloadError, match="high: value error, must not be less than low"):
        received(Dependent, low=2, high=1)


NOTHING: dict[str, Any] = {}


class Replaced(BaseModel):
    x: int

    @model_validator(mode="wrap")
    @classmethod
    def replace(cls, data: Any, handler: Callable[[Any], Any]) -> Any:
        handler(data)
        return data["x"] if data["x"] < 0 else cls.model_construct(**NOTHING)


def test_a_validator_that_makes_something_else_is_found_out() -> None:
    """Its result must be a payload, with all its fields."""
    for x, problem in ((-1, "payload: must be an instance of Replaced, got int"), (1, "x: field required")):
        with pytest.raises(PayloadError, match=problem) as caught:
            received(Replaced, x=x)
        assert caught.value.sender == "sender"
        assert caught.value.signal is not None
        assert caught.value.signal.payload_type is Replaced


def test_a_payload_refused_as_a_whole_is_named_so() -> None:
    """A model validator's error has no field."""

    class Pair(Payload):
        a: int

        @model_validator(mode="after")
        def check(self) -> Pair:
            raise ValueError("never")

    with pytest.raises(PayloadError, match="payload: value error, never"):
        received(Pair, a=1)


def test_forward_references_are_resolved_at_the_first_send() -> None:
    """A payload may refer to names that are defined later."""
    assert received(Early, late={"x": 1}) == {"late": Late(x=1)}


class Early(BaseModel):
    late: Late


early = Signal(Early)


class Late(BaseModel):
    x: int


def test_a_pydantic_plugin_sees_each_validation() -> None:
    """A model whose validator is wrapped is validated as a whole."""

    class Plain(Payload):
        x: int

    assert fast_path(Plain) is not None
    validator = Plain.__pydantic_validator__

    class Watching:
        calls = 0

        def validate_python(self, *args: Any, **kwargs: Any) -> Any:
            Watching.calls += 1
            return validator.validate_python(*args, **kwargs)

    Plain.__pydantic_validator__ = Watching()  # type: ignore[assignment]  # as pydantic's PluggableSchemaValidator
    assert received(Plain, x=1) == {"x": 1}
    assert Watching.calls == 1


class Forgetful(Payload):
    kept: int = 1
    lost: int = 2

    def model_post_init(self, context: Any) -> None:
        del self.__dict__["lost"]


class Initless(BaseModel):
    kept: int = 1
    lost: int = 2

    def __init__(self, /, **fields: Any) -> None:
        super().__init__(**fields)
        del self.__dict__["lost"]


@pytest.mark.parametrize("model", [Forgetful, Initless])
def test_a_payload_that_its_own_code_leaves_without_a_field_is_refused(model: type[BaseModel]) -> None:
    """No receiver is called without it."""
    with pytest.raises(PayloadError) as caught:
        received(model, lost=3)
    assert str(caught.value).splitlines()[1:] == [
        "  lost: field required",
        f"  ({model.__name__} has the fields: kept, lost)",
    ]
    assert caught.value.sender == "sender"
    assert caught.value.signal is not None
    assert caught.value.signal.payload_type is model


class Defaulted(Payload):
    count: int = Field("many", validate_default=True)


def test_a_default_is_validated_where_the_field_asks_for_it() -> None:
    """A send that leaves it out is refused, as pydantic refuses it."""
    with pytest.raises(PayloadError, match="count: input should be a valid integer, got str"):
        received(Defaulted)
    assert received(Defaulted, count=3) == {"count": 3}
