"""Find the line that sends somebody else's signal."""

from __future__ import annotations

import sys
from types import FrameType


def level_of_owner(source_type: type, packages: tuple[str, ...]) -> int:
    """Return the ``stacklevel``, for our caller's use, of the code that sends.

    Args:
        source_type: The class of the source, whose code comes in between.
        packages: The packages that do, besides this one.
    """
    level, frame, passed = 1, sys._getframe(1), ("typedsignals", *packages)
    while frame.f_back is not None and (_is_of(frame, passed) or _is_method(frame, source_type)):
        level, frame = level + 1, frame.f_back
    return level


def _is_of(frame: FrameType, packages: tuple[str, ...]) -> bool:
    return frame.f_globals.get("__name__", "").partition(".")[0] in packages


def _is_method(frame: FrameType, owner: type) -> bool:
    """Whether a frame runs a method of a class, or a function that is written inside one."""
    is_there = frame.f_globals.get("__name__") == owner.__module__
    return is_there and frame.f_code.co_qualname.startswith(f"{owner.__qualname__}.")
