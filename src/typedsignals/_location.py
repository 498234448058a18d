"""Where a signal was declared, and by which name it can be imported from there."""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any, NamedTuple, Self


class Place(NamedTuple):
    """A line of a module."""

    module: str
    file: str
    line: int

    @classmethod
    def of(cls, frame: FrameType) -> Self:
        """The line that a frame is at."""
        return cls(frame.f_globals.get("__name__", ""), frame.f_code.co_filename, frame.f_lineno)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


def frame_of_making(made: object) -> FrameType:
    """The frame that makes an object: the nearest up the stack that is neither of this package nor initialises it.

    Where a module of this package declares a signal, it is that one all the same.
    """
    frame = sys._getframe(1)
    while frame.f_back is not None and (_is_ours(frame) or _initialises(frame, made)):
        frame = frame.f_back
    return frame


def frame_of_caller() -> FrameType:
    """The nearest frame up the stack that is not of this package."""
    frame = sys._getframe(1)
    while frame.f_back is not None and _is_ours(frame):
        frame = frame.f_back
    return frame


def _is_ours(frame: FrameType) -> bool:
    module = frame.f_globals.get("__name__", "")
    # `Signal[A, B](...)` goes through typing.
    return module == "typing" or (module.partition(".")[0] == "typedsignals" and frame.f_code.co_name != "<module>")


def _initialises(frame: FrameType, made: object) -> bool:
    """Whether this is the ``__init__`` that a subclass of the object's class has."""
    code = frame.f_code
    return code.co_name == "__init__" and code.co_argcount > 0 and frame.f_locals.get(code.co_varnames[0]) is made


def global_name(target: object, module_name: str) -> str | None:
    """The global name of an object in a module that has been imported; None if it has none."""
    namespace = getattr(sys.modules.get(module_name), "__dict__", {})
    for name, value in tuple(namespace.items()):
        if value is target:
            return str(name)
    return None


def is_importable(target: object, module_name: str, qualified_name: str) -> bool:
    """Whether the dotted name leads from the module to the object."""
    found: Any = sys.modules.get(module_name)
    for part in qualified_name.split("."):
        found = getattr(found, part, None)
    return found is target
