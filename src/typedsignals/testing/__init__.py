"""Test with signals: for the length of a block, record what is sent, or choose which receivers are called."""

from ._capture import Capture, Record, capture
from ._isolation import isolated, muted, only

__all__ = ["Capture", "Record", "capture", "isolated", "muted", "only"]
