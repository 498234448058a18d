"""What a queue tells, and what it does with answers."""

from typing import Any

import pytest
from jobqueue import Job, Queue
from jobqueue.signals import job_done, job_failed, job_queued, job_started, retry_after, signals

from typedsignals.pytest_plugin import CaptureSignals

pytestmark = pytest.mark.usefixtures("isolated_signals")


def test_a_job_that_works_is_told_of_three_times(capture_signals: CaptureSignals) -> None:
    captured = capture_signals(signals)
    queue = Queue()
    job = queue.add("greet", lambda: None)
    queue.run()
    captured.assert_order(job_queued, job_started, job_done)
    assert {record.sender for record in captured} == {job}


def test_a_job_that_fails_is_not_tried_again_unless_a_plugin_says_so(capture_signals: CaptureSignals) -> None:
    failed = capture_signals(job_failed)
    error = ConnectionError("away")

    def fail() -> None:
        raise error

    queue = Queue()
    queue.add("fail", fail)
    queue.run()
    assert failed.one().payload.error is error


def test_the_first_answer_decides_when_a_job_is_tried_again(capture_signals: CaptureSignals) -> None:
    def no_idea(sender: Job, **extra: Any) -> None:
        return None

    def twice(sender: Job, attempt: int, **extra: Any) -> float | None:
        return 0.5 if attempt < 2 else None

    def broken(sender: Job, **extra: Any) -> float:
        raise LookupError("a bug of this plugin")

    retry_after.connect(broken)
    retry_after.connect(no_idea)
    retry_after.connect(twice)
    slept: list[float] = []
    started = capture_signals(job_started)
    queue = Queue(slept.append)
    queue.add("divide", lambda: 1 / 0)
    queue.run()
    assert [payload.attempt for payload in started.payloads] == [1, 2]
    assert slept == [0.5]


def test_a_plugin_that_fails_stops_no_job() -> None:
    ran: list[str] = []

    def broken(sender: Job, **extra: Any) -> None:
        raise LookupError("a bug of this plugin")

    job_started.connect(broken)
    queue = Queue()
    queue.add("greet", lambda: ran.append("greet"))
    queue.run()
    assert ran == ["greet"]
