"""Which known receivers and senders a change breaks, and how much it matters."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum
from typing import Any

import pytest
from pydantic import ConfigDict, Field

from typedsignals.catalog import Catalog, Change, Profile, SenderRecord, Severity, compare_catalogs, findings_of
from typedsignals.catalog._records.changes import Affected

from .making import catalog, changes, model, receiver, send

WITH_EXTRA = receiver("with_extra", takes_extra=True, fields=("a",))
USING_EXTRA = receiver("using_extra", takes_extra=True, fields=("a",), uses_extra=True)
WITHOUT = receiver("without", fields=("a", "b"))
READING = receiver("reading", style="payload", fields=("a",))
UNKNOWN = receiver("unknown", style="payload")
RECEIVERS = (WITH_EXTRA, USING_EXTRA, WITHOUT, READING, UNKNOWN)
SENDS = (send("a"), send("a", "b", line=6), send(is_complete=False, line=7))

A = model("Order", a=int)
AB = model("Order", a=int, b=int)


def affected(change: Change) -> list[str]:
    return [str(who).replace("shop/", "").replace(".py", "") for who in change.affected]


def the_change(old: Any, new: Any, rule: str) -> Change:
    found = changes(old, new, receivers=RECEIVERS, sends=SENDS)
    return next(change for change in found if change.rule.id == rule)


def test_an_added_field_breaks_receivers_that_take_no_more_and_sends_that_do_not_pass_it() -> None:
    """A receiver that already names the field does not break, nor does a send that passes it."""
    assert affected(the_change(A, AB, "TS201")) == [
        "sender shop.web (web:5) breaks",
        "sender shop.web (web:7) may break",
    ]
    more = model("Order", a=int, b=int, c=int)
    assert affected(the_change(AB, more, "TS201")) == [
        "receiver without (stock:9) breaks",
        "sender shop.web (web:5) breaks",
        "sender shop.web (web:6) breaks",
        "sender shop.web (web:7) may break",
    ]


def test_an_added_field_breaks_a_receiver_of_which_no_field_is_known() -> None:
    """It takes no other fields, whatever it takes."""
    heard = [receiver("unread", fields=None), receiver("unread_with_extra", fields=None, takes_extra=True)]
    (found,) = changes(A, AB, receivers=heard)
    assert affected(found) == ["receiver unread (stock:9) breaks"]


def test_a_removed_field_breaks_who_names_it() -> None:
    """Receivers that name the field break; what those with the payload or ``**extra`` read is unknown."""
    assert affected(the_change(AB, A, "TS203")) == [
        "receiver using_extra (stock:9) may break",
        "receiver without (stock:9) breaks",
        "receiver unknown (stock:9) may break",
        "sender shop.web (web:6) breaks",
        "sender shop.web (web:7) may break",
    ]


def test_a_changed_type_may_break_who_uses_the_field() -> None:
    """Whether a use of the field breaks depends on what is done with its value."""
    found = the_change(A, model("Order", a=str), "TS301")
    assert affected(found) == [
        "receiver with_extra (stock:9) may break",
        "receiver using_extra (stock:9) may break",
        "receiver without (stock:9) may break",
        "receiver reading (stock:9) may break",
        "receiver unknown (stock:9) may break",
        "sender shop.web (web:5) may break",
        "sender shop.web (web:6) may break",
        "sender shop.web (web:7) may break",
    ]


def test_a_change_within_a_nested_model_may_break_senders_of_the_outer_field() -> None:
    """It is unknown what a send puts into the nested model."""
    found = the_change(model("Order", a=A), model("Order", a=AB), "TS201")
    assert affected(found) == [
        "sender shop.web (web:5) may break",
        "sender shop.web (web:6) may break",
        "sender shop.web (web:7) may break",
    ]


def test_a_change_of_the_whole_signal_concerns_all_who_know_it() -> None:
    """Removing a signal breaks everybody; a stricter payload may break senders."""
    old = catalog(A, receivers=RECEIVERS[:1], sends=SENDS[:1])
    gone = Catalog.of([], {}, [])
    assert affected(compare_catalogs(old, gone)[0]) == [
        "receiver with_extra (stock:9) breaks",
        "sender shop.web (web:5) breaks",
    ]
    strict = model("Order", ConfigDict(extra="forbid"), a=int)
    found = affected(the_change(A, strict, "TS401"))
    assert next(who for who in found if who.startswith("sender")) == "sender shop.web (web:5) may break"


def test_a_receiver_may_break_by_what_may_surprise_it() -> None:
    """Even if the change certainly concerns it."""
    old, new = (catalog(A, sender=SenderRecord(name=name), receivers=[WITHOUT]) for name in ("Dog", "Cat"))
    (change,) = compare_catalogs(old, new)
    assert affected(change) == ["receiver without (stock:9) may break"]


def test_receivers_that_are_gone_do_not_break() -> None:
    """A receiver that only the old catalog knows counts unless the new catalog covers its package."""
    more = model("Order", a=int, b=(int, 1))
    plugin = receiver("plugin", module="plugins.mail", fields=("a",))
    old = catalog(A, receivers=[plugin, receiver("gone", fields=("a",))])
    (found,) = compare_catalogs(old, catalog(more))
    assert affected(found) == ["receiver plugin (stock:9) breaks"]


@pytest.mark.parametrize(
    ("receivers", "severity"),
    [([], Severity.WARN), ([WITH_EXTRA], Severity.WARN), ([receiver(fields=("a",))], Severity.ERROR)],
)
def test_an_optional_field_is_an_error_where_a_known_receiver_breaks(receivers: Any, severity: Severity) -> None:
    """A receiver without ``**extra`` can no longer be connected."""
    found = changes(A, model("Order", a=int, b=(int, 1)), receivers=receivers)
    assert [finding.severity for finding in findings_of(found, Profile())] == [severity]


def color(value: str) -> Any:
    """A strict payload with an enumeration, whose member has that value."""
    return model("Order", ConfigDict(strict=True), a=Enum("Color", {"RED": value}, module="shop"))


INFO, WARN, ERROR = Severity.INFO, Severity.WARN, Severity.ERROR
PROFILES = (Profile(), Profile(True, "backward"), Profile(True, "forward"), Profile(True, "full"))
OTHER_ALIAS = model("Order", a=(int, Field(validation_alias="y", serialization_alias="x")))
ALIASED = model("Order", a=(int, Field(validation_alias="x", serialization_alias="x")))


@pytest.mark.parametrize(
    ("old", "new", "severities"),
    [
        (model("Order", a=int), model("Order", a=float), (WARN, WARN, ERROR, ERROR)),
        (model("Order", a=int | None), model("Order", a=int), (ERROR, ERROR, ERROR, ERROR)),
        (ALIASED, OTHER_ALIAS, (INFO, ERROR, INFO, ERROR)),
        (model("Order", a=A), model("Order", a=model("Order", a=int, b=(int, 1))), (INFO, INFO, INFO, INFO)),
        (model("Order", a=int), model("Placed", a=int), (WARN, WARN, WARN, WARN)),
        (color("red"), color("crimson"), (WARN, ERROR, ERROR, ERROR)),
    ],
)  # fmt: skip
def test_severity_depends_on_where_signals_go(old: Any, new: Any, severities: tuple[Severity, ...]) -> None:
    """Unreadable messages are errors if they are read at all; harmless changes are for information only."""
    found = changes(old, new)
    for profile, severity in zip(PROFILES, severities, strict=True):
        assert [finding.severity for finding in findings_of(found, profile)] == [severity]


@pytest.mark.parametrize(("party", "severity"), [("receiver", ERROR), ("sender", WARN)])
def test_a_known_receiver_that_certainly_breaks_is_an_error(party: str, severity: Severity) -> None:
    """Whatever the rule says; of senders, its verdict tells enough."""
    (found,) = changes(model("Order", a=int), model("Order", a=float))
    known = replace(found, affected=(Affected(party, "shop.web", "shop/web.py:5", is_certain=True),))
    assert [finding.severity for finding in findings_of([known], Profile())] == [severity]


@pytest.mark.parametrize(("profile", "marks"), [*zip(PROFILES, ("--", "✗-", "-✗", "✗✗"), strict=True)])
def test_messages_are_spoken_of_where_there_are_any(profile: Profile, marks: str) -> None:
    """Without a broker there are no messages; with one, only those that must be readable count."""
    (found,) = findings_of(changes(A, model("Order", a=str)), profile)
    assert str(found.verdicts) == f"✗✗✗✗{marks}"


def test_a_fingerprint_outlasts_lines_and_words() -> None:
    """A fingerprint depends on the rule, the signal, the path and the subject only."""
    (before,) = findings_of(changes(A, AB), Profile())
    (after,) = findings_of(changes(A, AB, line=99, receivers=RECEIVERS), Profile(True))
    assert before.fingerprint == after.fingerprint
    assert before.location != after.location
    others = findings_of(changes(A, model("Order", a=str, b=int)), Profile())
    assert len({before.fingerprint, *(other.fingerprint for other in others)}) == len(others)
    assert before.fingerprint in {other.fingerprint for other in others}


def test_who_reads_a_field_may_be_surprised_by_it() -> None:
    """A warning names receivers that may be surprised, not only those that break."""
    found = the_change(AB, model("Order", a=int, b=int | None), "TS304")
    assert affected(found) == [
        "receiver using_extra (stock:9) may break",
        "receiver without (stock:9) may break",
        "receiver unknown (stock:9) may break",
    ]


def test_another_default_concerns_who_relies_on_it() -> None:
    """A send that passes the field does not use the default; a send of a nested model may."""
    old, new = model("Order", a=int, b=(int, 1)), model("Order", a=int, b=(int, 2))
    assert affected(the_change(old, new, "TS211")) == [
        "receiver using_extra (stock:9) may break",
        "receiver without (stock:9) may break",
        "receiver unknown (stock:9) may break",
        "sender shop.web (web:5) may break",
        "sender shop.web (web:7) may break",
    ]
    nested = the_change(model("Order", a=old), model("Order", a=new), "TS211")
    assert [who.name for who in nested.affected if who.party == "sender"] == ["shop.web"] * 3


def test_a_send_of_an_unknown_field_may_break_when_it_becomes_known() -> None:
    """If unknown fields were kept, a send may have passed any value."""
    keeping = ConfigDict(extra="allow")
    found = the_change(model("Order", keeping, a=int), model("Order", keeping, a=int, b=(str, "")), "TS202")
    assert affected(found) == ["sender shop.web (web:6) may break", "sender shop.web (web:7) may break"]


def test_only_who_sends_an_object_cares_for_the_class_of_the_payload() -> None:
    """Other sends only name its fields."""
    found = changes(A, model("Placed", a=int), sends=SENDS, still=["shop.Order"])
    assert affected(found[0]) == ["sender shop.web (web:7) may break"]
