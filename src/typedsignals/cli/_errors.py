"""The errors that end a command."""

from __future__ import annotations

OF_EXTRA = frozenset({"typer", "rich", "jinja2"})
"""The packages that ``typedsignals[cli]`` installs."""


class CommandError(Exception):
    """A command cannot do what it was asked to: the message says why, and what to do."""


def missing_extra(error: BaseException) -> str | None:
    """Say what to install, if the error is that a package of the extra is missing."""
    if isinstance(error, ModuleNotFoundError) and error.name in OF_EXTRA:
        return f"the command line needs {error.name}: pip install 'typedsignals[cli]'"
    return None
