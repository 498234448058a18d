"""A change of a payload in one module re-checks what sends it and receives it in another."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from tests.mypy_plugin.mypying import PLUGIN, SOURCES, mypy, write

PAYLOADS = """
    from typedsignals import Payload, Signal

    class OrderPlaced(Payload):
        order_id: int
        coupon: str | None = None

    order_placed = Signal(OrderPlaced)
    """
RECEIVERS = """
    from typing import Any
    from payloads import order_placed

    @order_placed.connect
    def receiver(sender: object, coupon: str | None, **extra: Any) -> None: ...
    """
ANNOTATED = """
    from typing import Any
    from payloads import OrderPlaced
    from typedsignals import Signal

    def send(signal: Signal[OrderPlaced]) -> None:
        signal.send(None, order_id=7)

    def connect(signal: Signal[OrderPlaced]) -> object:
        @signal.connect
        def receiver(sender: object, coupon: str | None, **extra: Any) -> None: ...

        return receiver
    """
FILES = {"payloads.py": PAYLOADS, "receivers.py": RECEIVERS, "annotated.py": ANNOTATED}

RENAMED = PAYLOADS.replace("coupon", "voucher").replace("order_id", "number")
NO_FIELD = (
    'error: Receiver "receiver" takes "coupon" but signal payload "OrderPlaced" has no such field; '
    "the fields are: number, voucher  [signal-receiver]"
)
RENAMED_ERRORS = [
    f"annotated.py:10: {NO_FIELD}",
    'annotated.py:7: error: send() got "order_id"; the fields are: number, voucher  [signal-send]',
    'annotated.py:7: error: send() lacks field "number" of payload "OrderPlaced"  [signal-send]',
    f"receivers.py:5: {NO_FIELD}",
]
# Each version has a length of its own: mypy looks into a file only if its length or its second of change differs.
RETYPED = PAYLOADS.replace("str | None", "list[int] | None")
OTHER_TYPE = 'error: Field "coupon" is list[int] | None, receiver "receiver" takes str | None  [signal-receiver]'
RETYPED_ERRORS = [f"annotated.py:10: {OTHER_TYPE}", f"receivers.py:5: {OTHER_TYPE}"]


def test_with_the_cache_of_an_earlier_run(tmp_path: Path, caches: dict[str, Path]) -> None:
    """The changed payload's users are checked again, and once more when it changes back."""
    files = write(tmp_path, FILES)
    assert mypy(tmp_path, files, PLUGIN, caches["with"]) == []
    write(tmp_path, {"payloads.py": RENAMED})
    assert sorted(mypy(tmp_path, files, PLUGIN, caches["with"])) == RENAMED_ERRORS
    write(tmp_path, {"payloads.py": RETYPED})
    assert sorted(mypy(tmp_path, files, PLUGIN, caches["with"])) == RETYPED_ERRORS
    write(tmp_path, {"payloads.py": PAYLOADS})
    assert mypy(tmp_path, files, PLUGIN, caches["with"]) == []


def test_what_comes_from_the_cache_is_known_as_well(tmp_path: Path, caches: dict[str, Path]) -> None:
    """A receiver that changes is compared with a payload that does not."""
    files = write(tmp_path, FILES)
    assert mypy(tmp_path, files, PLUGIN, caches["with"]) == []
    changed = {name: FILES[name].replace("coupon: str", "coupon: bytes") for name in ("receivers.py", "annotated.py")}
    write(tmp_path, changed)
    errors = mypy(tmp_path, files, PLUGIN, caches["with"])
    told = 'error: Field "coupon" is str | None, receiver "receiver" takes bytes | None  [signal-receiver]'
    assert sorted(errors) == [f"annotated.py:10: {told}", f"receivers.py:5: {told}"]


# What only the source of a function and of its module tells.
ENDING = """
    from typing import Any
    from payloads import order_placed

    def setup() -> None:
        @order_placed.connect
        async def receiver(sender: object, **extra: Any) -> None: ...

    async def send() -> None:
        order_placed.send(None, order_id=7)
    """
ENDING_ERRORS = [
    f"receivers.py:6: {said}"
    for said in (
        'error: Nothing keeps local function "receiver" alive: it is disconnected when "setup" returns  [signal-weak]',
        'note: Connect it with connect_via(ANY), which keeps it, or keep it where it outlives "setup"',
        'note: Receiver "receiver" is async, but this module sends "order_placed" with send() only, which cannot await it',  # noqa: E501 - as it is said
    )
]
GOING_ON = f"{ENDING.rstrip()}\n        await order_placed.send_async(None, order_id=7)".replace(
    "-> None: ...", "-> None: ...\n\n        print()"
)

# What payloads say beside types.
MARKED = """
    from typing import Annotated
    from pydantic import Field
    from typedsignals import Payload, Signal

    class Base(Payload):
        order_id: Annotated[int, Field(validation_alias="id")] = 3

    class OrderPlaced(Base):
        coupon: str | None = None
    """
MARKED_FILES = {
    "payloads.py": MARKED,
    "receivers.py": """
        from payloads import OrderPlaced
        from typedsignals import Signal

        order_placed = Signal(OrderPlaced)

        @order_placed.connect
        def receiver(sender: object, order_id: int, coupon: str | None) -> None: ...
        """,
    "annotated.py": """
        from payloads import OrderPlaced
        from receivers import receiver
        from typedsignals import Signal

        def connect(signal: Signal[OrderPlaced]) -> None:
            signal.connect(receiver)
        """,
}
DEPRECATED_COUPON = MARKED.replace("coupon: str | None = None", "coupon: str | None = Field(None, deprecated='gone')")
DEPRECATED_ID = MARKED.replace("Field(", "Field(deprecated=True, ")
ALIAS = MARKED.replace("validation_alias", "alias")
ALIAS_ERROR = (
    'receivers.py:5: error: Field "order_id" of payload "OrderPlaced" has alias="id", but senders and receivers use '
    "the field's name; use validation_alias= or serialization_alias= for wire names  [signal-declaration]"
)


def _deprecated(field: str) -> list[str]:
    said = f'Field "{field}" of payload "OrderPlaced", which receiver "receiver" names, is deprecated'
    text = ": gone" if field == "coupon" else ""
    return [f"{place}: error: {said}{text}  [deprecated]" for place in ("annotated.py:7", "receivers.py:7")]


CHANGES = [(DEPRECATED_COUPON, _deprecated("coupon")), (DEPRECATED_ID, _deprecated("order_id")), (ALIAS, [ALIAS_ERROR])]


def test_marks_with_the_cache_of_an_earlier_run(tmp_path: Path, caches: dict[str, Path]) -> None:
    """What a payload says of its fields beside types is known after a change, and from the cache when others change."""
    deprecated = "--enable-error-code=deprecated"
    files = write(tmp_path, MARKED_FILES)
    assert mypy(tmp_path, files, PLUGIN, caches["deprecated"], deprecated) == []
    for payloads, errors in CHANGES:
        write(tmp_path, {"payloads.py": payloads})
        assert sorted(mypy(tmp_path, files, PLUGIN, caches["deprecated"], deprecated)) == errors
        write(tmp_path, {name: f"{dedent(MARKED_FILES[name])}\n" for name in ("receivers.py", "annotated.py")})
        assert sorted(mypy(tmp_path, files, PLUGIN, caches["deprecated"], deprecated)) == errors
        write(tmp_path, MARKED_FILES)
        assert mypy(tmp_path, files, PLUGIN, caches["deprecated"], deprecated) == []


ACCEPTING = PAYLOADS.replace("Signal(OrderPlaced)", 'Signal(OrderPlaced, accepts="async")')
ACCEPTING_ERRORS = [
    'receivers.py:5: error: Receiver "receiver" is not async, but the signal is declared with accepts="async"  [signal-receiver]',  # noqa: E501 - as it is said
]


def test_what_a_signal_accepts_with_the_cache_of_an_earlier_run(tmp_path: Path, caches: dict[str, Path]) -> None:
    """It is known after a change of the declaration, and from the cache when a receiver changes."""
    files = write(tmp_path, FILES)
    assert mypy(tmp_path, files, PLUGIN, caches["with"]) == []
    write(tmp_path, {"payloads.py": ACCEPTING})
    assert mypy(tmp_path, files, PLUGIN, caches["with"]) == ACCEPTING_ERRORS
    write(tmp_path, {"receivers.py": f"{dedent(RECEIVERS)}\n"})
    assert mypy(tmp_path, files, PLUGIN, caches["with"]) == ACCEPTING_ERRORS
    write(tmp_path, FILES)
    assert mypy(tmp_path, files, PLUGIN, caches["with"]) == []


DMYPY = [sys.executable, "-m", "mypy.dmypy", "--status-file=status.json"]
ENVIRONMENT = {**os.environ, "MYPYPATH": str(SOURCES), "PYTHONPATH": str(SOURCES)}


class Daemon:
    """mypy's daemon, which keeps what it knows in memory.

    It is started in the foreground: ``dmypy start`` gives up after five seconds, which a busy machine may need, and
    leaves a daemon behind that nobody stops.

    Args:
        folder: Where its files are, and the modules that it checks.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        config = f"[mypy]\nstrict = True\nenable_error_code = deprecated\nplugins = {PLUGIN}\n"
        (folder / "mypy.ini").write_text(config)
        self._process = subprocess.Popen(  # noqa: S603 - the command is this file's own
            [*DMYPY, "daemon", "--", "--config-file=mypy.ini", "--cache-dir=cache"], cwd=folder, env=ENVIRONMENT
        )

    def wait_until_it_answers(self) -> None:
        """Ask it, as often as it takes."""
        for _ in range(500):
            if not self._command("status").returncode:
                return
            assert self._process.poll() is None
        raise AssertionError("the daemon does not answer")

    def check(self) -> list[str]:
        """The errors in all modules."""
        done = self._command("check", *FILES)
        assert done.returncode in {0, 1}, done.stdout + done.stderr
        return sorted(line for line in done.stdout.splitlines() if line.startswith(tuple(FILES)) or "Error" in line)

    def stop(self) -> None:
        """End it; fail if it does not end."""
        self._command("stop")  # which waits for its answer for five seconds only
        try:
            self._process.wait(120)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise

    def _command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603 - the command is this file's own
            [*DMYPY, *arguments],
            cwd=self._folder,
            env=ENVIRONMENT,
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Daemon]:
    """A daemon that stops when the test ends."""
    running = Daemon(tmp_path)
    try:
        running.wait_until_it_answers()
        yield running
    finally:
        running.stop()


def test_with_the_daemon(tmp_path: Path, daemon: Daemon) -> None:
    """The daemon checks the changed payload's users again, and again when it changes back."""
    write(tmp_path, FILES)
    assert daemon.check() == []
    write(tmp_path, {"payloads.py": RENAMED})
    assert daemon.check() == RENAMED_ERRORS
    write(tmp_path, {"payloads.py": RETYPED})
    assert daemon.check() == RETYPED_ERRORS
    write(tmp_path, {"payloads.py": PAYLOADS})
    assert daemon.check() == []


def test_what_a_signal_accepts_with_the_daemon(tmp_path: Path, daemon: Daemon) -> None:
    """The daemon checks receivers again when a declaration accepts other kinds."""
    write(tmp_path, FILES)
    assert daemon.check() == []
    write(tmp_path, {"payloads.py": ACCEPTING})
    assert daemon.check() == ACCEPTING_ERRORS
    write(tmp_path, {"payloads.py": PAYLOADS})
    assert daemon.check() == []


def test_marks_with_the_daemon(tmp_path: Path, daemon: Daemon) -> None:
    """The daemon checks receivers and declarations again when a payload says something else beside types."""
    write(tmp_path, MARKED_FILES)
    assert daemon.check() == []
    for payloads, errors in CHANGES:
        write(tmp_path, {"payloads.py": payloads})
        assert daemon.check() == errors
        write(tmp_path, {"payloads.py": MARKED})
        assert daemon.check() == []


BASE_FILES = {
    "annotated.py": """
        from typing import Annotated
        from pydantic import Field
        from typedsignals import Payload

        class Base(Payload):
            order_id: Annotated[int, Field(validation_alias="id")] = 3
        """,
    "payloads.py": """
        from typedsignals import Payload

        class OrderPlaced(Payload):
            order_id: int = 3
        """,
    "receivers.py": """
        from payloads import OrderPlaced
        from typedsignals import Signal

        order_placed = Signal(OrderPlaced)

        @order_placed.connect
        def receiver(sender: object, order_id: int) -> None: ...
        """,
}
HEIR = """
    from annotated import Base

    class OrderPlaced(Base): ...
    """


def test_marks_of_a_new_base_with_the_daemon(tmp_path: Path, daemon: Daemon) -> None:
    """The daemon knows what a payload inherits also if it got the base, and that its marks, since the daemon began."""
    write(tmp_path, BASE_FILES)
    assert daemon.check() == []
    write(tmp_path, {"payloads.py": HEIR})
    assert daemon.check() == []
    base = BASE_FILES["annotated.py"]
    write(tmp_path, {"annotated.py": base.replace("Field(", "Field(deprecated=True, ")})
    assert daemon.check() == [line for line in _deprecated("order_id") if line.startswith("receivers")]
    write(tmp_path, {"annotated.py": base.replace("validation_alias", "alias")})
    assert daemon.check() == [ALIAS_ERROR]


def test_lives_with_the_daemon(tmp_path: Path, daemon: Daemon) -> None:
    """The daemon knows what else a changed file does with what it connects."""
    write(tmp_path, {**FILES, "receivers.py": ENDING})
    assert daemon.check() == ENDING_ERRORS
    write(tmp_path, {"receivers.py": GOING_ON})
    assert daemon.check() == []
    write(tmp_path, {"receivers.py": ENDING})
    assert daemon.check() == ENDING_ERRORS


THIRD_FILES = {
    "base.py": """
        class Number(int): ...
        """,
    "payloads.py": """
        from base import Number
        from typedsignals import Payload

        class OrderPlaced(Payload):
            order_id: Number
        """,
    "annotated.py": """
        from payloads import OrderPlaced
        from typedsignals import Signal

        order_placed: Signal[OrderPlaced] = Signal(OrderPlaced)
        """,
    "receivers.py": """
        from annotated import order_placed

        def receiver(sender: object, order_id: int) -> None: ...

        def connect() -> None:
            order_placed.connect(receiver)
        """,
}


def test_the_class_of_a_field_with_the_cache_of_an_earlier_run(tmp_path: Path, caches: dict[str, Path]) -> None:
    """A receiver is compared anew when a class changes that only the payload names."""
    files = write(tmp_path, THIRD_FILES)
    assert mypy(tmp_path, files, PLUGIN, caches["with"]) == []
    write(tmp_path, {"base.py": "class Number: ..."})
    errors = ['receivers.py:7: error: Field "order_id" is Number, receiver "receiver" takes int  [signal-receiver]']
    assert mypy(tmp_path, files, PLUGIN, caches["with"]) == errors
    write(tmp_path, THIRD_FILES)
    assert mypy(tmp_path, files, PLUGIN, caches["with"]) == []


SWITCHING_FILES = {
    "payloads.py": """
        from typedsignals import Payload

        class First(Payload):
            order_id: int

        class Second(Payload):
            order_id: int
        """,
    "annotated.py": """
        from payloads import First, Second
        from typedsignals import Signal

        order_placed: Signal[First] = Signal(First)
        """,
    "receivers.py": """
        from annotated import order_placed

        @order_placed.connect
        def receiver(sender: object, order_id: int) -> None: ...

        def send() -> None:
            order_placed.send(None, order_id=7)
        """,
}
SWITCHED = SWITCHING_FILES["annotated.py"].replace("Signal[First] = Signal(First)", "Signal[Second] = Signal(Second)")
RETYPED_FIELD = [
    'receivers.py:4: error: Field "order_id" is bytes, receiver "receiver" takes int  [signal-receiver]',
    'receivers.py:8: error: Argument "order_id" to "send" of "Signal" has incompatible type "int"; expected "bytes"  [arg-type]',  # noqa: E501 - as it is said
]
DEPRECATED_FIELD = [
    'receivers.py:4: error: Field "order_id" of payload "Second", which receiver "receiver" names, is deprecated  [deprecated]',  # noqa: E501 - as it is said
]
SWITCHING_CHANGES = [("bytes", RETYPED_FIELD), ("Annotated[int, Field(deprecated=True)]", DEPRECATED_FIELD)]


def test_a_signal_that_got_another_payload_with_the_daemon(tmp_path: Path, daemon: Daemon) -> None:
    """The daemon knows what unchanged files depend on since another file changed."""
    write(tmp_path, SWITCHING_FILES)
    assert daemon.check() == []
    write(tmp_path, {"annotated.py": SWITCHED})
    assert daemon.check() == []
    first, second = SWITCHING_FILES["payloads.py"].rsplit("int", 1)
    imports = "from typing import Annotated\nfrom pydantic import Field"
    for kind, errors in SWITCHING_CHANGES:
        write(tmp_path, {"payloads.py": f"{imports}{dedent(f'{first}{kind}{second}')}"})
        assert daemon.check() == errors
        write(tmp_path, {"payloads.py": SWITCHING_FILES["payloads.py"]})
        assert daemon.check() == []


BY_HAND = """
    from typing import Any
    from typedsignals import Payload, Signal

    class OrderPlaced(Payload):
        order_id: int

        def __init__(self, **data: Any) -> None:
            super().__init__(**data)

    order_placed = Signal(OrderPlaced)
    """


def test_a_field_that_no_constructor_shows_with_the_daemon(tmp_path: Path, daemon: Daemon) -> None:
    """The daemon compares receivers anew when a payload gets a field but its constructor, written by hand, stays."""
    receivers = RECEIVERS.replace("coupon: str | None, **extra: Any", "order_id: int")
    write(tmp_path, {**FILES, "payloads.py": BY_HAND, "receivers.py": receivers, "annotated.py": ""})
    assert daemon.check() == []
    write(tmp_path, {"payloads.py": BY_HAND.replace("order_id: int", "order_id: int\n        coupon: str")})
    assert daemon.check() == [
        'receivers.py:5: error: Receiver "receiver" lacks field "coupon" and has no **extra  [signal-receiver]'
    ]
    write(tmp_path, {"payloads.py": BY_HAND})
    assert daemon.check() == []
