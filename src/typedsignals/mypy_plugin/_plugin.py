"""The plugin itself, which only says which hook handles what."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from mypy.nodes import TypeInfo
from mypy.plugin import Plugin

from . import _names as names
from ._connecting import check_call, check_decorator, check_via_decorator, name_decorator
from ._declaring import bind, check_namespace_signal, check_signal
from ._namespaces import check_of_namespace
from ._payloads.marks import keep_marks
from ._sending import check_send

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from mypy.plugin import ClassDefContext, FunctionContext, MethodContext, MethodSigContext
    from mypy.types import FunctionLike, Type

Hook = TypeVar("Hook")

_OF_NAMESPACE = (names.NAMESPACE,)

_BEFORE = [
    (names.CONNECTING, names.SENDABLE, check_call),
    (names.SENDING, names.SENDABLE, check_send),
]
_AFTER = [
    ({"signal", "hook"}, _OF_NAMESPACE, check_namespace_signal),
    ({"connect"}, _OF_NAMESPACE, check_of_namespace),
    ({names.OF}, names.SIGNALS, bind),
    (names.CONNECTING, names.SENDABLE, check_decorator),
    ({"connect_via"}, names.SIGNALS, name_decorator),
]
"""The hooks for methods: the methods' names, the classes that define them, and the hook."""


class SignalPlugin(Plugin):
    """Checks what types alone cannot say of signals."""

    def get_customize_class_mro_hook(self, fullname: str) -> Callable[[ClassDefContext], None] | None:
        """Called for each class, when its bases are known; the hook for bases would be taken by pydantic's plugin."""
        found = self.lookup_fully_qualified(fullname)
        is_model = found and isinstance(found.node, TypeInfo) and found.node.has_base(names.BASE_MODEL)
        return keep_marks if is_model and fullname != names.BASE_MODEL else None

    def get_method_signature_hook(self, fullname: str) -> Callable[[MethodSigContext], FunctionLike] | None:
        """Called for each call of a method, before its arguments are checked."""
        return self._hook(fullname, _BEFORE)

    def get_method_hook(self, fullname: str) -> Callable[[MethodContext], Type] | None:
        """Called for each call of a method after that, and for each method that is a decorator."""
        return self._hook(fullname, _AFTER)

    def get_function_hook(self, fullname: str) -> Callable[[FunctionContext], Type] | None:
        """Called for each call of a function or class that has a name, and for each such decorator."""
        if fullname == names.CONNECT_VIA:
            return check_via_decorator
        is_signal = fullname in names.SIGNALS or self._is_inherited("__init__", fullname, names.SIGNALS)
        return check_signal if is_signal else None

    def _hook(self, fullname: str, hooks: Iterable[tuple[Collection[str], tuple[str, ...], Hook]]) -> Hook | None:
        """Return the hook for a method that is called on its own class or on a subclass."""
        owner, _, method = fullname.rpartition(".")
        for methods, defining, hook in hooks:
            if method in methods and (owner in defining or self._is_inherited(method, owner, defining)):
                return hook
        return None

    def _is_inherited(self, method: str, owner: str, defining: tuple[str, ...]) -> bool:
        found = self.lookup_fully_qualified(owner)
        info = found.node.get_containing_type_info(method) if found and isinstance(found.node, TypeInfo) else None
        return info is not None and info.fullname in defining
