"""Every format can be selected by an option and by the name of a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.catalog.programs import Program
from typedsignals.cli._errors import CommandError
from typedsignals.cli._formats import CATALOG_FILES, REPORT_FILES, CatalogFormat, ReportFormat, format_for

from .running import Ran

Command = Callable[..., Ran]


@pytest.mark.parametrize("name", CatalogFormat)
def test_every_format_of_a_catalog_can_be_shown_and_written(shop: Program, typedsignals: Command, name: str) -> None:
    """A file has the same content, except that a table is as wide as the terminal."""
    shown = typedsignals("catalog", "shop", "--format", name)
    assert (shown.status, shown.stderr) == (0, "")
    assert "order_placed" in shown.stdout
    shop.forget()
    assert typedsignals("catalog", "shop", "--format", name, "-o", "file").status == 0
    written = (shop.folder / "file").read_text(encoding="utf-8")
    assert written.endswith("\n")
    assert name == "table" or written == shown.stdout
    shop.forget()
    assert typedsignals("catalog", "shop", "--format", name, "-o", "file", "--check").status == 0


@pytest.mark.parametrize("name", ReportFormat)
def test_every_format_of_a_report_can_be_shown_and_written(shop: Program, typedsignals: Command, name: str) -> None:
    """The status depends on the findings, not on the format."""
    shown = typedsignals("check", "shop", "--format", name, "--fail-on", "info")
    assert (shown.status, shown.stderr) == (1, "")
    assert "TS505" in shown.stdout
    shop.forget()
    assert typedsignals("check", "shop", "--format", name, "--fail-on", "info", "-o", "file").status == 1
    written = (shop.folder / "file").read_text(encoding="utf-8")
    assert written.rstrip("\n") == shown.stdout.rstrip("\n")


@pytest.mark.parametrize(("ending", "name"), [*CATALOG_FILES.items()])
def test_the_ending_of_a_catalogs_file_implies_its_format(ending: str, name: CatalogFormat) -> None:
    """Even in capitals; a chosen format takes precedence."""
    default = CatalogFormat.TABLE
    assert format_for(None, Path(f"signals{ending.upper()}"), CATALOG_FILES, default) is name
    assert format_for(CatalogFormat.SVG, Path(f"signals{ending}"), CATALOG_FILES, default) is CatalogFormat.SVG


@pytest.mark.parametrize(("ending", "name"), [*REPORT_FILES.items()])
def test_the_ending_of_a_reports_file_implies_its_format(ending: str, name: ReportFormat) -> None:
    """Without a file, the default applies."""
    assert format_for(None, Path(f"report{ending}"), REPORT_FILES, ReportFormat.TEXT) is name
    assert format_for(None, None, REPORT_FILES, ReportFormat.TEXT) is ReportFormat.TEXT


@pytest.mark.parametrize("name", ["signals", "signals.xls", "json"])
def test_other_endings_imply_nothing(name: str) -> None:
    """They are refused, with a list of the known ones."""
    with pytest.raises(CommandError, match=r"give --format, or end the name in asyncapi\.json, \.json, "):
        format_for(None, Path(name), CATALOG_FILES, CatalogFormat.TABLE)
