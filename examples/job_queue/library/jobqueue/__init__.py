"""Runs jobs, and lets plugins have a say."""

from jobqueue.jobs import Job
from jobqueue.plugins import load_plugins
from jobqueue.queue import Queue

__all__ = ["Job", "Queue", "load_plugins"]
