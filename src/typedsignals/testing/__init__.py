"""Test with signals: for the length of a block, record what is sent, or choose which receivers are called."""

from ._capture import Capture, Record, capture
from ._isolation import isolated, muted, only
from ._relayed import DeadMessage, Relayed, relayed

__all__ = ["Capture", "DeadMessage", "Record", "Relayed", "capture", "isolated", "muted", "only", "relayed"]
