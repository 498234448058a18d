"""SARIF, held against its official schema."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import jsonschema
import pytest
from hypothesis import given

from typedsignals.catalog import RULES, Report, Severity
from typedsignals.catalog._records.escaping import one_line
from typedsignals.catalog.reports import sarif

from .reporting import REPORTS, affected, finding, report

SCHEMA = "@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"


@cache
def validator(folder: Path) -> jsonschema.Draft7Validator:
    schema = json.loads((folder / SCHEMA).read_text(encoding="utf-8"))
    return jsonschema.Draft7Validator(schema, format_checker=jsonschema.Draft7Validator.FORMAT_CHECKER)


def run_of(made: Report) -> dict[str, Any]:
    (run,) = json.loads(sarif.render(made))["runs"]
    assert isinstance(run, dict)
    return run


def test_a_result() -> None:
    """It has its rule, location, fingerprint, and the locations of everything that breaks."""
    found = finding(affected=(affected(), affected("log", line=20, certain=False)))
    (result,) = run_of(report(found))["results"]
    assert result == {
        "ruleId": "TS203",
        "ruleIndex": [*RULES].index("TS203"),
        "level": "error",
        "message": {
            "text": "total: required field removed: breaks senders, all receivers, new messages read by old code"
        },
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "src/shop/orders.py", "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": 3},
                },
                "logicalLocations": [{"fullyQualifiedName": "shop.placed total"}],
            }
        ],
        "partialFingerprints": {"typedsignals/v1": found.fingerprint},
        "properties": {"signal": "shop.placed", "path": "total"},
        "relatedLocations": [
            {
                "id": number,
                "physicalLocation": {
                    "artifactLocation": {"uri": "src/shop/stock.py", "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": line},
                },
                "message": {"text": text},
            }
            for number, line, text in ((1, 9, "receiver ship breaks"), (2, 20, "receiver log may break"))
        ],
    }


def test_a_waived_finding_is_suppressed() -> None:
    """The suppression is external, with the reason."""
    (result,) = run_of(report(finding(waived="old")))["results"]
    assert result["suppressions"] == [{"kind": "external", "status": "accepted", "justification": "old"}]


def test_levels() -> None:
    """Each severity has SARIF's name."""
    severities = (Severity.ERROR, Severity.WARN, Severity.INFO)
    results = run_of(report(*(finding(severity=one) for one in severities)))["results"]
    assert [one["level"] for one in results] == ["error", "warning", "note"]


def test_rules_explain_themselves() -> None:
    """Each says what breaks and what that depends on, as text and as a table."""
    rules = {rule["id"]: rule for rule in run_of(report())["tool"]["driver"]["rules"]}
    assert rules.keys() == RULES.keys()
    assert rules["TS209"]["help"]["text"] == (
        "Default added. Breaks no one. Known elsewhere as Confluent REQUIRED_ATTRIBUTE_REMOVED."
    )
    assert rules["TS501"]["help"] == {
        "text": "Receiver breaks when a field is added. It has no `**extra`.",
        "markdown": "**TS501** Receiver breaks when a field is added. It has no `**extra`.",
    }
    assert rules["TS104"]["help"]["markdown"].endswith("| ✓ | ⚠ | ⚠ | ⚠ | - | - |")
    assert rules["TS104"]["helpUri"] == "https://typedsignals.readthedocs.io/en/stable/checking.html#ts104"


def test_a_message_is_no_link() -> None:
    """Text that SARIF's viewers would take for a link is escaped."""
    (result,) = run_of(report(finding(message="see [here](https://example.com) items[].x", verdicts=None)))["results"]
    assert result["message"]["text"] == r"see \[here](https://example.com) items[].x"


@pytest.mark.slow
@given(made=REPORTS)
def test_any_report_is_valid(node_packages: Path, made: Report) -> None:
    """It fits the official schema, and has the texts and locations of the findings."""
    text = sarif.render(made)
    assert text.isascii()
    validator(node_packages).validate(json.loads(text))
    results = run_of(made)["results"]
    assert sorted(one["properties"]["signal"] for one in results) == sorted(one.signal for one in made.findings)
    uris = [one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in results]
    assert all(urlsplit(uri).scheme == urlsplit(uri).netloc == "" for uri in uris)
    files = [made.file_and_line(one.location)[0] for one in made.findings]
    files = [file.encode(errors="backslashreplace").decode() for file in files]
    assert sorted(map(unquote, uris)) == sorted(files)
    for message in (one.message for one in made.findings if "[" not in one.message):
        assert any(one["message"]["text"].startswith(one_line(message)) for one in results)


def test_a_place_without_a_line_is_the_file() -> None:
    """For example, that of a waiver, which is in the settings."""
    (result,) = run_of(report(finding(location="pyproject.toml")))["results"]
    (location,) = result["locations"]
    assert location["physicalLocation"] == {"artifactLocation": {"uri": "pyproject.toml", "uriBaseId": "%SRCROOT%"}}
