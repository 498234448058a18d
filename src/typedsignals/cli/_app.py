"""The commands together, and how each of them ends."""

from __future__ import annotations

from importlib.metadata import version
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from ..catalog import CatalogError, SettingsError
from ._catalog import catalog
from ._check import check
from ._errors import CommandError
from ._help import CATALOG_EXAMPLES, CHECK_EXAMPLES
from ._streams import complain, discard

INTERRUPTED = 128 + 2
PIPE_CLOSED = 128 + 13
"""What a shell shows of a process that a signal ended."""


class _Commands(TyperGroup):
    """Turns what can go wrong into one message and a status."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except typer.BadParameter as error:
            error.message = error.message.removeprefix("Value error, ")  # which is how pydantic says it to typer
            raise
        except (CatalogError, CommandError) as error:
            complain(str(error))
            raise typer.Exit(2) from None
        except SettingsError as error:
            complain(*str(error).split("\n"))
            raise typer.Exit(2) from None
        except KeyboardInterrupt:
            raise typer.Exit(INTERRUPTED) from None
        except BrokenPipeError:
            discard()
            raise typer.Exit(PIPE_CLOSED) from None


app = typer.Typer(
    cls=_Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
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


app.command(epilog=CATALOG_EXAMPLES)(catalog)
app.command(epilog=CHECK_EXAMPLES)(check)
