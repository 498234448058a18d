from .base import ANY as ANY
from .base import NamedSignal as NamedSignal
from .base import Namespace as Namespace
from .base import Signal as Signal
from .base import default_namespace as default_namespace
from .base import signal as signal

__all__ = [
    "ANY",
    "NamedSignal",
    "Namespace",
    "Signal",
    "default_namespace",
    "signal",
]
