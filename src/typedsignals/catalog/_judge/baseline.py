"""Read the catalog that a program is compared with, from a file or from git."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from .._records.errors import CatalogError, MissingBaselineError
from .._records.file import from_json
from .._records.reading import read_bytes
from .._records.signals import Catalog

FETCHING = "with `git fetch`; in a workflow, give actions/checkout `fetch-depth: 0`"
"""How to get a commit that is missing."""


def read_baseline(source: str) -> Catalog:
    """Read a catalog file, or an earlier version of one.

    Args:
        source: The name of a file, or ``REF:path`` for a file in a commit, branch or tag of git. The path is relative
            to the top of the repository or, with ``./``, to the current folder. If there is a file with that name, it
            is read instead.

    Raises:
        MissingBaselineError: The commit has no such file, but the file has been added to git.
        CatalogError: There is no such file or version, or it is not a catalog.
    """
    if not source.strip():
        raise CatalogError("no baseline is named: give a catalog file, or a version in git, such as main:signals.json")
    content = _content_in_git(source) if _is_in_git(source) else _content_of_file(source)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CatalogError(f"{source} is not a catalog: it is not text in UTF-8") from error
    return from_json(text, source)


def _is_in_git(source: str) -> bool:
    # Unlike `pathlib`, this does not raise for names that no file can have.
    return ":" in source and not os.path.splitdrive(source)[0] and not os.path.exists(source)  # noqa: PTH110


def _content_of_file(source: str) -> bytes:
    try:
        return read_bytes(Path(source))
    except FileNotFoundError as error:
        raise CatalogError(
            f"there is no file {source}: make it with `typedsignals catalog PACKAGE -o {source}`, "
            f"or name a version in git, such as main:{source}"
        ) from error
    except OSError as error:
        raise CatalogError(f"{source} cannot be read: {error.strerror}") from error


def _content_in_git(source: str) -> bytes:
    if source.startswith("-"):
        raise CatalogError(f"{source} does not name a version in git: commits, branches and tags do not start with '-'")
    if source.endswith(":"):
        raise CatalogError(f"{source} does not name a file in git: add its path, as in {source}signals.json")
    try:
        shown = _git("show", source)
    except FileNotFoundError as error:
        raise CatalogError(f"{source} cannot be read: git is not installed, or not on the PATH") from error
    if shown.returncode != 0:
        raise _not_in_git(source, _in_one_sentence(shown.stderr.decode(errors="replace")))
    if not _knows(source):  # git takes a name with the characters of a pattern for a pattern, and shows the last commit
        raise _not_in_git(source, "git takes it for a pattern of paths")
    return shown.stdout


def _git(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    command = ["git", *arguments]
    return subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - no shell, and no option among names


def _not_in_git(source: str, reason: str) -> CatalogError:
    """Say whether the file is missing in an existing commit, or the commit itself, which may not have been fetched."""
    commit, _, path = source.partition(":")
    lacks_file = _knows(f"{commit}^{{commit}}") or not _knows("HEAD")  # before the first commit, no branch exists
    if lacks_file and _knows(f":{path}"):
        return MissingBaselineError(f"git has no {path} in {commit} yet")
    return CatalogError(
        f"{source} is neither a file nor a version that git can show: {reason}; correct its name, "
        + ("or, if the file is new, `git add` it" if lacks_file else f"or fetch {commit} ({FETCHING})")
    )


def _in_one_sentence(output: str) -> str:
    """Return the error that git prints, with the hints from the following lines in brackets."""
    reason, _, hints = output.strip().partition("\n")
    reason = reason.strip().removesuffix(".")
    return f"{reason} ({' '.join(hints.split())})" if hints else reason


def _knows(name: str) -> bool:
    return _git("rev-parse", "--verify", "--quiet", name).returncode == 0
