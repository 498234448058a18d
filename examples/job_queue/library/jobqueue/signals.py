"""What a queue tells, and what it asks. Plugins import this module, and need no other."""

from pydantic import InstanceOf

from jobqueue.jobs import Job
from typedsignals import Namespace, Payload


class JobQueued(Payload):
    """A job waits for its turn."""

    position: int


class JobStarted(Payload):
    """A job is about to run."""

    attempt: int


class JobDone(Payload):
    """A job has run to its end."""

    attempt: int
    seconds: float


class JobFailed(Payload):
    """A job has raised an exception."""

    attempt: int
    error: InstanceOf[Exception]


signals = Namespace("jobqueue")
job_queued = signals.signal("job-queued", JobQueued, sender=Job, accepts="sync")
job_started = signals.signal("job-started", JobStarted, sender=Job, accepts="sync")
job_done = signals.signal("job-done", JobDone, sender=Job, accepts="sync")
job_failed = signals.signal("job-failed", JobFailed, sender=Job, accepts="sync")

# How many seconds to wait before a job that has failed is tried again. The first answer that is a number counts; if
# there is none, the job is given up.
retry_after = signals.hook("retry-after", JobFailed, sender=Job, returns=float | None)
