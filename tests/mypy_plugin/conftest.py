"""How the cases in the ``.yml`` files here are run."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

import pytest
from pytest_mypy_plugins.item import YamlTestItem

HERE = Path(__file__).parent
CONFIGURATION = HERE / "mypy.ini"
COLLECTION = gc.get_threshold()
MODULES = sys.modules


def pytest_configure(config: pytest.Config) -> None:
    """Run mypy in this process, where coverage sees the plugin, and with the plugin."""
    config.option.mypy_same_process = True
    config.option.mypy_ini_file = str(CONFIGURATION)
    # By itself, it has one cache for all who run such tests on this machine, maybe just now and with other packages.
    base = TemporaryDirectory()
    config.add_cleanup(base.cleanup)
    config.option.mypy_testing_base = base.name
    # pytest-mypy-plugins looks for the command all the same, and an environment need not be activated.
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark all that is here as slow, and let cases with other settings have a cache of their own.

    mypy takes seconds for a few lines that import pydantic. It remembers nothing from a run with other settings: in one
    cache for all, each case with settings would make it forget what the next ones need.
    """
    usual = set(CONFIGURATION.read_text(encoding="utf-8").splitlines())
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.slow)
        if isinstance(item, YamlTestItem):
            settings = sorted(set(item.additional_mypy_config.splitlines()) - usual)
            item.incremental_cache_dir += quote("".join(settings), safe="")


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown() -> None:
    """Free what mypy leaves behind, which has garbage collected more seldom, so that no later test is slowed.

    And put back the interpreter's own dictionary of modules: with the copy that pytest-mypy-plugins leaves in its
    place, packages that import themselves in a circle do not import any more.
    """
    sys.modules = MODULES
    gc.set_threshold(*COLLECTION)
    gc.collect()


@pytest.fixture(scope="session")
def caches(pytestconfig: pytest.Config) -> dict[str, Path]:
    """Where mypy keeps what it knows of the packages, so that only the first test waits for it.

    With the plugin, without it, and with the plugin and an error for what is deprecated: see above for why apart.
    Processes that are forked from this one share them.
    """
    base = Path(pytestconfig.option.mypy_testing_base)
    return {name: base / f"cache-{name}" for name in ("with", "without", "deprecated")}
