"""Messages: their identifiers, their form on the wire, and payloads that older and newer programs read."""

from __future__ import annotations

import math
import time
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from cloudevents.core.bindings.http import HTTPMessage, from_http_event, to_binary_event
from cloudevents.core.v1.event import CloudEvent
from hypothesis import given
from hypothesis import strategies as st
from pydantic import AfterValidator, AliasChoices, AliasPath, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import PydanticKnownError

from typedsignals import Payload
from typedsignals._json.keys import known_keys
from typedsignals.relay import MalformedMessageError, Message
from typedsignals.relay._message.content import read, written
from typedsignals.relay._message.ids import new_id
from typedsignals.relay._message.wire import from_headers, to_headers

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


def message(**changes: Any) -> Message:
    known: dict[str, Any] = {
        "id": "018f",
        "source": "shop",
        "type": "shop.order-placed",
        "subject": "main",
        "key": "Ada",
        "time": NOON,
        "content": b'{"order_id": 7}',
        "headers": {"traceparent": "00-1-2-01"},
    }
    return Message(**known | changes)


# Identifiers


def test_identifiers_are_uuids_of_version_7_that_begin_with_the_time() -> None:
    """So later ones are greater, apart from those of the same millisecond."""
    before = time.time_ns() // 1_000_000
    made = UUID(new_id())
    assert made.version == 7
    assert made.variant == "specified in RFC 4122"
    assert before <= made.int >> 80 <= time.time_ns() // 1_000_000
    assert len({new_id() for _ in range(1000)}) == 1000


# The wire


def test_the_sdk_of_cloudevents_reads_what_is_written() -> None:
    """As a valid event of version 1.0, with the payload as its data."""
    event = from_http_event(HTTPMessage(to_headers(message()), message().content))
    assert event.get_attributes() == {
        "specversion": "1.0",
        "id": "018f",
        "source": "shop",
        "type": "shop.order-placed",
        "subject": "main",
        "partitionkey": "Ada",
        "time": NOON,
        "datacontenttype": "application/json",
        "traceparent": "00-1-2-01",
    }
    assert event.get_data() == {"order_id": 7}


def test_what_the_sdk_writes_is_read() -> None:
    """Whatever order the attributes have."""
    attributes = {"type": "shop.order-placed", "source": "shop", "id": "018f", "time": NOON, "partitionkey": "Ada"}
    event = CloudEvent(attributes | {"subject": "main", "traceparent": "00-1-2-01"}, {"order_id": 7})
    sent = to_binary_event(event)
    assert from_headers(sent.headers, sent.body) == message(content=sent.body)


texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=40)


@given(subject=st.none() | texts, key=st.none() | texts, kind=texts, content=st.binary())
def test_a_message_survives_the_wire(subject: str | None, key: str | None, kind: str, content: bytes) -> None:
    """Whatever text is in its attributes."""
    sent = message(subject=subject, key=key, type=kind, content=content)
    assert from_headers(to_headers(sent), sent.content) == sent


@pytest.mark.parametrize(
    "change",
    [
        {"ce-specversion": "0.3"},
        {"ce-specversion": "2.0"},
        {"ce-type": ""},
        {"ce-time": "yesterday"},
        {"ce-id": None},
        {"ce-time": None},
        {"ce-source": None},
        {"content-type": "text/plain"},
        {"ce-subject": "x" * 5000},
    ],
    ids=str,
)
def test_what_is_not_such_an_event_is_malformed(change: dict[str, str | None]) -> None:
    """And the error shows nothing of it."""
    headers = {name: value for name, value in (to_headers(message()) | change).items() if value is not None}
    with pytest.raises(MalformedMessageError) as caught:
        from_headers(headers, b"{}")
    assert "yesterday" not in str(caught.value)


def test_a_message_does_not_show_what_it_carries() -> None:
    """Neither the payload nor the sender nor the key."""
    assert repr(message()) == (
        "Message(id='018f', source='shop', type='shop.order-placed', "
        "time=datetime.datetime(2026, 5, 1, 12, 0, tzinfo=datetime.timezone.utc))"
    )


# The content


def read_as(payload_type: type[BaseModel], content: bytes) -> tuple[BaseModel, dict[str, Any]]:
    return read(payload_type, content, known_keys(payload_type))


class Line(BaseModel):
    model_config = ConfigDict(extra="allow")
    price: float


class Order(Payload):
    number: int = Field(validation_alias="orderNumber", serialization_alias="orderNumber")
    total: Decimal = Decimal(1)
    lines: tuple[Line, ...] = ()
    weight: float | None = None
    either: Line | float | None = None


def test_a_payload_is_written_by_aliases_and_read_by_aliases_and_names() -> None:
    """So a field may be renamed while programs of both releases run."""
    assert read_as(Order, written(Order(number=7)))[0] == Order(number=7)
    assert read_as(Order, b'{"number": 7}')[0] == Order(number=7)
    assert b'"orderNumber":7' in written(Order(number=7))


def test_top_level_fields_that_the_reader_does_not_know_are_split_off() -> None:
    """Nested models keep extra fields of their own."""
    payload, unknown = read_as(Order, b'{"number": 7, "coupon": "x", "lines": [{"price": 1.5, "colour": "red"}]}')
    assert unknown == {"coupon": "x"}
    assert payload.model_dump()["lines"] == ({"price": 1.5, "colour": "red"},)


class Open(BaseModel):
    model_config = ConfigDict(extra="allow")
    number: int = Field(validation_alias=AliasChoices("no", AliasPath("parts", 0)))


def test_a_model_that_allows_extra_fields_keeps_them_itself() -> None:
    """Nothing is split off."""
    payload, unknown = read_as(Open, b'{"parts": [7], "coupon": "x"}')
    assert (payload.model_extra, unknown) == ({"coupon": "x"}, {})


def test_aliases_of_all_kinds_are_known() -> None:
    """Choices, and paths by their first key."""

    class Closed(Payload):
        number: int = Field(validation_alias=AliasChoices("no", AliasPath("parts", 0)))

    for content in (b'{"no": 7}', b'{"parts": [7]}', b'{"number": 7}'):
        assert read_as(Closed, content) == (Closed(number=7), {})


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan])
def test_infinity_and_nan_are_written_as_strings_and_read_again(value: float) -> None:
    """At every depth, although strict models take no strings for floats; JSON has no other way."""
    order = Order(number=7, weight=value, lines=(Line(price=value),), either=value)
    content = written(order)
    assert b'"' in content
    found, _ = read_as(Order, content)
    assert repr(found) == repr(order)


class Cat(Payload):
    kind: Literal["cat"] = "cat"
    cat: float
    weight: float


class Dog(Payload):
    kind: Literal["dog"] = "dog"
    cat: list[float]
    weight: float


class Pets(Payload):
    pet: Annotated[Cat | Dog, Field(discriminator="kind")]


@pytest.mark.parametrize(
    "pet", [Cat(cat=3, weight=math.inf), Cat(cat=math.inf, weight=3), Dog(cat=[1], weight=math.inf)]
)
def test_a_field_may_have_the_name_of_a_member_of_its_union(pet: Cat | Dog) -> None:
    """Pydantic names the member in the place of an error, too."""
    assert read_as(Pets, written(Pets(pet=pet))) == (Pets(pet=pet), {})


def test_a_key_that_is_refused_as_no_number_stays_refused() -> None:
    """What is tried as a number is what stands at the place of the error, and a key stands at none."""

    def finite(key: str) -> str:
        if key == "NaN":
            raise PydanticKnownError("float_type")
        return key

    class Prices(Payload):
        by_size: dict[Annotated[str, AfterValidator(finite)], int]

    assert read_as(Prices, b'{"by_size": {"7": 1}}') == (Prices(by_size={"7": 1}), {})
    with pytest.raises(ValidationError, match=r"by_size\.NaN\.\[key\]"):
        read_as(Prices, b'{"by_size": {"NaN": 1}}')


@pytest.mark.parametrize("content", [b"", b"[]", b"7", b"{", b"\xff", b"null"])
def test_what_is_not_a_json_object_is_malformed(content: bytes) -> None:
    """It would not be one the next time either."""
    with pytest.raises(MalformedMessageError):
        read_as(Order, content)


@pytest.mark.parametrize("content", [b"{}", b'{"number": "7"}', b'{"number": 7, "weight": "NaNN"}'])
def test_what_is_not_valid_for_the_model_raises_pydantics_error(content: bytes) -> None:
    """A string is no number, in messages as in sends."""
    with pytest.raises(ValidationError):
        read_as(Order, content)
