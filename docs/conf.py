"""How Sphinx builds this documentation."""

import os
import re
import sys
from collections.abc import Iterator
from importlib.metadata import metadata
from importlib.metadata import version as version_of
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

project = "typedsignals"
author = "The typedsignals contributors"
copyright = "The typedsignals contributors"  # noqa: A001 - Sphinx's name for it
version = release = version_of("typedsignals")

sys.path.insert(0, str(Path(__file__).parent))  # for `changes`, `linking` and `signatures`
extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.intersphinx",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    "changes",
    "linking",
    "signatures",
]
exclude_patterns = ["_build", "measured"]
default_role = "any"
nitpicky = True

# Read the Docs builds each version at an address of its own, and adds the list of versions to its pages by itself: the
# theme has none that could be switched on.
html_baseurl = os.environ.get("READTHEDOCS_CANONICAL_URL", "https://typedsignals.readthedocs.io/en/stable/")
RULE = re.compile(r"TS\d{3}")

html_theme = "furo"
html_title = f"typedsignals {version}"
html_logo = html_favicon = "_static/logo.svg"
html_search_scorer = str(Path(__file__).with_name("search.js"))
html_static_path = ["_static"]
html_css_files = ["typedsignals.css"]
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#1a7485", "color-brand-content": "#1a7485"},
    "dark_css_variables": {"color-brand-primary": "#5fc3d6", "color-brand-content": "#5fc3d6"},
}

myst_enable_extensions = ["colon_fence", "deflist"]
myst_fence_as_directive = ["mermaid"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "none"  # `signatures` writes them
maximum_signature_line_length = 100
python_display_short_literal_types = True
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_attr_annotations = False

# Other projects' inventories are not fetched, so that the documentation builds without a network.
intersphinx_mapping: dict[str, tuple[str, str | None]] = {}
nitpick_ignore_regex = [
    (r"py:.*", r"(builtins|pydantic|typing|contextlib|collections|datetime|pathlib)\..*"),
    (r"py:.*", r"(pydantic_core|sqlalchemy|celery|blinker)\..*"),
    (r"py:.*", r"(typedsignals\.catalog\.)?About|(typedsignals\.relay\.)?Subscribers"),
    ("py:.*", "'.*'"),  # a literal
    ("py:.*", r"(str|int|bool|type|object|None|optional|dict|list|tuple|.*Error|.*Warning)"),
]


class Drawn(SphinxDirective):
    """A diagram in Mermaid's language, as the picture that tests/project/drawings.py drew of it."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Show the picture of the name in the first line, ``%% name``."""
        name = self.content[0].removeprefix("%% ")
        return [nodes.image(uri=f"drawn/{name}.svg", alt=f"{name.replace('-', ' ')}, as in the list below")]


def name_rules(app: Sphinx, doctree: nodes.document) -> None:
    """Give the row of each rule an address, such as ``checking.html#ts311``."""
    for row in doctree.findall(nodes.row):
        rule = row[0].astext()
        if RULE.fullmatch(rule):
            row["ids"].append(rule.lower())


FOR_EVERYBODY = {
    ' role="heading">': ' role="heading" aria-level="2">',
    # What is wider than the page is scrolled by the keyboard, too.
    "<pre>": '<pre tabindex="0">',
    '<div class="table-wrapper': '<div tabindex="0" class="table-wrapper',
    # The parameters of a signature, on a line each, are definitions without terms.
    "<dl>": '<dl role="list">',
    '<dd><em class="sig-param">': '<dd role="listitem"><em class="sig-param">',
}
"""What screen readers and keyboards need, by what Sphinx and its theme write."""
TABLE = re.compile(r"<table.*?</table>", re.DOTALL)
CODE_IN_TABLE = re.compile(r'(?<=<span class="pre">)[^<]+')
BETWEEN_WORDS = re.compile(r"(?<=[._/=\[(-])(?=\w)|(?<=[a-z])(?=[A-Z])")


def serve_everybody(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Correct the HTML of a page for readers who do not see it, have no mouse, or a narrow screen."""
    for part in ("body", "furo_navigation_tree"):
        for written, needed in FOR_EVERYBODY.items():
            context[part] = (context.get(part) or "").replace(written, needed)
    context["body"] = TABLE.sub(lambda table: CODE_IN_TABLE.sub(_with_breaks, table[0]), context["body"])


def _with_breaks(code: re.Match[str]) -> str:
    """Let a name break between its words, and nowhere else, where a column is narrow."""
    return BETWEEN_WORDS.sub("<wbr>", code[0])


def list_pages(app: Sphinx, error: Exception | None) -> None:
    """Write ``llms.txt``, in which programs that read documentation find the pages and their sources."""
    if error is None and app.builder.format == "html":
        sources = f"{html_baseurl}_sources"
        lines = [f"- [{app.env.titles[page].astext()}]({sources}/{page}.md.txt)" for page in pages(app, "index")]
        text = "\n".join([f"# {project}", "", f"> {metadata(project)['Summary']}", "", "## Pages", "", *lines, ""])
        Path(app.outdir, "llms.txt").write_text(text, encoding="utf-8")


def pages(app: Sphinx, parent: str) -> Iterator[str]:
    """List the pages below one, in the order of the tables of contents."""
    for page in app.env.toctree_includes.get(parent, []):
        yield page
        yield from pages(app, page)


def setup(app: Sphinx) -> None:
    """Show diagrams without a script from another host, give rules an address, and list the pages."""
    app.add_directive("mermaid", Drawn)
    app.connect("doctree-read", name_rules)
    app.connect("html-page-context", serve_everybody, priority=900)  # after the theme's
    app.connect("build-finished", list_pages)
