from collections.abc import Callable, Coroutine, Generator
from contextlib import AbstractContextManager
from functools import cached_property
from typing import Any, Concatenate, Generic, Never, ParamSpec, Protocol, TypeAlias, overload
from weakref import ref

from blinker._utilities import Symbol as Symbol
from blinker._utilities import make_id as make_id
from blinker._utilities import make_ref as make_ref
from typing_extensions import TypeVar

_SenderT = TypeVar("_SenderT", default=Any)
# Covariant so that a method can read the fields off its `self`, as `_Fields` in `Callable[_Fields, object]`.
_ContractT_co = TypeVar("_ContractT_co", bound=Callable[..., object], default=Any, covariant=True)
_Fields = ParamSpec("_Fields")
_R = TypeVar("_R")
F = TypeVar("F", bound=Callable[..., Any])  # noqa: PYI001 - Blinker has it by this name

_Results: TypeAlias = list[tuple[Callable[..., Any], Any]]
_AsyncWrapper: TypeAlias = Callable[[Callable[..., Coroutine[Any, Any, Any]]], Callable[..., Any]]
_SyncWrapper: TypeAlias = Callable[[Callable[..., Any]], Callable[..., Coroutine[Any, Any, Any]]]

class _Connect(Protocol[_Fields, _SenderT]):
    def __call__(
        self, receiver: Callable[Concatenate[_SenderT, _Fields], _R], /
    ) -> Callable[Concatenate[_SenderT, _Fields], _R]: ...

class _ReceiverConnected(Protocol):
    def __call__(self, *, receiver: Callable[..., Any], sender: Any, weak: bool) -> object: ...

class _ReceiverDisconnected(Protocol):
    def __call__(self, *, receiver: Callable[..., Any], sender: Any) -> object: ...

ANY: Symbol
ANY_ID: int

class Signal(Generic[_SenderT, _ContractT_co]):
    ANY: Symbol
    set_class: type[set[Any]]
    receivers: dict[Any, ref[Callable[..., Any]] | Callable[..., Any]]
    is_muted: bool

    def __init__(self, doc: str | None = None) -> None: ...
    @cached_property
    def receiver_connected(self) -> Signal[Signal, _ReceiverConnected]: ...
    @cached_property
    def receiver_disconnected(self) -> Signal[Signal, _ReceiverDisconnected]: ...
    # Only `Any` matches `Never`: this is a signal without a contract, whose receivers keep their own types.
    @overload
    def connect(self: Signal[Any, Never], receiver: F, sender: Any = ..., weak: bool = True) -> F: ...
    @overload
    def connect(
        self: Signal[_SenderT, Callable[_Fields, object]],
        receiver: Callable[Concatenate[_SenderT, _Fields], _R],
        sender: _SenderT | Symbol = ...,
        weak: bool = True,
    ) -> Callable[Concatenate[_SenderT, _Fields], _R]: ...
    @overload
    def connect_via(self: Signal[Any, Never], sender: Any, weak: bool = False) -> Callable[[F], F]: ...
    @overload
    def connect_via(
        self: Signal[_SenderT, Callable[_Fields, object]], sender: _SenderT | Symbol, weak: bool = False
    ) -> _Connect[_Fields, _SenderT]: ...
    @overload
    def connected_to(
        self: Signal[Any, Never], receiver: Callable[..., object], sender: Any = ...
    ) -> AbstractContextManager[None]: ...
    @overload
    def connected_to(
        self: Signal[_SenderT, Callable[_Fields, object]],
        receiver: Callable[Concatenate[_SenderT, _Fields], object],
        sender: _SenderT | Symbol = ...,
    ) -> AbstractContextManager[None]: ...
    def muted(self) -> AbstractContextManager[None]: ...
    # No signature can add a wrapper to a ParamSpec's keywords: the fields of a send with a wrapper are not checked.
    @overload
    def send(
        self: Signal[_SenderT, Callable[_Fields, object]],
        sender: _SenderT,
        /,
        *args: _Fields.args,
        **kwargs: _Fields.kwargs,
    ) -> _Results: ...
    @overload
    def send(
        self: Signal[None, Callable[_Fields, object]], /, *args: _Fields.args, **kwargs: _Fields.kwargs
    ) -> _Results: ...
    @overload
    def send(self, sender: _SenderT = ..., /, *, _async_wrapper: _AsyncWrapper | None, **kwargs: Any) -> _Results: ...
    @overload
    async def send_async(
        self: Signal[_SenderT, Callable[_Fields, object]],
        sender: _SenderT,
        /,
        *args: _Fields.args,
        **kwargs: _Fields.kwargs,
    ) -> _Results: ...
    @overload
    async def send_async(
        self: Signal[None, Callable[_Fields, object]], /, *args: _Fields.args, **kwargs: _Fields.kwargs
    ) -> _Results: ...
    @overload
    async def send_async(
        self, sender: _SenderT = ..., /, *, _sync_wrapper: _SyncWrapper | None, **kwargs: Any
    ) -> _Results: ...
    def has_receivers_for(self, sender: _SenderT | Symbol) -> bool: ...
    def receivers_for(self, sender: _SenderT | Symbol) -> Generator[Callable[..., Any]]: ...
    def disconnect(self, receiver: Callable[..., Any], sender: _SenderT | Symbol = ...) -> None: ...
    def _cleanup_bookkeeping(self) -> None: ...
    def _clear_state(self) -> None: ...

class NamedSignal(Signal[_SenderT, _ContractT_co]):
    name: str

    def __init__(self, name: str, doc: str | None = None) -> None: ...

class Namespace(dict[str, NamedSignal]):
    def signal(self, name: str, doc: str | None = None) -> NamedSignal: ...

class _PNamespaceSignal(Protocol):
    def __call__(self, name: str, doc: str | None = None) -> NamedSignal: ...

default_namespace: Namespace
signal: _PNamespaceSignal
