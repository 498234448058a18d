"""A report as JSON, for programs: its shape is documented, and keeps its meaning within a version."""

from __future__ import annotations

from operator import not_
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from .._judge.findings import Finding
from .._judge.report import Report
from .._records.changes import Affected
from .._records.rules import Severity
from .._records.verdicts import Verdict, Verdicts
from ._wording import in_order

REPORT_VERSION = 1
"""The version of the shape: it grows when a key is renamed or removed, or changes its meaning."""

Effect = Literal["safe", "warns", "breaks", "not concerned"]
SeverityName = Literal["error", "warning", "info"]
EFFECTS: dict[Verdict, Effect] = {
    Verdict.SAFE: "safe",
    Verdict.WARNS: "warns",
    Verdict.BREAKS: "breaks",
    Verdict.NOT_CONCERNED: "not concerned",
}
SEVERITIES: dict[Severity, SeverityName] = {
    Severity.ERROR: "error",
    Severity.WARN: "warning",
    Severity.INFO: "info",
}


def _escaped(name: str) -> str:
    """Escape surrogates, which the names of files may contain."""
    return name.encode(errors="backslashreplace").decode()


FileName = Annotated[str, BeforeValidator(_escaped)]


class _Part(BaseModel):
    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid")


class Place(_Part):
    """The location of something."""

    file: FileName = Field(description="Relative to the project's root.")
    line: int | None


class AffectedRecord(_Part):
    """A known receiver or sender that breaks."""

    party: str = Field(description='"receiver" or "sender".')
    name: str
    place: Place
    certain: bool = Field(description="Whether it breaks in any case; if false, that depends on what it does.")


class FindingRecord(_Part):
    """One finding."""

    rule: str
    title: str
    severity: SeverityName
    signal: str
    path: str = Field(description="The field; empty for the signal itself.")
    also: tuple[str, ...] = Field(
        default=(),
        exclude_if=not_,
        description="Other fields that the finding is about: several may hold the same nested model.",
    )
    message: str
    place: Place
    fingerprint: str = Field(description="Stays the same when code moves.")
    fails: bool = Field(description="Whether it makes the check fail.")
    waived: str | None = Field(description="The reason, if the finding is waived.")
    columns: dict[str, Effect] | None = Field(
        description="The consequences for each party; null if no change was found."
    )
    affected: tuple[AffectedRecord, ...]


class ReportRecord(_Part):
    """A whole report."""

    version: int = REPORT_VERSION
    baseline: FileName | None = Field(description="The earlier catalog that was compared with.")
    fail_on: Literal["error", "warning", "info", "off"] = Field(description="The least severity that fails.")
    fails: bool
    findings: tuple[FindingRecord, ...]
    left_out: int = Field(description="The number of other findings, which the baseline has too.")


def render(report: Report) -> str:
    """Render the report as a JSON object, in ASCII."""
    failing = set(report.failures)
    record = ReportRecord(
        baseline=report.baseline,
        fail_on=SEVERITIES.get(report.fail_on, "off"),
        fails=bool(failing),
        findings=tuple(_finding(report, found, fails=found in failing) for found in in_order(report)),
        left_out=len(report.left_out),
    )
    return record.model_dump_json(indent=2, ensure_ascii=True) + "\n"


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a report."""
    schema = ReportRecord.model_json_schema(mode="serialization")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": f"typedsignals report, version {REPORT_VERSION}",
    }


def _finding(report: Report, found: Finding, *, fails: bool) -> FindingRecord:
    return FindingRecord(
        rule=found.rule.id,
        title=found.rule.title,
        severity=SEVERITIES[found.severity],
        signal=found.signal,
        path=found.path,
        also=found.also,
        message=found.message,
        place=_place(report, found.location),
        fingerprint=found.fingerprint,
        fails=fails,
        waived=found.waived,
        columns=_columns(found.verdicts),
        affected=tuple(_affected(report, who) for who in found.affected),
    )


def _columns(columns: Verdicts | None) -> dict[str, Effect] | None:
    return {name: EFFECTS[verdict] for name, verdict in columns._asdict().items()} if columns else None


def _affected(report: Report, who: Affected) -> AffectedRecord:
    return AffectedRecord(party=who.party, name=who.name, place=_place(report, who.location), certain=who.is_certain)


def _place(report: Report, location: str) -> Place:
    file, line = report.file_and_line(location)
    return Place(file=file, line=line)
