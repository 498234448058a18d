"""``typedsignals catalog``: the signals of a program."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from ..catalog import Catalog, Discovery
from ._arguments import Packages, named
from ._formats import CATALOG_FILES, CatalogFormat, catalog_renderer, format_for
from ._help import one_of
from ._program import discovered, has_problems, nothing_found
from ._settings import project_settings
from ._staleness import staleness
from ._terminal.counting import counted
from ._terminal.opening import to_be_opened
from ._terminal.output import as_text, show, write_file
from ._terminal.streams import complain, remark, reserve_stdout


def catalog(
    packages: Packages,
    format: Annotated[  # noqa: A002 - the option's name
        CatalogFormat | None,
        typer.Option(
            "--format",
            "-f",
            metavar=one_of(CatalogFormat),
            help="How to show it: by default as the file's name tells, else as a table.",
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE", callback=named, help="Write it to this file instead of the terminal."
        ),
    ] = None,
    check: Annotated[
        bool,
        typer.Option("--check", help="Write nothing: fail if the file is not up to date, and tell what changed."),
    ] = False,
) -> None:
    """Show which signals packages declare, what they carry, who sends them and who listens.

    It imports the packages with all their modules, except __main__.
    """
    if check and output is None:
        raise typer.BadParameter("it needs the file to compare with: -o FILE", param_hint="--check")
    # Before the program, which may have modules of any name.
    render = catalog_renderer(format_for(format, output, CATALOG_FILES, CatalogFormat.TABLE))
    exclude = project_settings().exclude
    out = reserve_stdout()
    discovery = discovered(packages, exclude, out)
    is_complete = not has_problems(discovery)
    _note_what_is_missing(discovery)
    if output is None:
        if is_complete or discovery.catalog.signals:
            is_table = format in {None, CatalogFormat.TABLE}
            show(render(to_be_opened(discovery.catalog) if is_table else discovery.catalog), out)
    elif not is_complete:
        complain(f"nothing was {'compared with' if check else 'written to'} {output}")
    elif check:
        _compare(output, as_text(render(discovery.catalog)), discovery.catalog, format)
    else:
        write_file(output, as_text(render(discovery.catalog)), out)
        remark(f"wrote {output}: {counted(len(discovery.catalog.signals), 'signal')}")
    if not is_complete:
        raise typer.Exit(2)


def _note_what_is_missing(discovery: Discovery) -> None:
    if not discovery.problems and not discovery.catalog.signals:
        first, *others = nothing_found(discovery)
        remark(f"note: {first}")
        for line in others:
            remark(line)


def _compare(file: Path, text: str, catalog: Catalog, format: CatalogFormat | None) -> None:  # noqa: A002 - as above
    options = [] if format is None else ["--format", format]
    command = shlex.join(["typedsignals", "catalog", *catalog.packages, "-o", str(file), *options])
    try:
        file.stat()  # since Python 3.14, `exists` also says no to what cannot be known
    except (FileNotFoundError, NotADirectoryError):
        complain(f"there is no file {file}", f"make it: {command}")
        raise typer.Exit(1) from None
    if different := staleness(file, text, catalog):
        lines = (f"  {line}" for line in different)
        complain(f"{file} is not up to date:", *lines, f"refresh it: {command}")
        raise typer.Exit(1)
    remark(f"{file} is up to date")
