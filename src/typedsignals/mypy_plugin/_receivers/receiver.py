"""A receiver as mypy knows it where it is connected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mypy.subtypes import find_member
from mypy.types import CallableType, Instance, Type, get_proper_type

if TYPE_CHECKING:
    from mypy.errorcodes import ErrorCode
    from mypy.nodes import Expression
    from mypy.plugin import CheckerPluginInterface


@dataclass(frozen=True, slots=True)
class Receiver:
    """The type of a receiver, and the expression that is connected, where to report what is wrong."""

    type: Type
    place: Expression
    checker: CheckerPluginInterface

    @property
    def signature(self) -> CallableType | None:
        return signature_of(self.type)

    @property
    def name(self) -> str:
        return shown_name(self.signature)

    def fail(self, message: str, code: ErrorCode) -> None:
        self.checker.fail(message, self.place, code=code)

    def note(self, message: str, code: ErrorCode) -> None:
        self.checker.msg.note(message, self.place, code=code)


def signature_of(receiver: Type | None) -> CallableType | None:
    """Return how a receiver is called; None if that depends on the arguments."""
    proper = get_proper_type(receiver)
    called = get_proper_type(find_member("__call__", proper, proper)) if isinstance(proper, Instance) else proper
    return called if isinstance(called, CallableType) and called.param_spec() is None else None


def shown_name(signature: CallableType | None) -> str:
    """Return what messages call a receiver: mypy's name of a method is ``ship of Shop``."""
    function, _, owner = ((signature and signature.name) or "").partition(" of ")
    shown = f'receiver "{function}"' if function else "the receiver"
    return f'{shown} of "{owner}"' if owner else shown
