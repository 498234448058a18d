"""Regular expressions that mean the same to pydantic and to readers of JSON Schema."""

from __future__ import annotations

import re

_ESCAPE = r"\\[dDwWsSnrtfv^$\\.*+?()\[\]{}|/]"
_IN_CLASS = r"(?:[^\\\[\]&~^-]|\\[dDwWsSnrtfv^$\\.*+?()\[\]{}|/-])"
_CLASS = rf"\[\^?-?(?:{_IN_CLASS}(?:-(?!\])[^\\\[\]&~^-])?)+-?\]"
_ATOM = rf"(?:[^\\^$*+?()\[\]{{}}|]|{_ESCAPE}|{_CLASS}|\))"
_REPETITION = r"(?:[*+?]|\{[0-9]+(?:,[0-9]*)?\})\??"
_PORTABLE = re.compile(rf"(?:{_ATOM}(?:{_REPETITION})?|\((?:\?:)?|[|^$])*")


def is_portable(pattern: str) -> bool:
    r"""Whether a pattern is a regular expression of ECMA 262 as well, as JSON Schema has them, with the same meaning.

    What is written in another way there, or means something else, is refused: named groups, flags, ``\A`` and ``\Z``,
    escapes of what needs none, sets of sets, and repetitions of repetitions.

    Args:
        pattern: A pattern that pydantic accepts.
    """
    return _PORTABLE.fullmatch(pattern) is not None
