"""Workers in processes of their own, some of which are killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.relay import postgres
from tests.relay.shops import engine_of, number_of
from typedsignals import Namespace, Payload
from typedsignals.relay import Relay
from typedsignals.relay._sql.setup import subscribe

ROOT = Path(__file__).parents[2]
TYPE = "shop.order-placed"


class OrderPlaced(Payload):
    order_id: int
    customer: str


class Program:
    """The program in `program.py`, whose workers run in processes.

    Args:
        database: The address of its database.
        folder: Where its receivers write down what they get.
    """

    def __init__(self, database: str, folder: Path) -> None:
        self.engine: Engine = engine_of(database)
        self.notes = folder / "notes"
        self.notes.touch()
        self.signal = Namespace("shop").signal("order-placed", OrderPlaced, sender=str)
        self.relay = Relay("shop", database=database)
        self.relay.carry(self.signal, key=lambda payload: payload.customer)
        self.relay.setup()
        with self.engine.begin() as connection:
            subscribe(connection, "mail", [TYPE])
        self._started: list[subprocess.Popen[bytes]] = []
        self._variables = {"RELAY_DATABASE": database, "RELAY_NOTES": str(self.notes), "PYTHONPATH": str(ROOT)}

    def start(self, *arguments: str, **variables: str) -> subprocess.Popen[bytes]:
        """Start a Python process that a test can talk to."""
        variables = {**os.environ, **self._variables, **variables}
        pipe = subprocess.PIPE
        started = subprocess.Popen([sys.executable, *arguments], env=variables, cwd=ROOT, stdin=pipe, stdout=pipe)  # noqa: S603
        self._started.append(started)
        return started

    def worker(self, **variables: str) -> subprocess.Popen[bytes]:
        return self.start("-m", "tests.relay.program", **variables)

    def publish(self, *numbers: int, customer: str | None = None) -> None:
        for number in numbers:
            with Session(self.engine) as session, session.begin():
                name = customer or f"customer {number % 7}"
                self.relay.publish(session, self.signal, "main", order_id=number, customer=name)

    def lines(self, end: str) -> list[tuple[int, str, int]]:
        """What receivers have written down: the order, its customer, and the attempt."""
        found = [line.rsplit(" ", 2) for line in self.notes.read_text().splitlines()]
        return [
            (int(what.partition(" ")[0]), what.partition(" ")[2], int(attempt))
            for what, attempt, how in found
            if how == end
        ]

    def wait(self, condition: Callable[[], bool]) -> None:
        for _ in range(2400):
            if condition():
                return
            time.sleep(0.05)
        pytest.fail(f"it took too long: {self.relay.status()}")

    def is_all_delivered(self) -> bool:
        return number_of(self.engine, "delivery") == 0

    def close(self) -> None:
        for process in self._started:
            process.kill()
            process.communicate()
        self.engine.dispose()
        self.relay.close()


@pytest.fixture
def program(database: str, tmp_path: Path) -> Iterator[Program]:
    program = Program(database, tmp_path)
    yield program
    program.close()


@pytest.mark.slow
def test_nothing_is_lost_when_workers_are_killed(program: Program) -> None:
    """No message is lost, none comes that was rolled back, and those of one customer keep their order."""
    workers = [program.worker() for _ in range(2)]
    published = 0
    for kill in range(3):
        program.publish(*range(published, published + 50))
        published += 50
        with Session(program.engine) as session:
            program.relay.publish(session, program.signal, "main", order_id=-1, customer="ghost")
            session.flush()
        program.wait(lambda least=published - 40: len(program.lines("done")) > least)  # type: ignore[misc]
        workers[kill % 2].kill()
        workers[kill % 2] = program.worker()
    program.publish(1000, customer="poison")
    program.wait(lambda: number_of(program.engine, "delivery") == 1)
    numbers = [number for number, _, _ in program.lines("done")]
    assert {*numbers} == {*range(published)}
    for customer in range(7):
        first_times = [*dict.fromkeys(number for number in numbers if number % 7 == customer)]
        assert first_times == sorted(first_times)


@pytest.mark.slow
def test_a_worker_that_is_told_to_stop_finishes_what_runs_and_takes_nothing_new(program: Program) -> None:
    """It ends well, and what it has not begun is released at once."""
    program.publish(1, 2, 3)
    worker = program.worker(RELAY_PAUSE="1", RELAY_LEASE="60")
    program.wait(lambda: bool(program.lines("begun")))
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(60) == 0
    assert len(program.lines("done")) == len(program.lines("begun")) == 1
    (found,) = program.relay.status()
    assert (found.waiting, found.in_work) == (2, 0)


@pytest.mark.slow
def test_what_a_killed_worker_had_is_delivered_after_its_lease(program: Program) -> None:
    """To the next worker, and the attempt is counted."""
    program.publish(1)
    worker = program.worker(RELAY_PAUSE="60")
    program.wait(lambda: bool(program.lines("begun")))
    worker.kill()
    program.worker(RELAY_LEASE="60")
    program.wait(program.is_all_delivered)
    assert program.lines("done") == [(1, "customer 1", 2)]


@pytest.mark.slow
def test_nothing_is_lost_when_postgresql_is_killed(tmp_path: Path) -> None:
    """Workers wait for it, and go on. What they had not acknowledged durably is repeated."""
    with postgres.running() as server:
        program = Program(server.new_database(), tmp_path)
        workers = [program.worker() for _ in range(2)]
        for last in (50, 100):
            program.publish(*range(last - 50, last))
            program.wait(lambda least=last - 30: len(program.lines("done")) > least)  # type: ignore[misc]
            server.kill()
            program.engine.dispose()  # its connections went with the server
        program.wait(program.is_all_delivered)
        assert {number for number, _, _ in program.lines("done")} == {*range(100)}
        assert [worker.poll() for worker in workers] == [None, None]
        program.close()


PUBLISHER = """
import sys
from sqlalchemy.orm import Session
from tests.relay.program import order_placed, relay
from tests.relay import postgres
from tests.relay.shops import engine_of

with Session(engine_of(str(relay._database.url))) as session:
    relay.publish(session, order_placed, "main", order_id=int(sys.argv[1]), customer="Ada")
    session.flush()
    if sys.argv[2] == "committed":
        session.commit()
    print(sys.argv[2], flush=True)
    sys.stdin.read()
"""


@pytest.mark.slow
def test_a_publisher_that_is_killed_has_published_what_it_committed(program: Program) -> None:
    """No less, and no more: not what it was about to commit."""
    for number, moment in enumerate(["flushed", "committed"]):
        publisher = program.start("-c", PUBLISHER, str(number), moment)
        assert publisher.stdout is not None
        assert publisher.stdout.readline() == f"{moment}\n".encode()
        publisher.kill()
        publisher.communicate()
    program.publish(2, customer="Ada")
    program.worker()
    program.wait(program.is_all_delivered)
    assert program.lines("done") == [(1, "Ada", 1), (2, "Ada", 1)]
