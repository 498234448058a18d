"""What cannot be catalogued and why: what happened, where in the program, and which module is to blame."""

from __future__ import annotations

import pkgutil
import sys
import traceback
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice

from pydantic import ValidationError

from ..._suggestion import closest
from .places import is_within, relative_file

MOST_LINES = 20
"""How many lines there are of details; an error may say anything."""

LONGEST_LINE = 500
"""How many characters there are of each line."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that could not be catalogued.

    Attributes:
        module: The module that it is in.
        message: What happened, where, and what to do.
        cause: The module that is to blame, if it is another one, which this one imports.
        details: What else the error says, line by line: which settings are missing, say, and what it comes from.
    """

    module: str
    message: str
    cause: str | None = None
    details: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.module}: {self.message}"


def failed_import(name: str, error: BaseException) -> Problem:
    """The problem of a module whose import has ended with an error."""
    if isinstance(error, ModuleNotFoundError) and error.name and is_within(name, [error.name]):
        return Problem(name, _absence(error.name))
    cause = _cause(name, error)
    head, details = reason_of(error, cause)
    return Problem(name, f"does not import: {head}", None if cause == name else cause, details)


def failed_signal(module: str, path: str, error: BaseException) -> Problem:
    """The problem of a signal whose description has ended with an error: of the program's own code, most often."""
    head, details = reason_of(error, module)
    return Problem(module, f"signal {path} cannot be catalogued: {head}", details=details)


def reason_of(error: BaseException, module: str = "") -> tuple[str, tuple[str, ...]]:
    """What an error says, and where it comes from: a line, and more of them where it says more.

    Args:
        error: The error.
        module: The module of the program that it happened in. The place is in that one's top package if the error
            passed through it, and else the innermost.
    """
    head, details = _said(error)
    # No more is looked at than is told: errors may come from each other in chains of any length.
    told = list(islice(chain(details, _parts(error, module, {id(error)})), MOST_LINES + 1))
    if len(told) > MOST_LINES:
        told[-1] = "..."
    return f"{_bounded(head)}{_place(module, error)}", tuple(map(_bounded, told))


def _absence(name: str) -> str:
    parent, _, last = name.rpartition(".")
    folders = getattr(sys.modules.get(parent), "__path__", ()) if parent else None
    meant = closest(last, (info.name for info in pkgutil.iter_modules(folders)))
    if meant:
        return f"there is no module {name!r}; did you mean {'.'.join(filter(None, (parent, meant)))!r}?"
    return f"there is no module {name!r}; check the name, and that its folder is on the path (PYTHONPATH)"


def _cause(name: str, error: BaseException) -> str:
    """The innermost module that has failed: those that import it fail with the same error."""
    if isinstance(error, SyntaxError) and error.filename and error.filename.endswith(".py"):
        steps = relative_file(error.filename, name).removesuffix(".py").removesuffix("/__init__")
        return steps.replace("/", ".")
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__) if frame.f_code.co_name == "<module>"]
    running = (frame.f_globals.get("__name__") for frame in reversed(frames))  # none has what `exec` runs by itself
    return next((module for module in running if module and module not in sys.modules), name)


def _said(error: BaseException) -> tuple[str, list[str]]:
    """The first line of what an error says, and the others: its notes too, and the source of a syntax error."""
    # Not by `traceback`, which takes in all errors that this one comes from, however many.
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
    """Where there is no Python in a line, and a mark below it."""
    if isinstance(error, SyntaxError) and error.text:
        line = error.text.splitlines()[0]
        code = line.strip()
        yield code
        if error.offset:
            yield " " * (error.offset - 1 - line.find(code)) + "^"


def _wrong_values(error: ValidationError) -> Iterator[str]:
    """What pydantic found, without the values, which may be secrets: those of settings often are."""
    for detail in error.errors(include_url=False, include_context=False, include_input=False):
        place = ".".join(map(str, detail["loc"]))
        yield f"{place}: {detail['msg']}" if place else detail["msg"]


def _parts(error: BaseException, module: str, seen: set[int]) -> Iterator[str]:
    """The errors in a group, and that which an error comes from, each with its place."""
    for prefix, part in _related(error):
        if id(part) not in seen:
            seen.add(id(part))
            head, details = _said(part)
            yield f"{prefix} {head}{_place(module, part)}"
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


def _place(module: str, error: BaseException) -> str:
    """The last place in the package that the error passed through, or else the last of all, as `` (file:line)``."""
    if isinstance(error, SyntaxError) and error.filename:
        return f" ({relative_file(error.filename, module)}:{error.lineno})"
    top = module.partition(".")[0]
    places = list(_passed(error))
    own = [place for place in places if is_within(place[0], [top])]
    return "".join(f" ({file}:{line})" for _, file, line in (own or places)[-1:])


def _passed(error: BaseException) -> Iterator[tuple[str, str, int]]:
    for frame, line in traceback.walk_tb(error.__traceback__):
        module = frame.f_globals.get("__name__", "")
        yield module, relative_file(frame.f_code.co_filename, module), line
