"""How a command imports the program."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

from tests.catalog.programs import Program
from typedsignals.catalog import from_json
from typedsignals.cli._program import _no_sudden_end

from .running import ORDERS, Ran, run

Command = Callable[..., Ran]


def keys(ran: Ran) -> list[str]:
    assert (ran.status, ran.stderr) == (0, "")
    return [signal.key for signal in from_json(ran.stdout, "standard output").signals]


def test_a_package_in_the_current_folder_is_found(tmp_path: Path) -> None:
    """It need not be installed, nor on the path."""
    (tmp_path / "shop.py").write_text(ORDERS)
    assert keys(run("catalog", "shop", "-f", "json", cwd=tmp_path)) == ["shop.order_placed"]


def test_a_package_in_the_folder_src_is_found(program: Program, typedsignals: Command) -> None:
    """So is a module; the current folder comes first, unless it has only a folder without modules of that name."""
    program.write_file("src/stock/__init__.py", ORDERS)
    program.write_file("src/single.py", ORDERS)
    program.write_file("stock/data.txt", "")
    program.write_file("src/shop/__init__.py", "raise SystemError")
    program.write(shop=ORDERS)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(program.folder)
        ran = typedsignals("catalog", "shop", "stock", "single", "-f", "json")
    assert keys(ran) == ["shop.order_placed", "single.order_placed", "stock.order_placed"]


def test_folders_that_are_left_out_are_reported_unless_excluded(shop: Program, typedsignals: Command) -> None:
    """With the names to give; the settings hold for both commands."""
    shop.write_file("shop/scripts/clear.py", "raise SystemExit")
    note = (
        "note: shop/scripts has modules but no __init__.py, and the program does not import them: "
        "they are left out; name shop.scripts as well, or exclude it in [tool.typedsignals]\n"
    )
    for command in ("catalog", "check"):
        ran = typedsignals(command, "shop")
        assert (ran.status, ran.stderr) == (0, note)
    shop.write_file("shop/tests/__init__.py", "import not_installed")
    shop.write_file("pyproject.toml", '[tool.typedsignals]\nexclude = ["shop.scripts", "shop.tests"]\n')
    for command in ("catalog", "check"):
        ran = typedsignals(command, "shop")
        assert (ran.status, ran.stderr) == (0, "")


def test_wrong_settings_end_a_catalog_too(shop: Program, typedsignals: Command) -> None:
    """They may say which modules to leave out."""
    shop.write_file("pyproject.toml", "[tool.typedsignals]\nexclud = []\n")
    ran = typedsignals("catalog", "shop")
    assert (ran.status, ran.stdout) == (2, "")
    assert "exclud: there is no such setting" in ran.stderr


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("def broken(:", "does not import: SyntaxError: invalid syntax (shop/bad.py:1)"),
        ("import sys\nsys.exit('no')", "does not import: SystemExit: no (shop/bad.py:2)"),
        ("import os\nos.environ['ABSENT']", "does not import: KeyError: 'ABSENT' (shop/bad.py:2)"),
        ("import sys\ninput()", "does not import: EOFError: EOF when reading a line (shop/bad.py:2)"),
        ("import os\nos._exit(0)", "does not import: SystemExit: os._exit(0) (shop/bad.py:2)"),
        ("import argparse\nargparse.ArgumentParser().parse_args()\nraise RuntimeError", "RuntimeError"),
    ],
)
def test_a_module_that_does_not_import_is_a_problem(
    shop: Program, typedsignals: Command, text: str, message: str
) -> None:
    """Whatever it does; it sees neither the arguments of the command nor any input."""
    shop.write(shop__bad=text)
    ran = typedsignals("catalog", "shop", "-f", "json")
    assert ran.status == 2
    assert ran.stderr.startswith("error: shop.bad: ")
    assert message in ran.stderr
    assert "order_placed" in ran.stdout


@pytest.mark.parametrize(("name", "hint"), [("warehous", "did you mean 'warehouse'?"), ("__main__", "")])
def test_a_misspelt_package_in_the_folder_src_gets_a_suggestion(
    program: Program, typedsignals: Command, monkeypatch: pytest.MonkeyPatch, name: str, hint: str
) -> None:
    """As for one in the current folder."""
    program.write_file("src/warehouse/__init__.py", "")
    monkeypatch.chdir(program.folder)
    assert hint in typedsignals("catalog", name).stderr


def test_an_error_that_many_modules_share_is_reported_once(shop: Program, typedsignals: Command) -> None:
    """With its location, and the modules that it keeps from importing."""
    shop.write(shop="", shop__bad="raise ValueError('no')", shop__page="from . import bad")
    bad = "error: shop.bad: does not import: ValueError: no (shop/bad.py:1)\n  this also keeps "
    assert typedsignals("catalog", "shop", "-f", "json").stderr == f"{bad}shop.page from importing\n"
    shop.forget()
    shop.write(**{f"shop__page{number:02}": "from . import bad" for number in range(12)})
    named = ", ".join(["shop.page", *(f"shop.page{number:02}" for number in range(9))])
    assert typedsignals("catalog", "shop", "-f", "json").stderr == f"{bad}{named} and 3 more from importing\n"


def test_the_whole_reason_is_reported_indented(shop: Program, typedsignals: Command) -> None:
    """With each wrong setting and the cause of the error, above the modules that it keeps from importing."""
    shop.write(
        shop__bad="""
        from pydantic import BaseModel
        class Settings(BaseModel):
            url: str
            key: str
        try:
            Settings()
        except ValueError as error:
            raise RuntimeError("no settings\\n\\x1b[2Jset them") from error
        """,
        shop__page="from . import bad",
    )
    ran = typedsignals("check", "shop")
    assert (ran.status, ran.stdout) == (2, "")
    kind = "pydantic_core._pydantic_core.ValidationError"
    assert ran.stderr.splitlines() == [
        "error: shop.bad: does not import: RuntimeError: no settings (shop/bad.py:9)",
        "    \\x1b[2Jset them",
        f"    because of {kind}: 2 validation errors for Settings (shop/bad.py:7)",
        "      url: Field required",
        "      key: Field required",
        "  this also keeps shop.page from importing",
        "error: nothing was checked",
    ]


@pytest.mark.skipif(os.name != "posix", reason="files cannot have such names here")
def test_what_does_not_import_does_not_drive_the_terminal(shop: Program, typedsignals: Command) -> None:
    """Neither by its name nor by its message."""
    shop.write_file("shop/a\x1b\nb.py", "raise ValueError('no\\x1b[2J')")
    shown = r"shop.a\x1b\nb: does not import: ValueError: no\x1b[2J (shop/a\x1b\nb.py:1)"
    assert typedsignals("catalog", "shop", "-f", "json").stderr == f"error: {shown}\n"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes cannot be forked here")
def test_a_process_that_a_module_forks_may_end_as_it_likes(shop: Program, typedsignals: Command) -> None:
    """For example, a process of multiprocessing."""
    shop.write(
        shop__forks="""
        import multiprocessing
        process = multiprocessing.get_context("fork").Process(target=int, daemon=True)
        process.start()
        process.join(60)
        assert process.exitcode == 0
        """
    )
    assert keys(typedsignals("catalog", "shop", "-f", "json")) == ["shop.orders.order_placed"]


def test_only_the_process_of_the_command_is_kept_from_ending(monkeypatch: pytest.MonkeyPatch) -> None:
    """A forked process ends as before."""

    def end(status: int) -> NoReturn:
        raise ProcessLookupError(status)

    monkeypatch.setattr(os, "_exit", end)
    with _no_sudden_end():
        with pytest.raises(SystemExit, match=r"os\._exit\(3\)"):
            os._exit(3)
        monkeypatch.setattr(os, "getpid", lambda: 0)
        with pytest.raises(ProcessLookupError, match="3"):
            os._exit(3)
    assert os._exit is end


def test_a_program_that_goes_elsewhere_does_not_take_the_command_along(shop: Program, typedsignals: Command) -> None:
    """Files are written where the command was started."""
    shop.write(shop="import os\nos.mkdir('elsewhere')\nos.chdir('elsewhere')")
    assert typedsignals("catalog", "shop", "-o", "signals.json").status == 0
    assert (shop.folder / "signals.json").is_file()


def test_a_program_may_have_modules_of_any_name(shop: Program, typedsignals: Command) -> None:
    """Formats are imported before the program."""
    for name in ("rich", "jinja2", "html", "textwrap"):
        shop.write_file(f"{name}.py", "raise SystemError")
    ran = typedsignals("catalog", "shop", "--format", "json")
    assert (ran.status, ran.stderr) == (0, "")


def test_standard_input_is_back_afterwards(shop: Program, typedsignals: Command) -> None:
    """For callers that go on in the same process."""
    before = sys.stdin
    typedsignals("catalog", "shop", "-f", "json")
    assert sys.stdin is before
