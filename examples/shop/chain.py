"""The chain: its shops, and the departments that serve them."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from pathlib import Path

from .audit import AuditLog
from .domain import Shop
from .mail import Mail, Outbox
from .order_book import OrderBook
from .report import Tally
from .stock import Warehouse, read_products
from .till import SandboxGateway, Till


class Chain:
    """The chain is open while something refers to it: connections are weak, and end with the departments."""

    def __init__(self, names: Iterable[str], products: Path) -> None:
        self.shops = {name: Shop(name) for name in names}
        self.audit_log = io.StringIO()
        self.outbox = Outbox()
        self.tally = Tally()
        self.warehouses = [Warehouse(shop, read_products(products)) for shop in self.shops.values()]
        self.departments = (
            OrderBook(),
            AuditLog(self.audit_log),
            Till(SandboxGateway()),
        )
        self.mail = Mail(self.outbox.deliver)
        self.mail.connect()

    def summary(self) -> Iterator[str]:
        """Sum up the day."""
        yield from self.tally.lines()
        entries = len(self.audit_log.getvalue().splitlines())
        yield f"mails sent: {len(self.outbox.messages)}; entries in the audit log: {entries}"
