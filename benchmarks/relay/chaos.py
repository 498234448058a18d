"""Kill workers, publishers and servers of a relay, and count what is lost, invented, repeated or overtaken."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from .engines import ENGINES, Engine
from .program import PUBLISHERS, OrderPlaced, Plan, command, customer_of, new_engine, new_relay, orders, stock, tables

WORKERS = 2
ROOT = Path(__file__).parents[2]
LONG = {"messages": 2000, "poison": 20, "slow": 8, "worker_kills": 10, "publisher_kills": 3, "server_kills": 2}
SHORT = {"messages": 120, "poison": 3, "slow": 1, "worker_kills": 2, "publisher_kills": 1, "server_kills": 1}
"""What is done to an engine, at length and in the project's tests."""


@dataclass(frozen=True, kw_only=True)
class Result:
    """What has become of the messages.

    Attributes:
        published: How many were committed.
        kills: How many workers, publishers and servers were killed.
        lost: Those that were committed, and not received.
        ghosts: Those that were received, and never committed.
        inversions: How often one was begun with before an earlier one of its customer was done.
        wrongly_dead: Those that are dead and no poison, and poison that is not dead.
        dead: How many are dead.
        duplicates: How often one was received again that had been done.
        repeated: How often that changed the database of receivers with the worker's session.
        seconds: How long it took.
        is_ordered: Whether there must be no inversions.
    """

    published: int
    kills: tuple[int, int, int]
    lost: int
    ghosts: int
    inversions: int
    wrongly_dead: int
    dead: int
    duplicates: int
    repeated: int
    seconds: float
    is_ordered: bool = True

    @property
    def holds(self) -> bool:
        """Whether all that is promised was kept."""
        inversions = self.inversions if self.is_ordered else 0
        return not (self.lost or self.ghosts or inversions or self.wrongly_dead or self.repeated)


def chaos(name: str, numbers: Mapping[str, int], *, seed: int = 1, patience: float = 1800) -> Result:
    """Run a program on an engine, and kill its processes.

    Args:
        name: The engine.
        numbers: What is done to it, as `LONG`.
        seed: Decides when publishers are killed, and which worker is.
        patience: After how many seconds the run has failed.

    Raises:
        TimeoutError: Messages are still waiting then, or were lost.
    """
    with tempfile.TemporaryDirectory() as folder, ENGINES[name](Path(folder)) as engine:
        kills = {} if engine.kill else {"server_kills": 0}
        notes = Path(folder, "notes")
        notes.touch()
        plan = Plan(database=engine.database, broker=engine.broker, notes=str(notes), **{**numbers, **kills})
        run = _Run(plan, engine, random.Random(seed))  # noqa: S311 - no secret
        began = time.monotonic()
        try:
            run.until_all_is_done(began + patience)
            return run.result(time.monotonic() - began)
        finally:
            run.close()


class _Run:
    """The processes of a program on an engine, and what they have done so far."""

    def __init__(self, plan: Plan, engine: Engine, chance: random.Random) -> None:
        self._plan = plan
        self._server = engine
        self._chance = chance
        self._own = new_engine(plan.database)
        tables.create_all(self._own)
        self._relay = new_relay(plan)
        self._relay.setup()
        deaths = chance.sample(range(plan.messages), plan.publisher_kills)
        moments = ["before the commit", "after the commit"]
        self._deaths = [
            {number: moments[place % 2] for place, number in enumerate(deaths) if number % PUBLISHERS == share}
            for share in range(PUBLISHERS)
        ]
        self._killed_publishers = 0
        self._workers = [self._start("work") for _ in range(WORKERS)]
        self._publishers = [self._start_publisher(share) for share in range(PUBLISHERS)]

    def _start(self, *what: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(command(self._plan, *what), cwd=ROOT, stderr=subprocess.DEVNULL)  # noqa: S603 - our own

    def _start_publisher(self, share: int) -> subprocess.Popen[bytes]:
        return self._start("publish", str(share), json.dumps(self._deaths[share]))

    def until_all_is_done(self, deadline: float) -> None:
        marks = self._marks()
        while not (self._is_all_published() and not marks and self._is_all_delivered()):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self._plan.database}: {self._relay.status()}")
            if marks and self._number_done() >= marks[0][0]:
                self._kill(marks.pop(0)[1])
            time.sleep(0.05)

    def _marks(self) -> list[tuple[float, str]]:
        """Say after how many messages something is killed."""
        kills = {"worker": self._plan.worker_kills, "server": self._plan.server_kills}
        all_done = self._plan.messages - self._plan.poison
        return sorted(
            (all_done * (place + 0.5) / number, what) for what, number in kills.items() for place in range(number)
        )

    def _kill(self, what: str) -> None:
        if what == "worker":
            place = self._chance.randrange(WORKERS)
            self._workers[place].kill()
            self._workers[place].wait()
            self._workers[place] = self._start("work")
        elif self._server.kill is not None:
            self._server.kill()
            self._own.dispose()
            self._relay.close()

    def _is_all_published(self) -> bool:
        """Replace publishers that were killed, and say whether all have ended."""
        for share, publisher in enumerate(self._publishers):
            status = publisher.poll()
            if status == -signal.SIGKILL:
                self._killed_publishers += 1
                del self._deaths[share][min(self._deaths[share])]
                self._publishers[share] = self._start_publisher(share)
            elif status:
                raise RuntimeError(f"a publisher ended with status {status}")
        return all(publisher.poll() == 0 for publisher in self._publishers)

    def _is_all_delivered(self) -> bool:
        if self._number_done() < self._plan.messages - self._plan.poison:
            return False
        found = self._relay.status()
        # A broker may not say what is in work.
        is_all_dead = sum(one.dead for one in found) >= self._plan.poison * self._plan.groups
        return is_all_dead and not any(one.waiting or one.parked or one.in_work for one in found)

    def _lines(self) -> list[tuple[str, int]]:
        """Return what receivers have begun with and done, in the order of time."""
        lines = Path(self._plan.notes).read_text().splitlines()
        return [(what, int(number)) for what, number, *_ in map(str.split, lines)]

    def _number_done(self) -> int:
        return len({number for what, number in self._lines() if what == "done"})

    def result(self, seconds: float) -> Result:
        """Stop the workers, and judge what they have done."""
        for worker in self._workers:
            worker.terminate()
        statuses = [worker.wait(60) for worker in self._workers]
        if not {*statuses} <= {0, -signal.SIGTERM}:  # one that has only just started may know nothing of SIGTERM yet
            raise RuntimeError(f"workers ended with status {statuses}")
        with self._own.connect() as connection:
            committed = {*connection.scalars(select(orders.c.number))}
            taken = Counter(connection.scalars(select(stock.c.number)))
        # At a broker, a message that is given up is there twice if the worker is killed between two steps of that.
        letters = {(letter.id, letter.group) for letter in self._relay.dead()}
        lines = self._lines()
        done = Counter(number for what, number in lines if what == "done")
        poison = {number for number in committed if self._plan.kind_of(number) == "poison"}
        groups = [done, taken][: self._plan.groups]
        dead = Counter(
            OrderPlaced.model_validate_json(self._relay.content_of(number) or b"").number for number, _group in letters
        )
        return Result(
            published=len(committed),
            kills=(self._plan.worker_kills, self._killed_publishers, self._plan.server_kills),
            lost=sum(len(committed - poison - group.keys()) for group in groups),
            ghosts=sum(len(group.keys() - committed) for group in groups),
            inversions=_inversions(lines, poison),
            wrongly_dead=sum(abs(dead[number] - len(groups) * (number in poison)) for number in poison | dead.keys()),
            dead=len(letters),
            duplicates=done.total() - len(done),
            repeated=taken.total() - len(taken),
            seconds=seconds,
            is_ordered=self._plan.is_ordered,
        )

    def close(self) -> None:
        for process in [*self._workers, *self._publishers]:
            process.kill()
            process.wait()
        self._own.dispose()
        self._relay.close()


def _inversions(lines: Sequence[tuple[str, int]], poison: Collection[int]) -> int:
    """Count how often a receiver began with a message before an earlier one of its customer was done."""
    waiting: dict[str, list[int]] = {}
    for number in sorted({number for _, number in lines} - {*poison}):
        waiting.setdefault(customer_of(number), []).append(number)
    inversions = 0
    for what, number in lines:
        earlier = waiting.get(customer_of(number), [])
        if what == "begun" and number not in poison:
            inversions += any(each < number for each in earlier)
        elif number in earlier:
            earlier.remove(number)
    return inversions
