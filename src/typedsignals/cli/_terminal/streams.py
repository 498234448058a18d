"""Standard output, which is for what was asked for alone, and standard error, which is for all else."""

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
"""The width of tables where nobody says how wide the terminal is: in a file, or for another program."""

_reserved: list[TextIOWrapper] = []


def reserve_stdout() -> TextIOWrapper:
    """Keep standard output for us: what a program prints, now or when it ends, goes to standard error."""
    # There is none if whoever started us has closed it.
    stream = sys.stdout or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - open until the process ends
    assert isinstance(stream, TextIOWrapper)
    _reserved[:] = [stream]
    sys.stdout = sys.stderr
    return stream


@contextmanager
def descriptor_on_stderr(stream: TextIOWrapper) -> Iterator[None]:
    """Let what is written below Python, by a library in C or by another process, go to standard error meanwhile.

    Both are in the end what they were before, even if the program closes their descriptors, and opens its files there.
    """
    try:
        descriptors = stream.fileno(), sys.stderr.fileno()
    except (AttributeError, UnsupportedOperation):  # no files of the operating system
        yield
        return
    kept = [os.dup(descriptor) for descriptor in descriptors]
    os.dup2(descriptors[1], descriptors[0])
    try:
        yield
    finally:
        _flush(stream)  # what was written to `sys.__stdout__`
        for duplicate, descriptor in zip(kept, descriptors, strict=True):
            os.dup2(duplicate, descriptor)
            os.close(duplicate)


def settle() -> None:
    """Write what the streams still hold, or drop it: where Python cannot write it, it ends with a status of its own."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            _flush(stream)


def _flush(stream: TextIOWrapper) -> None:
    """Write what a stream still holds, or drop it: it must not be written elsewhere later."""
    try:
        stream.flush()
    except OSError:
        _drop(stream)
        stream.flush()
    except ValueError:  # it was closed
        pass


def write_data(stream: TextIOWrapper, text: str) -> None:
    """Write what programs read, in UTF-8 as a file would have it, whatever the terminal's encoding is."""
    _write(stream, text.encode(errors="backslashreplace"))


def write_for_people(stream: TextIOWrapper, shown: RenderableType) -> None:
    """Write what people read: as wide as the terminal, in its encoding, in colour if it has any."""
    width = None if stream.isatty() or "COLUMNS" in os.environ else WIDTH
    console = Console(file=stream, width=width, highlight=False)
    with console.capture() as capture:  # by itself, rich would end the process when a pipe is closed
        print_to(console, shown)
    _write(stream, capture.get().encode(stream.encoding, errors="backslashreplace"))


def print_to(console: Console, shown: RenderableType) -> None:
    """Print a table, or lines of text; what is too long for the terminal is left to it."""
    is_ended = isinstance(shown, Text) and shown.plain.endswith("\n")
    console.print(shown, soft_wrap=True, end="" if is_ended else "\n")


def _write(stream: TextIOWrapper, content: bytes) -> None:
    buffer: Any = stream.buffer
    rest = memoryview(content)
    try:
        while rest:  # an unbuffered stream may take less than it is given, as when its reader goes
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
    """What is said where standard output takes nothing."""
    return f"standard output cannot be written to: {error.strerror}"


def discard() -> None:
    """Drop what standard output did not take, instead of trying again when the process ends."""
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
    """Tell what is wrong, on standard error; no name in a line begins another, or drives the terminal."""
    _on_stderr(Text.assemble(("error: ", "bold red"), "\n".join(map(one_line, lines))))


def complain_as_is(*lines: str) -> None:
    """As `complain`, where it is said already that this is an error."""
    _on_stderr(Text("\n".join(map(one_line, lines))))


def remark(message: str) -> None:
    """Tell what was done, on standard error."""
    _on_stderr(Text(one_line(message)))


def _on_stderr(text: Text) -> None:
    console = Console(stderr=True, highlight=False)
    try:
        with console.capture() as capture:  # by itself, rich would end the process when a pipe is closed
            console.print(text, soft_wrap=True)
        console.file.write(capture.get())
        console.file.flush()
    except (OSError, ValueError):  # full or closed, and there is no other place to say so: the status remains
        _drop(sys.stderr)
