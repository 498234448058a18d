"""Drawing the diagrams of the documentation: ``python -m tests.project.drawings``, after a change of one.

A page has a diagram in Mermaid's language, which GitHub draws from its source. The built documentation shows the
picture in ``docs/drawn``, so that it needs no script from another host. Only drawing needs chromium and npm.
"""

from __future__ import annotations

import re
from html import escape, unescape
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.outside import node_packages, program

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "drawn"
FENCE = re.compile(r"^```mermaid\n%% (?P<name>[\w-]+)\n(?P<source>.*?)^```$", re.MULTILINE | re.DOTALL)
DRAW = """async ([name, source]) => {
  mermaid.initialize({
    startOnLoad: false,
    deterministicIds: true,
    htmlLabels: false,
    flowchart: { htmlLabels: false, useMaxWidth: false, wrappingWidth: 600, rankSpacing: 30, padding: 8 },
    themeVariables: { edgeLabelBackground: "white" },
    themeCSS: ".edgeLabel rect { opacity: 1 }",
  });
  return (await mermaid.render(name, source)).svg;
}"""


def diagrams() -> dict[str, str]:
    """The sources of all diagrams in the documentation, by their names."""
    pages = sorted((ROOT / "docs").glob("*.md"))
    found = [match for page in pages for match in FENCE.finditer(page.read_text(encoding="utf-8"))]
    return {match["name"]: match["source"] for match in found}


def picture(name: str) -> Path:
    """The file of a diagram's picture."""
    return FOLDER / f"{name}.svg"


def source_of(drawn: str) -> str:
    """The source that a picture was drawn from."""
    described = re.search(r"<desc>(.*?)</desc>", drawn, re.DOTALL)
    return unescape(described[1]) if described else ""


def draw(sources: dict[str, str]) -> dict[str, str]:
    """The pictures of diagrams, drawn by Mermaid itself; each carries its source."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program("chromium"))
        page = browser.new_page()
        page.add_script_tag(path=node_packages() / "mermaid/dist/mermaid.min.js")
        drawn = {name: page.evaluate(DRAW, [name, source]) for name, source in sources.items()}
        browser.close()
    return {name: _with_source(svg, sources[name]) for name, svg in drawn.items()}


def _with_source(svg: str, source: str) -> str:
    head, tail = svg.split(">", 1)
    # On white, as its lines are dark, and pages may be.
    return f'{head} style="background-color: white"><desc>{escape(source, quote=False)}</desc>{tail}\n'


def main() -> None:
    """Draw what is new or has changed, and remove what is on no page any more."""
    sources = diagrams()
    FOLDER.mkdir(exist_ok=True)
    for file in FOLDER.glob("*.svg"):
        if file.stem not in sources:
            file.unlink()
    for name, svg in draw(sources).items():
        picture(name).write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
