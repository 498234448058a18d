"""The source of classes and functions, parsed by Python: mypy keeps only part of what is written.

Source in the syntax of a Python newer than the one that runs mypy cannot be parsed.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, cast

from .internals import source_lines

if TYPE_CHECKING:
    from mypy.nodes import ClassDef, FuncDef
    from mypy.plugin import CheckerPluginInterface, SemanticAnalyzerPluginInterface

Assignment = ast.Assign | ast.AnnAssign
Function = ast.FunctionDef | ast.AsyncFunctionDef


def lines_of_class(definition: ClassDef, analyzer: SemanticAnalyzerPluginInterface) -> list[str]:
    """Return the lines of the file of a class; none if mypy counts them differently: it splits at form feeds too."""
    lines = source_lines(analyzer.modules[analyzer.cur_mod_id].path, analyzer)
    header = "".join(lines[definition.line - 1 : definition.line])
    return lines if re.search(rf"\bclass\s+{definition.name}\b", header) else []


def parsed_assignment(source: str, name: str) -> Assignment | None:
    """Return the assignment to a name in these lines."""
    nodes = (node for statement in _parsed(source) for node in ast.walk(statement))
    return next((node for node in nodes if isinstance(node, Assignment) and name in _targets(node)), None)


def _targets(node: Assignment) -> list[str]:
    return [ast.unparse(target) for target in (node.targets if isinstance(node, ast.Assign) else [node.target])]


def parsed_function(definition: FuncDef, checker: CheckerPluginInterface) -> Function | None:
    """Return a function; None if it cannot be parsed, or if another stands there, as mypy counts lines differently."""
    source = "\n".join(source_lines(checker.path, checker)[definition.line - 1 : definition.end_line])
    for found in _parsed(source):
        if isinstance(found, Function) and found.name == definition.name:
            return ast.increment_lineno(found, definition.line - found.lineno)
    return None


def _parsed(source: str) -> list[ast.stmt]:
    """Return the statements in these lines, indented or not; none if they cannot be parsed."""
    is_indented = source[:1].isspace()
    try:
        tree = ast.parse(f"if True:\n{source}" if is_indented else source)
    except (SyntaxError, ValueError):
        return []
    return cast("ast.If", tree.body[0]).body if is_indented else tree.body
