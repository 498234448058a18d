"""The catalog as an AsyncAPI 3.1 document: what a program sends and receives, for tools that know nothing of Python."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .._records.signals import Catalog, ReceiverRecord, SendRecord, SignalRecord
from ._identifiers import identifiers
from ._schema.models import model_schema

Part = dict[str, Any]

DESCRIPTION = "The signals that this program declares, and their payloads as they are written to JSON."
UNVERSIONED = "0.0.0"


def render(catalog: Catalog, version: str = UNVERSIONED) -> str:
    """The document as JSON: a channel with one message for each signal, and a schema for each model.

    Schemas say what is written by ``model_dump_json(by_alias=True)``. What JSON Schema has no words for stands beside
    it in extensions: ``x-constraints``, ``x-python-type``, ``x-python-default``.

    Args:
        catalog: The catalog.
        version: The program's version, which a catalog does not hold and an AsyncAPI document must.
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
