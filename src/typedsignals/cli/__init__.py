"""The command line: what signals a program has, and whether it is safe to change them. It needs the extra ``cli``."""

from __future__ import annotations

import gc
import sys

from ._errors import missing_extra

__all__ = ["main"]


def main() -> None:
    """Run a command, and end the process with its status."""
    # All that is imported and read stays until the end: looking for garbage takes as long as the work itself,
    # and the interpreter would look through it once more when it ends.
    gc.disable()
    try:
        _run()
    except KeyboardInterrupt:
        sys.exit(130)
    finally:
        gc.freeze()


def _run() -> None:
    try:
        from ._app import app  # noqa: PLC0415 - what it needs may not be installed
        from ._terminal.ending import ending_in_time, status_of  # noqa: PLC0415 - as above
    except Exception as error:
        reason = missing_extra(error) or " ".join(f"it cannot start: {type(error).__name__}: {error}".split())
        print(f"typedsignals: {reason}", file=sys.stderr)  # noqa: T201 - it is for the terminal
        sys.exit(2)
    with ending_in_time():
        try:
            app(prog_name="typedsignals")
        except SystemExit:
            raise
        except BaseException as error:
            sys.exit(status_of(error))
