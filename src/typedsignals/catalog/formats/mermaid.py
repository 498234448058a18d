"""A catalog as a Mermaid flowchart: GitHub and many wikis draw it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .._records.signals import Catalog
from ._diagram.graph import Edge, Node, graph_of

SHAPES = {"module": ('["', '"]'), "signal": ('(["', '"])'), "receiver": ('("', '")')}
ARROWS = {"declares": "-.-", "sends": "-->", "receives": "-->", "delivers": "==>"}
SPECIAL = re.compile(r"[^A-Za-z0-9 _./-]")
"""Whatever Mermaid, or the HTML in its labels, might not take as text, such as letters of other scripts."""


def render(catalog: Catalog) -> str:
    """Render the flowchart: modules, the signals that they send or (dotted) only declare, and their receivers.

    Thick lines lead to receivers in other processes, with their groups.
    """
    return "\n".join(_lines(catalog)) + "\n"


def _lines(catalog: Catalog) -> Iterator[str]:
    graph = graph_of(catalog.signals)
    yield "flowchart LR"
    yield from (f"    {_node(node)}" for node in graph.nodes)
    yield from (f"    {_edge(edge)}" for edge in graph.edges)
    for kind in SHAPES:
        if ids := [node.id for node in graph.nodes if node.kind == kind]:
            yield f"    class {','.join(ids)} {kind}"
    yield "    classDef signal font-weight:bold"


def _node(node: Node) -> str:
    opening, closing = SHAPES[node.kind]
    return f"{node.id}{opening}{escaped(node.label)}{closing}"


def _edge(edge: Edge) -> str:
    label = f'|"{escaped(edge.label)}"|' if edge.label else ""
    return f"{edge.source} {ARROWS[edge.kind]}{label} {edge.target}"


def escaped(text: str) -> str:
    """Write special characters by their numbers, so that Mermaid takes a label as text."""
    return SPECIAL.sub(lambda match: f"#{ord(match[0])};", text) or "#160;"
