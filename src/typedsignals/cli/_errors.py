"""What ends a command."""

from __future__ import annotations

OF_EXTRA = frozenset({"typer", "rich", "jinja2"})
"""What is there only if ``typedsignals[cli]`` is installed."""


class CommandError(Exception):
    """A command cannot do what it was asked for: the message says why, and what to do."""


def missing_extra(error: BaseException) -> str | None:
    """What to install, if that is what an error is about."""
    if isinstance(error, ModuleNotFoundError) and error.name in OF_EXTRA:
        return f"the command line needs {error.name}: pip install 'typedsignals[cli]'"
    return None
