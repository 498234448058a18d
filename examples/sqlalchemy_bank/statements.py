"""A receiver that runs after the commit, when what it tells people is true for good."""

from __future__ import annotations

from .signals import money_moved


class Statements:
    """Lines that the owner of an account reads, by the account's number."""

    def __init__(self) -> None:
        self.lines: dict[int, list[str]] = {}
        money_moved.connect(self.note)

    def note(self, sender: object, source: int, target: int, cents: int, **extra: object) -> None:
        self._write(source, f"-{cents / 100:.2f} to {target}")
        self._write(target, f"+{cents / 100:.2f} from {source}")

    def _write(self, account: int, line: str) -> None:
        self.lines.setdefault(account, []).append(line)
