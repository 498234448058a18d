"""Checking a program as its project wants it."""

from __future__ import annotations

from datetime import date

from pydantic import ConfigDict

from typedsignals.catalog import Settings, Waiver, check_project

from .making import catalog, model, receiver, send

TODAY = date(2026, 5, 17)
NEW = catalog(model("Order", a=str), receivers=[receiver(fields=("a",))], sends=[send("a")])
OLD = catalog(model("Order", a=int))


class Clerk: ...


def told(settings: Settings, *, compared: bool) -> list[tuple[str, str | None, str]]:
    found = check_project(NEW, settings, TODAY, baseline=OLD if compared else None, source="conf.toml")
    return [(one.rule.id, one.waived, one.location) for one in found]


def test_changes_come_before_what_is_wrong_by_itself() -> None:
    """Without a baseline, there are none."""
    assert told(Settings(), compared=True) == [("TS301", None, "shop/orders.py:3"), ("TS501", None, "shop/stock.py:9")]
    assert told(Settings(), compared=False) == [("TS501", None, "shop/stock.py:9")]


def test_the_profile_counts() -> None:
    """A live object cannot go to a broker."""
    live = catalog(model("Order", ConfigDict(arbitrary_types_allowed=True), a=Clerk), sends=[send("a")])
    found = check_project(live, Settings(profile="brokered"), TODAY)
    assert "TS508" in [one.rule.id for one in found]


def test_waivers_are_unused_only_where_their_findings_were_looked_for() -> None:
    """That of a change needs a baseline; the place is the file of the settings."""
    of_change = Settings(waivers=(Waiver(rule="TS205", signal="shop.placed", reason="agreed"),))
    of_state = Settings(waivers=(Waiver(rule="TS503", signal="shop.placed", reason="agreed"),))
    unused = ("TS601", None, "conf.toml")
    assert unused in told(of_change, compared=True)
    assert unused not in told(of_change, compared=False)
    assert unused in told(of_state, compared=True)
    assert unused in told(of_state, compared=False)
