"""Showing text that others wrote where lines and terminals are at stake."""

from __future__ import annotations

import re

# Control characters, line ends, what turns the direction of writing around, and what XML does not allow.
UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def one_line(text: str) -> str:
    """The text with all that could start a line, drive a terminal or be refused by XML written as an escape."""
    return UNPRINTABLE.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)
