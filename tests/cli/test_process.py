"""Commands as processes: their streams, and their exit status."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from typedsignals.catalog import from_json

from .running import ORDERS, Ran, run

POSIX = pytest.mark.skipif(os.name != "posix", reason="it is about signals and descriptors as POSIX has them")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a program of one signal, which writes to all streams."""
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "__init__.py").write_text(
        "import atexit, os, sys, warnings\n"
        "print('printed')\n"
        "os.system('echo by another process')\n"
        "os.write(1, b'below Python\\n')\n"
        "sys.__stdout__ and sys.__stdout__.write('past Python\\n')\n"
        "atexit.register(print, 'at the end')\n"
        "warnings.warn('old', DeprecationWarning)\n"
        "assert sys.argv[1:] == [] and sys.stdin.read() == ''\n"
    )
    (tmp_path / "shop" / "orders.py").write_text(ORDERS, encoding="utf-8")
    return tmp_path


def test_standard_output_holds_the_catalog_alone(folder: Path) -> None:
    """Everything that the program prints goes to standard error, except its warnings, which are dropped."""
    ran = run("catalog", "shop", "--format", "json", cwd=folder, python=("-W", "error"))
    assert ran.status == 0
    assert [one.name for one in from_json(ran.stdout, "standard output").signals] == ["order_placed"]
    assert sorted(ran.stderr.splitlines()) == [
        "at the end",
        "below Python",
        "by another process",
        "past Python",
        "printed",
    ]


def test_data_is_utf_8_whatever_the_terminal_is(folder: Path) -> None:
    """As in a file; messages for a terminal in ASCII escape the other letters."""
    (folder / "shop" / "größe.py").write_text("from typedsignals import Signal\nsize = Signal(doc='Größe')\n", "utf-8")
    ran = run("catalog", "shop", "größe", "--format", "json", cwd=folder, PYTHONIOENCODING="ascii")
    assert ran.status == 2
    assert json.loads(ran.stdout)["signals"][0]["doc"] == "Größe"
    assert "error: gr\\xf6\\xdfe: there is no module" in ran.stderr


@POSIX
@pytest.mark.slow
def test_a_reader_that_has_had_enough_is_no_error(folder: Path) -> None:
    """As with `| head`, nothing is reported."""
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "typedsignals", "catalog", "shop", "--format", "json"]
    with os.fdopen(writer, "wb") as closed:
        ended = subprocess.run(command, cwd=folder, stdout=closed, stderr=subprocess.PIPE, check=False)  # noqa: S603 - our own
    assert (ended.returncode, b"Error" in ended.stderr) == (141, False)


@POSIX
@pytest.mark.slow
def test_a_full_disk_is_an_error(folder: Path) -> None:
    """It is reported once."""
    command = [sys.executable, "-m", "typedsignals", "catalog", "shop", "--format", "json"]
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(command, cwd=folder, stdout=full, stderr=subprocess.PIPE, check=False)  # noqa: S603 - our own
    assert ended.returncode == 2
    assert b"error: standard output cannot be written to: No space left on device\n" in ended.stderr
    assert b"Exception ignored" not in ended.stderr


@POSIX
@pytest.mark.slow
def test_standard_output_may_be_closed(folder: Path) -> None:
    """By the parent process."""
    command = ["sh", "-c", f"{sys.executable} -m typedsignals catalog shop --format json >&-"]
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    assert (ended.returncode, "Error" in ended.stderr) == (0, False)


@POSIX
@pytest.mark.slow
def test_control_c_ends_it_quietly(folder: Path) -> None:
    """Even while the program is imported."""
    # A shell lets what it starts in the background ignore the signal, and so would what the tests start there.
    (folder / "shop" / "stuck.py").write_text(
        "import signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\nsignal.raise_signal(signal.SIGINT)\n"
    )
    ran = run("catalog", "shop", "--format", "json", cwd=folder)
    assert (ran.status, ran.stdout, "Traceback" in ran.stderr) == (130, "", False)


@pytest.mark.slow
def test_control_c_while_starting_is_as_quiet(folder: Path) -> None:
    """Before any command runs."""
    (folder / "typer.py").write_text("raise KeyboardInterrupt\n")
    assert run("catalog", "shop", cwd=folder) == Ran(130, "", "")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["typer", "rich"])
def test_without_the_extra_it_says_what_to_install(folder: Path, name: str) -> None:
    """In one line."""
    (folder / f"{name}.py").write_text(f"raise ModuleNotFoundError(name={name!r})\n")
    expected = f"typedsignals: the command line needs {name}: pip install 'typedsignals[cli]'\n"
    assert run("catalog", "shop", cwd=folder) == Ran(2, "", expected)


@pytest.mark.slow
def test_a_broken_installation_is_not_taken_for_a_missing_extra(folder: Path) -> None:
    """The package that is missing is named, in one line."""
    (folder / "typer.py").write_text("import absent_dependency_of_typer\n")
    reason = "it cannot start: ModuleNotFoundError: No module named 'absent_dependency_of_typer'"
    assert run("catalog", "shop", cwd=folder) == Ran(2, "", f"typedsignals: {reason}\n")


@pytest.mark.slow
def test_importing_typedsignals_imports_no_command_line(tmp_path: Path) -> None:
    """Nor does its catalog."""
    code = "import sys, typedsignals.catalog; print({'typer', 'rich', 'jinja2', 'click'} & {*sys.modules})"
    command = [sys.executable, "-c", code]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "set()\n"  # noqa: S603 - our own


def test_the_version_is_shown(typedsignals: Callable[..., Ran]) -> None:
    """By `--version`."""
    assert typedsignals("--version") == Ran(0, "typedsignals 0.1.0\n", "")


def test_help_has_examples(typedsignals: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch) -> None:
    """As commands to copy, in lines of at most 80 columns."""
    monkeypatch.setenv("COLUMNS", "80")
    for command in ("catalog", "check"):
        ran = typedsignals(command, "--help")
        assert (ran.status, ran.stderr) == (0, "")
        assert f" typedsignals {command} shop " in ran.stdout
        assert max(map(len, ran.stdout.splitlines())) <= 80


@pytest.mark.parametrize("command", [(), ("catalog",), ("check",)])
def test_help_is_what_people_expect(
    typedsignals: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    """Options without a value show none, the argument is called PACKAGE, and no type of Python is shown."""
    monkeypatch.setenv("COLUMNS", "80")
    shown = typedsignals(*command, "--help").stdout
    usage = f"typedsignals {command[0]} [OPTIONS] PACKAGE..." if command else "typedsignals [OPTIONS] COMMAND [ARGS]..."
    assert shown.startswith(f"Usage: {usage}\n")
    for typed in ("<bool>", "<str>", "list[", "BOOLEAN", "TEXT"):
        assert typed not in shown
    lines = [line.split("  ")[1] for line in shown.splitlines() if line.startswith(("  -", "  PACKAGE"))]
    assert (
        lines
        == {
            (): ["--version", "--install-completion", "--show-completion", "-h, --help"],
            ("catalog",): [
                "PACKAGE...",
                "-f, --format [table|json|markdown|mermaid|graphviz|svg|asyncapi|html]",
                "-o, --output FILE",
                "--check",
                "-h, --help",
            ],
            ("check",): [
                "PACKAGE...",
                "--against FILE|REF:PATH",
                "--profile [in-process|brokered]",
                "--compat [backward|forward|full]",
                "-f, --format [text|json|github|sarif|junit|markdown]",
                "-o, --output FILE",
                "--fail-on [error|warn|info|off]",
                "--config FILE",
                "-h, --help",
            ],
        }[command]
    )


@pytest.mark.parametrize(
    ("arguments", "usage", "error"),
    [
        (("chek",), "typedsignals [OPTIONS] COMMAND [ARGS]...", "No such command 'chek'; did you mean 'check'?"),
        (("watch",), "typedsignals [OPTIONS] COMMAND [ARGS]...", "No such command 'watch'."),
        (("--verbose",), "typedsignals [OPTIONS] COMMAND [ARGS]...", "No such option: --verbose"),
        (
            ("check", "shop", "--formatt"),
            "typedsignals check [OPTIONS] PACKAGE...",
            "No such option: --formatt (Possible options: --format)",
        ),
        (("check", "shop", "--note"), "typedsignals check [OPTIONS] PACKAGE...", "No such option: --note"),
        (("check",), "typedsignals check [OPTIONS] PACKAGE...", "Missing argument 'PACKAGE'."),
    ],
)
def test_wrong_usage_is_reported_with_the_right_one(
    typedsignals: Callable[..., Ran], arguments: tuple[str, ...], usage: str, error: str
) -> None:
    """And with a similar command or option, if there is one."""
    help_of = " ".join(usage.split()[: 1 + usage.count("PACKAGE")])
    told = f"Usage: {usage}\nTry '{help_of} -h' for help.\n\nError: {error}\n"
    assert typedsignals(*arguments) == Ran(2, "", told)


def test_no_command_shows_the_help(typedsignals: Callable[..., Ran]) -> None:
    """With the status of wrong usage."""
    ran = typedsignals()
    assert ran.status == 2
    assert "catalog" in ran.stdout + ran.stderr


@pytest.mark.parametrize(("option", "completed"), [("--format", "sarif"), ("--fail-on", "warn"), ("--com", "--compat")])
def test_the_shell_completes_options_and_their_values(
    typedsignals: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch, option: str, completed: str
) -> None:
    """In the way that typer's completion script asks for them."""
    words = f"typedsignals check {option} " if "mat" in option or "fail" in option else f"typedsignals check {option}"
    monkeypatch.setenv("_TYPEDSIGNALS_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", str(len(words.split(" ")) - 1))
    ran = typedsignals()
    assert ran.status == 0
    assert completed in ran.stdout.split()


def shown(terminal: int) -> str:
    """What is written to a terminal, until it ends. A program waits as soon as much of it has not been read."""
    read = bytearray()
    with suppress(OSError):  # which is how Linux tells the end
        while part := os.read(terminal, 100_000):
            read += part
    return read.decode()


@POSIX
@pytest.mark.slow
def test_on_a_terminal_a_long_import_shows_where_it_is(folder: Path) -> None:
    """On standard error, until the import ends."""
    (folder / "shop" / "slow.py").write_text(
        "import threading\n"
        "for thread in threading.enumerate():\n"
        "    if isinstance(thread, threading.Timer): thread.join()\n"
    )
    controller, terminal = pty.openpty()
    command = [sys.executable, "-m", "typedsignals", "catalog", "shop", "--format", "json"]
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    environment.pop("NO_COLOR", None)
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=terminal, env=environment) as process:  # noqa: S603 - our own
        os.close(terminal)
        seen = shown(controller)
    os.close(controller)
    assert process.returncode == 0
    assert "importing shop.slow" in seen
    assert "2/3" in seen
    assert seen.rstrip().endswith("\x1b[2K") or "\x1b[2K" in seen.rpartition("importing")[2]
