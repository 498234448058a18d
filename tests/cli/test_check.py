"""``typedsignals check``: by itself, against a file, against git, with the project's settings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.catalog.programs import Program

from .running import ORDERS, Ran

Command = Callable[..., Ran]
Git = Callable[..., str]
KEY = "shop.orders.order_placed"
pytestmark = pytest.mark.usefixtures("fakes")

CHANGED = ORDERS.replace("order_id: int", "order_id: str")
CARRIED = """
from typedsignals import Namespace, Payload
from typedsignals.relay import Relay

class Line(Payload):
    sku: str

class OrderPlaced(Payload):
    lines: list[Line]

order_placed = Namespace("shop").signal("order-placed", OrderPlaced, sender=str)
relay = Relay("shop", database="sqlite:///shop.db")
relay.carry(order_placed)
"""
WAIVER = f"""
[[tool.typedsignals.waivers]]
rule = "TS301"
signal = "{KEY}"
reason = "agreed"
"""


@pytest.fixture
def changed(shop: Program, typedsignals: Command) -> Program:
    """The shop, and its catalog from before the type of a field changed."""
    assert typedsignals("catalog", "shop", "-o", "signals.json").status == 0
    shop.forget()
    shop.write(shop__orders=CHANGED)
    return shop


def settings(program: Program, text: str, file: str = "pyproject.toml") -> None:
    program.write_file(file, f"[tool.typedsignals]\n{text}")


# By itself


def test_without_a_baseline_the_program_is_checked_as_it_is(shop: Program, typedsignals: Command) -> None:
    """Findings below the least severity are shown, but do not fail."""
    ran = typedsignals("check", "shop")
    assert ran == (0, f"against None, failing on ERROR\nTS505 INFO {KEY}\nshop/orders.py:8\n", "")


@pytest.mark.parametrize(("level", "status"), [("error", 0), ("warn", 0), ("info", 1), ("off", 0)])
def test_the_least_severity_that_fails_can_be_chosen(
    shop: Program, typedsignals: Command, level: str, status: int
) -> None:
    """By an option."""
    ran = typedsignals("check", "shop", "--fail-on", level)
    assert (ran.status, ran.stdout.splitlines()[0]) == (status, f"against None, failing on {level.upper()}")


def test_a_value_that_is_no_choice_is_named(shop: Program, typedsignals: Command) -> None:
    """With the choices."""
    ran = typedsignals("check", "shop", "--fail-on", "md")
    assert ran.status == 2
    assert "Invalid value for '--fail-on': 'md' is not one of 'error', 'warn', 'info', 'off'." in ran.stderr


def test_nothing_is_checked_with_problems(shop: Program, typedsignals: Command) -> None:
    """What is missing would be reported as removed."""
    shop.write(shop__bad="import absent")
    ran = typedsignals("check", "shop", "-o", "report.sarif")
    assert (ran.status, ran.stdout) == (2, "")
    assert ran.stderr.splitlines()[-1] == "error: nothing was checked"
    assert not (shop.folder / "report.sarif").exists()


# Against a baseline


def test_changes_since_a_file_was_written_are_found(changed: Program, typedsignals: Command) -> None:
    """A change that breaks a receiver fails the check."""
    ran = typedsignals("check", "shop", "--against", "signals.json")
    assert ran.status == 1
    assert ran.stdout.splitlines()[:2] == ["against signals.json, failing on ERROR", f"TS301 ERROR {KEY} order_id"]


def test_changes_since_a_commit_are_found(changed: Program, repository: Git, typedsignals: Command) -> None:
    """The path is relative to the repository, or after `./` to the current folder; the old code is not imported."""
    repository("add", "signals.json")
    repository("commit", "--quiet", "--message=first")
    (changed.folder / "signals.json").unlink()
    for source in ("main:signals.json", "HEAD:./signals.json", ":signals.json"):
        changed.forget()
        ran = typedsignals("check", "shop", "--against", source)
        assert (ran.status, ran.stdout.splitlines()[0]) == (1, f"against {source}, failing on ERROR")


def test_a_file_comes_before_a_version_in_git(changed: Program, typedsignals: Command) -> None:
    """Even if its name has a colon."""
    (changed.folder / "signals.json").rename(changed.folder / "C:signals.json")
    assert typedsignals("check", "shop", "--against", "C:signals.json").status == 1


def test_other_packages_than_those_of_the_baseline_are_noted(changed: Program, typedsignals: Command) -> None:
    """As all their signals would be new or removed."""
    ran = typedsignals("check", "shop.orders", "--against", "signals.json")
    assert ran.stderr == "note: signals.json is the catalog of shop, but is compared with shop.orders\n"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"[]", "is not a catalog: it has no version; make one with `typedsignals catalog`"),
        (b'{"version": 99}', "upgrade typedsignals"),
        (b'{"version": 1, "pack', "is not a catalog, or was cut off: "),
        (b"\x89PNG\r\n", "is not a catalog: it is not text in UTF-8"),
        (b"[" * 100_000, "is not a catalog, or was cut off: "),
        (b"", "is not a catalog, or was cut off: "),
    ],
)
def test_a_baseline_that_is_no_catalog_is_an_error(
    shop: Program, typedsignals: Command, content: bytes, message: str
) -> None:
    """The error says what is wrong with the file."""
    (shop.folder / "signals.json").write_bytes(content)
    ran = typedsignals("check", "shop", "--against", "signals.json")
    assert (ran.status, ran.stdout) == (2, "")
    assert ran.stderr.startswith("error: signals.json ")
    assert message in ran.stderr
    assert ran.stderr.count("\n") == 1


def test_a_baseline_that_is_not_there_is_an_error(shop: Program, repository: Git, typedsignals: Command) -> None:
    """The error says how to create one; nothing is imported before."""
    shop.write(shop="raise SystemError")
    ran = typedsignals("check", "shop", "--against", "old.json")
    assert ran.status == 2
    assert ran.stderr == (
        "error: there is no file old.json: make it with `typedsignals catalog PACKAGE -o old.json`, "
        "or name a version in git, such as main:old.json\n"
    )
    ran = typedsignals("check", "shop", "--against", "release:old.json")
    assert ran.status == 2
    assert ran.stderr.startswith("error: release:old.json is neither a file nor a version that git can show: fatal: ")


def test_the_first_time_there_is_no_baseline(shop: Program, repository: Git, typedsignals: Command) -> None:
    """Once the file is added to git, the program is checked without it until the branch has it."""
    repository("commit", "--quiet", "--allow-empty", "--message=first")
    typedsignals("catalog", "shop", "-o", "signals.json")
    shop.forget()
    ran = typedsignals("check", "shop", "--against", "main:signals.json")
    assert ran.status == 2
    assert ran.stderr.endswith("; correct its name, or, if the file is new, `git add` it\n")
    repository("add", "signals.json")
    ran = typedsignals("check", "shop", "--against", "main:signals.json")
    assert (ran.status, ran.stdout.splitlines()[0]) == (0, "against None, failing on ERROR")
    assert ran.stderr == "note: git has no signals.json in main yet: the program is checked on its own\n"


def test_a_program_without_signals_is_not_checked(shop: Program, typedsignals: Command) -> None:
    """It is probably the wrong one, unless the baseline has signals, which are then removed."""
    typedsignals("catalog", "shop", "-o", "signals.json")
    shop.write(empty="", void="")
    error = "error: no signals were found in {}: name the packages that declare them\n"
    assert typedsignals("check", "void", "empty") == (2, "", error.format("empty, void"))
    ran = typedsignals("check", "empty", "--against", "signals.json")
    assert (ran.status, ran.stdout.splitlines()[1]) == (1, f"TS101 ERROR {KEY}")
    typedsignals("catalog", "empty", "-o", "none.json")
    ran = typedsignals("check", "empty", "--against", "none.json")
    assert (ran.status, ran.stderr) == (2, error.format("empty"))


def test_without_signals_what_there_is_instead_is_reported(shop: Program, typedsignals: Command) -> None:
    """By both commands; an empty catalog is not a failure."""
    shop.write(pure="from blinker import Signal\nsaved = Signal()")
    nothing = "no signals were found in pure: name the packages that declare them\n  pure.saved is Blinker's: import "
    ran = typedsignals("check", "pure")
    assert (ran.status, ran.stdout) == (2, "")
    assert ran.stderr.startswith(f"error: {nothing}")
    ran = typedsignals("catalog", "pure", "-f", "json")
    assert (ran.status, ran.stdout[:1]) == (0, "{")
    assert ran.stderr.startswith(f"note: {nothing}")
    ran = typedsignals("catalog", "__main__")
    assert ran.status == 0
    assert "  __main__ is not imported, as that would run it: name the modules that declare signals\n" in ran.stderr
    assert typedsignals("catalog", "shop").stderr == ""


def test_no_name_in_a_message_begins_a_line_or_drives_the_terminal(shop: Program, typedsignals: Command) -> None:
    """Neither a name in a baseline nor that of a setting."""
    odd, shown = r"\u001b[2J\n", r"\x1b[2J\n"
    invalid = f"error: signals.json is not a valid catalog: models.{shown}.name: "
    baseline = shop.folder / "signals.json"
    typedsignals("catalog", "shop", "-o", "signals.json")
    whole = baseline.read_text(encoding="utf-8")
    for before, after, message in (
        ('"shop"\n', f'"{odd}"\n', f"note: signals.json is the catalog of {shown}, but is compared with shop\n"),
        ('"models": {', f'"models": {{"{odd}": {{}},', invalid),
    ):
        baseline.write_text(whole.replace(before, after), encoding="utf-8")
        shop.forget()
        ran = typedsignals("check", "shop", "--against", "signals.json")
        assert ran.stderr.startswith(message)
        assert ran.stderr.count("\n") == 1
    settings(shop, f'"{odd}" = 1')
    assert typedsignals("check", "shop").stderr.splitlines()[1:] == [f"  {shown}: there is no such setting"]


# Settings


def test_settings_of_the_project_hold(changed: Program, typedsignals: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """The nearest pyproject.toml with settings counts, in this folder or above."""
    settings(changed, "fail-on = 'info'\n" + WAIVER)
    changed.write_file("inner/pyproject.toml", "[project]\nname = 'x'\n")
    monkeypatch.chdir(changed.folder / "inner")
    monkeypatch.setenv("PYTHONPATH", "")
    ran = typedsignals("check", "shop", "--against", "../signals.json")
    lines = ran.stdout.splitlines()
    assert lines[:2] == ["against ../signals.json, failing on INFO", f"TS301 ERROR {KEY} order_id"]
    assert "waived TS301: agreed" in lines
    assert ran.status == 0  # the rest was there before


def test_options_come_before_settings(shop: Program, typedsignals: Command) -> None:
    """Each option overrides its own setting."""
    settings(shop, "fail-on = 'info'\nprofile = 'brokered'\ncompat = 'backward'\n")
    shop.write(shop__orders="class Clerk: ...\n" + ORDERS.replace("int", "Clerk"))
    ran = typedsignals("check", "shop", "--fail-on", "error")
    assert "TS508" in ran.stdout
    assert ran.stdout.startswith("against None, failing on ERROR\n")
    shop.forget()
    assert "TS508" not in typedsignals("check", "shop", "--profile", "in-process").stdout


def test_which_messages_must_be_readable_can_be_chosen(shop: Program, typedsignals: Command) -> None:
    """A new optional field breaks old code, but not new code."""
    typedsignals("catalog", "shop", "-o", "signals.json")
    shop.write(shop__orders=ORDERS.replace("coupon: ", "gift: bool = False\n    coupon: "))
    for compat, status in (("backward", 0), ("forward", 1), ("full", 1)):
        shop.forget()
        arguments = ("--against", "signals.json", "--profile", "brokered", "--compat", compat)
        assert typedsignals("check", "shop", *arguments).status == status


def test_compatibility_of_messages_needs_a_broker(shop: Program, typedsignals: Command) -> None:
    """Without one, and without a relay, the option is an error."""
    ran = typedsignals("check", "shop", "--compat", "full")
    assert (ran.status, ran.stdout) == (2, "")
    assert "it is about messages, and no relay carries a signal: add --profile brokered" in ran.stderr


def test_which_messages_of_a_relay_must_be_readable_can_be_chosen(shop: Program, typedsignals: Command) -> None:
    """Whatever the profile: old code refuses the new field of a nested model, and new code has a default for it."""
    pytest.importorskip("sqlalchemy")
    shop.write(shop__orders=CARRIED)
    typedsignals("catalog", "shop", "-o", "signals.json")
    shop.write(shop__orders=CARRIED.replace("sku: str", "sku: str\n    gift: bool = False"))
    for compat, status in (("backward", 0), ("forward", 1), ("full", 1)):
        shop.forget()
        ran = typedsignals("check", "shop", "--against", "signals.json", "--compat", compat)
        assert (ran.status, ran.stderr) == (status, "")


def test_messages_of_a_relay_that_is_gone_can_be_chosen_too(shop: Program, typedsignals: Command) -> None:
    """Those that it has carried may still wait."""
    pytest.importorskip("sqlalchemy")
    shop.write(shop__orders=CARRIED)
    typedsignals("catalog", "shop", "-o", "signals.json")
    shop.write(shop__orders=CARRIED[: CARRIED.index("relay = ")])
    shop.forget()
    assert typedsignals("check", "shop", "--against", "signals.json", "--compat", "full").status != 2


def test_the_file_of_settings_can_be_named(shop: Program, typedsignals: Command) -> None:
    """It must exist and be right."""
    settings(shop, "fail-on = 'info'", "conf/strict.toml")
    assert typedsignals("check", "shop", "--config", "conf/strict.toml").status == 1
    ran = typedsignals("check", "shop", "--config", "conf/absent.toml")
    assert ran == (2, "", "error: conf/absent.toml cannot be read: No such file or directory\n")
    shop.write_file("conf/pyproject.toml", "[project]\nname = 'x'\n")
    ran = typedsignals("check", "shop", "--config", "conf/pyproject.toml")
    assert ran == (2, "", "error: conf/pyproject.toml has no table [tool.typedsignals]\n")
    settings(shop, "fail = 'info'", "conf/strict.toml")
    ran = typedsignals("check", "shop", "--config", "conf/strict.toml")
    assert ran.status == 2
    assert ran.stderr == (
        "error: [tool.typedsignals] in conf/strict.toml is wrong:\n  fail: there is no such setting\n"
    )


def test_a_waiver_of_a_change_is_unused_only_if_changes_were_looked_for(shop: Program, typedsignals: Command) -> None:
    """Without a baseline, only a waiver of a rule that needs none can be unused."""
    settings(shop, WAIVER)
    assert "TS601" not in typedsignals("check", "shop").stdout
    shop.forget()
    typedsignals("catalog", "shop", "-o", "signals.json")
    shop.forget()
    assert f"TS601 WARN {KEY}" in typedsignals("check", "shop", "--against", "signals.json").stdout
    shop.forget()
    settings(shop, WAIVER.replace("TS301", "TS501"))
    assert f"TS601 WARN {KEY}" in typedsignals("check", "shop").stdout


# Reports


def test_a_report_is_written_to_a_file(changed: Program, typedsignals: Command) -> None:
    """In the format that its name implies; a summary goes to standard error."""
    ran = typedsignals("check", "shop", "--against", "signals.json", "-o", "report.sarif")
    assert ran == (1, "", "wrote report.sarif: 1 finding, of which 1 makes the check fail\n")
    assert (changed.folder / "report.sarif").read_text().startswith("against signals.json")
    changed.forget()
    typedsignals("check", "shop", "-o", "report.txt")
    assert (changed.folder / "report.txt").read_text().startswith("against None")


def test_places_are_relative_to_the_project(
    program: Program, repository: Git, typedsignals: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To the top of the repository, wherever the command runs and the settings are."""
    program.write_file("backend/src/stock/__init__.py", ORDERS)
    settings(program, WAIVER.replace("TS301", "TS501"), "backend/pyproject.toml")
    monkeypatch.chdir(program.folder / "backend")
    ran = typedsignals("check", "stock")
    assert ran.stdout.splitlines()[-1] == "backend/src/stock/__init__.py:8"
    settings(program, "severity.TS505 = 'off'\n" + WAIVER.replace("TS301", "TS501"), "backend/pyproject.toml")
    program.forget()
    assert typedsignals("check", "stock").stdout.splitlines()[-1] == "backend/pyproject.toml:None"


def test_a_report_cannot_be_written_anywhere(shop: Program, typedsignals: Command) -> None:
    """The message says why."""
    ran = typedsignals("check", "shop", "-o", str(Path("missing") / "report.sarif"))
    assert ran.status == 2
    assert ran.stderr == (
        "error: missing/report.sarif cannot be written: No such file or directory; nothing was written\n"
    )


# Names that are none


@pytest.mark.parametrize("option", ["--output", "-o", "--config"])
def test_a_file_of_an_option_has_to_be_named(shop: Program, typedsignals: Command, option: str) -> None:
    """An empty text is not a name."""
    ran = typedsignals("check", "shop", option, "")
    assert (ran.status, ran.stdout) == (2, "")
    assert "it names no file" in ran.stderr


def test_a_baseline_has_to_be_named(shop: Program, typedsignals: Command) -> None:
    """For example, if a variable of a workflow is empty."""
    error = "error: no baseline is named: give a catalog file, or a version in git, such as main:signals.json\n"
    assert typedsignals("check", "shop", "--against", "") == (2, "", error)
