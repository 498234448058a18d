"""Read the metadata in ``Annotated[...]`` or ``Field(...)``: constraints, strictness, code."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from .._records import types as t
from .._records.fingerprint import dotted_name, fingerprint, source_of
from .._records.signals import Behaviour, Effect
from .defaults import default_text

CONSTRAINTS = frozenset(t.Constraints.model_fields)
HOOK = "__get_pydantic_core_schema__"
"""The method by which metadata takes part in validation."""

WITHOUT_EFFECT = frozenset("DocInfo Examples FailFast SkipJsonSchema Tag Unit WithJsonSchema".split())
"""Metadata that does not change what is accepted or produced."""

CHECKING = frozenset(
    "BeforeValidator Discriminated Discriminator Json OnErrorOmit PathType Predicate StringConstraints Timezone "
    "UrlConstraints UuidVersion".split()
)
"""pydantic's metadata that changes neither values after their constraints were checked, nor what is written."""

CHANGING = frozenset("AfterValidator EncodedBytes EncodedStr PlainValidator WrapValidator".split())
"""pydantic's metadata that may change values after their constraints were checked."""

ANONYMOUS = "PydanticGeneralMetadata"
"""pydantic's own class for what users pass as arguments of `Field`."""

GENERAL = CONSTRAINTS | {"coerce_numbers_to_str", "fail_fast", "union_mode"}
"""The arguments of `Field` that do not change values."""


@dataclasses.dataclass
class Metadata:
    """The metadata of one type, sorted by meaning."""

    constraints: dict[str, Any] = dataclasses.field(default_factory=dict)
    strict: bool | None = None
    discriminator: str = ""
    is_live: bool = False
    is_skipped: bool = False
    behaviours: list[Behaviour] = dataclasses.field(default_factory=list)

    @classmethod
    def of(cls, items: Iterable[Any]) -> Metadata:
        """Read items of metadata in order; later ones win."""
        found = cls()
        for item in items:
            found.add(item)
        return found

    def add(self, item: Any) -> None:
        """Read one item of metadata."""
        if isinstance(item, FieldInfo):
            for part in field_metadata(item):
                self.add(part)
            return
        name = item.__name__ if isinstance(item, type) else type(item).__name__
        if _is_known(item):
            self._add_known(name, item)
        elif hasattr(item, HOOK):
            self._add_facts(name, item)

    def _add_known(self, name: str, item: Any) -> None:
        if name == "InstanceOf":
            self.is_live = True
        elif name == "SkipValidation":
            self.is_skipped = True
        elif name not in WITHOUT_EFFECT:
            self._add_facts(name, item)

    def _add_facts(self, name: str, item: Any) -> None:
        facts = dict(_facts(item))
        understood = {key: facts.pop(key) for key in CONSTRAINTS & facts.keys()}
        self.constraints.update(understood)
        self.strict = facts.pop("strict", self.strict)
        if isinstance(facts.get("discriminator"), str):
            self.discriminator = facts.pop("discriminator")
        elif facts or not understood:
            self._add_behaviour(name, facts, _usual(item))

    def _add_behaviour(self, name: str, facts: Mapping[str, Any], usual: Mapping[str, Any]) -> None:
        if name == "Strict":
            return
        said = {
            key: value for key, value in facts.items() if key != HOOK and not (key in usual and usual[key] == value)
        }
        shown = _facts_text(said)
        # The defaults of other libraries' metadata may change, so they are part of the fingerprint.
        whole = _facts_text(facts) if HOOK in facts else shown
        code = "\n".join(source_of(value) for value in facts.values() if callable(value))
        known = None if HOOK in facts else name.lstrip("_")
        written = shown if known == ANONYMOUS else f"{name.lstrip('_')}({shown})"
        effect: Effect = "written" if known is None else _effect(known, facts)
        self.behaviours.append(Behaviour(name=written, fingerprint=fingerprint(name, whole, code), effect=effect))


def _effect(name: str, facts: Mapping[str, Any]) -> Effect:
    """Say what pydantic's metadata may do to values; of metadata that pydantic adds in future, assume the most."""
    if name in CHANGING or facts.get("to_lower") or facts.get("to_upper"):
        return "values"
    return "none" if name in CHECKING or (name == ANONYMOUS and facts.keys() <= GENERAL) else "written"


def field_metadata(field: FieldInfo) -> Iterator[Any]:
    """Yield the metadata of a field, including its discriminator."""
    yield from field.metadata
    if field.discriminator is not None:
        yield _Discriminated(getattr(field.discriminator, "discriminator", field.discriminator))


@dataclasses.dataclass
class _Discriminated:
    discriminator: Any

    __module__ = "pydantic"


def constraints_of(values: Mapping[str, Any]) -> t.Constraints:
    """Return constraints with limits that the catalog file can represent."""
    return t.Constraints(**{name: _constraint(value) for name, value in values.items()}) if values else t.UNCONSTRAINED


def bound(value: Any) -> t.Bound:
    """Return a limit as a number, if JSON can represent it, or in ISO format."""
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return _number(value)
    return value if isinstance(value, int | float) and math.isfinite(value) else str(value)


def _constraint(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | str) else _pattern_text(value) or bound(value)


def _pattern_text(value: Any) -> str:
    return str(getattr(value, "pattern", ""))


def _number(value: Decimal) -> t.Bound:
    if not value.is_finite():
        return str(value)
    if value == value.to_integral_value():
        return int(value)
    return float(value) if Decimal(repr(float(value))) == value else str(value)


def _is_known(item: Any) -> bool:
    home = (item if isinstance(item, type) else type(item)).__module__.partition(".")[0]
    return home in {"pydantic", "annotated_types"}


def _facts(item: Any) -> Iterator[tuple[str, Any]]:
    """Yield the attributes of an item of metadata that are set, and its code if it is not one of pydantic's."""
    if not _is_known(item):
        yield HOOK, getattr(item, HOOK)
    if not isinstance(item, type):
        for name in _attributes(item):
            value = getattr(item, name)
            if value is not None and value is not PydanticUndefined:
                yield name, value


def _usual(item: Any) -> dict[str, Any]:
    """Return the defaults of the attributes of an item of metadata."""
    fields = dataclasses.fields(item) if dataclasses.is_dataclass(item) else ()
    return {field.name: field.default for field in fields}


def _attributes(item: Any) -> Iterable[str]:
    if dataclasses.is_dataclass(item):
        return [field.name for field in dataclasses.fields(item)]
    return [*getattr(item, "__dict__", ())]


def _facts_text(facts: Mapping[str, Any]) -> str:
    return ", ".join(f"{key}={_fact_text(value)}" for key, value in sorted(facts.items()))


def _fact_text(value: Any) -> str:
    return dotted_name(value) if callable(value) else default_text(value)
