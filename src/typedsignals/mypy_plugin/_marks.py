"""What models say of their fields beside types: that they have an ``alias=``, or are deprecated."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

from mypy.nodes import MDEF, SymbolTableNode, TypeInfo, Var
from mypy.types import LiteralType, get_proper_type

from . import _names as names
from ._contract import depend_on
from ._field_source import read_marks

if TYPE_CHECKING:
    from mypy.checker import TypeChecker
    from mypy.plugin import ClassDefContext
    from mypy.semanal import SemanticAnalyzer

    from ._field_source import Marks


def record_marks(context: ClassDefContext) -> None:
    """Hook for model classes, which mypy calls when their bases are known.

    Marks are kept as the type of an attribute that only mypy sees. Whatever else could be attached to a class would not
    be compared by mypy's daemon when a file changes.
    """
    analyzer, info = cast("SemanticAnalyzer", context.api), context.cls.info
    info.names.pop(names.MARKS, None)
    if marks := read_marks(context.cls, analyzer):
        kept = Var(names.MARKS, LiteralType(json.dumps(marks), analyzer.named_type("builtins.str")))
        kept.info = info
        kept._fullname = f"{info.fullname}.{names.MARKS}"
        info.names[names.MARKS] = SymbolTableNode(MDEF, kept, plugin_generated=True)


def marked_fields(model: TypeInfo, mark: str, checker: TypeChecker) -> Marks:
    """What a mark says of each field, also of those that are inherited and not declared anew."""
    found: Marks = {}
    for info in reversed(model.mro):
        depend_on(f"{info.fullname}.{names.MARKS}", checker)
        found = {field: text for field, text in found.items() if field not in info.names} | _own(info, mark)
    return found


def _own(info: TypeInfo, mark: str) -> Marks:
    symbol = info.names.get(names.MARKS)
    kept = get_proper_type(symbol.node.type) if symbol and isinstance(symbol.node, Var) else None
    marks: dict[str, Marks] = json.loads(str(kept.value)) if isinstance(kept, LiteralType) else {}
    return marks.get(mark, {})
