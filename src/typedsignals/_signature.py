"""Checking, when a receiver is connected, that it can be called with what the signal sends."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from functools import partial
from inspect import Parameter, Signature
from types import CodeType, FunctionType, MethodType
from typing import TYPE_CHECKING, Any, NamedTuple

from ._exceptions import ReceiverSignatureError
from ._interrupts import lasting
from ._reading import signature_of
from ._receivers import code_of, described, is_async
from ._suggestion import closest

if TYPE_CHECKING:
    from collections.abc import Hashable

    from ._signal import Signal

BY_POSITION = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD, Parameter.VAR_POSITIONAL)
BY_KEYWORD = (Parameter.POSITIONAL_OR_KEYWORD, Parameter.KEYWORD_ONLY)
_misfits_are_allowed = ContextVar("typedsignals_misfits_are_allowed", default=False)

MOST_REMEMBERED = 1024
"""How many receivers' terms a contract remembers before it starts anew."""


class Shape(NamedTuple):
    """What a receiver takes, as far as its signature tells."""

    takes_extra: bool = True
    """Whether it has ``**extra``; a callable whose signature cannot be read is trusted to."""
    taken: frozenset[str] = frozenset()
    """The names of parameters that no keyword can reach: the first, which gets the sender, and those already bound."""
    deprecated: tuple[str, ...] = ()
    """The deprecated fields that it names."""
    problem: str = ""
    """Why it cannot be called with what the signal sends; empty if it can."""


class Options(NamedTuple):
    """How a receiver is to be called, as `connect` was told."""

    as_payload: bool
    priority: int
    once: bool
    thread: bool


PlainOptions = tuple[bool, int, bool, bool]
"""The same before they are named, which is most of what it would take to find terms that are known."""


class Terms(NamedTuple):
    """All about a connection but its receiver and sender; shared by like ones, to keep connections small."""

    as_payload: bool
    priority: int
    once: bool
    thread: bool
    is_async: bool
    shape: Shape
    label: str
    """The receiver's name and place, for when it is gone."""
    code: CodeType | None


class ReceiverContract:
    """What receivers of one signal must take: a sender, and the payload's fields or the payload.

    Args:
        signal: The signal, for error messages.
        fields: The names of the payload's fields; None if the signal has no payload, and takes any receiver.
        deprecated: The fields that receivers should no longer name.
    """

    def __init__(
        self, signal: Signal[Any, Any, Any], fields: tuple[str, ...] | None, deprecated: frozenset[str]
    ) -> None:
        self._signal = signal
        self._fields = fields
        self._deprecated = deprecated
        self._known: dict[Hashable, tuple[Terms, object]] = {}

    def check(self, receiver: Callable[..., Any], options: PlainOptions) -> Terms:
        """The terms on which a receiver that fits is connected.

        Raises:
            ReceiverSignatureError: With what does not fit, where the receiver is, and what to do.
        """
        terms = self._terms(receiver, options)
        shape = terms.shape
        if shape.problem and not (_misfits_are_allowed.get() and not _misuse(receiver, Options(*options))):
            raise ReceiverSignatureError(
                f"{described(receiver)} cannot be connected to {self._signal!r}: {shape.problem}",
                signal=self._signal,
                receiver=receiver,
            )
        for name in shape.deprecated:
            self.warn_deprecated(receiver, name)
        return terms

    def problem(self, receiver: Callable[..., Any], options: PlainOptions) -> str:
        """Why the receiver cannot be called with what the signal sends; empty if it can."""
        return self._terms(receiver, options).shape.problem

    def renewed(self, receiver: Callable[..., Any], terms: Terms) -> Terms:
        """The terms for a receiver that was connected when the contract was another one."""
        return self._terms(receiver, (terms.as_payload, terms.priority, terms.once, terms.thread))

    def _terms(self, receiver: Callable[..., Any], options: PlainOptions) -> Terms:
        """The terms, worked out once for all closures and methods that come from one ``def``."""
        function = receiver.__func__ if isinstance(receiver, MethodType) else receiver
        if type(function) is not FunctionType or function.__dict__:
            return self._new_terms(receiver, Options(*options))
        code, defaults, keywords = function.__code__, function.__defaults__, function.__kwdefaults__
        key = (
            id(code),
            function is receiver,
            len(defaults) if defaults else 0,
            frozenset(keywords) if keywords else None,
            options,
        )
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= MOST_REMEMBERED:
                self._known.clear()
            # Keeping the code alive keeps its id from being used again.
            known = self._known[key] = self._new_terms(receiver, Options(*options)), code
        return known[0]

    def _new_terms(self, receiver: Callable[..., Any], options: Options) -> Terms:
        return Terms(
            *options,
            is_async=is_async(receiver),
            shape=self._shape(receiver, options),
            label=described(receiver),
            code=code_of(receiver),
        )

    def _shape(self, receiver: object, options: Options) -> Shape:
        misuse = _misuse(receiver, options)
        if misuse or not callable(receiver):
            return Shape(problem=misuse)
        if self._fields is None:
            return Shape(problem="it asks for the payload, but the signal has none" if options.as_payload else "")
        signature = signature_of(receiver)
        if signature is None:
            return Shape()
        if options.as_payload:
            return Shape(problem=_payload_problem(signature))
        return self._keyword_shape(tuple(signature.parameters.values()), self._fields, _bound_names(receiver))

    def _keyword_shape(
        self, parameters: tuple[Parameter, ...], fields: tuple[str, ...], bound: frozenset[str]
    ) -> Shape:
        named = {parameter.name for parameter in parameters if parameter.kind in BY_KEYWORD}
        takes_extra = any(parameter.kind is Parameter.VAR_KEYWORD for parameter in parameters)
        return Shape(
            takes_extra=takes_extra,
            taken=bound | _names_by_position(parameters, 1),
            deprecated=tuple(sorted(self._deprecated & named)),
            problem=_bound_problem(bound, fields)
            or _parameter_problem(parameters, fields)
            or ("" if takes_extra else _coverage_problem([name for name in fields if name not in named])),
        )

    def warn_deprecated(self, receiver: Callable[..., Any], name: str) -> None:
        """Tell the author of a receiver that it names a deprecated field."""
        message = f"{described(receiver)} takes {name!r}, a deprecated field of {self._signal!r}"
        code = code_of(receiver)
        if code is None:
            warnings.warn(message, DeprecationWarning, stacklevel=4)
        else:
            warnings.warn_explicit(message, DeprecationWarning, code.co_filename, code.co_firstlineno)


@lasting
def misfits_allowed() -> Iterator[None]:
    """Let receivers be connected that cannot be called, in this context: for those who only look at connections."""
    before = _misfits_are_allowed.get()
    try:
        _misfits_are_allowed.set(True)
        yield
    finally:
        _misfits_are_allowed.set(before)


def _misuse(receiver: object, options: Options) -> str:
    """What is wrong, whatever the receiver takes."""
    priority: object = options.priority
    if not isinstance(priority, int | float):
        return f"priority= must be a number, not a {type(priority).__name__}"
    if not callable(receiver):
        return f"a {type(receiver).__name__} is not callable"
    if options.thread and is_async(receiver):
        return "a coroutine function runs on the event loop, not in a thread; drop thread=True"
    return ""


def _payload_problem(signature: Signature) -> str:
    try:
        signature.bind(None, None)
    except TypeError as error:
        return f"with as_payload=True it is called as receiver(sender, payload), but {error}"
    return ""


def _bound_names(receiver: Callable[..., Any]) -> frozenset[str]:
    """The names of the parameters that are bound to a value already and not in its signature: ``self``, mostly."""
    if isinstance(receiver, partial):
        return _bound_names(receiver.func) | _first_names(receiver.func, len(receiver.args))
    if isinstance(receiver, MethodType):
        return _first_names(receiver.__func__, 1)
    if isinstance(receiver, type):
        return _first_names(receiver.__init__, 1)  # type: ignore[misc]  # of this very class, not of a subclass
    return _first_names(type(receiver).__call__, 1)


def _first_names(function: Callable[..., Any], count: int) -> frozenset[str]:
    signature = signature_of(function)
    return frozenset() if signature is None else _names_by_position(tuple(signature.parameters.values()), count)


def _names_by_position(parameters: tuple[Parameter, ...], count: int) -> frozenset[str]:
    """Of the first parameters, those that could also be given as a keyword."""
    return frozenset(p.name for p in parameters[:count] if p.kind is Parameter.POSITIONAL_OR_KEYWORD)


def _bound_problem(bound: frozenset[str], fields: tuple[str, ...]) -> str:
    for name in fields:
        if name in bound:
            return f"its parameter {name!r} has a value already, but there is a field {name!r}; rename the parameter"
    return ""


def _parameter_problem(parameters: tuple[Parameter, ...], fields: tuple[str, ...]) -> str:
    """What is wrong with the parameters that it has."""
    if not parameters or parameters[0].kind not in BY_POSITION:
        return "it must take the sender as its first positional parameter; add one: (sender, ...)"
    first, *rest = parameters
    if first.kind is Parameter.POSITIONAL_OR_KEYWORD and first.name in fields:
        return f"its first parameter gets the sender, but is called {first.name!r} like a field; rename it"
    for parameter in rest:
        if parameter.default is not Parameter.empty:
            continue
        if parameter.kind is Parameter.POSITIONAL_ONLY:
            return f"fields come as keywords, but its parameter {parameter.name!r} is positional-only; drop the '/'"
        if parameter.kind in BY_KEYWORD and parameter.name not in fields:
            return f"it takes {parameter.name!r}, but there is no such field; {_suggestion(parameter.name, fields)}"
    return ""


def _coverage_problem(uncovered: list[str]) -> str:
    """What is wrong with the fields that a receiver without ``**extra`` does not name."""
    if not uncovered:
        return ""
    names = ", ".join(repr(name) for name in uncovered)
    field = "field" if len(uncovered) == 1 else "fields"
    return f"it does not take the {field} {names}; add **extra: Any to ignore what it does not need"


def _suggestion(name: str, fields: tuple[str, ...]) -> str:
    meant = closest(name, fields)
    return f"did you mean {meant!r}?" if meant else f"the fields are: {', '.join(fields) or 'none'}"
