"""The program with its two commands, which report every failure and end with its status."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from importlib.metadata import version
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from .._suggestion import closest
from ._catalog import catalog
from ._check import check
from ._help import CATALOG_EXAMPLES, CHECK_EXAMPLES, Helped, HelpedCommand
from ._relay.commands import relay
from ._terminal.exiting import FAILED, status_of
from ._terminal.streams import remark

UsageError: Any = typer.BadParameter.__base__
"""The base of all errors about wrong usage; typer exports only this one of them."""


class _Commands(Helped, TyperGroup):
    """Turns every failure into one message and a status."""

    def make_context(self, *args: Any, **options: Any) -> Any:
        try:
            with _reporting(), _as_exit():
                return super().make_context(*args, **options)
        except typer.Exit as ended:
            # No command has run yet, so 1 cannot mean a finding: for one, typer has no completion for some shells.
            raise typer.Exit(FAILED if ended.exit_code == 1 else ended.exit_code) from None

    def invoke(self, ctx: Any) -> Any:
        with _reporting():
            return super().invoke(ctx)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        try:
            return super().resolve_command(ctx, args)
        except UsageError as error:
            if meant := closest(args[0], self.list_commands(ctx)):
                error.message = f"{error.message.removesuffix('.')}; did you mean {meant!r}?"
            raise


@contextmanager
def _reporting() -> Iterator[None]:
    """Report errors and exit with their status; those left to typer would all exit with 1."""
    try:
        yield
    except typer.Exit:
        raise
    except UsageError as error:
        _show(error)
        raise typer.Exit(error.exit_code) from None
    except BaseException as error:
        raise typer.Exit(status_of(error)) from None


@contextmanager
def _as_exit() -> Iterator[None]:
    """Let typer not end the process when it has printed the completion for a shell."""
    try:
        yield
    except SystemExit as ended:
        raise typer.Exit(int(ended.code or 0)) from None


def _show(error: Any) -> None:
    if isinstance(error, typer.BadParameter):
        error.message = error.message.removeprefix("Value error, ")  # pydantic's prefix
    if near := getattr(error, "possibilities", None):  # typer suggests too many
        name = error.option_name.lstrip("-")
        options = sorted(option for option in near if closest(name, [option.lstrip("-")]))
        error.possibilities = None  # typer 0.26 cannot print them
        if options:
            error.message += f" (Possible options: {', '.join(options)})"
    with redirect_stderr(io.StringIO()) as shown:
        error.show()
    remark(*shown.getvalue().rstrip().split("\n"))


app = typer.Typer(
    cls=_Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    suggest_commands=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"typedsignals {version('typedsignals')}")
        raise typer.Exit


@app.callback()
def _typedsignals(
    show_version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """List the signals that a program declares, check what a change to them would break, and run workers."""


app.command(cls=HelpedCommand, short_help="List a program's signals.", epilog=CATALOG_EXAMPLES)(catalog)
app.add_typer(relay, name="relay", short_help="Run receivers in other processes.")
app.command(cls=HelpedCommand, short_help="Find mistakes and breaking changes.", epilog=CHECK_EXAMPLES)(check)
