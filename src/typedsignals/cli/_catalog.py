"""``typedsignals catalog``: list the signals of a program."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from ..catalog import Catalog, Discovery
from ..catalog._records.counting import counted
from ._formats import CATALOG_FILES, CatalogFormat, catalog_renderer, format_for
from ._parameters import Output, Packages, format_option
from ._program import discovered, has_problems, nothing_found
from ._project_settings import settings_file, settings_from
from ._staleness import staleness
from ._terminal.output import as_text, show, write_file
from ._terminal.paths import relative_to_here
from ._terminal.streams import complain, remark, reserve_stdout


def catalog(
    packages: Packages,
    format: Annotated[CatalogFormat | None, format_option(CatalogFormat)] = None,  # noqa: A002 - the option's name
    output: Output = None,
    check: Annotated[
        bool,
        typer.Option("--check", help="Write nothing; fail if the file is out of date, and list the differences."),
    ] = False,
) -> None:
    """List the signals that packages declare, with their fields, receivers and sends.

    All modules of the packages are imported, except __main__.
    """
    if check and output is None:
        raise typer.BadParameter("it needs the file to compare with: -o FILE", param_hint="--check")
    # Before the program, which may have modules of any name.
    render = catalog_renderer(format_for(format, output, CATALOG_FILES, CatalogFormat.TABLE))
    exclude = settings_from(settings_file()).exclude
    out = reserve_stdout()
    discovery = discovered(packages, exclude, out)
    is_complete = not has_problems(discovery)
    _note_no_signals(discovery)
    if output is None:
        if is_complete or discovery.catalog.signals:
            is_table = format in {None, CatalogFormat.TABLE}
            show(render(relative_to_here(discovery.catalog) if is_table else discovery.catalog), out)
    elif not is_complete:
        complain(f"nothing was {'compared with' if check else 'written to'} {output}")
    elif check:
        _compare(output, as_text(render(discovery.catalog)), discovery.catalog, format)
    else:
        write_file(output, as_text(render(discovery.catalog)), out)
        remark(f"wrote {output}: {counted(len(discovery.catalog.signals), 'signal')}")
    if not is_complete:
        raise typer.Exit(2)


def _note_no_signals(discovery: Discovery) -> None:
    if not discovery.problems and not discovery.catalog.signals:
        first, *others = nothing_found(discovery)
        remark(f"note: {first}", *others)


def _compare(file: Path, text: str, catalog: Catalog, format: CatalogFormat | None) -> None:  # noqa: A002 - as above
    options = [] if format is None else ["--format", format]
    command = shlex.join(["typedsignals", "catalog", *catalog.packages, "-o", str(file), *options])
    try:
        file.stat()  # since Python 3.14, `exists` also denies what it cannot find out
    except (FileNotFoundError, NotADirectoryError):
        complain(f"there is no file {file}", f"create it: {command}")
        raise typer.Exit(1) from None
    if different := staleness(file, text, catalog):
        lines = (f"  {line}" for line in different)
        complain(f"{file} is not up to date:", *lines, f"refresh it: {command}")
        raise typer.Exit(1)
    remark(f"{file} is up to date")
