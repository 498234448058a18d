"""Identifiers of messages: UUIDs of version 7, which begin with the time (RFC 9562)."""

from __future__ import annotations

import os
import time


def new_id() -> str:
    """Make a new identifier; later ones are greater, unless they are of the same millisecond."""
    time_ = f"{time.time_ns() // 1_000_000:012x}"
    random = os.urandom(10).hex()
    # The version is 7, and the two highest bits of the variant are 10.
    return f"{time_[:8]}-{time_[8:]}-7{random[:3]}-{'89ab'[int(random[3], 16) & 3]}{random[4:7]}-{random[7:19]}"
