"""How Sphinx builds this documentation."""

from importlib.metadata import version as version_of

project = "typedsignals"
author = "The typedsignals contributors"
copyright = "The typedsignals contributors"  # noqa: A001 - Sphinx's name for it
version = release = version_of("typedsignals")

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.intersphinx",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
]
exclude_patterns = ["_build", "measured"]
default_role = "any"
nitpicky = True

html_theme = "furo"
html_title = "typedsignals"

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "none"
napoleon_google_docstring = True
napoleon_numpy_docstring = False

# Other projects' inventories are not fetched, so that the documentation builds without a network.
intersphinx_mapping: dict[str, tuple[str, str | None]] = {}
nitpick_ignore_regex = [
    (r"py:.*", r"(pydantic|typing|contextlib|collections|datetime)\..*"),
    ("py:.*", r"(typedsignals\._signal\.)?(PayloadT|SenderT|P|R|Validate)"),
    ("py:.*", r"(str|int|bool|type|object|None|optional|dict|list|tuple|.*Error|.*Warning)"),
]
