"""Check, when a receiver is connected, that it can be called with what the signal sends."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from inspect import Parameter
from types import CodeType, FunctionType, MethodType
from typing import TYPE_CHECKING, Any

from .._concurrency.interrupts import lasting
from .._exceptions import ReceiverSignatureError, ReceiverWarning
from .._inspecting.callables import code_of, described, is_async, is_bare
from .._inspecting.signatures import AnyParameter, parameters_of
from .._location import Place
from .doubts import method_problem, never_runs, wrapped_function
from .fitting import (
    BY_KEYWORD,
    bound_keywords,
    bound_names,
    bound_problem,
    coverage_problem,
    names_by_position,
    parameter_problem,
    payload_problem,
)
from .kinds import kind_problem
from .misuse import not_callable
from .plain_functions import shape_at_a_glance
from .terms import Options, PlainOptions, Shape, Terms, plain_options

if TYPE_CHECKING:
    from collections.abc import Hashable

    from .._signal import AnySignal
    from .kinds import Accepts

_misfits_are_allowed = ContextVar("typedsignals_misfits_are_allowed", default=False)

MOST_REMEMBERED = 1024
"""How many terms a contract remembers before it forgets them all."""

_warned: dict[Any, Any] = {}
"""The registry in which the warnings module remembers what it has shown."""


class ReceiverContract:
    """What receivers of signals with one payload must take: a sender, and either the payload's fields or the payload.

    Args:
        fields: The names of the payload's fields; None if any receiver fits, as the signal has no payload.
        deprecated: The fields that receivers should no longer name.
        accepts: Which kinds of functions may receive.
        has_payload: Whether there is a payload object, which receivers may ask for.
    """

    def __init__(
        self,
        fields: tuple[str, ...] | None,
        deprecated: frozenset[str] = frozenset(),
        *,
        accepts: Accepts = "any",
        has_payload: bool = True,
    ) -> None:
        self._fields = fields
        self._deprecated = deprecated
        self._accepts = accepts
        self._has_payload = has_payload and fields is not None
        self._known: dict[Hashable, tuple[Terms, object]] = {}

    def check(self, signal: AnySignal, receiver: Callable[..., Any], options: PlainOptions) -> Terms:
        """Find the terms on which to connect a receiver to a signal, and warn about what is doubtful about it.

        Raises:
            ReceiverSignatureError: The receiver does not fit. The message says why, where it is, and what to do.
        """
        terms = self._terms(receiver, options)
        shape = terms.shape
        if shape.problem or shape.deprecated or shape.doubts:
            self._remark(signal, receiver, terms)
        return terms

    def _remark(self, signal: AnySignal, receiver: Callable[..., Any], terms: Terms) -> None:
        shape = terms.shape
        if shape.problem and not (_misfits_are_allowed.get() and not misuse(receiver, terms)):
            raise ReceiverSignatureError(
                f"{described(receiver)} cannot be connected to {signal!r}: {shape.problem}",
                signal=signal,
                receiver=receiver,
            )
        for name in shape.deprecated:
            self.warn_deprecated(signal, receiver, name)
        for doubt in shape.doubts:
            _warn(f"{terms.label} is connected to {signal!r}, but {doubt}", ReceiverWarning, terms.code)

    def problem(self, receiver: Callable[..., Any], options: PlainOptions) -> str:
        """Say why the receiver cannot be called with what the signal sends; empty if it can."""
        return self._terms(receiver, options).shape.problem

    def renewed(self, receiver: Callable[..., Any], terms: Terms) -> Terms:
        """Find new terms for a receiver that was connected under an earlier contract."""
        return self._terms(receiver, plain_options(terms))

    def _terms(self, receiver: Callable[..., Any], options: PlainOptions) -> Terms:
        """Find the terms, once for all closures and methods that come from one ``def``."""
        function = receiver.__func__ if type(receiver) is MethodType else receiver
        if type(function) is not FunctionType or function.__dict__:
            return self._new_terms(receiver, options)
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
            # The code is kept alive so that its id is not reused.
            known = self._known[key] = self._new_terms(receiver, options), code
        return known[0]

    def _new_terms(self, receiver: Callable[..., Any], options: PlainOptions) -> Terms:
        return Terms(
            *options,
            is_async=is_async(receiver),
            shape=self._shape(receiver, Options(*options)),
            label=described(receiver),
            code=code_of(receiver),
        )

    def _shape(self, receiver: Any, options: Options) -> Shape:
        problem = misuse(receiver, options)
        if not problem and self._accepts != "any":
            problem = kind_problem(receiver, self._accepts)
        if not problem and options.as_payload and not self._has_payload:
            problem = "it asks for the payload, but the signal has none"
        if problem:
            return Shape(problem=problem)
        as_method, idle = method_problem(receiver, self._fields or ()), never_runs(receiver)
        if self._fields is None:
            return Shape(doubts=_without_empty(as_method, idle))
        if as_method:
            return Shape(problem=as_method)
        shape = self._shape_as_it_is(receiver, options)
        doubts = _without_empty(idle, self._problem_inside(receiver, options))
        return shape._replace(doubts=doubts) if doubts else shape

    def _shape_as_it_is(self, receiver: Callable[..., Any], options: Options) -> Shape:
        """Read what the receiver takes from its own signature, whatever it wraps."""
        if options.as_payload:
            return Shape(problem=payload_problem(receiver))
        fields = self._fields or ()
        if is_bare(receiver) and (shape := shape_at_a_glance(receiver, fields, self._deprecated)):
            return shape
        parameters = parameters_of(receiver)
        if parameters is None:
            return Shape()
        return self._keyword_shape(parameters, fields, bound_names(receiver), bound_keywords(receiver))

    def _keyword_shape(
        self, parameters: tuple[AnyParameter, ...], fields: tuple[str, ...], bound: frozenset[str], kept: frozenset[str]
    ) -> Shape:
        kinds = {parameter.name: parameter.kind for parameter in parameters}
        named = {name for name, kind in kinds.items() if kind in BY_KEYWORD and name not in kept}
        takes_extra = Parameter.VAR_KEYWORD in kinds.values()
        uncovered = [] if takes_extra else [name for name in fields if name not in named and name not in kept]
        return Shape(
            takes_extra=takes_extra,
            taken=bound | kept | names_by_position(parameters, 1),
            deprecated=tuple(sorted(self._deprecated & named)),
            problem=bound_problem(bound, fields)
            or parameter_problem(parameters, fields)
            or coverage_problem(uncovered),
            kept=kept.intersection(fields),
        )

    @staticmethod
    def warn_deprecated(signal: AnySignal, receiver: Callable[..., Any], name: str) -> None:
        """Warn that a receiver names a deprecated field."""
        message = f"{described(receiver)} takes {name!r}, a deprecated field of {signal!r}"
        _warn(message, DeprecationWarning, code_of(receiver))

    def _problem_inside(self, receiver: Callable[..., Any], options: Options) -> str:
        """Say why the function in a wrapper could not be called with what the wrapper gets; empty if it could."""
        wrapped = wrapped_function(receiver)
        problem = "" if wrapped is None else self._shape_as_it_is(wrapped, options).problem
        if not problem:
            return ""
        return (
            f"it takes any arguments, and what it wraps could not be called with what is sent: {problem} (if the "
            "wrapper passes other arguments on, give it a signature that names them)"
        )


def _without_empty(*doubts: str) -> tuple[str, ...]:
    return tuple(filter(None, doubts))


def _warn(message: str, category: type[Warning], code: CodeType | None) -> None:
    """Warn at the receiver's code or, if it has none, where it is connected."""
    place = Place.of_code(code)
    warnings.warn_explicit(message, category, place.file, place.line, registry=_warned)


@lasting
def misfits_allowed() -> Iterator[None]:
    """Accept receivers that cannot be called, in this context, for code that only looks at connections."""
    before = _misfits_are_allowed.get()
    try:
        _misfits_are_allowed.set(True)
        yield
    finally:
        _misfits_are_allowed.set(before)


def misuse(receiver: object, options: Options) -> str:
    """Say what is wrong with the options or the receiver, apart from its parameters; empty if nothing is."""
    priority: object = options.priority
    if not isinstance(priority, int | float):
        return f"priority= must be a number, not a {type(priority).__name__}"
    if not callable(receiver):
        return not_callable(receiver)
    if options.thread and is_async(receiver):
        return "a coroutine function runs on the event loop, not in a thread; drop thread=True"
    return ""
