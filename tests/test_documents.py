"""Every Python block of the README and the documentation runs, in order, in one namespace per document."""

from __future__ import annotations

import gc
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser, SkipParser

from typedsignals._connecting.registry import all_signals

ROOT = Path(__file__).parents[1]
ALONE = {"django.md", "django-relay.md", "recipes.md"}
"""Documents that run in a process of their own: Django is configured once."""
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.fixture
def nothing_left_connected() -> Iterator[None]:
    """Disconnect what a document connects to signals that outlive it, because the document need not do so."""
    # By reference: comparing or hashing a receiver would run its own code.
    before = {id(ref): ref for signal in all_signals() for ref in signal._table.all()}
    yield
    for signal in all_signals():
        for ref in signal._table.all():
            if id(ref) not in before and (receiver := ref.receiver()) is not None:
                signal.disconnect(receiver, signal._table.sender_of(ref))
    gc.collect()


def run_blocks(document: Path) -> None:
    sybil = Sybil(parsers=[PythonCodeBlockParser(), SkipParser()], path=str(ROOT))
    for example in sybil.parse(document):
        example.evaluate()


@pytest.mark.usefixtures("nothing_left_connected")
@pytest.mark.parametrize("document", DOCUMENTS, ids=[str(path.relative_to(ROOT)) for path in DOCUMENTS])
def test_every_python_block_runs(document: Path) -> None:
    """Blocks fenced as ``python`` run; a block with prompts shows the output that it really prints."""
    if document.name not in ALONE:
        run_blocks(document)
        return
    code = f"from pathlib import Path; from {__name__} import run_blocks; run_blocks(Path({str(document)!r}))"
    command = [sys.executable, "-W", "error", "-c", code]
    process = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    assert process.returncode == 0, process.stderr


@pytest.mark.slow
def test_mypy_says_what_the_readme_quotes(tmp_path: Path) -> None:
    """mypy reports exactly the quoted error for the wrong send under the README's first example."""
    readme = (ROOT / "README.md").read_text()
    program = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)[0]
    (wrong_send,) = re.findall(r"^`(order_placed\.send\(.*?\))` is an error", readme, re.MULTILINE)
    (quoted,) = re.findall(r"```text\n(error: .*?)\n```", readme)
    file = tmp_path / "program.py"
    file.write_text(f"{program}\n{wrong_send}\n")
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--no-error-summary", str(file)]
    process = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    line = program.count("\n") + 2
    assert process.stdout.splitlines() == [f"program.py:{line}: {quoted}"]


def test_the_generated_code_that_is_shown_is_what_is_generated() -> None:
    """The page on performance shows all of it."""
    page = (ROOT / "docs" / "performance.md").read_text()
    (example,) = (block for block in re.findall(r"```python\n(.*?)```", page, re.DOTALL) if "getsource" in block)
    names: dict[str, object] = {"__name__": __name__}
    exec(example, names)  # noqa: S102 - it stands in the documentation
    shown = (ROOT / "docs" / "measured" / "generated.md").read_text()
    assert shown == f"```{{code-block}} python\n{names['source']}```\n"
