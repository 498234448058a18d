"""Making reports: some by hand, and any at all for hypothesis."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from typedsignals.catalog import RULES, Affected, Finding, Report, Severity, Verdicts

HOSTILE = [
    "<script>alert(1)</script>",
    "a|b\\|c\\\\|d",
    "`code` ``more",
    "::error::forged",
    "\n::error file=a.py::forged",
    "\r\n##[error]forged",
    "100%25 %0A::error::forged",
    "]]>&amp;<!-- -->",
    "[text](https://example.com) ![image](x) <https://example.com>",
    "https://example.com www.example.com @someone #1 :smile: $x$",
    "**bold** _it_ ~~out~~ {0} {{",
    "\x00\x08\x1b[31mred\x1b[0m\x7f\x85\u2028\u202e\ufffe\uffff",
    "</details>\n\n# heading\n\n| a | b |\n| - | - |",
    "\t indented ",
    "\\",
    "é ✗ 😀",
]
TEXTS = st.one_of(st.sampled_from(HOSTILE), st.text(), st.lists(st.sampled_from(HOSTILE), max_size=3).map("".join))
FILES = TEXTS | st.just("/\ud83d/\udcff.py")
LOCATIONS = st.one_of(FILES, st.builds("{}:{}".format, FILES, st.integers(0, 9999)))
AFFECTED = st.builds(Affected, st.sampled_from(["receiver", "sender"]), TEXTS, LOCATIONS, st.booleans())
FINDINGS = st.builds(
    Finding,
    rule=st.sampled_from([*RULES.values()]),
    severity=st.sampled_from([Severity.INFO, Severity.WARN, Severity.ERROR]),
    signal=TEXTS,
    path=TEXTS,
    message=TEXTS,
    location=LOCATIONS,
    subject=TEXTS,
    verdicts=st.none() | st.sampled_from([rule.verdicts for rule in RULES.values() if rule.verdicts]),
    affected=st.lists(AFFECTED, max_size=3).map(tuple),
    waived=st.none() | TEXTS,
)
REPORTS = st.builds(
    Report,
    findings=st.lists(FINDINGS, max_size=4).map(tuple),
    fail_on=st.sampled_from(Severity),
    baseline=st.none() | FILES,
    folders=st.sampled_from([{}, {"shop": "src/"}]),
)


def finding(rule: str = "TS203", **details: Any) -> Finding:
    """A finding as a check would make it."""
    known: dict[str, Any] = {
        "rule": RULES[rule],
        "severity": RULES[rule].severity,
        "signal": "shop.placed",
        "path": "total",
        "message": f"total: {RULES[rule].title}",
        "location": "shop/orders.py:3",
        "verdicts": RULES[rule].verdicts,
    }
    return Finding(**known | details)


def affected(name: str = "ship", *, line: int = 9, certain: bool = True, party: str = "receiver") -> Affected:
    return Affected(party, name, f"shop/stock.py:{line}", certain)


def report(*findings: Finding, **details: Any) -> Report:
    return Report(findings, **{"folders": {"shop": "src/"}} | details)


def columns(marks: str) -> Verdicts:
    return Verdicts.of(marks)
