"""What ends a command."""

from __future__ import annotations


class CommandError(Exception):
    """A command cannot do what it was asked for: the message says why, and what to do."""
