"""The work, which is done by workers: ``celery -A examples.celery_reports.tasks worker``."""

from __future__ import annotations

import os
from pathlib import Path

from celery import Celery

from typedsignals.celery import connect_task, takes

from .signals import DayClosed, day_closed

app = Celery("reports", broker=os.environ.get("BROKER", "memory://"), set_as_current=False)
FOLDER = Path(os.environ.get("REPORTS", "."))


@app.task(autoretry_for=(OSError,), retry_backoff=True, max_retries=3)
@takes(DayClosed)
def write_report(closed: DayClosed) -> None:
    """Write the total of a day into a file."""
    text = f"{len(closed.sales)} sales, {sum(closed.sales) / 100:.2f}\n"
    (FOLDER / f"{closed.day}.txt").write_text(text, encoding="utf-8")


connect_task(day_closed, write_report)
