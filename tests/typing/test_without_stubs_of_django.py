"""What type checkers find in receivers of Django's signals where django-stubs are not installed."""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from pathlib import Path
from sysconfig import get_path

import pytest

from tests.typing.checkers import CHECKERS, expected_errors

CASE = Path(__file__).with_name("without_stubs_of_django.py")
ROOT = Path(__file__).parents[2]
STUBS = ("django-stubs", "django_stubs", "mypy_django_plugin")

pytestmark = pytest.mark.skipif(sys.version_info >= (3, 12), reason="it is the same on each Python")


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A Python that has everything that this one has, except the stubs."""
    folder = tmp_path_factory.mktemp("without-stubs")
    venv.create(folder, symlinks=True)
    context = {"base": str(folder), "platbase": str(folder)}
    for kind in ("purelib", "scripts"):
        there = Path(get_path(kind, vars=context))
        for path in Path(get_path(kind)).iterdir():
            if not path.name.startswith(STUBS) and not (there / path.name).exists():
                (there / path.name).symlink_to(path)
    return str(Path(get_path("scripts", vars=context)) / "python")


@pytest.mark.parametrize("checker", CHECKERS)
def test_names_of_fields_are_checked_without_stubs(checker: str, python: str) -> None:
    """And models, by those checkers that read Django's source."""
    code = (
        "import json; from pathlib import Path; from tests.typing.checkers import errors\n"
        f"found = errors({checker!r}, [Path({str(CASE)!r})])\n"
        "print(json.dumps({str(path): sorted(lines) for path, lines in found.items()}))"
    )
    done = subprocess.run([python, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603 - ours
    found = {Path(path): set(lines) for path, lines in json.loads(done.stdout).items()}
    assert found == expected_errors([CASE], checker)
