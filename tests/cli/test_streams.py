"""Writing to standard output."""

from __future__ import annotations

import os
from io import BytesIO, RawIOBase, TextIOWrapper
from typing import Any

import pytest
from rich.table import Table
from rich.text import Text

from typedsignals.cli._terminal.streams import write_data, write_for_people

WIDE = Text("word " * 60 + "größe", style="red")


def written(shown: Text | Table, encoding: str = "utf-8") -> str:
    stream = TextIOWrapper(BytesIO(), encoding=encoding, newline="\n")
    write_for_people(stream, shown)
    content = stream.buffer
    assert isinstance(content, BytesIO)
    return content.getvalue().decode(encoding)


def test_text_is_neither_folded_nor_coloured_where_there_is_no_terminal() -> None:
    """Each line stays one line, for `grep`."""
    assert written(WIDE) == f"{WIDE.plain}\n"
    assert written(Text("one\ntwo\n")) == "one\ntwo\n"


def test_a_terminal_gets_colours_unless_they_are_unwanted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The usual environment variables decide."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    assert "\x1b[31m" in written(WIDE)
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[31m" not in written(WIDE)


def test_letters_that_a_terminal_does_not_have_are_written_as_numbers() -> None:
    """Lines of tables become plain characters."""
    assert written(Text("größe"), "ascii") == "gr\\xf6\\xdfe\n"
    table = Table("größe")
    assert "| gr\\xf6\\xdfe |" in written(table, "ascii")


class Slow(RawIOBase):
    """Takes three bytes at a time."""

    def __init__(self) -> None:
        self.taken = b""

    def writable(self) -> bool:
        return True

    def write(self, content: Any, /) -> int:
        self.taken += bytes(content[:3])
        return len(content[:3])


def test_all_is_written_also_where_little_is_taken_at_a_time() -> None:
    """As unbuffered standard output may do (`PYTHONUNBUFFERED`)."""
    slow: Any = Slow()
    stream = TextIOWrapper(slow, encoding="utf-8", write_through=True)
    write_data(stream, "one hundred\n")
    write_for_people(stream, Text("größe"))
    assert slow.taken.decode() == "one hundred\ngröße\n"


@pytest.mark.skipif(os.name != "posix", reason="it is about pipes as POSIX has them")
def test_a_closed_pipe_is_an_error_of_its_own() -> None:
    """It is neither a finding nor a failure."""
    reader, writer = os.pipe()
    os.close(reader)
    stream = os.fdopen(writer, "w", encoding="utf-8")
    with pytest.raises(BrokenPipeError):
        write_for_people(stream, WIDE)
    with pytest.raises(BrokenPipeError):
        stream.close()
