"""What models say of their fields beside types: an ``alias=``, a deprecation, and what mypy overlooks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

from mypy.nodes import MDEF, SymbolTableNode, TypeInfo, Var
from mypy.types import LiteralType, get_proper_type

from . import _names as names
from ._dependency import depend_on
from ._field_source import EXTRA, read_marks

if TYPE_CHECKING:
    from mypy.checker import TypeChecker
    from mypy.plugin import ClassDefContext
    from mypy.semanal import SemanticAnalyzer

    from ._field_source import Marks


def record_marks(context: ClassDefContext) -> None:
    """Hook for model classes, which mypy calls when their bases are known.

    Marks are kept as the type of an attribute that only mypy sees. Whatever else could be attached to a class would not
    be compared by mypy's daemon when a file changes. Each model has it, also if there are none, so that what depends on
    it depends on that of each base, which mypy sees to.
    """
    analyzer, info = cast("SemanticAnalyzer", context.api), context.cls.info
    marks = json.dumps(read_marks(context.cls, analyzer))
    kept = Var(names.MARKS, LiteralType(marks, analyzer.named_type("builtins.str")))
    kept.info = info
    kept._fullname = f"{info.fullname}.{names.MARKS}"
    info.names[names.MARKS] = SymbolTableNode(MDEF, kept, plugin_generated=True)


def marked_fields(model: TypeInfo, mark: str, checker: TypeChecker) -> Marks:
    """What a mark says of each field, also of those that are inherited and not declared anew."""
    depend_on(model, [names.MARKS], checker)
    found: Marks = {}
    for info in reversed(model.mro):
        found = {field: text for field, text in found.items() if field not in info.names} | _own(info, mark)
    return found


def allows_extra(model: TypeInfo, checker: TypeChecker) -> bool:
    """Whether a model is configured to take more than its fields, by itself or by a base."""
    depend_on(model, [names.MARKS], checker)
    configured = [text for info in model.mro for text in _own(info, EXTRA).values()]
    return configured[:1] == ["allow"]


def _own(info: TypeInfo, mark: str) -> Marks:
    symbol = info.names.get(names.MARKS)
    kept = get_proper_type(symbol.node.type) if symbol and isinstance(symbol.node, Var) else None
    marks: dict[str, Marks] = json.loads(str(kept.value)) if isinstance(kept, LiteralType) else {}
    return marks.get(mark, {})
