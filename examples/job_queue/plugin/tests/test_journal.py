"""The plugin, tested by sending what the library sends."""

import pytest
from jobqueue import Job, Queue, load_plugins
from jobqueue.signals import job_failed, retry_after
from jobqueue_journal import again, note_failed

from typedsignals.testing import only

JOB = Job("mail", lambda: None)


def test_failures_are_written_down(caplog: pytest.LogCaptureFixture) -> None:
    with only(note_failed):
        job_failed.send(JOB, attempt=1, error=ConnectionError("away"))
    assert caplog.messages == ["mail failed: ConnectionError('away')"]


@pytest.mark.parametrize(("attempt", "delay"), [(1, 1.0), (2, 2.0), (3, None)])
def test_connections_that_fail_are_tried_again(attempt: int, delay: float | None) -> None:
    with only(again):
        assert retry_after.first(JOB, attempt=attempt, error=ConnectionError("away")) == delay


def test_other_failures_are_not() -> None:
    assert retry_after.first(JOB, attempt=1, error=ValueError("wrong")) is None


def test_the_library_finds_the_plugin() -> None:
    assert "journal" in load_plugins()


def test_the_plugin_and_the_library_together(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    outcomes = iter([ConnectionError("away"), None])

    def deliver() -> None:
        error = next(outcomes)
        if error:
            raise error

    waited: list[float] = []
    queue = Queue(sleep=waited.append)
    queue.add("mail", deliver)
    queue.run()
    assert waited == [1.0]
    assert caplog.messages[:-1] == [
        "mail waits as number 1",
        "mail starts, attempt 1",
        "mail failed: ConnectionError('away')",
        "mail starts, attempt 2",
    ]
    assert caplog.messages[-1].startswith("mail is done, after 0.")
