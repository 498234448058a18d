"""How much a change matters, by where a program's signals go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ._changes import Change
from ._rules import Severity, Verdict

Compat = Literal["backward", "forward", "full"]

BY_VERDICT = {Verdict.BREAKS: Severity.ERROR, Verdict.WARNS: Severity.WARN}


@dataclass(frozen=True)
class Profile:
    """Where signals go, and which messages must stay readable.

    Attributes:
        is_brokered: Whether payloads are stored or sent to other programs, and not only within one.
        compat: Which messages have to be read then: old ones by new code (``backward``), new ones by old code
            (``forward``), or both (``full``).
    """

    is_brokered: bool = False
    compat: Compat = "full"

    def wire_verdicts(self, change: Change) -> tuple[Verdict, ...]:
        """The verdicts on messages that count."""
        backward, forward = change.columns.backward, change.columns.forward
        if not self.is_brokered:
            return ()
        return {"backward": (backward,), "forward": (forward,), "full": (backward, forward)}[self.compat]


def severity_of(change: Change, profile: Profile) -> Severity:
    """How much a change matters.

    It is the rule's severity, and an error where messages become unreadable or a known receiver loses its place.
    Where a change turned out better than its rule, it is no more than its verdicts.

    Args:
        change: The change.
        profile: Where signals go.
    """
    wire = profile.wire_verdicts(change)
    if Verdict.BREAKS in wire or _breaks_known_receiver(change):
        return Severity.ERROR
    severity = change.rule.severity
    if change.columns == change.rule.columns:
        return severity
    verdicts = {*change.columns[:4], *wire}
    return min(severity, max(BY_VERDICT.get(verdict, Severity.INFO) for verdict in verdicts))


def _breaks_known_receiver(change: Change) -> bool:
    return change.rule.id == "TS202" and any(who.party == "receiver" and who.is_certain for who in change.affected)
