"""Identifiers of messages: UUIDs of version 7, which begin with the time (RFC 9562)."""

from __future__ import annotations

import os
import time
from uuid import UUID


def new_id() -> str:
    """Make a new identifier; later ones are greater, unless they are of the same millisecond."""
    milliseconds = time.time_ns() // 1_000_000
    number = (milliseconds << 80) | int.from_bytes(os.urandom(10), "big")
    number = (number & ~(0xF << 76)) | (0x7 << 76)  # the version
    number = (number & ~(0x3 << 62)) | (0x2 << 62)  # the variant
    return str(UUID(int=number))
