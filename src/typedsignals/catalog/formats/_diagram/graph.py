"""The graph of a catalog: modules, the signals that they declare and send, and their receivers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, NamedTuple

from ..._records.signals import ReceiverRecord, SignalRecord
from .._descriptions import location
from .._plain_text import flattened

EdgeKind = Literal["declares", "sends", "receives", "delivers"]


class Node(NamedTuple):
    """A module, a signal or a receiver."""

    id: str
    label: str
    title: str
    """A description in one line."""
    kind: Literal["module", "signal", "receiver"]
    key: str = ""
    """The key of a signal."""


class Edge(NamedTuple):
    """A line between two nodes, by their ids."""

    source: str
    target: str
    kind: EdgeKind
    label: str = ""
    """The group of a receiver in another process."""


class Graph(NamedTuple):
    """Three columns of nodes, and the edges between one and the next."""

    modules: tuple[Node, ...]
    signals: tuple[Node, ...]
    receivers: tuple[Node, ...]
    edges: tuple[Edge, ...]

    @property
    def nodes(self) -> tuple[Node, ...]:
        """The nodes of all columns."""
        return self.modules + self.signals + self.receivers


def graph_of(signals: Iterable[SignalRecord]) -> Graph:
    """Make the graph of some signals."""
    ordered = sorted(signals, key=lambda signal: (signal.module, signal.file, signal.line, signal.key))
    modules: dict[str, str] = {}
    receivers: dict[tuple[str, str, str], str] = {}
    nodes: list[Node] = []
    edges: list[Edge] = []
    for number, signal in enumerate(ordered):
        node = Node(f"s{number}", flattened(signal.key), _signal_title(signal), "signal", signal.key)
        nodes.append(node)
        senders = {send.module for send in signal.sends}
        edges += [Edge(_id(modules, "m", name), node.id, "sends") for name in sorted(senders)]
        if signal.module not in senders:
            edges.append(Edge(_id(modules, "m", signal.module), node.id, "declares"))
        edges += [_to_receiver(node, _id(receivers, "r", _identity(one)), one) for one in signal.receivers]
    return Graph(
        tuple(Node(id_, flattened(name), f"module {flattened(name)}", "module") for name, id_ in modules.items()),
        tuple(nodes),
        tuple(_receiver_node(id_, *parts) for parts, id_ in receivers.items()),
        tuple(dict.fromkeys(edges)),
    )


def _to_receiver(signal: Node, receiver: str, record: ReceiverRecord) -> Edge:
    return Edge(signal.id, receiver, "delivers" if record.group else "receives", flattened(record.group))


def _id(ids: dict[Any, str], prefix: str, thing: Any) -> str:
    """Return the id of a thing, a new one if it has none yet."""
    return ids.setdefault(thing, f"{prefix}{len(ids)}")


def _signal_title(signal: SignalRecord) -> str:
    return f"signal {flattened(signal.key)}, declared at {flattened(signal.location)}"


def _identity(receiver: ReceiverRecord) -> tuple[str, str, str]:
    return receiver.module, receiver.name, location(receiver)


def _receiver_node(id_: str, module: str, name: str, where: str) -> Node:
    path = flattened(f"{module}.{name}")
    return Node(id_, path, f"receiver {path}, at {flattened(where)}", "receiver")
