"""Checking one catalog by itself."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, Field, computed_field

from typedsignals.catalog import Finding, Profile, Severity, check_catalog

from .making import catalog, model, receiver, send

ORDER = model("Order", ConfigDict(extra="forbid"), a=int, b=(int, 1))


def checked(payload: type[BaseModel] | None, profile: Profile = Profile(), **details: Any) -> list[Finding]:  # noqa: B008  # immutable
    return list(check_catalog(catalog(payload, **details), profile))


def ids(found: list[Finding]) -> list[str]:
    return [finding.rule.id for finding in found]


def test_a_signal_that_nobody_sends_or_receives() -> None:
    """Both are reported; without receivers, no field is reported as unread."""
    assert ids(checked(ORDER)) == ["TS503", "TS504"]
    assert ids(checked(None)) == ["TS503", "TS504"]


@pytest.mark.parametrize(
    ("details", "expected"),
    [
        ({"takes_extra": True, "fields": ("a", "b")}, []),
        ({"takes_extra": True, "fields": ("a",)}, [("TS505", "b")]),
        ({"takes_extra": True, "fields": ("a",), "uses_extra": True}, []),
        ({"fields": ("a", "b")}, [("TS501", "")]),
        ({"fields": ("a",)}, [("TS506", ""), ("TS505", "b")]),
        ({"takes_extra": True, "fields": ("a", "b", "c")}, [("TS506", "")]),
        ({"style": "payload", "fields": ("a",)}, [("TS505", "b")]),
        ({"style": "payload"}, []),
    ],
)
def test_receivers_are_held_against_the_payload(details: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    """Receivers must take all fields and further ones, and somebody should read each field."""
    found = checked(ORDER, receivers=[receiver(**details)], sends=[send("a")])
    assert [(finding.rule.id, finding.path) for finding in found] == expected


def test_messages_say_which_receiver_and_what_is_wrong() -> None:
    """The receiver, its location and each field are named."""
    found = checked(ORDER, receivers=[receiver(fields=("a", "c"))], sends=[send("a")])
    assert found[0].location == "shop/stock.py:9"
    assert found[0].message == (
        "receiver ship of signal shop.placed names c, which the payload does not have, and does not take b"
    )


EVERYONE = receiver(takes_extra=True, fields=("a", "b"))
SHIP = "receiver ship of signal shop.placed"
NOT_AWAITED = (
    "the signal is only sent by send, which awaits nothing: send it by send_async, or connect a plain function"
)
BROKERED = Profile(is_brokered=True)
OUTDATED = model("Order", a=(int, Field(1, deprecated="use b")), b=(int, Field(1, deprecated="use c")))


@pytest.mark.parametrize(
    ("payload", "details", "expected"),
    [
        (ORDER, {"receivers": [EVERYONE]}, ("TS503", "", "signal shop.placed is never sent", "")),
        (ORDER, {"sends": [send("a")]}, ("TS504", "", "signal shop.placed has no receivers", "")),
        (
            ORDER,
            {"receivers": [receiver(fields=("a", "b"))], "sends": [send("a")]},
            ("TS501", "", f"{SHIP} breaks as soon as a field is added: give it **extra", "shop.stock.ship"),
        ),
        (
            OUTDATED,
            {"receivers": [receiver(takes_extra=True, uses_extra=True, fields=("a",))], "sends": [send()]},
            ("TS502", "a", f"{SHIP} uses the deprecated field a: use b", "shop.stock.ship"),
        ),
        (
            ORDER,
            {"receivers": [receiver(takes_extra=True, fields=("a",))], "sends": [send("a")]},
            ("TS505", "b", "signal shop.placed has the field b, which no receiver reads", ""),
        ),
        (
            ORDER,
            {"receivers": [receiver(problem="it takes no sender")], "sends": [send("a")]},
            ("TS506", "", f"{SHIP} cannot be called: it takes no sender", "shop.stock.ship,"),
        ),
        (
            ORDER,
            {"receivers": [receiver(fields=("d", "c"), uses_extra=True)], "sends": [send("a")]},
            (
                "TS506",
                "",
                f"{SHIP} names c, d, which the payload does not have, and does not take a, b",
                "shop.stock.ship,c,d,,a,b",
            ),
        ),
        (
            ORDER,
            {"receivers": [EVERYONE], "sends": [send("d", "c")]},
            (
                "TS507",
                "",
                "a send of signal shop.placed passes c, d, which the payload does not have, and does not pass a",
                "shop.web,c,d,,a",
            ),
        ),
        (
            model("Order", a=(int, Field(serialization_alias="x"))),
            {"receivers": [EVERYONE], "sends": [send("a")]},
            ("TS508", "a", "signal shop.placed has the field a, which is not read as it is written", ""),
        ),
        (
            model("Order", ConfigDict(extra="forbid"), a=(int, Field(1, serialization_alias="x"))),
            {"receivers": [receiver(takes_extra=True, fields=("a",))], "sends": [send("a")]},
            (
                "TS508",
                "",
                "signal shop.placed forbids unknown fields, but does not read everything that it writes",
                "",
            ),
        ),
        (
            ORDER,
            {
                "receivers": [receiver(is_async=True, takes_extra=True, fields=("a", "b"))],
                "sends": [send("a", method="send")],
            },
            (
                "TS509",
                "",
                f"{SHIP} is a coroutine function, and {NOT_AWAITED}",
                "shop.stock.ship",
            ),
        ),
    ],
)
def test_each_finding_says_what_is_wrong(
    payload: type[BaseModel], details: dict[str, Any], expected: tuple[str, str, str, str]
) -> None:
    """By its subject, it is known again when lines have moved."""
    (rule, *_) = expected
    found = [one for one in checked(payload, BROKERED, **details) if one.rule.id == rule]
    assert [(one.rule.id, one.path, one.message, one.subject) for one in found] == [expected]
    places = {"receiver ship": "shop/stock.py:9", "a send of ": "shop/web.py:5"}
    place = next((place for start, place in places.items() if found[0].message.startswith(start)), "shop/orders.py:3")
    assert (found[0].signal, found[0].location) == ("shop.placed", place)


def test_a_receiver_of_which_no_field_is_known_lacks_none() -> None:
    """It only has to take further fields."""
    assert ids(checked(ORDER, receivers=[receiver()], sends=[send("a")])) == ["TS501"]


def test_deprecated_fields_that_are_used() -> None:
    """The finding tells why the field is deprecated, whether a receiver names it or reads it from the payload."""
    payload = model("Order", a=(int, Field(1, deprecated="use b")), b=(int, 1))
    found = checked(payload, receivers=[receiver(takes_extra=True, fields=("a", "b"))], sends=[send()])
    assert [(finding.rule.id, finding.path) for finding in found] == [("TS502", "a")]
    assert "deprecated field a: use b" in found[0].message


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (send("a"), []),
        (send("a", "c"), ["TS507"]),
        (send("b"), ["TS507"]),
        (send("b", is_complete=False), []),
    ],
)
def test_sends_are_held_against_the_payload(sent: Any, expected: list[str]) -> None:
    """As far as it is known, a send must pass all required fields and no unknown ones."""
    everyone = receiver(takes_extra=True, fields=("a", "b"))
    assert ids(checked(ORDER, receivers=[everyone], sends=[sent])) == expected


def test_a_lenient_payload_takes_unknown_fields() -> None:
    """A send may pass unknown fields unless the payload forbids them."""
    payload = model("Order", a=int)
    assert ids(checked(payload, receivers=[receiver(takes_extra=True, fields=("a",))], sends=[send("a", "z")])) == []


class Live:
    """Something that cannot be serialised."""


class Computed(BaseModel):
    model_config = ConfigDict(extra="forbid")

    a: int

    @computed_field  # type: ignore[prop-decorator]  # as pydantic documents it
    @property
    def twice(self) -> int:
        return 2 * self.a


class Aliased(Computed):
    b: int = Field(serialization_alias="x")


FORBIDDING = ConfigDict(extra="forbid")


@pytest.mark.parametrize(
    ("payload", "paths"),
    [
        (Computed, [""]),
        (model("Order", a=(int, Field(serialization_alias="x"))), ["a"]),
        (model("Order", ConfigDict(arbitrary_types_allowed=True), a=Live), ["a"]),
        (model("Order", a=(int, Field(1, serialization_alias="x"))), []),
        (model("Order", FORBIDDING, a=(int, Field(serialization_alias="x"))), ["a"]),
        (Aliased, ["b", ""]),
        (model("Order", FORBIDDING, a=(int, Field(1, serialization_alias="x"))), [""]),
    ],
)
def test_messages_that_cannot_be_read_back(payload: type[BaseModel], paths: list[str]) -> None:
    """Where messages go to a broker, a payload that does not read its own is wrong before any change.

    What a field is told for is not told of the signal again.
    """
    found = checked(payload, Profile(is_brokered=True))
    assert [finding.path for finding in found if finding.rule.id == "TS508"] == paths
    assert "TS508" not in ids(checked(payload))


AWAITING = receiver("fetch", takes_extra=True, fields=("a", "b"), is_async=True)


@pytest.mark.parametrize(
    ("sends", "is_told"),
    [
        ([send("a", method="send")], True),
        ([send(method="send_payload", is_complete=False)], True),
        ([send("a", method="send_robust")], True),
        ([send("a", method="send"), send("a", method="send_robust")], True),
        ([send("a", method="send"), send("a", method="send_async")], False),
        ([send("a", method="send_async")], False),
        ([send("a", method="send_concurrent")], False),
        ([send("a", method="send_robust_async")], False),
        ([send(method="send_payload_async", is_complete=False)], False),
        ([send("a", method="send", wraps_async=True)], False),
        ([send("a", method="send"), send("a", method="send", wraps_async=True)], False),
        ([send("a")], False),
        ([], False),
    ],
)
def test_async_receivers_of_a_signal_that_is_only_sent_plainly(sends: list[Any], is_told: bool) -> None:
    """Each send would raise. If a send awaits, or may await, nothing is reported."""
    everyone = receiver(takes_extra=True, fields=("a", "b"))
    for payload in (ORDER, None):
        found = [one for one in checked(payload, receivers=[everyone, AWAITING], sends=sends) if one.rule.id == "TS509"]
        assert [(one.location, one.severity) for one in found] == [("shop/stock.py:9", Severity.ERROR)] * is_told
        assert all("receiver fetch of signal shop.placed is a coroutine function" in one.message for one in found)


def test_the_methods_that_send_plainly_are_named() -> None:
    """Each method is named once."""
    sends = [send("a", method=method, line=line) for line, method in enumerate(["send", "send_robust", "send"], 1)]
    (found,) = [one for one in checked(ORDER, receivers=[AWAITING], sends=sends) if one.rule.id == "TS509"]
    assert "only sent by send, send_robust, which awaits nothing" in found.message
