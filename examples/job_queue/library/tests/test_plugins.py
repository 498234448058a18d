"""Plugins are found by their entry points."""

import sys
from pathlib import Path

import pytest
from jobqueue import load_plugins

pytestmark = pytest.mark.usefixtures("isolated_signals")


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a folder of installed packages."""
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    return tmp_path


def install(packages: Path, module: str, source: str) -> None:
    """Install a plugin, which is a module of this source."""
    (packages / f"{module}.py").write_text(source)
    metadata = packages / f"{module}-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(f"[jobqueue.plugins]\n{module} = {module}\n")


def test_a_plugin_that_does_not_fit_is_logged_and_the_others_are_loaded(
    packages: Path, caplog: pytest.LogCaptureFixture
) -> None:
    install(packages, "fits", "")
    install(
        packages,
        "does_not_fit",
        "from jobqueue.signals import job_done\n@job_done.connect\ndef note(sender, minutes, **extra): ...\n",
    )
    loaded = load_plugins()
    assert "fits" in loaded
    assert "does_not_fit" not in loaded
    (record,) = caplog.records
    assert record.exc_info
    assert "it takes 'minutes', but there is no such field" in str(record.exc_info[1])
