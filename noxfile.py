"""All checks of the project, each in its own environment: `make test` runs them."""

from __future__ import annotations

import os
import platform
import shutil
from fnmatch import fnmatch
from itertools import chain
from pathlib import Path

import nox

PYPROJECT = nox.project.load_toml("pyproject.toml")
OLDEST_PYTHON = "3.11"
# From 3.14 on, annotations are evaluated lazily; from 3.15 on, modules can be imported lazily.
LAZY_PYTHONS = ["3.14", "3.15"]
FREE_THREADED_PYTHON = "3.14t"
CURRENT_PYTHON = ".".join(platform.python_version_tuple()[:2])
# Newer versions of nox list free-threaded Pythons too, which have a session of their own.
DECLARED_PYTHONS = {version for version in nox.project.python_versions(PYPROJECT) if not version.endswith("t")}
PYTHONS = sorted({*DECLARED_PYTHONS, CURRENT_PYTHON}, key=lambda version: int(version[2:]))
# Who has run out of tests takes some of the other's.
TWO_PROCESSES = ["--numprocesses=2", "--dist=worksteal"]
TESTS = [*TWO_PROCESSES, "--ignore=tests/typing"]
NOT_SLOW = ["-m", "not slow"]
# Of the tests, those of what a wheel can lack: commands, plugins, and what is read from its metadata.
OF_INSTALLED = [
    *TWO_PROCESSES,
    "tests/cli/test_catalog.py",
    "tests/cli/test_process.py",
    "tests/mypy_plugin/test_sends.yml",
    "tests/test_import.py",
    "tests/test_pytest_plugin.py",
]
STRESSED = ["tests/test_threads.py", "tests/test_threads_at_once.py"]
EXTRAS = f"[{','.join(PYPROJECT['project']['optional-dependencies'])}]"
SOURCES = Path("src/typedsignals")
# What needs no look at the core; the last one because it tells what pytest says, which differs there.
NOT_OF_THE_CORE = ["catalog", "cli", "django", "mypy_plugin", "project", "relay", "typing", "test_pytest_plugin.py"]
MUTATED = {
    "core": (
        ["_*.py", "_*/*.py"],
        " ".join(["tests -m 'not slow'", *(f"--ignore=tests/{name}" for name in NOT_OF_THE_CORE)]),
    ),
    "catalog": (["catalog/_fit/*.py", "catalog/_compare/*.py"], "tests/catalog"),
    "mypy_plugin": (["mypy_plugin/_*.py", "mypy_plugin/_*/*.py"], "tests/mypy_plugin --mypy-same-process"),
}
"""The files that the session `mutants` changes, by room, and pytest's arguments for the tests that must fail then."""

# Where .ci/pythons puts what the machine lacks; after what it has.
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
os.environ["PATH"] += f"{os.pathsep}{CACHE / 'typedsignals/pythons/bin'}"
# Tests start hundreds of processes, each of which would compile all that it imports.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

nox.needs_version = ">=2025.5.1"
nox.options.default_venv_backend = "uv"
nox.options.download_python = "never"
nox.options.error_on_missing_interpreters = False  # they are skipped, and listed at the end
nox.options.reuse_venv = "yes"
nox.options.sessions = ["lint", "mypy", "tests", "typing", "docs", "wheel", "lowest"]


def use_locked_versions(session: nox.Session) -> None:
    """Have everything that this session installs in the version that uv.lock names, from any package index."""
    constraints = Path(session.create_tmp(), "locked.txt")
    command = ["uv", "export", "--frozen", "--all-extras", "--all-groups", "--no-emit-workspace", "--no-hashes"]
    session.run_install(*command, "--quiet", f"--output-file={constraints}", silent=True)
    session.env["UV_CONSTRAINT"] = str(constraints)


def install_with_groups(session: nox.Session, *groups: str) -> None:
    """Install the package in place, with its stubs, its extras and these dependency groups."""
    session.install("--editable", f".{EXTRAS}", "--editable", "./stubs", *(f"--group={group}" for group in groups))


@nox.session
def lint(session: nox.Session) -> None:
    """Check the style of all Python code, which room imports which, the spelling of everything, and uv.lock."""
    use_locked_versions(session)
    session.install("--group=lint")
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("lint-imports", "--no-cache", env={"PYTHONPATH": "src"})
    session.run("codespell")
    session.run("uv", "lock", "--check", "--offline", env={"UV_DEFAULT_INDEX": "https://pypi.org/simple"})


@nox.session(python=OLDEST_PYTHON)
def mypy(session: nox.Session) -> None:
    """Check the types of all Python code with mypy in strict mode."""
    use_locked_versions(session)
    install_with_groups(session, "nox", "test")
    session.run("mypy", *session.posargs)


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run the tests; on the oldest Python, run the slow ones too, and fail unless every branch runs.

    On the newest ones, run those of the mypy plugin too.
    """
    install_with_groups(session, "test")
    if session.python != OLDEST_PYTHON:
        session.run("pytest", *TESTS, *NOT_SLOW, *session.posargs)
        if session.python in LAZY_PYTHONS and not session.posargs:
            # mypy's plugin meets what is new in Python; with one mypy, as the others have no wheels for the newest.
            session.run("pytest", *TWO_PROCESSES, "tests/mypy_plugin", "--ignore=tests/mypy_plugin/test_versions.py")
        return
    session.env["COVERAGE_FILE"] = str(Path(session.virtualenv.location) / ".coverage")
    session.run("coverage", "erase")
    session.run("coverage", "run", "-m", "pytest", *TESTS, *session.posargs)
    session.run("coverage", "combine", "--quiet")
    session.run("coverage", "report")


@nox.session(python=[OLDEST_PYTHON, *LAZY_PYTHONS])
def typing(session: nox.Session) -> None:
    """Compare what four type checkers say, line by line, with what they must say."""
    install_with_groups(session, "test", "typing")
    session.run("pytest", *TWO_PROCESSES, "tests/typing", *session.posargs)


@nox.session(python=OLDEST_PYTHON)
def docs(session: nox.Session) -> None:
    """Build the documentation, where a warning or a broken reference fails, and test what was built."""
    use_locked_versions(session)
    install_with_groups(session, "docs", "test")
    built = Path("docs/_build/html")
    session.run("sphinx-build", "-W", "--keep-going", "-n", "-b", "html", "docs", str(built), *session.posargs)
    session.run("pytest", *TWO_PROCESSES, "tests/docs", env={"TYPEDSIGNALS_BUILT_DOCS": str(built.resolve())})


@nox.session(python=[OLDEST_PYTHON, *LAZY_PYTHONS])
def wheel(session: nox.Session) -> None:
    """Run the tests on the built wheel, in a copy of the tree without the sources."""
    built = Path(session.virtualenv.location) / "dist"
    shutil.rmtree(built, ignore_errors=True)
    session.run("uv", "build", "--quiet", "--all-packages", f"--out-dir={built}")
    if session.python == OLDEST_PYTHON:
        session.install("--group=release")
        session.run("twine", "check", "--strict", *map(str, sorted(built.glob("typedsignals*"))))
    (package,) = built.glob("typedsignals-*.whl")
    session.install("--reinstall-package=typedsignals", f"{package}{EXTRAS}", "--group=test")
    tree = built.with_name("tree")
    shutil.rmtree(tree, ignore_errors=True)
    shutil.copytree(".", tree, ignore=shutil.ignore_patterns("src", ".*", "_build", "__pycache__", "node_modules"))
    shutil.copy(".pre-commit-hooks.yaml", tree)  # which a test reads
    session.chdir(tree)
    # Slow ones too, where the session `tests` runs few.
    selected = NOT_SLOW if session.python == OLDEST_PYTHON else []
    session.run("pytest", *OF_INSTALLED, *selected, *session.posargs)


@nox.session(python=OLDEST_PYTHON)
def lowest(session: nox.Session) -> None:
    """Run the tests with the lowest versions that the package supports, and some with those in between."""
    project = PYPROJECT["project"]
    extras, brokers = dict(project["optional-dependencies"]), []
    for name in [name for name in extras if name.startswith("relay-")]:
        brokers += extras.pop(name)  # which need a newer anyio than the package itself
    pinned = [bound.replace(">=", "==") for bound in chain(project["dependencies"], *extras.values())]
    session.install("--editable", f".[{','.join(extras)}]", "--group=test", "uv", *pinned)
    session.env["TYPEDSIGNALS_ACROSS_PYDANTIC"] = "yes"
    session.run("pytest", *TESTS, *NOT_SLOW, *session.posargs)
    of_mypy = (f"tests/mypy_plugin/test_{name}" for name in ("versions.py", "with_pydantic.yml"))
    session.run("pytest", *TWO_PROCESSES, *of_mypy)
    pinned = [bound.replace(">=", "==") for bound in brokers if not bound.startswith("typedsignals")]
    session.install(*pinned, "anyio>=4.16")  # whose plugin for pytest fits the newest pytest
    of_brokers = (f"tests/relay/test_{name}.py" for name in ("brokers", "nats", "rabbit"))
    session.run("pytest", *TWO_PROCESSES, *of_brokers)


@nox.session(python=[OLDEST_PYTHON, *LAZY_PYTHONS])
def bench(session: nox.Session) -> None:
    """Measure the package side by side with its peers; write figures and plots to build/benchmarks."""
    install_with_groups(session, "test", "bench")
    output = Path("build/benchmarks") / f"python-{session.python}"
    saved = [f"--json={output / 'figures.json'}", f"--tables={output / 'tables.md'}", f"--plots={output / 'plots'}"]
    session.run("python", "-m", "benchmarks", *saved, *session.posargs)


@nox.session(python=False)
def free_threaded_python(session: nox.Session) -> None:
    """Get a Python without the GIL, built from Debian's source, if the machine has none."""
    session.run(".ci/pythons", FREE_THREADED_PYTHON, external=True)


@nox.session(python=FREE_THREADED_PYTHON, requires=["free_threaded_python"])
def freethreaded(session: nox.Session) -> None:
    """Run the tests without the GIL, stress threads for minutes, and measure what two threads gain over one.

    Give ``tests``, ``stress`` or ``benchmark`` to do only that. Further arguments go to pytest, or to the benchmark.
    """
    session.env["UV_NO_BUILD_PACKAGE"] = "pydantic-core"  # would need Rust; take a version that has been built
    install_with_groups(session, "test")
    chosen, arguments = session.posargs[:1] or ["tests", "stress", "benchmark"], session.posargs[1:]
    session.env["PYTHON_GIL"] = "0"  # whatever else is imported, such as what only tests need
    if "tests" in chosen:
        session.run("pytest", *TESTS, *NOT_SLOW, *arguments)
    if "stress" in chosen:
        session.run("pytest", *STRESSED, *arguments, env={"TYPEDSIGNALS_STRESS": "60"})
    if "benchmark" in chosen:
        session.run("python", "-m", "benchmarks.scaling", *arguments)


@nox.session(python=OLDEST_PYTHON)
def chaos(session: nox.Session) -> None:
    """Kill workers, publishers and servers of a relay on each engine, and fail if a promise is broken."""
    install_with_groups(session, "test", "bench")
    session.run("python", "-m", "benchmarks.relay", "--only=chaos", *session.posargs)


@nox.session(python=OLDEST_PYTHON)
def mutants(session: nox.Session) -> None:
    """Change the code in small ways, one at a time, and list the changes that no test notices.

    Give rooms or patterns of files to do only these: ``nox -s mutants -- catalog '*/_waiting/*'``. The changes that no
    test noticed are listed in build/mutants.
    """
    install_with_groups(session, "test")
    for room, (patterns, tests) in MUTATED.items():
        files = [str(file) for pattern in patterns for file in sorted(SOURCES.glob(pattern))]
        if session.posargs and room not in session.posargs:
            files = [file for file in files if any(fnmatch(file, given) for given in session.posargs)]
        if files:
            session.run("python", "-m", "mutation", *files, f"--tests={tests}", f"--output=build/mutants/{room}")
