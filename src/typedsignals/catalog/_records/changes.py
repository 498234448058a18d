"""One change of a signal, and whom it breaks."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from .rules import RULES, Columns, Rule, Verdict


@dataclass(frozen=True)
class Affected:
    """A known receiver or sender that a change breaks, or may surprise.

    Attributes:
        party: ``"receiver"`` or ``"sender"``.
        name: The receiver's name, or the sending module's.
        location: Its file and line.
        is_certain: Whether it breaks for sure, or may do so, depending on what it does with the field.
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
        path: Where in the payload, ``order.items[].price``; empty for the signal itself.
        subject: What distinguishes it from other changes of this kind at the same place.
        message: What changed, for people.
        columns: Whom it breaks.
        signal: The signal's key.
        location: Where the signal is declared.
        affected: The known receivers and senders that break, or may do so.
        cause: What is the same of it wherever the class that changed is nested; empty if it is of the payload itself.
    """

    rule: Rule
    path: str
    message: str
    columns: Columns
    subject: str = ""
    signal: str = ""
    location: str = ""
    affected: tuple[Affected, ...] = field(default=(), compare=False)
    cause: str = field(default="", compare=False)

    def with_columns(self, **verdicts: Verdict) -> Change:
        """The same change with other verdicts for some parties."""
        return replace(self, columns=self.columns._replace(**verdicts))

    def caused_by(self, old: str, new: str, path: str) -> Change:
        """The same change as one of a class, unless it is already known of which.

        Args:
            old: The class.
            new: What it became.
            path: Where it is nested; empty for the payload, which is so nowhere else.
        """
        if self.cause or not path:
            return self
        return replace(self, cause=f"{old} {new} {self.path.removeprefix(path)}")


def change(rule: str, path: str, message: str, subject: str = "", /, **verdicts: Verdict) -> Change:
    """A change by its rule's verdicts, but for the ones given."""
    found = RULES[rule]
    assert found.columns is not None
    return Change(found, path, message, found.columns._replace(**verdicts), subject)
