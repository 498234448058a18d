"""The meaning of a rule, in words."""

from __future__ import annotations

from collections.abc import Iterator

from .._records.rules import Rule
from .._records.verdicts import Verdicts
from ._wording import PARTIES, capitalised, consequences

TOOLS = {"B": "buf", "C": "Confluent", "G": "griffe", "O": "oasdiff"}
"""Other tools with a similar rule, by the letter that the name of the rule begins with."""


def help_text(rule: Rule) -> str:
    """Explain who breaks, what that depends on, and the names of the rule in other tools."""
    return " ".join(_sentences(rule))


def help_markdown(rule: Rule) -> str:
    """Explain the same in Markdown, with a table of the verdicts."""
    return "\n\n".join(filter(None, (f"**{rule.id}** {help_text(rule)}", _table(rule.verdicts))))


def _sentences(rule: Rule) -> Iterator[str]:
    yield _sentence(rule.title)
    if rule.verdicts:
        yield _sentence(consequences(rule.verdicts) or "breaks no one")
    if rule.note:
        yield _sentence(rule.note)
    if rule.same_as:
        yield f"Known elsewhere as {', '.join(map(_name_elsewhere, rule.same_as))}."


def _name_elsewhere(name: str) -> str:
    tool, _, rule = name.partition(":")
    return f"{TOOLS[tool]} {rule}"


def _sentence(text: str) -> str:
    return f"{capitalised(text)}."


def _table(verdicts: Verdicts | None) -> str:
    if verdicts is None:
        return ""
    head = " | ".join(party.replace("*", r"\*") for party in PARTIES)
    marks = " | ".join(verdict.value for verdict in verdicts)
    return f"| {head} |\n|{' --- |' * len(PARTIES)}\n| {marks} |"
