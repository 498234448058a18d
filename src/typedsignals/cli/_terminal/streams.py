"""Write the result of a command to standard output, and everything else to standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper, UnsupportedOperation
from pathlib import Path
from typing import Any, TextIO

from rich.console import Console, RenderableType
from rich.text import Text

from ...catalog._records.escaping import one_line
from .._errors import CommandError

WIDTH = 120
"""The width of tables in a file or for another program, where there is no terminal to ask."""

_reserved: list[TextIOWrapper] = []


def reserve_stdout() -> TextIOWrapper:
    """Keep standard output for the result: whatever the program prints, now or at exit, goes to standard error."""
    # It is None if the parent process has closed it.
    stream = sys.stdout or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - open until the process ends
    assert isinstance(stream, TextIOWrapper)
    _reserved[:] = [stream]
    sys.stdout = sys.stderr
    return stream


@contextmanager
def descriptor_on_stderr(stream: TextIOWrapper) -> Iterator[None]:
    """Send to standard error what a C library or a child process writes to standard output in this block.

    Both descriptors are restored afterwards, even if the program has closed them or opened other files in their place.
    """
    try:
        descriptors = stream.fileno(), sys.stderr.fileno()
    except (AttributeError, UnsupportedOperation):  # a stream has no descriptor
        yield
        return
    kept = [os.dup(descriptor) for descriptor in descriptors]
    os.dup2(descriptors[1], descriptors[0])
    try:
        yield
    finally:
        _flush(stream)  # what the program wrote to `sys.__stdout__`
        for duplicate, descriptor in zip(kept, descriptors, strict=True):
            os.dup2(duplicate, descriptor)
            os.close(duplicate)


def settle() -> None:
    """Write what the streams have buffered, or drop it: if Python cannot write it at exit, it changes the status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            _flush(stream)


def _flush(stream: TextIOWrapper) -> None:
    """Write what a stream has buffered, or drop it, so that it does not end up in the result."""
    try:
        stream.flush()
    except OSError:
        _drop(stream)
        stream.flush()
    except ValueError:  # it was closed
        pass


def write_data(stream: TextIOWrapper, text: str) -> None:
    """Write text for programs: in UTF-8 like a file, whatever the encoding of the terminal."""
    _write(stream, text.encode(errors="backslashreplace"))


def write_for_people(stream: TextIOWrapper, shown: RenderableType) -> None:
    """Write text for people: as wide as the terminal, in its encoding, and in colour if it has colours."""
    width = None if stream.isatty() or "COLUMNS" in os.environ else WIDTH
    console = Console(file=stream, width=width, highlight=False)
    with console.capture() as capture:  # rich itself would end the process if the pipe is closed
        print_to(console, shown)
    _write(stream, capture.get().encode(stream.encoding, errors="backslashreplace"))


def print_to(console: Console, shown: RenderableType) -> None:
    """Print a table or lines of text; the terminal folds lines that are too long."""
    is_ended = isinstance(shown, Text) and shown.plain.endswith("\n")
    console.print(shown, soft_wrap=True, end="" if is_ended else "\n")


def _write(stream: TextIOWrapper, content: bytes) -> None:
    buffer: Any = stream.buffer
    rest = memoryview(content)
    try:
        while rest:  # an unbuffered stream may take less than it is given, for one when its reader goes away
            rest = rest[buffer.write(rest) :]
        buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        discard()
        raise CommandError(unwritable(error)) from error
    except ValueError as error:
        raise CommandError("standard output cannot be written to: it was closed") from error


def unwritable(error: OSError) -> str:
    """Write the message for a standard output that takes no more."""
    return f"standard output cannot be written to: {error.strerror}"


def discard() -> None:
    """Drop what standard output did not take; the interpreter would otherwise try again at exit."""
    _drop(_reserved[0] if _reserved else sys.stdout)


def _drop(stream: TextIO | None) -> None:
    if stream is not None:
        with suppress(UnsupportedOperation, ValueError):
            descriptor = stream.fileno()
            nowhere = os.open(os.devnull, os.O_WRONLY)
            if nowhere != descriptor:  # as it is where the program has closed that one
                os.dup2(nowhere, descriptor)
                os.close(nowhere)


def complain(*lines: str) -> None:
    """Write an error to standard error, with line ends and control characters in its lines escaped."""
    _on_stderr(Text.assemble(("error: ", "bold red"), "\n".join(map(one_line, lines))))


def remark(*lines: str) -> None:
    """Write a message to standard error, escaped in the same way."""
    _on_stderr(Text("\n".join(map(one_line, lines))))


def _on_stderr(text: Text) -> None:
    console = Console(stderr=True, highlight=False)
    try:
        with console.capture() as capture:  # as above
            console.print(text, soft_wrap=True)
        console.file.write(capture.get())
        console.file.flush()
    except (OSError, ValueError):  # full or closed: only the status is left to tell of it
        _drop(sys.stderr)
