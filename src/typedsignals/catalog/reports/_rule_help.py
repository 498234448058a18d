"""What a rule means, in words."""

from __future__ import annotations

from collections.abc import Iterator

from .._records.rules import Columns, Rule
from ._wording import PARTIES, capitalised, who_breaks

TOOLS = {"B": "buf", "C": "Confluent", "G": "griffe", "O": "oasdiff"}
"""The tools whose names of rules are given, by the letters that these begin with."""


def help_text(rule: Rule) -> str:
    """What the change does to each party, on what that depends, and what other tools call it."""
    return " ".join(_sentences(rule))


def help_markdown(rule: Rule) -> str:
    """The same with the verdicts as a table."""
    return "\n\n".join(filter(None, (f"**{rule.id}** {help_text(rule)}", _table(rule.columns))))


def _sentences(rule: Rule) -> Iterator[str]:
    yield _sentence(rule.title)
    if rule.columns:
        yield _sentence(who_breaks(rule.columns) or "breaks no one")
    if rule.note:
        yield _sentence(rule.note)
    if rule.same_as:
        yield f"Known elsewhere as {', '.join(map(_name_elsewhere, rule.same_as))}."


def _name_elsewhere(name: str) -> str:
    tool, _, rule = name.partition(":")
    return f"{TOOLS[tool]} {rule}"


def _sentence(text: str) -> str:
    return f"{capitalised(text)}."


def _table(columns: Columns | None) -> str:
    if columns is None:
        return ""
    head = " | ".join(party.replace("*", r"\*") for party in PARTIES)
    marks = " | ".join(verdict.value for verdict in columns)
    return f"| {head} |\n|{' --- |' * len(PARTIES)}\n| {marks} |"
