"""``typedsignals check``: find mistakes in a program's signals, and what a change to them breaks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, get_args

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
from ..catalog._records.counting import counted
from ._formats import REPORT_FILES, ReportFormat, format_for, report_renderer
from ._parameters import Output, Packages, format_option, named, one_of
from ._program import discovered, has_problems, nothing_found
from ._project_settings import Compat, FailOn, Profile, settings_file, settings_from
from ._terminal.output import as_text, show, write_file
from ._terminal.streams import complain, remark, reserve_stdout


def check(
    packages: Packages,
    against: Annotated[
        str | None,
        typer.Option(metavar="FILE|REF:PATH", help="An earlier catalog to compare with: a file, or a version in git."),
    ] = None,
    profile: Annotated[
        Profile | None,
        typer.Option(
            metavar=one_of(get_args(Profile)),
            help="Where signals go: within one process, or through a message broker.",
        ),
    ] = None,
    compat: Annotated[
        Compat | None,
        typer.Option(
            metavar=one_of(get_args(Compat)),
            help="With a broker or a relay, which messages must stay readable: old ones, new ones, or both.",
        ),
    ] = None,
    format: Annotated[ReportFormat | None, format_option(ReportFormat)] = None,  # noqa: A002 - the option's name
    output: Output = None,
    fail_on: Annotated[
        FailOn | None,
        typer.Option(metavar=one_of(get_args(FailOn)), help="The lowest severity that makes the check fail."),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            callback=named,
            help="The file with the settings; by default the nearest pyproject.toml that has them.",
        ),
    ] = None,
) -> None:
    """Find mistakes in the signals of packages, and changes since an earlier catalog that break senders or receivers.

    The exit status is 0 if the check passes, 1 if it fails, and 2 if it could not run.
    """
    file = settings_file(config)
    settings = settings_from(file, profile, compat, fail_on)
    # Before the program, which may have modules of any name.
    render = report_renderer(format_for(format, output, REPORT_FILES, ReportFormat.TEXT))
    baseline = None if against is None else _baseline(against)
    out = reserve_stdout()
    discovery = _complete(packages, settings, out)
    catalog = discovery.catalog
    if not catalog.signals and (baseline is None or not baseline.signals):
        complain(*nothing_found(discovery))
        raise typer.Exit(2)
    if compat is not None and not _has_messages(settings, catalog, baseline):
        raise typer.BadParameter(
            "it is about messages, and no relay carries a signal: add --profile brokered", param_hint="--compat"
        )
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
        remark(f"note: {error}: the program is checked on its own")
        return None


def _complete(packages: list[str], settings: Settings, out: TextIOWrapper) -> Discovery:
    """Discover the whole program, or exit: a check would report signals as removed that an import problem hides."""
    discovery = discovered(packages, settings.exclude, out)
    if has_problems(discovery):
        complain("nothing was checked")
        raise typer.Exit(2)
    return discovery


def _has_messages(settings: Settings, *catalogs: Catalog | None) -> bool:
    """Whether any payload leaves the program: all do with a broker, and in any case those that a relay carries."""
    signals = [signal for catalog in catalogs if catalog is not None for signal in catalog.signals]
    return settings.as_profile().is_brokered or any(signal.carried for signal in signals)


def _report(
    catalog: Catalog, settings: Settings, file: Path | None, against: str | None, baseline: Catalog | None
) -> Report:
    if baseline is not None and baseline.packages != catalog.packages:
        before, now = ", ".join(baseline.packages), ", ".join(catalog.packages)
        remark(f"note: {against} is the catalog of {before}, but is compared with {now}")
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
