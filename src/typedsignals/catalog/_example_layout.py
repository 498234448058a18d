"""Python code for an example, on one line where it fits and otherwise one part a line, as formatters lay it out."""

from __future__ import annotations

from typing import NamedTuple

WIDTH = 88


class Group(NamedTuple):
    """Parts between brackets; each part is what stands before it (``total=``) and the code itself."""

    opening: str
    parts: tuple[tuple[str, Code], ...]
    closing: str


Code = str | Group


def laid_out(code: Code, indent: int = 0, taken: int = 0) -> str:
    """The text of some code.

    Args:
        code: What to write.
        indent: How far the line that it begins on is indented.
        taken: How much of that line is used besides, before and after it.
    """
    line = on_one_line(code)
    if isinstance(code, str) or not code.parts or indent + taken + len(line) <= WIDTH:
        return line
    inner = indent + 4
    parts = [f"{' ' * inner}{before}{laid_out(part, inner, len(before) + 1)},\n" for before, part in code.parts]
    return f"{code.opening}\n{''.join(parts)}{' ' * indent}{code.closing.lstrip(',')}"


def on_one_line(code: Code) -> str:
    """The text of some code without line breaks."""
    if isinstance(code, str):
        return code
    return f"{code.opening}{', '.join(before + on_one_line(part) for before, part in code.parts)}{code.closing}"
