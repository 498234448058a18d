"""Read files that users name, which may be anything."""

from __future__ import annotations

import errno
import stat
from io import BytesIO, TextIOWrapper
from pathlib import Path

MOST_PIPED = 2**26
"""How many bytes are read from what is not an ordinary file: a pipe may have no end."""


def read_bytes(file: Path) -> bytes:
    """Return the content of a file, or of a pipe, as shells make them for ``<(git show ...)``.

    Args:
        file: The file.

    Raises:
        OSError: It cannot be read, is a device, or has too much in it for a pipe.
    """
    mode = file.stat().st_mode
    if stat.S_ISREG(mode):
        return file.read_bytes()
    if stat.S_ISCHR(mode) or stat.S_ISBLK(mode):
        raise OSError(errno.EINVAL, "It is a device, not a file")
    with file.open("rb") as pipe:
        content = pipe.read(MOST_PIPED + 1)
    if len(content) > MOST_PIPED:
        raise OSError(errno.EFBIG, f"It is not an ordinary file, and has more than {MOST_PIPED >> 20} MiB")
    return content


def read_text(file: Path, encoding: str, errors: str = "strict") -> str:
    """Return the content of a file as text, whatever ends its lines.

    Args:
        file: The file.
        encoding: Its encoding.
        errors: What to do with bytes that are not in that encoding.

    Raises:
        OSError: As `read_bytes`.
        UnicodeDecodeError: It is not text, and errors are strict.
    """
    return TextIOWrapper(BytesIO(read_bytes(file)), encoding=encoding, errors=errors).read()
