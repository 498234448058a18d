"""The command line: list a program's signals, and check whether a change to them is safe. Needs the extra ``cli``."""

from __future__ import annotations

import gc
import sys

from ._errors import missing_extra

__all__ = ["main"]


def main() -> None:
    """Run a command, and end the process with its status."""
    # Whatever is imported and read stays until the end: collecting garbage would take as long as the work itself,
    # and the interpreter would do it once more when it ends.
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
        from ._terminal.exiting import exiting_in_time, status_of  # noqa: PLC0415 - as above
    except Exception as error:
        reason = missing_extra(error) or " ".join(f"it cannot start: {type(error).__name__}: {error}".split())
        print(f"typedsignals: {reason}", file=sys.stderr)  # noqa: T201 - it is for the terminal
        sys.exit(2)
    with exiting_in_time():
        try:
            app(prog_name="typedsignals")
        except SystemExit:
            raise
        except BaseException as error:
            sys.exit(status_of(error))
