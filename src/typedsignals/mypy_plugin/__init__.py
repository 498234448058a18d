"""The mypy plugin: what types alone cannot say of signals.

Put ``plugins = typedsignals.mypy_plugin`` into mypy's configuration.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from ._plugin import SignalPlugin

__all__ = ["SignalPlugin", "plugin"]

_SOURCES = sorted(Path(__file__).parent.glob("*.py"))

# mypy keeps this in its cache, and checks everything anew when it changes. By itself it looks at this file only.
__version__ = sha256(b"".join(source.read_bytes() for source in _SOURCES)).hexdigest()


def plugin(version: str) -> type[SignalPlugin]:  # noqa: ARG001 - mypy says which version it is
    """The plugin's class, for mypy."""
    return SignalPlugin
