"""A catalog as a picture, with modules, signals and receivers in three columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from html import escape

from .._records.counting import counted
from .._records.signals import Catalog, SignalRecord
from ._diagram.graph import Edge, EdgeKind, Graph, graph_of
from ._diagram.layout import NODE_HEIGHT, PADDING, Box, Column, Layout, laid_out

MEANINGS: dict[EdgeKind, str] = {
    "declares": "declares the signal but is not known to send it",
    "sends": "sends the signal",
    "receives": "is received by",
    "delivers": "is carried to another process, and received there by",
}
NOTES: dict[EdgeKind, str] = {
    "declares": f"Dotted: the module {MEANINGS['declares']}.",
    "delivers": "Thick: a relay carries it to another process.",
}
NOTE_HEIGHT = 20

STYLE = """<style>
.graph text { font: 12px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; fill: #1d2330; }
.graph .heading, .graph .note { font: 600 12px system-ui, sans-serif; fill: #5b6472; }
.graph .note { font-weight: 400; }
.graph .paper { fill: #fff; }
.graph .node rect { fill: #f4f6f9; stroke: #c5ccd6; }
.graph .is-signal rect { fill: #e3ecff; stroke: #3461c9; }
.graph .edge { fill: none; stroke: #8a93a3; }
.graph .declares { stroke-dasharray: 2 4; }
.graph .delivers { stroke-width: 2.5; }
.graph .tips { fill: #8a93a3; }
@media (prefers-color-scheme: dark) {
.graph text { fill: #e6e9ef; }
.graph .heading, .graph .note { fill: #a3acba; }
.graph .paper { fill: #12161d; }
.graph .node rect { fill: #1c222c; stroke: #3a4351; }
.graph .is-signal rect { fill: #1d2d52; stroke: #7ea2f5; }
.graph .edge { stroke: #6b7585; }
.graph .tips { fill: #6b7585; }
}
</style>
<rect class="paper" width="100%" height="100%"/>"""
"""Plain colours: few programs other than browsers support variables."""


def render(catalog: Catalog) -> str:
    """Render the picture as a file of its own, for light and dark backgrounds."""
    return drawing(catalog.signals, before=STYLE) + "\n"


def drawing(signals: Iterable[SignalRecord], *, before: str = "", links: Mapping[str, str] | None = None) -> str:
    """Draw some signals as an ``<svg>`` element.

    Args:
        signals: The signals.
        before: Elements to begin with.
        links: The addresses that signals link to, by their keys.
    """
    signals = tuple(signals)
    graph = graph_of(signals)
    layout = laid_out(graph)
    addresses = {} if links is None else {node.id: links[node.key] for node in graph.signals}
    note = _note(layout, graph)
    width, height = _number(layout.width), _number(layout.height + (NOTE_HEIGHT if note else 0))
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    parts = (
        f'<svg class="graph" xmlns="http://www.w3.org/2000/svg" role="img" {size}>',
        "<title>Signals, the modules that send them, and their receivers</title>",
        f"<desc>{_description(layout)}</desc>",
        before,
        *_edges(layout, graph.edges),
        *(part for column in layout.columns for part in _column(column, addresses)),
        note,
        "</svg>",
    )
    return "\n".join(filter(None, parts))


def _note(layout: Layout, graph: Graph) -> str:
    """Explain dotted and thick lines, if there are any."""
    kinds = {edge.kind for edge in graph.edges}
    notes = [text for kind, text in NOTES.items() if kind in kinds]
    place = f'x="{_number(layout.columns[0].left)}" y="{_number(layout.height + NOTE_HEIGHT / 2)}"'
    return f'<text class="note" {place}>{" ".join(notes)}</text>' if notes else ""


def _description(layout: Layout) -> str:
    return ", ".join(counted(len(column.boxes), column.heading.lower()[:-1]) for column in layout.columns)


def _column(column: Column, addresses: Mapping[str, str]) -> Iterator[str]:
    yield f'<text class="heading" x="{_number(column.left + PADDING)}" y="28">{column.heading}</text>'
    for box in column.boxes:
        drawn = _box(box)
        address = addresses.get(box.node.id)
        yield drawn if address is None else f'<a href="{escape(address)}">{drawn}</a>'


def _box(box: Box) -> str:
    left, top = _number(box.left), _number(box.top)
    rounding = 14 if box.node.kind == "signal" else 5
    return (
        f'<g class="node is-{box.node.kind}"><title>{escape(box.node.title)}</title>'
        f'<rect x="{left}" y="{top}" width="{_number(box.width)}" height="{NODE_HEIGHT}" rx="{rounding}"/>'
        f'<text x="{_number(box.left + PADDING)}" y="{_number(box.middle + 4)}">{escape(box.label)}</text></g>'
    )


def _edges(layout: Layout, edges: Iterable[Edge]) -> Iterator[str]:
    boxes = {box.node.id: box for column in layout.columns for box in column.boxes}
    for kind, meaning in MEANINGS.items():
        curves = [_curve(boxes[edge.source], boxes[edge.target]) for edge in edges if edge.kind == kind]
        if curves:
            yield f'<path class="edge {kind}" d="{" ".join(curves)}"><title>{meaning}</title></path>'
    tips = dict.fromkeys(_tip(boxes[edge.target]) for edge in edges if edge.kind != "declares")
    if tips:
        yield f'<path class="tips" d="{" ".join(tips)}"/>'


def _curve(source: Box, target: Box) -> str:
    bend = (source.right + target.left) / 2
    start, end = f"{_number(source.right)} {_number(source.middle)}", f"{_number(target.left)} {_number(target.middle)}"
    return f"M{start}C{_number(bend)} {_number(source.middle)} {_number(bend)} {_number(target.middle)} {end}"


def _tip(target: Box) -> str:
    return f"M{_number(target.left)} {_number(target.middle)}l-7 -4v8z"


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
