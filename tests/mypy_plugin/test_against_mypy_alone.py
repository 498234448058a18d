"""What mypy finds without the plugin it finds with it, but for its false alarms about fields with defaults."""

from __future__ import annotations

from pathlib import Path

from tests.mypy_plugin.mypying import PLUGIN, SHOP, error_lines, mypy, write

TESTS = Path(__file__).parents[1]
CASES = sorted((TESTS / "typing").glob("cases_*.py"))

FALSE_ALARMS = f"""{SHOP}
@order_placed.connect  # false alarm
def a(sender: Shop, coupon: str | None, **extra: Any) -> None: ...

@order_placed.connect_via(Shop())  # false alarm
def b(sender: Shop, coupon: str | None, **extra: Any) -> None: ...

def c(sender: Shop, coupon: str | None, **extra: Any) -> None: ...
def d(sender: Shop, payload: OrderPlaced) -> None: ...

order_placed.connect(c)  # false alarm
with order_placed.connected_to(c):  # false alarm
    pass
order_placed.connect(d)
order_placed.connect(d, Shop(), as_payload=True)
order_placed.connect(d, 3, as_payload=True)
order_placed.connect(c, 3)
"""


def test_no_error_of_the_typing_cases_is_lost(tmp_path: Path, caches: dict[str, Path]) -> None:
    """Each line on which mypy alone finds an error has one with the plugin, but for those that are marked."""
    files = write(tmp_path, {case.name: case.read_text() for case in CASES})
    without = error_lines(mypy(tmp_path, files, "", caches["without"]))
    assert len(without) > len(CASES)
    assert without - error_lines(mypy(tmp_path, files, PLUGIN, caches["with"])) == {
        f"{case.name}:{number}"
        for case in CASES
        for number, line in enumerate(case.read_text().splitlines(), 1)
        if line.endswith("but for the plugin")
    }


def test_only_false_alarms_are_lost(tmp_path: Path, caches: dict[str, Path]) -> None:
    """The lines on which only mypy alone finds an error are those where a receiver names a field with a default."""
    files = write(tmp_path, {"alarms.py": FALSE_ALARMS})
    lost = error_lines(mypy(tmp_path, files, "", caches["without"]))
    lost -= error_lines(mypy(tmp_path, files, PLUGIN, caches["with"]))
    lines = enumerate(FALSE_ALARMS.splitlines(), 1)
    assert lost == {f"alarms.py:{number}" for number, line in lines if line.endswith("# false alarm")}
