"""The audit log: every event, in order, as JSON lines."""

from __future__ import annotations

import json
from typing import TextIO

from typedsignals import Payload

from .domain import Shop, Turn, order_paid, order_placed, payment_failed, stock_low


class AuditLog:
    """Takes whole payloads, so that a new field is logged without a change here."""

    def __init__(self, log: TextIO) -> None:
        self._log = log
        order_placed.connect(self.record, as_payload=True, priority=Turn.RECORD)
        order_paid.connect(self.record, as_payload=True)
        payment_failed.connect(self.record, as_payload=True)
        stock_low.connect(self.record, as_payload=True)

    def record(self, sender: Shop, payload: Payload) -> None:
        # Readers of the log must not see how the card is charged.
        entry = payload.model_dump(mode="json", exclude={"payment_token"})
        print(json.dumps({"event": type(payload).__name__, "shop": sender.name, **entry}), file=self._log)
