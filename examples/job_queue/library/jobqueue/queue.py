"""The queue: runs one job after the other, and tells of each step."""

import time
from collections import deque
from collections.abc import Callable

from jobqueue.jobs import Job
from jobqueue.signals import job_done, job_failed, job_queued, job_started, retry_after


class Queue:
    """Jobs in the order in which they were added.

    What plugins do with an event is not the queue's business, so it sends with ``send_robust``: what they raise is
    logged, and the next job runs.
    """

    def __init__(self, sleep: Callable[[float], None] = time.sleep) -> None:
        self._jobs = deque[tuple[Job, int]]()
        self._sleep = sleep

    def add(self, name: str, function: Callable[[], object]) -> Job:
        """Have a function called in its turn."""
        job = Job(name, function)
        self._jobs.append((job, 1))
        job_queued.send_robust(job, position=len(self._jobs))
        return job

    def run(self) -> None:
        """Run jobs until none is left."""
        while self._jobs:
            self._run(*self._jobs.popleft())

    def _run(self, job: Job, attempt: int) -> None:
        job_started.send_robust(job, attempt=attempt)
        begin = time.perf_counter()
        try:
            job.function()
        except Exception as error:
            job_failed.send_robust(job, attempt=attempt, error=error)
            self._retry(job, attempt, error)
        else:
            job_done.send_robust(job, attempt=attempt, seconds=time.perf_counter() - begin)

    def _retry(self, job: Job, attempt: int, error: Exception) -> None:
        answers = retry_after.send_robust(job, attempt=attempt, error=error)
        delay = next((answer.value for answer in answers if answer.ok and answer.value is not None), None)
        if delay is not None:
            self._sleep(delay)
            self._jobs.append((job, attempt + 1))
