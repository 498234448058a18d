"""Whether a receiver fits a signal, and if not, why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mypy.messages import format_type_distinctly
from mypy.nodes import ARG_NAMED, ARG_POS
from mypy.subtypes import find_member, is_subtype
from mypy.types import AnyType, CallableType, Instance, Type, TypeOfAny, get_proper_type

from . import _messages as messages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy.checker import TypeChecker
    from mypy.options import Options
    from mypy.types import FormalArgument

    from ._contract import Contract


def fits(receiver: Type, contract: Contract, checker: TypeChecker, *, as_payload: bool) -> bool:
    """Whether a receiver can be called with what a signal delivers; of one that is ``Any``, nothing is known."""
    delivery = _payload_delivery(contract, checker) if as_payload else _field_delivery(contract, checker)
    is_known = not isinstance(get_proper_type(receiver), AnyType)
    return is_known and is_subtype(receiver, delivery, options=checker.options)


def _field_delivery(contract: Contract, checker: TypeChecker) -> CallableType:
    """How receivers are called, as a type: with each field, also those with defaults, which are filled in.

    What a payload allows besides its fields goes to receivers with ``**extra``, and to no others.
    """
    return CallableType(
        [contract.sender, *contract.delivered.values()],
        [ARG_POS, *(ARG_NAMED for _ in contract.delivered)],
        [None, *contract.delivered],
        AnyType(TypeOfAny.special_form),
        checker.named_type("builtins.function"),
    )


def _payload_delivery(contract: Contract, checker: TypeChecker) -> CallableType:
    """How receivers are called with ``as_payload=True``."""
    result, function = AnyType(TypeOfAny.special_form), checker.named_type("builtins.function")
    return CallableType([contract.sender, contract.payload], [ARG_POS, ARG_POS], [None, None], result, function)


def problems(receiver: Type, contract: Contract, checker: TypeChecker, *, as_payload: bool) -> list[str]:
    """Why a receiver does not fit; empty if that cannot be told in the user's words."""
    signature = signature_of(receiver)
    if signature is None:
        return []
    inquiry = Inquiry(signature.with_unpacked_kwargs(), contract, checker.options)
    return list(inquiry.with_payload() if as_payload else inquiry.with_fields())


def signature_of(receiver: Type) -> CallableType | None:
    """How a receiver is called; None if that depends on how it is called."""
    proper = get_proper_type(receiver)
    called = get_proper_type(find_member("__call__", proper, proper)) if isinstance(proper, Instance) else proper
    return called if isinstance(called, CallableType) and called.param_spec() is None else None


def shown_name(receiver: CallableType) -> str:
    """How a receiver is called in messages: mypy says ``ship of Shop`` of a method."""
    function, _, owner = (receiver.name or "").partition(" of ")
    shown = f'receiver "{function}"' if function else "the receiver"
    return f'{shown} of "{owner}"' if owner else shown


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What is wrong with a receiver."""

    receiver: CallableType
    contract: Contract
    options: Options

    @property
    def name(self) -> str:
        return shown_name(self.receiver)

    def with_fields(self) -> Iterator[str]:
        """What is wrong when it gets fields; of mistakes that lead to others, only themselves."""
        if self.receiver.argument_by_position(0) is None:
            yield messages.no_sender(self.name)
        elif any(map(self._is_payload, self.receiver.formal_arguments())):
            yield messages.takes_payload(self.name, self.contract.payload_name)
        else:
            yield from self._of_sender()
            yield from self._of_parameters()
            yield from self._of_fields()

    def _is_payload(self, parameter: FormalArgument) -> bool:
        taken = get_proper_type(parameter.typ)
        is_field = parameter.name in self.contract.delivered
        return isinstance(taken, Instance) and taken.type is self.contract.payload.type and not is_field

    def _of_sender(self) -> Iterator[str]:
        first = self.receiver.argument_by_position(0)
        if first is not None and not self._takes(self.contract.sender, first.typ):
            yield messages.wrong_sender(*self._shown(self.contract.sender, first.typ))

    def _of_parameters(self) -> Iterator[str]:
        """Parameters that nothing is delivered to."""
        payload, fields = self.contract.payload_name, list(self.contract.delivered)
        for parameter in self.receiver.formal_arguments():
            if parameter.pos == 0 and parameter.name in fields:
                yield messages.sender_called_like_field(self.name, parameter.name)
            if parameter.pos == 0 or not parameter.required:
                continue
            if parameter.name is None:
                yield messages.positional_only(self.name)
            elif parameter.name not in fields:
                yield messages.no_such_field(self.name, parameter.name, payload, fields)

    def _of_fields(self) -> Iterator[str]:
        """Fields that no parameter takes, or none of their type."""
        taking = [
            (field, kind, self.receiver.argument_by_name(field)) for field, kind in self.contract.delivered.items()
        ]
        lacking = [field for field, _, parameter in taking if parameter is None]
        if lacking:
            yield messages.lacks_fields(self.name, lacking)
        for field, kind, parameter in taking:
            if parameter is not None and not self._takes(kind, parameter.typ):
                yield messages.wrong_field(field, *self._shown(kind, parameter.typ))

    def with_payload(self) -> Iterator[str]:
        """What is wrong when it gets the payload object."""
        payload, name = self.contract.payload, self.contract.payload_name
        taking = self.receiver.argument_by_position(1)
        if taking is None:
            yield messages.takes_no_payload(self.name, name)
            return
        yield from self._of_sender()
        if not self._takes(payload, taking.typ):
            yield messages.wrong_payload(*self._shown(payload, taking.typ))
        for parameter in self.receiver.formal_arguments():
            if parameter.required and parameter.pos not in (0, 1):
                yield messages.takes_more_than_payload(self.name, parameter.name, name)

    def _takes(self, delivered: Type, taken: Type) -> bool:
        # Whether a type variable takes it depends on the other parameters, which is mypy's business.
        return bool(self.receiver.variables) or is_subtype(delivered, taken, options=self.options)

    def _shown(self, delivered: Type, taken: Type) -> tuple[str, str, str]:
        delivered_shown, taken_shown = format_type_distinctly(delivered, taken, options=self.options, bare=True)
        return delivered_shown, self.name, taken_shown
