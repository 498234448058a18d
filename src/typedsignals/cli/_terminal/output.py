"""Showing what a command made, or writing it to a file."""

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
    """Write to standard output."""
    if isinstance(shown, str):
        write_data(out, shown)
    else:
        write_for_people(out, shown)


def as_text(shown: str | RenderableType) -> str:
    """What stands in a file."""
    if isinstance(shown, str):
        return shown
    plain = io.StringIO()
    console = Console(file=plain, width=WIDTH, no_color=True, force_terminal=False, highlight=False)
    print_to(console, shown)
    return plain.getvalue()


def write_file(file: Path, text: str, out: TextIOWrapper) -> None:
    """Write a file as a whole or not at all.

    Args:
        file: Its name.
        text: What will stand in it.
        out: Standard output, which may be what is named, as by ``/dev/stdout``.

    Raises:
        CommandError: It cannot be written.
    """
    if _is_open_as(out, file):  # by its name, a file would be replaced that others write to, and a socket not open
        write_data(out, text)
        return
    content = text.encode(errors="backslashreplace")
    try:
        if file.exists() and not file.is_file():  # a pipe or a device, which must stay one
            file.write_bytes(content)
        else:
            _replace(Path(os.path.realpath(file)), content)  # what a link points to is replaced, and not the link
    except BrokenPipeError:
        raise
    except OSError as error:
        raise CommandError(f"{file} cannot be written: {error.strerror}; nothing was written") from error


def _is_open_as(stream: TextIOWrapper, file: Path) -> bool:
    try:
        return os.path.samestat(file.stat(), os.fstat(stream.fileno()))
    except OSError:  # there is no such file yet, or the stream is none of the operating system's
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
    """The permissions that the file has, or that a new one would get."""
    if target.exists():
        return target.stat().st_mode
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
