"""What is made from a signal's payload, once it is needed, and for as long as the payload stays what it is."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any, cast

from pydantic import BaseModel

from .._connecting.contract import ReceiverContract
from .._exceptions import DeclarationError
from .._validating.fields import FieldsValidator
from .._validating.forward_references import complete
from .._validating.payload import check_aliases, deprecated_fields, field_names

if TYPE_CHECKING:
    from .._signal import Signal


class Derived:
    """The contract for a signal's receivers, and the validator of what it sends.

    A signal whose payload is declared again or rebuilt begins with a new instance, in one step. What is under way goes
    on with the one that it began with, whose parts belong together.

    Args:
        signal: The signal.
        all_checked: As the attribute.

    Attributes:
        all_checked: Whether all receivers that are connected were checked by this contract, and not by an earlier one.
        contract: What receivers must take; None until it is asked for, and while the payload is incomplete.
    """

    __slots__ = ("_mark", "_payload", "_signal", "_validator", "all_checked", "contract")

    def __init__(self, signal: Signal[Any, Any, Any], *, all_checked: bool) -> None:
        self._signal = signal
        self._payload: type[BaseModel] | None = signal.payload_type
        self._validator: FieldsValidator | None = None
        self._mark: Mark | None = None
        self.all_checked = all_checked
        self.contract: ReceiverContract | None = None

    def new_contract(self) -> ReceiverContract:
        """What receivers must take. Of an incomplete payload only the names of its fields are certain."""
        payload_type = self._payload
        if payload_type is None:
            self.contract = ReceiverContract(self._signal, None, frozenset())
            return self.contract
        is_certain = payload_type.__pydantic_complete__
        self._watch(payload_type)
        contract = ReceiverContract(self._signal, field_names(payload_type), deprecated_fields(payload_type))
        if is_certain:
            self.contract = contract
        else:
            self.all_checked = False
        return contract

    def validator(self) -> FieldsValidator:
        """What makes payloads from the fields that are sent.

        Raises:
            DeclarationError: The payload cannot be completed, or a field has ``alias=``.
        """
        validator = self._validator
        while validator is None:
            validator = self._new_validator(cast(type[BaseModel], self._payload))
        self._validator = validator
        return validator

    def _new_validator(self, payload_type: type[BaseModel]) -> FieldsValidator | None:
        """None if another thread began to rebuild the payload while this was made."""
        complete(payload_type, self._signal._scopes)
        if _is_incomplete(payload_type):
            raise DeclarationError(f"pydantic can make no schema of payload {payload_type.__name__}: simplify it")
        self._watch(payload_type)
        check_aliases(payload_type)
        validator = FieldsValidator(payload_type, check_values=self._signal.validate != "never")
        return None if _is_incomplete(payload_type) else validator

    def _watch(self, payload_type: type[BaseModel]) -> None:
        """Notice when the payload is rebuilt, at no cost for sends.

        Building a model gives its class a new object for its signature, which nothing but the class refers to: the
        old one dies. To look whether the class still has the same validator would cost a tenth of a send.
        """
        signature = vars(payload_type).get("__signature__")
        if self._mark is None and signature is not None:
            self._mark = Mark(signature, Mark.is_outdated)
            self._mark.derived = self

    def look_for_rebuild(self) -> None:
        """Notice a rebuild at once, even if something still holds the old signature: a traceback, for example."""
        mark = self._mark
        if mark is not None and vars(self._payload).get("__signature__") is not mark():
            mark.is_outdated()


class Mark(weakref.ref[Any]):
    """A reference to what a payload's class has only until it is rebuilt."""

    __slots__ = ("derived",)
    derived: Derived

    def is_outdated(self) -> None:
        """Let the signal begin anew."""
        self.derived._signal._payload_is_rebuilt(self.derived)


def _is_incomplete(payload_type: type[BaseModel]) -> bool:
    return not payload_type.__pydantic_complete__
