"""Whoever owns a signal: what else it sends, where it sends it, and what fails there is treated in the same way.

In a process of its own, as Django is configured once in each.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

for library in ("blinker", "celery", "django", "sqlalchemy"):
    pytest.importorskip(library)

TESTS = """
import atexit, sys, threading
import blinker, celery.utils.dispatch, django.dispatch, pytest, sqlalchemy.event
from django.conf import settings
from typedsignals import blinker as of_blinker, celery as of_celery, django as of_django
from typedsignals import ContractWarning, Payload, typed
from typedsignals.sqlalchemy import event

settings.configure()

class Sent(Payload):
    order_id: int

class Other(Payload):
    order_id: str

class ShopEvents(sqlalchemy.event.Events):
    def ordered(self, shop, order_id, coupon): ...

class Shop:
    dispatch = sqlalchemy.event.dispatcher(ShopEvents)

ShopEvents._dispatch_target = Shop

class OfSQLAlchemy:
    def typed(self, payload):
        return typed(event(Shop, "ordered"), payload)

    def send(self, sender, **fields):
        Shop().dispatch.ordered(sender, fields["order_id"], fields["coupon"])

class Of:
    def __init__(self, adapter, theirs):
        self.adapter, self.theirs = adapter, theirs

    def typed(self, payload):
        return self.adapter.typed(self.theirs, payload)

    def send(self, sender, **fields):
        self.theirs.send(sender, **fields)

OWNERS = {
    "blinker": lambda: Of(of_blinker, blinker.Signal()),
    "celery": lambda: Of(of_celery, celery.utils.dispatch.Signal(name="ordered")),
    "django": lambda: Of(of_django, django.dispatch.Signal()),
    "sqlalchemy": OfSQLAlchemy,
}
FIELDS = {"order_id": 7, "coupon": "none"}

@pytest.fixture(params=OWNERS)
def owner(request):
    return OWNERS[request.param]()

@pytest.fixture
def log():
    return []

@pytest.fixture
def receive(log):
    def receive(sender, order_id, **extra):
        log.append((order_id, extra["coupon"]))
    return receive

def test_what_the_payload_lacks_goes_to_extra(owner, receive, log):
    with owner.typed(Sent).connected_to(receive):
        owner.send(None, **FIELDS)
    assert log == [(7, "none")]

def test_it_may_send_in_a_thread(owner, receive, log):
    with owner.typed(Sent).connected_to(receive):
        thread = threading.Thread(target=owner.send, args=(None,), kwargs=FIELDS)
        thread.start()
        thread.join()
    assert log == [(7, "none")]

def test_of_two_contracts_one_may_be_broken(owner, receive, log):
    with owner.typed(Other).connected_to(receive), owner.typed(Sent).connected_to(receive):
        with pytest.warns(ContractWarning, match="order_id: input should be a valid string, got int"):
            owner.send(None, **FIELDS)
    assert log == [(7, "none")]

@pytest.mark.parametrize("name", ["blinker", "celery", "django"])
def test_what_it_raises_in_connect_reaches_who_connects(name, receive, log, monkeypatch):
    owner = OWNERS[name]()
    ours = owner.typed(Sent)
    with monkeypatch.context() as patch, pytest.raises(ZeroDivisionError):
        patch.setattr(owner.theirs, "connect", lambda *args, **kwargs: 1 / 0)
        ours.connect(receive)
    ours.connect(receive)  # tries again
    owner.send(None, **FIELDS)
    assert log == [(7, "none")]

# After pytest has ended, the interpreter ends. What is sent until then arrives; after that, nothing does, in silence.

ending = [OWNERS[name]() for name in OWNERS]
contracts = [owner.typed(Sent) for owner in ending]
def receive_late(sender, order_id, write=sys.__stdout__.write, **extra):
    write(f"late {order_id}\\n")
for contract in contracts:
    contract.connect(receive_late)

class Late:
    def __del__(self, owners=ending):
        for owner in owners:
            owner.send(None, order_id=9, coupon="none")

@atexit.register
def send_late():
    sys.kept = Late()
    for owner in ending:
        owner.send(None, order_id=8, coupon="none")
"""


@pytest.mark.slow
def test_any_owner_is_treated_alike(tmp_path: Path) -> None:
    """Blinker, Celery, Django and SQLAlchemy."""
    (tmp_path / "test_owners.py").write_text(TESTS)
    plugins = ["-p", "no:cacheprovider", "-p", "no:asyncio"]
    command = [sys.executable, "-m", "pytest", "-q", *plugins, "test_owners.py"]
    process = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    assert (process.returncode, process.stderr) == (0, ""), process.stdout
    assert "15 passed" in process.stdout
    assert process.stdout.count("late 8\n") == 4
    assert "late 9" not in process.stdout
