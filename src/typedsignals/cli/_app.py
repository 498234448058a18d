"""The commands together, and how each of them ends."""

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
from ._terminal.ending import FAILED, status_of
from ._terminal.streams import complain_as_is

UsageError: Any = typer.BadParameter.__base__
"""What typer raises of wrong usage, of which it exports one kind only."""


class _Commands(Helped, TyperGroup):
    """Turns what can go wrong into one message and a status."""

    def make_context(self, *args: Any, **options: Any) -> Any:
        try:
            with _ending(), _as_exit():
                return super().make_context(*args, **options)
        except typer.Exit as ended:
            # No command has run yet, and so nothing was found: typer knows no completion for this shell, for one.
            raise typer.Exit(FAILED if ended.exit_code == 1 else ended.exit_code) from None

    def invoke(self, ctx: Any) -> Any:
        with _ending():
            return super().invoke(ctx)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        try:
            return super().resolve_command(ctx, args)
        except UsageError as error:
            if meant := closest(args[0], self.list_commands(ctx)):
                error.message = f"{error.message.removesuffix('.')}; did you mean {meant!r}?"
            raise


@contextmanager
def _ending() -> Iterator[None]:
    """A block that ends with a status and nothing else, as all that typer catches itself would end with 1."""
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
    """A block of typer's own, which ends the process itself when it has shown how to complete commands."""
    try:
        yield
    except SystemExit as ended:
        raise typer.Exit(int(ended.code or 0)) from None


def _show(error: Any) -> None:
    if isinstance(error, typer.BadParameter):
        error.message = error.message.removeprefix("Value error, ")  # which is how pydantic says it to typer
    if near := getattr(error, "possibilities", None):  # typer takes more for near than there should be
        name = error.option_name.lstrip("-")
        options = sorted(option for option in near if closest(name, [option.lstrip("-")]))
        error.possibilities = None  # which typer 0.26 does not know how to write
        if options:
            error.message += f" (Possible options: {', '.join(options)})"
    with redirect_stderr(io.StringIO()) as shown:
        error.show()
    complain_as_is(*shown.getvalue().rstrip().split("\n"))


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
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and end.")
    ] = False,
) -> None:
    """Which signals a program declares, what they carry, who listens, and what a change would break."""


app.command(cls=HelpedCommand, short_help="Show which signals a program has.", epilog=CATALOG_EXAMPLES)(catalog)
app.command(cls=HelpedCommand, short_help="Find what is wrong, and what changes break.", epilog=CHECK_EXAMPLES)(check)
