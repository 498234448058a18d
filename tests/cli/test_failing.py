"""Failures of all kinds are reported in one line, with a status that no finding has."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.catalog.programs import Program
from typedsignals.cli._terminal import exiting

from .running import ORDERS, Ran, run

Command = Callable[..., Ran]

POSIX = pytest.mark.skipif(os.name != "posix", reason="it is about files and descriptors as POSIX has them")
SLOW = pytest.mark.slow
FULL = "error: standard output cannot be written to: No space left on device\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a program of one signal, and one that cannot be imported."""
    (tmp_path / "shop.py").write_text(ORDERS)
    (tmp_path / "bad.py").write_text("import absent")
    return tmp_path


def run_with(redirection: str, *arguments: str, cwd: Path, before: str = "true", **environment: str) -> Ran:
    """Run a command in a shell that redirects its streams."""
    command = ["sh", "-c", f'{before} && "$0" -m typedsignals "$@" {redirection}', sys.executable, *arguments]
    variables = {**os.environ, "TERM": "dumb", "PYTHONUNBUFFERED": "", **environment}
    ended = subprocess.run(command, cwd=cwd, env=variables, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    return Ran(ended.returncode, ended.stdout, ended.stderr)


EVERY_OUTPUT = [
    ("catalog", "shop"),
    pytest.param(("--help",), marks=SLOW),
    pytest.param(("--version",), marks=SLOW),
    pytest.param(("check", "-h"), marks=SLOW),
    pytest.param(("check", "shop", "-f", "json", "--fail-on", "info"), marks=SLOW),
    pytest.param(("catalog", "shop", "-f", "json", "-o", "/dev/stdout"), marks=SLOW),
]


@POSIX
@pytest.mark.parametrize("arguments", EVERY_OUTPUT, ids=" ".join)
def test_a_full_disk_is_reported_in_one_line(folder: Path, arguments: tuple[str, ...]) -> None:
    """Whatever the command was to write there."""
    assert run_with(">/dev/full", *arguments, cwd=folder) == Ran(2, "", FULL)


@POSIX
@SLOW
def test_streams_may_be_unbuffered(folder: Path) -> None:
    """The error comes from an earlier write, but is the same."""
    assert run_with(">/dev/full", "catalog", "shop", cwd=folder, PYTHONUNBUFFERED="1") == Ran(2, "", FULL)


@POSIX
@SLOW
def test_completion_that_is_not_possible_is_no_finding(folder: Path) -> None:
    """A shell without completion, and a full disk, end with 2, not 1."""
    assert run_with(">/dev/full", cwd=folder, _TYPEDSIGNALS_COMPLETE="source_bash") == Ran(2, "", FULL)
    assert run_with("", "--show-completion", cwd=folder) == Ran(2, "", "Shell sh not supported.\n")
    known = {"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    ran = run_with("", "--show-completion", "bash", cwd=folder, **known)
    assert (ran.status, ran.stderr, "COMP_WORDS" in ran.stdout) == (0, "", True)


@POSIX
@pytest.mark.parametrize("arguments", EVERY_OUTPUT, ids=" ".join)
def test_a_closed_pipe_ends_it_silently(folder: Path, arguments: tuple[str, ...]) -> None:
    """With the status that a shell gives such a process."""
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "typedsignals", *arguments]
    with os.fdopen(writer, "wb") as closed:
        ended = subprocess.run(command, cwd=folder, stdout=closed, stderr=subprocess.PIPE, check=False)  # noqa: S603 - our own
    assert (ended.returncode, ended.stderr) == (141, b"")


@POSIX
@pytest.mark.parametrize(
    ("redirection", "arguments", "status"),
    [
        ("2>/dev/full", ("catalog", "bad"), 2),
        pytest.param("2>/dev/full", ("check", "--against"), 2, marks=SLOW),
        pytest.param("2>/dev/full", ("check", "shop", "--fail-on", "info"), 1, marks=SLOW),
        pytest.param("2>/dev/full", ("catalog", "shop", "-o", "again.json"), 0, marks=SLOW),
        ("2>&-", ("catalog", "bad"), 2),
        pytest.param("2>&-", (), 2, marks=SLOW),
        pytest.param("2>&-", ("catalog", "shop", "-o", "again.json"), 0, marks=SLOW),
    ],
)
def test_the_status_is_the_same_if_nothing_can_be_reported(
    folder: Path, redirection: str, arguments: tuple[str, ...], status: int
) -> None:
    """Standard error is full or closed."""
    ran = run_with(redirection, *arguments, cwd=folder)
    assert (ran.status, ran.stderr) == (status, "")


@POSIX
@SLOW
@pytest.mark.parametrize(
    ("arguments", "status"),
    [(("catalog", "bad"), 2), (("nothing",), 2), (("catalog", "shop", "-o", "again.json"), 0)],
)
def test_nobody_has_to_read_messages(folder: Path, arguments: tuple[str, ...], status: int) -> None:
    """Standard error is a closed pipe."""
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "typedsignals", *arguments]
    with os.fdopen(writer, "wb") as closed:
        ended = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=closed, check=False)  # noqa: S603 - our own
    assert (ended.returncode, ended.stdout) == (status, b"")


@POSIX
def test_a_file_that_takes_nothing_is_reported(shop: Program, typedsignals: Command) -> None:
    """The error names it."""
    error = "error: /dev/full cannot be written: No space left on device; nothing was written\n"
    for command in ("catalog", "check"):
        assert typedsignals(command, "shop", "-f", "json", "-o", "/dev/full") == Ran(2, "", error)


@pytest.mark.parametrize("unbuffered", ["", pytest.param("1", marks=SLOW)])
@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("import sys\nsys.__stdout__.close()\n", 2),
        pytest.param("import sys\nsys.stderr.close()\n", 1, marks=SLOW),
        pytest.param("import sys\nsys.stdout = sys.stderr = object()\n", 1, marks=SLOW),
        pytest.param("import os\nos.close(2)\n", 1, marks=SLOW),
    ],
)
def test_a_program_may_do_anything_to_the_streams(folder: Path, text: str, status: int, unbuffered: str) -> None:
    """The report is still written if that is possible, and an import problem is still a failure."""
    (folder / "shop.py").write_text(text + ORDERS)
    ran = run("check", "shop", "-f", "json", "--fail-on", "info", cwd=folder, PYTHONUNBUFFERED=unbuffered)
    assert (ran.status, "TS505" in ran.stdout) == (status, status == 1)
    assert ran.stderr == ("error: standard output cannot be written to: it was closed\n" if status == 2 else "")
    (folder / "bad.py").write_text(text + "import absent\n")
    assert run("catalog", "bad", cwd=folder, PYTHONUNBUFFERED=unbuffered).status == 2


@POSIX
@SLOW
def test_a_file_in_the_place_of_standard_error_stays_the_program_s(folder: Path) -> None:
    """The file gets the free descriptor, but no message of the command."""
    (folder / "bad.py").write_text("import os\nos.close(2)\nfile = open('written', 'w')\nassert file.fileno() != 2\n")
    ran = run("catalog", "bad", cwd=folder)
    assert (ran.status, ran.stderr) == (2, "error: bad: does not import: AssertionError (bad.py:4)\n")
    assert (folder / "written").read_text() == ""


@POSIX
@pytest.mark.parametrize(
    ("redirection", "text"),
    [
        pytest.param("2>/dev/full", "atexit.register(print, 'at exit')", marks=SLOW),
        ("", "atexit.register(lambda: (os.close(2), print('at exit')))"),
    ],
)
def test_what_a_program_writes_at_its_end_does_not_change_the_status(folder: Path, redirection: str, text: str) -> None:
    """If Python cannot write it, it would end with a status of its own."""
    (folder / "shop.py").write_text(f"import atexit, os\n{text}\n{ORDERS}")
    assert run_with(f">/dev/null {redirection}", "catalog", "shop", cwd=folder).status == 0


@POSIX
@SLOW
def test_what_a_program_leaves_in_a_stream_is_not_written_with_the_catalog(folder: Path) -> None:
    """Even if standard error takes nothing."""
    (folder / "shop.py").write_text(f"import sys\nsys.__stdout__.write('left')\n{ORDERS}")
    ran = run_with("2>/dev/full", "catalog", "shop", "-f", "json", cwd=folder)
    assert (ran.status, ran.stdout[:1]) == (0, "{")


@pytest.mark.parametrize("text", ["[" * 5000, "{a=" * 5000])
def test_settings_that_are_nested_without_end_are_reported(shop: Program, typedsignals: Command, text: str) -> None:
    """In one line, with the name of the file."""
    shop.write_file("pyproject.toml", f"[tool.typedsignals]\ndeep = {text}\n")
    for command in ("catalog", "check"):
        ran = typedsignals(command, "shop")
        assert (ran.status, ran.stdout, len(ran.stderr.splitlines())) == (2, "", 1)
        assert ran.stderr.startswith(f"error: {shop.folder / 'pyproject.toml'} is not valid TOML: ")


@pytest.mark.parametrize("text", ["[" * 100_000, '{"version": 1, "x": ' * 5000])
def test_a_baseline_that_is_nested_without_end_is_reported(shop: Program, typedsignals: Command, text: str) -> None:
    """In one line, with the name of the file."""
    shop.write_file("old.json", text)
    ran = typedsignals("check", "shop", "--against", "old.json")
    assert (ran.status, ran.stdout, len(ran.stderr.splitlines())) == (2, "", 1)
    assert ran.stderr.startswith("error: old.json is not a catalog")


@POSIX
@pytest.mark.parametrize(
    "arguments", [("check", "--against"), ("check", "--config"), ("catalog", "-f", "json", "--check", "-o")]
)
def test_a_device_that_does_not_end_is_not_read(
    shop: Program, typedsignals: Command, arguments: tuple[str, ...]
) -> None:
    """In one line, with its name."""
    error = "error: /dev/full cannot be read: It is a device, not a file\n"
    assert typedsignals(*arguments, "/dev/full", "shop") == Ran(2, "", error)


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        ("ValueError('one\\ntwo')", "ValueError: one (shop/odd.py:4)\n    two"),
        ("SystemExit(0)", "SystemExit: 0 (shop/odd.py:4)"),
        ("type('Odd', (BaseException,), {})", "shop.odd.Odd (shop/odd.py:4)"),
    ],
)
def test_code_of_the_program_that_fails_when_it_is_described_is_reported(
    shop: Program, typedsignals: Command, kind: str, shown: str
) -> None:
    """With the line that fails."""
    odd = f"class Odd:\n    def __repr__(self): raise {kind}\n"
    payload = "class P(Payload):\n    odd: object = Odd()\nodd = Signal(P)\n"
    shop.write(shop__odd=f"from typedsignals import Payload, Signal\n\n{odd}{payload}")
    for command in ("catalog", "check"):
        ran = typedsignals(command, "shop")
        assert ran.status == 2
        assert ran.stderr.startswith(f"error: shop.odd: signal odd cannot be catalogued: {shown}\n")


META = """
class Meta(type):
    def __getattribute__(cls, name):
        if name == "__module__":
            raise {}
        return type.__getattribute__(cls, name)

class Odd(metaclass=Meta): ...
"""


@pytest.mark.parametrize("kind", ["LookupError('no')", "SystemExit('no')"])
def test_an_unexpected_error_is_reported_in_one_line(shop: Program, typedsignals: Command, kind: str) -> None:
    """For example, a class of the program that cannot be inspected."""
    shop.write(shop__odd=META.format(kind))
    name = kind.partition("(")[0]
    hint = "python -X dev -m typedsignals shows where"
    ran = typedsignals("catalog", "shop")
    assert ran == (2, "", f"error: the command failed: {name}: no (shop/odd.py:5); {hint}\n")


def test_an_interruption_is_no_failure(shop: Program, typedsignals: Command) -> None:
    """Even while the program is inspected."""
    shop.write(shop__odd=META.format("KeyboardInterrupt"))
    assert typedsignals("catalog", "shop") == (130, "", "")


@SLOW
def test_python_s_development_mode_shows_where(folder: Path) -> None:
    """With a traceback."""
    (folder / "shop.py").write_text(ORDERS + META.format("AttributeError"))
    ran = run("catalog", "shop", cwd=folder, python=("-X", "dev"))
    assert ran.status == 2
    assert "Traceback (most recent call last):" in ran.stderr
    assert 'shop.py", line' in ran.stderr


@SLOW
def test_what_a_format_needs_may_not_be_installed(folder: Path) -> None:
    """The error says what to install, as it does if the command cannot start."""
    (folder / "jinja2.py").write_text("raise ModuleNotFoundError(name='jinja2')\n")
    ran = run("catalog", "shop", "-f", "html", cwd=folder)
    assert ran == Ran(2, "", "error: the command line needs jinja2: pip install 'typedsignals[cli]'\n")


@POSIX
@SLOW
def test_a_folder_that_is_gone_is_reported(tmp_path: Path) -> None:
    """The current folder has been removed."""
    gone = tmp_path / "gone"
    gone.mkdir()
    ran = run_with("", "catalog", "shop", cwd=gone, before='rmdir "$PWD"')
    assert (ran.status, ran.stdout, len(ran.stderr.splitlines())) == (2, "", 1)
    assert ran.stderr.startswith("error: ")


@pytest.mark.parametrize(
    "arguments", [("check", "shop", "--against"), ("catalog", "shop", "-f", "json", "--check", "-o")]
)
def test_a_name_that_is_too_long_is_reported(shop: Program, typedsignals: Command, arguments: tuple[str, ...]) -> None:
    """For a file as well as for a baseline."""
    ran = typedsignals(*arguments, "x" * 5000 + ":y")
    assert (ran.status, ran.stdout, len(ran.stderr.splitlines())) == (2, "", 1)


def test_a_fault_while_the_end_is_near_does_not_keep_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """For example, an error of a stream when threads are stopped."""
    ended: list[int] = []

    def fail(message: str) -> None:
        raise LookupError

    monkeypatch.setattr(os, "_exit", ended.append)
    monkeypatch.setattr(exiting, "remark", fail)
    with pytest.raises(LookupError):
        exiting._end(2)
    assert ended == [2]
