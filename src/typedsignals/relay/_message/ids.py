"""Identifiers of messages: UUIDs of version 7, which begin with the time (RFC 9562)."""

from __future__ import annotations

import os
import time


def new_id() -> str:
    """Make a new identifier; later ones are greater, unless they are of the same millisecond."""
    milliseconds = time.time_ns() // 1_000_000
    number = (milliseconds << 80) | int.from_bytes(os.urandom(10), "big")
    number = (number & ~(0xF << 76)) | (0x7 << 76)  # the version
    number = (number & ~(0x3 << 62)) | (0x2 << 62)  # the variant
    text = f"{number:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
