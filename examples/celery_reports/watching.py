"""Receivers of Celery's own signals, which are typed as well."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from typedsignals.celery import task_failure, task_success

from .tasks import write_report

if TYPE_CHECKING:
    from celery import Task

    AnyTask = Task[Any, Any]

logger = logging.getLogger(__name__)


@task_success.connect_via(write_report)
def note_success(sender: AnyTask, **extra: object) -> None:
    logger.info("%s is done", sender.name)


@task_failure.connect_via(write_report)
def note_failure(sender: AnyTask, exception: BaseException, **extra: object) -> None:
    logger.error("%s failed: %r", sender.name, exception)
