"""Lay out a graph in three columns, with each node near those that it is linked with."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean
from typing import NamedTuple

from .graph import Graph, Node

NODE_HEIGHT = 28
PITCH = 40
PADDING = 12
GAP = 110
MARGIN = 16
HEADING = 34
CHARACTER = 7.6
"""A little more than the width of a character in a monospaced font of 12 pixels."""
LONGEST = 36
"""The most characters of a label."""


class Box(NamedTuple):
    """A node with its place in the picture."""

    node: Node
    label: str
    left: float
    top: float
    width: float

    @property
    def middle(self) -> float:
        """The height at which edges arrive and leave."""
        return self.top + NODE_HEIGHT / 2

    @property
    def right(self) -> float:
        """The side where edges leave."""
        return self.left + self.width


class Column(NamedTuple):
    """A heading, its place, and the boxes under it."""

    heading: str
    left: float
    boxes: tuple[Box, ...]


class Layout(NamedTuple):
    """The columns, and the size of the picture."""

    columns: tuple[Column, ...]
    width: float
    height: float


def laid_out(graph: Graph) -> Layout:
    """Give each node of a graph its place."""
    named = (("Modules", graph.modules), ("Signals", graph.signals), ("Receivers", graph.receivers))
    height = max(len(nodes) for _, nodes in named) * PITCH
    tops = _tops(graph, height)
    columns: list[Column] = []
    left: float = MARGIN
    for heading, nodes in named:
        width = max((_width(shortened(node.label)) for node in nodes), default=_width(heading))
        boxes = (Box(node, shortened(node.label), left, tops[node.id] + HEADING + MARGIN, width) for node in nodes)
        columns.append(Column(heading, left, tuple(sorted(boxes, key=lambda box: box.top))))
        left += width + GAP
    return Layout(tuple(columns), left - GAP + MARGIN, height + HEADING + MARGIN)


def shortened(text: str) -> str:
    """Leave out the first steps of a long path, or the middle of a long name."""
    if len(text) <= LONGEST:
        return text
    half = LONGEST // 2
    rest = text[1 - LONGEST :].partition(".")[2]
    return f"…{rest}" if len(rest) >= half else f"{text[: half - 1]}…{text[-half:]}"


def _width(text: str) -> float:
    wide = sum(unicodedata.east_asian_width(character) in "FW" for character in text)
    return (len(text) + wide) * CHARACTER + 2 * PADDING


def _tops(graph: Graph, height: float) -> dict[str, float]:
    """Fill the column with the most nodes evenly, and move the others next to the nodes that they are linked with."""
    modules, signals, receivers = (
        [node.id for node in nodes] for nodes in (graph.modules, graph.signals, graph.receivers)
    )
    linked = _linked(graph)
    order = {id_: float(place) for place, id_ in enumerate(signals)}
    modules.sort(key=lambda id_: _mean(linked[id_], order))
    receivers.sort(key=lambda id_: _mean(linked[id_], order))
    tallest = max((signals, receivers, modules), key=len)
    tops = {id_: float(place * PITCH) for place, id_ in enumerate(tallest)}
    for column in (signals, modules, receivers):
        if column is not tallest:
            wanted = [_mean(linked[id_], tops) for id_ in column]
            tops.update(zip(column, _spread(wanted, height), strict=True))
    return tops


def _linked(graph: Graph) -> dict[str, list[str]]:
    linked: dict[str, list[str]] = {node.id: [] for node in graph.nodes}
    for edge in graph.edges:
        linked[edge.source].append(edge.target)
        linked[edge.target].append(edge.source)
    return linked


def _mean(ids: Iterable[str], places: Mapping[str, float]) -> float:
    known = [places[id_] for id_ in ids if id_ in places]
    return fmean(known) if known else 0


def _spread(wanted: Sequence[float], height: float) -> list[float]:
    """Place nodes as near as possible to where they belong, in order, without overlap and within the height."""
    tops: list[float] = []
    for top in wanted:
        tops.append(max(top, tops[-1] + PITCH) if tops else top)
    limit = height
    for place in reversed(range(len(tops))):
        limit = tops[place] = min(tops[place], limit - PITCH)
    return tops
