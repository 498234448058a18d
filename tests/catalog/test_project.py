"""Checking a program by the settings of its project."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import ConfigDict

from typedsignals.catalog import Catalog, Finding, Settings, Severity, Waiver, check_project, parse_settings

from .making import catalog, model, receiver, send

TODAY = date(2026, 5, 17)
NEW = catalog(model("Order", a=str), receivers=[receiver(fields=("a",))], sends=[send("a")])
OLD = catalog(model("Order", a=int))


class Clerk: ...


def told(settings: Settings, *, compared: bool) -> list[tuple[str, str | None, str]]:
    made = check_project(NEW, settings, TODAY, baseline=OLD if compared else None, source="conf.toml")
    return [(one.rule.id, one.waived, one.location) for one in made.findings]


def test_changes_come_before_what_is_wrong_by_itself() -> None:
    """Without a baseline, there are no changes."""
    assert told(Settings(), compared=True) == [("TS301", None, "shop/orders.py:3"), ("TS501", None, "shop/stock.py:9")]
    assert told(Settings(), compared=False) == [("TS501", None, "shop/stock.py:9")]


def test_the_profile_counts() -> None:
    """A live object cannot be sent to a broker."""
    live = catalog(model("Order", ConfigDict(arbitrary_types_allowed=True), a=Clerk), sends=[send("a")])
    made = check_project(live, Settings(profile="brokered"), TODAY)
    assert "TS508" in [one.rule.id for one in made.findings]


def test_the_level_that_fails_counts() -> None:
    """The settings decide which severity fails."""
    made = check_project(NEW, parse_settings({"fail-on": "warn"}, "conf.toml"), TODAY)
    assert [one.rule.id for one in made.failures] == ["TS501"]


# Findings of the baseline


def ids(found: tuple[Finding, ...]) -> list[tuple[str, str | None]]:
    return [(one.rule.id, one.waived) for one in found]


def order(*read: str, **fields: Any) -> Catalog:
    """An order with a receiver that reads some fields, and lacks others."""
    return catalog(model("Order", **fields), receivers=[receiver(fields=read, takes_extra=True)], sends=[send(*fields)])


def test_what_was_wrong_before_is_left_out() -> None:
    """Old findings are left out even if they are errors and their location has moved; new ones are reported."""
    before = catalog(model("Order", a=int), receivers=[receiver(fields=("a",), line=7)], sends=[send()])
    now = catalog(model("Order", a=int, b=(int, 1)), receivers=[receiver(fields=("a", "c"))], sends=[send()])
    made = check_project(now, Settings(), TODAY, baseline=before)
    assert ids(made.findings) == [("TS202", None), ("TS506", None), ("TS505", None)]
    assert ids(made.left_out) == [("TS507", None)]
    assert check_project(now, Settings(), TODAY).left_out == ()


def test_a_receiver_that_fits_even_less_is_told_of() -> None:
    """If it lacks one more field, it is reported, even though it did not fit before."""
    before = order("a", "gone", a=int)
    assert ids(check_project(before, Settings(), TODAY, baseline=before).left_out) == [("TS506", None)]
    made = check_project(order("a", "gone", "b", a=int), Settings(), TODAY, baseline=before)
    assert (ids(made.findings), made.left_out) == ([("TS506", None)], ())


def test_a_waiver_of_what_was_there_before_is_used() -> None:
    """The waiver is needed when the program is checked without a baseline."""
    kept = Settings(waivers=(Waiver(rule="TS505", signal="shop.placed", path="b", reason="agreed"),))
    now = order("a", a=int, b=int)
    made = check_project(now, kept, TODAY, baseline=now)
    assert (made.findings, ids(made.left_out)) == ((), [("TS505", "agreed")])


def test_a_hidden_rule_leaves_nothing_out() -> None:
    """Findings of hidden rules are not counted."""
    now = order("a", a=int, b=int)
    made = check_project(now, Settings(severity={"TS505": Severity.OFF}), TODAY, baseline=now)
    assert (made.findings, made.left_out) == ((), ())


# Unread fields


def test_the_unread_fields_of_a_signal_are_told_together() -> None:
    """There is one finding for the signal, which stays the same if there are more fields."""
    many = check_project(order("a", a=int, b=int, c=int), Settings(), TODAY).findings
    one = check_project(order("a", a=int, b=int), Settings(), TODAY).findings
    assert [found.message for found in (*many, *one)] == [
        "signal shop.placed has the fields b, c, which no receiver reads",
        "signal shop.placed has the field b, which no receiver reads",
    ]
    assert {found.path for found in (*many, *one)} == {""}
    assert many[0].fingerprint == one[0].fingerprint


def test_each_unread_field_can_be_waived_and_be_old() -> None:
    """The other fields are reported."""
    waived = Settings(waivers=(Waiver(rule="TS505", signal="shop.placed", path="c", reason="agreed"),))
    made = check_project(order("a", a=int, b=int, c=int, d=int), waived, TODAY)
    assert [(found.message.partition(",")[0], found.waived) for found in made.findings] == [
        ("signal shop.placed has the fields b", None),
        ("signal shop.placed has the field c", "agreed"),
    ]
    made = check_project(order("a", a=int, b=int, c=int), Settings(), TODAY, baseline=order("a", a=int, b=int))
    assert "the field c," in made.findings[-1].message
    assert "the field b," in made.left_out[-1].message


def test_waivers_are_unused_only_where_their_findings_were_looked_for() -> None:
    """A waiver of a change needs a baseline; the location is the settings file."""
    of_change = Settings(waivers=(Waiver(rule="TS205", signal="shop.placed", reason="agreed"),))
    of_state = Settings(waivers=(Waiver(rule="TS503", signal="shop.placed", reason="agreed"),))
    unused = ("TS601", None, "conf.toml")
    assert unused in told(of_change, compared=True)
    assert unused not in told(of_change, compared=False)
    assert unused in told(of_state, compared=True)
    assert unused in told(of_state, compared=False)
