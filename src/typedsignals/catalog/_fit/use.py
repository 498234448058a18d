"""What values are wanted for, where it is asked whether they serve."""

from __future__ import annotations

from enum import Enum


class Use(Enum):
    """What the values are wanted for."""

    SEND = "send"
    """Passed to `send`, where they are validated."""
    RECEIVE = "receive"
    """Passed to receivers, as validation left them."""
    WIRE = "wire"
    """Written by ``model_dump_json(by_alias=True)``, read by ``model_validate_json(by_alias=True, by_name=True)``."""
