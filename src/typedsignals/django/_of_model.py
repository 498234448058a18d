"""A model signal for one model: receivers get its instances, to every type checker."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Concatenate, Generic, Literal, Protocol, overload

from django.db.models import Model
from pydantic import BaseModel
from typing_extensions import ParamSpec, TypeVar

from .._identity import sender_id
from .._sending.bound import BoundSignal
from ._model_payloads import ModelT, PostDelete, PostInit, PostSave, PreDelete, PreSave
from ._other_payloads import UserLoggedIn, UserLoggedOut

if TYPE_CHECKING:
    from django.db.models.query import QuerySet
    from django.http import HttpRequest

    from .._connecting.connection import Connection

PayloadT = TypeVar("PayloadT", bound=BaseModel)
FieldsP = ParamSpec("FieldsP")
R = TypeVar("R")


class _WithFields(Protocol[FieldsP]):
    """What has the fields of a payload as the parameters of a method."""

    def _fields(self, *args: FieldsP.args, **kwargs: FieldsP.kwargs) -> None: ...


class OfModel(BoundSignal[PayloadT, type[ModelT], Any, ...], Generic[PayloadT, ModelT]):
    """A model signal for one model alone; made by ``for_model``.

    It is a `BoundSignal`: connecting, waiting and capturing need no sender. Receivers get instances of the model, and
    type checkers know that.

    Attributes:
        signal: The signal of all models.
        sender: The model; its name if it was named, and is not loaded yet.
    """

    __slots__ = ()

    @property
    def connections(self) -> tuple[Connection, ...]:
        """The connections to this very model, in the order in which they are called."""
        key = sender_id(self.signal._accepted(self.sender))
        return tuple(one for one in self.signal.connections if sender_id(one.sender) == key)

    if TYPE_CHECKING:
        # The methods of `BoundSignal`, with the fields of the payload as they are for this model. No type has them as a
        # `ParamSpec`, which only a call can find: so it is found in the type of `self`, by calling any of these.

        @overload  # type: ignore[override]
        def connect(
            self: _WithFields[FieldsP],
            receiver: Callable[Concatenate[type[ModelT], FieldsP], R],
            *,
            weak: bool = ...,
            as_payload: Literal[False] = ...,
            priority: int = ...,
            once: bool = ...,
            thread: bool = ...,
            key: str | None = ...,
            alive: object = ...,
        ) -> Callable[Concatenate[type[ModelT], FieldsP], R]: ...

        @overload
        def connect(
            self,
            receiver: Callable[[type[ModelT], PayloadT], R],
            *,
            weak: bool = ...,
            as_payload: Literal[True],
            priority: int = ...,
            once: bool = ...,
            thread: bool = ...,
            key: str | None = ...,
            alive: object = ...,
        ) -> Callable[[type[ModelT], PayloadT], R]: ...

        def connect(self, *args: Any, **options: Any) -> Any: ...

        @overload  # type: ignore[override]
        def connected_to(
            self: _WithFields[FieldsP],
            receiver: Callable[Concatenate[type[ModelT], FieldsP], R],
            *,
            as_payload: Literal[False] = ...,
            priority: int = ...,
            once: bool = ...,
            thread: bool = ...,
            key: str | None = ...,
        ) -> AbstractContextManager[Callable[Concatenate[type[ModelT], FieldsP], R]]: ...

        @overload
        def connected_to(
            self,
            receiver: Callable[[type[ModelT], PayloadT], R],
            *,
            as_payload: Literal[True],
            priority: int = ...,
            once: bool = ...,
            thread: bool = ...,
            key: str | None = ...,
        ) -> AbstractContextManager[Callable[[type[ModelT], PayloadT], R]]: ...

        def connected_to(self, *args: Any, **options: Any) -> Any: ...


if TYPE_CHECKING:

    class PostInitOf(OfModel[PostInit[ModelT], ModelT]):
        def _fields(self, *, instance: ModelT) -> None: ...

    class PreSaveOf(OfModel[PreSave[ModelT], ModelT]):
        def _fields(self, *, instance: ModelT, raw: bool, using: str, update_fields: frozenset[str] | None) -> None: ...

    class PostSaveOf(OfModel[PostSave[ModelT], ModelT]):
        def _fields(
            self, *, instance: ModelT, created: bool, raw: bool, using: str, update_fields: frozenset[str] | None
        ) -> None: ...

    class PreDeleteOf(OfModel[PreDelete[ModelT], ModelT]):
        def _fields(self, *, instance: ModelT, using: str, origin: Model | QuerySet[Any] | None) -> None: ...

    class PostDeleteOf(OfModel[PostDelete[ModelT], ModelT]):
        def _fields(self, *, instance: ModelT, using: str, origin: Model | QuerySet[Any] | None) -> None: ...

    class UserLoggedInOf(OfModel[UserLoggedIn[ModelT], ModelT]):
        def _fields(self, *, user: ModelT, request: HttpRequest | None) -> None: ...

    class UserLoggedOutOf(OfModel[UserLoggedOut[ModelT], ModelT]):
        def _fields(self, *, user: ModelT | None, request: HttpRequest | None) -> None: ...

else:
    PostInitOf = PreSaveOf = PostSaveOf = PreDeleteOf = PostDeleteOf = UserLoggedInOf = UserLoggedOutOf = OfModel
