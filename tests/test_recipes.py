"""The recipes for notebooks run in a real kernel; the page's other ones run where all documents do."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("nbclient")

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "recipes.md"
EXECUTE = """
import sys
import nbformat
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

file, connection = sys.argv[1:]
notebook = nbformat.v4.new_notebook(cells=[*map(nbformat.v4.new_code_cell, map(eval, open(file)))])
kernel = AsyncKernelManager(transport="ipc", connection_file=connection)
NotebookClient(notebook, km=kernel, timeout=60, startup_timeout=60).execute()
nbformat.write(notebook, file)
"""

pytestmark = pytest.mark.slow


def blocks(heading: str) -> list[str]:
    """Return the Python code of a section of the page, each block by itself."""
    _, _, section = PAGE.read_text(encoding="utf-8").partition(f"\n## {heading}\n")
    return python_of(section.partition("\n## ")[0])


def python_of(text: str) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


Shown = Callable[[list[str]], list[str]]


@pytest.fixture
def shown(tmp_path: Path) -> Shown:
    """Execute cells in a kernel of Jupyter, one after the other, and return what each shows."""

    def shown(cells: list[str]) -> list[str]:
        file = tmp_path / "notebook.ipynb"
        file.write_text("".join(f"{cell!r}\n" for cell in cells))
        folders = {name: str(tmp_path / name) for name in ("IPYTHONDIR", "JUPYTER_RUNTIME_DIR")}
        command = [sys.executable, "-c", EXECUTE, str(file), str(tmp_path / "kernel")]
        environment = {**os.environ, **folders, "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
        process = subprocess.run(  # noqa: S603 - our own
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert process.returncode == 0, process.stderr
        return [text_of(cell["outputs"]) for cell in json.loads(file.read_text())["cells"]]

    return shown


def test_each_recipe_needs_only_the_signal_that_all_of_them_send() -> None:
    """None uses a name of another."""
    page = PAGE.read_text(encoding="utf-8")
    (setup,) = re.findall(r"invisible-code-block: python\n(.*?)--->", page, re.DOTALL)
    common, *recipes = re.split(
        r"^##.* (?:Django|SQLAlchemy|Flask-SQLAlchemy|Starlette|Celery|Notebooks)$", page, flags=re.MULTILINE
    )
    assert len(recipes) == 6
    code = [setup]
    for recipe in recipes:
        code += ["names = {'__name__': 'recipe'}", *(f"exec({block!r}, names)" for block in python_of(common + recipe))]
    process = subprocess.run(  # noqa: S603 - our own
        [sys.executable, "-W", "error", "-c", "\n".join(code)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert process.returncode == 0, process.stderr


def text_of(outputs: list[dict[str, Any]]) -> str:
    lines: list[str] = []
    for output in outputs:
        lines += output["text"] if "text" in output else output["data"]["text/plain"]
    return "".join(lines).rstrip()


def test_cells_that_are_edited_and_executed_again(shown: Shown) -> None:
    """The signal stays and takes the new payload; a receiver with a key is replaced, and another one is not."""
    namespace, declaration, receiver, send = blocks("Notebooks")
    first = [namespace, declaration, receiver, send]
    receiver_again = [receiver.replace("order {", "edited {"), send]
    with_coupon = declaration.replace("total: float", "total: float\n    coupon: str = 'none'")
    declared_again = [with_coupon, receiver.replace("order {order_id}", "coupon: {extra['coupon']}"), send]
    without_key = receiver.replace(', key="notebook.show"', "")
    assert shown([*first, *receiver_again, *declared_again, without_key, without_key, send]) == [
        *("", "", "", "['order 7']"),
        *("", "['edited 7']"),
        *("", "", "['coupon: none']"),
        *("", "", "['coupon: none', 'order 7', 'order 7']"),
    ]


def test_a_cell_may_await_but_not_block(shown: Shown) -> None:
    """The event loop of the notebook runs already."""
    refused = "try:\n    {}\nexcept RuntimeError:\n    print('refused')"
    cells = [
        *blocks("Notebooks"),
        "[result for _, result in await order_placed.send_async(None, order_id=8, total=1.5)]",
        refused.format("order_placed.wait_sync(timeout=1)"),
        f"import asyncio\nnothing = asyncio.sleep(0)\n{refused.format('asyncio.run(nothing)')}\nawait nothing",
    ]
    assert shown(cells)[-3:] == ["['order 8']", "refused", "refused"]


def test_modules_that_ipython_reloads(shown: Shown) -> None:
    """Edited between two cells, with the namespace in another module and a key."""
    _, declaration, receiver, send = blocks("Notebooks")
    imports = "from typing import Any\nfrom typedsignals import ANY, Payload\nfrom signals import shop\n"
    module = f"{imports}{declaration}{receiver}"
    edited = module.replace("order {order_id}", "an order of {extra['total']}")
    write = "from pathlib import Path\nPath('{}.py').write_text({!r})\nimport os; os.utime('{}.py', (0, {}))"
    send = send.replace("order_placed", "orders.order_placed")
    results = shown(
        [
            write.format("signals", "from typedsignals import Namespace\nshop = Namespace('shop')\n", "signals", 1),
            write.format("orders", module, "orders", 1),
            "%load_ext autoreload\n%autoreload 2\nimport orders",
            send,
            write.format("orders", edited, "orders", 2),  # with another time of change, which is what IPython compares
            send,
        ]
    )
    assert (results[3], results[-1]) == ("['order 7']", "['an order of 9.5']")
