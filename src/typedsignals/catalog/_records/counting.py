"""Numbers of things, in words."""

from __future__ import annotations


def counted(number: int, noun: str) -> str:
    """Write a number of things: ``1 signal``, ``2 signals``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
