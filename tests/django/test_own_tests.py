"""Django's own tests find no difference if contracts are connected to all of its signals."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tarfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import django
import pytest

from tests import outside
from tests.django.own_tests import ASYNCHRONOUS

OF_SIGNALS = ["dispatch", "signals", "m2m_signals"]
OF_REQUESTS = ["handlers", "asgi", "test_client"]


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
        # Of seven thousand files, those that are needed.
        wanted = re.compile(
            rf"[^/]+/tests/({'|'.join([*OF_SIGNALS, *OF_REQUESTS, 'templates'])})/|[^/]+/tests/[^/]+\.py"
        )
        members = [member for member in sources.getmembers() if wanted.match(member.name)]
        sources.extractall(folder, members, filter="data")
    return next(folder.glob("*/tests/runtests.py"))


def run(kind: str, runtests: Path, folder: Path, labels: Iterable[str]) -> Any:
    """Run some of Django's tests, with receivers of one kind; return what became of them."""
    report = folder / f"{kind}.json"
    report.unlink(missing_ok=True)
    program = Path(__file__).with_name("own_tests.py")
    options = ["--settings=test_sqlite", "--parallel=1", "--verbosity=0"]
    command = [sys.executable, str(program), kind, str(report), str(runtests), *options, *labels]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=240)  # noqa: S603
    assert report.is_file(), done.stderr
    return json.loads(report.read_text(encoding="utf-8"))


def failed(ran: Any) -> set[str]:
    """The tests that failed."""
    return {name for name, outcome in ran["outcomes"].items() if outcome == "failed"}


@pytest.mark.slow
def test_contracts_make_no_difference_to_djangos_tests_of_signals(djangos_tests: Path, tmp_path: Path) -> None:
    """The same tests pass as with receivers of Django's own kind, which are called as often.

    Only one fails, with both: it asserts that nobody listens.
    """
    expected, got = (run(kind, djangos_tests, tmp_path, OF_SIGNALS) for kind in ("plain", "contracts"))
    assert got == expected
    assert failed(got) == {"signals.tests.SignalTests.test_disconnect_in_dispatch"}
    assert len(got["outcomes"]) > 40
    assert {"class_prepared", "pre_save", "post_save", "pre_delete", "post_delete", "m2m_changed"} <= {*got["calls"]}


@pytest.mark.slow
def test_contracts_make_no_difference_to_djangos_tests_of_requests(djangos_tests: Path, tmp_path: Path) -> None:
    """No test fails that passes with receivers of Django's own kind, and the same receivers are called.

    Some of these tests give Django a second for something. On a busy machine that may be too little; so what failed
    with contracts alone is run again, and must pass then.
    """
    expected, got = (run(kind, djangos_tests, tmp_path, OF_REQUESTS) for kind in ("plain", "contracts"))
    assert got["outcomes"].keys() == expected["outcomes"].keys()
    assert got["calls"].keys() == expected["calls"].keys()
    assert len(got["outcomes"]) > 150
    assert {*ASYNCHRONOUS, "template_rendered", "got_request_exception", "setting_changed"} <= {*got["calls"]}
    worse = failed(got) - failed(expected)
    for _ in range(3):
        worse = failed(run("contracts", djangos_tests, tmp_path, sorted(worse))) if worse else worse
    assert not worse
