"""What stands beside a type in ``Annotated[...]`` or ``Field(...)``: constraints, strictness, code."""

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
"""The method by which annotations take part in validating."""

WITHOUT_EFFECT = frozenset("DocInfo Examples FailFast SkipJsonSchema Tag Unit WithJsonSchema".split())
"""Annotations that change no value that is accepted or produced."""

CHECKING = frozenset(
    "BeforeValidator Discriminated Discriminator Json OnErrorOmit PathType Predicate StringConstraints Timezone "
    "UrlConstraints UuidVersion".split()
)
"""pydantic's annotations that leave a value as its constraints have it, and as it is written."""

CHANGING = frozenset("AfterValidator EncodedBytes EncodedStr PlainValidator WrapValidator".split())
"""pydantic's annotations that may change a value after its constraints were checked."""

ANONYMOUS = "PydanticGeneralMetadata"
"""What pydantic keeps in a class of its own, and users know as arguments of `Field`."""

GENERAL = CONSTRAINTS | {"coerce_numbers_to_str", "fail_fast", "union_mode"}
"""The arguments among them that leave a value as it is."""


@dataclasses.dataclass
class Marks:
    """The annotations of one type, sorted by what they mean."""

    constraints: dict[str, Any] = dataclasses.field(default_factory=dict)
    strict: bool | None = None
    discriminator: str = ""
    is_live: bool = False
    is_skipped: bool = False
    behaviours: list[Behaviour] = dataclasses.field(default_factory=list)

    @classmethod
    def of(cls, metadata: Iterable[Any]) -> Marks:
        """Read the annotations in order; a later one wins."""
        marks = cls()
        for item in metadata:
            marks.add(item)
        return marks

    def add(self, item: Any) -> None:
        """Take one annotation in."""
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
        # What is usual may become another thing where the annotation is not one of pydantic's.
        whole = _facts_text(facts) if HOOK in facts else shown
        code = "\n".join(source_of(value) for value in facts.values() if callable(value))
        known = None if HOOK in facts else name.lstrip("_")
        written = shown if known == ANONYMOUS else f"{name.lstrip('_')}({shown})"
        effect: Effect = "written" if known is None else _effect(known, facts)
        self.behaviours.append(Behaviour(name=written, fingerprint=fingerprint(name, whole, code), effect=effect))


def _effect(name: str, facts: Mapping[str, Any]) -> Effect:
    """What an annotation of pydantic's may do to values; of one that it adds in future, that is not known."""
    if name in CHANGING or facts.get("to_lower") or facts.get("to_upper"):
        return "values"
    return "none" if name in CHECKING or (name == ANONYMOUS and facts.keys() <= GENERAL) else "written"


def field_metadata(field: FieldInfo) -> Iterator[Any]:
    """The annotations of a field, its discriminator among them."""
    yield from field.metadata
    if field.discriminator is not None:
        yield _Discriminated(getattr(field.discriminator, "discriminator", field.discriminator))


@dataclasses.dataclass
class _Discriminated:
    discriminator: Any

    __module__ = "pydantic"


def constraints_of(values: Mapping[str, Any]) -> t.Constraints:
    """Constraints with their limits as the catalog file can hold them."""
    return t.Constraints(**{name: _constraint(value) for name, value in values.items()}) if values else t.UNCONSTRAINED


def bound(value: Any) -> t.Bound:
    """A limit as a number, where it is one that JSON can hold, or in ISO form."""
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
    """The attributes of an annotation that are set, and the code of one that others wrote."""
    if not _is_known(item):
        yield HOOK, getattr(item, HOOK)
    if not isinstance(item, type):
        for name in _attributes(item):
            value = getattr(item, name)
            if value is not None and value is not PydanticUndefined:
                yield name, value


def _usual(item: Any) -> dict[str, Any]:
    """The attributes of an annotation that it has unless others are given."""
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
