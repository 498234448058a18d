"""One change of a signal, and who is affected."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from .rules import RULES, Rule
from .verdicts import Verdict, Verdicts


@dataclass(frozen=True)
class Affected:
    """A known receiver or sender that a change breaks, or may surprise.

    Attributes:
        party: ``"receiver"`` or ``"sender"``.
        name: The name of the receiver, or of the module that sends.
        location: Its file and line.
        is_certain: Whether it certainly breaks; otherwise that depends on what it does with the field.
    """

    party: str
    name: str
    location: str
    is_certain: bool

    def __str__(self) -> str:
        return f"{self.party} {self.name} ({self.location}) {'breaks' if self.is_certain else 'may break'}"


@dataclass(frozen=True)
class Change:
    """A difference between two catalogs.

    Attributes:
        rule: What kind of change it is.
        path: The field in the payload, ``order.items[].price``; empty for the signal itself.
        subject: Distinguishes it from other changes with the same rule and path.
        message: What changed, for people.
        verdicts: Whom it breaks.
        signal: The signal's key.
        location: Where the signal is declared.
        affected: The known receivers and senders that break or may break.
        cause: Equal for the same change of a class, wherever that is nested; empty for a change of the payload itself.
        is_carried: Whether a relay carries the signal, so that there are messages, whatever the program says.
    """

    rule: Rule
    path: str
    message: str
    verdicts: Verdicts
    subject: str = ""
    signal: str = ""
    location: str = ""
    affected: tuple[Affected, ...] = field(default=(), compare=False)
    cause: str = field(default="", compare=False)
    is_carried: bool = field(default=False, compare=False)

    def with_verdicts(self, **verdicts: Verdict) -> Change:
        """Return the same change with other verdicts for some parties."""
        return replace(self, verdicts=self.verdicts._replace(**verdicts))

    def caused_by(self, old: str, new: str, path: str) -> Change:
        """Return the same change with a nested class as its cause, unless it already has a cause.

        Args:
            old: The name of the class.
            new: Its new name.
            path: Where it is nested; empty for the payload itself, which needs no cause.
        """
        if self.cause or not path:
            return self
        return replace(self, cause=f"{old} {new} {self.path.removeprefix(path)}")


def change(rule: str, path: str, message: str, subject: str = "", /, **verdicts: Verdict) -> Change:
    """Make a change with the verdicts of its rule, except for the ones given."""
    found = RULES[rule]
    assert found.verdicts is not None
    return Change(found, path, message, found.verdicts._replace(**verdicts), subject)
