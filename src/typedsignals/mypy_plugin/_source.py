"""The source of classes and functions: mypy keeps only part of it, and Python's own tree is simpler to look through."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy.errors import Errors
    from mypy.nodes import ClassDef, FuncDef


def lines_of(path: str, errors: Errors) -> list[str]:
    """The lines of a file; none if it cannot be read, as with ``mypy -c``."""
    return (errors.read_source(path) if errors.read_source else None) or []


def source_of(definition: ClassDef | FuncDef, path: str, errors: Errors) -> str:
    """The lines of a definition, without its decorators."""
    return "\n".join(lines_of(path, errors)[definition.line - 1 : definition.end_line])


def parsed(source: str, definition: ClassDef | FuncDef) -> ast.stmt | None:
    """The definition whose source this is; None if it is another's, as mypy splits what it gives at form feeds too."""
    try:
        (statement,) = ast.parse(f"if True:\n{source}" if source[:1].isspace() else source).body
    except (SyntaxError, ValueError):
        return None
    found = statement.body[0] if isinstance(statement, ast.If) else statement
    if getattr(found, "name", None) != definition.name:
        return None
    return ast.increment_lineno(found, definition.line - found.lineno)
