"""The command line: what signals a program has, and whether it is safe to change them. It needs the extra ``cli``."""

from __future__ import annotations

import gc
import sys

__all__ = ["main"]

OF_EXTRA = frozenset({"typer", "rich", "jinja2"})
"""What is there only if ``typedsignals[cli]`` is installed."""


def main() -> None:
    """Run a command, and end the process with its status."""
    # All that is imported and read stays until the end: looking for garbage takes as long as the work itself,
    # and the interpreter would look through it once more when it ends.
    gc.disable()
    try:
        from ._app import app  # noqa: PLC0415 - what it needs may not be installed
        from ._ending import ending_in_time  # noqa: PLC0415 - as above

        with ending_in_time():
            app(prog_name="typedsignals")
    except ModuleNotFoundError as error:
        if error.name not in OF_EXTRA:
            raise
        print(f"typedsignals: the command line needs {error.name}: pip install 'typedsignals[cli]'", file=sys.stderr)  # noqa: T201 - it is for the terminal
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
    finally:
        gc.freeze()
