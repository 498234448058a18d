"""The layout of ``--help``, which differs from one version of typer to the next."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from typer.core import TyperCommand, TyperGroup

CATALOG_EXAMPLES = """\
Examples:
  typedsignals catalog shop                          # show a table
  typedsignals catalog shop -o signals.json          # write a file to commit
  typedsignals catalog shop -o signals.json --check  # is it up to date?
  typedsignals catalog shop -f mermaid               # show a diagram
"""

CHECK_EXAMPLES = """\
Examples:
  typedsignals check shop                              # as it is now
  typedsignals check shop --against signals.json       # compared with a file
  typedsignals check shop --against main:signals.json  # compared with a branch
  typedsignals check shop -o report.sarif              # for other tools
"""

RELAY_EXAMPLES = """\
Examples:
  typedsignals relay setup shop.relay:relay               # make tables, subscribe groups
  typedsignals relay run shop.relay:relay --processes 4   # call receivers
  typedsignals relay status shop.relay:relay              # what waits, what is dead?
  typedsignals relay dead list shop.relay:relay           # why?
"""

if TYPE_CHECKING:
    _Command = TyperCommand
else:
    _Command = object


class Helped(_Command):
    """A command or group whose help is laid out here, and shows no value for an option that takes none."""

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        arguments = (_shown(param) for param in self.params if param.param_type_name == "argument")
        return ["[OPTIONS]", *arguments, *(["COMMAND [ARGS]..."] if hasattr(self, "commands") else [])]

    def format_help(self, ctx: Any, formatter: Any) -> None:
        self.format_usage(ctx, formatter)
        self.format_help_text(ctx, formatter)
        params: list[Any] = self.get_params(ctx)
        _write_section("Arguments", (param for param in params if param.param_type_name == "argument"), formatter)
        _write_section("Options", (param for param in params if param.param_type_name == "option"), formatter)
        if format_commands := getattr(self, "format_commands", None):
            format_commands(ctx, formatter)
        if self.epilog:
            formatter.write_paragraph()
            formatter.write(self.epilog)


class HelpedCommand(Helped, TyperCommand):
    """One command."""


class HelpedGroup(Helped, TyperGroup):
    """A group of commands."""


def _write_section(title: str, params: Iterable[Any], formatter: Any) -> None:
    if rows := [(_shown(param), param.help) for param in params if not param.hidden]:
        with formatter.section(title):
            formatter.write_dl(rows)


def _shown(param: Any) -> str:
    if param.param_type_name == "argument":
        return f"{param.metavar}..." if param.nargs == -1 else param.metavar
    names = ", ".join(sorted(param.opts, key=len))
    return f"{names} {param.metavar}" if param.metavar else names
