"""The uses of values, which decide whether they fit."""

from __future__ import annotations

from enum import Enum


class Use(Enum):
    """What values are used for."""

    SEND = "send"
    """Passed to `send`, which validates them."""
    RECEIVE = "receive"
    """Passed to receivers, after validation."""
    WIRE = "wire"
    """Written by ``model_dump_json(by_alias=True)``, read by ``model_validate_json(by_alias=True, by_name=True)``."""
