"""The formats of catalogs and reports: the module that renders each, and the files that are taken to be of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

from ..catalog import Catalog, Report, to_json
from ._errors import CommandError

FormatT = TypeVar("FormatT", bound=StrEnum)


class CatalogFormat(StrEnum):
    """How to show a catalog."""

    TABLE = "table"
    JSON = "json"
    MARKDOWN = "markdown"
    MERMAID = "mermaid"
    GRAPHVIZ = "graphviz"
    SVG = "svg"
    ASYNCAPI = "asyncapi"
    HTML = "html"


class ReportFormat(StrEnum):
    """How to show the outcome of a check."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"
    SARIF = "sarif"
    JUNIT = "junit"
    MARKDOWN = "markdown"


LINE_END = "\n"
CATALOG_FILES = {
    "asyncapi.json": CatalogFormat.ASYNCAPI,
    ".json": CatalogFormat.JSON,
    ".md": CatalogFormat.MARKDOWN,
    ".mmd": CatalogFormat.MERMAID,
    ".mermaid": CatalogFormat.MERMAID,
    ".dot": CatalogFormat.GRAPHVIZ,
    ".gv": CatalogFormat.GRAPHVIZ,
    ".svg": CatalogFormat.SVG,
    ".html": CatalogFormat.HTML,
    ".txt": CatalogFormat.TABLE,
}
REPORT_FILES = {
    ".json": ReportFormat.JSON,
    ".sarif": ReportFormat.SARIF,
    ".xml": ReportFormat.JUNIT,
    ".md": ReportFormat.MARKDOWN,
    ".txt": ReportFormat.TEXT,
}


def format_for(chosen: FormatT | None, file: Path | None, files: Mapping[str, FormatT], default: FormatT) -> FormatT:
    """The format that was chosen, or else that of a file by its name, or else the default.

    Raises:
        CommandError: The file's name does not tell.
    """
    if chosen is not None or file is None:
        return chosen or default
    found = (files[ending] for ending in files if file.name.lower().endswith(ending))
    if (guessed := next(found, None)) is None:
        known = ", ".join(files)
        raise CommandError(f"the name of {file} does not tell its format: give --format, or let it end in {known}")
    return guessed


def catalog_renderer(format: CatalogFormat) -> Callable[[Catalog], Any]:  # noqa: A002 - the word that users know
    """What makes text of a catalog, or something that rich can print."""
    return to_json if format is CatalogFormat.JSON else _renderer("formats", format)


def report_renderer(format: ReportFormat) -> Callable[[Report], Any]:  # noqa: A002 - the word that users know
    """What makes text of a report, or something that rich can print."""
    return _renderer("reports", format)


def _renderer(kind: str, name: str) -> Callable[[Any], Any]:
    """Only the module that is needed is imported, so that commands start fast."""
    render = import_module(f"typedsignals.catalog.{kind}.{name}").render
    return lambda subject: _ended(render(subject))


def _ended(rendered: Any) -> Any:
    """Text with a line end at its end."""
    return f"{rendered.removesuffix(LINE_END)}{LINE_END}" if isinstance(rendered, str) else rendered
