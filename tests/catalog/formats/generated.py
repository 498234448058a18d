"""Models of all kinds of fields with instances of them, for formats that say what is written."""

from __future__ import annotations

import ipaddress
import uuid
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Annotated, Any

from hypothesis import assume
from hypothesis import strategies as st
from pydantic import (
    AliasChoices,
    AnyUrl,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    SecretStr,
    StringConstraints,
    ValidationError,
    create_model,
)

from tests.models import BASES, CONFIGS, KINDS, Kind, Looking

from ..zoo import Address, Generated, Money, Tags

UNWRITABLE = {"class", "odd class", "type", "callable", "plain", "InstanceOf", "InstanceOf list", "SkipValidation"}
LETTERS = st.text("abz", min_size=1, max_size=3)
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda parts: st.lists(parts, max_size=2) | st.dictionaries(LETTERS, parts, max_size=2),
    max_leaves=4,
)
TWO_BYTES = st.text("é", min_size=1, max_size=2).map(str.encode)
MONEYS = st.decimals("0", "99", places=2)

MORE = {
    "even int": Kind(Annotated[int, Field(multiple_of=2, le=8)], st.sampled_from([-4, 0, 8])),
    "float step": Kind(Annotated[float, Field(multiple_of=0.1, ge=0)], st.sampled_from([0.0, 0.1, 0.5])),
    "finite": Kind(Annotated[float, Field(allow_inf_nan=False, lt=float("inf"))], st.floats(-9, 9)),
    "pattern": Kind(Annotated[str, Field(pattern=r"^[a-z]+-\d{2}$")], st.from_regex(r"\A[a-z]+-[0-9]{2}\Z")),
    "upper": Kind(Annotated[str, StringConstraints(pattern="^[a-z]+$", to_upper=True)], LETTERS),
    "stripped": Kind(Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)], LETTERS),
    "money": Kind(Annotated[Decimal, Field(ge=0, max_digits=5, decimal_places=2)], MONEYS),
    "any decimal": Kind(Decimal, st.decimals(allow_nan=False, allow_infinity=False) | st.just(Decimal("1E+5"))),
    "moment": Kind(AwareDatetime, st.datetimes(timezones=st.timezones())),
    "url": Kind(AnyUrl, st.just(AnyUrl("https://example.com/a?b=c"))),
    "secret": Kind(Annotated[SecretStr, Field(min_length=12)], st.just(SecretStr("secret secret"))),
    "path": Kind(PurePosixPath, st.just(PurePosixPath("a/b"))),
    "network": Kind(ipaddress.IPv4Network, st.just(ipaddress.IPv4Network("10.0.0.0/8"))),
    "address": Kind(ipaddress.IPv6Address, st.ip_addresses(v=6)),
    "json": Kind(JsonValue, JSON),
    "texts": Kind(Annotated[bytes, Field(min_length=2, max_length=4)], TWO_BYTES),
    "by uuid": Kind(dict[uuid.UUID, int], st.dictionaries(st.uuids(), st.integers(), max_size=2)),
    "by decimal": Kind(dict[Decimal, int], st.dictionaries(MONEYS, st.integers(), max_size=2)),
    "by text": Kind(
        Annotated[dict[Annotated[str, Field(max_length=3)], Decimal], Field(min_length=1)],
        st.dictionaries(LETTERS, MONEYS, min_size=1, max_size=2),
    ),
    "any set": Kind(set[Any], st.just({1, 1.5, "1", Decimal(1)})),
    "set of texts or bytes": Kind(set[str | bytes], st.just({"a", b"a"})),
    "no items": Kind(tuple[()], st.just(())),
    "root": Kind(Tags, st.just(Tags(["a"]))),
    "dataclass with decimals": Kind(Money, st.builds(Money, amount=MONEYS)),
    "open typed dict": Kind(Address, st.just({"street": "a"})),
    "aliased": Kind(Generated, st.just(Generated(first_name="a"))),
}  # fmt: skip
WRITABLE = {name: kind for name, kind in {**KINDS, **MORE}.items() if name not in UNWRITABLE}

WRITTEN: list[ConfigDict] = [
    {},
    {},
    {"ser_json_timedelta": "float"},
    {"ser_json_temporal": "milliseconds"},
    {"ser_json_bytes": "base64"},
    {"ser_json_inf_nan": "strings"},
    {"str_to_upper": True},
]


def field_of(kind: Kind, way: str) -> Any:
    return {
        "plain": (kind.annotation, ...),
        "aliased": (kind.annotation, Field(serialization_alias="wire name", description="Of the wire.")),
        "validated": (kind.annotation, Field(validation_alias=AliasChoices("read", "x"), deprecated="soon")),
        "excluded": (kind.annotation, Field(exclude=True)),
        "sometimes": (kind.annotation, Field(exclude_if=lambda value: not value)),
    }[way]


@st.composite
def instances(draw: st.DrawFn) -> BaseModel:
    """An instance of a model made for it; none whose validators make values of another type than is declared."""
    names = draw(st.lists(st.sampled_from(["a", "b", "größe", "of_type"]), max_size=3, unique=True))
    kinds = {name: WRITABLE[draw(st.sampled_from(sorted(WRITABLE)))] for name in names}
    ways = st.sampled_from(["plain", "plain", "aliased", "excluded", "sometimes"])
    fields = {name: field_of(kind, draw(ways)) for name, kind in kinds.items()}
    base = draw(st.sampled_from([base for base in BASES if base is not Looking]))
    config = {"arbitrary_types_allowed": True, **draw(st.sampled_from(CONFIGS)), **draw(st.sampled_from(WRITTEN))}
    configured = type(base.__name__, (base,), {"model_config": config, "__module__": __name__})
    model: type[BaseModel] = create_model("Made", __base__=configured, **fields)
    values = {name: draw(kind.valid) for name, kind in kinds.items()}
    return model.model_validate(values)


@st.composite
def valid_instances(draw: st.DrawFn) -> BaseModel:
    """The same without what the model's own validators refuse."""
    try:
        return draw(instances())
    except ValidationError:
        assume(False)
        raise
