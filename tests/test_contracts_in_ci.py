"""An owner that sends something else fails the tests of those who follow the page on sources, whoever the owner is."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

for library in ("blinker", "celery", "django", "sqlalchemy"):
    pytest.importorskip(library)

PAGE = Path(__file__).parents[1] / "docs" / "sources.md"
TESTS = """
import blinker, celery, celery.signals, django.dispatch, sqlalchemy.orm
from django.conf import settings
from typedsignals import Payload, blinker as of_blinker, celery as of_celery, django as of_django, typed
from typedsignals.sqlalchemy import event
from typedsignals.testing import capture

settings.configure()
app = celery.Celery(broker="memory://", set_as_current=False)
app.conf.task_always_eager = True

class Sent(Payload):
    order_number: int  # which the owner calls order_id since its upgrade

class Succeeded(Payload):
    result: str

def receive(sender, **fields): ...

@app.task
def add():
    return 2

def test_blinker():
    theirs = blinker.Signal()
    with of_blinker.typed(theirs, Sent).connected_to(receive):
        theirs.send(None, order_id=7)

def test_django():
    theirs = django.dispatch.Signal()
    with of_django.typed(theirs, Sent).connected_to(receive):
        theirs.send(None, order_id=7)

def test_sqlalchemy():
    with typed(event(sqlalchemy.orm.Session, "after_begin"), Sent).connected_to(receive):
        with sqlalchemy.create_engine("sqlite://").begin() as connection, sqlalchemy.orm.Session(connection) as session:
            session.connection()

def test_django_robust():
    theirs = django.dispatch.Signal()
    with of_django.typed(theirs, Sent).connected_to(receive):
        theirs.send_robust(None, order_id=7)

def test_celery():
    with of_celery.typed(celery.signals.task_success, Succeeded).connected_to(receive):
        assert add.delay().get() == 2

def test_django_robust_captured():
    theirs = django.dispatch.Signal()
    with capture(of_django.typed(theirs, Sent)) as captured:
        theirs.send_robust(None, order_id=7)
    captured.one()

def test_celery_captured():
    with capture(of_celery.typed(celery.signals.task_success, Succeeded)) as captured:
        assert add.delay().get() == 2
    captured.one()
"""


@pytest.mark.slow
def test_a_broken_contract_fails_a_test(tmp_path: Path) -> None:
    """By the setting that the page shows or, where the owner goes on whatever is raised, by what is captured."""
    _, _, section = PAGE.read_text(encoding="utf-8").partition("## When the owner changes")
    (setting,) = re.findall(r"```toml\n(.*?)```", section, re.DOTALL)
    (tmp_path / "pyproject.toml").write_text(setting)
    (tmp_path / "test_owners.py").write_text(TESTS)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-rA", "--tb=line", "test_owners.py"]
    process = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    outcomes = dict(
        re.findall(r"^(?:FAILED|PASSED) test_owners.py::test_(\w+)(?: - (\w+))?", process.stdout, re.MULTILINE)
    )
    nothing = "AssertionError"
    assert outcomes == {
        "blinker": "typedsignals",
        "django": "typedsignals",
        "sqlalchemy": "typedsignals",
        "django_robust": "",
        "celery": "",
        "django_robust_captured": nothing,
        "celery_captured": nothing,
    }, process.stdout
