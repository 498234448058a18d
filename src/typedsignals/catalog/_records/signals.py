"""The catalog: records of all signals that a program declares, meant to be committed and compared.

It contains no paths of one machine: files are relative to the folder that the program is imported from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from pydantic import Field

from . import types as t
from .errors import CatalogError
from .record import Record, omitted_if

FORMAT_VERSION = 2
"""The version of the catalog file that this package writes. It reads this version and older ones."""

Extra = Literal["allow", "ignore", "forbid"]
Effect = Literal["none", "values", "written"]

UNKNOWN_FIELDS = "**extra"
"""The path of a change of the fields that a model keeps without knowing them."""

ANY_FIELDS = t.MappingType(container="dict", key=t.ScalarType(name="str"), value=t.AnyType())
"""What a model keeps that allows unknown fields without giving them a type."""


class Located(Record):
    """Something in a source file. The file is relative to the program's root."""

    file: str
    line: int

    @property
    def location(self) -> str:
        """File and line, as people and editors write them: ``shop/orders.py:12``."""
        return f"{self.file}:{self.line}"


class Behaviour(Record):
    """Code that takes part in validation or serialisation. It is known only by its name, fingerprint and effect."""

    name: str = Field(description="For people.")
    fingerprint: str
    effect: Effect = omitted_if(
        "written",
        "What it may do: nothing to values that pass (`none`), change them after their constraints were checked "
        "(`values`), or decide what is written instead of them (`written`).",
    )
    fields: tuple[str, ...] = omitted_if((), "The fields that a method of a model handles, `*` for all of them.")

    @property
    def identity(self) -> tuple[str, str]:
        """A key that stays the same while the code does, in all versions of the catalog format."""
        return self.name, self.fingerprint


class FieldRecord(Record):
    """A field of a model."""

    name: str
    type: t.TypeRecord
    required: bool
    default: str | None = omitted_if(None, "The default, as Python would write it.")
    is_hidden: bool = omitted_if(False, "Whether the default is secret.")
    refused_default: t.TypeRecord | None = omitted_if(
        None,
        "If the field refuses its default: a type with no other value than the default, `any` if there is none, or a "
        "type without values if nobody gets the default.",
    )
    is_default_unread: bool = omitted_if(False, "Whether messages with the default cannot be read.")
    default_factory: Behaviour | None = omitted_if(None)
    validation_aliases: tuple[str, ...] = omitted_if((), "The names in messages that it is read from.")
    serialization_alias: str | None = omitted_if(None, "The name in messages that it is written as.")
    description: str | None = omitted_if(None)
    example: str = omitted_if("", "The author's first example, as Python would write it.")
    deprecated: str | None = omitted_if(None, "Why it should no longer be used.")
    excluded: bool = omitted_if(False, "Whether it is never serialised.")
    sometimes_absent: bool = omitted_if(False, "Whether it is sometimes not serialised.")
    init_only: bool = omitted_if(False, "Whether it is a parameter of the constructor, but not an attribute.")
    behaviours: tuple[Behaviour, ...] = omitted_if(())

    @property
    def shown_default(self) -> str:
        """The default, or the call of its factory, as people see it."""
        return str(self.default) if self.default_factory is None else f"{self.default_factory.name}()"

    @property
    def written_name(self) -> str | None:
        """The key that it is serialised as; None if it never is."""
        return None if self.excluded else self.serialization_alias or self.name

    @property
    def read_names(self) -> tuple[str, ...]:
        """The keys that it is read from; the first one that is present counts: validation aliases, then its name."""
        return (*self.validation_aliases, self.name)

    @property
    def may_be_absent(self) -> bool:
        """Whether it may have no value at all, as in a ``TypedDict``."""
        return not self.required and self.default is None and self.default_factory is None

    @property
    def is_live(self) -> bool:
        """Whether its values contain live objects, which cannot be serialised."""
        return t.is_live(self.type)


class ModelRecord(Record):
    """A pydantic model, dataclass, ``TypedDict`` or named tuple that is a payload or nested in one.

    A root model has one field, ``root``, and is written as the value of that field. Named tuples are written as arrays.
    """

    name: str = Field(description="The module and qualified name.")
    flavour: Literal["model", "rootmodel", "dataclass", "typeddict", "namedtuple"] = "model"
    bases: tuple[str, ...] = omitted_if((), "The models that it derives from, in order.")
    doc: str | None = omitted_if(None)
    extra: Extra
    extra_type: t.MappingType | None = omitted_if(
        None, "The names and values of unknown fields that it keeps; null if they may be any."
    )
    fields: tuple[FieldRecord, ...]
    keyword_only: tuple[str, ...] = omitted_if((), "The fields that cannot be passed by position.")
    computed: tuple[str, ...] = omitted_if((), "The keys that are written in addition to the fields.")
    settings: dict[str, str] = omitted_if({}, "Configuration that changes values.")
    behaviours: tuple[Behaviour, ...] = omitted_if(())

    @property
    def kept(self) -> t.MappingType:
        """The names and values of the unknown fields that it keeps, if it keeps any."""
        return self.extra_type or ANY_FIELDS

    @property
    def types(self) -> tuple[t.TypeRecord, ...]:
        """The types of its fields, and that of unknown fields if they have one."""
        extra = () if self.extra_type is None else (self.extra_type,)
        return (*(field.type for field in self.fields), *extra)

    @property
    def positional(self) -> tuple[str, ...]:
        """The fields that can be passed by position, in order; only dataclasses and named tuples have any."""
        fields = self.fields if self.flavour in ("dataclass", "namedtuple") else ()
        return tuple(field.name for field in fields if field.name not in self.keyword_only)

    @property
    def has_keys(self) -> bool:
        """Whether it is written as an object with a key for each field."""
        return self.flavour not in ("rootmodel", "namedtuple")

    @property
    def root(self) -> t.TypeRecord | None:
        """The type that a root model wraps; None for other models."""
        return self.fields[0].type if self.flavour == "rootmodel" else None

    def field(self, name: str) -> FieldRecord | None:
        """Return the field with that name, if there is one."""
        return next((field for field in self.fields if field.name == name), None)


class SenderRecord(Record):
    """The class of a signal's senders."""

    name: str
    bases: tuple[str, ...] = omitted_if((), "The classes that it derives from, in order.")


class ReceiverRecord(Located):
    """A receiver that is connected once the program is imported."""

    name: str
    module: str
    style: Literal["keyword", "payload"] = "keyword"
    takes_extra: bool = omitted_if(False)
    fields: tuple[str, ...] | None = omitted_if(
        None, "The fields that it names, or reads from the payload; null if unknown."
    )
    uses_extra: bool = omitted_if(False, "Whether it uses what `**extra` collects.")
    is_async: bool = omitted_if(False)
    weak: bool = omitted_if(False)
    priority: int = omitted_if(0)
    key: str | None = omitted_if(None, "The key of its connection.")
    problem: str = omitted_if("", "Why it cannot be called with what is sent.")
    of_namespace: bool = omitted_if(False, "Whether it hears of all signals of the namespace, after their own.")
    relay: str = omitted_if("", "The relay whose workers call it; empty if it is called in the process that sends.")
    group: str = omitted_if("", "The group of the relay's receivers to which it belongs.")

    def reads(self, field: str) -> bool | None:
        """Whether it reads a field of the payload; None if that is unknown."""
        if self.fields is not None and field in self.fields:
            return True
        return None if self.fields is None or self.uses_extra else False


class SendRecord(Located):
    """A call in the source that sends the signal."""

    module: str
    keywords: tuple[str, ...] = omitted_if(())
    is_complete: bool = Field(default=True, description="False if it also unpacks `**mapping`, or sends a payload.")
    method: str = omitted_if("", "The method that is called; empty if unknown.")
    wraps_async: bool = omitted_if(False, "Whether it passes a wrapper that calls async receivers.")

    @property
    def is_plain(self) -> bool:
        """Whether it certainly awaits nothing."""
        return self.method in ("send", "send_payload", "send_robust", "first") and not self.wraps_async

    @property
    def is_published(self) -> bool:
        """Whether it calls no receiver in this process, but publishes a message for a relay's workers."""
        return self.method in ("publish", "publish_async")


class CarriedRecord(Record):
    """How a relay carries a signal."""

    relay: str = Field(description="The relay's name in `relays`.")
    ordered: bool = omitted_if(False, "Whether messages with the same key are delivered in order.")


class SignalRecord(Located):
    """A signal: what it carries, who sends it, and who listens."""

    name: str
    namespace: str = omitted_if("")
    module: str
    qualified_name: str
    doc: str | None = omitted_if(None)
    payload: str | None = omitted_if(None, "The payload's name in `models`.")
    sender: SenderRecord | None = omitted_if(None)
    validate_mode: Literal["always", "connected", "never"] = "always"
    accepts: Literal["any", "sync", "async"] = omitted_if("any", "Which kinds of receivers can be connected.")
    returns: t.TypeRecord | None = omitted_if(None, "The type of the results, if it is a hook.")
    owner: str | None = omitted_if(None, "Whose signal it is, if somebody else sends it.")
    receivers: tuple[ReceiverRecord, ...] = ()
    sends: tuple[SendRecord, ...] = ()
    carried: tuple[CarriedRecord, ...] = omitted_if((), "The relays that carry it to other processes.")

    @property
    def object_path(self) -> str:
        """The dotted path by which the signal is imported."""
        return f"{self.module}.{self.qualified_name}"

    @property
    def key(self) -> str:
        """The signal's unique name: its name in its namespace, or else its path."""
        return f"{self.namespace}.{self.name}" if self.namespace else self.object_path


class RelayRecord(Located):
    """A relay, which carries signals to receivers in other processes."""

    name: str = Field(description="The relay's name; a number follows that of another relay with the same.")
    module: str
    qualified_name: str
    database: str = Field(description="The kind of database that holds its messages; not where it is.")
    broker: str = omitted_if("", "The kind of broker from which groups receive, not where it is; empty if it has none.")

    @property
    def object_path(self) -> str:
        """The dotted path by which the relay is imported."""
        return f"{self.module}.{self.qualified_name}"


class Catalog(Record):
    """All signals of some packages, with the models that they carry."""

    version: int = FORMAT_VERSION
    packages: tuple[str, ...]
    models: dict[str, ModelRecord]
    signals: tuple[SignalRecord, ...]
    unresolved_sends: tuple[SendRecord, ...] = omitted_if(())
    relays: tuple[RelayRecord, ...] = omitted_if(())

    @classmethod
    def of(
        cls,
        packages: Iterable[str],
        models: Mapping[str, ModelRecord],
        signals: Iterable[SignalRecord],
        unresolved_sends: Iterable[SendRecord] = (),
        relays: Iterable[RelayRecord] = (),
    ) -> Catalog:
        """Make a catalog, sorted so that its order is stable.

        Raises:
            CatalogError: Two signals or relays have the same name, or a payload or relay is not among those given.
        """
        catalog = cls(
            packages=tuple(sorted(packages)),
            models=dict(sorted(models.items())),
            signals=tuple(map(_in_order, sorted(signals, key=lambda signal: signal.key))),
            unresolved_sends=_by_location(unresolved_sends),
            relays=tuple(sorted(relays, key=lambda relay: relay.name)),
        )
        check_consistent(catalog)
        return catalog

    def payload_of(self, signal: SignalRecord) -> ModelRecord | None:
        """Return the model that the signal carries; None if it was declared without."""
        return None if signal.payload is None else self.models[signal.payload]


def _in_order(signal: SignalRecord) -> SignalRecord:
    """Sort the signal's sends; receivers stay in the order in which they are called."""
    return signal.model_copy(update={"sends": _by_location(signal.sends)})


def _by_location(sends: Iterable[SendRecord]) -> tuple[SendRecord, ...]:
    return tuple(sorted(sends, key=lambda send: (send.file, send.line)))


def check_consistent(catalog: Catalog) -> None:
    """Refuse a catalog with an ambiguous name, a missing model or a missing relay."""
    seen: dict[str, SignalRecord] = {}
    for signal in catalog.signals:
        if (other := seen.setdefault(signal.key, signal)) is not signal:
            raise CatalogError(
                f"two signals are named {signal.key!r}: one at {other.location}, one at {signal.location}; rename one"
            )
        if signal.payload is not None and signal.payload not in catalog.models:
            raise CatalogError(f"signal {signal.key!r} has the payload {signal.payload!r}, which is not in the catalog")
    _check_relays(catalog)


def _check_relays(catalog: Catalog) -> None:
    names = [relay.name for relay in catalog.relays]
    if len({*names}) < len(names):
        double = next(name for name in names if names.count(name) > 1)
        raise CatalogError(f"two relays are named {double!r}")
    for signal in catalog.signals:
        named = {*(carried.relay for carried in signal.carried), *(receiver.relay for receiver in signal.receivers)}
        if missing := sorted(named - {"", *names}):
            raise CatalogError(f"signal {signal.key!r} names the relay {missing[0]!r}, which is not in the catalog")
