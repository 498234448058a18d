"""How much a change matters, by where a program's signals go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .._records.changes import Change
from .._records.rules import Columns, Severity, Verdict

Compat = Literal["backward", "forward", "full"]

WIRE = ("backward", "forward")
"""The columns about messages."""

BY_VERDICT = {Verdict.BREAKS: Severity.ERROR, Verdict.WARNS: Severity.WARN}


@dataclass(frozen=True)
class Profile:
    """Where signals go, and which messages must stay readable.

    They are taken to be written by ``model_dump_json(by_alias=True)``, and read by
    ``model_validate_json(by_alias=True, by_name=True)``.

    Attributes:
        is_brokered: Whether payloads are stored or sent to other programs, and not only within one.
        compat: Which messages have to be read then: old ones by new code (``backward``), new ones by old code
            (``forward``), or both (``full``).
    """

    is_brokered: bool = False
    compat: Compat = "full"

    def concerned(self, columns: Columns) -> Columns:
        """The verdicts on those that there are: without a broker, there are no messages."""
        read = (
            {"backward": ("backward",), "forward": ("forward",), "full": WIRE}[self.compat] if self.is_brokered else ()
        )
        return columns._replace(**{name: Verdict.NOT_CONCERNED for name in WIRE if name not in read})


def severity_of(change: Change, profile: Profile) -> Severity:
    """How much a change matters.

    It is the rule's severity, and an error where messages become unreadable or a known receiver loses its place.
    Where a change turned out better than its rule, it is no more than its verdicts.

    Args:
        change: The change.
        profile: Where signals go.
    """
    columns = profile.concerned(change.columns)
    if Verdict.BREAKS in columns[4:] or _breaks_known_receiver(change):
        return Severity.ERROR
    severity = change.rule.severity
    if change.columns == change.rule.columns:
        return severity
    return min(severity, max(BY_VERDICT.get(verdict, Severity.INFO) for verdict in columns))


def _breaks_known_receiver(change: Change) -> bool:
    return change.rule.id == "TS202" and any(who.party == "receiver" and who.is_certain for who in change.affected)
