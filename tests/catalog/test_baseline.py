"""Reading the catalog that a program is compared with, from a file or from git."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from typedsignals.catalog import CatalogError, MissingBaselineError, read_baseline, to_json

from .making import catalog, model

OLD = catalog(model("Order", a=int))
NEW = catalog(model("Order", a=str))


pytestmark = pytest.mark.usefixtures("only_git_itself")


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder: the old catalog is committed in a subfolder, and the new one has replaced it."""
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "docs" / "signals.json"
    file.parent.mkdir()
    file.write_text(to_json(OLD), encoding="utf-8")
    git("init", "--quiet", "--initial-branch=main")
    git("add", "docs")
    git("-c", "user.name=A", "-c", "user.email=a@example.com", "commit", "--quiet", "--message=first")
    file.write_text(to_json(NEW), encoding="utf-8")
    return tmp_path


def git(*arguments: str) -> None:
    subprocess.run(["git", *arguments], check=True)  # noqa: S603, S607 - our own


def test_a_file_is_read(repository: Path) -> None:
    """A file can be read even if an editor has added a byte order mark."""
    assert read_baseline("docs/signals.json") == NEW
    file = repository / "docs" / "signals.json"
    file.write_text(to_json(NEW), encoding="utf-8-sig")
    assert read_baseline(str(file)) == NEW


@pytest.mark.skipif(sys.platform == "win32", reason="there pipes are no files")
def test_a_pipe_is_read() -> None:
    """Shells make one of ``<(git show ...)``."""
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as cat:  # noqa: S607 - our own
        assert cat.stdin is not None
        assert cat.stdout is not None
        cat.stdin.write(to_json(NEW).encode())
        cat.stdin.close()
        assert read_baseline(f"/dev/fd/{cat.stdout.fileno()}") == NEW


@pytest.mark.skipif(sys.platform == "win32", reason="there pipes are no files")
def test_a_pipe_that_does_not_end_is_refused() -> None:
    """No catalog is that large."""
    with subprocess.Popen(["yes"], stdout=subprocess.PIPE) as endless:  # noqa: S607 - our own
        assert endless.stdout is not None
        source = f"/dev/fd/{endless.stdout.fileno()}"
        with pytest.raises(CatalogError) as caught:
            read_baseline(source)
        endless.kill()
    assert str(caught.value) == f"{source} cannot be read: It is not an ordinary file, and has more than 64 MiB"


def test_a_file_with_the_name_of_a_version_is_read(repository: Path) -> None:
    """A file comes before what git has under that name."""
    file = repository / "main:docs"
    file.mkdir()
    (file / "signals.json").write_text(to_json(NEW), encoding="utf-8")
    assert read_baseline("main:docs/signals.json") == NEW


@pytest.mark.parametrize("source", ["main:docs/signals.json", "HEAD:./docs/signals.json", ":docs/signals.json"])
def test_a_version_in_git_is_read(repository: Path, source: str) -> None:
    """A version can be given by branch, by commit, or as it is staged."""
    assert read_baseline(source) == OLD


def test_a_version_in_git_is_read_from_a_folder(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A path is relative to the top of the repository or, with `./`, to the current folder."""
    monkeypatch.chdir(repository / "docs")
    assert read_baseline("main:docs/signals.json") == read_baseline("main:./signals.json") == OLD


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("signals.json", "there is no file signals.json: make it with `typedsignals catalog PACKAGE -o signals.json`"),
        ("docs", "docs cannot be read: Is a directory"),
        ("main:signals.json", "main:signals.json is neither a file nor a version that git can show: fatal: path"),
        ("main:signals.json", "; correct its name, or, if the file is new, `git add` it"),
        (":signals.json", "correct its name"),
        ("release:signals.json", "git can show: fatal: invalid object name 'release'"),
        (
            "release:docs/signals.json",
            "'release'; correct its name, or fetch release (with `git fetch`; in a workflow",
        ),
        ("main:docs", "main:docs is not a catalog, or was cut off"),
        ("--output=stolen:docs/signals.json", "do not start with '-'"),
        ("", "no baseline is named: give a catalog file, or a version in git, such as main:signals.json"),
        (" ", "no baseline is named"),
        ("main:", "main: does not name a file in git: add its path, as in main:signals.json"),
        (":", ": does not name a file in git"),
        (
            "main[:signals.json",
            "main[:signals.json is neither a file nor a version that git can show: git takes it for",
        ),
        ("ma*:docs/signals.json", "for a pattern of paths; correct its name, or fetch ma* (with"),
        ("main?:signals.json", "git takes it for a pattern of paths"),
        ("main\\:signals.json", "is neither a file nor a version that git can show"),
        ("main:[signals].json", "main:[signals].json is neither a file nor a version that git can show"),
        ("x" * 5000 + ":signals.json", "is neither a file nor a version that git can show"),
        ("x" * 5000, "cannot be read: File name too long"),
    ],
)
def test_what_cannot_be_read_is_told(repository: Path, source: str, message: str) -> None:
    """The error shows the name that was given, and what git says."""
    with pytest.raises(CatalogError) as caught:
        read_baseline(source)
    assert message in str(caught.value)
    assert not (repository / "stolen:docs").exists()


@pytest.mark.usefixtures("repository")
def test_an_empty_name_is_no_baseline() -> None:
    """The message says what to give."""
    with pytest.raises(CatalogError, match=r"^no baseline is named: give a catalog file, or a version in git, such as"):
        read_baseline(" ")


@pytest.mark.usefixtures("repository")
def test_a_name_in_another_encoding_is_shown_as_far_as_it_can_be_read() -> None:
    """What git says of it is not text in UTF-8."""
    with pytest.raises(CatalogError, match=r"\ufffd\.json' does not exist in 'main'"):
        read_baseline("main:\udcff.json")


def test_the_hints_of_git_stand_in_brackets(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message of git becomes a part of the sentence."""
    monkeypatch.chdir(repository / "docs")
    with pytest.raises(CatalogError) as caught:
        read_baseline("main:signals.json")
    assert str(caught.value) == (
        "main:signals.json is neither a file nor a version that git can show: "
        "fatal: path 'docs/signals.json' exists, but not 'signals.json' "
        "(hint: Did you mean 'main:docs/signals.json' aka 'main:./signals.json'?); "
        "correct its name, or, if the file is new, `git add` it"
    )


@pytest.mark.parametrize("source", ["main:new.json", "HEAD:./new.json"])
def test_a_file_that_is_new_is_missed_in_a_commit_only(repository: Path, source: str) -> None:
    """A new file counts as new once it is added to git; before that, its name may be a mistake."""
    (repository / "new.json").write_text(to_json(NEW), encoding="utf-8")
    with pytest.raises(CatalogError, match="neither a file nor a version"):
        read_baseline(source)
    git("add", "new.json")
    commit, _, path = source.partition(":")
    with pytest.raises(MissingBaselineError) as caught:
        read_baseline(source)
    assert str(caught.value) == f"git has no {path} in {commit} yet"


def test_a_repository_without_commits_has_no_baseline_yet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the first commit, there is not even a branch."""
    monkeypatch.chdir(tmp_path)
    git("init", "--quiet", "--initial-branch=main")
    (tmp_path / "signals.json").write_text(to_json(NEW), encoding="utf-8")
    with pytest.raises(CatalogError, match="'main'; correct its name, or, if the file is new, `git add` it"):
        read_baseline("main:signals.json")
    git("add", "signals.json")
    with pytest.raises(MissingBaselineError):
        read_baseline("main:signals.json")


def test_a_folder_without_git_has_no_versions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error shows what git says."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CatalogError, match="not a git repository"):
        read_baseline("main:signals.json")


def test_a_machine_without_git_has_no_versions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says that git is missing."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CatalogError, match="git is not installed, or not on the PATH"):
        read_baseline("main:signals.json")


def test_what_is_no_text_is_no_catalog(tmp_path: Path) -> None:
    """A file that a shell has written in UTF-16 is refused."""
    file = tmp_path / "signals.json"
    file.write_text(to_json(NEW), encoding="utf-16")
    with pytest.raises(CatalogError, match="it is not text in UTF-8"):
        read_baseline(str(file))
