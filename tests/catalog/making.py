"""Making models, catalogs and changes in few words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, create_model

from typedsignals.catalog import (
    CarriedRecord,
    Catalog,
    Change,
    ModelRecords,
    ReceiverRecord,
    RelayRecord,
    SenderRecord,
    SendRecord,
    SignalRecord,
    compare_catalogs,
)


def model(_name: str = "Order", _config: ConfigDict | None = None, **fields: Any) -> type[BaseModel]:
    """A model with that name. A field is a type, or a pair of a type and a default."""
    pairs: dict[str, Any] = {
        name: field if isinstance(field, tuple) else (field, ...) for name, field in fields.items()
    }
    made = create_model(_name, __config__=_config or ConfigDict(extra="ignore"), **pairs)
    made.__module__ = "shop"
    return made


def signal(
    payload: str | None = None,
    *,
    name: str = "placed",
    namespace: str = "shop",
    path: str = "shop.orders:placed",
    sender: SenderRecord | None = None,
    receivers: Sequence[ReceiverRecord] = (),
    sends: Sequence[SendRecord] = (),
    line: int = 3,
    **details: Any,
) -> SignalRecord:
    module, _, qualified_name = path.partition(":")
    return SignalRecord(
        name=name,
        namespace=namespace,
        module=module,
        qualified_name=qualified_name,
        file="shop/orders.py",
        line=line,
        payload=payload,
        sender=sender,
        receivers=tuple(receivers),
        sends=tuple(sends),
        **details,
    )


def receiver(name: str = "ship", **details: Any) -> ReceiverRecord:
    known: dict[str, Any] = {"name": name, "module": "shop.stock", "file": "shop/stock.py", "line": 9}
    return ReceiverRecord(**known | details)


def grouped(group: str, name: str = "ship", **details: Any) -> ReceiverRecord:
    """A receiver that workers call."""
    return receiver(name, relay="shop", group=group, **details)


def carried(**details: Any) -> tuple[CarriedRecord, ...]:
    return (CarriedRecord(relay="shop", **details),)


def relay(name: str) -> RelayRecord:
    return RelayRecord(
        name=name, module="shop.relay", qualified_name="relay", database="sqlite", file="shop/relay.py", line=6
    )


def send(*keywords: str, **details: Any) -> SendRecord:
    known: dict[str, Any] = {"module": "shop.web", "file": "shop/web.py", "line": 5, "keywords": keywords}
    return SendRecord(**known | details)


def catalog(payload: type | None = None, packages: Sequence[str] = ("shop",), **details: Any) -> Catalog:
    """A catalog of one signal, with the relays that carry it."""
    models = ModelRecords()
    name = None if payload is None else models.add(payload)
    made = signal(name, **details)
    return Catalog.of(packages, models.records, [made], relays=[relay(one.relay) for one in made.carried])


def changes(old: type | None, new: type | None, *, still: Sequence[str] = (), **details: Any) -> tuple[Change, ...]:
    """The changes between two payloads of a signal, where the classes in ``still`` still exist."""
    return compare_catalogs(catalog(old, **details), catalog(new, **details), is_defined=lambda name: name in still)


def shown(found: Sequence[Change]) -> list[tuple[str, str, str]]:
    """Each change as its rule, its path and its verdicts."""
    return [(change.rule.id, change.path, str(change.verdicts)) for change in found]
