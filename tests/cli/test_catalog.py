"""``typedsignals catalog``: show a catalog, write it, and compare it with the committed one."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.catalog.programs import Program
from typedsignals.catalog import from_json

from .running import ORDERS, Ran

Command = Callable[..., Ran]
KEY = "shop.orders.order_placed"
ODD = r"""
from typedsignals import Namespace, Payload

class Odd(Payload):
    a: int

odd = Namespace("x\x1b[2Jy").signal("z\n", Odd)
"""


def write(shop: Program, typedsignals: Command, *options: str) -> Path:
    file = shop.folder / "signals.json"
    assert typedsignals("catalog", "shop", "-o", "signals.json", *options).status == 0
    return file


# Showing


def test_json_is_what_the_file_would_hold(shop: Program, typedsignals: Command) -> None:
    """Nothing else is on standard output."""
    shown = typedsignals("catalog", "shop", "--format", "json")
    assert (shown.status, shown.stderr) == (0, "")
    assert [signal.key for signal in from_json(shown.stdout, "shown").signals] == [KEY]
    shop.forget()
    assert write(shop, typedsignals).read_text(encoding="utf-8") == shown.stdout


@pytest.mark.usefixtures("fakes")
def test_the_default_is_a_table(shop: Program, typedsignals: Command) -> None:
    """Without a format and a file."""
    shown = typedsignals("catalog", "shop")
    assert shown.status == 0
    assert f"│ {KEY} │ ship" in shown.stdout


def test_a_table_on_the_terminal_names_files_that_can_be_opened(
    program: Program, typedsignals: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Relative to the current folder; files and data are the same wherever they are made."""
    unknown = "def cancel(signal): signal.send(None, order_id=1)\n"
    program.write_file("src/stock/__init__.py", ORDERS)
    program.write_file("src/unknown.py", "from typedsignals import Signal\n" + unknown)
    monkeypatch.chdir(program.folder)
    shown = typedsignals("catalog", "stock", "unknown").stdout
    assert shown.count("  src/stock/__init__.py:") == 3
    assert shown.count("  src/unknown.py:2") == 1
    data = typedsignals("catalog", "stock", "unknown", "--format", "json").stdout
    assert "src/" not in data
    typedsignals("catalog", "stock", "unknown", "-o", "table.txt")
    assert "src/" not in (program.folder / "table.txt").read_text(encoding="utf-8")


@pytest.mark.usefixtures("fakes")
def test_a_table_has_the_width_of_the_terminal(
    shop: Program, typedsignals: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a known width, it is 120 columns wide."""
    monkeypatch.setenv("COLUMNS", "20")
    assert max(map(len, typedsignals("catalog", "shop").stdout.splitlines())) == 20
    shop.forget()
    monkeypatch.delenv("COLUMNS")
    shop.write(shop__more=f"from typedsignals import Signal\n{'x' * 80} = Signal()")
    assert f"shop.more.{'x' * 80}" in typedsignals("catalog", "shop").stdout


def test_problems_are_reported_and_the_other_signals_shown(shop: Program, typedsignals: Command) -> None:
    """Each with its location, on standard error; the status says that something is missing."""
    shop.write(shop__bad="import absent", shop__worse="x = 1\nraise ValueError('no')")
    shown = typedsignals("catalog", "shop", "--format", "json")
    assert shown.status == 2
    assert [signal.key for signal in from_json(shown.stdout, "shown").signals] == [KEY]
    assert shown.stderr.splitlines() == [
        "error: shop.bad: does not import: ModuleNotFoundError: No module named 'absent' (shop/bad.py:1)",
        "error: shop.worse: does not import: ValueError: no (shop/worse.py:2)",
    ]


# Writing


def test_the_format_is_that_of_the_files_name(shop: Program, typedsignals: Command) -> None:
    """A message on standard error says what was written."""
    ran = typedsignals("catalog", "shop", "-o", "signals.json")
    assert ran == (0, "", "wrote signals.json: 1 signal\n")
    assert json.loads((shop.folder / "signals.json").read_text())["packages"] == ["shop"]


@pytest.mark.usefixtures("fakes")
def test_the_format_option_comes_before_the_files_name(shop: Program, typedsignals: Command) -> None:
    """Any file can have any format; a table in a file has no colours."""
    assert typedsignals("catalog", "shop", "-o", "signals.json", "--format", "mermaid").status == 0
    assert (shop.folder / "signals.json").read_text() == f"mermaid: {KEY}\n"
    shop.forget()
    assert typedsignals("catalog", "shop", "-o", "signals.txt").status == 0
    lines = (shop.folder / "signals.txt").read_text(encoding="utf-8").splitlines()
    assert f"│ {KEY} │ ship      │" in lines
    assert not any("\x1b" in line for line in lines)


def test_a_name_that_implies_no_format_is_refused(shop: Program, typedsignals: Command) -> None:
    """Before anything is imported."""
    shop.write(shop="raise SystemError")
    ran = typedsignals("catalog", "shop", "-o", "signals.xls")
    assert ran.status == 2
    assert ran.stderr.startswith(
        "error: the name of signals.xls does not imply a format: give --format, or end the name"
    )


def test_nothing_is_written_with_problems(shop: Program, typedsignals: Command) -> None:
    """A catalog that lacks signals must not be taken for a complete one."""
    file = write(shop, typedsignals)
    before = file.read_bytes()
    shop.forget()
    shop.write(shop__bad="import absent")
    ran = typedsignals("catalog", "shop", "-o", "signals.json")
    assert (ran.status, ran.stdout) == (2, "")
    assert ran.stderr.splitlines()[-1] == "error: nothing was written to signals.json"
    assert file.read_bytes() == before


@pytest.mark.parametrize("place", ["missing/signals.json", "shop/orders.py/signals.json", "folder.json"])
def test_a_file_that_cannot_be_written_is_an_error(shop: Program, typedsignals: Command, place: str) -> None:
    """The message says which file, and why."""
    (shop.folder / "folder.json").mkdir()
    ran = typedsignals("catalog", "shop", "-o", place)
    assert (ran.status, ran.stdout) == (2, "")
    assert ran.stderr.startswith(f"error: {place} cannot be written: ")


def test_a_failure_on_the_way_leaves_the_file_as_it_was(
    shop: Program, typedsignals: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And leaves no other file behind."""
    file = write(shop, typedsignals)
    before = file.read_bytes()

    def refuse(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", refuse)
    shop.forget()
    shop.write(shop__more="from typedsignals import Signal\nmore = Signal()")
    ran = typedsignals("catalog", "shop", "-o", "signals.json")
    assert ran.stderr == "error: signals.json cannot be written: No space left on device; nothing was written\n"
    assert file.read_bytes() == before
    assert sorted(found.name for found in shop.folder.iterdir()) == ["shop", "signals.json"]


def test_permissions_and_links_stay(shop: Program, typedsignals: Command) -> None:
    """A new file gets the usual permissions; a link still points to the file that is replaced."""
    file = write(shop, typedsignals)
    other = shop.folder / "other"
    other.touch()
    assert stat.S_IMODE(file.stat().st_mode) == stat.S_IMODE(other.stat().st_mode)
    file.write_text("")
    file.chmod(0o600)
    link = shop.folder / "link.json"
    link.symlink_to(file)
    assert typedsignals("catalog", "shop", "-o", "link.json").status == 0
    assert link.is_symlink()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_text()


def test_a_device_is_written_to_and_not_replaced(shop: Program, typedsignals: Command) -> None:
    """For example, `/dev/null`."""
    assert typedsignals("catalog", "shop", "-o", os.devnull, "--format", "json").status == 0
    assert not Path(os.devnull).is_file()


# Comparing with what was committed


def test_an_unchanged_program_is_up_to_date(shop: Program, typedsignals: Command) -> None:
    """Whatever line ends its file has."""
    file = write(shop, typedsignals)
    for content in (file.read_bytes(), file.read_bytes().replace(b"\n", b"\r\n")):
        file.write_bytes(content)
        shop.forget()
        ran = typedsignals("catalog", "shop", "-o", "signals.json", "--check")
        assert ran == (0, "", "signals.json is up to date\n")
        assert file.read_bytes() == content


def test_a_stale_file_is_reported_with_its_changes_and_the_command_to_run(shop: Program, typedsignals: Command) -> None:
    """The file stays as it is."""
    file = write(shop, typedsignals)
    before = file.read_bytes()
    shop.forget()
    shop.write(
        shop__orders=ORDERS.replace("order_id: int", "order_id: str"),
        shop__more="from typedsignals import Signal\nmore = Signal()",
    )
    ran = typedsignals("catalog", "shop", "-o", "signals.json", "--check", "--format", "json")
    assert (ran.status, ran.stdout) == (1, "")
    assert ran.stderr.splitlines() == [
        "error: signals.json is not up to date:",
        f"  {KEY}: order_id: type changed from int to str",
        "  shop.more.more: is new",
        "refresh it: typedsignals catalog shop -o signals.json --format json",
    ]
    assert file.read_bytes() == before


def test_no_name_in_a_difference_begins_a_line_or_drives_the_terminal(shop: Program, typedsignals: Command) -> None:
    """It is escaped, as in reports."""
    shop.write(shop__odd=ODD)
    write(shop, typedsignals)
    shop.forget()
    shop.write(shop__odd=ODD.replace("int", "str"))
    ran = typedsignals("catalog", "shop", "-o", "signals.json", "--check")
    assert ran.stderr.splitlines()[1:-1] == [r"  x\x1b[2Jy.z\n: a: type changed from int to str"]


def test_of_many_differences_the_first_are_listed(shop: Program, typedsignals: Command) -> None:
    """With the number of the others."""
    write(shop, typedsignals)
    shop.forget()
    shop.write(shop__more="from typedsignals import Signal\n" + "".join(f"s{n:02} = Signal()\n" for n in range(12)))
    ran = typedsignals("catalog", "shop", "-o", "signals.json", "--check")
    assert ran.stderr.splitlines()[-3:] == [
        "  shop.more.s09: is new",
        "  and 2 more",
        "refresh it: typedsignals catalog shop -o signals.json",
    ]


@pytest.mark.usefixtures("fakes")
def test_other_formats_are_compared_line_by_line(shop: Program, typedsignals: Command) -> None:
    """They cannot be read back, and neither can a damaged file."""
    (shop.folder / "signals.mmd").write_text("mermaid: old\nand old\n")
    ran = typedsignals("catalog", "shop", "-o", "signals.mmd", "--check")
    assert ran.status == 1
    assert "  1 line to add, 2 to remove\n" in ran.stderr
    shop.forget()
    (shop.folder / "signals.json").write_bytes(b"\xff\n")
    assert "1 to remove" in typedsignals("catalog", "shop", "-o", "signals.json", "--check").stderr


def test_a_file_that_is_not_there_is_not_up_to_date(shop: Program, typedsignals: Command) -> None:
    """The message says how to create it."""
    ran = typedsignals("catalog", "shop", "-o", "my signals.json", "--check")
    assert ran == (
        1,
        "",
        "error: there is no file my signals.json\ncreate it: typedsignals catalog shop -o 'my signals.json'\n",
    )


def test_a_check_needs_a_file(shop: Program, typedsignals: Command) -> None:
    """Without one, the usage is wrong."""
    ran = typedsignals("catalog", "shop", "--check")
    assert ran.status == 2
    assert "it needs the file to compare with: -o FILE" in ran.stderr


def test_a_folder_cannot_be_compared_with(shop: Program, typedsignals: Command) -> None:
    """The error names it."""
    ran = typedsignals("catalog", "shop", "-o", "shop", "--format", "json", "--check")
    assert ran == (2, "", "error: shop cannot be read: Is a directory\n")


def test_a_program_with_problems_is_not_compared(shop: Program, typedsignals: Command) -> None:
    """It is unknown what it declares."""
    write(shop, typedsignals)
    shop.forget()
    shop.write(shop__bad="import absent")
    ran = typedsignals("catalog", "shop", "-o", "signals.json", "--check")
    assert ran.status == 2
    assert ran.stderr.endswith("error: nothing was compared with signals.json\n")


# Which programs


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("absent", "error: absent: there is no module 'absent'; check the name, and that its folder is on the path"),
        ("src/shop/", "'src/shop/' is not the name of a package; did you mean 'shop'?"),
        ("./shop/orders.py", "'./shop/orders.py' is not the name of a package; did you mean 'shop.orders'?"),
        ("shop/my-orders", "'shop/my-orders' is not the name of a package"),
        (".", "'.' is not the name of a package"),
        ("", "'' is not the name of a package\n"),
        ("..", "'..' is not the name of a package\n"),
        ("/somewhere/shop", "'/somewhere/shop' is not the name of a package\n"),
    ],
)
def test_a_name_that_is_no_package_is_refused(shop: Program, typedsignals: Command, name: str, message: str) -> None:
    """With a suggestion, if there is one."""
    ran = typedsignals("catalog", name, "--format", "json")
    assert (ran.status, ran.stdout) == (2, "")
    assert message in ran.stderr


def test_a_package_has_to_be_named(shop: Program, typedsignals: Command) -> None:
    """There is no default."""
    ran = typedsignals("catalog")
    assert ran.status == 2
    assert "Missing argument 'PACKAGE'" in ran.stderr


def test_two_signals_of_one_name_are_an_error(shop: Program, typedsignals: Command) -> None:
    """The error names both locations."""
    one = "from typedsignals import Namespace\nplaced = Namespace('shop').signal('placed')"
    shop.write(shop__a=one, shop__b=one)
    ran = typedsignals("catalog", "shop", "--format", "json")
    assert ran == (
        2,
        "",
        "error: two signals are named 'shop.placed': one at shop/a.py:2, one at shop/b.py:2; rename one\n",
    )
