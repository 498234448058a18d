"""What a signal makes from its payload, once it needs it, and keeps until the payload is rebuilt or replaced."""

from __future__ import annotations

import weakref
from collections.abc import Hashable
from typing import TYPE_CHECKING, Any, TypeVar, cast

from pydantic import BaseModel

from .._checking.contract import ReceiverContract
from .._exceptions import DeclarationError
from .._validating.fields import FieldsValidator
from .._validating.forward_references import complete
from .._validating.one_build import Build, build_of
from .._validating.payload import check_aliases, deprecated_fields, field_names

if TYPE_CHECKING:
    from collections.abc import Callable

    from .._checking.kinds import Accepts
    from .._signal import AnySignal

T = TypeVar("T")
Option = TypeVar("Option", bound=Hashable)


class Derived:
    """The contract for a signal's receivers, and the validator of what it sends.

    When the payload is declared again or rebuilt, the signal takes a new instance in one step. What is under way
    continues with the instance that it began with, whose parts belong together.

    Args:
        signal: The signal.
        all_checked: As the attribute.

    Attributes:
        all_checked: Whether this contract has checked all receivers that are connected.
        contract: What receivers must take; None until it is needed, and while the payload is incomplete.
    """

    __slots__ = ("_build", "_payload", "_signal", "_signature_ref", "_validator", "all_checked", "contract")

    def __init__(self, signal: AnySignal, *, all_checked: bool) -> None:
        self._signal = signal
        self._payload: type[BaseModel] | None = signal.payload_type
        self._build: Build | None = None
        self._validator: FieldsValidator | None = None
        self._signature_ref: SignatureRef | None = None
        self.all_checked = all_checked
        self.contract: ReceiverContract | None = None

    def new_contract(self) -> ReceiverContract:
        """Make the contract, and keep it if the payload is complete: otherwise only the names of fields are certain."""
        payload_type = self._payload
        if payload_type is None:
            self.contract = ReceiverContract(None, accepts=self._signal.accepts)
            return self.contract
        self.contract = self._made_from(payload_type, _contract_of, self._signal.accepts)
        if self.contract is not None:
            return self.contract
        self.all_checked = False
        names = tuple(payload_type.model_fields)
        return ReceiverContract(names, deprecated_fields(payload_type), accepts=self._signal.accepts)

    def validator(self) -> FieldsValidator:
        """Give the validator of what is sent, made at first use.

        Raises:
            DeclarationError: The payload cannot be completed, or a field has ``alias=``.
        """
        validator = self._validator
        while validator is None:
            validator = self._new_validator(cast(type[BaseModel], self._payload))
        self._validator = validator
        return validator

    def _new_validator(self, payload_type: type[BaseModel]) -> FieldsValidator | None:
        """Make the validator; None if another thread began to rebuild the payload meanwhile."""
        if not complete(payload_type, self._signal._scopes):
            raise DeclarationError(f"pydantic can make no schema of payload {payload_type.__name__}: simplify it")
        return self._made_from(payload_type, _validator_of, self._signal.validate != "never")

    def _made_from(
        self, payload_type: type[BaseModel], make: Callable[[type[BaseModel], Option], T], option: Option
    ) -> T | None:
        """Make something from the payload, or take what another signal has made; None if the payload is incomplete."""
        self._watch(payload_type)
        self._build = build_of(payload_type)  # kept, so that other signals find it
        return None if self._build is None else self._build.made_by(make, option)

    def _watch(self, payload_type: type[BaseModel]) -> None:
        """Notice when the payload is rebuilt, at no cost for sends.

        Building a model gives its class a new object for its signature. The old one dies, as nothing but the class
        refers to it. Comparing the class's validator at each send would cost a tenth of the send.
        """
        signature = vars(payload_type).get("__signature__")
        if self._signature_ref is None and signature is not None:
            known = SignatureRef(signature, SignatureRef.is_outdated)
            known.derived = self
            self._signature_ref = known  # complete, because other threads look at it

    def look_for_rebuild(self) -> None:
        """Notice a rebuild at once, even if something such as a traceback still holds the old signature."""
        known = self._signature_ref
        if known is not None and vars(self._payload).get("__signature__") is not known():
            known.is_outdated()


def _contract_of(payload_type: type[BaseModel], accepts: Accepts) -> ReceiverContract:
    return ReceiverContract(field_names(payload_type), deprecated_fields(payload_type), accepts=accepts)


def _validator_of(payload_type: type[BaseModel], check_values: bool) -> FieldsValidator:
    check_aliases(payload_type)
    return FieldsValidator(payload_type, check_values=check_values)


class SignatureRef(weakref.ref[Any]):
    """A reference to the signature of a payload's class, which the class has only until it is rebuilt."""

    __slots__ = ("derived",)
    derived: Derived

    def is_outdated(self) -> None:
        """Make the signal drop what it made before the rebuild."""
        self.derived._signal._payload_is_rebuilt(self.derived)
