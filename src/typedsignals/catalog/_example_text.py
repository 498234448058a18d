"""A text that matches a pattern, for patterns as simple as most are."""

from __future__ import annotations

import re
from collections.abc import Iterator

TOKEN = re.compile(
    r"""
      (?P<anchor> \^ | \$ | \\[AZzbB] )
    | \[ (?P<negated>\^?) (?P<set> \]? (?: \\. | [^\]\\] )* ) \]
    | \\ (?P<escape> . )
    | (?P<open> \( (?: \?: | \?P?<\w+> )? )
    | (?P<any> \. )
    | (?P<literal> [^?*+{\[] )
    """,
    re.VERBOSE | re.DOTALL,
)
QUANTIFIER = re.compile(r"(?: (?P<none>[*?]) | \+ | \{(?P<count>\d+)(?:,\d*)?\} )[?+]?", re.VERBOSE)
MOST_CHARACTERS = 100
SET_OPERATION = re.compile(r"(?<!\\)\[|--|&&|~~|\|\|")
"""Sets within sets, which pydantic's regular expressions know and Python's may come to."""

CLASSES = {"d": "0", "w": "a", "s": " ", "D": "a", "W": "-", "S": "a"}
SAMPLES = "aA0-_. @/:"


def matching_text(pattern: str) -> str | None:
    """A text that the pattern is found in; None if it is not a simple one, or no regular expression of Python's."""
    try:
        text = _Reader(pattern).alternatives()
        return text if re.search(pattern, text) else None
    except (re.error, LookupError, RecursionError):
        return None


class _Reader:
    """Goes through a pattern once, taking the first of each alternative and as few repetitions as may be."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.position = 0

    def alternatives(self) -> str:
        """The text for all up to the end of the pattern or of the group."""
        first = "".join(self._parts())
        while self.pattern.startswith("|", self.position):
            self.position += 1
            tuple(self._parts())
        return first

    def _parts(self) -> Iterator[str]:
        while self.position < len(self.pattern) and self.pattern[self.position] not in "|)":
            token = self._read(TOKEN)
            if token is None:
                raise LookupError
            part, repetitions = self._part(token), self._repetitions()
            if len(part) * repetitions > MOST_CHARACTERS:
                raise LookupError
            yield part * repetitions

    def _read(self, expression: re.Pattern[str]) -> re.Match[str] | None:
        found = expression.match(self.pattern, self.position)
        if found:
            self.position = found.end()
        return found

    def _part(self, token: re.Match[str]) -> str:
        if token["anchor"]:
            return ""
        if token["open"]:
            inside = self.alternatives()
            self.position += 1
            return inside
        if token["set"]:
            return _member(token["set"], is_negated=bool(token["negated"]))
        return CLASSES.get(token["escape"], token["escape"]) if token["escape"] else token["literal"] or "a"

    def _repetitions(self) -> int:
        found = self._read(QUANTIFIER)
        if found is None:
            return 1
        return int(found["count"] or not found["none"])


def _member(characters: str, *, is_negated: bool) -> str:
    """A character of a set, or one that is not in it."""
    if SET_OPERATION.search(characters):
        raise LookupError
    if is_negated:
        return next((sample for sample in SAMPLES if re.fullmatch(f"[^{characters}]", sample)), "")
    start = characters[0]
    return CLASSES.get(characters[1], characters[1]) if start == "\\" else start
