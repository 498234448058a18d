"""AsyncAPI's own parser, which is one process of node for all documents, and its schema."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import jsonschema

from tests import outside

SPECIFICATION = "@asyncapi/specs/schemas/3.1.0-without-$id.json"


class Judges:
    """What says whether a document is valid: the specification's schema, and the parser."""

    def __init__(self, folder: Path, process: subprocess.Popen[str]) -> None:
        schema = json.loads((folder / SPECIFICATION).read_text(encoding="utf-8"))
        self._schema = jsonschema.Draft7Validator(schema)
        self._process = process

    def errors(self, document: str) -> list[str]:
        """What either of them finds wrong."""
        return [error.message for error in self._schema.iter_errors(json.loads(document))] + self._parsed(document)

    def _parsed(self, document: str) -> list[str]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(json.loads(document)) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        assert isinstance(answer, list)
        return answer


@contextmanager
def judges(folder: Path) -> Iterator[Judges]:
    command = [outside.program("node"), str(outside.NODE / "asyncapi.mjs")]
    with subprocess.Popen(command, stdin=-1, stdout=-1, text=True, encoding="utf-8") as process:  # noqa: S603  # our own
        yield Judges(folder, process)
        process.stdin.close()  # type: ignore[union-attr]  # it is a pipe
