"""A catalog as one page, which can be read without a network, other files or JavaScript."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined

from .._records.nested import nested_models
from .._records.signals import Catalog, SignalRecord
from .._records.types import short
from . import _descriptions, _plain_text
from ._example import example_send
from ._type_links import linked
from .svg import drawing

MOST_IN_ONE_GRAPH = 40
"""With more signals than this, each module has a graph of its own."""

NEITHER_LETTER_NOR_DIGIT = re.compile(r"[\W_]+")


def render(catalog: Catalog) -> str:
    """Render the page: an index, a search, the graph, and a section for each signal."""
    modules = list(_descriptions.by_module(catalog))
    anchors = _anchors("signal", [signal.key for _, signals in modules for signal in signals])
    links = {key: f"#{anchor}" for key, anchor in anchors.items()}
    nested = nested_models(catalog)
    style, script = _file("page.css"), _file("page.js")
    return (
        _environment()
        .get_template("page.html")
        .render(
            catalog=catalog,
            modules=modules,
            nested=nested,
            anchors=anchors,
            module_anchors=_anchors("module", [module for module, _ in modules]),
            model_anchors=_anchors("model", [model.name for model in nested]),
            style=style,
            script=script,
            policy=_policy(style, script),
            draw=lambda signals: drawing(signals, links=links),
            is_small=len(catalog.signals) <= MOST_IN_ONE_GRAPH,
            example=lambda signal: example_send(catalog, signal),
            found_by=lambda signal: _found_by(catalog, signal),
        )
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader(__package__, "page"),
        autoescape=True,
        finalize=_printable,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.globals |= {"describe": _descriptions, "plain_text": _plain_text, "linked": linked, "short": short}
    return environment


def _printable(value: object) -> object:
    """Escape control characters in a text, unless it is marked as safe."""
    return _plain_text.escaped(value, keep="\n") if type(value) is str else value


def _file(name: str) -> str:
    return files(__package__).joinpath("page", name).read_text("utf-8")


def _policy(style: str, script: str) -> str:
    """Write the policy that lets the page load nothing, and use only its own style and script."""
    return f"default-src 'none'; base-uri 'none'; img-src data:; style-src {_hash(style)}; script-src {_hash(script)}"


def _hash(source: str) -> str:
    """Write the name of a style or script in a content security policy."""
    digest = base64.b64encode(hashlib.sha256(source.encode()).digest())
    return f"'sha256-{digest.decode()}'"


def _anchors(kind: str, names: list[str]) -> dict[str, str]:
    wanted = (f"{kind}-{NEITHER_LETTER_NOR_DIGIT.sub('-', name).strip('-').lower()}" for name in names)
    return dict(zip(names, _plain_text.distinct_names(wanted), strict=True))


def _found_by(catalog: Catalog, signal: SignalRecord) -> str:
    """Join the names by which a search finds a signal."""
    payload = catalog.payload_of(signal)
    fields = [field.name for field in payload.fields] if payload else []
    receivers = [f"{receiver.module}.{receiver.name}" for receiver in signal.receivers]
    return " ".join((signal.key, signal.object_path, *fields, *receivers)).lower()
