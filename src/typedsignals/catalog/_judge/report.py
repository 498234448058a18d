"""A report: what a check found, with all that is needed to show it and to decide whether it fails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .._records.rules import Severity
from .findings import Finding, failures


@dataclass(frozen=True)
class Report:
    """The outcome of a check.

    Attributes:
        findings: All that is to be told, waived ones included.
        fail_on: The least severity that makes the check fail.
        baseline: What the catalog was compared with, as it was named; None if it was looked at by itself.
        folders: For the first part of a location (``shop`` of ``shop/orders.py:12``), the folder that it is in,
            relative to the project's root, as ``src/``; none if it lies in the root itself.
        left_out: Findings about the program as it is that the baseline has too, and so are not told.
    """

    findings: tuple[Finding, ...]
    fail_on: Severity = Severity.ERROR
    baseline: str | None = None
    folders: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[Finding, ...] = ()

    @property
    def failures(self) -> tuple[Finding, ...]:
        """The findings that make the check fail."""
        return failures(self.findings, self.fail_on)

    def file_and_line(self, location: str) -> tuple[str, int | None]:
        """A location for programs: the file, relative to the project's root, and the line, if it has one."""
        file, _, line = location.rpartition(":")
        if not line.isdecimal():
            file, line = location, ""
        return self.folders.get(file.partition("/")[0], "") + file, int(line) if line else None
