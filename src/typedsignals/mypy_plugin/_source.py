"""The source of classes and functions: mypy keeps only part of it, and Python's own tree is simpler to look through.

What that is of a newer Python than the one that runs mypy cannot be parsed.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from mypy.errors import Errors
    from mypy.nodes import ClassDef, FuncDef

Assignment = ast.Assign | ast.AnnAssign
Function = ast.FunctionDef | ast.AsyncFunctionDef


def lines_of(path: str, errors: Errors) -> list[str]:
    """The lines of a file; none if it cannot be read, as with ``mypy -c``."""
    return (errors.read_source(path) if errors.read_source else None) or []


def lines_of_class(definition: ClassDef, path: str, errors: Errors) -> list[str]:
    """The lines of the file of a class; none if mypy counts them otherwise, as it splits them at form feeds too."""
    lines = lines_of(path, errors)
    header = "".join(lines[definition.line - 1 : definition.line])
    return lines if re.search(rf"\bclass\s+{definition.name}\b", header) else []


def parsed_assignment(source: str, name: str) -> Assignment | None:
    """What is assigned to a name in these lines."""
    nodes = (node for statement in _parsed(source) for node in ast.walk(statement))
    return next((node for node in nodes if isinstance(node, Assignment) and name in _targets(node)), None)


def _targets(node: Assignment) -> list[str]:
    return [ast.unparse(target) for target in (node.targets if isinstance(node, ast.Assign) else [node.target])]


def parsed_function(definition: FuncDef, path: str, errors: Errors) -> Function | None:
    """A function; None if it cannot be parsed, or is another's, where mypy counts lines otherwise."""
    source = "\n".join(lines_of(path, errors)[definition.line - 1 : definition.end_line])
    for found in _parsed(source):
        if isinstance(found, Function) and found.name == definition.name:
            return ast.increment_lineno(found, definition.line - found.lineno)
    return None


def _parsed(source: str) -> list[ast.stmt]:
    """The statements in these lines, be they indented or not."""
    is_indented = source[:1].isspace()
    try:
        tree = ast.parse(f"if True:\n{source}" if is_indented else source)
    except (SyntaxError, ValueError):
        return []
    return cast("ast.If", tree.body[0]).body if is_indented else tree.body
