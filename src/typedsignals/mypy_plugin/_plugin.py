"""The plugin itself, which only says who handles what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mypy.nodes import TypeInfo
from mypy.plugin import Plugin

from . import _names as names
from ._connecting import check_call, check_decorator
from ._connecting_via import check_decorated, name_decorator
from ._declaring import check_namespace_signal, check_signal
from ._marks import record_marks
from ._sending import check_send

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy.plugin import ClassDefContext, FunctionContext, FunctionSigContext, MethodContext, MethodSigContext
    from mypy.types import FunctionLike, Type


class SignalPlugin(Plugin):
    """What types alone cannot say of signals."""

    def get_customize_class_mro_hook(self, fullname: str) -> Callable[[ClassDefContext], None] | None:
        """Called for each class, when its bases are known. The hook that is named for them is pydantic's plugin's."""
        found = self.lookup_fully_qualified(fullname)
        is_model = found and isinstance(found.node, TypeInfo) and found.node.has_base(names.BASE_MODEL)
        return record_marks if is_model and fullname != names.BASE_MODEL else None

    def get_function_signature_hook(self, fullname: str) -> Callable[[FunctionSigContext], FunctionLike] | None:
        """Called for each call of a function or class that has a name, before its arguments are checked."""
        return check_signal if fullname == names.SIGNAL else None

    def get_method_signature_hook(self, fullname: str) -> Callable[[MethodSigContext], FunctionLike] | None:
        """Called for each call of a method, before its arguments are checked."""
        if self._is_signals(fullname, names.CONNECTING):
            return check_call
        if self._is_signals(fullname, names.SENDING):
            return check_send
        return check_namespace_signal if fullname == f"{names.NAMESPACE}.signal" else None

    def get_method_hook(self, fullname: str) -> Callable[[MethodContext], Type] | None:
        """Called for each call of a method after that, and for each method that is a decorator."""
        if self._is_signals(fullname, names.CONNECTING):
            return check_decorator
        return name_decorator if self._is_signals(fullname, names.CONNECTING_VIA) else None

    def get_function_hook(self, fullname: str) -> Callable[[FunctionContext], Type] | None:
        """Called for each call of a function that has a name, and for each such decorator."""
        return check_decorated if fullname == names.CONNECT_VIA else None

    def _is_signals(self, fullname: str, methods: frozenset[str]) -> bool:
        """Whether it is one of these methods of `Signal`, called on a signal or on one of a subclass."""
        owner, _, method = fullname.rpartition(".")
        if method not in methods:
            return False
        if owner == names.SIGNAL:
            return True
        found = self.lookup_fully_qualified(owner)
        info = found.node if found else None
        defining = info.get_containing_type_info(method) if isinstance(info, TypeInfo) else None
        return defining is not None and defining.fullname == names.SIGNAL
