"""Escape text from the user's program before it is printed."""

from __future__ import annotations

import re

# Control characters, line ends, characters that reverse the direction of writing, and those that XML forbids.
UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def one_line(text: str) -> str:
    """Escape all characters that could start a line, control a terminal or be invalid in XML."""
    return UNPRINTABLE.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)
