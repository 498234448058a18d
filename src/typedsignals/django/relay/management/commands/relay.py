"""``manage.py relay``: run the receivers of a relay in workers, and look after its messages."""

from __future__ import annotations

import sys
from argparse import SUPPRESS, ArgumentParser, ArgumentTypeError
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.autoreload import get_child_arguments

from .....catalog._records.counting import counted
from .....cli._errors import CommandError as OurError
from .....cli._errors import missing_extra
from .....cli._relay.spans import span
from ..._relay import DjangoRelay
from ..._setting import relay_named

FAILED = 2
"""Tells whoever runs several workers that starting another one would not help."""


class Command(BaseCommand):
    """Does what ``typedsignals relay`` does, for a relay of this project."""

    help = "Run the receivers of a relay in workers, and look after its messages."

    def add_arguments(self, parser: Any) -> None:
        """Add a command for each thing that can be done."""
        parser.add_argument(
            "--relay", metavar="NAME", help="The relay, such as shop.relay.relay; else the setting TYPEDSIGNALS_RELAY."
        )
        commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
        run = _added(commands, "run", self.run, "Call receivers, until SIGTERM or Ctrl-C.")
        run.add_argument("--group", "-g", metavar="NAME", action="append", default=[], help="Work for this group only.")
        run.add_argument("--processes", "-p", metavar="NUMBER", type=_positive, default=1, help="How many workers.")
        run.add_argument(
            "--grace", metavar="SECONDS", type=float, default=20.0, help="How long receivers may go on at the end."
        )
        run.add_argument("--health", metavar="FILE", type=Path, help="Touch this file every few seconds.")
        run.add_argument("--log", choices=("text", "json"), default="text", help="How to log.")
        run.add_argument(
            "--every",
            metavar="SECONDS",
            type=float,
            default=30.0,
            help="How often to log what was done, and what waits.",
        )
        run.add_argument("--quiet", "-q", action="store_true", help="Log warnings and errors only.")
        _added(commands, "setup", self.set_up, "Subscribe the groups that have receivers.")
        status = _added(commands, "status", self.status, "Count what waits, is in work, and is dead.")
        status.add_argument("--format", "-f", choices=("table", "json", "openmetrics"), default="table")
        end = _added(commands, "unsubscribe", self.unsubscribe, "End the subscriptions of a group that is gone.")
        end.add_argument("group", metavar="GROUP")
        end.add_argument(
            "--type", metavar="NAME", action="append", default=[], help="Only for this signal; repeatable."
        )
        end.add_argument("--drop", action="store_true", help="Drop what waits for the group, and what is dead.")
        end.add_argument("--format", "-f", choices=("table", "json"), default="table")
        purge = _added(commands, "purge", self.purge, "Delete what is dead or was never heard.")
        purge.add_argument("--older", metavar="TIME", type=_age, help="Published longer ago than this: 30d, 12h, 90m.")
        purge.add_argument("--subject", metavar="TEXT", help="With this sender: a person's data, for example.")
        self._add_dead(_added(commands, "dead", None, "Look at messages that were given up."))

    def _add_dead(self, parser: ArgumentParser) -> None:
        commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
        listed = _added(commands, "list", self.list_dead, "List them.")
        listed.add_argument("--format", "-f", choices=("table", "json"), default="table")
        shown = _added(commands, "show", self.show_dead, "Show one of them.")
        shown.add_argument("id", metavar="ID")
        shown.add_argument("--values", action="store_true", help="Show the payload, too.")
        for name, text in (("retry", "Deliver some again."), ("drop", "Forget some.")):
            chosen = _added(commands, name, partial(self.decide, name), text)
            chosen.add_argument("ids", metavar="ID", nargs="+")

    def handle(self, *args: Any, do: Any, relay: str | None, **options: Any) -> None:
        """Do what was asked for."""
        with _reported():
            found = relay_named(relay)
            try:
                do(found, options)
            finally:
                found.close()

    def run(self, relay: DjangoRelay, options: dict[str, Any]) -> None:
        """Call receivers, in this process or in several."""
        from .....cli._relay.logs import LogFormat, log_to_stderr  # noqa: PLC0415 - needs an extra
        from .....cli._relay.processes import run_processes  # noqa: PLC0415 - as above

        # The project's own LOGGING decides, if that has handlers for all loggers.
        log_to_stderr(LogFormat(options["log"]), quiet=options["quiet"])
        if options["processes"] > 1:
            # The last one of two options counts.
            sys.exit(
                run_processes(options["processes"], [*get_child_arguments(), "--processes", "1"], options["grace"])
            )
        relay.run(*options["group"], grace=options["grace"], health=options["health"], report_every=options["every"])

    def set_up(self, relay: DjangoRelay, options: dict[str, Any]) -> None:
        """Subscribe groups."""
        from .....cli._relay.showing import groups_of  # noqa: PLC0415 - needs an extra

        relay.setup()
        self._remark(f"{relay!r} is set up{groups_of(relay)}")

    def status(self, relay: DjangoRelay, options: dict[str, Any]) -> None:
        """Show what there is to do."""
        from .....cli._relay.showing import StatusFormat, remarks, status_in  # noqa: PLC0415 - as above

        queues, snapshot = relay.status(), relay.oldest_snapshot()
        self._show(status_in(StatusFormat(options["format"]), queues, snapshot))
        for text in remarks(queues, snapshot):
            self._remark(text)

    def unsubscribe(self, relay: DjangoRelay, options: dict[str, Any]) -> None:
        """End subscriptions, and show what was dropped."""
        from .....cli._relay.showing import StatusFormat, status_in  # noqa: PLC0415 - as above

        group = options["group"]
        ended = relay.unsubscribe(group, *options["type"], drop=options["drop"])
        self._show(status_in(StatusFormat(options["format"]), ended, None))
        self._remark(f"{group} no longer receives {', '.join(row.type for row in ended)}")

    def purge(self, relay: DjangoRelay, options: dict[str, Any]) -> None:
        """Delete messages."""
        older, subject = options["older"], options["subject"]
        if older is None and subject is None:
            raise CommandError("give --older or --subject, or both")
        self._remark(f"deleted {counted(relay.purge(older=older, subject=subject), 'message')}")

    def list_dead(self, relay: DjangoRelay, options: dict[str, Any]) -> None:
        """Show what was given up."""
        from .....cli._relay.showing import ListFormat, dead_in  # noqa: PLC0415 - as above

        self._show(dead_in(ListFormat(options["format"]), relay.dead()))

    def show_dead(self, relay: DjangoRelay, options: dict[str, Any]) -> None:
        """Show one message, once for each group that gave it up."""
        from .....cli._relay.showing import letter  # noqa: PLC0415 - as above

        number = options["id"]
        letters = [one for one in relay.dead() if one.id == number]
        if not letters:
            raise CommandError(f"no dead message has the identifier {number}")
        content = relay.content_of(number) if options["values"] else None
        self._show("\n".join(letter(one, content) for one in letters))

    def decide(self, decision: str, relay: DjangoRelay, options: dict[str, Any]) -> None:
        """Deliver some messages again, or forget them."""
        if decision == "retry":
            self._remark(f"{counted(relay.retry_dead(*options['ids']), 'message')} will be delivered again")
        else:
            self._remark(f"dropped {counted(relay.drop_dead(*options['ids']), 'message')}")

    def _show(self, shown: Any) -> None:
        from .....cli._terminal.output import as_text  # noqa: PLC0415 - as above

        self.stdout.write(as_text(shown), ending="")

    def _remark(self, text: str) -> None:
        self.stderr.write(text, self.style.NOTICE)


def _added(commands: Any, name: str, do: Any, text: str) -> ArgumentParser:
    parser: ArgumentParser = commands.add_parser(name, help=text, description=text)
    parser.set_defaults(do=do)
    # Django reads these wherever they stand; here, it is enough that they are allowed.
    for option in ("--settings", "--pythonpath"):
        parser.add_argument(option, default=SUPPRESS, help=SUPPRESS)
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ArgumentTypeError("must be at least 1")
    return number


def _age(text: str) -> timedelta:
    try:
        return span(text)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from None


@contextmanager
def _reported() -> Iterator[None]:
    """Turn errors of the relay, of the database and of missing packages into messages."""
    try:
        from .....cli._relay.target import reported  # noqa: PLC0415 - as above

        with reported():
            yield
    except OurError as error:
        raise CommandError(str(error), returncode=FAILED) from None
    except ImportError as error:
        if (problem := missing_extra(error)) is None:
            raise
        raise CommandError(problem, returncode=FAILED) from None
