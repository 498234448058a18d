"""Signals beyond one process: messages in the program's own database, and workers that call their receivers."""

from . import _requirements as _requirements
from ._declared.description import CarriedSignal, GroupReceiver, RelayDescription
from ._errors import MalformedMessageError, Reject, RelayError, Retry
from ._message.current import CurrentMessage, current_message
from ._message.message import Message
from ._relay import Relay
from ._sql.databases import begin_immediate
from ._sql.dead_letters import DeadLetter
from ._sql.inbox import Inbox
from ._sql.status import QueueStatus
from ._sql.tables import metadata
from ._transactions import Transaction

__all__ = [
    "CarriedSignal",
    "CurrentMessage",
    "DeadLetter",
    "GroupReceiver",
    "Inbox",
    "MalformedMessageError",
    "Message",
    "QueueStatus",
    "Reject",
    "Relay",
    "RelayDescription",
    "RelayError",
    "Retry",
    "Transaction",
    "begin_immediate",
    "current_message",
    "metadata",
]
