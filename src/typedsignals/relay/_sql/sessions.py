"""The session that a worker lends to a receiver."""

from __future__ import annotations

from sqlalchemy.orm import Session

from .._errors import RelayError


class WorkerSession(Session):
    """A session that its worker commits, together with the end of the delivery; the receiver must not."""

    def commit(self) -> None:
        """Refuse to commit.

        Raises:
            RelayError: Always.
        """
        raise RelayError(
            "a receiver must not commit the worker's session: the worker does, together with the message's end; "
            "for a part that may fail, use session.begin_nested()"
        )

    def commit_with_delivery(self) -> None:
        """Commit, as the worker may."""
        super().commit()
