"""A report as SARIF 2.1.0, which code scanning services and editors read."""

from __future__ import annotations

import json
import re
from importlib.metadata import version
from typing import Any
from urllib.parse import quote

from .._judge.findings import Finding
from .._judge.report import Report
from .._records.escaping import one_line
from .._records.rules import RULES, Severity
from ._rule_help import help_markdown, help_text
from ._wording import consequences, in_order, subject

LEVELS = {Severity.ERROR: "error", Severity.WARN: "warning", Severity.INFO: "note"}
PAGE = "https://typedsignals.readthedocs.io/en/stable/checking.html"
ROOT = "%SRCROOT%"
INDEXES = {rule: index for index, rule in enumerate(RULES)}
LINK = re.compile(r"\[(?=[^]]*\]\()")
"""The beginning of what viewers would take for a link."""


def render(report: Report) -> str:
    """Render the report as a log of one run, in ASCII, with all files relative to the root of the project."""
    run = {
        "tool": {"driver": _driver()},
        "originalUriBaseIds": {ROOT: {"description": {"text": "The root of the project."}}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(report, found) for found in in_order(report)],
    }
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2) + "\n"


def _driver() -> dict[str, Any]:
    return {
        "name": "typedsignals",
        "version": version("typedsignals"),
        "rules": [_rule(rule) for rule in RULES],
    }


def _rule(rule: str) -> dict[str, Any]:
    found = RULES[rule]
    return {
        "id": found.id,
        "shortDescription": {"text": found.title},
        "fullDescription": {"text": help_text(found)},
        "help": {"text": help_text(found), "markdown": help_markdown(found)},
        "helpUri": f"{PAGE}#{found.id.lower()}",
        "defaultConfiguration": {"level": LEVELS[found.severity]},
    }


def _result(report: Report, found: Finding) -> dict[str, Any]:
    file, line = report.file_and_line(found.location)
    result = {
        "ruleId": found.rule.id,
        "ruleIndex": INDEXES[found.rule.id],
        "level": LEVELS[found.severity],
        "message": {"text": _message(found)},
        "locations": [{**_location(file, line), "logicalLocations": [{"fullyQualifiedName": subject(found)}]}],
        "partialFingerprints": {"typedsignals/v1": found.fingerprint},
        "properties": {"signal": found.signal, "path": found.path},
    }
    if found.affected:
        result["relatedLocations"] = _related(report, found)
    if found.waived is not None:
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": found.waived}]
    return result


def _message(found: Finding) -> str:
    text = f"{found.message}: {words}" if (words := consequences(found.verdicts)) else found.message
    return _plain(text)


def _plain(text: str) -> str:
    return LINK.sub(r"\\[", one_line(text))


def _related(report: Report, found: Finding) -> list[dict[str, Any]]:
    """List the receivers and senders that break, one for each location."""
    lines = {
        report.file_and_line(who.location): f"{who.party} {who.name} {'breaks' if who.is_certain else 'may break'}"
        for who in reversed(found.affected)
    }
    return [
        {"id": number, **_location(*place), "message": {"text": _plain(text)}}
        for number, (place, text) in enumerate(reversed(lines.items()), start=1)
    ]


def _location(file: str, line: int | None) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": quote(file, errors="backslashreplace"), "uriBaseId": ROOT}}
    if line:
        physical["region"] = {"startLine": line}
    return {"physicalLocation": physical}
