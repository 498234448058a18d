"""Show the result of a command, or write it to a file."""

from __future__ import annotations

import io
import os
from io import TextIOWrapper
from pathlib import Path
from tempfile import mkstemp

from rich.console import Console, RenderableType

from .._errors import CommandError
from .streams import WIDTH, print_to, write_data, write_for_people


def show(shown: str | RenderableType, out: TextIOWrapper) -> None:
    """Write a result to standard output."""
    if isinstance(shown, str):
        write_data(out, shown)
    else:
        write_for_people(out, shown)


def as_text(shown: str | RenderableType) -> str:
    """Return the text that a file gets."""
    if isinstance(shown, str):
        return shown
    plain = io.StringIO()
    console = Console(file=plain, width=WIDTH, no_color=True, force_terminal=False, highlight=False)
    print_to(console, shown)
    return plain.getvalue()


def write_file(file: Path, text: str, out: TextIOWrapper) -> None:
    """Write a whole file, or leave it as it was.

    Args:
        file: The name of the file; it may be another name of standard output, such as ``/dev/stdout``.
        text: The new content.
        out: Standard output.

    Raises:
        CommandError: The file cannot be written.
    """
    if _is_open_as(out, file):  # others may be writing to the same file, and a socket cannot be opened by name
        write_data(out, text)
        return
    content = text.encode(errors="backslashreplace")
    try:
        if file.exists() and not file.is_file():  # a pipe or a device cannot be replaced
            file.write_bytes(content)
        else:
            _replace(Path(os.path.realpath(file)), content)  # replace the target of a link, not the link
    except BrokenPipeError:
        raise
    except OSError as error:
        raise CommandError(f"{file} cannot be written: {error.strerror}; nothing was written") from error


def _is_open_as(stream: TextIOWrapper, file: Path) -> bool:
    try:
        return os.path.samestat(file.stat(), os.fstat(stream.fileno()))
    except OSError:  # there is no such file yet, or the stream has no descriptor
        return False


def _replace(target: Path, content: bytes) -> None:
    descriptor, name = mkstemp(dir=target.parent, prefix=f".{target.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        temporary.chmod(_mode(target))
        temporary.replace(target)
    except BaseException:
        temporary.unlink()
        raise


def _mode(target: Path) -> int:
    """Return the permissions of the file, or those that a new file gets."""
    if target.exists():
        return target.stat().st_mode
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
