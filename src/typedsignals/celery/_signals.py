"""Celery's signals, each with its payload."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from billiard.einfo import ExceptionInfo
from celery import Task, signals
from pydantic import InstanceOf

from .._validating.payload import Payload
from ._source import typed

if TYPE_CHECKING:
    AnyTask = Task[Any, Any]
else:
    AnyTask = Task  # which takes no types when the program runs


class BeforeTaskPublish(Payload):
    """A message that is about to be published. A receiver that changes a dictionary changes the message.

    Attributes:
        body: The arguments, and options for what is done with the result.
        exchange: The exchange, by its name or itself.
        routing_key: The routing key.
        headers: The headers of the task, such as ``id`` and ``task``.
        properties: The properties of the message.
        declare: What is declared before.
        retry_policy: How publishing is tried again.
    """

    body: Any
    exchange: Any
    routing_key: str | None
    headers: InstanceOf[dict[str, Any]]
    properties: InstanceOf[dict[str, Any]]
    declare: Any
    retry_policy: Any


class AfterTaskPublish(Payload):
    """A message that was published.

    Attributes:
        body: As before.
        exchange: As before.
        routing_key: As before.
        headers: As before.
    """

    body: Any
    exchange: Any
    routing_key: str | None
    headers: InstanceOf[dict[str, Any]]


class TaskReceived(Payload):
    """A task that a worker has received.

    Attributes:
        request: The request, of ``celery.worker.request``.
    """

    request: Any


class TaskPrerun(Payload):
    """A task that is about to run.

    Attributes:
        task_id: The id of this execution.
        task: The task, which is the sender too.
        args: Its positional arguments.
        kwargs: Its keywords.
    """

    task_id: str
    task: AnyTask
    args: InstanceOf[Sequence[Any]]
    kwargs: InstanceOf[Mapping[str, Any]]


class TaskPostrun(Payload):
    """A task that has run, however it ended.

    Attributes:
        task_id: The id of this execution.
        task: The task, which is the sender too.
        args: Its positional arguments.
        kwargs: Its keywords.
        retval: What it returned, or the exception that ended it.
        state: The state that follows, such as ``"SUCCESS"``.
    """

    task_id: str
    task: AnyTask
    args: InstanceOf[Sequence[Any]]
    kwargs: InstanceOf[Mapping[str, Any]]
    retval: Any
    state: str


class TaskSuccess(Payload):
    """A task that has succeeded.

    Attributes:
        result: What it returned.
    """

    result: Any


class TaskRetry(Payload):
    """A task that will be tried again.

    Attributes:
        request: The request.
        reason: Why: mostly an instance of ``celery.exceptions.Retry``.
        einfo: The exception with its traceback.
    """

    request: Any
    reason: Any
    einfo: ExceptionInfo


class TaskFailure(Payload):
    """A task that has failed.

    Attributes:
        task_id: The id of this execution.
        exception: What it raised.
        args: Its positional arguments.
        kwargs: Its keywords.
        traceback: The traceback, or its text if the process that ran the task is gone.
        einfo: The exception with its traceback.
    """

    task_id: str
    exception: BaseException
    args: InstanceOf[Sequence[Any]] | None
    kwargs: InstanceOf[Mapping[str, Any]] | None
    traceback: Any
    einfo: ExceptionInfo | None


class TaskInternalError(TaskFailure):
    """An error of Celery's own, while a task ran.

    Attributes:
        request: The request.
    """

    request: Any


class TaskRevoked(Payload):
    """A task that was revoked.

    Attributes:
        request: The request.
        terminated: Whether it ran already, and was terminated.
        signum: The signal that terminated it.
        expired: Whether it was revoked because it had expired.
    """

    request: Any
    terminated: bool
    signum: Any
    expired: bool


class TaskUnknown(Payload):
    """A message for a task that the worker does not know.

    Attributes:
        name: The name of the task.
        id: The id of the execution.
        message: The message.
        exc: The error.
    """

    name: str | None
    id: str | None
    message: Any
    exc: Any


class TaskRejected(Payload):
    """A message that is no task.

    Attributes:
        message: The message.
        exc: The error, or None.
    """

    message: Any
    exc: Any


class WorkerEvent(Payload):
    """No fields: the sender is the worker, its consumer, or the scheduler."""


class WorkerShuttingDown(Payload):
    """A worker that has been told to end.

    Attributes:
        sig: The name of the signal that it got.
        how: ``"Warm"``, ``"Cold"`` or ``"Soft"``.
        exitcode: The exit code that it will have.
    """

    sig: str
    how: str
    exitcode: int | None


class WorkerProcessShutdown(Payload):
    """A process of a worker's pool that ends.

    Attributes:
        pid: Its id.
        exitcode: Its exit code.
    """

    pid: int | None
    exitcode: int | None


before_task_publish: Final = typed(signals.before_task_publish, BeforeTaskPublish, sender=str)
"""Sent where a task is enqueued, before its message is published. The sender is the name of the task."""

after_task_publish: Final = typed(signals.after_task_publish, AfterTaskPublish, sender=str)
"""Sent where a task is enqueued, once its message is published. The sender is the name of the task."""

task_received: Final = typed(signals.task_received, TaskReceived)
"""Sent in the worker when a task arrives from the broker, before it runs. The sender is the consumer."""

task_prerun: Final = typed(signals.task_prerun, TaskPrerun, sender=AnyTask)
"""Sent where a task runs, before it does."""

task_postrun: Final = typed(signals.task_postrun, TaskPostrun, sender=AnyTask)
"""Sent where a task has run, however it ended."""

task_success: Final = typed(signals.task_success, TaskSuccess, sender=AnyTask)
"""Sent when a task has succeeded."""

task_retry: Final = typed(signals.task_retry, TaskRetry, sender=AnyTask)
"""Sent when a task will be tried again."""

task_failure: Final = typed(signals.task_failure, TaskFailure, sender=AnyTask)
"""Sent when a task has failed."""

task_internal_error: Final = typed(signals.task_internal_error, TaskInternalError, sender=AnyTask)
"""Sent when Celery itself has failed at a task."""

task_revoked: Final = typed(signals.task_revoked, TaskRevoked, sender=AnyTask)
"""Sent in the worker when a task is revoked."""

task_unknown: Final = typed(signals.task_unknown, TaskUnknown)
"""Sent in the worker for a task that is not registered. The sender is the consumer."""

task_rejected: Final = typed(signals.task_rejected, TaskRejected)
"""Sent in the worker for a message that is no task. The sender is the consumer."""

worker_init: Final = typed(signals.worker_init, WorkerEvent)
"""Sent before a worker starts."""

worker_ready: Final = typed(signals.worker_ready, WorkerEvent)
"""Sent when a worker is ready to take tasks."""

worker_process_init: Final = typed(signals.worker_process_init, WorkerEvent)
"""Sent in each process of a pool when it starts. Receivers must end within four seconds."""

worker_process_shutdown: Final = typed(signals.worker_process_shutdown, WorkerProcessShutdown)
"""Sent in each process of a pool just before it ends. Celery does not promise it."""

worker_shutting_down: Final = typed(signals.worker_shutting_down, WorkerShuttingDown)
"""Sent when a worker begins to end. The sender is the name of the host."""

worker_shutdown: Final = typed(signals.worker_shutdown, WorkerEvent)
"""Sent when a worker is about to end."""

beat_init: Final = typed(signals.beat_init, WorkerEvent)
"""Sent when the scheduler of ``celery beat`` starts."""
