"""Faults of a payload by itself: messages that it does not read back, and defaults that it refuses."""

from __future__ import annotations

import dataclasses
import operator
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, IntEnum, IntFlag, StrEnum
from typing import Annotated, Any, Generic, Literal, NamedTuple, TypeVar

import pytest
from annotated_types import Predicate
from hypothesis import event, given, note
from hypothesis import strategies as st
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    InstanceOf,
    PlainSerializer,
    PydanticDeprecatedSince20,
    RootModel,
    SecretStr,
    ValidationError,
    ValidationInfo,
    WrapValidator,
    computed_field,
    field_serializer,
    field_validator,
    model_serializer,
    model_validator,
    validator,
)
from pydantic.alias_generators import to_camel
from pydantic.dataclasses import dataclass as pydantic_dataclass
from pydantic_core import PydanticSerializationError, core_schema

from typedsignals import Payload
from typedsignals.catalog import Finding, ModelRecords, Profile, Severity, check_catalog, compare_catalogs
from typedsignals.catalog._fit.types import Relation
from typedsignals.catalog._fit.use import Use
from typedsignals.catalog._records.nested import MOST_VISITS
from typedsignals.catalog._records.types import ModelType

from .making import catalog, changes, model, shown
from .test_verdicts import LEAVES, TYPES, VALUES, candidates, messages, models, of, reads

T = TypeVar("T")
FORBID = ConfigDict(extra="forbid")
BROKERED = Profile(is_brokered=True)


class Live:
    """Something that cannot be serialised."""


class Total(BaseModel):
    """A model that writes a key that it forbids."""

    model_config = FORBID

    net: int

    @computed_field  # type: ignore[prop-decorator]  # as pydantic documents it
    @property
    def gross(self) -> int:
        return 2 * self.net


class Lenient(BaseModel):
    net: int


class Hidden(BaseModel):
    key: int = Field(exclude=True)


class Renamed(BaseModel):
    key: int = Field(serialization_alias="k")


class Wrapped(RootModel[list[Total]]):
    pass


@dataclasses.dataclass
class Line:
    total: Total


@pydantic_dataclass(config=FORBID)
class Computing:
    net: int = 1

    @computed_field  # type: ignore[prop-decorator]  # as pydantic documents it
    @property
    def gross(self) -> int:
        return 2 * self.net


class Pair(NamedTuple):
    first: int
    total: Total


class Tree(BaseModel):
    total: Total | None = None
    children: list[Tree] = []


class Card(BaseModel):
    kind: Literal["card"] = "card"


class Cash(Total):
    kind: Literal["cash"] = "cash"


def found(rule: str, payload: type[BaseModel], profile: Profile = BROKERED) -> list[Finding]:
    return [finding for finding in check_catalog(catalog(payload), profile) if finding.rule.id == rule]


def paths(rule: str, payload: type[BaseModel], profile: Profile = BROKERED) -> list[str]:
    return [finding.path for finding in found(rule, payload, profile)]


@pytest.mark.parametrize(
    ("annotation", "path"),
    [
        (Total, "a"),
        (Total | None, "a"),
        (list[Total], "a[]"),
        (tuple[int, Total], "a[1]"),
        (tuple[Total, ...], "a[]"),
        (dict[str, Total], "a{}"),
        (dict[str, list[Total]], "a{}[]"),
        (Line, "a.total"),
        (Pair, "a.total"),
        (Computing, "a"),
        (Wrapped, "a.root[]"),
        (Hidden, "a.key"),
        (list[Renamed], "a[].key"),
        (Tree, "a.total"),
        (Total | int | None, "a<Total>"),
        (int | Total, "a<Total>"),
        (list[Total] | int, "a[]"),
        (Annotated[Card | Cash, Field(discriminator="kind")], "a<Cash>"),
    ],
)
def test_messages_are_read_at_every_depth(annotation: Any, path: str) -> None:
    """If a nested model does not read what it writes, the whole message is unreadable; the finding has its path."""
    payload = model("Order", a=annotation)
    assert paths("TS508", payload) == [path]
    assert paths("TS508", payload, Profile()) == []


@pytest.mark.parametrize("annotation", [Total | None, list[Total], dict[str, Total | None], Total | int, Line, Wrapped])
def test_a_fault_has_the_path_that_a_change_has(annotation: Any) -> None:
    """So a reader who knows one finds the other."""
    (path,) = paths("TS508", model("Order", a=annotation))
    old, new = catalog(model("Order", a=annotation)), catalog(model("Order", a=annotation))
    name = f"{Total.__module__}.{Total.__qualname__}"
    models = {**new.models, name: new.models[name].model_copy(update={"extra": "ignore"})}
    (change,) = compare_catalogs(old, new.model_copy(update={"models": models}))
    assert (change.rule.id, change.path) == ("TS402", path)


@pytest.mark.parametrize("annotation", [Total | Lenient, Total | dict[str, int], list[Total | Lenient], Any, Lenient])
def test_what_another_member_of_a_union_reads_is_read(annotation: Any) -> None:
    """pydantic tries all members, so the messages are readable."""
    assert paths("TS508", model("Order", a=annotation)) == []


def test_a_nested_live_object_is_found() -> None:
    """It is found at any depth, even if another member of the union can be written."""
    item = model("Item", ConfigDict(arbitrary_types_allowed=True), thing=Live)
    payload = model("Order", a=(item | None, None), b=list[item])  # type: ignore[valid-type]  # made at run time
    assert paths("TS508", payload) == ["a.thing", "b[].thing"]


def test_a_live_object_that_is_never_written_does_no_harm() -> None:
    """It is left out of messages, and has a default when they are read."""
    config = ConfigDict(arbitrary_types_allowed=True)
    assert paths("TS508", model("Order", config, a=(Live | None, Field(None, exclude=True)))) == []
    for live in (Live, (Live, Field(exclude=True))):
        (told,) = found("TS508", model("Order", config, a=live))
        assert (told.path, told.message) == ("a", "signal shop.placed has the field a, which cannot be serialised")


def test_a_field_that_is_unreadable_is_told_for_one_reason() -> None:
    """A fault nested in it is not reported as well."""
    assert paths("TS508", model("Order", a=(Total, Field(exclude=True)))) == ["a"]


class Blob(Enum):
    A = b"a"


class Spot(NamedTuple):
    n: Annotated[int, Field(ge=1)] = 0


def test_keys_of_mappings_may_have_faults() -> None:
    """A named tuple can be one."""
    assert [(one.path, one.rule.id) for one in found("TS510", model("Order", a=dict[Spot, int]))] == [
        ("a{key}.n", "TS510")
    ]


class Level(IntEnum):
    LOW = 1


class PlainLevel(Enum):
    LOW = 1


class Right(IntFlag):
    READ = 1
    WRITE = 2


class Parsed(BaseModel, frozen=True):
    n: int

    def __str__(self) -> str:
        return str(self.n)

    @model_validator(mode="before")
    @classmethod
    def from_text(cls, value: Any) -> Any:
        return {"n": value} if isinstance(value, str) else value


class Sku(RootModel[str], frozen=True):
    def __str__(self) -> str:
        return self.root


class Point(BaseModel, frozen=True):
    n: int


@pytest.mark.parametrize(
    ("key", "value", "is_read"),
    [
        (int, 1, True),
        (bool, True, True),
        (int | str, 1, True),
        (str | None, None, True),
        (Level, Level.LOW, True),
        (Literal["a"], "a", True),
        (Parsed, Parsed(n=1), True),
        (Sku, Sku("a"), True),
        (Right, Right.READ | Right.WRITE, False),
        (PlainLevel, PlainLevel.LOW, False),
        (Literal["a", 1], 1, False),
        (int | None, None, False),
        (tuple[int, int], (1, 2), False),
        (Point, Point(n=1), False),
        (Spot, Spot(1), False),
    ],
)
def test_keys_are_text_in_messages(key: Any, value: Any, is_read: bool) -> None:
    """Not everything that is written as text is read from text."""
    payload = model("Order", a=list[dict[key, int]])
    assert reads(payload, payload(a=[{value: 1}]).model_dump_json()) is is_read
    assert paths("TS508", payload) == ([] if is_read else ["a[]"])


def test_a_required_field_that_is_sometimes_left_out() -> None:
    """Its nested model cannot be read without it; a default would help."""

    def is_zero(value: int) -> bool:
        return value == 0

    for default, told in ((..., ["a.n"]), (0, [])):
        item = model("Item", n=(int, Field(default, exclude_if=is_zero)))
        payload = model("Order", a=item)
        assert reads(payload, payload(a=item(n=0)).model_dump_json()) is (not told)
        assert paths("TS508", payload) == told


def test_keys_that_are_ignored_do_no_harm_beside_another_fault() -> None:
    """Only the field without a default is missed."""
    ignored, missed = (int, Field(1, serialization_alias="x")), (int, Field(serialization_alias="y"))
    assert paths("TS508", model("Order", a=ignored, b=missed)) == ["b"]


def test_nothing_in_a_field_that_is_never_written_is_unreadable() -> None:
    """Its nested models are in no message; a refused default is reported nevertheless."""
    item = model("Item", FORBID, n=(int, Field(0, ge=1)))
    payload = model("Order", a=(Total | None, Field(None, exclude=True)), b=(item | None, Field(None, exclude=True)))
    assert paths("TS508", payload) == []
    assert [(one.path, one.severity) for one in found("TS510", payload)] == [("b.n", Severity.WARN)]


def test_models_that_refer_to_one_another_are_gone_into_in_bounded_time() -> None:
    """A dozen of them have more paths than could ever be walked."""
    names = [f"Node{number}" for number in range(12)]
    space: dict[str, Any] = {"BaseModel": BaseModel, "Total": Total}
    for name in names:
        fields = "\n".join(f"    to_{other.lower()}: {other} | None = None" for other in names)
        exec(f"class {name}(BaseModel):\n    total: Total | None = None\n{fields}\n", space)  # noqa: S102  # made alike
    for name in names:
        space[name].model_rebuild(_types_namespace=space)
    told = paths("TS508", model("Order", a=space["Node0"]))
    assert "a.total" in told
    assert len(told) <= MOST_VISITS


@given(models("Order", TYPES))
def test_told_is_what_pydantic_does_not_read(payload: type[BaseModel]) -> None:
    """Each fault makes some message unreadable, and without faults, pydantic reads all messages."""
    note(f"{payload.model_config} {payload.model_fields}")
    records = ModelRecords()
    record = ModelType(model=records.add(payload))
    is_read = Relation(Use.WIRE, records.records, records.records).holds(record, record)
    told = paths("TS508", payload)
    event(f"{is_read} {bool(told)}")
    written = messages(payload)
    if told and written:
        assert not all(reads(payload, message) for message in written)
    if is_read is False:
        assert told
    if is_read:
        assert told == []
        assert all(reads(payload, message) for message in written)


# Defaults


class Color(StrEnum):
    RED = "red"


class Percent(BaseModel):
    value: int = 150

    @field_validator("value")
    @classmethod
    def up_to_hundred(cls, value: int) -> int:
        if value > 100:
            raise ValueError
        return value


class ForAll(BaseModel):
    value: int = 150

    @field_validator("*")
    @classmethod
    def refuse(cls, value: int) -> int:
        raise ValueError


class Prepared(BaseModel):
    """A validator changes the default first."""

    value: datetime = None  # type: ignore[assignment]  # on purpose

    @field_validator("value", mode="before")
    @classmethod
    def now(cls, value: object) -> object:
        return datetime(2024, 1, 1) if value is None else value  # noqa: DTZ001  # as JSON may have it


class Dependent(BaseModel):
    """Another field decides whether the default is accepted."""

    other: int = 0
    value: int = 1

    @field_validator("value")
    @classmethod
    def more(cls, value: int, info: ValidationInfo) -> int:
        if not info.data.get("other"):
            raise ValueError
        return value


class Failing(BaseModel):
    value: int = 1

    @field_validator("value")
    @classmethod
    def fail(cls, value: int) -> int:
        raise KeyError(value)


class Written(BaseModel):
    """Code decides what is written, so nothing is known about messages."""

    value: int = Field(0, ge=1)

    @field_serializer("value")
    def write(self, value: int) -> int:
        return value + 1


class WrittenWhole(BaseModel):
    value: int = Field(0, ge=1)

    @model_serializer
    def write(self) -> dict[str, int]:
        return {"value": 1}


with pytest.warns(PydanticDeprecatedSince20):

    class Legacy(BaseModel):
        """It is unknown whether the validator looks at other fields."""

        value: int = 150

        @validator("value")
        def refuse(cls, value: int) -> int:  # noqa: N805  # as pydantic had it
            raise ValueError


def refuse(value: object) -> object:
    raise ValueError


def passed(value: Any, handler: Callable[[Any], Any]) -> Any:
    return handler(value)


def with_info(value: object, info: ValidationInfo) -> object:
    raise ValueError


class Own:
    """Metadata of the program that refuses everything."""

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        return core_schema.no_info_after_validator_function(refuse, handler(source))


STRICT = ConfigDict(strict=True)


@pytest.mark.parametrize(
    ("annotation", "default", "is_unread"),
    [
        (datetime, None, True),
        (int, Field(0, ge=1), True),
        (Annotated[int, Field(ge=1)], 0, True),
        (str, Field("", min_length=1), True),
        (str, Field("a", pattern="b"), True),
        (Literal["a"], "b", True),
        (int, "auto", True),
        (int | None, "auto", True),
        (list[int], Field(default_factory=list, min_length=1), True),
        (list[int], ["a"], True),
        (dict[str, int], {"a": None}, True),
        (tuple[int, int], (1,), True),
        (tuple[int, ...], [], False),
        (Decimal, 0, False),
        (Color, "red", False),
        (date, "2024-01-01", False),
        (InstanceOf[Live], None, False),
        (Annotated[int, AfterValidator(refuse)], 1, True),
        (Annotated[int, BeforeValidator(refuse)], 1, True),
        (Annotated[int, WrapValidator(passed)], None, True),
        (int, Field(0, ge=1, exclude=True), False),
        (Annotated[int, Predicate(operator.not_)], 1, True),
        (Annotated[int, Predicate(operator.not_)] | str, 1, True),
        (Annotated[int, Own()], 1, True),
        (Card, Field(default_factory=dict), None),
    ],
)
def test_defaults_that_their_field_refuses(annotation: Any, default: Any, is_unread: bool | None) -> None:
    """pydantic does not validate defaults: receivers get them, and most make messages unreadable."""
    payload = model("Order", STRICT, a=(annotation, default))
    if is_unread is None:
        assert found("TS510", payload) == []
        return
    (within,) = found("TS510", payload, Profile())
    (brokered,) = found("TS510", payload)
    assert (within.path, within.severity) == ("a", Severity.WARN)
    assert (brokered.path, brokered.severity) == ("a", Severity.ERROR if is_unread else Severity.WARN)
    assert "refuses its own default" in within.message


@pytest.mark.parametrize(
    ("annotation", "default", "words"),
    [
        (int, "auto", "'auto': receivers get it, but messages with it cannot be read"),
        (Decimal, 0, "0: receivers get it anyway"),
    ],
)
def test_what_a_refused_default_does_is_told(annotation: Any, default: Any, words: str) -> None:
    """With the default, and who gets it."""
    (finding,) = found("TS510", model("Order", STRICT, a=(annotation, default)))
    assert finding.message == f"signal shop.placed has the field a, which refuses its own default {words}"


@pytest.mark.parametrize(
    ("annotation", "default"),
    [
        (int, 1),
        (float, 1),
        (int | None, None),
        (Color, Color.RED),
        (Literal["a", "b"], "b"),
        (list[int], []),
        (list[int], Field(default_factory=list)),
        (dict[str, int], {}),
        (Annotated[int, AfterValidator(with_info)], 1),
        (Annotated[int, AfterValidator(int)], 1),
        (Annotated[int, PlainSerializer(str)], 1),
        (datetime, Field(default_factory=datetime.now)),
        (Card, Card()),
        (Any, Live()),
        (int, ...),
        (SecretStr, SecretStr("a")),
    ],
)
def test_defaults_that_are_taken(annotation: Any, default: Any) -> None:
    """Unknown cases count as accepted: other factories are not called, and a validator may need other fields."""
    assert paths("TS510", model("Order", STRICT, a=(annotation, default))) == []


@pytest.mark.parametrize(
    ("payload", "severities"),
    [
        (Percent, [Severity.ERROR]),
        (ForAll, [Severity.ERROR]),
        (Legacy, []),
        (Prepared, []),
        (Dependent, []),
        (Failing, []),
        (Written, [Severity.WARN]),
        (WrittenWhole, [Severity.WARN]),
    ],
)
def test_the_validators_of_the_model_count(payload: type[BaseModel], severities: list[Severity]) -> None:
    """They count unless they look at other fields; with a serializer, it is unknown whether messages are readable."""
    assert [finding.severity for finding in found("TS510", payload)] == severities


@dataclasses.dataclass
class Stock:
    left: Annotated[int, Field(ge=1)] = 0


@pydantic_dataclass
class Checked:
    left: int = Field(0, ge=1)


class Place(NamedTuple):
    left: int = None  # type: ignore[assignment]  # on purpose


@pytest.mark.parametrize("nested", [Stock, Checked, Place, model("Item", left=(int, Field(0, ge=1)))])
@pytest.mark.parametrize(("around", "path"), [(list, "a[].left"), (Annotated, "a.left")])
def test_nested_defaults(nested: Any, around: Any, path: str) -> None:
    """They are reported at their path, in any kind of class."""
    annotation = of(list, nested) if around is list else nested
    assert paths("TS510", model("Order", a=annotation)) == [path]


def test_a_default_that_is_made_with_a_refused_one_is_not_told_again() -> None:
    """The cause is the field inside."""
    payload = model("Order", a=(Stock, Stock()), b=(Place, Place()))
    assert paths("TS510", payload) == ["a.left", "b.left"]
    assert paths("TS508", payload) == []


def test_a_default_that_is_taken_and_not_read() -> None:
    """Infinity is written as null."""
    payload = model("Order", a=(float, float("inf")))
    assert (paths("TS508", payload), paths("TS510", payload)) == (["a"], [])
    assert "does not read its own default inf from messages" in found("TS508", payload)[0].message
    other = model("Item", a=(float, float("inf"))) | dict[str, Any]
    assert paths("TS508", model("Order", a=other)) == []


@pytest.mark.parametrize("options", [{"_config": ConfigDict(validate_default=True)}, {}])
def test_a_refused_default_that_is_validated(options: dict[str, Any]) -> None:
    """Nobody gets the default: a send without the field is refused."""
    field = Field(0, ge=1) if options else Field(0, ge=1, validate_default=True)
    (finding,) = found("TS510", model("Order", options.get("_config"), a=(int, field)))
    assert finding.severity is Severity.ERROR
    assert finding.message == (
        "signal shop.placed has the field a, which refuses its own default 0: "
        "it is validated, so a send without the field is refused"
    )


class Pages(BaseModel, Generic[T]):
    next: Pages[T] | None = 5  # type: ignore[assignment]  # on purpose


def test_a_type_that_cannot_be_had_without_its_class() -> None:
    """pydantic has only an address of the type, so it is unknown whether the default is accepted."""
    assert paths("TS510", model("Order", a=Pages[int])) == []


def test_generated_aliases_do_not_matter() -> None:
    """A default has no alias."""
    assert paths("TS510", model("Order", ConfigDict(alias_generator=to_camel), first_name=(int, None))) == [
        "first_name"
    ]


class Shop(Payload):
    start: datetime = None  # type: ignore[assignment]  # on purpose
    token: SecretStr = "hunter2"  # type: ignore[assignment]  # noqa: S105  # on purpose
    key: str = Field("hunter2", repr=False, min_length=9)


def test_no_secret_is_told() -> None:
    """A refused default may be secret."""
    told = [finding.message for rule in ("TS508", "TS510") for finding in found(rule, Shop)]
    assert len(told) == 3
    assert not any("hunter2" in message for message in told)


def test_what_is_alike_is_asked_once_and_what_is_not_is_told_apart() -> None:
    """Fields of one type are judged by their own constraints, default and configuration."""
    fields = {
        "a": Field(0, ge=1),
        "b": Field(0, ge=0),
        "c": Field(1, ge=1),
        "d": Field(0, ge=1),
        "e": Field(True, ge=1),
    }
    for config, refused in ((STRICT, ["a", "d", "e"]), (ConfigDict(), ["a", "d"])):
        payload = model("Order", config, **{name: (int, field) for name, field in fields.items()})
        assert paths("TS510", payload) == refused
        both = model("Both", one=payload, two=model("Lax", a=(int, True), b=(Decimal, Field(Decimal(-1), ge=0))))
        assert [path for path in paths("TS510", both) if path.startswith("two")] == ["two.b"]


@given(LEAVES, st.sampled_from(VALUES), st.booleans())
def test_refused_is_what_pydantic_refuses(annotation: Any, default: Any, is_strict: bool) -> None:
    """A default is reported if it could not be passed, as an error if it makes messages unreadable."""
    payload = model("Order", ConfigDict(strict=is_strict), a=(annotation, default))
    told = found("TS510", payload)
    try:
        payload.model_validate({"a": default})
        is_refused = False
    except ValidationError:
        is_refused = True
    try:
        is_unread = not reads(payload, payload().model_dump_json(warnings=False))
    except (PydanticSerializationError, UnicodeError):
        is_unread = True
    event(f"{is_refused} {is_unread}")
    assert [finding.severity is Severity.ERROR for finding in told] == ([is_unread] if is_refused else [])
    if not is_refused:
        assert bool(found("TS508", payload)) == is_unread


# Correcting annotations


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ((datetime, None), (datetime | None, None)),
        ((int, Field(0, ge=1)), (int, Field(0, ge=0))),
        ((int, Field(0, gt=0)), (int, Field(0, ge=0))),
        ((int, Field(9, le=8)), (int, Field(9, le=9))),
        ((int, Field(9, lt=9)), (int, Field(9, le=9))),
        ((float, Field(0.0, gt=0)), (float, Field(0.0, ge=0))),
        ((int | None, Field(0, ge=1)), (int | None, Field(0, ge=0))),
        ((str, Field("", min_length=1)), (str, "")),
        ((list[int], Field([], min_length=1)), (list[int], [])),
        ((list[int], Field(default_factory=list, min_length=1)), (list[int], Field(default_factory=list))),
        ((dict[str, int], Field({}, min_length=1)), (dict[str, int], {})),
        ((Literal["a"], "b"), (Literal["a", "b"], "b")),
        ((int, "auto"), (int | Literal["auto"], "auto")),
        ((list[int], None), (list[int] | None, None)),
        ((int | Annotated[list[int], Field(min_length=1)], []), (int | list[int], [])),
    ],
)
def test_correcting_the_annotation_breaks_nobody(old: Any, new: Any) -> None:
    """The new annotation describes what was already sent."""
    before, after = (model("Item", STRICT, a=field) for field in (old, new))
    assert {str(change.verdicts) for change in changes(before, after)} == {"✓✓✓✓✓✓"}
    assert paths("TS510", after) == []
    told = changes(*(model("Order", item=list[part]) for part in (before, after)))  # type: ignore[valid-type]  # as above
    assert [(change.path, str(change.verdicts)) for change in told] == [("item[].a", "✓✓✓✓✓✓")]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        # Other values than the default may be sent now.
        ((datetime, None), (datetime | int | None, None), {"TS304": "✓⚠⚠⚠✓✗", "TS302": "✓⚠⚠⚠✓⚠"}),
        ((int, Field(0, ge=1)), (int, 0), {"TS312": "✓⚠⚠⚠✓✗"}),
        ((float, Field(0.0, ge=1)), (float, Field(0.0, ge=0)), {"TS312": "✓⚠⚠⚠✓✗"}),
        ((str, Field("", min_length=2)), (str, ""), {"TS312": "✓⚠⚠⚠✓✗"}),
        ((str, Field("a", min_length=1, pattern="b")), (str, Field("a", pattern="b")), {"TS312": "✓⚠⚠⚠✓✗"}),
        ((bytes, Field("", min_length=1)), (bytes, ""), {"TS312": "✓⚠⚠⚠✓✗"}),
        ((int, Field(b"a", le=1)), (int, Field(b"a", le=5)), {"TS312": "✓⚠⚠⚠✓✗"}),
        ((int, Field(Blob.A, le=1)), (int, Field(Blob.A, le=5)), {"TS312": "✓⚠⚠⚠✓✗"}),
        ((list[int], Field({}, min_length=1)), (list[int], {}), {"TS312": "✓⚠⚠⚠✓✗"}),
        # The default is another.
        ((datetime, None), (datetime, date(2024, 1, 1)), {"TS211": "⚠⚠⚠⚠✓✓"}),
        # Nobody has received the default.
        ((int, Field(0, ge=1, validate_default=True)), (int, Field(0, ge=0)), {"TS312": "✓⚠⚠⚠✓✗"}),
        # The default is unknown.
        ((datetime, date(2024, 1, 1)), (datetime | date, date(2024, 1, 1)), {"TS302": "✓⚠⚠⚠✓✗"}),
    ],
)
def test_other_corrections_do_what_they_do(old: Any, new: Any, expected: dict[str, str]) -> None:
    """Only annotations that describe what was already sent break nobody."""
    told = changes(model("Order", STRICT, a=old), model("Order", STRICT, a=new))
    assert {rule: columns for rule, _, columns in shown(told)} == expected


@given(LEAVES, LEAVES, st.sampled_from(VALUES))
def test_verdicts_hold_where_a_default_is_refused(before: Any, after: Any, default: Any) -> None:
    """If a change is safe, old code fails to read only messages that it wrote itself."""
    old, new = (model("Order", STRICT, a=(kind, default)) for kind in (before, after))
    told = changes(old, new)
    note(f"{before} -> {after} = {default!r}: {shown(told)}")
    if any(change.verdicts.forward.value != "✓" for change in told):
        return
    event("safe")
    known = {message for message in (_message(old, {}),) if message}
    for value in candidates(after):
        message = _message(new, {"a": value})
        assert message is None or message in known or reads(old, message)


def _message(payload: type[BaseModel], fields: dict[str, Any]) -> str | None:
    try:
        return payload.model_validate(fields).model_dump_json(warnings=False)
    except (ValidationError, PydanticSerializationError, UnicodeError):
        return None
