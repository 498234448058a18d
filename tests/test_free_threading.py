"""A Python without the GIL: that it stays off, whatever of the package is imported."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig

import pytest

pytestmark = pytest.mark.skipif(not sysconfig.get_config_var("Py_GIL_DISABLED"), reason="this Python has the GIL")

PACKAGE = """
pydantic typedsignals typedsignals.blinker typedsignals.catalog typedsignals.cli typedsignals.flask
typedsignals.pytest_plugin typedsignals.testing anyio trio
"""
"""The package, its extras, and the other event loop."""


def test_neither_the_package_nor_its_extras_bring_the_gil_back() -> None:
    """An extension module that does not say that it can do without makes Python switch the GIL on, with a warning."""
    program = "\n".join(f"import {name}" for name in PACKAGE.split()) + "\nimport sys; print(sys._is_gil_enabled())"
    environment = {name: value for name, value in os.environ.items() if name != "PYTHON_GIL"}
    done = subprocess.run(  # noqa: S603 - our own
        [sys.executable, "-W", "error", "-c", program], env=environment, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("False\n", "")


def test_it_is_off_where_these_tests_run() -> None:
    """Which import much more than the package."""
    is_enabled: object = getattr(sys, "_is_gil_enabled")()  # noqa: B009 - older Pythons, and type checkers, know no such function
    assert is_enabled is False
