"""Django's own tests of its signals find no difference if contracts are connected to all of them."""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import django
import pytest

from tests import outside

ROOMS = ["dispatch", "signals", "m2m_signals", "handlers", "asgi", "test_client"]


@pytest.fixture(scope="module")
def djangos_tests(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program that runs the tests of the installed version, from its source distribution."""
    folder = tmp_path_factory.mktemp("django")
    version = django.get_version()
    # Its metadata is built by setuptools, which is installed; pip would otherwise get it once more.
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-build-isolation"]
    command += ["--no-binary=django", f"--dest={folder}", f"django=={version}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=240)  # noqa: S603 - our own
    if done.returncode:
        outside.unavailable(f"pip cannot get Django's sources: {done.stderr}")
    (archive,) = folder.glob("*.tar.gz")
    with tarfile.open(archive) as sources:
        sources.extractall(folder, filter="data")
    return next(folder.glob("*/tests/runtests.py"))


def run(kind: str, runtests: Path, folder: Path) -> Any:
    """Run Django's tests, with receivers of one kind; return what became of them."""
    report = folder / f"{kind}.json"
    program = Path(__file__).with_name("own_tests.py")
    options = ["--settings=test_sqlite", "--parallel=1", "--verbosity=0"]
    command = [sys.executable, str(program), kind, str(report), str(runtests), *options, *ROOMS]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=240)  # noqa: S603
    assert report.is_file(), done.stderr
    return json.loads(report.read_text(encoding="utf-8"))


@pytest.mark.slow
def test_contracts_make_no_difference_to_djangos_own_tests(djangos_tests: Path, tmp_path: Path) -> None:
    """The same tests pass as with receivers of Django's own kind, which are called as often, and by every signal.

    Only one fails, with both: it asserts that nobody listens.
    """
    expected, got = (run(kind, djangos_tests, tmp_path) for kind in ("plain", "contracts"))
    assert got == expected
    failed = [name for name, outcome in got["outcomes"].items() if outcome == "failed"]
    assert failed == ["signals.tests.SignalTests.test_disconnect_in_dispatch"]
    assert len(got["outcomes"]) > 200
    assert len({name.partition(",")[0] for name in got["calls"]}) == 19
