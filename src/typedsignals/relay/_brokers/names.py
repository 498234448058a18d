"""Write any text as part of a name at a broker, and read it back."""

from __future__ import annotations

import re


def quoted(text: str) -> str:
    """Write any text with letters, digits, hyphens, and underscores that begin the code of another character."""
    return re.sub(r"[^A-Za-z0-9-]", lambda match: "".join(f"_{byte:02X}" for byte in match[0].encode()), text)


def unquoted(text: str) -> str:
    """Read what `quoted` has written."""
    return re.sub(rb"_([0-9A-F]{2})", lambda match: bytes.fromhex(match[1].decode()), text.encode()).decode()
