"""The verdicts on messages and on senders agree with what pydantic does."""

from __future__ import annotations

import collections
import dataclasses
import itertools
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from functools import partial
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints
from uuid import UUID

from hypothesis import assume, event, given, note, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, RootModel, TypeAdapter, ValidationError, computed_field
from typing_extensions import TypedDict, is_typeddict

from typedsignals.catalog import Change, Verdict

from .making import changes, model, shown


class Red(Enum):
    RED = "red"


class RedOrBlue(Enum):
    RED = "red"
    BLUE = "blue"


class Nothing(Enum):
    NOTHING = None
    RED = "red"


class Text(str, Enum):  # noqa: UP042  # as it may be written
    RED = "red"


class Card(BaseModel):
    a: int = 1


class Special(Card):
    pass


class Invoice(BaseModel):
    a: int = 1


CLASSES = (Card, Special, Invoice, Red, RedOrBlue, Nothing, Text)
INFINITY = float("inf")
NUMBERS = [*range(-4, 14), 20, 30, 10**20]
VALUES: list[Any] = [
    None,
    True,
    False,
    *NUMBERS,
    0.5,
    -1.5,
    2.25,
    7.0,
    *(Decimal(text) for text in ("1", "2", "0.5", "1.25", "12.5", "1234.5", "-3", "3", "5.5")),
    *("", "a", "ab", "abc", "abcd", "red", "blue", "1", "2024-01-01", "a" * 9),
    b"a",
    b"zz",
    date(2024, 1, 1),
    datetime(2024, 1, 1, 1, 2, 3),  # noqa: DTZ001  # as JSON may have it
    time(1, 2, 3),
    timedelta(seconds=5),
    UUID(int=7),
    Red.RED,
    RedOrBlue.RED,
    RedOrBlue.BLUE,
    Text.RED,
    *Nothing,
]

SCALARS = st.sampled_from([bool, int, float, str, Decimal, date, datetime, time, timedelta, UUID, bytes])
SMALL = st.integers(-3, 6)


@st.composite
def numbers(draw: st.DrawFn) -> Any:
    """A number between limits for which the pool has values."""
    limits: dict[str, Any] = {}
    if draw(st.booleans()):
        limits[draw(st.sampled_from(["ge", "gt"]))] = draw(st.integers(-3, 3))
    if draw(st.booleans()):
        limits[draw(st.sampled_from(["le", "lt"]))] = draw(st.integers(8, 12))
    if draw(st.booleans()):
        return of(Annotated, int, Field(multiple_of=draw(st.integers(1, 4)), **limits))
    kind = draw(st.sampled_from([int, float, Decimal]))
    if kind is Decimal and draw(st.booleans()):
        # An infinite limit excludes no value that can be written.
        limits |= draw(st.sampled_from([{"lt": INFINITY}, {"le": INFINITY}, {"gt": -INFINITY}, {"ge": -INFINITY}]))
    return of(Annotated, kind, Field(**limits))


@st.composite
def texts(draw: st.DrawFn) -> Any:
    least = draw(st.integers(0, 2))
    return Annotated[str, Field(min_length=least, max_length=draw(st.none() | st.integers(least + 1, 4)))]


CHOICES = st.one_of(
    st.sampled_from([Red, RedOrBlue, Nothing, Text]),
    st.lists(st.sampled_from(["a", "ab", "red", 1, 2, True]), min_size=1, max_size=3, unique_by=repr).map(
        lambda values: of(Literal, *values)
    ),
)
LEAVES = st.one_of(SCALARS, numbers(), texts(), CHOICES)


@st.composite
def models(draw: st.DrawFn, name: str, types: st.SearchStrategy[Any], depth: int = 0) -> type[BaseModel]:
    config = ConfigDict(
        strict=draw(st.booleans()),
        extra=draw(st.sampled_from(["ignore", "forbid"] if depth else ["ignore", "forbid", "allow"])),
    )
    names = draw(st.lists(st.sampled_from("abc"), min_size=1, max_size=2, unique=True))
    computed = draw(st.lists(st.sampled_from([key for key in "abc" if key not in names]), max_size=1))
    fields: dict[str, Any] = {}
    for field in names:
        wire = draw(st.sampled_from([{}, {}, {}, {"validation_alias": "x", "serialization_alias": "x"}]))
        annotation = draw(types)
        options: dict[str, Any] = dict(wire) if "x" not in str(fields) else {}
        if draw(st.booleans()) and (values := candidates(annotation)):
            options["default"] = values[0]
        fields[field] = (annotation, Field(**options))
    return computing(name, config, fields, computed)


def one(_: Any) -> int:
    return 1


def computing(name: str, config: ConfigDict, fields: dict[str, Any], keys: Iterable[str]) -> type[BaseModel]:
    """A model that writes keys in addition to its fields."""
    return type(
        name,
        (BaseModel,),
        {
            "__module__": "shop",
            "__annotations__": {field: kind for field, (kind, _) in fields.items()},
            **{field: options for field, (_, options) in fields.items()},
            **{key: computed_field(property(one)) for key in keys},
            "model_config": config,
        },
    )


def of(kind: Any, *parts: Any) -> Any:
    """The generic type with these arguments, hidden from type checkers."""
    return kind[parts if len(parts) > 1 else parts[0]]


def of_keys(name: str, fields: dict[str, Any]) -> Any:
    return TypedDict(name, fields)  # type: ignore[operator]  # made while running


def rooted(part: Any) -> Any:
    """One version of a strict root model; a lax one would accept members of enumerations as numbers."""
    strict = {"model_config": ConfigDict(strict=True), "__module__": __name__}
    return type("Root", (of(RootModel, part),), strict)


def generic(part: Any) -> Any:
    """A root model that is the same class in both versions if it wraps the same type."""
    return of(RootModel, part)


def containers(inner: st.SearchStrategy[Any], root: Callable[[Any], Any] = rooted) -> st.SearchStrategy[Any]:
    pairs = st.tuples(inner, inner)
    lengths = st.builds(Field, min_length=st.integers(0, 1), max_length=st.integers(2, 3))
    return st.one_of(
        inner.map(lambda part: part | None),
        pairs.map(lambda parts: parts[0] | parts[1]),
        inner.map(lambda part: of(list, part)),
        st.builds(lambda part, length: of(Annotated, of(list, part), length), inner, lengths),
        pairs.map(lambda parts: of(tuple, *parts)),
        inner.map(lambda part: of(dict, str, part)),
        inner.map(lambda part: of(tuple, part, ...)),
        inner.map(root),
    )


ALIKE = st.sampled_from([Card, Special, Invoice])
"""Models of the same shape, which both versions have."""
FIELDS = st.dictionaries(
    st.sampled_from("ab"), st.sampled_from([bool, int, float, Decimal, str, date, datetime]), min_size=1
)


@st.composite
def places(draw: st.DrawFn) -> Any:
    """One version of a named tuple."""
    fields = draw(FIELDS)
    defaults = [candidates(kind)[0] for kind in fields.values()][draw(st.integers(0, len(fields))) :]
    kind: Any = collections.namedtuple("Place", fields, defaults=defaults)  # type: ignore[misc]  # noqa: PYI024  # made while running
    kind.__annotations__ = fields
    return kind


INHERITING = st.one_of(
    places(),
    FIELDS.map(lambda fields: dataclasses.make_dataclass("Item", fields.items())),
    FIELDS.map(lambda fields: of_keys("Item", fields)),
)
PLAIN = st.recursive(LEAVES | ALIKE | places(), partial(containers, root=generic), max_leaves=3)
ITEMS = models("Item", st.just(int) | st.just(str), depth=1) | INHERITING
TYPES = st.recursive(LEAVES | ITEMS | ALIKE, containers, max_leaves=3)


def candidates(annotation: Any) -> list[Any]:
    """Values of a type, at its limits and between them."""
    if isinstance(annotation, type) and issubclass(annotation, RootModel):
        return [annotation(value) for value in candidates(annotated(annotation.model_fields["root"]))]
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return instances(annotation)
    if dataclasses.is_dataclass(annotation) or is_typeddict(annotation) or hasattr(annotation, "_fields"):
        make: Any = annotation
        hints = get_type_hints(annotation)
        return [
            make(**dict(zip(hints, values, strict=True))) for values in one_by_one([*map(candidates, hints.values())])
        ]
    adapter = TypeAdapter(annotation, config=ConfigDict(strict=True))
    return [*valid(adapter, itertools.chain(VALUES, compounds(annotation)))]


def valid(adapter: TypeAdapter[Any], values: Iterable[Any]) -> Iterator[Any]:
    for value in values:
        with suppress(ValidationError):
            yield adapter.validate_python(value)


def compounds(annotation: Any) -> Iterator[Any]:
    """Values of the types within a type, and containers of them."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        yield from compounds(arguments[0])
    elif origin is not None and origin is not Literal:
        pools = [candidates(part) for part in arguments if part not in (type(None), Ellipsis)]
        for pool in pools:
            yield from pool
            yield from ([], (), {})
            for item in pool:
                yield {"k": item}
                for length in range(1, 5):
                    yield from ([item] * length, (item,) * length)
        yield from one_by_one(pools)


def one_by_one(pools: list[list[Any]]) -> Iterator[tuple[Any, ...]]:
    """Combinations in which each position in turn takes all its values."""
    if all(pools):
        first = [pool[0] for pool in pools]
        for place, pool in enumerate(pools):
            for value in pool:
                yield (*first[:place], value, *first[place + 1 :])


def instances(payload: type[BaseModel]) -> list[BaseModel]:
    """Instances of a model in which each field in turn takes all its values."""
    names = [*payload.model_fields]
    pools = [candidates(annotated(field)) for field in payload.model_fields.values()]
    made = [dict(zip(names, values, strict=True)) for values in one_by_one(pools)]
    if payload.model_config.get("extra") == "allow":
        made += [{**fields, "unknown": 1} for fields in made[:1]]
    return [payload.model_validate(fields, by_name=True, by_alias=False) for fields in made]


def annotated(field: Any) -> Any:
    return of(Annotated, field.annotation, *field.metadata) if field.metadata else field.annotation


def reads(reader: type[BaseModel], message: str) -> bool:
    try:
        reader.model_validate_json(message, by_alias=True, by_name=True)
    except ValidationError:
        return False
    return True


def messages(writer: type[BaseModel]) -> list[str]:
    return [instance.model_dump_json(by_alias=True) for instance in instances(writer)]


def verdict(found: tuple[Change, ...], column: str) -> Verdict:
    """The worst verdict of all changes."""
    verdicts = {getattr(change.verdicts, column) for change in found}
    return next((worst for worst in (Verdict.BREAKS, Verdict.WARNS) if worst in verdicts), Verdict.SAFE)


def hold(said: Verdict, writer: type[BaseModel], reader: type[BaseModel]) -> None:
    """Compare a verdict with what pydantic does."""
    event(said.name)
    unread = [message for message in messages(writer) if not reads(reader, message)]
    if said is Verdict.SAFE:
        # If a model does not read its own messages, that is not a change.
        assert not any(reads(writer, message) for message in unread)
    elif said is Verdict.BREAKS:
        assert unread


def described(payload: type[BaseModel]) -> str:
    return f"{payload.model_config} {payload.model_fields} {[*payload.model_computed_fields]}"


@settings(report_multiple_bugs=False)
@given(models("Order", TYPES), models("Order", TYPES))
def test_verdicts_on_messages_hold(old: type[BaseModel], new: type[BaseModel]) -> None:
    """If a change is safe, every message is read; if it breaks, some message is not."""
    assume(messages(old) and messages(new))
    found = changes(old, new)
    note(f"{described(old)} -> {described(new)}: {shown(found)}")
    hold(verdict(found, "backward"), old, new)
    hold(verdict(found, "forward"), new, old)


@settings(report_multiple_bugs=False)
@given(models("Order", INHERITING), models("Order", INHERITING))
def test_verdicts_hold_where_the_configuration_is_inherited(old: type[BaseModel], new: type[BaseModel]) -> None:
    """The same holds for nested classes without a configuration of their own."""
    found = changes(old, new)
    note(f"{described(old)} -> {described(new)}: {shown(found)}")
    hold(verdict(found, "backward"), old, new)
    hold(verdict(found, "forward"), new, old)


@settings(report_multiple_bugs=False)
@given(models("Order", PLAIN), models("Order", PLAIN), st.booleans())
def test_verdicts_on_senders_hold(old: type[BaseModel], new: type[BaseModel], is_known: bool) -> None:
    """If a change is safe for senders, everything that they sent before is still accepted."""
    found = changes(old, new, still=[f"{__name__}.{kind.__name__}" for kind in CLASSES if is_known])
    note(f"{described(old)} -> {described(new)}: {shown(found)}")
    said = verdict(found, "senders")
    event(said.name)
    if said is Verdict.SAFE:
        for sent in instances(old):
            fields = {name: getattr(sent, name) for name in old.model_fields}
            new.model_validate(fields, by_name=True, by_alias=False)


@st.composite
def levels(draw: st.DrawFn) -> Any:
    """One version of an enumeration."""
    names = draw(st.lists(st.sampled_from("ABC"), min_size=1, unique=True))
    values = draw(st.permutations(["low", "high", "none", 1, 2]))
    return Enum("Level", dict(zip(names, values, strict=False)), module="shop")


def accepted(payload: type[BaseModel], value: Any) -> bool:
    with suppress(ValidationError):
        payload.model_validate({"a": value})
        return True
    return False


@given(levels(), levels(), st.booleans())
def test_verdicts_on_senders_of_members_hold(old: Any, new: Any, is_strict: bool) -> None:
    """Senders pass members, and values as well if those are converted."""
    before, after = (model("Order", ConfigDict(strict=is_strict), a=kind) for kind in (old, new))
    said = verdict(changes(before, after), "senders")
    event(said.name)
    members = [new.__members__.get(member.name) for member in old]
    values = [] if is_strict else [member.value for member in old]
    refused = [sent for sent in (*members, *values) if not accepted(after, sent)]
    assert (said is Verdict.BREAKS) == bool(refused)
