"""The pages of the built documentation, read as HTML."""

from __future__ import annotations

import os
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BUILT = Path(os.environ.get("TYPEDSIGNALS_BUILT_DOCS", ""))
"""Where they are: the session ``docs`` of nox builds them, and then runs these tests. Elsewhere they are skipped."""
VOID = set("area base br col embed hr img input link meta source track wbr".split())


class Page(HTMLParser):
    """What one page refers to, what can be referred to in it, and the signatures that it documents."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.name = file.relative_to(BUILT).as_posix()
        self.ids: set[str] = set()
        self.references: list[tuple[str, str]] = []
        """The attributes that name another file or page, such as ``("a.href", "index.html")``."""
        self.signatures: dict[str, str] = {}
        """By their ids; all of the text, without spaces at the ends of lines."""
        self.parameters: list[tuple[str, str]] = []
        """The parameters in them, each with the id of its signature."""
        self._open: list[str] = []
        self._signature: tuple[int, str] | None = None
        self._parameter: int | None = None
        self.feed(file.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.ids |= {given[name] for name in ("id", "name") if name in given}
        if given.get("rel") != "canonical":  # which names this page, and is not followed
            self.references += [
                (f"{tag}.{name}", given[name]) for name in ("href", "src", "data", "srcset") if name in given
            ]
        classes = given.get("class", "").split()
        if tag == "dt" and "sig" in classes and "id" in given:
            self._signature = len(self._open), given["id"]
            self.signatures[given["id"]] = ""
        if "sig-param" in classes and self._signature:
            self._parameter = len(self._open)
            self.parameters.append((self._signature[1], ""))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:  # what HTML lets pages leave open
            pass
        if self._parameter is not None and len(self._open) <= self._parameter:
            self._parameter = None
        if self._signature is not None and len(self._open) <= self._signature[0]:
            self._signature = None

    def handle_data(self, data: str) -> None:
        if self._signature is not None:
            self.signatures[self._signature[1]] += data.strip("\n¶")
        if self._parameter is not None:
            place, text = self.parameters[-1]
            self.parameters[-1] = place, text + data


@cache
def pages() -> dict[str, Page]:
    """Return all pages by their path in the documentation."""
    if "TYPEDSIGNALS_BUILT_DOCS" not in os.environ:
        pytest.skip("they are about the built documentation: `make docs` runs them", allow_module_level=True)
    files = sorted(BUILT.rglob("*.html"))
    assert files, f"there are no pages in {BUILT}"
    return {page.name: page for page in map(Page, files)}
