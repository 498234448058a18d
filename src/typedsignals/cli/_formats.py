"""The formats of catalogs and reports: the module that renders each, and the file names that select it."""

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
    """The formats of a catalog."""

    TABLE = "table"
    JSON = "json"
    MARKDOWN = "markdown"
    MERMAID = "mermaid"
    GRAPHVIZ = "graphviz"
    SVG = "svg"
    ASYNCAPI = "asyncapi"
    HTML = "html"


class ReportFormat(StrEnum):
    """The formats of a report."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"
    SARIF = "sarif"
    JUNIT = "junit"
    MARKDOWN = "markdown"


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
    """Return the format that was chosen, else the one that the file's name implies, else the default.

    Raises:
        CommandError: The file's name does not imply one.
    """
    if chosen is not None or file is None:
        return chosen or default
    found = (files[ending] for ending in files if file.name.lower().endswith(ending))
    if (guessed := next(found, None)) is None:
        known = ", ".join(files)
        raise CommandError(f"the name of {file} does not imply a format: give --format, or end the name in {known}")
    return guessed


def catalog_renderer(format: CatalogFormat) -> Callable[[Catalog], Any]:  # noqa: A002 - the word that users know
    """Return the function that renders a catalog as text, or as something that rich can print."""
    return to_json if format is CatalogFormat.JSON else _renderer("formats", format)


def report_renderer(format: ReportFormat) -> Callable[[Report], Any]:  # noqa: A002 - the word that users know
    """Return the function that renders a report as text, or as something that rich can print."""
    return _renderer("reports", format)


def _renderer(kind: str, name: str) -> Callable[[Any], Any]:
    """Import only the module that is needed, so that commands start fast."""
    render = import_module(f"typedsignals.catalog.{kind}.{name}").render
    return lambda subject: _with_line_end(render(subject))


def _with_line_end(rendered: Any) -> Any:
    return rendered.removesuffix("\n") + "\n" if isinstance(rendered, str) else rendered
