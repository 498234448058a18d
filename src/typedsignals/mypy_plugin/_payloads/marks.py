"""What models say of their fields besides types, kept where mypy's cache and daemon keep it too."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from mypy.nodes import MDEF, SymbolTableNode, TypeInfo, Var
from mypy.types import LiteralType, get_proper_type

from .. import _names as names
from .._mypy.internals import depend_on, set_fullname
from .marks_in_source import EXTRA, read_table

if TYPE_CHECKING:
    from mypy.plugin import CheckerPluginInterface, ClassDefContext

    from .marks_in_source import MarkTable, Texts


def keep_marks(context: ClassDefContext) -> None:
    """Hook for model classes, which mypy calls when their bases are known.

    The marks are kept as the type of an attribute that only mypy sees: the daemon compares nothing else that could be
    attached to a class. Every model has the attribute, even without marks, so that what depends on it depends on that
    of each base too, which mypy sees to.
    """
    info = context.cls.info
    text = json.dumps(read_table(context.cls, context.api))
    kept = Var(names.MARKS, LiteralType(text, context.api.named_type("builtins.str")))
    kept.info = info
    set_fullname(kept, f"{info.fullname}.{names.MARKS}")
    info.names[names.MARKS] = SymbolTableNode(MDEF, kept, plugin_generated=True)


def marked_fields(model: TypeInfo, mark: str, checker: CheckerPluginInterface) -> Texts:
    """Return the text of a mark for each field that has it, inherited or not, unless it is declared again without."""
    depend_on(model, [names.MARKS], checker)
    found: Texts = {}
    for info in reversed(model.mro):
        found = {field: text for field, text in found.items() if field not in info.names} | _own(info, mark)
    return found


def allows_extra(model: TypeInfo, checker: CheckerPluginInterface) -> bool:
    """Return whether a model is configured to take more than its fields, by itself or by a base."""
    depend_on(model, [names.MARKS], checker)
    configured = [text for info in model.mro for text in _own(info, EXTRA).values()]
    return configured[:1] == ["allow"]


def _own(info: TypeInfo, mark: str) -> Texts:
    symbol = info.names.get(names.MARKS)
    kept = get_proper_type(symbol.node.type) if symbol and isinstance(symbol.node, Var) else None
    table: MarkTable = json.loads(str(kept.value)) if isinstance(kept, LiteralType) else {}
    return table.get(mark, {})
