"""The formats of catalogs and reports: the module that renders each, and the files that are taken to be of it."""

from __future__ import annotations

from collections.abc import Mapping
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
    ".asyncapi.json": CatalogFormat.ASYNCAPI,
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


def render_catalog(catalog: Catalog, format: CatalogFormat) -> Any:  # noqa: A002 - the word that users know
    """The catalog as text, or as something that rich can print."""
    return to_json(catalog) if format is CatalogFormat.JSON else _rendered("formats", format, catalog)


def render_report(report: Report, format: ReportFormat) -> Any:  # noqa: A002 - the word that users know
    """The report as text, or as something that rich can print."""
    return _rendered("reports", format, report)


def _rendered(kind: str, name: str, subject: object) -> Any:
    """Only the module that is needed is imported, so that commands start fast."""
    rendered = import_module(f"typedsignals.catalog.{kind}.{name}").render(subject)
    return f"{rendered.removesuffix(LINE_END)}{LINE_END}" if isinstance(rendered, str) else rendered
