"""Text in Markdown that stays what it is, as GitHub reads it."""

from __future__ import annotations

import re
import unicodedata

from ._words import one_line, pieces

INLINE = re.compile(r"[\\`*\[\]~$|]|(?<![^\W_])_|_(?![^\W_])")
LINE_START = re.compile(r"^([#+=-]|\d+(?=[.)]))")
KEPT = frozenset("Ll Lm Lo Lt Lu Mc Me Mn Nd Nl Pc".split())
"""The kinds of characters that GitHub leaves in the names of headings: letters, marks, digits, what is like ``_``."""

BACKTICKS = re.compile("`+")


def text(source: str) -> str:
    """A text in one line, in which nothing is markup."""
    return _escaped(one_line(source))


def prose(source: str) -> str:
    """A text in one line, in which only what is between backticks is markup: it is code."""
    return "".join(code(piece) if is_code else _escaped(piece) for piece, is_code in pieces(source))


def prose_cell(source: str) -> str:
    """The same in a cell of a table."""
    return "".join(code_cell(piece) if is_code else _escaped(piece) for piece, is_code in pieces(source))


def _escaped(line: str) -> str:
    line = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return LINE_START.sub(_escaped_start, INLINE.sub(r"\\\g<0>", line))


def _escaped_start(match: re.Match[str]) -> str:
    return f"{match[0]}\\" if match[0].isdigit() else f"\\{match[0]}"


def code(source: str) -> str:
    """Code in a line."""
    line = one_line(source)
    if not line:
        return ""
    fence = "`" * (_longest_run(line) + 1)
    space = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{space}{line}{space}{fence}"


def block(source: str, language: str) -> str:
    """Lines of code."""
    fence = "`" * max(3, _longest_run(source) + 1)
    return f"{fence}{language}\n{source}\n{fence}"


def _longest_run(source: str) -> int:
    return max(map(len, BACKTICKS.findall(source)), default=0)


def code_cell(source: str) -> str:
    """Code in a cell of a table, where a ``|`` ends the cell unless there is one backslash before it."""
    if r"\|" in source:
        entities = "".join(part if part.isalnum() else f"&#{ord(part)};" for part in one_line(source))
        return f"<code>{entities}</code>"
    return code(source).replace("|", r"\|")


def anchor(heading: str) -> str:
    """What GitHub makes of a heading for links to lead to it, if there is no other of that name before it."""
    return "".join("-" if part == " " else part for part in one_line(heading).lower() if part == " " or _stays(part))


def _stays(character: str) -> bool:
    return character == "-" or unicodedata.category(character) in KEPT


def table(headings: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """A table; there is none without rows."""
    if not rows:
        return ""
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (headings, ("---",) * len(headings), *rows))
