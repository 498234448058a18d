"""Links from the guides to the API reference, and back.

In a guide, code that names something public is a link to it: ``Signal.send``, ``send_robust``, ``PayloadError``. Of
several mentions in a section, the first one is. In the reference, an entry names its guide.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.domains.python import ObjectEntry
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.logging import getLogger
from sphinx.util.nodes import make_refnode

logger = getLogger(__name__)

NAMES_A_PLACE = re.compile(r"(?:await |@)?(?P<place>[A-Za-z_][\w.]*)(?:\((?:\.\.\.)?\))?")
"""Such as ``Signal.send``, ``relay.run()`` or ``Hook(...)``; with other arguments, it is an example."""
OBJECTS = {"signal": "Signal", "order_placed": "Signal", "relay": "relay.Relay", "captured": "testing.Capture"}
"""What guides call an object of a class."""
COMPARING = re.compile("from-|comparison|architecture|changelog")
"""Pages where a bare ``connect`` may be that of another library, or private."""
WORDS = {"signal", "only", "event", "failures", "Connection"}
"""Names that mostly mean something else in a guide."""
CLASSES = {
    "relay": ["relay.Relay"],
    "testing": ["testing", "testing.Capture", "testing.Relayed"],
    "hooks": ["Hook"],
    "sources": ["Source", "Inlet"],
    "instances": ["BoundSignal"],
    "flask": ["blinker"],
}
"""Whose methods a page means by their bare names, by how its own name begins. All pages mean those of signals, too."""
MODULES = ["blinker", "catalog", "celery", "relay", "sqlalchemy", "testing"]
GUIDES = {
    "Signal": "tutorial",
    "Signal.of": "instances",
    "Signal.send": "sending",
    "Signal.send_async": "async",
    "Signal.send_robust": "sending",
    "Signal.send_robust_async": "async",
    "Signal.send_concurrent": "async",
    "Signal.send_payload": "sending",
    "Signal.send_payload_async": "async",
    "Signal.prepare": "later",
    "Signal.connect": "receivers",
    "Signal.connect_via": "receivers",
    "Signal.connected_to": "receivers",
    "Signal.disconnect": "lifetime",
    "Signal.disconnect_all": "lifetime",
    "Signal.muted": "receivers",
    "Signal.held": "holding",
    "Signal.wait": "waiting",
    "Signal.wait_sync": "waiting",
    "Signal.stream": "waiting",
    "Signal.has_receivers_for": "senders",
    "Signal.receivers_for": "senders",
    "Payload": "validation",
    "ANY": "senders",
    "Connection": "receivers",
    "Namespace": "layout",
    "BoundSignal": "instances",
    "Prepared": "later",
    "Hook": "hooks",
    "Outcome": "errors",
    "Stream": "waiting",
    "steps.add_step": "order",
    "typed": "sources",
    "Source": "sources",
    "Inlet": "sources",
}
"""The guide to a name, where the page of the reference does not name one for all that it lists."""


class LinkCode(SphinxPostTransform):
    """Makes links of code that names something public."""

    default_priority = 5  # before references are resolved

    def run(self, **kwargs: Any) -> None:
        page = self.env.current_document.docname
        if page.startswith("api/"):
            return
        places = documented(self.app)
        seen = set()
        for literal in list(self.document.findall(nodes.literal)):
            if not is_in_text(literal):
                continue
            place = meaning(literal.astext(), page, places)
            section = literal.parent
            while not isinstance(section, nodes.section | nodes.document):
                section = section.parent
            if place and (place, id(section)) not in seen:
                seen.add((place, id(section)))
                entry, copy = places[place], literal.deepcopy()
                link = make_refnode(self.app.builder, page, entry.docname, entry.node_id, copy, place)
                literal.replace_self(link)


def is_in_text(node: nodes.Node) -> bool:
    """Whether a node is not in a heading, a term of the glossary, or a link that somebody wrote."""
    while node.parent is not None:
        node = node.parent
        if isinstance(node, nodes.title | nodes.term | nodes.reference | pending_xref):
            return False
    return True


def documented(app: Sphinx) -> dict[str, ObjectEntry]:
    """Return the entries of the reference, by their names without that of the package."""
    entries = app.env.domains.python_domain.objects
    return {name.removeprefix("typedsignals."): entry for name, entry in entries.items() if not entry.aliased}


def meaning(code: str, page: str, places: dict[str, ObjectEntry]) -> str | None:
    """Return what public name the code on a page means, or None if it means none, or more than one."""
    found = NAMES_A_PLACE.fullmatch(code)
    place = found["place"].removeprefix("typedsignals.") if found else ""
    if not place or place in WORDS or (COMPARING.match(page) and not place[0].isupper()):
        return None
    return next((candidate for candidate in candidates(place, page) if is_linked(places.get(candidate))), None)


def candidates(place: str, page: str) -> Iterator[str]:
    """Yield what code may mean, what is most likely first."""
    of_object, _, name = place.partition(".")
    if of_object in OBJECTS:
        yield f"{OBJECTS[of_object]}.{name}"
    if "." not in place:
        for beginning, classes in CLASSES.items():
            if page.startswith(beginning):
                yield from (f"{cls}.{place}" for cls in classes)
        yield f"Signal.{place}"
    yield place
    yield from (f"{module}.{place}" for module in MODULES)


def is_linked(entry: ObjectEntry | None) -> bool:
    """Whether it is more than an attribute, whose name is a word that may mean anything."""
    return entry is not None and entry.objtype not in {"attribute", "module"}


def name_guide(app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    """Name the guide at the end of an entry."""
    guide = GUIDES.get(name.removeprefix("typedsignals."))
    if guide:
        lines += ["", f":Guide: :doc:`/{guide}`", ""]


def check_guides(app: Sphinx, env: BuildEnvironment) -> None:
    """Warn of names that are not in the reference, and of methods of signals whose guide is not named."""
    places = documented(app)
    methods = {name for name, entry in places.items() if name.startswith("Signal.") and entry.objtype == "method"}
    for name in {*GUIDES, *methods} - {*places} | methods - {*GUIDES}:
        logger.warning("docs/linking.py: GUIDES and the reference differ in %s", name)


def setup(app: Sphinx) -> None:
    app.add_post_transform(LinkCode)
    app.connect("env-check-consistency", check_guides)
    app.connect("autodoc-process-docstring", name_guide)
