"""The commands of ``typedsignals relay``."""

from __future__ import annotations

import gc
import sys
from pathlib import Path
from typing import Annotated

import typer

from ...catalog._records.counting import counted
from .._errors import CommandError
from .._help import RELAY_EXAMPLES, HelpedCommand, HelpedGroup
from .._parameters import one_of
from .._terminal.output import show
from .._terminal.streams import remark, reserve_stdout
from .logs import LogFormat, log_to_stderr
from .processes import run_processes
from .showing import ListFormat, StatusFormat, dead_in, groups_of, letter, remarks, status_in
from .spans import span
from .target import relay_at

Target = Annotated[
    str, typer.Argument(metavar="RELAY", help="The relay: module:name, such as shop.relay:relay.", show_default=False)
]
Ids = Annotated[list[str], typer.Argument(metavar="ID", help="Identifiers of messages.", show_default=False)]
Id = Annotated[str, typer.Argument(metavar="ID", help="The identifier of a message.", show_default=False)]

relay = typer.Typer(cls=HelpedGroup, no_args_is_help=True, rich_markup_mode=None, epilog=RELAY_EXAMPLES)
dead = typer.Typer(cls=HelpedGroup, no_args_is_help=True, rich_markup_mode=None)


@relay.callback()
def _relay() -> None:
    """Run the receivers of a relay in workers, and look after its messages."""


@dead.callback()
def _dead() -> None:
    """Look at the messages that were given up, and decide what becomes of them."""


@relay.command(cls=HelpedCommand, short_help="Call receivers, until SIGTERM or Ctrl-C.")
def run(
    target: Target,
    group: Annotated[
        list[str] | None, typer.Option("--group", "-g", metavar="NAME", help="Work for this group only; repeatable.")
    ] = None,
    processes: Annotated[int, typer.Option("--processes", "-p", min=1, metavar="NUMBER", help="How many workers.")] = 1,
    grace: Annotated[
        float, typer.Option("--grace", min=0, metavar="SECONDS", help="How long receivers may go on at the end.")
    ] = 20.0,
    health: Annotated[
        Path | None, typer.Option("--health", metavar="FILE", help="Touch this file every few seconds.")
    ] = None,
    log: Annotated[
        LogFormat, typer.Option("--log", metavar=one_of(LogFormat), help="How to log: as text, or JSON line by line.")
    ] = LogFormat.TEXT,
    every: Annotated[
        float, typer.Option("--every", min=1, metavar="SECONDS", help="How often to log what was done, and what waits.")
    ] = 30.0,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Log warnings and errors only.")] = False,
) -> None:
    """Call the receivers of a relay until SIGTERM or Ctrl-C; then finish what runs, and release the rest.

    What it does is logged to standard error.
    """
    groups = group or []
    log_to_stderr(log, quiet=quiet)
    if processes > 1:
        command = [sys.executable, "-m", "typedsignals", "relay", "run", target, "--grace", str(grace)]
        command += ["--log", log, "--every", str(every)]
        command += [part for name in groups for part in ("--group", name)]
        command += [] if health is None else ["--health", str(health)]
        command += ["--quiet"] if quiet else []
        raise typer.Exit(run_processes(processes, command, grace))
    gc.enable()  # a worker runs for long, unlike other commands
    with relay_at(target) as found:
        found.run(*groups, grace=grace, health=health, report_every=every)


@relay.command(cls=HelpedCommand, short_help="Make tables, and subscribe groups.")
def setup(
    target: Target,
    sql: Annotated[bool, typer.Option("--sql", help="Only print the statements that make the tables.")] = False,
) -> None:
    """Make the tables that are missing, and subscribe the groups that have receivers. It can be repeated."""
    out = reserve_stdout()
    with relay_at(target) as found:
        if sql:
            show(found.ddl(), out)
        else:
            found.setup()
            remark(f"{found!r} is set up{groups_of(found)}")


@relay.command(cls=HelpedCommand, short_help="Count what waits, is in work, and is dead.")
def status(
    target: Target,
    format: Annotated[  # noqa: A002 - the option's name
        StatusFormat, typer.Option("--format", "-f", metavar=one_of(StatusFormat), help="The format.")
    ] = StatusFormat.TABLE,
) -> None:
    """Count what each group has to do for each signal, and what no group has subscribed to."""
    out = reserve_stdout()
    with relay_at(target) as found:
        queues, snapshot = found.status(), found.oldest_snapshot()
    show(status_in(format, queues, snapshot), out)
    for text in remarks(queues, snapshot):
        remark(text)


@relay.command(cls=HelpedCommand, short_help="End the subscription of a group that is gone.")
def unsubscribe(
    target: Target,
    group: Annotated[str, typer.Argument(metavar="GROUP", help="The name of the group.", show_default=False)],
    type: Annotated[  # noqa: A002 - the option's name
        list[str] | None,
        typer.Option("--type", metavar="NAME", help="Only for the signal with this full name; repeatable."),
    ] = None,
    drop: Annotated[bool, typer.Option("--drop", help="Drop what waits for the group, and what is dead.")] = False,
    format: Annotated[  # noqa: A002 - the option's name
        ListFormat, typer.Option("--format", "-f", metavar=one_of(ListFormat), help="The format.")
    ] = ListFormat.TABLE,
) -> None:
    """End the subscriptions of a group that has no receiver any more, and show what was dropped.

    Messages would wait for it for ever. Stop its workers first. If something is kept for the group, nothing is done
    without --drop.
    """
    out = reserve_stdout()
    with relay_at(target) as found:
        ended = found.unsubscribe(group, *(type or []), drop=drop)
    show(status_in(StatusFormat(format), ended, None), out)
    remark(f"{group} no longer receives {', '.join(row.type for row in ended)}")


@relay.command(cls=HelpedCommand, short_help="Delete what is dead or was never heard.")
def purge(
    target: Target,
    older: Annotated[
        str | None, typer.Option("--older", metavar="TIME", help="Published longer ago than this: 30d, 12h, 90m.")
    ] = None,
    subject: Annotated[
        str | None, typer.Option("--subject", metavar="TEXT", help="With this sender: a person's data, for example.")
    ] = None,
) -> None:
    """Delete messages that are dead, or that no group has subscribed to, and are old or have this sender."""
    if older is None and subject is None:
        raise typer.BadParameter("give --older or --subject, or both", param_hint="--older")
    try:
        age = None if older is None else span(older)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--older") from None
    with relay_at(target) as found:
        number = found.purge(older=age, subject=subject)
    remark(f"deleted {counted(number, 'message')}")


@dead.command("list", cls=HelpedCommand, short_help="List all, each with the reason.")
def list_dead(
    target: Target,
    format: Annotated[  # noqa: A002 - the option's name
        ListFormat, typer.Option("--format", "-f", metavar=one_of(ListFormat), help="The format.")
    ] = ListFormat.TABLE,
) -> None:
    """List the messages that were given up, with the class and place of the error."""
    out = reserve_stdout()
    with relay_at(target) as found:
        show(dead_in(format, found.dead()), out)


@dead.command("show", cls=HelpedCommand, short_help="Show one, with --values also its payload.")
def show_dead(
    target: Target,
    message: Id,
    values: Annotated[bool, typer.Option("--values", help="Show the payload, too.")] = False,
) -> None:
    """Show a message that was given up, once for each group that did."""
    out = reserve_stdout()
    with relay_at(target) as found:
        letters = [one for one in found.dead() if one.id == message]
        content = found.content_of(message) if values else None
    if not letters:
        raise CommandError(f"no dead message has the identifier {message}")
    show("\n".join(letter(one, content) for one in letters), out)


@dead.command("retry", cls=HelpedCommand, short_help="Deliver some again, after a fix.")
def retry_dead(target: Target, messages: Ids) -> None:
    """Deliver messages again that were given up, in all groups that did."""
    with relay_at(target) as found:
        number = found.retry_dead(*messages)
    remark(f"{counted(number, 'message')} will be delivered again")


@dead.command("drop", cls=HelpedCommand, short_help="Forget some for good.")
def drop_dead(target: Target, messages: Ids) -> None:
    """Forget messages that were given up, in all groups that did."""
    with relay_at(target) as found:
        number = found.drop_dead(*messages)
    remark(f"dropped {counted(number, 'message')}")


relay.add_typer(dead, name="dead", short_help="Look at messages that were given up.")
