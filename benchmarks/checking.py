"""What the mypy plugin costs: checking this project with it and without it."""

from __future__ import annotations

import statistics
import subprocess
import sys
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
    """Seconds of processor time that mypy takes for this project with an empty cache, by the median of several."""
    configuration = (PROJECT / "mypy.ini").read_text().replace("$MYPY_CONFIG_FILE_DIR", str(PROJECT))
    configurations = {"typedsignals": configuration, "without its plugin": configuration.replace(PLUGIN, "")}
    times: dict[str, list[float]] = {name: [] for name in configurations}
    for _ in range(rounds):
        for name, text in configurations.items():
            times[name].append(_seconds(text))
    return {name: statistics.median(values) for name, values in times.items()}


def _seconds(configuration: str) -> float:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "mypy.ini"
        file.write_text(configuration)
        options = [f"--config-file={file}", f"--cache-dir={folder}"]
        program = [sys.executable, "-c", CHECKING, *options]
        result = subprocess.run(program, cwd=PROJECT, capture_output=True, check=True, text=True)  # noqa: S603 - this module's own
    return float(result.stdout)
