"""Problems: what could not be catalogued and why, where it happened, and which module is the cause."""

from __future__ import annotations

import pkgutil
import sys
import traceback
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice

from pydantic import ValidationError

from ..._suggestion import closest
from .module_files import is_within, relative_file

MOST_LINES = 20
"""How many lines of details are shown; the text of an error may have any length."""

LONGEST_LINE = 500
"""How many characters of each line are shown."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that could not be catalogued.

    Attributes:
        module: The module with the problem.
        message: What happened, where, and what to do.
        cause: The module that causes it, if it is another one that this one imports.
        details: The rest of the error, line by line: missing settings, for example, and the errors that caused it.
    """

    module: str
    message: str
    cause: str | None = None
    details: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.module}: {self.message}"


def failed_import(name: str, error: BaseException) -> Problem:
    """Return the problem of a module whose import has failed."""
    if isinstance(error, ModuleNotFoundError) and error.name and is_within(name, [error.name]):
        return Problem(name, _absence(error.name))
    cause = _cause(name, error)
    head, details = reason_of(error, cause)
    return Problem(name, f"does not import: {head}", None if cause == name else cause, details)


def failed_signal(module: str, path: str, error: BaseException) -> Problem:
    """Return the problem of a signal that could not be described, usually because the program's own code failed."""
    head, details = reason_of(error, module)
    return Problem(module, f"signal {path} cannot be catalogued: {head}", details=details)


def reason_of(error: BaseException, module: str = "") -> tuple[str, tuple[str, ...]]:
    """Return what an error says, and where it was raised: one line, and more lines of details.

    Args:
        error: The error.
        module: The module of the program in which it was raised. The location is the last one in that module's
            top-level package if the error passed through it, otherwise the last of all.
    """
    head, details = _text_of(error)
    # Only as many as are shown are read, because chains of errors may have any length.
    shown = list(islice(chain(details, _parts(error, module, {id(error)})), MOST_LINES + 1))
    if len(shown) > MOST_LINES:
        shown[-1] = "..."
    return f"{_bounded(head)}{_location(module, error)}", tuple(map(_bounded, shown))


def _absence(name: str) -> str:
    parent, _, last = name.rpartition(".")
    folders = getattr(sys.modules.get(parent), "__path__", ()) if parent else None
    meant = closest(last, (info.name for info in pkgutil.iter_modules(folders)))
    if meant:
        return f"there is no module {name!r}; did you mean {'.'.join(filter(None, (parent, meant)))!r}?"
    return f"there is no module {name!r}; check the name, and that its folder is on the path (PYTHONPATH)"


def _cause(name: str, error: BaseException) -> str:
    """Return the innermost module that failed; the modules that import it fail with the same error."""
    if isinstance(error, SyntaxError) and error.filename and error.filename.endswith(".py"):
        steps = relative_file(error.filename, name).removesuffix(".py").removesuffix("/__init__")
        return steps.replace("/", ".")
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__) if frame.f_code.co_name == "<module>"]
    running = (frame.f_globals.get("__name__") for frame in reversed(frames))  # None for code run by `exec`
    return next((module for module in running if module and module not in sys.modules), name)


def _text_of(error: BaseException) -> tuple[str, list[str]]:
    """Return the first line of an error, and the other lines, including notes and the source of a syntax error."""
    # Without `traceback`, which reads the whole chain of errors, however long.
    kind = type(error)
    home = "" if kind.__module__ in {"builtins", "__main__"} else f"{kind.__module__}."
    text = _text(error)
    head, *rest = f"{home}{kind.__qualname__}{text and f': {text}'}".splitlines()
    if isinstance(error, ValidationError):
        rest = list(_wrong_values(error))
    notes = "\n".join(map(str, getattr(error, "__notes__", ())))
    lines = *_source_lines(error), *rest, *notes.splitlines()
    return head, [line.rstrip() for line in lines if line.strip()]


def _text(error: BaseException) -> str:
    try:
        return str(error.msg) if isinstance(error, SyntaxError) else str(error)
    except Exception as another:
        return f"<its text cannot be shown: {type(another).__name__}>"


def _source_lines(error: BaseException) -> Iterator[str]:
    """Yield the line of a syntax error, and a caret below it."""
    if isinstance(error, SyntaxError) and error.text:
        line = error.text.splitlines()[0]
        code = line.strip()
        yield code
        if error.offset:
            yield " " * (error.offset - 1 - line.find(code)) + "^"


def _wrong_values(error: ValidationError) -> Iterator[str]:
    """Yield the errors that pydantic found, without the values, which may be secret."""
    for detail in error.errors(include_url=False, include_context=False, include_input=False):
        path = ".".join(map(str, detail["loc"]))
        yield f"{path}: {detail['msg']}" if path else detail["msg"]


def _parts(error: BaseException, module: str, seen: set[int]) -> Iterator[str]:
    """Yield the errors in a group, and the error that caused this one, each with its location."""
    for prefix, part in _related(error):
        if id(part) not in seen:
            seen.add(id(part))
            head, details = _text_of(part)
            yield f"{prefix} {head}{_location(module, part)}"
            yield from (f"  {line}" for line in chain(details, _parts(part, module, seen)))


def _related(error: BaseException) -> Iterable[tuple[str, BaseException]]:
    if isinstance(error, BaseExceptionGroup):
        yield from (("-", part) for part in error.exceptions)
    if error.__cause__ is not None:
        yield "because of", error.__cause__
    elif error.__context__ is not None and not error.__suppress_context__:
        yield "while handling", error.__context__


def _bounded(line: str) -> str:
    return line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]}..."


def _location(module: str, error: BaseException) -> str:
    """Return the last location in the package where the error passed, or else the last of all: `` (file:line)``."""
    if isinstance(error, SyntaxError) and error.filename:
        return f" ({relative_file(error.filename, module)}:{error.lineno})"
    top = module.partition(".")[0]
    passed = list(_locations(error))
    own = [location for location in passed if is_within(location[0], [top])]
    return "".join(f" ({file}:{line})" for _, file, line in (own or passed)[-1:])


def _locations(error: BaseException) -> Iterator[tuple[str, str, int]]:
    """Yield the module, file and line of each frame that the error passed through."""
    for frame, line in traceback.walk_tb(error.__traceback__):
        module = frame.f_globals.get("__name__", "")
        yield module, relative_file(frame.f_code.co_filename, module), line
