"""Workers of a project in processes of their own, some of which are killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import transaction

from tests.relay.servers import wait
from typedsignals import Namespace, Payload
from typedsignals.django.relay import DjangoRelay
from typedsignals.django.relay.models import Delivery, Message, Subscription

ROOT = Path(__file__).parents[2]
ENOUGH = 120
"""How long anything may take on a machine that has much else to do, in seconds."""


class GroupMade(Payload):
    number: int


class Project:
    """The project in `relay_program.py`, whose workers run in processes.

    Args:
        alias: The alias that its database has here.
        database: The same, as it stands in ``DATABASES``.
        folder: Where its receivers write down what they get.
    """

    def __init__(self, alias: str, database: dict[str, Any], folder: Path) -> None:
        self.alias = alias
        self._notes = folder / "notes"
        self._notes.touch()
        place = {"RELAY_DATABASE": json.dumps(database), "RELAY_NOTES": str(self._notes), "PYTHONPATH": str(ROOT)}
        self._variables = {**os.environ, **place}
        self._started: list[subprocess.Popen[bytes]] = []
        self._signal = Namespace("auth").signal("group-made", GroupMade, sender=Group)
        self._relay = DjangoRelay("project", using=alias)
        self._relay.carry(self._signal, subject=lambda group: group.name, sender=lambda name: Group(name=name))
        call_command("migrate", database=alias, verbosity=0)
        for group in ("plain", "atomic", "async"):
            Subscription.objects.using(alias).create(grp=group, type="auth.group-made")

    def worker(self, *arguments: str, **variables: str) -> subprocess.Popen[bytes]:
        """Start ``manage.py relay run``."""
        command = [sys.executable, "-W", "error", "-m", "tests.django.relay_program", "relay", "run", *arguments]
        with self._log(len(self._started)).open("wb") as log:
            started = subprocess.Popen(command, env={**self._variables, **variables}, cwd=ROOT, stderr=log)  # noqa: S603 - our own
        self._started.append(started)
        return started

    def logged(self, worker: subprocess.Popen[bytes]) -> str:
        """What a worker has logged, and those that it has started."""
        return self._log(self._started.index(worker)).read_text()

    def _log(self, number: int) -> Path:
        return self._notes.with_name(f"log{number}")

    def publish(self, number: int, is_committed: bool) -> None:
        """Make a group, and tell of it."""
        with transaction.atomic(self.alias):
            group = Group.objects.using(self.alias).create(name=f"group {number}")
            self._relay.publish(self.alias, self._signal, group, number=number)
            transaction.set_rollback(not is_committed, self.alias)

    def lines(self, start: str, end: str = "") -> list[str]:
        """What receivers have written down."""
        return [line for line in self._notes.read_text().splitlines() if line.startswith(start) and line.endswith(end)]

    def wait(self, condition: Callable[[], bool], what: str) -> None:
        wait(condition, what, ENOUGH)

    def is_done(self) -> bool:
        return not Delivery.objects.using(self.alias).exists()

    def end(self, worker: subprocess.Popen[bytes]) -> str:
        """Tell a worker to stop, and give what it has logged."""
        worker.terminate()
        status = worker.wait(ENOUGH)
        assert status == 0, self.logged(worker)
        return self.logged(worker)

    def close(self) -> None:
        for process in self._started:
            if process.poll() is None:
                process.kill()
                process.wait()


@pytest.fixture
def project(alias: str, settings_of_database: dict[str, Any], tmp_path: Path) -> Iterator[Project]:
    """A project whose database is migrated, and whose groups are subscribed."""
    project = Project(alias, settings_of_database, tmp_path)
    yield project
    project.close()


@pytest.mark.slow
def test_a_worker_that_is_killed_loses_nothing(project: Project) -> None:
    """What was committed is delivered to all groups, by the next worker; what was rolled back is not.

    What a receiver writes in its transaction is there once, however often it was called.
    """
    for number in range(9):
        project.publish(number, is_committed=number % 3 != 2)
    committed = {0, 1, 3, 4, 6, 7}
    assert Message.objects.using(project.alias).count() == len(committed)
    killed = project.worker(RELAY_PAUSE="600")
    project.wait(lambda: project.lines("plain 0", "1 begun") != [], "a receiver begins")
    killed.send_signal(signal.SIGKILL)
    killed.wait(ENOUGH)
    worker = project.worker()
    project.wait(project.is_done, "all is delivered")
    assert "RuntimeError at " in project.logged(killed) + project.end(worker)
    assert project.lines("plain 0", "done") == ["plain 0 group 0 2 done"]
    assert {int(line.split()[1]) for line in project.lines("plain", "done")} == committed
    assert {*project.lines("async")} == {f"async {number} group {number} 1" for number in committed}
    counted = [f"group {number} was counted" for number in committed]
    names = Group.objects.using(project.alias).values_list("name", flat=True)
    assert sorted(names) == sorted([*counted, *(f"group {number}" for number in committed)])


@pytest.mark.slow
def test_several_workers_end_together(project: Project) -> None:
    """Each in a process of its own, until the one that has started them is told to stop."""
    worker = project.worker("--processes", "2")
    project.wait(lambda: project.logged(worker).count(": started, for ") == 2, "both have started")
    for number in range(4):
        project.publish(number, is_committed=True)
    project.wait(project.is_done, "all is delivered")
    log = project.end(worker)
    assert log.count("told to stop by SIGTERM") == log.count("stopped after ") == 2, log
    assert {*project.lines("async")} == {f"async {number} group {number} 1" for number in range(4)}
