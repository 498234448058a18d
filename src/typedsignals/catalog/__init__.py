"""The catalog: which signals a program declares, what they carry, who listens, and what a change would break."""

from __future__ import annotations

from ._compare.catalogs import compare_catalogs
from ._compare.differences import differences
from ._describe.models import ModelRecords
from ._discover.folders import folder_in, folders_of, project_root
from ._discover.packages import Discovery, discover
from ._discover.problems import Problem
from ._judge.baseline import read_baseline
from ._judge.checks import check_catalog
from ._judge.findings import Finding, failures, findings_of
from ._judge.report import Report
from ._judge.settings import Settings, Waiver, find_settings_file, load_settings, parse_settings
from ._judge.severity import Profile
from ._judge.waivers import apply_settings
from ._project import check_project
from ._records.changes import Affected, Change
from ._records.errors import CatalogError, MissingBaselineError, SettingsError
from ._records.file import from_json, json_schema, to_json
from ._records.rules import RULES, Rule, Severity
from ._records.signals import (
    FORMAT_VERSION,
    Behaviour,
    CarriedRecord,
    Catalog,
    FieldRecord,
    ModelRecord,
    ReceiverRecord,
    RelayRecord,
    SenderRecord,
    SendRecord,
    SignalRecord,
)
from ._records.types import TypeRecord
from ._records.verdicts import Verdict, Verdicts

__all__ = [
    "FORMAT_VERSION",
    "RULES",
    "Affected",
    "Behaviour",
    "CarriedRecord",
    "Catalog",
    "CatalogError",
    "Change",
    "Discovery",
    "FieldRecord",
    "Finding",
    "MissingBaselineError",
    "ModelRecord",
    "ModelRecords",
    "Problem",
    "Profile",
    "ReceiverRecord",
    "RelayRecord",
    "Report",
    "Rule",
    "SendRecord",
    "SenderRecord",
    "Settings",
    "SettingsError",
    "Severity",
    "SignalRecord",
    "TypeRecord",
    "Verdict",
    "Verdicts",
    "Waiver",
    "apply_settings",
    "check_catalog",
    "check_project",
    "compare_catalogs",
    "differences",
    "discover",
    "failures",
    "find_settings_file",
    "findings_of",
    "folder_in",
    "folders_of",
    "from_json",
    "json_schema",
    "load_settings",
    "parse_settings",
    "project_root",
    "read_baseline",
    "to_json",
]
