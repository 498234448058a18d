"""Where four type checkers report errors, and where a file says that they must.

Each checker runs with its strictest preset and without the project's own configuration, as it would for a stranger
who installed the package; mypy twice, without any plugin and with pydantic's.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tokenize
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

MARKER = re.compile(r"#\s*E(?:\[(?P<programs>[^]]+)\])?:\s*\S")

Place = tuple[Path, int]
Checker = Callable[[Sequence[Path], Sequence[Path], Path], Iterator[Place]]

# The settings that pydantic's documentation shows.
PYDANTIC_PLUGIN = """
[mypy]
plugins = pydantic.mypy
[pydantic-mypy]
init_forbid_extra = True
init_typed = True
warn_required_dynamic_aliases = True
"""
OWN_PLUGIN = "[mypy]\nplugins = typedsignals.mypy_plugin\n"
WITH_OWN_PLUGIN = "mypy+typedsignals"


class CheckerError(RuntimeError):
    """A type checker failed instead of reporting on the files."""


def errors(checker: str, files: Iterable[Path], *, extra_paths: Iterable[Path] = ()) -> dict[Path, set[int]]:
    """Return the lines on which a checker reports errors, for each file.

    Every file is in the result, with an empty set when it is clean. A file that was not asked for is there only
    when the checker found an error in it.

    Args:
        checker: One of the names in ``CHECKERS``, or ``WITH_OWN_PLUGIN``.
        files: The files to check.
        extra_paths: Folders searched for imports as if their packages were installed: stub packages may be among them.

    Raises:
        CheckerError: The checker crashed, or skipped files.
    """
    paths = [file.resolve() for file in files]
    found: defaultdict[Path, set[int]] = defaultdict(set, {path: set() for path in paths})
    with TemporaryDirectory() as folder:
        for path, line in _programs()[checker](paths, [extra.resolve() for extra in extra_paths], Path(folder)):
            found[path].add(line)
    return dict(found)


def expected_errors(files: Iterable[Path], checker: str | None = None) -> dict[Path, set[int]]:
    """Return the lines on which a checker must report an error, for each file: those marked ``# E: why``.

    A line marked ``# E[mypy,ty]: why`` counts for these programs only: where the others cannot, or are wrong.
    """
    program = checker.partition("+")[0] if checker else None
    return {file.resolve(): set(_marked_lines(file, program)) for file in files}


def _marked_lines(file: Path, program: str | None) -> Iterator[int]:
    # Tokens rather than lines: a marker inside a string marks nothing.
    with tokenize.open(file) as source:
        for token in tokenize.generate_tokens(source.readline):
            marker = MARKER.search(token.string) if token.type == tokenize.COMMENT else None
            if marker and (marker["programs"] is None or program in marker["programs"].split(",")):
                yield token.start[0]


def _mypy(files: Sequence[Path], extra_paths: Sequence[Path], folder: Path, config: str = "[mypy]") -> Iterator[Place]:
    (folder / "mypy.ini").write_text(config)
    search = {"PYTHONPATH": os.pathsep.join(map(str, extra_paths))}
    options = ("--strict", "--cache-dir=.mypy_cache", "--output=json")
    output = _run("mypy", *options, *map(str, files), folder=folder, environment=search)
    # A module whose errors are not shown, as an installed one's, leaves an empty line.
    for report in map(json.loads, filter(None, output.splitlines())):
        if report["severity"] == "error":
            yield (folder / report["file"]).resolve(), report["line"]


def _pyright(files: Sequence[Path], extra_paths: Sequence[Path], folder: Path) -> Iterator[Place]:
    settings = {"typeCheckingMode": "strict", "extraPaths": [str(extra) for extra in extra_paths]}
    (folder / "pyrightconfig.json").write_text(json.dumps(settings))
    options = ("--project", str(folder), "--pythonpath", sys.executable, "--outputjson")
    output = json.loads(_run("pyright", *options, *map(str, files), folder=folder))
    if output["summary"]["filesAnalyzed"] < len(files):
        raise CheckerError(f"pyright analysed {output['summary']['filesAnalyzed']} of {len(files)} files")
    for report in output["generalDiagnostics"]:
        if report["severity"] == "error":
            yield Path(report["file"]).resolve(), report["range"]["start"]["line"] + 1


def _pyrefly(files: Sequence[Path], extra_paths: Sequence[Path], folder: Path) -> Iterator[Place]:
    config = folder / "pyrefly.toml"
    settings = {
        "preset": "strict",
        "python-interpreter-path": sys.executable,
        "site-package-path": [str(extra) for extra in extra_paths],
    }
    # JSON's strings and lists are TOML's.
    config.write_text("".join(f"{key} = {json.dumps(value)}\n" for key, value in settings.items()))
    options = ("check", "--config", str(config), "--output-format", "json")
    output = json.loads(_run("pyrefly", *options, *map(str, files), folder=folder))
    for report in output["errors"]:
        if report["severity"] == "error":
            yield (folder / report["path"]).resolve(), report["line"]


def _ty(files: Sequence[Path], extra_paths: Sequence[Path], folder: Path) -> Iterator[Place]:
    search = [option for extra in extra_paths for option in ("--extra-search-path", str(extra))]
    options = ("check", "--project", str(folder), "--python", sys.prefix, *search, "--output-format", "gitlab")
    for report in json.loads(_run("ty", *options, *map(str, files), folder=folder)):
        if report["severity"] in {"major", "critical"}:
            location = report["location"]
            yield (folder / location["path"]).resolve(), location["positions"]["begin"]["line"]


def _run(module: str, *arguments: str, folder: Path, environment: Mapping[str, str] | None = None) -> str:
    process = subprocess.run(  # noqa: S603 - the command is this file's own
        [sys.executable, "-m", module, *arguments],
        cwd=folder,
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    # 0: no errors; 1: errors in the files; anything else is the checker's own failure.
    if process.returncode not in {0, 1}:
        raise CheckerError(f"{module} exited with {process.returncode}:\n{process.stdout}{process.stderr}")
    return process.stdout


CHECKERS: dict[str, Checker] = {
    "mypy": _mypy,
    "mypy+pydantic": partial(_mypy, config=PYDANTIC_PLUGIN),
    "pyright": _pyright,
    "pyrefly": _pyrefly,
    "ty": _ty,
}


def _programs() -> dict[str, Checker]:
    return {**CHECKERS, WITH_OWN_PLUGIN: partial(_mypy, config=OWN_PLUGIN)}
