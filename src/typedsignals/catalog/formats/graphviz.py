"""A catalog as a graph for Graphviz: ``dot`` draws it."""

from __future__ import annotations

from collections.abc import Iterator

from .._records.signals import Catalog
from ._diagram.graph import Edge, Node, graph_of

HEAD = """\
digraph signals {
    rankdir=LR;
    node [fontname="Helvetica,Arial,sans-serif", fontsize=11, shape=box];
    edge [arrowsize=0.7];"""
STYLES = {"module": "", "signal": ', style="rounded,bold"', "receiver": ", style=rounded"}


def render(catalog: Catalog) -> str:
    """Render the graph: modules, the signals that they send or (dashed) only declare, and their receivers.

    Bold lines lead to receivers in other processes, with their groups.
    """
    return "\n".join(_lines(catalog)) + "\n"


def _lines(catalog: Catalog) -> Iterator[str]:
    graph = graph_of(catalog.signals)
    yield HEAD
    for column in (graph.modules, graph.signals, graph.receivers):
        yield from (f"    {_node(node)}" for node in column)
    yield from (f"    {_edge(edge)}" for edge in graph.edges)
    yield "}"


def _node(node: Node) -> str:
    return f'"{node.id}" [label={quoted(node.label)}, tooltip={quoted(node.title)}{STYLES[node.kind]}];'


def _edge(edge: Edge) -> str:
    return f'"{edge.source}" -> "{edge.target}"{_style(edge)};'


def _style(edge: Edge) -> str:
    if edge.kind == "delivers":
        return f" [style=bold, label={quoted(edge.label)}]"
    return " [style=dashed, arrowhead=none]" if edge.kind == "declares" else ""


def quoted(text: str) -> str:
    r"""Quote a string so that it is shown as it is: dot reads ``\N`` as a name and ``&lt;`` as a character."""
    return '"{}"'.format(text.replace("&", "&amp;").replace("\\", "\\\\").replace('"', '\\"'))
