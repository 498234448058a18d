"""The report of a check: its findings, and what is needed to show them and to decide whether the check fails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .._records.rules import Severity
from .findings import Finding, failures


@dataclass(frozen=True)
class Report:
    """The outcome of a check.

    Attributes:
        findings: All findings to report, including waived ones.
        fail_on: The lowest severity that makes the check fail.
        baseline: The name of the catalog that the program was compared with; None if there was none.
        folders: The folder of each first part of a location (``shop`` in ``shop/orders.py:12``), relative to the
            project's root, such as ``src/``. Parts that are in the root itself are missing.
        left_out: Findings that the baseline has as well, which are not reported.
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
        """Split a location into the file, relative to the project's root, and the line, if it has one."""
        file, _, line = location.rpartition(":")
        if not line.isdecimal():
            file, line = location, ""
        return self.folders.get(file.partition("/")[0], "") + file, int(line) if line else None
