"""The catalog: the record of all signals that a program declares, made to be committed and compared.

It holds no paths of the machine it was made on: files are relative to the root that the program is imported from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from operator import not_
from typing import Literal

from pydantic import Field

from .errors import CatalogError
from .types import Record, TypeRecord, is_live, is_none

FORMAT_VERSION = 2
"""The version of the catalog file that this package writes; it reads this and older ones."""

Extra = Literal["allow", "ignore", "forbid"]
Effect = Literal["none", "values", "written"]


class Placed(Record):
    """Something in a source file, which is named relative to the program's root."""

    file: str
    line: int

    @property
    def location(self) -> str:
        """Where it is, as people and editors write it: ``shop/orders.py:12``."""
        return f"{self.file}:{self.line}"


def _is_written(effect: Effect) -> bool:
    return effect == "written"


class Behaviour(Record):
    """Code that takes part in validating or serialising: what it does is known only by its fingerprint."""

    name: str = Field(description="For people.")
    fingerprint: str
    effect: Effect = Field(
        default="written",
        exclude_if=_is_written,
        description="What it may do: nothing to values that pass, change them after their constraints were checked, or "
        "decide what is written in place of them.",
    )
    fields: tuple[str, ...] = Field(
        default=(), exclude_if=not_, description="The fields that a method of a model is for, `*` for all of them."
    )

    @property
    def identity(self) -> tuple[str, str]:
        """What is the same as long as the code is, whatever version of the catalog format recorded it."""
        return self.name, self.fingerprint


class FieldRecord(Record):
    """A field of a model."""

    name: str
    type: TypeRecord
    required: bool
    default: str | None = Field(default=None, exclude_if=is_none, description="The default, as Python would write it.")
    is_hidden: bool = Field(default=False, exclude_if=not_, description="Whether the default is not to be shown.")
    refused_default: TypeRecord | None = Field(
        default=None,
        exclude_if=is_none,
        description="The type of the default if the field refuses it, and no other value is of that type; "
        "one without values if nobody gets it; `any` if it has none of its own.",
    )
    is_default_unread: bool = Field(
        default=False, exclude_if=not_, description="Whether messages that the default is written in cannot be read."
    )
    default_factory: Behaviour | None = Field(default=None, exclude_if=is_none)
    validation_aliases: tuple[str, ...] = Field(default=(), exclude_if=not_, description="Wire names it is read by.")
    serialization_alias: str | None = Field(default=None, exclude_if=is_none, description="Wire name it is written as.")
    description: str | None = Field(default=None, exclude_if=is_none)
    example: str = Field(
        default="", exclude_if=not_, description="The author's first example, as Python would write it."
    )
    deprecated: str | None = Field(default=None, exclude_if=is_none, description="Why not to use it any more.")
    excluded: bool = Field(default=False, exclude_if=not_, description="Whether it is never serialised.")
    sometimes_absent: bool = Field(default=False, exclude_if=not_, description="Whether it may not be serialised.")
    init_only: bool = Field(
        default=False, exclude_if=not_, description="Whether instances are made with it, and have it no more."
    )
    behaviours: tuple[Behaviour, ...] = Field(default=(), exclude_if=not_)

    @property
    def shown_default(self) -> str:
        """The default for people, or what makes it."""
        return str(self.default) if self.default_factory is None else f"{self.default_factory.name}()"

    @property
    def written_name(self) -> str | None:
        """The key that it is serialised as; None if it never is."""
        return None if self.excluded else self.serialization_alias or self.name

    @property
    def read_names(self) -> tuple[str, ...]:
        """The keys that it is read from, the first that is there: its validation aliases, and its own name."""
        return (*self.validation_aliases, self.name)

    @property
    def may_be_absent(self) -> bool:
        """Whether there may be no value at all, as in a ``TypedDict``."""
        return not self.required and self.default is None and self.default_factory is None

    @property
    def is_live(self) -> bool:
        """Whether it holds live objects, which cannot be serialised."""
        return is_live(self.type)


class ModelRecord(Record):
    """A pydantic model, dataclass, ``TypedDict`` or named tuple, which is a payload or nested in one.

    A root model has one field, ``root``, and is written as that. Named tuples are written as arrays.
    """

    name: str = Field(description="The module and qualified name.")
    flavour: Literal["model", "rootmodel", "dataclass", "typeddict", "namedtuple"] = "model"
    bases: tuple[str, ...] = Field(default=(), exclude_if=not_, description="The models it derives from, in order.")
    doc: str | None = Field(default=None, exclude_if=is_none)
    extra: Extra
    fields: tuple[FieldRecord, ...]
    keyword_only: tuple[str, ...] = Field(default=(), exclude_if=not_, description="Not to be given by position.")
    computed: tuple[str, ...] = Field(default=(), exclude_if=not_, description="Keys written besides the fields.")
    settings: dict[str, str] = Field(default={}, exclude_if=not_, description="Configuration that changes values.")
    behaviours: tuple[Behaviour, ...] = Field(default=(), exclude_if=not_)

    @property
    def positional(self) -> tuple[str, ...]:
        """The fields that code can give by position, in order: those of dataclasses and named tuples."""
        given = self.fields if self.flavour in ("dataclass", "namedtuple") else ()
        return tuple(field.name for field in given if field.name not in self.keyword_only)

    @property
    def has_keys(self) -> bool:
        """Whether it is written as an object, with a key for each field."""
        return self.flavour not in ("rootmodel", "namedtuple")

    @property
    def root(self) -> TypeRecord | None:
        """What a root model holds; None for other models."""
        return self.fields[0].type if self.flavour == "rootmodel" else None

    def field(self, name: str) -> FieldRecord | None:
        """The field of that name, if there is one."""
        return next((field for field in self.fields if field.name == name), None)


class SenderRecord(Record):
    """The class that a signal's senders are instances of."""

    name: str
    bases: tuple[str, ...] = Field(default=(), exclude_if=not_, description="The classes it derives from, in order.")


class ReceiverRecord(Placed):
    """A receiver that was connected when the program had been imported."""

    name: str
    module: str
    style: Literal["keyword", "payload"] = "keyword"
    takes_extra: bool = Field(default=False, exclude_if=not_)
    fields: tuple[str, ...] | None = Field(
        default=None, exclude_if=is_none, description="The fields it names, or reads from the payload; null if unknown."
    )
    uses_extra: bool = Field(
        default=False, exclude_if=not_, description="Whether it does anything with what `**extra` collects."
    )
    is_async: bool = Field(default=False, exclude_if=not_)
    weak: bool = Field(default=False, exclude_if=not_)
    priority: int = Field(default=0, exclude_if=not_)
    problem: str = Field(default="", exclude_if=not_, description="Why it cannot be called with what is sent.")

    def reads(self, field: str) -> bool | None:
        """Whether it reads a field of the payload; None if that cannot be told."""
        if self.fields is not None and field in self.fields:
            return True
        return None if self.fields is None or self.uses_extra else False


class SendRecord(Placed):
    """A place in the source that sends the signal."""

    module: str
    keywords: tuple[str, ...] = Field(default=(), exclude_if=not_)
    is_complete: bool = Field(default=True, description="False if it also unpacks `**mapping`, or sends a payload.")
    method: str = Field(default="", exclude_if=not_, description="The method that is called; empty if it is not known.")
    wraps_async: bool = Field(
        default=False, exclude_if=not_, description="Whether it is given what calls receivers that are async functions."
    )

    @property
    def is_plain(self) -> bool:
        """Whether it is known to await nothing."""
        return self.method in ("send", "send_payload", "send_robust") and not self.wraps_async


class SignalRecord(Placed):
    """A signal: what it carries, who sends it, and who listens."""

    name: str
    namespace: str = Field(default="", exclude_if=not_)
    module: str
    qualified_name: str
    doc: str | None = Field(default=None, exclude_if=is_none)
    payload: str | None = Field(default=None, exclude_if=is_none, description="The payload's name in `models`.")
    sender: SenderRecord | None = Field(default=None, exclude_if=is_none)
    validate_mode: Literal["always", "connected", "never"] = "always"
    receivers: tuple[ReceiverRecord, ...] = ()
    sends: tuple[SendRecord, ...] = ()

    @property
    def object_path(self) -> str:
        """The dotted path that the signal is imported by."""
        return f"{self.module}.{self.qualified_name}"

    @property
    def key(self) -> str:
        """What tells the signal from all others: its name in its namespace, or else its path."""
        return f"{self.namespace}.{self.name}" if self.namespace else self.object_path


class Catalog(Record):
    """All signals of some packages, with the models that they carry."""

    version: int = FORMAT_VERSION
    packages: tuple[str, ...]
    models: dict[str, ModelRecord]
    signals: tuple[SignalRecord, ...]
    unresolved_sends: tuple[SendRecord, ...] = Field(default=(), exclude_if=not_)

    @classmethod
    def of(
        cls,
        packages: Iterable[str],
        models: Mapping[str, ModelRecord],
        signals: Iterable[SignalRecord],
        unresolved_sends: Iterable[SendRecord] = (),
    ) -> Catalog:
        """A catalog in its stable order.

        Raises:
            CatalogError: Two signals have one name, or a payload is not among the models.
        """
        catalog = cls(
            packages=tuple(sorted(packages)),
            models=dict(sorted(models.items())),
            signals=tuple(map(in_order, sorted(signals, key=lambda signal: signal.key))),
            unresolved_sends=tuple(sorted(unresolved_sends, key=place)),
        )
        check_consistent(catalog)
        return catalog

    def payload_of(self, signal: SignalRecord) -> ModelRecord | None:
        """The model that the signal carries; None if it was declared without."""
        return None if signal.payload is None else self.models[signal.payload]


def place(placed: Placed) -> tuple[str, int]:
    """What things in source files are ordered by."""
    return placed.file, placed.line


def in_order(signal: SignalRecord) -> SignalRecord:
    """The signal with its sends by place; receivers stay in the order in which they are called."""
    return signal.model_copy(update={"sends": tuple(sorted(signal.sends, key=place))})


def check_consistent(catalog: Catalog) -> None:
    """Refuse a catalog whose names are ambiguous or lead nowhere."""
    seen: dict[str, SignalRecord] = {}
    for signal in catalog.signals:
        if (other := seen.setdefault(signal.key, signal)) is not signal:
            raise CatalogError(
                f"two signals are named {signal.key!r}: one at {other.location}, one at {signal.location}; rename one"
            )
        if signal.payload is not None and signal.payload not in catalog.models:
            raise CatalogError(f"signal {signal.key!r} has the payload {signal.payload!r}, which is not in the catalog")
