"""A catalog as an AsyncAPI 3.1 document, for tools that know nothing of Python."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping
from itertools import chain, count
from typing import Any

from .._records.signals import CarriedRecord, Catalog, ReceiverRecord, RelayRecord, SendRecord, SignalRecord
from . import _descriptions as describe
from ._plain_text import distinct_names
from ._schema.models import model_schema

Part = dict[str, Any]

DESCRIPTION = "The signals that this program declares, and their payloads as they are written to JSON."
UNVERSIONED = "0.0.0"
IN_PROCESS = "in-process"
"""The server of signals whose receivers are called by the send, in documents that have another server."""
PROTOCOLS = {"rabbit": "amqp"}
"""The protocols of brokers whose kind has another name."""
FOREIGN = re.compile(r"[^A-Za-z0-9_.-]+")


def render(catalog: Catalog, version: str = UNVERSIONED) -> str:
    """Render the document as JSON: a channel with one message for each signal, and a schema for each model.

    Schemas describe what ``model_dump_json(by_alias=True)`` writes. Extensions hold what JSON Schema cannot express:
    ``x-constraints``, ``x-python-type``, ``x-python-default``. A relay is a server: its
    broker, or else its database. Each group of its receivers has an operation of its own.

    Args:
        catalog: The catalog.
        version: The version of the program: an AsyncAPI document must have one, but a catalog has none.
    """
    keys = identifiers(signal.key for signal in catalog.signals)
    schemas = identifiers(catalog.models)
    servers = identifiers([IN_PROCESS, *(relay.name for relay in catalog.relays)]) if catalog.relays else {}
    document: Part = {
        "asyncapi": "3.1.0",
        "info": {"title": ", ".join(catalog.packages), "version": version, "description": DESCRIPTION},
        "defaultContentType": "application/json",
        "channels": {
            keys[signal.key]: _channel(signal, keys[signal.key], schemas) | _carrying(signal, servers)
            for signal in catalog.signals
        },
        "operations": _operations(catalog, keys),
        "components": {"schemas": _schemas(catalog, schemas)},
    }
    if catalog.relays:
        document["servers"] = _servers(catalog, servers)
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


def _servers(catalog: Catalog, keys: Mapping[str, str]) -> Part:
    """Describe relays as servers. A server must have a host, which is not in the catalog."""
    in_process = {
        "host": "localhost",
        "protocol": "python",
        "description": "Receivers that are called by the send, in its process.",
    }
    return {keys[IN_PROCESS]: in_process} | {keys[relay.name]: _server(catalog, relay) for relay in catalog.relays}


def _server(catalog: Catalog, relay: RelayRecord) -> Part:
    """Describe from what the groups of a relay receive. What is published stays in the outbox until a broker has it."""
    what = "broker" if relay.broker else "database"
    server = {
        "host": "{host}",
        "protocol": PROTOCOLS.get(relay.broker, relay.broker) or relay.database,
        "title": relay.name,
        "description": f"The {what} that holds the messages of a relay, as CloudEvents 1.0.",
        "variables": {"host": {"description": f"Where the {what} is."}},
        "x-groups": describe.groups_of(catalog, relay),
        "x-declared": {"object": relay.object_path, "location": relay.location},
    }
    return server | ({"x-outbox": relay.database} if relay.broker else {})


def _carrying(signal: SignalRecord, servers: Mapping[str, str]) -> Part:
    """Name the servers of a channel; without any, it would be on all."""
    if not servers:
        return {}
    is_sent = any(not send.is_published for send in signal.sends)
    is_heard = any(not receiver.group for receiver in signal.receivers)
    names = [IN_PROCESS] if is_sent or is_heard or not signal.carried else []
    names += [carried.relay for carried in signal.carried]
    part: Part = {"servers": [{"$ref": f"#/servers/{servers[name]}"} for name in names]}
    return part | ({"x-carried": [*map(_carried, signal.carried)]} if signal.carried else {})


def _carried(carried: CarriedRecord) -> Part:
    return {"relay": carried.relay, "ordered": carried.ordered}


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
        for (relay, group), found in _by_group(signal.receivers).items():
            receiving = _operation("receive", key) | {"x-receivers": [*map(_receiver, found)]}
            if group:
                receiving |= {"title": f"group {group} of relay {relay}", "x-group": group, "x-relay": relay}
            operations[_free(f"receive-{key}{FOREIGN.sub('_', f'-{group}') if group else ''}", operations)] = receiving
    return operations


def _by_group(receivers: Iterable[ReceiverRecord]) -> dict[tuple[str, str], list[ReceiverRecord]]:
    found: dict[tuple[str, str], list[ReceiverRecord]] = {}
    for receiver in receivers:
        found.setdefault((receiver.relay, receiver.group), []).append(receiver)
    return found


def _free(key: str, taken: Collection[str]) -> str:
    return next(name for name in chain([key], (f"{key}-{number}" for number in count(2))) if name not in taken)


def _operation(action: str, key: str) -> Part:
    channel = f"#/channels/{key}"
    return {"action": action, "channel": {"$ref": channel}, "messages": [{"$ref": f"{channel}/messages/{key}"}]}


def _send(send: SendRecord) -> Part:
    return {"module": send.module, "location": send.location}


def _receiver(receiver: ReceiverRecord) -> Part:
    return {"name": receiver.name, "module": receiver.module, "location": receiver.location}
