"""Celery's signals have payloads, and tasks are enqueued with those of ours; with real workers."""

from __future__ import annotations

import logging
import os
import signal as os_signals
import subprocess
import sys
import textwrap
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("celery")

import celery
from celery import Celery
from celery.contrib.testing.worker import start_worker
from celery.exceptions import Retry
from celery.utils.dispatch import Signal as CelerySignal
from pydantic import AliasChoices, AliasPath, ConfigDict, Field, SecretStr, ValidationError

from typedsignals import ANY, DeclarationError, Payload, ReceiverSignatureError, Signal
from typedsignals import celery as ours
from typedsignals.celery import connect_task, takes, typed


class OrderPlaced(Payload):
    order_id: int
    placed_at: datetime = Field(
        default=datetime(2026, 1, 1, tzinfo=UTC),
        validation_alias=AliasChoices("placedAt", AliasPath("times", 0)),
        serialization_alias="placedAt",
    )


def made_app(**settings: Any) -> Celery:
    app = Celery("shop", broker="memory://", backend="cache+memory://", set_as_current=False)
    app.conf.update(
        worker_hijack_root_logger=False, worker_log_color=False, broker_connection_retry_on_startup=False, **settings
    )
    return app


@pytest.fixture(autouse=True)
def logging_stays_as_it_is() -> Iterator[None]:
    """A worker that a test starts sets the level of the root logger, and gives it a handler."""
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    yield
    root.setLevel(level)
    root.handlers[:] = handlers


@pytest.fixture
def app() -> Iterator[Celery]:
    """With a broker in memory."""
    app = made_app()
    yield app
    app.close()


@pytest.fixture
def eager() -> Iterator[Celery]:
    """It runs tasks where they are enqueued."""
    app = made_app(task_always_eager=True)
    yield app
    app.close()


@pytest.fixture
def placed() -> Signal[OrderPlaced, Any, Any]:
    return Signal(OrderPlaced, name="order-placed")


class Log(list[Any]):
    """What receivers of Celery's signals got: a receiver for any of them."""

    def note(self, sender: object, payload: Payload) -> None:
        self.append((sender, payload))

    def names(self) -> list[str]:
        return [type(payload).__name__ for _, payload in self]


TASK_SIGNALS: list[Signal[Any, Any, Any]] = [
    ours.task_prerun,
    ours.task_postrun,
    ours.task_success,
    ours.task_failure,
    ours.task_retry,
]
OF_TASKS: list[Signal[Any, Any, Any]] = [
    *TASK_SIGNALS,
    ours.before_task_publish,
    ours.after_task_publish,
    ours.task_received,
]


@pytest.fixture
def log() -> Iterator[Log]:
    """Connected to what is sent about tasks."""
    log = Log()
    for one in OF_TASKS:
        one.connect(log.note, as_payload=True)
    yield log
    for one in OF_TASKS:
        one.disconnect(log.note)


# Celery's own signals


def test_a_task_that_succeeds(app: Celery, log: Log) -> None:
    """It is published, received and run by a worker; each step has the task, or its name, as sender."""

    @app.task(shared=False)
    def add(left: int, right: int) -> int:
        return left + right

    events = Log()
    with ours.worker_init.connected_to(events.note, as_payload=True), start_worker(app, perform_ping_check=False):
        assert add.delay(1, right=2).get(timeout=60) == 3
    assert log.names() == [
        "BeforeTaskPublish",
        "AfterTaskPublish",
        "TaskReceived",
        "TaskPrerun",
        "TaskSuccess",
        "TaskPostrun",
    ]
    published, prerun, postrun = log[0], log[3], log[5]
    assert published[0] == add.name
    assert prerun[0].name == postrun[0].name == add.name
    assert (prerun[1].args, prerun[1].kwargs, postrun[1].retval, postrun[1].state) == ([1], {"right": 2}, 3, "SUCCESS")
    assert prerun[1].task_id == published[1].headers["id"]
    assert events.names() == ["WorkerEvent"]


def test_a_task_that_fails_and_one_that_is_tried_again(eager: Celery, log: Log) -> None:
    """What they raised comes with them."""

    @eager.task(shared=False, bind=True, max_retries=1)
    def fail(self: Any) -> None:
        try:
            raise ZeroDivisionError
        except ZeroDivisionError as error:
            raise self.retry(exc=error, countdown=0) from error

    fail.delay()
    assert Counter(log.names()) == {"TaskPrerun": 2, "TaskRetry": 1, "TaskFailure": 1, "TaskPostrun": 2}
    (failure,) = [payload for _, payload in log if isinstance(payload, ours.TaskFailure)]
    (retry,) = [payload for _, payload in log if isinstance(payload, ours.TaskRetry)]
    assert isinstance(failure.exception, ZeroDivisionError)
    assert isinstance(retry.reason, Retry)


def test_receivers_may_listen_to_one_task(eager: Celery) -> None:
    """By the task or, for what is published, by its name."""

    @eager.task(shared=False)
    def first() -> None: ...

    @eager.task(shared=False)
    def second() -> None: ...

    log = Log()
    ours.task_success.connect(log.note, second, as_payload=True)
    first.delay()
    second.delay()
    assert [sender.name for sender, _ in log] == [second.name]
    assert ours.task_success.disconnect(log.note)
    assert not celery.signals.task_success.receivers


def test_nothing_is_connected_while_nobody_listens() -> None:
    """Celery skips signals without receivers."""
    named = {name: getattr(ours, name) for name in ours.__all__ if isinstance(getattr(ours, name), Signal)}
    theirs = {name: getattr(celery.signals, name) for name in named}
    assert not any(signal.receivers for signal in theirs.values())
    log = Log()
    for name, one in named.items():
        with one.connected_to(log.note, as_payload=True):
            assert len(theirs[name].receivers) == 1
        assert not theirs[name].receivers


CALL: dict[str, Any] = {"task_id": "1", "args": (), "kwargs": {}}
SENT: list[tuple[str, dict[str, Any]]] = [
    ("task_internal_error", {"request": 0, "exception": KeyError(), "traceback": None, "einfo": None, **CALL}),
    ("task_revoked", {"request": 0, "terminated": True, "signum": "SIGTERM", "expired": False}),
    ("task_unknown", {"message": 0, "exc": KeyError(), "name": "ship", "id": "1"}),
    ("task_rejected", {"message": 0, "exc": None}),
    ("worker_shutting_down", {"sig": "SIGTERM", "how": "Warm", "exitcode": 0}),
    ("worker_process_shutdown", {"pid": 1, "exitcode": 0}),
    ("worker_process_init", {}),
    ("beat_init", {}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "fields"), SENT)
def test_the_rarer_signals_have_the_fields_that_celery_sends(eager: Celery, name: str, fields: dict[str, Any]) -> None:
    """As its code sends them, in both versions that are tested."""

    @eager.task(shared=False)
    def ship() -> None: ...

    log = Log()
    with getattr(ours, name).connected_to(log.note, as_payload=True):
        getattr(celery.signals, name).send(sender=eager.tasks[ship.name], **fields)
    ((_, payload),) = log
    assert {key: getattr(payload, key) for key in fields} == fields


def test_any_signal_of_celery_can_have_a_payload() -> None:
    """That of an extension, for example; nothing else is taken."""

    class Moved(Payload):
        left: int

    theirs = CelerySignal(name="moved")
    moved = typed(theirs, Moved, sender=str)
    log: list[tuple[str, int, dict[str, Any]]] = []

    def note(sender: str, left: int, **extra: Any) -> None:
        log.append((sender, left, extra))

    with moved.connected_to(note, "x"):
        theirs.send(sender="x", left=1, right=2)
        theirs.send(sender="y", left=3)
    assert log == [("x", 1, {"right": 2})]
    assert (moved.name, moved.accepts) == ("moved", "sync")
    with pytest.raises(DeclarationError, match="takes a signal of Celery, not a Signal"):
        typed(Signal(Moved), Moved)  # type: ignore[call-overload]


# Tasks that are enqueued


@pytest.mark.slow
def test_a_task_runs_in_a_worker_whenever_the_signal_is_sent(
    app: Celery, placed: Signal[OrderPlaced, Any, Any]
) -> None:
    """Its function gets the payload back, with its aliases and its types."""
    shipped: list[OrderPlaced] = []

    @app.task(shared=False)
    @takes(OrderPlaced)
    def ship(order: OrderPlaced) -> int:
        shipped.append(order)
        return order.order_id

    connect_task(placed, ship)
    at = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)
    with start_worker(app, perform_ping_check=False):
        ((_, result),) = placed.send("web", order_id=7, placed_at=at)
        assert result.get(timeout=60) == 7
    assert shipped == [OrderPlaced(order_id=7, placed_at=at)]
    assert placed.disconnect(key=ship.name)
    assert placed.send("web", order_id=8) == []


def test_it_is_enqueued_with_options_for_one_sender(app: Celery, placed: Signal[OrderPlaced, Any, Any]) -> None:
    """Those of ``apply_async``; connecting the task again replaces them."""

    @app.task(shared=False)
    @takes(OrderPlaced)
    def ship(order: OrderPlaced) -> None: ...

    connect_task(placed, ship, "elsewhere", queue="slow")
    connect_task(placed, ship, ANY, queue="fast")
    connect_task(placed, ship, ANY, queue="faster", priority=3)
    log = Log()
    with ours.before_task_publish.connected_to(log.note, ship.name, as_payload=True):
        placed.send("web", order_id=7)
    ((_, published),) = log
    assert published.routing_key == "faster"
    assert published.body[0] == ({"order_id": 7, "placedAt": "2026-01-01T00:00:00Z"},)


def test_it_runs_at_once_in_an_eager_app(eager: Celery, placed: Signal[OrderPlaced, Any, Any]) -> None:
    """As tests of programs do it; a task that is tried again gets the payload again."""
    tried: list[OrderPlaced] = []

    @eager.task(shared=False, bind=True, max_retries=2)
    @takes(OrderPlaced)
    def ship(self: Any, order: OrderPlaced) -> str:
        tried.append(order)
        if len(tried) < 3:
            raise self.retry(countdown=0)
        return "shipped"

    connect_task(placed, ship)
    ((_, result),) = placed.send("web", order_id=7)
    assert result.get() == "shipped"
    assert tried == [OrderPlaced(order_id=7)] * 3


def test_a_task_can_be_called_directly(eager: Celery) -> None:
    """With the payload itself, as a test of the function would."""

    @eager.task(shared=False)
    @takes(OrderPlaced)
    def ship(order: OrderPlaced) -> int:
        return order.order_id

    assert ship(OrderPlaced(order_id=7)) == 7
    assert ship.name.endswith("ship")


def test_what_arrives_is_validated(eager: Celery) -> None:
    """Fields that the worker's model does not know are left out; wrong ones fail the task."""

    @eager.task(shared=False)
    @takes(OrderPlaced)
    def ship(order: OrderPlaced) -> datetime:
        return order.placed_at

    sent = {"order_id": 7, "times": ["2026-05-04T00:00:00Z"], "new": 1}
    assert ship.apply(args=(sent,)).get() == datetime(2026, 5, 4, tzinfo=UTC)
    with pytest.raises(ValidationError, match="order_id"):
        ship.apply(args=({"order_id": "seven"},)).get()

    class Open(Payload):
        model_config = ConfigDict(extra="allow")

    @eager.task(shared=False)
    @takes(Open)
    def keep(payload: Open) -> object:
        return payload.model_extra

    assert keep.apply(args=({"new": 1},)).get() == {"new": 1}


class Live(Payload):
    engine: Celery


class Secret(Payload):
    token: SecretStr


class Misread(Payload):
    order_id: int = Field(serialization_alias="orderId")
    hidden: int = Field(default=1, exclude=True, serialization_alias="x")


class Lost(Payload):
    order_id: int = Field(exclude=True)


class Refused(Payload):
    order_id: int = "x"  # type: ignore[assignment]


class Deep(Payload):
    live: Live | None
    secrets: dict[str, list[Secret]]
    misread: tuple[Misread, ...]
    lost: Lost
    refused: list[Refused]
    call: Callable[[], None]


class Incomplete(Payload):
    later: NotDefined  # type: ignore[name-defined]  # noqa: F821 - on purpose


@pytest.mark.parametrize(
    ("payload", "taken", "problem"),
    [
        (OrderPlaced, None, r"does not say what it takes; decorate it with @takes\(OrderPlaced\)"),
        (OrderPlaced, Secret, "it takes Secret, and the signal carries OrderPlaced"),
        (None, OrderPlaced, "the signal has no payload"),
        (Live, Live, "Live cannot travel: engine is an object of this process$"),
        (Secret, Secret, "Secret cannot travel: token is secret, and would be written as asterisks$"),
        (Misread, Misread, "Misread cannot travel: order_id is written as 'orderId', but read as 'order_id'$"),
        (Lost, Lost, "Lost cannot travel: order_id is required, but not written$"),
        (Refused, Refused, "Refused cannot travel: order_id refuses its own default$"),
    ],
)
def test_a_task_that_cannot_get_the_payload_is_refused(eager: Celery, payload: Any, taken: Any, problem: str) -> None:
    """When it is connected, and not when it runs, in another process and at night."""

    def ship(payload: Any) -> None: ...

    task = eager.task(shared=False)(ship if taken is None else takes(taken)(ship))
    signal: Signal[Any, Any, Any] = Signal(payload, name="placed")
    with pytest.raises(ReceiverSignatureError, match=rf"ship of <Signal 'placed'> cannot be connected: .*{problem}"):
        connect_task(signal, task)
    assert not signal.connections


def test_what_cannot_travel_is_found_at_every_depth(eager: Celery) -> None:
    """And all of it is named, with its path."""

    @eager.task(shared=False)
    @takes(Deep)
    def ship(payload: Deep) -> None: ...

    with pytest.raises(ReceiverSignatureError) as caught:
        connect_task(Signal(Deep), ship)
    assert str(caught.value).partition("Deep cannot travel: ")[2].split("; ") == [
        "live.engine is an object of this process",
        "secrets{}[].token is secret, and would be written as asterisks",
        "misread[0].order_id is written as 'orderId', but read as 'order_id'",
        "lost.order_id is required, but not written",
        "refused[].order_id refuses its own default",
        "call is an object of this process",
    ]


def test_a_payload_with_names_that_are_not_defined_yet_is_refused(eager: Celery) -> None:
    """What is in it is not known."""

    @eager.task(shared=False)
    @takes(Incomplete)
    def ship(payload: Incomplete) -> None: ...

    with pytest.raises(ReceiverSignatureError, match="Incomplete is not complete: names in its annotations are not"):
        connect_task(Signal(Incomplete), ship)


def test_what_is_no_task_is_refused(placed: Signal[OrderPlaced, Any, Any]) -> None:
    """A plain function, for example."""
    with pytest.raises(ReceiverSignatureError, match=r"task function of .* does not say what it takes"):
        connect_task(placed, lambda order: None)  # type: ignore[arg-type]


def test_a_prepared_send_enqueues_after_the_commit(eager: Celery, placed: Signal[OrderPlaced, Any, Any]) -> None:
    """With SQLAlchemy's transactions, for example."""
    sqlalchemy = pytest.importorskip("sqlalchemy")
    from sqlalchemy.orm import Session  # noqa: PLC0415 - above

    from typedsignals.sqlalchemy import after_commit  # noqa: PLC0415 - above

    shipped: list[int] = []

    @eager.task(shared=False)
    @takes(OrderPlaced)
    def ship(order: OrderPlaced) -> None:
        shipped.append(order.order_id)

    connect_task(placed, ship)
    engine = sqlalchemy.create_engine("sqlite://")
    with Session(engine) as session:
        for number, end in (1, session.rollback), (2, session.commit):
            session.begin()
            after_commit(session, placed.prepare("web", order_id=number))
            assert shipped == []
            end()
    engine.dispose()
    assert shipped == [2]


@pytest.mark.slow
def test_a_worker_in_processes_of_its_own(tmp_path: Path) -> None:
    """With a broker in the file system: the signals of a pool's processes, and a task that another program enqueues."""
    program = f"""
        import json, os
        from celery import Celery
        from typedsignals import Payload, Signal
        from typedsignals import celery as ours

        class OrderPlaced(Payload):
            order_id: int

        FOLDER = {str(tmp_path)!r}
        app = Celery("shop", broker="filesystem://", backend=f"file://{{FOLDER}}/results")
        folders = dict.fromkeys(["data_folder_in", "data_folder_out"], f"{{FOLDER}}/queue")
        app.conf.broker_transport_options = folders

        @app.task(name="ship")
        @ours.takes(OrderPlaced)
        def ship(order: OrderPlaced) -> int:
            return order.order_id

        order_placed = Signal(OrderPlaced)
        ours.connect_task(order_placed, ship)

        def note(sender, payload):
            with open(f"{{FOLDER}}/log", "a") as log:
                log.write(type(payload).__name__ + "\\n")

        for one in (ours.worker_ready, ours.worker_shutting_down, ours.task_prerun, ours.worker_shutdown):
            one.connect(note, as_payload=True)
    """
    for folder in ("queue", "results"):
        (tmp_path / folder).mkdir()
    (tmp_path / "shop.py").write_text(textwrap.dedent(program))
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path}:{Path(ours.__file__).parents[2]}"}
    run: dict[str, Any] = {"cwd": tmp_path, "env": environment}
    command = [sys.executable, "-m", "celery", "-A", "shop", "worker", "-c1", "-P", "prefork", "--without-mingle"]
    with (tmp_path / "output").open("w") as output:
        worker = subprocess.Popen(command, stdout=output, stderr=output, **run)  # noqa: S603 - our own
    try:
        enqueue = "import shop; ((_, r),) = shop.order_placed.send(None, order_id=7); print(r.get(timeout=60))"
        run |= {"capture_output": True, "text": True, "timeout": 90}
        done = subprocess.run([sys.executable, "-c", enqueue], check=False, **run)  # noqa: S603 - our own
        assert (done.stdout, done.stderr) == ("7\n", ""), (tmp_path / "output").read_text()
        worker.send_signal(os_signals.SIGTERM)
        assert worker.wait(timeout=60) == 0
    finally:
        worker.kill()
        worker.wait()
    assert (tmp_path / "log").read_text().split() == ["WorkerEvent", "TaskPrerun", "WorkerShuttingDown", "WorkerEvent"]
