"""The changes that are in no release yet, on the page with the changelog: each is a file in ``changelog.d``."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

ROOT = Path(__file__).parents[1]


class Unreleased(SphinxDirective):
    """A section of them, or nothing if everything is released."""

    def run(self) -> list[nodes.Node]:
        """Write the section as a release would, by the settings of the tool that makes one."""
        settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["towncrier"]
        folder = ROOT / settings["directory"]
        self.env.note_dependency(str(folder))
        kinds = [text for kind in settings["type"] if (text := changes(folder, kind))]
        if not kinds:
            return []
        text = "\n\n".join(["## Not released yet", *kinds])
        return self.parse_text_to_nodes(text, allow_section_headings=True)


def changes(folder: Path, kind: dict[str, Any]) -> str:
    """Return the changes of a kind, such as those that were added, below its name; nothing if there are none."""
    files = sorted(folder.glob(f"*.{kind['directory']}.md"))
    lines = "".join(file.read_text(encoding="utf-8") for file in files)
    return f"### {kind['name']}\n\n{lines}" if lines else ""


def setup(app: Sphinx) -> None:
    """Offer the section to pages."""
    app.add_directive("unreleased", Unreleased)
