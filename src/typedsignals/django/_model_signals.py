"""Signals that models send: they can be seen by model, and a model can be named before it is loaded."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, overload

from django.db.models import Model
from django.db.models.base import ModelBase
from django.dispatch import Signal as DjangosSignal

from .._identity import ANY
from .._inspecting.callables import described
from .._sending.bound import BoundSignal
from .._sending.generated import MISSING
from .._signal import P, PayloadT, Signal
from .._sources.signal import FedSignal
from .._sources.source import Options
from ._lazy_models import loaded, when_loaded
from ._model_payloads import ModelT, PostDelete, PostInit, PostSave, PreDelete, PreSave
from ._of_model import (
    OfModel,
    PostDeleteOf,
    PostInitOf,
    PostSaveOf,
    PreDeleteOf,
    PreSaveOf,
    UserLoggedInOf,
    UserLoggedOutOf,
)
from ._other_payloads import UserLoggedIn, UserLoggedOut
from ._source import DjangoSource


class ModelSignal(FedSignal[PayloadT, type[Model], P]):
    """A signal that models send. The sender is their class: exactly this one, and none that it inherits from.

    Where a sender is asked for, the name of a model will do, such as ``"shop.Book"`` or ``settings.AUTH_USER_MODEL``.
    A receiver is then connected as soon as the model is loaded.
    """

    def __init__(
        self, signal: DjangosSignal | str, name: str, payload: Callable[P, PayloadT], *, sender: type | None = ModelBase
    ) -> None:
        source = DjangoSource(signal, name)
        kind: Any = payload
        # To type checkers it is that of any model, as `PostSave[Model]`; there is no need for a class of its own.
        kind = kind.__pydantic_generic_metadata__["origin"] or kind
        super().__init__(source, Options.of(source), kind, sender=sender, strict=False)

    def for_model(self, model: type[Model] | str, /) -> BoundSignal[PayloadT, type[Model], Any, P]:
        """Give this signal as one model sends it. To type checkers, receivers get instances of this model.

        Args:
            model: The model, or its name.

        Raises:
            SenderError: It is not a model.
        """
        sender: Any = model if isinstance(model, str) else self._senders.accept_one(model)
        bound: Any = OfModel(self, sender)
        return bound  # type: ignore[no-any-return]  # its fields are those of the payload for any model

    def _accepted(self, sender: object) -> object:
        return super()._accepted(loaded(sender) if isinstance(sender, str) else sender)

    if TYPE_CHECKING:
        # The other types are those of `Signal`, which has two overloads of `connect`.
        def _as_sent_by_classes(self) -> Signal[PayloadT, type[Model], ...]: ...
    else:

        def connect(self, receiver=MISSING, sender=ANY, weak=True, **options):
            if isinstance(sender, str) and callable(receiver):
                return self._connect_when_loaded(receiver, sender, weak, options)
            return super().connect(receiver, sender, weak, **options)

        def disconnect(self, receiver=MISSING, sender=ANY, *, key=None):
            return super().disconnect(receiver, loaded(sender) if isinstance(sender, str) else sender, key=key)

    def _connect_when_loaded(self, receiver: Any, name: str, weak: bool, options: dict[str, Any]) -> Any:
        # It is checked now, where the traceback shows who connects it.
        terms = [options.get(option, default) for option, default in _TERMS.items()]
        self._contract.check(self, receiver, tuple(terms))
        waits = f"{described(receiver)} of {self!r}"
        when_loaded(name, waits, lambda model: self.connect(receiver, model, weak, **options))
        return receiver


_TERMS = {"as_payload": False, "priority": 0, "once": False, "thread": False}


if TYPE_CHECKING:
    # What `for_model` gives, by signal: a type variable cannot stand for a generic class.

    class PostInitSignal(ModelSignal[PostInit, P]):
        @overload  # type: ignore[override]
        def for_model(self, model: type[ModelT], /) -> PostInitOf[ModelT]: ...
        @overload
        def for_model(self, model: str, /) -> PostInitOf[Any]: ...
        def for_model(self, model: Any, /) -> Any: ...

    class PreSaveSignal(ModelSignal[PreSave, P]):
        @overload  # type: ignore[override]
        def for_model(self, model: type[ModelT], /) -> PreSaveOf[ModelT]: ...
        @overload
        def for_model(self, model: str, /) -> PreSaveOf[Any]: ...
        def for_model(self, model: Any, /) -> Any: ...

    class PostSaveSignal(ModelSignal[PostSave, P]):
        @overload  # type: ignore[override]
        def for_model(self, model: type[ModelT], /) -> PostSaveOf[ModelT]: ...
        @overload
        def for_model(self, model: str, /) -> PostSaveOf[Any]: ...
        def for_model(self, model: Any, /) -> Any: ...

    class PreDeleteSignal(ModelSignal[PreDelete, P]):
        @overload  # type: ignore[override]
        def for_model(self, model: type[ModelT], /) -> PreDeleteOf[ModelT]: ...
        @overload
        def for_model(self, model: str, /) -> PreDeleteOf[Any]: ...
        def for_model(self, model: Any, /) -> Any: ...

    class PostDeleteSignal(ModelSignal[PostDelete, P]):
        @overload  # type: ignore[override]
        def for_model(self, model: type[ModelT], /) -> PostDeleteOf[ModelT]: ...
        @overload
        def for_model(self, model: str, /) -> PostDeleteOf[Any]: ...
        def for_model(self, model: Any, /) -> Any: ...

    class UserLoggedInSignal(ModelSignal[UserLoggedIn, P]):
        @overload  # type: ignore[override]
        def for_model(self, model: type[ModelT], /) -> UserLoggedInOf[ModelT]: ...
        @overload
        def for_model(self, model: str, /) -> UserLoggedInOf[Any]: ...
        def for_model(self, model: Any, /) -> Any: ...

    class UserLoggedOutSignal(ModelSignal[UserLoggedOut, P]):
        @overload  # type: ignore[override]
        def for_model(self, model: type[ModelT], /) -> UserLoggedOutOf[ModelT]: ...
        @overload
        def for_model(self, model: str, /) -> UserLoggedOutOf[Any]: ...
        def for_model(self, model: Any, /) -> Any: ...

else:
    PostInitSignal = PreSaveSignal = PostSaveSignal = PreDeleteSignal = PostDeleteSignal = ModelSignal
    UserLoggedInSignal = UserLoggedOutSignal = ModelSignal
