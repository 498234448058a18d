"""Writes down what a job queue does, and has it try again when the network is away."""

import logging
from typing import Any

from jobqueue import Job
from jobqueue.signals import job_done, job_failed, job_queued, job_started, retry_after

logger = logging.getLogger(__name__)
ATTEMPTS = 3


@job_queued.connect
def note_queued(sender: Job, position: int, **extra: Any) -> None:
    logger.info("%s waits as number %d", sender.name, position)


@job_started.connect
def note_started(sender: Job, attempt: int, **extra: Any) -> None:
    logger.info("%s starts, attempt %d", sender.name, attempt)


@job_done.connect
def note_done(sender: Job, seconds: float, **extra: Any) -> None:
    logger.info("%s is done, after %.1f s", sender.name, seconds)


@job_failed.connect
def note_failed(sender: Job, error: Exception, **extra: Any) -> None:
    logger.warning("%s failed: %r", sender.name, error)


@retry_after.connect
def again(sender: Job, attempt: int, error: Exception, **extra: Any) -> float | None:
    """Wait twice as long each time."""
    if isinstance(error, ConnectionError) and attempt < ATTEMPTS:
        return 2.0 ** (attempt - 1)
    return None
