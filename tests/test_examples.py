"""The example shop runs as documented, and mypy finds the mistakes of its broken twin and nothing else."""

from __future__ import annotations

import re
import subprocess
import sys
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from examples.shop import domain, intake
from examples.shop.__main__ import DATA
from examples.shop.chain import Chain
from examples.shop.mail import Outbox
from examples.shop.stock import read_products
from examples.shop.till import SandboxGateway
from typedsignals import PayloadError, ReceiverSignatureError, SenderError

ROOT = Path(__file__).parents[1]
EXPECTED = ROOT / "tests" / "expected"
BROKEN = sorted((ROOT / "examples" / "shop_broken").glob("*.py"))
ORDER: dict[str, Any] = {
    "order_id": 1,
    "customer": "mia@example.com",
    "lines": [{"sku": "CUP-401", "quantity": 2, "unit_price": "6.50"}],
    "total": "13.00",
    "payment_token": "tok_visa",
}


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a module of this interpreter from the root of the tree."""
    command = [sys.executable, "-m", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own


def mypy(*files: Path, cache: Path, options: tuple[str, ...] = ()) -> tuple[int, list[str]]:
    """Run mypy; return its exit status and its message for each line, without notes."""
    process = run("mypy", f"--cache-dir={cache}", *options, *map(str, files))
    lines = (process.stdout + process.stderr).splitlines()
    return process.returncode, [line for line in lines if ": note: " not in line]


def marked(files: list[Path]) -> set[str]:
    """Return the ``file:line`` of each ``# mistake:``."""
    return {
        f"{file.relative_to(ROOT)}:{number}"
        for file in files
        for number, line in enumerate(file.read_text().splitlines(), start=1)
        if "# mistake: " in line
    }


def test_the_shop_prints_what_happened() -> None:
    """Running the shop prints the summary and every rejected order, and the console log of failed receivers."""
    process = run("examples.shop")
    assert process.stdout == (EXPECTED / "shop.txt").read_text()
    assert process.stderr.replace(f"{ROOT}/", "") == (EXPECTED / "shop_log.txt").read_text()
    assert process.returncode == 0


def test_a_dry_run_checks_fields_and_calls_nobody() -> None:
    """Receivers are muted, so orders that only a receiver would refuse pass, and no mail fails."""
    process = run("examples.shop", "--dry-run")
    expected = (EXPECTED / "shop.txt").read_text().splitlines()
    refused_by_receivers = re.compile("was placed before|there is no product|are there$")
    rejections = [
        line for line in expected[expected.index("18 orders rejected:") + 1 :] if not refused_by_receivers.search(line)
    ]
    assert process.stdout.splitlines() == ["14 orders rejected:", *rejections]
    assert (process.returncode, process.stderr) == (0, "")


@pytest.mark.usefixtures("isolated_signals")
def test_an_order_reaches_stock_audit_log_and_customer() -> None:
    """A valid order is reserved in its own shop, recorded without its payment token, and confirmed by mail."""
    shops = Chain(["Bern", "Dublin"], DATA / "products.csv")
    domain.order_placed.send(shops.shops["Bern"], **ORDER)
    assert [warehouse.pieces["CUP-401"] for warehouse in shops.warehouses] == [198, 200]
    assert [message["To"] for message in shops.outbox.messages] == ["mia@example.com"]
    assert '"event": "OrderPlaced"' in shops.audit_log.getvalue()
    assert "tok_visa" not in shops.audit_log.getvalue()


@pytest.mark.usefixtures("isolated_signals")
def test_a_declined_card_gives_the_stock_back() -> None:
    """Stock that was reserved for an order is released when its payment fails, and the customer is told."""
    shops = Chain(["Bern"], DATA / "products.csv")
    domain.order_placed.send(shops.shops["Bern"], **{**ORDER, "payment_token": "tok_expired_card"})
    assert [warehouse.pieces["CUP-401"] for warehouse in shops.warehouses] == [200]
    assert "expired card" in shops.outbox.messages[0].get_content()


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("", "it is not JSON"),
        ("7" * 5000, "it is not JSON"),
        ("null", "it is not a JSON object"),
        ("{}", "it names no shop of ours"),
        ('{"shop": []}', "it names no shop of ours"),
        ('{"shop": "Bern"}', "order_id: field required"),
        ('{"shop": "Bern", "order_id": 1, "total": NaN}', "total: input should be a finite number"),
    ],
)
def test_no_line_stops_the_others(line: str, problem: str) -> None:
    """A line that is not an order is rejected with its number, whatever is in it."""
    (rejection,) = intake.place_orders([line], {"Bern": domain.Shop("Bern")})
    assert rejection.line == 1
    assert problem in str(rejection.error)


@pytest.mark.slow
def test_mypy_accepts_the_shop(tmp_path: Path) -> None:
    """The clean shop has no errors."""
    assert mypy(ROOT / "examples" / "shop", cache=tmp_path) == (
        0,
        ["Success: no issues found in 11 source files"],
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("options", "expected"),
    [((), "shop_broken_with_plugin.txt"), (("--config-file=", "--strict"), "shop_broken.txt")],
    ids=["project configuration", "no configuration, no plugin"],
)
def test_mypy_finds_each_mistake(tmp_path: Path, options: tuple[str, ...], expected: str) -> None:
    """Mypy reports the five marked lines and no other, in words that say what is wrong."""
    status, lines = mypy(*BROKEN, cache=tmp_path, options=options)
    assert sorted(lines) == (EXPECTED / expected).read_text().splitlines()
    places = [":".join(line.split(":")[:2]) for line in lines if ": error: " in line]
    assert (len(places), set(places), status) == (5, marked(BROKEN), 1)


def broken(module: str) -> Any:
    """A module of the broken shop, imported where mypy, which checks this file too, does not follow."""
    return import_module(f"examples.shop_broken.{module}")


@pytest.mark.usefixtures("isolated_signals")
def test_the_mistakes_are_found_at_run_time_too() -> None:
    """Without a type checker, connecting and sending refuse the same mistakes."""
    bern = domain.Shop("Bern")
    with pytest.raises(ReceiverSignatureError, match="it does not take the field 'currency'; add"):
        broken("mail").Mail(Outbox().deliver)
    warehouse = broken("stock").Warehouse(bern, read_products(DATA / "products.csv"))
    with pytest.raises(SenderError, match="must be of type Shop, got str"):
        warehouse.reserve(bern, 1, (domain.LineItem(sku="CUP-401", quantity=195, unit_price=Decimal("6.50")),))
    till = broken("till").Till(SandboxGateway())
    with pytest.raises(PayloadError, match="customer: field required"):
        till.charge(bern, 1, "mia@example.com", Decimal(13), "tok_expired_card")
    with pytest.raises(PayloadError, match="total: input should be an instance of Decimal, got float"):
        till.charge(bern, 1, "mia@example.com", Decimal(13), "tok_visa")
