"""Find where a signal is declared, and by which name it can be imported from there."""

from __future__ import annotations

import sys
from types import CodeType, FrameType
from typing import Any, NamedTuple, Self


class Place(NamedTuple):
    """A line in a module."""

    module: str
    file: str
    line: int

    @classmethod
    def of(cls, frame: FrameType) -> Self:
        """Return the line that a frame is executing."""
        return cls(
            frame.f_globals.get("__name__", ""), frame.f_code.co_filename, frame.f_lineno or frame.f_code.co_firstlineno
        )

    @classmethod
    def of_code(cls, code: CodeType | None) -> Place:
        """Where a function is written; without its code, the line that calls this package."""
        return Place.of(frame_of_caller()) if code is None else cls("", code.co_filename, code.co_firstlineno)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


def line_of(code: CodeType, instruction: int) -> int:
    """Return the line of an instruction, given by its offset in the code.

    A frame's ``f_lineno`` gives it too, but counts from the start of the code: at the end of a module of 3,000
    statements, that takes six times as long as declaring a signal.
    """
    lines = (line for start, end, line in code.co_lines() if start <= instruction < end)
    return next(lines, None) or code.co_firstlineno


def frame_of_making(made: object) -> FrameType:
    """Return the frame that makes an object: the nearest that is not of this package and does not initialise it.

    The top level of a module of this package does count, because it may declare a signal itself.
    """
    try:
        frame = sys._getframe(3)  # what calls this is called by this package itself
    except ValueError:  # pragma: no cover - at the start of a thread of the module _thread, where nothing is measured
        frame = sys._getframe(2)
    while frame.f_back is not None and (_is_ours(frame) or _initialises(frame, made)):
        frame = frame.f_back
    return frame


def frame_of_caller() -> FrameType:
    """Return the nearest frame that does not belong to this package."""
    frame = sys._getframe(1)
    while frame.f_back is not None and _is_ours(frame):
        frame = frame.f_back
    return frame


def _is_ours(frame: FrameType) -> bool:
    module = frame.f_globals.get("__name__", "")
    # `Signal[A, B](...)` is called through typing.
    return module == "typing" or (f"{module}.".startswith("typedsignals.") and frame.f_code.co_name != "<module>")


def _initialises(frame: FrameType, made: object) -> bool:
    """Whether this frame runs the ``__init__`` that a subclass defines for the object."""
    code = frame.f_code
    return code.co_name == "__init__" and code.co_argcount > 0 and frame.f_locals.get(code.co_varnames[0]) is made


def global_name(target: object, module_name: str) -> str | None:
    """Return the global name of an object in an imported module; None if it has none."""
    namespace = getattr(sys.modules.get(module_name), "__dict__", {})
    # A copy is made in one step, whatever other threads add meanwhile. A list of the items is not: a collection of
    # garbage may come between, and run code.
    for name, value in namespace.copy().items():
        if value is target:
            return str(name)
    return None


def is_global(target: object, module_name: str, name: str | None) -> bool:
    """Whether this global name of an imported module stands for the object."""
    return getattr(sys.modules.get(module_name), "__dict__", {}).get(name) is target


def is_importable(target: object, module_name: str, qualified_name: str) -> bool:
    """Whether the dotted name, looked up in the module, gives the object."""
    found: Any = sys.modules.get(module_name)
    for part in qualified_name.split("."):
        found = getattr(found, part, None)
    return found is target
