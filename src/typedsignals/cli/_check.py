"""``typedsignals check``: what is wrong with a program's signals, and what a change of them breaks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import typer

from ..catalog import (
    Catalog,
    Discovery,
    MissingBaselineError,
    Report,
    Settings,
    check_project,
    folder_in,
    folders_of,
    project_root,
    read_baseline,
)
from ._arguments import Packages, named
from ._formats import REPORT_FILES, ReportFormat, format_for, report_renderer
from ._help import one_of
from ._program import discovered, has_problems, nothing_found
from ._settings import Compat, FailOn, ProfileName, settings_file, settings_from
from ._terminal.counting import counted
from ._terminal.output import as_text, show, write_file
from ._terminal.streams import complain, remark, reserve_stdout


def check(
    packages: Packages,
    against: Annotated[
        str | None,
        typer.Option(metavar="FILE|REF:PATH", help="An earlier catalog to compare with: a file, or a version in git."),
    ] = None,
    profile: Annotated[
        ProfileName | None,
        typer.Option(
            metavar=one_of(ProfileName), help="Where signals go: within one program, or to a broker and back."
        ),
    ] = None,
    compat: Annotated[
        Compat | None,
        typer.Option(metavar=one_of(Compat), help="With a broker: old messages, new ones, or both must stay readable."),
    ] = None,
    format: Annotated[  # noqa: A002 - the option's name
        ReportFormat | None,
        typer.Option(
            "--format",
            "-f",
            metavar=one_of(ReportFormat),
            help="How to report: by default as the file's name tells, else as text.",
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE", callback=named, help="Write it to this file instead of the terminal."
        ),
    ] = None,
    fail_on: Annotated[
        FailOn | None, typer.Option(metavar=one_of(FailOn), help="The least severity that makes the check fail.")
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            callback=named,
            help="The settings: by default, the nearest pyproject.toml that has some.",
        ),
    ] = None,
) -> None:
    """Find what is wrong with the signals of packages and, next to an earlier catalog, which changes break whom.

    It ends with 0 if all is well, 1 if it found something, 2 if it could not check.
    """
    file = settings_file(config)
    settings = settings_from(file, profile, compat, fail_on)
    if compat is not None and not settings.as_profile().is_brokered:
        raise typer.BadParameter("it is about messages: add --profile brokered", param_hint="--compat")
    # Before the program, which may have modules of any name.
    render = report_renderer(format_for(format, output, REPORT_FILES, ReportFormat.TEXT))
    baseline = None if against is None else _baseline(against)
    out = reserve_stdout()
    discovery = _complete(packages, settings, out)
    catalog = discovery.catalog
    if not catalog.signals and (baseline is None or not baseline.signals):
        complain(*nothing_found(discovery))
        raise typer.Exit(2)
    report = _report(catalog, settings, file, against, baseline)
    if output is None:
        show(render(report), out)
    else:
        write_file(output, as_text(render(report)), out)
        remark(f"wrote {output}: {_summary(report)}")
    if report.failures:
        raise typer.Exit(1)


def _baseline(against: str) -> Catalog | None:
    try:
        return read_baseline(against)
    except MissingBaselineError as error:
        remark(f"note: {error}: the program is checked by itself")
        return None


def _complete(packages: list[str], settings: Settings, out: TextIOWrapper) -> Discovery:
    """What was found; of an incomplete catalog, what is missing would be taken for removed."""
    discovery = discovered(packages, settings.exclude, out)
    if has_problems(discovery):
        complain("nothing was checked")
        raise typer.Exit(2)
    return discovery


def _report(
    catalog: Catalog, settings: Settings, file: Path | None, against: str | None, baseline: Catalog | None
) -> Report:
    if baseline is not None and baseline.packages != catalog.packages:
        before, now = ", ".join(baseline.packages), ", ".join(catalog.packages)
        remark(f"note: {against} is the catalog of {before}, which is compared with {now}")
    root = project_root(Path.cwd())
    folders = folders_of(catalog, root)
    name = "pyproject.toml" if file is None else file.name
    if file is not None and (folder := folder_in(root, file.parent)):
        folders[name] = folder
    today = datetime.now(UTC).date()
    report = check_project(catalog, settings, today, baseline=baseline, source=name)
    return replace(report, baseline=None if baseline is None else against, folders=folders)


def _summary(report: Report) -> str:
    failing = len(report.failures)
    found = counted(len(report.findings), "finding")
    return f"{found}, of which {failing} {'makes' if failing == 1 else 'make'} the check fail"
