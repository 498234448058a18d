"""The shop in several processes: a worker is killed, and nothing is lost or done twice, or the demo fails."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from examples.shop_relayed import __main__ as program
from examples.shop_relayed import demo
from examples.shop_relayed.database import Shelf
from examples.shop_relayed.inspection import Inspection

ROOT = Path(__file__).parents[1]
IN_ORDER = Inspection(
    orders=[1, 2, 3],
    picked=Counter([1, 2, 3]),
    confirmed=Counter([1, 3]),
    undeliverable=[2],
    shelves=[Shelf(shop="Bern", sku="CUP-401", pieces=4, pieces_at_first=10)],
    pieces=Counter({("Bern", "CUP-401"): 6}),
)


@pytest.mark.slow
def test_nothing_is_lost_or_done_twice_when_a_worker_is_killed() -> None:
    """The demo says so, and shows what is left after the kill and at the end."""
    command = [sys.executable, "-m", "examples.shop_relayed"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)  # noqa: S603 - our own
    assert ran.returncode == 0, ran.stderr
    assert "is killed (SIGKILL)" in ran.stdout
    assert "rejected, and not published: order 8200 was placed before" in ran.stdout
    assert "200 orders were taken, 200 were picked from the shelves, and 199 were confirmed by mail." in ran.stdout
    assert ran.stdout.endswith("Nothing was lost, and nothing was done twice.\n")
    killed, ended = re.findall(r"^mail +shop.order-placed +(\S+) +(\S+) +(\S+) +(\S+)", ran.stdout, re.MULTILINE)
    assert killed[:2] != ("-", "-")
    assert ended == ("-", "-", "-", "1")
    assert "Reject" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_an_inspection_finds_no_mistake_where_none_is() -> None:
    """An order whose mailbox does not exist need not be confirmed."""
    assert list(IN_ORDER.mistakes()) == []


@pytest.mark.parametrize(
    ("done", "mistake"),
    [
        (replace(IN_ORDER, picked=Counter([1, 2])), "order 3 was picked 0 times instead of 1"),
        (replace(IN_ORDER, picked=Counter([1, 1, 2, 3])), "order 1 was picked 2 times instead of 1"),
        (replace(IN_ORDER, confirmed=Counter([1])), "order 3 was confirmed 0 times instead of 1"),
        (replace(IN_ORDER, confirmed=Counter([1, 3, 3])), "order 3 was confirmed 2 times instead of 1"),
        (replace(IN_ORDER, confirmed=Counter([1, 3, 4])), "order 4 was confirmed 1 times instead of 0"),
        (
            replace(IN_ORDER, pieces=Counter({("Bern", "CUP-401"): 4})),
            "CUP-401 in Bern: the shelf does not have what it had, without what was taken",
        ),
    ],
    ids=["not picked", "picked twice", "not confirmed", "confirmed twice", "confirmed without order", "pieces"],
)
def test_an_inspection_finds_what_was_lost_or_done_twice(done: Inspection, mistake: str) -> None:
    """One mistake each."""
    assert list(done.mistakes()) == [mistake]


def test_the_demo_fails_by_what_the_inspection_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its exit status is 1, and the mistakes are on standard error."""
    monkeypatch.setenv("SHOP_FOLDER", "to be restored")
    monkeypatch.setattr(demo, "run", lambda: ["order 1 was picked 2 times instead of 1"])
    with pytest.raises(SystemExit, match="order 1 was picked 2 times instead of 1"):
        program.main()
