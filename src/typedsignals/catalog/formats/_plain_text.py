"""Other people's text, cut into pieces that can be shown anywhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

CODE = re.compile(r"(?<!`)(?P<fence>`{1,2})(?!`)(?P<code>[^`]+)(?P=fence)(?!`)")


def flattened(text: str) -> str:
    """Join the lines of a text, and escape its control characters."""
    return escaped(" ".join(text.split()))


def escaped(text: str, keep: str = "") -> str:
    """Write control characters as Python escapes them, except those to keep."""
    return "".join(char if char.isprintable() or char in keep else repr(char)[1:-1] for char in text)


def paragraphs(text: str) -> list[str]:
    """Split a text into its paragraphs, each in one line."""
    return [flattened(part) for part in re.split(r"\n\s*\n", text) if part.strip()]


def first_sentence(text: str) -> str:
    """Return how a text begins, in one line."""
    sentence, stop, _ = next(iter(paragraphs(text)), "").partition(". ")
    return sentence + stop.rstrip()


def pieces(text: str) -> Iterator[tuple[str, bool]]:
    """Split a text into pieces, and tell for each whether it is code: the text has code between backticks."""
    line, begin = flattened(text), 0
    for found in CODE.finditer(line):
        yield line[begin : found.start()], False
        yield found["code"], True
        begin = found.end()
    yield line[begin:], False


def distinct_names(texts: Iterable[str], first: int = 1) -> list[str]:
    """Number equal texts from the second on, as GitHub numbers headings: ``a``, ``a-1``, ``a-2``.

    Args:
        texts: The texts.
        first: The number of the second of several equal texts.
    """
    taken: dict[str, int] = {}
    for text in texts:
        name = text
        while name in taken:
            name = f"{text}-{taken[text]}"
            taken[text] += 1
        taken[name] = first
    return [*taken]
