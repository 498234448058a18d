"""What happens to data."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from typedsignals import Namespace, Payload


class DayClosed(Payload):
    """The figures of a day are complete."""

    day: date
    sales: list[int] = Field(description="Cents, one number for each sale.")


data = Namespace("data")
day_closed = data.signal("day-closed", DayClosed)
