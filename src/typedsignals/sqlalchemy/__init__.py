"""SQLAlchemy: send after the commit of a transaction, and give SQLAlchemy's own events a payload."""

from ._after_commit import TransactionError, after_commit
from ._event import event

__all__ = ["TransactionError", "after_commit", "event"]
