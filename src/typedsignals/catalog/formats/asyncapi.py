"""A catalog as an AsyncAPI 3.1 document, for tools that know nothing of Python."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from .._records.signals import Catalog, ReceiverRecord, SendRecord, SignalRecord
from ._plain_text import distinct_names
from ._schema.models import model_schema

Part = dict[str, Any]

DESCRIPTION = "The signals that this program declares, and their payloads as they are written to JSON."
UNVERSIONED = "0.0.0"
FOREIGN = re.compile(r"[^A-Za-z0-9_.-]+")


def render(catalog: Catalog, version: str = UNVERSIONED) -> str:
    """Render the document as JSON: a channel with one message for each signal, and a schema for each model.

    Schemas describe what ``model_dump_json(by_alias=True)`` writes. Extensions hold what JSON Schema cannot express:
    ``x-constraints``, ``x-python-type``, ``x-python-default``.

    Args:
        catalog: The catalog.
        version: The version of the program: an AsyncAPI document must have one, but a catalog has none.
    """
    keys = identifiers(signal.key for signal in catalog.signals)
    schemas = identifiers(catalog.models)
    document: Part = {
        "asyncapi": "3.1.0",
        "info": {"title": ", ".join(catalog.packages), "version": version, "description": DESCRIPTION},
        "defaultContentType": "application/json",
        "channels": {keys[signal.key]: _channel(signal, keys[signal.key], schemas) for signal in catalog.signals},
        "operations": _operations(catalog, keys),
        "components": {"schemas": _schemas(catalog, schemas)},
    }
    if catalog.unresolved_sends:
        document["x-unresolved-sends"] = [*map(_send, catalog.unresolved_sends)]
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def identifiers(names: Iterable[str]) -> Mapping[str, str]:
    """Make a key of letters, digits, ``_``, ``.`` and ``-`` for each name, and no two the same."""
    names = tuple(names)
    bare = (FOREIGN.sub("_", name).strip("_") or "_" for name in names)
    return dict(zip(names, distinct_names(bare, first=2), strict=True))


def _schemas(catalog: Catalog, keys: Mapping[str, str]) -> Part:
    models = catalog.models
    return {keys[name]: model_schema(models[name], models, lambda name: _schema(keys[name])) for name in models}


def _schema(key: str) -> str:
    return f"#/components/schemas/{key}"


def _channel(signal: SignalRecord, key: str, schemas: Mapping[str, str]) -> Part:
    message: Part = {"name": signal.name}
    if signal.payload is not None:
        message["payload"] = {"$ref": _schema(schemas[signal.payload])}
    channel: Part = {"address": signal.key, "title": signal.name, "messages": {key: message}}
    if signal.doc:
        channel["description"] = signal.doc
    if signal.sender is not None:
        channel["x-sender"] = signal.sender.name
    if signal.returns is not None:
        channel["x-returns"] = str(signal.returns)
    if signal.owner is not None:
        channel["x-owner"] = signal.owner
    if signal.accepts != "any":
        channel["x-accepts"] = signal.accepts
    return channel | {"x-declared": {"object": signal.object_path, "location": signal.location}}


def _operations(catalog: Catalog, keys: Mapping[str, str]) -> Part:
    operations: Part = {}
    for signal in catalog.signals:
        key = keys[signal.key]
        if signal.sends:
            operations[f"send-{key}"] = _operation("send", key) | {"x-sends": [*map(_send, signal.sends)]}
        if signal.receivers:
            receivers = [*map(_receiver, signal.receivers)]
            operations[f"receive-{key}"] = _operation("receive", key) | {"x-receivers": receivers}
    return operations


def _operation(action: str, key: str) -> Part:
    channel = f"#/channels/{key}"
    return {"action": action, "channel": {"$ref": channel}, "messages": [{"$ref": f"{channel}/messages/{key}"}]}


def _send(send: SendRecord) -> Part:
    return {"module": send.module, "location": send.location}


def _receiver(receiver: ReceiverRecord) -> Part:
    return {"name": receiver.name, "module": receiver.module, "location": receiver.location}
