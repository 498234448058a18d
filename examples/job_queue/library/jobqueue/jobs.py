"""The job, which imports nothing, so that everybody can import it."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(eq=False)
class Job:
    """A function to call, under a name that people read."""

    name: str
    function: Callable[[], object]
