"""Reading the catalog that a program is compared with: a file, or what git has of one."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from .._records.errors import CatalogError, MissingBaselineError
from .._records.file import from_json
from .._records.signals import Catalog

FETCHING = "with `git fetch`; in a workflow, give actions/checkout `fetch-depth: 0`"
"""How to get a commit that is elsewhere."""


def read_baseline(source: str) -> Catalog:
    """Read a catalog file, or an earlier version of one.

    Args:
        source: The name of a file, or ``REF:path`` for the file that git has in a commit, branch or tag. The path is
            relative to the top of the repository, or with ``./`` to the current folder. An existing file of
            that name comes first.

    Raises:
        MissingBaselineError: The commit has no such file, which is new: it has been added to git.
        CatalogError: There is no such file or version, or it is no catalog.
    """
    if not source.strip():
        raise CatalogError("no baseline is named: give a catalog file, or git's version of one, as main:signals.json")
    content = _content_in_git(source) if _is_in_git(source) else _content_of_file(source)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CatalogError(f"{source} is no catalog: it is not text in UTF-8") from error
    return from_json(text, source)


def _is_in_git(source: str) -> bool:
    # A name that no file can have is not refused here, as `pathlib` would.
    return ":" in source and not os.path.splitdrive(source)[0] and not os.path.exists(source)  # noqa: PTH110


def _content_of_file(source: str) -> bytes:
    try:
        return Path(source).read_bytes()
    except FileNotFoundError as error:
        raise CatalogError(
            f"there is no file {source}: make it with `typedsignals catalog PACKAGE -o {source}`, "
            f"or name the version that git has of it, as main:{source}"
        ) from error
    except OSError as error:
        raise CatalogError(f"{source} cannot be read: {error.strerror}") from error


def _content_in_git(source: str) -> bytes:
    if source.startswith("-"):
        raise CatalogError(f"{source} names no version in git: a commit, branch or tag does not start with '-'")
    if source.endswith(":"):
        raise CatalogError(f"{source} names no file in git: add its path, as {source}signals.json")
    try:
        shown = _git("show", source)
    except FileNotFoundError as error:
        raise CatalogError(f"{source} cannot be read: git is not installed, or not on the PATH") from error
    if shown.returncode != 0:
        raise _not_in_git(source, _in_one_sentence(shown.stderr.decode(errors="replace")))
    if not _knows(source):  # what has the characters of a pattern is taken for one, and the last commit is shown
        raise _not_in_git(source, "it is taken for a pattern of paths")
    return shown.stdout


def _git(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    command = ["git", *arguments]
    return subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - no shell, and no option among names


def _not_in_git(source: str, reason: str) -> CatalogError:
    """What is missing: the file in a commit that is there, or the commit, which may only not have been fetched."""
    commit, _, path = source.partition(":")
    lacks_file = _knows(f"{commit}^{{commit}}") or not _knows("HEAD")  # before the first commit, no branch is there
    if lacks_file and _knows(f":{path}"):
        return MissingBaselineError(f"git has no {path} in {commit} yet")
    return CatalogError(
        f"{source} is neither a file nor a version that git can show: {reason}; correct its name, "
        + ("or if the file is new, `git add` it" if lacks_file else f"or fetch {commit} ({FETCHING})")
    )


def _in_one_sentence(told: str) -> str:
    """What git says, with its hints in brackets, which it gives on lines of their own."""
    reason, _, hints = told.strip().partition("\n")
    reason = reason.strip().removesuffix(".")
    return f"{reason} ({' '.join(hints.split())})" if hints else reason


def _knows(name: str) -> bool:
    return _git("rev-parse", "--verify", "--quiet", name).returncode == 0
