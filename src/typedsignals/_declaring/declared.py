"""The part of a signal that its declaration decides: what it is called, where it is found, and what its payload gives.

It is a base class of `Signal` to leave the signal's own file to sending and connecting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from .._concurrency.serialised import lock
from .._connecting.blocks import open_global_blocks
from .._connecting.contract import ReceiverContract
from .._connecting.registry import register
from .._connecting.table import ConnectionTable
from .._location import Place, frame_of_making, global_name, is_importable
from .._validating.forward_references import complete_where_declared, scopes_for
from .._validating.payload import check_payload_type
from .._validating.senders import SenderCheck
from .checks import Uninitialised, check_name, check_options, doc_for_payload, is_private
from .declaration import Declaration
from .derived import Derived
from .keeping import keep_fitting

if TYPE_CHECKING:
    from types import FrameType

    from .._connecting.terms import PlainOptions
    from .._signal import Signal
    from .._validating.fields import FieldsValidator, Validate
    from .._validating.forward_references import Scope


class DeclaredSignal:
    """What all code asks of a signal that is neither about sending nor about connecting.

    Its attributes without an underscore are those of `Signal`, which documents them.
    """

    name: str | None
    payload_type: type[BaseModel] | None
    sender_type: type | None
    validate: Validate

    _derived: Derived | None = None

    def __init__(
        self, payload: Any, sender: type | None, name: str | None, doc: str | None, validate: Validate
    ) -> None:
        payload, doc = doc_for_payload(payload, doc)
        frame = frame_of_making(self)
        check_name("name=", name)
        _check(payload, sender, doc, validate, frame)
        self.name = name
        self._become(payload, sender, doc, validate, frame)
        self._namespace = ""
        self.__qualname__: str | None = None
        self._table = self._new_table()
        register(self._itself)
        open_global_blocks(self._table)

    @property
    def _itself(self: Any) -> Signal[Any, Any, Any]:
        """This, as type checkers are to see it: nothing but a signal is declared."""
        return self  # type: ignore[no-any-return]

    def _new_table(self) -> ConnectionTable:
        """The table that its connections are kept in."""
        return ConnectionTable(self._itself)

    def _become(
        self,
        payload: type[BaseModel] | None,
        sender: type | None,
        doc: str | None,
        validate: Validate,
        frame: FrameType,
    ) -> None:
        self.payload_type, self.sender_type, self.validate, self.__doc__ = payload, sender, validate, doc
        self._senders = SenderCheck(self._itself, sender)
        self._place = Place.of(frame)
        self._origin = (frame.f_code, frame.f_globals)
        # By this and its qualified name, pickle and documentation tools find the signal again.
        self.__module__ = self._place.module

    @property
    def _declaration(self) -> Declaration:
        """What it is declared with, and where."""
        return Declaration(self.payload_type, self.sender_type, self.validate, self._namespace, self._place)

    def _accepted(self, sender: object) -> object:
        """The sender, or `ANY`, that a connection or a wait asks for.

        Raises:
            SenderError: It is not of the declared type.
        """
        return self._senders.accept_or_any(sender)

    def _problem_with(self, receiver: Callable[..., Any], options: PlainOptions) -> str:
        """Why a receiver cannot be called with what the signal sends; empty if it can."""
        return self._contract.problem(receiver, options)

    def _scopes(self) -> Iterator[Scope]:
        """Where to look for what the payload's annotations name, the closest scope first."""
        return scopes_for(self._origin)

    # How it is shown and found

    def _join(self, namespace: str) -> None:
        """Be shown with the name of the namespace that it is declared in."""
        self._namespace = namespace

    def __set_name__(self, owner: type, name: str) -> None:
        self.__qualname__ = f"{owner.__qualname__}.{name}"

    def __dir__(self) -> Iterable[str]:
        """What users may use, for completion."""
        return [name for name in super().__dir__() if not is_private(name)]

    def __repr__(self) -> str:
        if "_table" not in self.__dict__:
            return super().__repr__()  # it was not initialised, which its use will report
        name = self.name or self._attribute_path() or f"at {self._place}"
        return f"<Signal {f'{self._namespace}.{name}' if self._namespace else name!r}>"

    def __reduce__(self) -> str:
        path = self._attribute_path()
        if path is None or not is_importable(self, self.__module__, path):
            from pickle import PicklingError  # noqa: PLC0415 - importing this package must not cost it

            raise PicklingError(
                f"{self!r} can be pickled or copied only by name, but has none in {self.__module__}; "
                "assign it to a global variable or a class attribute"
            )
        return path

    def _attribute_path(self) -> str | None:
        """The dotted name by which the signal is found in its module."""
        return self.__qualname__ or global_name(self, self.__module__)

    # What is made from the payload

    @property
    def _validator(self) -> FieldsValidator:
        derived = self._derived_now()
        derived.look_for_rebuild()
        validator = derived.validator()
        if derived is not self._derived:  # and what was read of the payload may not belong together
            return self._validator
        if not derived.all_checked:
            self._check_receivers(derived)
        return validator

    @property
    def _contract(self) -> ReceiverContract:
        derived = self._derived or self._derived_now()
        return derived.contract or derived.new_contract()

    def _derived_now(self) -> Derived:
        derived = self._derived
        if derived is None:
            with lock:
                derived = self._derived = self._derived or Derived(self._itself, all_checked=True)
        return derived

    def _send_only(self, fields: tuple[str, ...]) -> None:
        """Refuse receivers that do not take these fields, although there is no payload."""
        self._derived_now().contract = ReceiverContract(self._itself, fields, frozenset())

    def _payload_is_rebuilt(self, derived: Derived) -> None:
        """Drop what was made from the payload before it was rebuilt, unless that is dropped already."""
        with lock:
            if self._derived is derived:
                self._forget_payload()

    def _forget_payload(self) -> None:
        """Drop what was made from the payload, as that is another one now; it is made anew when it is needed.

        The lock is held. Whoever makes something of the payload, and keeps it, takes the lock to see that `_derived`
        is the one that it began with.
        """
        if self._derived is not None:
            self._derived = Derived(self._itself, all_checked=False)

    def _declare_again(
        self, payload: type[BaseModel] | None, sender: type | None, doc: str | None, validate: Validate
    ) -> None:
        """Become what a declaration says that was executed again, and keep the receivers that still fit."""
        frame = frame_of_making(self)
        _check(payload, sender, doc, validate, frame)
        with lock:
            self._become(payload, sender, doc, validate, frame)
            self._forget_payload()
        self._check_receivers(self._derived_now())

    def _check_receivers(self, derived: Derived) -> None:
        derived.all_checked = True
        try:
            keep_fitting(self._itself, self._table, self._contract, self._senders)
        except BaseException:
            derived.all_checked = False
            raise


def _check(payload: Any, sender: object, doc: object, validate: object, frame: FrameType) -> None:
    check_options(sender, doc, validate)
    if payload is not None:
        check_payload_type(payload)
        complete_where_declared(payload, frame)


for _name in ("name", "payload_type", "sender_type", "validate", "_table", "_senders"):
    setattr(DeclaredSignal, _name, Uninitialised())
