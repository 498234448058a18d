"""Writing to files of other kinds: pipes, devices, and standard output by name."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tests.catalog.programs import Program
from typedsignals.cli._errors import CommandError
from typedsignals.cli._terminal.output import write_file

from .running import ORDERS, Ran, run

pytestmark = pytest.mark.skipif(os.name != "posix", reason="it is about files as POSIX has them")

ELSEWHERE: Any = StringIO()
"""Standard output without a descriptor."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a program of one signal."""
    (tmp_path / "orders.py").write_text(ORDERS, encoding="utf-8")
    return tmp_path


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    """The two ends of a pipe."""
    ends = os.pipe()
    yield ends
    for end in ends:
        os.close(end)


def test_standard_output_can_be_named(shop: Program, typedsignals: Callable[..., Ran]) -> None:
    """The result is the same as without a name."""
    named = run("catalog", "shop", "--format", "json", "-o", "/dev/stdout", cwd=shop.folder)
    assert named.stdout == typedsignals("catalog", "shop", "--format", "json").stdout
    assert (named.status, named.stderr) == (0, "wrote /dev/stdout: 1 signal\n")


@pytest.mark.slow
def test_a_report_can_be_written_to_standard_output(folder: Path) -> None:
    """By name."""
    assert run("check", "orders", "--format", "sarif", "-o", "/dev/stdout", cwd=folder).stdout.startswith("{")


@pytest.mark.slow
def test_what_others_write_to_standard_output_stays(folder: Path) -> None:
    """For example, in a file that a shell opened for several commands."""
    command = f"echo before; {sys.executable} -m typedsignals catalog orders -f mermaid -o /dev/stdout; echo after"
    with (folder / "log").open("wb") as log:
        subprocess.run(["sh", "-c", command], cwd=folder, stdout=log, stderr=subprocess.DEVNULL, check=True)  # noqa: S603, S607 - our own
    first, *middle, last = (folder / "log").read_text().splitlines()
    assert (first, last) == ("before", "after")
    assert middle == run("catalog", "orders", "-f", "mermaid", cwd=folder).stdout.splitlines()


def test_a_file_that_is_standard_output_is_continued(tmp_path: Path) -> None:
    """Under any name; another file is replaced as a whole."""
    log, other = tmp_path / "log", tmp_path / "other"
    log.write_text("before\n")
    (tmp_path / "link").symlink_to(log)
    with log.open("a", encoding="utf-8") as out:
        for name in ("log", "link", "other", "other"):
            write_file(tmp_path / name, "text\n", out)
    assert log.read_text() == "before\ntext\ntext\n"
    assert other.read_text() == "text\n"


@pytest.mark.slow
def test_a_reader_that_has_had_enough_is_no_error(folder: Path) -> None:
    """As without a name."""
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "typedsignals", "catalog", "orders", "-f", "json", "-o"]
    for name, stdout in (("/dev/stdout", writer), (f"/dev/fd/{writer}", subprocess.DEVNULL)):
        ended = subprocess.run(  # noqa: S603 - our own
            [*command, name], cwd=folder, stdout=stdout, stderr=subprocess.PIPE, pass_fds=[writer], check=False
        )
        assert (ended.returncode, ended.stderr) == (141, b"")
    os.close(writer)


def test_a_pipe_without_a_name_is_written_to(pipe: tuple[int, int]) -> None:
    """As shells create for `>(program)`."""
    reader, writer = pipe
    write_file(Path(f"/dev/fd/{writer}"), "größe\n", ELSEWHERE)
    assert os.read(reader, 100).decode() == "größe\n"


def test_a_pipe_with_a_name_is_written_to_and_stays_one(tmp_path: Path) -> None:
    """Even through a link."""
    file = tmp_path / "pipe"
    os.mkfifo(file)
    (tmp_path / "link").symlink_to(file)
    for name in ("pipe", "link"):
        read: list[str] = []
        reader = Thread(target=lambda read=read: read.append(file.read_text()), daemon=True)
        reader.start()
        write_file(tmp_path / name, "text\n", ELSEWHERE)
        reader.join(60)
        assert read == ["text\n"]
    assert file.is_fifo()


def test_a_device_that_takes_nothing_is_an_error() -> None:
    """The error names it as it was given."""
    with pytest.raises(CommandError, match=r"^/dev/full cannot be written: No space left on device"):
        write_file(Path("/dev/full"), "text\n", ELSEWHERE)
