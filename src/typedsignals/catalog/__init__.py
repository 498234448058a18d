"""The catalog: which signals a program declares, what they carry, who listens, and what a change would break."""

from __future__ import annotations

from ._baseline import read_baseline
from ._changes import Affected, Change
from ._checks import check_catalog
from ._compare import compare_catalogs
from ._differences import differences
from ._discovery import Discovery, discover
from ._errors import CatalogError, MissingBaselineError, SettingsError
from ._file import from_json, json_schema, to_json
from ._findings import Finding, failures, findings_of
from ._folders import folder_in, folders_of, project_root
from ._model import (
    FORMAT_VERSION,
    Behaviour,
    Catalog,
    FieldRecord,
    ModelRecord,
    ReceiverRecord,
    SenderRecord,
    SendRecord,
    SignalRecord,
)
from ._normalise import ModelRecords
from ._problems import Problem
from ._project import check_project
from ._report import Report
from ._rules import RULES, Columns, Rule, Severity, Verdict
from ._settings import Settings, Waiver, find_settings_file, load_settings, parse_settings
from ._severity import Profile
from ._types import TypeRecord
from ._waivers import apply_settings

__all__ = [
    "FORMAT_VERSION",
    "RULES",
    "Affected",
    "Behaviour",
    "Catalog",
    "CatalogError",
    "Change",
    "Columns",
    "Discovery",
    "FieldRecord",
    "Finding",
    "MissingBaselineError",
    "ModelRecord",
    "ModelRecords",
    "Problem",
    "Profile",
    "ReceiverRecord",
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
