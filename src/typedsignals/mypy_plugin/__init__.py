"""The mypy plugin: it checks what types alone cannot say of signals.

Put ``plugins = typedsignals.mypy_plugin`` into mypy's configuration.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from ._plugin import SignalPlugin

__all__ = ["SignalPlugin", "plugin"]

_SOURCES = sorted(Path(__file__).parent.rglob("*.py"))

# mypy keeps this in its cache, and checks everything again when it changes. By itself it looks at this file only.
__version__ = sha256(b"".join(source.read_bytes() for source in _SOURCES)).hexdigest()


def plugin(version: str) -> type[SignalPlugin]:  # noqa: ARG001 - mypy passes its version
    """Return the plugin's class to mypy."""
    return SignalPlugin
