"""Verdicts: what a change means for each party that uses a signal."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

RECEIVERS = ("extra_receivers", "keyword_receivers", "payload_receivers")
MESSAGES = ("backward", "forward")


class Verdict(Enum):
    """What a change means for one party. The value is the symbol in tables."""

    SAFE = "✓"
    WARNS = "⚠"
    BREAKS = "✗"
    NOT_CONCERNED = "-"

    @classmethod
    def of(cls, answer: bool | None) -> Verdict:
        """Return the verdict for the answer to whether one thing fits another; None means that it is unknown."""
        return {True: cls.SAFE, False: cls.BREAKS, None: cls.WARNS}[answer]


SAFE_SENDERS = {"senders": Verdict.SAFE}
SAFE_RECEIVERS = dict.fromkeys(RECEIVERS, Verdict.SAFE)
WARNED_RECEIVERS = dict.fromkeys(RECEIVERS, Verdict.WARNS)
SAFE_MESSAGES = dict.fromkeys(MESSAGES, Verdict.SAFE)


def worst(*verdicts: Verdict) -> Verdict:
    """Return the worst of some verdicts; safe if there are none."""
    return next((bad for bad in (Verdict.BREAKS, Verdict.WARNS) if bad in verdicts), Verdict.SAFE)


class Verdicts(NamedTuple):
    """The verdict for each party: one row of the table of rules."""

    senders: Verdict
    extra_receivers: Verdict
    """Keyword receivers with ``**extra``."""
    keyword_receivers: Verdict
    """Keyword receivers without ``**extra``."""
    payload_receivers: Verdict
    backward: Verdict
    """Old messages read by new code."""
    forward: Verdict
    """New messages read by old code."""

    @classmethod
    def of(cls, symbols: str) -> Verdicts:
        """Read the symbols of a row: ``✗✓✗✓✗✓``."""
        return cls(*map(Verdict, symbols))

    def __str__(self) -> str:
        return "".join(verdict.value for verdict in self)
