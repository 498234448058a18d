"""Testing with signals: record what is sent, and decide who receives it, for the length of a block."""

from ._capture import Capture, Record, capture
from ._isolation import isolated, muted, only

__all__ = ["Capture", "Record", "capture", "isolated", "muted", "only"]
