"""Whether a receiver fits a signal, and if not, why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mypy.messages import format_type_distinctly
from mypy.nodes import ARG_NAMED, ARG_POS
from mypy.subtypes import is_subtype
from mypy.types import AnyType, CallableType, Instance, Type, get_proper_type

from .. import _messages as messages
from .receiver import shown_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy.options import Options
    from mypy.plugin import CheckerPluginInterface
    from mypy.types import FormalArgument

    from .._payloads.contract import Contract
    from .receiver import Receiver


def fits(receiver: Receiver, contract: Contract, *, as_payload: bool) -> bool:
    """Return whether a receiver can be called with what a signal delivers, and returns what it asks for.

    Of ``Any``, nothing is known.
    """
    is_known = not isinstance(get_proper_type(receiver.type), AnyType)
    delivery = _delivery(contract, receiver.checker, as_payload=as_payload)
    return is_known and is_subtype(receiver.type, delivery, options=receiver.checker.options)


def _delivery(contract: Contract, checker: CheckerPluginInterface, *, as_payload: bool) -> CallableType:
    """Return how receivers are called, as a type: with every field, as defaults are filled in.

    What a payload allows besides its fields goes only to receivers with ``**extra``.
    """
    fields = {} if as_payload else contract.delivered
    by_position = [contract.sender, contract.payload] if as_payload else [contract.sender]
    return CallableType(
        [*by_position, *fields.values()],
        [*(ARG_POS for _ in by_position), *(ARG_NAMED for _ in fields)],
        [*(None for _ in by_position), *fields],
        contract.result,
        checker.named_generic_type("builtins.function", []),
    )


def misfits(receiver: Receiver, contract: Contract, *, as_payload: bool) -> list[str]:
    """Return why a receiver does not fit; nothing if that cannot be said in the user's words."""
    signature = receiver.signature
    if signature is None:
        return []
    inquiry = _Inquiry(signature.with_unpacked_kwargs(), contract, receiver.checker.options)
    return list(inquiry.with_payload() if as_payload else inquiry.with_fields())


@dataclass(frozen=True, slots=True)
class _Inquiry:
    """Asks what is wrong with a receiver."""

    receiver: CallableType
    contract: Contract
    options: Options

    @property
    def name(self) -> str:
        return shown_name(self.receiver)

    def with_fields(self) -> Iterator[str]:
        """Yield what is wrong if it gets fields; of a mistake that leads to others, only itself."""
        if self.receiver.argument_by_position(0) is None:
            yield messages.no_sender(self.name)
        elif any(map(self._is_payload, self.receiver.formal_arguments())):
            yield messages.takes_payload(self.name, self.contract.payload_name)
        else:
            yield from self._of_sender()
            yield from self._of_parameters()
            yield from self._of_fields()
            yield from self._of_result()

    def _is_payload(self, parameter: FormalArgument) -> bool:
        taken = get_proper_type(parameter.typ)
        is_field = parameter.name in self.contract.delivered
        return isinstance(taken, Instance) and taken.type is self.contract.payload.type and not is_field

    def _of_sender(self) -> Iterator[str]:
        first = self.receiver.argument_by_position(0)
        if first is not None and not self._takes(self.contract.sender, first.typ):
            yield messages.wrong_sender(*self._shown(self.contract.sender, first.typ))

    def _of_parameters(self) -> Iterator[str]:
        """Yield the parameters to which nothing is delivered."""
        payload, fields = self.contract.payload_name, list(self.contract.delivered)
        for parameter in self.receiver.formal_arguments():
            if parameter.pos == 0:
                if parameter.name in fields:
                    yield messages.sender_called_like_field(self.name, str(parameter.name))
            elif parameter.required and parameter.name is None:
                yield messages.positional_only(self.name)
            elif parameter.required and parameter.name not in fields:
                yield messages.no_such_field(self.name, str(parameter.name), payload, fields)

    def _of_fields(self) -> Iterator[str]:
        """Yield the fields that no parameter takes, or none of their type."""
        taking = {field: self.receiver.argument_by_name(field) for field in self.contract.delivered}
        if lacking := [field for field, parameter in taking.items() if parameter is None]:
            yield messages.lacks_fields(self.name, lacking)
        for field, parameter in taking.items():
            delivered = self.contract.delivered[field]
            if parameter is not None and not self._takes(delivered, parameter.typ):
                yield messages.wrong_field(field, *self._shown(delivered, parameter.typ))

    def with_payload(self) -> Iterator[str]:
        """Yield what is wrong if it gets the payload object."""
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
        yield from self._of_result()

    def _of_result(self) -> Iterator[str]:
        if not self._takes(self.receiver.ret_type, self.contract.result):
            actual, name, wanted = self._shown(self.receiver.ret_type, self.contract.result)
            yield messages.wrong_result(name, actual, wanted)

    def _takes(self, delivered: Type, taken: Type) -> bool:
        # Whether a type variable takes it depends on the other parameters, which only mypy solves.
        return bool(self.receiver.variables) or is_subtype(delivered, taken, options=self.options)

    def _shown(self, delivered: Type, taken: Type) -> tuple[str, str, str]:
        delivered_shown, taken_shown = format_type_distinctly(delivered, taken, options=self.options, bare=True)
        return delivered_shown, self.name, taken_shown
