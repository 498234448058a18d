"""The reports of the examples, written by a real worker."""

from __future__ import annotations

import logging
from datetime import date
from pathlib import Path
from threading import Event

import pytest

pytest.importorskip("celery")

from celery.contrib.testing.worker import start_worker

from examples.celery_reports import tasks, watching
from examples.celery_reports.signals import DayClosed, day_closed
from examples.celery_reports.tasks import app, write_report
from tests.test_celery import logging_stays_as_it_is
from typedsignals import PayloadError
from typedsignals.celery import task_failure, task_success

# Other tests look whether anybody listens to Celery.
for signal, receiver in ((task_success, watching.note_success), (task_failure, watching.note_failure)):
    assert signal.disconnect(receiver, write_report)

DAY = date(2026, 12, 1)
__all__ = ["logging_stays_as_it_is"]


@pytest.fixture
def reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Have reports written into a folder of this test."""
    monkeypatch.setattr(tasks, "FOLDER", tmp_path)
    return tmp_path


def test_a_worker_writes_the_report(reports: Path) -> None:
    """The code that sends only enqueues."""
    is_done = Event()
    app.conf.update(worker_hijack_root_logger=False, broker_connection_retry_on_startup=False)

    def note(sender: object, **extra: object) -> None:
        is_done.set()

    with task_success.connected_to(note, write_report), start_worker(app, perform_ping_check=False):
        day_closed.send("the till", day=DAY, sales=[495, 990])
        assert is_done.wait(60)
    assert (reports / "2026-12-01.txt").read_text() == "2 sales, 14.85\n"


def test_the_task_is_a_function(reports: Path) -> None:
    """Which a test calls with the payload, and without a worker."""
    write_report(DayClosed(day=DAY, sales=[]))
    assert (reports / "2026-12-01.txt").read_text() == "0 sales, 0.00\n"


def test_what_is_wrong_is_never_enqueued() -> None:
    """The error is in the line that sends."""
    with pytest.raises(PayloadError, match=r"sales\[1\]: input should be a valid integer, got float"):
        day_closed.send("the till", day=DAY, sales=[495, 9.9])  # type: ignore[list-item]


def test_what_becomes_of_tasks_is_logged(reports: Path, caplog: pytest.LogCaptureFixture) -> None:
    """By receivers of Celery's own signals; here, the task is run in place."""
    with (
        task_success.connected_to(watching.note_success, write_report),
        task_failure.connected_to(watching.note_failure, write_report),
        caplog.at_level(logging.INFO, watching.__name__),
    ):
        write_report.apply(args=({"day": "2026-12-01", "sales": []},))
        write_report.apply(args=({"day": "yesterday", "sales": []},))
    done, failed = (record.getMessage() for record in caplog.records if record.name == watching.__name__)
    assert done == "examples.celery_reports.tasks.write_report is done"
    assert failed.startswith("examples.celery_reports.tasks.write_report failed: ")
