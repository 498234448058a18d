"""Changes of computed fields, which are written, and which readers may use, ignore or refuse."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, computed_field
from pydantic.alias_generators import to_camel

from typedsignals.catalog import Profile, Severity, compare_catalogs, findings_of

from .making import catalog, changes, model, shown
from .test_verdicts import computing, of, reads

FORBID, IGNORE, ALLOW = (ConfigDict(extra=extra) for extra in ("forbid", "ignore", "allow"))


def item(config: ConfigDict, *computed: str, **fields: Any) -> type[BaseModel]:
    return computing("Item", config, {name: (kind, ...) for name, kind in (fields or {"n": int}).items()}, computed)


def order(kind: Any, wrap: Any = None) -> type[BaseModel]:
    return model("Order", item=kind if wrap is None else of(wrap, kind))


def forward(old: Any, new: Any) -> str:
    """The worst verdict on new messages."""
    marks = [str(change.verdicts)[-1] for change in changes(old, new)]
    return next((mark for mark in "✗⚠" if mark in marks), "✓")


def backward(old: Any, new: Any) -> str:
    marks = [str(change.verdicts)[-2] for change in changes(old, new)]
    return next((mark for mark in "✗⚠" if mark in marks), "✓")


ROWS: list[tuple[Any, Any, str, str]] = [
    # Old, new, whether old messages are read, and new ones.
    (item(FORBID), item(FORBID, "total"), "⚠", "✗"),
    (item(FORBID), item(IGNORE, "total"), "⚠", "✗"),
    (item(FORBID, "total"), item(IGNORE, "total"), "✓", "✗"),
    (item(FORBID), item(IGNORE), "✓", "✓"),
    (item(IGNORE), item(FORBID, "total"), "⚠", "⚠"),
    (item(IGNORE), item(IGNORE, "total"), "⚠", "⚠"),
    (item(ALLOW), item(ALLOW, "total"), "⚠", "⚠"),
    (item(IGNORE, "total"), item(FORBID), "✗", "⚠"),
    (item(IGNORE, "total"), item(FORBID, "total"), "✗", "✓"),
    (item(IGNORE, "total"), item(FORBID, total=int, n=int), "⚠", "⚠"),
    # A field that becomes computed, and the reverse.
    (item(FORBID, n=int, total=int), item(IGNORE, "total", n=int), "⚠", "⚠"),
    (item(FORBID, "total", n=int), item(FORBID, n=int, total=int), "⚠", "✗"),
]


@pytest.mark.parametrize(("old", "new", "old_read", "new_read"), ROWS)
@pytest.mark.parametrize("wrap", [None, list, "payload"])
def test_who_reads_what_is_written(old: Any, new: Any, old_read: str, new_read: str, wrap: Any) -> None:
    """At every depth, keys that a reader refuses are an error with a broker."""
    if wrap != "payload":
        old, new = order(old, wrap), order(new, wrap)
    assert (backward(old, new), forward(old, new)) == (old_read, new_read)
    errors = findings_of(compare_catalogs(catalog(old), catalog(new)), Profile(is_brokered=True, compat="forward"))
    assert (Severity.ERROR in {finding.severity for finding in errors}) == (new_read == "✗" or _is_error(old, new))


def _is_error(old: Any, new: Any) -> bool:
    """Whether a change is an error within one program as well."""
    found = findings_of(compare_catalogs(catalog(old), catalog(new)), Profile())
    return Severity.ERROR in {finding.severity for finding in found}


@pytest.mark.parametrize(("old", "new", "old_read", "new_read"), ROWS)
def test_pydantic_agrees(old: type[BaseModel], new: type[BaseModel], old_read: str, new_read: str) -> None:
    """For each model, pydantic reads or refuses the message as predicted."""
    for writer, reader, said in ((old, new, old_read), (new, old, new_read)):
        values = {name: 1 for name in writer.model_fields}  # noqa: C420  # as models have it
        is_read = reads(reader, writer(**values).model_dump_json())
        assert said == "⚠" or (said == "✓") == is_read


class Generated(BaseModel):
    model_config = ConfigDict(extra="forbid", alias_generator=to_camel)

    net: int

    @computed_field  # type: ignore[prop-decorator]  # as pydantic documents it
    @property
    def gross_total(self) -> int:
        return self.net


class Ungenerated(BaseModel):
    model_config = ConfigDict(extra="forbid")

    net: int

    @computed_field  # type: ignore[prop-decorator]  # as pydantic documents it
    @property
    def gross_total(self) -> int:
        return self.net


def renamed(kinds: Iterable[type[BaseModel]]) -> None:
    for kind in kinds:
        kind.__module__, kind.__qualname__ = "shop", "Order"


def test_a_key_that_changes_with_its_alias() -> None:
    """Another key is written, although no code has changed."""
    renamed((Generated, Ungenerated))
    (found,) = changes(Ungenerated, Generated)
    assert shown([found]) == [("TS314", "", "✓✓✓✓✓✗")]
    assert (found.message, found.subject) == ("payload: also written: grossTotal", "grossTotal")
    (found,) = changes(order(Ungenerated), order(Generated))
    assert (found.path, found.message) == ("item", "item: also written: grossTotal")
