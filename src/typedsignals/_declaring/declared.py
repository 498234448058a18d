"""The part of a signal that its declaration decides: its name, where it is found, and what is made from its payload."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from .._checking.contract import ReceiverContract
from .._concurrency.lazy import lazy
from .._concurrency.serialised import lock
from .._connecting.blocks import open_global_blocks
from .._connecting.registry import reference_to_signal, register
from .._connecting.table import ConnectionTable
from .._location import Place, frame_of_caller, frame_of_making, global_name, is_global, is_importable, line_of
from .._validating.forward_references import complete_where_declared, scopes_for
from .._validating.payload import check_payload_type
from .._validating.senders import SenderCheck
from .checks import Uninitialised, check_name, check_options, doc_for_payload, is_private
from .declaration import Declaration
from .derived import Derived
from .keeping import keep_fitting

if TYPE_CHECKING:
    from types import FrameType

    from .._checking.kinds import Accepts
    from .._checking.terms import PlainOptions
    from .._connecting.registry import SignalRef
    from .._signal import AnySignal
    from .._validating.fields import FieldsValidator, Validate
    from .._validating.forward_references import Scope


class DeclaredSignal:
    """What a signal knows from its declaration; a base class of `Signal`, which documents the public attributes.

    The rest of the package uses methods such as `_declaration` and `_accepted`, and not the attributes behind them.
    """

    name: str | None
    payload_type: type[BaseModel] | None
    sender_type: type | None
    validate: Validate
    accepts: Accepts = "any"

    _namespace = ""
    _noun = "Signal"
    _derived: Derived | None = None
    _global_name: str | None = None
    """The global variable that it was last found in: the search goes through all those of the module."""

    def __init__(
        self,
        payload: Any,
        sender: type | None,
        name: str | None,
        doc: str | None,
        validate: Validate,
        accepts: Accepts,
    ) -> None:
        if isinstance(payload, str):
            payload, doc = None, doc_for_payload(payload, doc)
        frame = frame_of_making(self)
        check_name("name=", name)
        check_options(sender, doc, validate, accepts)
        if payload is not None:
            check_payload_type(payload)
            complete_where_declared(payload, frame)
        self.name = name
        self._become(payload, sender, doc, validate, accepts, frame)
        self.__qualname__: str | None = None
        self._reference = reference_to_signal(self._itself)
        register(self._reference)

    @property
    def _itself(self: Any) -> AnySignal:
        """The signal itself, for type checkers, which cannot know that each instance is a `Signal`."""
        return self  # type: ignore[no-any-return]

    # Made when they are first asked for: a program may use few of the signals that its libraries declare.

    @lazy
    def _table(self) -> ConnectionTable:
        table = self._new_table(self._reference)
        open_global_blocks(table)
        return table

    @lazy
    def _senders(self) -> SenderCheck:
        return SenderCheck(self._reference, self.sender_type)

    def _new_table(self, signal: SignalRef) -> ConnectionTable:
        """Make the table for its connections."""
        return ConnectionTable(signal)

    def _become(
        self,
        payload: type[BaseModel] | None,
        sender: type | None,
        doc: str | None,
        validate: Validate,
        accepts: Accepts,
        frame: FrameType,
    ) -> None:
        self.payload_type, self.sender_type, self.validate, self.__doc__ = payload, sender, validate, doc
        if accepts != self.accepts:  # most signals leave it to the class, to keep them small
            self.accepts = accepts
        self._origin = (frame.f_code, frame.f_globals, frame.f_lasti)
        # By this and its qualified name, pickle and documentation tools find the signal again.
        self.__module__ = frame.f_globals.get("__name__", "")

    @property
    def _place(self) -> Place:
        """Where it is declared. Made when it is asked for, to keep signals small and quickly made."""
        code, _, instruction = self._origin
        return Place(self.__module__, code.co_filename, line_of(code, instruction))

    @property
    def full_name(self) -> str | None:
        """The name, with that of its namespace before it; None if the signal was given no name."""
        return f"{self._namespace}.{self.name}" if self._namespace else self.name

    @property
    def _declaration(self) -> Declaration:
        """What it is declared with, and where."""
        return Declaration(
            self.payload_type, self.sender_type, self.validate, self.accepts, self._namespace, self._place
        )

    def _accepted(self, sender: object) -> object:
        """Check the sender, or `ANY`, that a connection or a wait asks for, and unwrap a proxy.

        Raises:
            SenderError: It is not of the declared type.
        """
        senders = self._senders
        return sender if type(sender) is senders.usual_type else senders.accept_or_any(sender)

    def _problem_with(self, receiver: Callable[..., Any], options: PlainOptions) -> str:
        """Say why a receiver cannot be called with what the signal sends; empty if it can."""
        return self._contract.problem(receiver, options)

    def _scopes(self) -> Iterator[Scope]:
        """Give the scopes in which to look up names in the payload's annotations, the closest first."""
        return scopes_for(self._origin)

    # How it is shown and found

    def _join(self, namespace: str) -> None:
        """Take on the name of the namespace that it is declared in."""
        self._namespace = namespace

    def __set_name__(self, owner: type, name: str) -> None:
        self.__qualname__ = f"{owner.__qualname__}.{name}"

    def __dir__(self) -> Iterable[str]:
        """List the public names, for completion."""
        return [name for name in super().__dir__() if not is_private(name)]

    def __repr__(self) -> str:
        if "_reference" not in self.__dict__:
            return super().__repr__()  # it is not initialised, which its use will report
        name = self.name or self._attribute_path() or f"at {self._place}"
        return f"<{self._noun} {f'{self._namespace}.{name}' if self._namespace else name!r}>"

    def __reduce__(self) -> str:
        path = self._attribute_path()
        if path is None or not is_importable(self, self.__module__, path):
            from pickle import PicklingError  # noqa: PLC0415 - not needed to import this package

            raise PicklingError(
                f"{self!r} can be pickled or copied only by name, but has none in {self.__module__}; "
                "assign it to a global variable or a class attribute"
            )
        return path

    def _attribute_path(self) -> str | None:
        """Return the dotted name of the signal in its module; None if it has none."""
        if self.__qualname__ is None and not is_global(self, self.__module__, self._global_name):
            self._global_name = global_name(self, self.__module__)
        return self.__qualname__ or self._global_name

    # What is made from the payload

    @property
    def _validator(self) -> FieldsValidator:
        derived = self._derived_now()
        derived.look_for_rebuild()
        validator = derived.validator()
        if derived is not self._derived:
            # The payload was rebuilt meanwhile, so that the validator may be a mixture of the old and the new one.
            return self._validator
        if not derived.all_checked:
            self._check_receivers()
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
        """Check receivers against these fields, for a signal that has no payload."""
        self._derived_now().contract = ReceiverContract(fields, has_payload=False)

    def _payload_is_rebuilt(self, derived: Derived) -> None:
        """Drop what was made from the payload before it was rebuilt, unless another thread has."""
        with lock:
            if self._derived is derived:
                self._forget_payload()

    def _forget_payload(self) -> None:
        """Drop what was made from the payload, which has changed; it is made anew when it is needed.

        The caller holds the lock. Code that makes something from the payload, and keeps it, takes the lock and keeps it
        only if `_derived` is still the instance that it began with.
        """
        if self._derived is not None:
            self._derived = Derived(self._itself, all_checked=False)

    def _declare_again(self, declared: Declaration, doc: str | None) -> None:
        """Follow a declaration that was executed again; the caller has checked it, and will check the receivers."""
        frame = frame_of_caller()
        payload, sender, validate, accepts, *_ = declared
        if payload is not None:
            complete_where_declared(payload, frame)
        with lock:
            self._become(payload, sender, doc, validate, accepts, frame)
            self._senders = SenderCheck(self._reference, sender)
            self._forget_payload()

    def _check_receivers(self) -> None:
        """Keep the receivers that still fit."""
        derived = self._derived_now()
        derived.all_checked = True
        try:
            keep_fitting(self._itself, self._table, self._contract, self._senders)
        except BaseException:
            derived.all_checked = False
            raise


for _name in ("name", "payload_type", "sender_type", "validate", "_reference"):
    setattr(DeclaredSignal, _name, Uninitialised("signal"))
