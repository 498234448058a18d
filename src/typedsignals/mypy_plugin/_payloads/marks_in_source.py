"""Read the marks of fields in ``Field(...)`` and ``Annotated[...]``, of which mypy forgets the latter."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mypy.nodes import AssignmentStmt, NameExpr, StrExpr

from .. import _names as names
from .._mypy.source import lines_of_class, parsed_assignment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mypy.nodes import ClassDef
    from mypy.plugin import SemanticAnalyzerPluginInterface

    from .._mypy.source import Assignment

Texts = dict[str, str]
"""The text of one mark, by field."""
MarkTable = dict[str, Texts]
"""The texts of a class, by mark."""

ALIAS: Final = "alias"
DEPRECATED: Final = "deprecated"
DEFAULT: Final = "default"
"""The mark of a default that is given by position, which mypy does not take for one."""
EXTRA: Final = "extra"
"""What else the model takes: a mark of its configuration, and not of a field."""

_CONFIG = "model_config"
_WORTH_A_LOOK = re.compile(rf"\b({ALIAS}\s*=|{DEPRECATED}\s*[=(]|{_CONFIG}\b)|=\s*[\w.]+\(")
_EXPLICIT_ALIAS = 2
"""pydantic's ``alias_priority`` of an alias that is written down, and not generated."""


def read_table(definition: ClassDef, analyzer: SemanticAnalyzerPluginInterface) -> MarkTable:
    """Return the marks in a class statement."""
    table: MarkTable = {}
    reader = _Reader(definition, analyzer)
    for name, statement in _assignments(definition, analyzer):
        for mark, text in reader.read(name, statement).items():
            if text is not None:
                table.setdefault(mark, {})[name] = text
    given = definition.keywords.get(EXTRA)
    return table | {EXTRA: {_CONFIG: given.value}} if isinstance(given, StrExpr) else table


def _assignments(definition: ClassDef, analyzer: SemanticAnalyzerPluginInterface) -> Iterator[tuple[str, Assignment]]:
    """Yield what a class assigns. Statements are parsed one by one: some may be in the syntax of a newer Python."""
    lines = lines_of_class(definition, analyzer)
    for node in definition.defs.body if lines else ():
        source = "\n".join(lines[node.line - 1 : node.end_line])
        if isinstance(node, AssignmentStmt) and _WORTH_A_LOOK.search(source):
            for name in [target.name for target in node.lvalues if isinstance(target, NameExpr)]:
                if statement := parsed_assignment(source, name):
                    yield name, statement


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads what a class assigns, with names as they are known where it stands."""

    definition: ClassDef
    analyzer: SemanticAnalyzerPluginInterface

    def read(self, name: str, statement: Assignment) -> Mapping[str, str | None]:
        if name == _CONFIG:
            return {EXTRA: _extra(statement.value)}
        return self._of_field(statement) if isinstance(statement, ast.AnnAssign) else {}

    def _of_field(self, field: ast.AnnAssign) -> Mapping[str, str | None]:
        """Read each mark where it is last given, with the default after the annotation.

        It is None if it is taken back, or if only running the program can tell it.
        """
        texts: dict[str, str | None] = {}
        for metadata in [*self._annotated(field.annotation), field.value]:
            if isinstance(metadata, ast.Call):
                texts |= self._of_call(metadata)
        return texts | {DEFAULT: self._default(field.value)}

    def _annotated(self, annotation: ast.expr) -> list[ast.expr]:
        """Return the metadata in ``Annotated[...]``, and in one inside it."""
        if not (isinstance(annotation, ast.Subscript) and self._names(annotation.value, names.ANNOTATED)):
            return []
        inside = annotation.slice.elts if isinstance(annotation.slice, ast.Tuple) else []
        return [*self._annotated(inside[0]), *inside[1:]] if inside else []

    def _of_call(self, call: ast.Call) -> Mapping[str, str | None]:
        if self._names(call.func, names.DEPRECATED):
            return {DEPRECATED: _message(call)}
        if not self._names(call.func, names.FIELD):
            return {}
        given = {keyword.arg: keyword.value for keyword in call.keywords}
        if None in given:
            return {ALIAS: None, DEPRECATED: None}
        texts = {ALIAS: _alias(given), DEPRECATED: self._deprecation(given.get(DEPRECATED))}
        return {mark: text for mark, text in texts.items() if mark in given}

    def _default(self, value: ast.expr | None) -> str | None:
        """Return an empty text for ``Field(default, ...)``."""
        if not (isinstance(value, ast.Call) and value.args and self._names(value.func, names.FIELD)):
            return None
        is_required = isinstance(value.args[0], ast.Starred) or ast.unparse(value.args[0]) == "..."
        return None if is_required else ""

    def _deprecation(self, value: ast.expr | None) -> str | None:
        if isinstance(value, ast.Call) and self._names(value.func, names.DEPRECATED):
            return _message(value)
        if isinstance(value, ast.Constant):
            return "" if value.value is True else _text(value) or None
        return None

    def _names(self, expression: ast.expr, fullnames: frozenset[str]) -> bool:
        """Return whether an expression is one of these names, however it was imported."""
        known = self.analyzer.lookup_qualified(ast.unparse(expression), self.definition, suppress_errors=True)
        return known is not None and known.fullname in fullnames


def _extra(config: ast.expr | None) -> str | None:
    """Return what ``extra`` is in a ``ConfigDict(...)`` or another dictionary."""
    if isinstance(config, ast.Call):
        return next((_text(keyword.value) for keyword in config.keywords if keyword.arg == EXTRA), None)
    items = zip(config.keys, config.values, strict=True) if isinstance(config, ast.Dict) else ()
    return next((_text(value) for key, value in items if _text(key) == EXTRA), None)


def _alias(given: Mapping[str | None, ast.expr]) -> str | None:
    priority = given.get("alias_priority")
    is_explicit = priority is None or (isinstance(priority, ast.Constant) and priority.value == _EXPLICIT_ALIAS)
    return _text(given.get(ALIAS)) if is_explicit else None


def _message(call: ast.Call) -> str:
    return (_text(call.args[0]) if call.args else None) or ""


def _text(value: ast.expr | None) -> str | None:
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else None
