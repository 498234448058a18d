"""Measure what the mypy plugin costs, by checking this project with and without it."""

from __future__ import annotations

import statistics
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

PROJECT = Path(__file__).parents[1]
PLUGIN = ", typedsignals.mypy_plugin"

CHECKING = """
import sys, time
from mypy import api
output, complaint, status = api.run(sys.argv[1:])
if status not in (0, 1):
    sys.exit(output + complaint)
print(time.process_time())
"""


def seconds_of_checking(rounds: int) -> dict[str, float]:
    """Measure the processor seconds that mypy takes for this project with an empty cache: the median of several rounds.

    Both run at the same time: they take so long that, in turns, the machine would disturb one more than the other.
    """
    configuration = (PROJECT / "mypy.ini").read_text().replace("$MYPY_CONFIG_FILE_DIR", str(PROJECT))
    configurations = {"typedsignals": configuration, "without its plugin": configuration.replace(PLUGIN, "")}
    with ThreadPoolExecutor() as pool:
        times = [list(pool.map(_seconds, configurations.values())) for _ in range(rounds)]
    return dict(zip(configurations, map(statistics.median, zip(*times, strict=True)), strict=True))


def _seconds(configuration: str) -> float:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "mypy.ini"
        file.write_text(configuration)
        program = [sys.executable, "-c", CHECKING, f"--config-file={file}", f"--cache-dir={folder}"]
        result = subprocess.run(program, cwd=PROJECT, capture_output=True, check=True, text=True)  # noqa: S603 - ours
    return float(result.stdout)
