"""Whether everything public has a type that is written down, so that every checker reads the same one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path


def test_all_public_types_are_complete(tmp_path: Path) -> None:
    """pyright finds no public name whose type is missing, unknown or left to inference."""
    # The interpreter is found by PATH: pyright reads --pythonpath after it has looked for the package.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    process = subprocess.run(
        [sys.executable, "-m", "pyright", "--verifytypes", "typedsignals", "--ignoreexternal", "--outputjson"],
        cwd=tmp_path,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    completeness = json.loads(process.stdout)["typeCompleteness"]
    incomplete = [symbol["name"] for symbol in completeness["symbols"] if not symbol["isTypeKnown"]]
    assert completeness["exportedSymbolCounts"]["withKnownType"] > 0
    assert incomplete == []
    assert completeness["completenessScore"] == 1
