"""Text that stays as it is in Markdown, as GitHub reads it."""

from __future__ import annotations

import re
import unicodedata

from ._plain_text import flattened, pieces

INLINE = re.compile(r"[\\`*\[\]~$|]|(?<![^\W_])_|_(?![^\W_])")
LINE_START = re.compile(r"^([#+=-]|\d+(?=[.)]))")
KEPT = frozenset("Ll Lm Lo Lt Lu Mc Me Mn Nd Nl Pc".split())
"""The categories of characters that GitHub keeps in anchors: letters, marks, digits, and connectors like ``_``."""

BACKTICKS = re.compile("`+")


def text(source: str) -> str:
    """Write a text in one line, with nothing in it taken as markup."""
    return _escaped(flattened(source))


def prose(source: str) -> str:
    """Write a text in one line, with code between backticks as its only markup."""
    return "".join(code(piece) if is_code else _escaped(piece) for piece, is_code in pieces(source))


def prose_cell(source: str) -> str:
    """Write the same in a cell of a table."""
    return "".join(code_cell(piece) if is_code else _escaped(piece) for piece, is_code in pieces(source))


def _escaped(line: str) -> str:
    line = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return LINE_START.sub(_escaped_start, INLINE.sub(r"\\\g<0>", line))


def _escaped_start(match: re.Match[str]) -> str:
    return f"{match[0]}\\" if match[0].isdigit() else f"\\{match[0]}"


def code(source: str) -> str:
    """Write code in a line."""
    line = flattened(source)
    if not line:
        return ""
    fence = "`" * (_longest_run(line) + 1)
    space = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{space}{line}{space}{fence}"


def block(source: str, language: str) -> str:
    """Write lines of code."""
    fence = "`" * max(3, _longest_run(source) + 1)
    return f"{fence}{language}\n{source}\n{fence}"


def _longest_run(source: str) -> int:
    return max(map(len, BACKTICKS.findall(source)), default=0)


def code_cell(source: str) -> str:
    """Write code in a cell of a table, where ``|`` ends the cell unless one backslash stands before it."""
    if r"\|" in source:
        entities = "".join(part if part.isalnum() else f"&#{ord(part)};" for part in flattened(source))
        return f"<code>{entities}</code>"
    return code(source).replace("|", r"\|")


def anchor(heading: str) -> str:
    """Return the anchor that GitHub gives a heading, if no equal heading stands before it."""
    return "".join("-" if part == " " else part for part in flattened(heading).lower() if part == " " or _stays(part))


def _stays(character: str) -> bool:
    return character == "-" or unicodedata.category(character) in KEPT


def table(headings: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Write a table, unless it has no rows."""
    if not rows:
        return ""
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (headings, ("---",) * len(headings), *rows))
