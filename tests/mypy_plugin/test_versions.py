"""The plugin works with the newest mypy and with the two minor versions before it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.mypy_plugin.mypying import PLUGIN, SHOP, SOURCES, write

VERSIONS = ("2.4.1", "2.3.1", "2.2.0")
INSTALLERS = (
    ["uv", "pip", "install", f"--python={sys.executable}"],
    [sys.executable, "-m", "uv", "pip", "install", f"--python={sys.executable}"],
    [sys.executable, "-m", "pip", "install"],
)

PROGRAM = f"""{SHOP}
from typing import Annotated
from pydantic import Field

@order_placed.connect
def right(sender: object, coupon: str | None, **extra: Any) -> None: ...

reveal_type(right)

@order_placed.connect
def wrong(sender: Shop, order: int, **extra: Any) -> None: ...

@order_placed.connect_via(Shop())
def via(sender: Shop, total: str, **extra: Any) -> None: ...

order_placed.connect(right, as_payload=True)
order_placed.connect(lambda sender, **extra: None)

def send(signal: Signal[OrderPlaced]) -> None:
    signal.send(None, order_id=7, totl=2.5)

class Marked(Payload):
    total: Annotated[float, Field(deprecated="use net", alias="t")]

marked = Signal(Marked)

def setup() -> None:
    @marked.connect
    async def local(sender: object, total: float) -> None: ...

def resend() -> None:
    marked.send_payload(None, Marked(total=2.5))

for shop in (Shop(), Shop()):
    @order_placed.connect_via(shop)
    def looped(sender: Shop, coupon: int, **extra: Any) -> None: ...

class Gift(OrderPlaced): ...

gift: Signal[OrderPlaced] = Signal(Gift)  # type: ignore[assignment]
Signal[Marked](Marked)  # type: ignore[signal-declaration]
marked.connect(right, as_payload=True)  # type: ignore[call-overload]
"""
SAID = """\
program.py:20: note: Revealed type is "def (sender: object, coupon: str | None, **extra: Any)"
program.py:22: error: Receiver "wrong" takes "order" but signal payload "OrderPlaced" has no such field; \
did you mean "order_id"?  [signal-receiver]
program.py:25: error: Field "total" is float, receiver "via" takes str  [signal-receiver]
program.py:28: error: Payload is OrderPlaced, receiver "right" takes str | None  [signal-receiver]
program.py:29: error: Nothing keeps this lambda alive: it is disconnected at once  [signal-weak]
program.py:29: note: Connect it with weak=False, or keep it in a variable
program.py:32: error: send() got "totl"; did you mean "total"?  [signal-send]
program.py:37: error: Field "total" of payload "Marked" has alias="t", but senders and receivers use the field's name; \
use validation_alias= or serialization_alias= for wire names  [signal-declaration]
program.py:40: error: Nothing keeps local function "local" alive: it is disconnected when "setup" returns  [signal-weak]
program.py:40: note: Connect it with connect_via(ANY), which keeps it, or keep it where it outlives "setup"
program.py:40: note: Receiver "local" is async, but this module sends "marked" with send_payload() only, \
which cannot await it
program.py:40: error: Field "total" of payload "Marked", which receiver "local" names, \
is deprecated: use net  [deprecated]
program.py:47: error: Field "coupon" is str | None, receiver "looped" takes int  [signal-receiver]
program.py:54: error: Unused "type: ignore" comment, use narrower [signal-receiver] instead of [call-overload] code  \
[unused-ignore]
"""


@pytest.fixture(scope="module", params=VERSIONS)
def packages(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a version of mypy, which comes before the one that is installed."""
    folder = tmp_path_factory.mktemp("packages")
    failures = [_failure(installer, request.param, folder) for installer in INSTALLERS]
    if None not in failures:
        pytest.skip(f"mypy {request.param} cannot be installed: {failures}")
    return folder


def _failure(installer: list[str], version: str, folder: Path) -> str | None:
    """Why mypy was not installed; None if it was, by this installer or one before."""
    if (folder / "mypy").exists():
        return None
    try:
        _run([*installer, f"--target={folder}", f"mypy=={version}"], folder)
    except (OSError, subprocess.CalledProcessError) as error:
        return f"{error} {getattr(error, 'stderr', '')}"
    return None


def _run(command: list[str], packages: Path) -> str:
    environment = {**os.environ, "PYTHONPATH": f"{packages}{os.pathsep}{SOURCES}"}
    process = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)  # noqa: S603 - ours
    return process.stdout


def test_it_says_the_same_with_each(packages: Path, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """The plugin does all that it does with each version, and says it in the same words."""
    version = request.node.callspec.params["packages"]
    assert f"mypy {version} (compiled: yes)" in _run([sys.executable, "-m", "mypy", "--version"], packages)
    write(
        tmp_path,
        {
            "program.py": PROGRAM,
            "mypy.ini": f"[mypy]\nstrict = True\nenable_error_code = deprecated\nplugins = {PLUGIN}\n",
        },
    )
    checking = f"""
import os, sys
from mypy import api
os.chdir({str(tmp_path)!r})
output, complaint, status = api.run(["--show-traceback", "--no-error-summary", "program.py"])
print(output, end="")
sys.exit(0 if (status, complaint) == (1, "") else complaint)
"""
    assert _run([sys.executable, "-c", checking], packages) == SAID
