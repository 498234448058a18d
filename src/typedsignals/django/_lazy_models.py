"""Models that are named, as ``"shop.Book"``, before they are loaded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.db.models import Model
from django.db.models.utils import make_model_tuple

from .._exceptions import SenderError


class _Waiting:
    """What is to be done with a model once it is loaded.

    If it never is, because its name is wrong, Django's own check shows this object as what refers to it.
    """

    __name__ = "connect"

    def __init__(self, what: str, do: Callable[[type[Model]], Any]) -> None:
        self._what = what
        self._do = do

    def __call__(self, model: type[Model]) -> None:
        self._do(model)

    def __repr__(self) -> str:
        return self._what


def when_loaded(name: str, what: str, do: Callable[[type[Model]], Any]) -> None:
    """Call a function with the model of that name: at once, or as soon as it is loaded.

    Args:
        name: The name.
        what: What waits for the model, for messages.
        do: The function.

    Raises:
        SenderError: It is not the name of a model, such as ``"shop.Book"``.
    """
    apps.lazy_model_operation(_Waiting(what, do), _key(name))


def loaded(name: str) -> type[Model]:
    """Return the model of that name.

    Raises:
        SenderError: There is none, or it is not loaded yet.
    """
    try:
        return apps.get_registered_model(*_key(name))
    except LookupError as error:
        raise SenderError(f"there is no model {name!r}, or it is not loaded yet", sender=name) from error


def _key(name: str) -> tuple[str, str]:
    try:
        return make_model_tuple(name)
    except ValueError as error:
        raise SenderError(f"{name!r} does not name a model; write 'app_label.Model'", sender=name) from error
