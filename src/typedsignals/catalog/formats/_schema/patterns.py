"""Tell which regular expressions mean the same in pydantic and in JSON Schema."""

from __future__ import annotations

import re

_ESCAPE = r"\\[dDwWsSnrtfv^$\\.*+?()\[\]{}|/]"
_IN_CLASS = r"(?:[^\\\[\]&~^-]|\\[dDwWsSnrtfv^$\\.*+?()\[\]{}|/-])"
_CLASS = rf"\[\^?-?(?:{_IN_CLASS}(?:-(?!\])[^\\\[\]&~^-])?)+-?\]"
_ATOM = rf"(?:[^\\^$*+?()\[\]{{}}|]|{_ESCAPE}|{_CLASS}|\))"
_REPETITION = r"(?:[*+?]|\{[0-9]+(?:,[0-9]*)?\})\??"
_PORTABLE = re.compile(rf"(?:{_ATOM}(?:{_REPETITION})?|\((?:\?:)?|[|^$])*")


def is_portable(pattern: str) -> bool:
    r"""Tell whether a pattern has the same meaning in ECMA 262, whose regular expressions JSON Schema uses.

    Not portable are named groups, flags, ``\A`` and ``\Z``, needless escapes, sets of sets, and repetitions of
    repetitions.

    Args:
        pattern: A pattern that pydantic accepts.
    """
    return _PORTABLE.fullmatch(pattern) is not None
