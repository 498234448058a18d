"""Tasks that are enqueued when a signal is sent: the payload travels as JSON, and the task's function gets it back."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import wraps
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from pydantic import BaseModel

from .._exceptions import ReceiverSignatureError
from .._identity import ANY, AnySender
from .._json.journey import problem_of_journey
from .._json.keys import known_keys
from .._signal import PayloadT, Signal

if TYPE_CHECKING:
    from celery import Task
    from celery.result import AsyncResult

    from .._signal import SenderT

R = TypeVar("R")
MARK = "__typedsignals_payload__"
"""The attribute of a task's function that says what it takes."""


class takes(Generic[PayloadT]):  # noqa: N801 - a decorator
    """Let the function of a task take a payload, which arrives as JSON.

    The payload is the function's last argument; with ``bind=True``, the task comes before it. Called directly, the
    function takes the payload itself. JSON is validated as strictly as JSON can be; fields that the model does not know
    are left out, so that workers may be older than the code that enqueues.

    Args:
        payload: The model.

    Raises:
        ValidationError: Raised by the task: what arrives is not valid, and will not be when it is tried again.

    Example:
        >>> from celery import Celery
        >>> from typedsignals import Payload
        >>> class OrderPlaced(Payload):
        ...     order_id: int
        >>> app = Celery("shop")
        >>> @app.task
        ... @takes(OrderPlaced)
        ... def ship(order: OrderPlaced) -> str:
        ...     return f"shipped {order.order_id}"
        >>> ship.apply(args=({"order_id": 7},)).get()
        'shipped 7'
    """

    def __init__(self, payload: type[PayloadT], /) -> None:
        self._payload = payload

    @overload
    def __call__(self, function: Callable[[PayloadT], R], /) -> Callable[[PayloadT], R]: ...

    @overload
    def __call__(self, function: Callable[[Any, PayloadT], R], /) -> Callable[[Any, PayloadT], R]: ...

    def __call__(self, function: Callable[..., Any], /) -> Callable[..., Any]:
        payload_type = self._payload

        @wraps(function)
        def run(*args: Any) -> Any:
            *before, message = args
            is_payload = isinstance(message, payload_type)
            return function(*before, message if is_payload else _read(payload_type, message))

        setattr(run, MARK, payload_type)
        return run


def connect_task(
    signal: Signal[PayloadT, SenderT, ...],
    task: Task[[PayloadT], Any],
    /,
    sender: SenderT | AnySender = ANY,
    *,
    priority: int = 0,
    **options: Any,
) -> Callable[[SenderT, PayloadT], AsyncResult[Any]]:
    """Enqueue a task whenever a signal is sent, with the payload as its only argument.

    The payload is written as JSON by its aliases. The sender does not travel: put into the payload what the task needs
    to know. The connection has the name of the task as its key, so that connecting again replaces it, and
    ``signal.disconnect(key=task.name)`` ends it.

    Args:
        signal: The signal.
        task: The task, whose function is decorated with `takes`.
        sender: The sender whose sends count; by default, all of them.
        priority: The priority of the connection, which has nothing to do with that of the message.
        options: What ``apply_async`` takes: ``queue``, ``countdown``, ``expires``, ...

    Returns:
        The receiver, which returns the ``AsyncResult`` of the task.

    Raises:
        ReceiverSignatureError: The task does not take this payload, or the payload cannot travel as JSON.

    Example:
        >>> from celery import Celery
        >>> from typedsignals import Payload, Signal
        >>> class OrderPlaced(Payload):
        ...     order_id: int
        >>> app = Celery("shop")
        >>> app.conf.task_always_eager = True  # for this example
        >>> @app.task
        ... @takes(OrderPlaced)
        ... def mail(order: OrderPlaced) -> None:
        ...     print("mail about order", order.order_id)
        >>> order_placed = Signal(OrderPlaced)
        >>> _ = connect_task(order_placed, mail, queue="mails")
        >>> _ = order_placed.send("web", order_id=7)
        mail about order 7
    """
    problem = _problem(signal.payload_type, task)
    if problem:
        name = getattr(task, "name", None) or type(task).__name__
        raise ReceiverSignatureError(f"task {name} of {signal!r} cannot be connected: {problem}", signal=signal)

    def enqueue(sender: SenderT, payload: PayloadT) -> AsyncResult[Any]:  # noqa: ARG001 - it does not travel
        return task.apply_async(args=(_written(payload),), **options)

    return signal.connect(enqueue, sender, weak=False, as_payload=True, priority=priority, key=task.name)


def _written(payload: BaseModel) -> dict[str, Any]:
    return payload.model_dump(mode="json", by_alias=True)


def _read(payload_type: type[PayloadT], message: Mapping[str, Any]) -> PayloadT:
    if (known := known_keys(payload_type)) is not None:
        message = {key: value for key, value in message.items() if key in known}
    return payload_type.model_validate_json(json.dumps(message), by_alias=True, by_name=True)


def _problem(payload_type: type[BaseModel] | None, task: Any) -> str:
    """Say why a payload does not reach a task; "" if it does."""
    taken = getattr(getattr(task, "run", None), MARK, None)
    if payload_type is None:
        return "the signal has no payload"
    if taken is None:
        return f"its function does not say what it takes; decorate it with @takes({payload_type.__name__})"
    if taken is not payload_type:
        return f"it takes {taken.__name__}, and the signal carries {payload_type.__name__}"
    return problem_of_journey(payload_type)
