"""How much a change matters, depending on where a program's signals go."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from .._records.changes import Change
from .._records.rules import About, Rule, Severity
from .._records.verdicts import MESSAGES, Verdict, Verdicts

Compat = Literal["backward", "forward", "full"]

BY_VERDICT = {Verdict.BREAKS: Severity.ERROR, Verdict.WARNS: Severity.WARN}


@dataclass(frozen=True)
class Profile:
    """Where signals go, and which messages must stay readable.

    Messages are assumed to be written by ``model_dump_json(by_alias=True)``, and read by
    ``model_validate_json(by_alias=True, by_name=True)``, or by a relay.

    Attributes:
        is_brokered: Whether payloads are stored or sent to other programs, and not only used within one. Those of
            signals that a relay carries are, in any case.
        compat: Which messages must be readable then: old ones by new code (``backward``), new ones by old code
            (``forward``), or both (``full``).
    """

    is_brokered: bool = False
    compat: Compat = "full"

    def of_signal(self, *, is_carried: bool) -> Profile:
        """Where one signal goes: there are messages of those that a relay carries, in every program."""
        return replace(self, is_brokered=True) if is_carried else self

    def concerns(self, rule: Rule) -> bool:
        """Whether there are findings of a rule for this profile."""
        return self.is_brokered or About.MESSAGES not in rule.about

    def concerned(self, verdicts: Verdicts) -> Verdicts:
        """Return the verdicts for this profile; messages that need not be readable are not concerned."""
        read = MESSAGES if self.compat == "full" else (self.compat,)
        unread = [name for name in MESSAGES if not (self.is_brokered and name in read)]
        return verdicts._replace(**dict.fromkeys(unread, Verdict.NOT_CONCERNED))


def severity_of(change: Change, profile: Profile) -> Severity:
    """Return how much a change matters.

    A change that makes messages unreadable or certainly breaks a known receiver is an error. Otherwise it has the
    severity of its rule, or less if its verdicts are better than those of the rule.

    Args:
        change: The change.
        profile: Where signals go.
    """
    verdicts = profile.of_signal(is_carried=change.is_carried).concerned(change.verdicts)
    if Verdict.BREAKS in (verdicts.backward, verdicts.forward) or _breaks_known_receiver(change):
        return Severity.ERROR
    if change.verdicts == change.rule.verdicts:
        return change.rule.severity
    return min(change.rule.severity, max(BY_VERDICT.get(verdict, Severity.INFO) for verdict in verdicts))


def _breaks_known_receiver(change: Change) -> bool:
    return any(who.party == "receiver" and who.is_certain for who in change.affected)
