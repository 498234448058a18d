"""``typedsignals relay``: run workers, and look after what they have to do."""

from __future__ import annotations

import json
import logging
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("sqlalchemy")

from tests.catalog.programs import Program
from typedsignals.cli._relay import processes
from typedsignals.cli._relay.logs import JsonFormatter
from typedsignals.cli._relay.showing import StatusFormat, remarks, status_in
from typedsignals.relay import QueueStatus

from .running import Ran

Command = Callable[..., Ran]

RELAY = """
import os, time
from typedsignals import Namespace, Payload
from typedsignals.relay import Relay, Reject

class OrderPlaced(Payload):
    order_id: int

order_placed = Namespace("shop").signal("order-placed", OrderPlaced, sender=str)
relay = Relay("shop", database="sqlite:///shop.db", lease=1)
relay.carry(order_placed)

@relay.receiver(order_placed, group="mail")
def confirm(sender, order_id):
    if order_id == 13:
        raise Reject("an unlucky number")
    with open("notes", "a") as notes:
        notes.write(f"{os.getpid()} {order_id}\\\\n")
    time.sleep(0.01)

def publish(*numbers):
    from sqlalchemy.orm import Session
    with Session(relay._database.engine) as session, session.begin():
        for number in numbers:
            relay.publish(session, order_placed, "main", order_id=number)
""".replace("\\\\n", "\\n")
PLACE = "shop.relay:relay"


@pytest.fixture
def folder(program: Program, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program with a relay, in the current folder."""
    program.write(shop="", shop__relay=RELAY)
    monkeypatch.chdir(program.folder)
    return program.folder


@pytest.fixture
def run(folder: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start a command in a process of its own."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "typedsignals", "relay", *arguments]
        started.append(subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True))  # noqa: S603 - ours
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def publish(folder: Path, *numbers: int) -> None:
    code = f"from shop.relay import publish; publish(*{numbers})"
    subprocess.run([sys.executable, "-c", code], cwd=folder, check=True)  # noqa: S603 - ours


def notes(folder: Path) -> list[list[str]]:
    file = folder / "notes"
    return [line.split() for line in file.read_text().splitlines()] if file.exists() else []


def wait(condition: Callable[[], object]) -> None:
    for _ in range(2400):
        if condition():
            return
        time.sleep(0.05)
    pytest.fail("it took too long")


def test_a_relay_is_set_up_and_shown(folder: Path, typedsignals: Command) -> None:
    """As a table for people, as JSON for programs, as metrics for monitoring."""
    assert typedsignals("relay", "status", PLACE) == Ran(
        2,
        "",
        "error: the relay's tables cannot be read (OperationalError); "
        "first set the relay up: typedsignals relay setup, or relay.setup()\n",
    )
    done = typedsignals("relay", "setup", PLACE)
    assert done == Ran(0, "", "<Relay 'shop' on sqlite:///shop.db> is set up, for mail\n")
    publish(folder, 1, 2)
    (found,) = json.loads(typedsignals("relay", "status", PLACE, "--format", "json").stdout)
    assert (found["group"], found["type"], found["waiting"], found["dead"]) == ("mail", "shop.order-placed", 2, 0)
    table = typedsignals("relay", "status", PLACE).stdout
    assert "mail" in table
    assert " s\n" in table
    metrics = typedsignals("relay", "status", PLACE, "-f", "openmetrics").stdout
    assert 'typedsignals_relay_waiting{group="mail",signal="shop.order-placed"} 2\n' in metrics
    assert metrics.endswith("# EOF\n")
    with sqlite3.connect(folder / "shop.db") as database:
        database.execute("UPDATE typedsignals_message SET time = time - 7200")
        database.execute("DELETE FROM typedsignals_subscription")
    database.close()
    assert " 2 h\n" in typedsignals("relay", "status", PLACE).stdout


def test_what_nobody_has_subscribed_to_is_shown() -> None:
    """As that of nobody; in metrics, without a group."""
    unheard = QueueStatus(group=None, type="shop.order-placed", unheard=3)
    table = status_in(StatusFormat.TABLE, [unheard], None)
    assert str(table) == (
        "group     signal             waiting  in work  retried  dead  unheard  oldest\n"
        "(nobody)  shop.order-placed        -        -        -     -        3       -\n"
    )


def test_a_table_fits_into_a_narrow_terminal() -> None:
    """What is rare and zero is left out; nothing is cut off."""
    queue = QueueStatus(group="mail", type="shop.order-placed", waiting=1234567, is_served=True, oldest=7)
    table = str(status_in(StatusFormat.TABLE, [queue], None))
    assert table == (
        "group  signal             waiting  in work  retried  dead  oldest\n"
        "mail   shop.order-placed  1234567        -        -     -     7 s\n"
    )
    parked = QueueStatus(group="mail", type="shop.order-placed", parked=2, is_served=True)
    assert " parked " in str(status_in(StatusFormat.TABLE, [queue, parked], None))
    assert " parked " not in table


def test_what_no_receiver_serves_is_shown(folder: Path, typedsignals: Command) -> None:
    """After a group was renamed, for example. It is kept, and a note says what to do."""
    typedsignals("relay", "setup", PLACE)
    publish(folder, 1, 2)
    assert typedsignals("relay", "status", PLACE).stderr == ""
    with sqlite3.connect(folder / "shop.db") as database:
        database.execute("UPDATE typedsignals_delivery SET grp = 'letters'")
    database.close()
    shown = typedsignals("relay", "status", PLACE)
    assert "letters (no receiver)" in shown.stdout
    assert shown.stderr == (
        "note: this program has no receiver for some messages of letters; they are kept until a receiver is declared "
        "in a group of this name, or typedsignals relay unsubscribe ends its subscription\n"
    )


def test_a_group_that_is_gone_is_unsubscribed(folder: Path, typedsignals: Command) -> None:
    """What is kept for it is dropped only with --drop, and shown."""
    typedsignals("relay", "setup", PLACE)
    publish(folder, 1, 2)
    served = typedsignals("relay", "unsubscribe", PLACE, "mail")
    assert (served.status, "has a receiver of shop.order-placed" in served.stderr) == (2, True)
    with sqlite3.connect(folder / "shop.db") as database:
        database.execute("UPDATE typedsignals_delivery SET grp = 'letters'")
        database.execute("UPDATE typedsignals_subscription SET grp = 'letters'")
    database.close()
    refused = typedsignals("relay", "unsubscribe", PLACE, "letters", "--type", "shop.order-placed")
    assert refused.status == 2
    assert refused.stderr.startswith("error: 2 messages are kept for 'letters', 0 of them dead: ")
    done = typedsignals("relay", "unsubscribe", PLACE, "letters", "--drop", "--format", "json")
    assert (done.status, done.stderr) == (0, "letters no longer receives shop.order-placed\n")
    (row,) = json.loads(done.stdout)
    assert (row["group"], row["type"], row["waiting"]) == ("letters", "shop.order-placed", 2)
    assert json.loads(typedsignals("relay", "status", PLACE, "-f", "json").stdout) == []


def test_a_transaction_that_is_open_for_long_is_shown() -> None:
    """With what to do about it, and as a metric."""
    assert list(remarks([], 59)) == []
    assert list(remarks([], None)) == []
    (note,) = remarks([], 7200)
    assert note.startswith("note: a transaction has been open for 2 h, and makes work on the queues slow; find it in ")
    metrics = status_in(StatusFormat.OPENMETRICS, [], 7200.5)
    assert "typedsignals_relay_oldest_snapshot_seconds 7200.5\n# EOF\n" in str(metrics)


def test_the_statements_can_be_printed(folder: Path, typedsignals: Command) -> None:
    """They make the tables, and nothing is made."""
    printed = typedsignals("relay", "setup", PLACE, "--sql")
    assert (printed.status, printed.stderr) == (0, "")
    with sqlite3.connect(":memory:") as database:
        database.executescript(printed.stdout)
        tables = database.execute("SELECT count(*) FROM sqlite_master WHERE type = 'table'").fetchone()
    database.close()
    assert tables == (7,)
    assert "typedsignals_message" in printed.stdout
    assert typedsignals("relay", "status", PLACE).status == 2


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("shop.relay", "'shop.relay' does not name a relay: give module:name, such as shop.relay:relay"),
        ("shop.nothing:relay", "there is no module shop.nothing; commands look for it in this folder, and in src"),
        ("shop.relay:nothing", "there is no nothing in shop.relay"),
        ("shop.relay:relay.name", "relay.name in shop.relay is not a Relay but a str"),
    ],
)
def test_a_relay_that_is_not_there_is_reported(folder: Path, typedsignals: Command, place: str, message: str) -> None:
    """With what to give instead."""
    assert typedsignals("relay", "status", place) == Ran(2, "", f"error: {message}\n")


def test_other_errors_are_reported(program: Program, typedsignals: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the module that is imported, of packages that are missing, and of the database."""
    program.write(
        lacking="import a_package_that_is_missing",
        extra="raise ImportError(\"it needs x; install it with: pip install 'typedsignals[relay]'\")",
        broken="from sqlalchemy.exc import DataError\nraise DataError('secret', 'secret', Exception('secret'))",
        wrong="1 / 0",
    )
    monkeypatch.chdir(program.folder)
    said = {name: typedsignals("relay", "status", f"{name}:relay") for name in ("lacking", "extra", "broken", "wrong")}
    assert {ran.status for ran in said.values()} == {2}
    assert "a_package_that_is_missing" in said["lacking"].stderr
    assert said["extra"].stderr == "error: it needs x; install it with: pip install 'typedsignals[relay]'\n"
    assert said["broken"].stderr == "error: the database cannot be used: DataError\n"
    assert "ZeroDivisionError" in said["wrong"].stderr


def test_dead_messages_can_be_listed_shown_retried_and_dropped(
    folder: Path, typedsignals: Command, run: Callable[..., subprocess.Popen[str]]
) -> None:
    """Values are only shown if they are asked for."""
    typedsignals("relay", "setup", PLACE)
    publish(folder, 13)
    worker = run("run", PLACE, "--group", "mail")

    def dead() -> list[dict[str, str]]:
        found: list[dict[str, str]] = json.loads(typedsignals("relay", "dead", "list", PLACE, "-f", "json").stdout)
        return found

    wait(dead)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(60) == 0
    (letter,) = dead()
    assert letter["reason"].endswith(": an unlucky number")
    table = typedsignals("relay", "dead", "list", PLACE).stdout
    assert table.startswith(f"{letter['id']}  mail  shop.order-placed\n    ")
    assert table.endswith(f", after 1 attempt: {letter['reason']}\n")
    shown = typedsignals("relay", "dead", "show", PLACE, letter["id"]).stdout
    assert f"id: {letter['id']}\ngroup: mail\ntype: shop.order-placed\nattempt: 1\n" in shown
    assert "payload" not in shown
    assert 'payload: {"order_id":13}' in typedsignals("relay", "dead", "show", PLACE, letter["id"], "--values").stdout
    unknown = typedsignals("relay", "dead", "show", PLACE, "x")
    assert unknown == Ran(2, "", "error: no dead message has the identifier x\n")
    assert typedsignals("relay", "dead", "drop", PLACE, "x").stderr == "dropped 0 messages\n"
    again = typedsignals("relay", "dead", "retry", PLACE, letter["id"])
    assert again == Ran(0, "", "1 message will be delivered again\n")
    assert dead() == []
    assert typedsignals("relay", "dead", "list", PLACE) == Ran(0, "no message is dead\n", "")


def test_what_is_dead_or_unheard_can_be_purged(folder: Path, typedsignals: Command) -> None:
    """By age or sender, and not without either."""
    typedsignals("relay", "setup", PLACE)
    with sqlite3.connect(folder / "shop.db") as database:
        database.execute("DELETE FROM typedsignals_subscription")
    database.close()
    publish(folder, 1, 2)
    assert typedsignals("relay", "purge", PLACE).status == 2
    wrong = typedsignals("relay", "purge", PLACE, "--older", "soon")
    assert (wrong.status, "'soon' is not a time such as 30d, 12h or 90m" in wrong.stderr) == (2, True)
    assert typedsignals("relay", "purge", PLACE, "--older", "1d").stderr == "deleted 0 messages\n"
    assert typedsignals("relay", "purge", PLACE, "--subject", "main").stderr == "deleted 2 messages\n"


def test_a_group_without_receivers_is_refused(folder: Path, typedsignals: Command) -> None:
    """By the worker, which would do nothing."""
    typedsignals("relay", "setup", PLACE)
    refused = typedsignals("relay", "run", PLACE, "--group", "stock")
    assert (refused.status, "there are no receivers for stock" in refused.stderr) == (2, True)


def test_a_relay_without_receivers_says_how_to_name_them(
    program: Program, typedsignals: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When it is set up, and when a worker is started."""
    program.write(empty="from typedsignals.relay import Relay\nrelay = Relay('shop', database='sqlite:///shop.db')")
    monkeypatch.chdir(program.folder)
    done = typedsignals("relay", "setup", "empty:relay")
    assert done.status == 0
    assert done.stderr.endswith(
        "is set up; it has no receivers: name the modules that declare them, in Relay(modules=...)\n"
    )
    refused = typedsignals("relay", "run", "empty:relay")
    assert (refused.status, "name the modules that declare them, in Relay(modules=...)" in refused.stderr) == (2, True)


@pytest.mark.slow
def test_several_workers_run_and_those_that_are_killed_are_replaced(
    folder: Path, typedsignals: Command, run: Callable[..., subprocess.Popen[str]]
) -> None:
    """SIGTERM ends all of them, and what runs is finished."""
    typedsignals("relay", "setup", PLACE)
    publish(folder, *range(20, 60))
    workers = run("run", PLACE, "--processes", "2", "--health", "alive", "--group", "mail")
    wait(lambda: notes(folder))
    os.kill(int(notes(folder)[0][0]), signal.SIGKILL)
    publish(folder, *range(60, 100))
    wait(lambda: {int(number) for _, number in notes(folder)} == {*range(20, 100)})
    assert (folder / "alive").exists()
    workers.send_signal(signal.SIGTERM)
    _, errors = workers.communicate(timeout=60)
    assert workers.returncode == 0
    assert "ended with status -9, and is replaced" in errors


@pytest.mark.slow
def test_workers_that_cannot_start_end_the_command(folder: Path, run: Callable[..., subprocess.Popen[str]]) -> None:
    """With their own message and status."""
    workers = run("run", PLACE, "--processes", "2")
    _, errors = workers.communicate(timeout=60)
    assert workers.returncode == 2
    assert "first set the relay up" in errors


@pytest.mark.slow
@pytest.mark.parametrize("processes", ["1", "2"])
def test_programs_get_what_workers_say_as_json(
    folder: Path, typedsignals: Command, run: Callable[..., subprocess.Popen[str]], processes: str
) -> None:
    """An object in each line, whatever it is about. It has counts, and no values of payloads."""
    typedsignals("relay", "setup", PLACE)
    publish(folder, 13, *range(5100, 5105))
    worker = run("run", PLACE, "--log", "json", "--every", "1", "--processes", processes)
    lines: list[dict[str, Any]] = []
    assert worker.stderr is not None
    while "progress" not in [line.get("event") for line in lines]:
        lines.append(json.loads(worker.stderr.readline()))
    worker.send_signal(signal.SIGTERM)
    _, text = worker.communicate(timeout=60)
    lines += map(json.loads, text.splitlines())
    assert worker.returncode == 0
    started = [line for line in lines if line.get("event") == "started"]
    assert len({line["process"] for line in started}) == int(processes)
    assert [line["groups"] for line in started] == [["mail"]] * int(processes)
    assert [line["signal"] for line in lines if line.get("event") == "stopping"] == ["SIGTERM"] * int(processes)
    stopped = [line["groups"]["mail"] for line in lines if line.get("event") == "stopped"]
    assert sum(counts["delivered"] for counts in stopped) == 5
    assert sum(counts["dead"] for counts in stopped) == 1
    (error,) = [line for line in lines if line["level"] == "ERROR"]
    assert error["message"].endswith(": an unlucky number")
    assert "510" not in re.sub(r"[0-9a-f]{8}-[0-9a-f-]+|\d\d:\d\d:\d\d\.\d+|\"process\": \d+", "", text)


@pytest.mark.slow
def test_a_quiet_worker_says_only_what_is_wrong(
    folder: Path, typedsignals: Command, run: Callable[..., subprocess.Popen[str]]
) -> None:
    """In lines for people."""
    typedsignals("relay", "setup", PLACE)
    publish(folder, 13, 14)
    worker = run("run", PLACE, "--quiet")
    wait(lambda: notes(folder))
    worker.send_signal(signal.SIGTERM)
    _, errors = worker.communicate(timeout=60)
    assert worker.returncode == 0
    (line,) = errors.splitlines()
    assert re.match(rf"[\d-]+ [\d:,]+ \[{worker.pid}\] ERROR message .* is dead: ", line)


def test_a_traceback_is_part_of_the_json() -> None:
    """So that it does not take lines of its own."""
    try:
        raise LookupError("no such shop")
    except LookupError:
        record = logging.LogRecord("shop", logging.ERROR, __file__, 1, "%s failed", ("it",), sys.exc_info())
    line = JsonFormatter().format(record)
    found = json.loads(line)
    assert "\n" not in line
    assert (found["logger"], found["level"], found["message"]) == ("shop", "ERROR", "it failed")
    assert found["traceback"].endswith("LookupError: no such shop")


def test_workers_that_do_not_end_in_time_are_killed() -> None:
    """After their grace, and some seconds more."""
    code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(60)"
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)  # noqa: S603 - ours
    assert child.stdout is not None
    child.stdout.readline()
    processes._stop([child], -5)
    assert child.returncode == -signal.SIGKILL
    child.stdout.close()
