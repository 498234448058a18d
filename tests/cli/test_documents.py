"""The pages on the catalog and on checks are right."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.catalog.programs import Program
from typedsignals.catalog import RULES, Rule, parse_settings
from typedsignals.cli._formats import CATALOG_FILES, REPORT_FILES, CatalogFormat, ReportFormat

from .running import ORDERS, Ran

ROOT = Path(__file__).parents[2]
CATALOG = ROOT / "docs" / "catalog.md"
CHECKING = ROOT / "docs" / "checking.md"
PARTIES = ["senders", "with `**extra`", "without", "of payloads", "old messages", "new messages"]
TOOLS = {"B": "buf", "C": "Confluent", "G": "griffe", "O": "oasdiff"}
Command = Callable[..., Ran]
Git = Callable[..., str]


def blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)


def commands() -> list[list[str]]:
    """The commands of both pages, including those of workflows and hooks."""
    text = "\n".join(
        block for page in (CATALOG, CHECKING) for language in ("sh", "yaml") for block in blocks(page, language)
    )
    found = re.findall(r"^(?:.*run: |.*entry: )?typedsignals (.*)$", text, re.MULTILINE)
    return [shlex.split(command.replace("$BASELINE", "main:signals.json"), comments=True) for command in found]


# The rules


def elsewhere(rule: Rule) -> str:
    return ", ".join(f"{TOOLS[name[0]]} `{name[2:]}`" for name in rule.same_as)


def tables() -> str:
    """The rules as the page shows them."""
    changes = [f"| | change | {' | '.join(PARTIES)} | severity | elsewhere |"]
    changes.append(f"| --- | --- | {' | '.join(':-:' for _ in PARTIES)} | --- | --- |")
    states = ["| | finding | severity |", "| --- | --- | --- |"]
    for rule in RULES.values():
        title, severity = f"{rule.title}; {rule.note}".removesuffix("; "), rule.severity.name.lower()
        if rule.verdicts is None:
            states.append(f"| {rule.id} | {title} | {severity} |")
        else:
            cells = rule.id, title, *str(rule.verdicts), severity, elsewhere(rule)
            changes.append(f"| {' | '.join(cells)} |".replace("|  |", "| |"))
    return "\n".join([*changes, "", *states])


def test_the_page_lists_all_rules() -> None:
    """If it does not, the failure shows the text to put there."""
    assert tables() in CHECKING.read_text(encoding="utf-8"), tables()


# Commands, settings and formats


@pytest.mark.parametrize("command", commands(), ids=" ".join)
def test_every_command_runs(shop: Program, repository: Git, typedsignals: Command, command: list[str]) -> None:
    """On a small shop with a committed catalog."""
    assert typedsignals("catalog", "shop", "-o", "signals.json").status == 0
    repository("add", ".")
    repository("commit", "--quiet", "--message=first")
    shop.forget()
    ran = typedsignals(*command)
    assert (ran.status, "error" in ran.stderr) == (0, False)


def test_there_are_commands_to_run() -> None:
    """The pages are read as they are written."""
    assert len(commands()) >= 10


def test_the_settings_are_right() -> None:
    """Each setting and each rule exists."""
    (text,) = blocks(CHECKING, "toml")
    settings = parse_settings(tomllib.loads(text)["tool"]["typedsignals"], "the page")
    assert settings.as_profile().is_brokered
    assert len(settings.waivers) == 1


@pytest.mark.parametrize(
    ("page", "formats", "files"),
    [(CATALOG, CatalogFormat, CATALOG_FILES), (CHECKING, ReportFormat, REPORT_FILES)],
    ids=["catalog", "checking"],
)
def test_every_format_is_listed_with_its_files(
    page: Path, formats: type[CatalogFormat | ReportFormat], files: dict[str, str]
) -> None:
    """In the order of the option's help."""
    rows = re.findall(r"^\| `(\w+)` \| (.*?) ?\| ", page.read_text(encoding="utf-8"), re.MULTILINE)
    expected = [
        (name, ", ".join(f"`{ending}`" for ending, format_ in files.items() if format_ is name)) for name in formats
    ]
    assert sorted(rows) == sorted(expected)


# Hooks and workflows


@pytest.mark.slow
def test_the_hooks_of_the_repository_are_valid(tmp_path: Path) -> None:
    """According to pre-commit itself."""
    pre_commit("validate-manifest", str(ROOT / ".pre-commit-hooks.yaml"), cwd=tmp_path)


def pre_commit(*arguments: str, cwd: Path, status: int = 0, **environment: str) -> str:
    """Run pre-commit, expect this status, and return its output."""
    command = [sys.executable, "-m", "pre_commit", *arguments]
    # Python takes compiled code for that of a module that is as long and was written in the same second.
    variables = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **environment}
    variables["PRE_COMMIT_HOME"] = str(cwd / ".git" / "pre-commit")
    ended = subprocess.run(command, cwd=cwd, env=variables, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    assert ended.returncode == status, ended.stdout + ended.stderr
    return ended.stdout


def local_config(folder: Path) -> Path:
    file = folder / ".pre-commit-config.yaml"
    file.write_text(blocks(CHECKING, "yaml")[0], encoding="utf-8")
    return file


@pytest.mark.slow
def test_the_hooks_of_the_page_are_those_of_the_repository(tmp_path: Path) -> None:
    """Except for the arguments."""
    config = local_config(tmp_path)
    pre_commit("validate-config", str(config), cwd=tmp_path)
    (repository,) = yaml.safe_load(config.read_text(encoding="utf-8"))["repos"]
    manifest = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    for ours, local in zip(manifest, repository["hooks"], strict=True):
        entry = local["entry"]
        assert entry.startswith(ours["entry"])
        assert {key: local[key] for key in ours.keys() - {"description", "entry"}} == {
            key: ours[key] for key in ours.keys() - {"description", "entry"}
        }


@pytest.mark.slow
def test_the_hooks_run(shop: Program, repository: Git, typedsignals: Command) -> None:
    """The first updates the catalog, which fails the commit; the second fails if a change breaks a receiver."""
    local_config(shop.folder)
    shop.write_file(".gitignore", "__pycache__\n.coverage*\n")
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    typedsignals("catalog", "shop", "-o", "signals.json")
    repository("add", ".")
    repository("commit", "--quiet", "--message=first")
    pre_commit("run", "--all-files", cwd=shop.folder, PATH=path)
    shop.write(shop__orders=ORDERS.replace("order_id: int", "order_id: str"))
    repository("add", ".")
    told = pre_commit("run", "--all-files", cwd=shop.folder, status=1, PATH=path)
    assert re.findall(r"\.(Passed|Failed)$", told, re.MULTILINE) == ["Failed", "Failed"]
    assert "wrote signals.json: 1 signal" in told
    assert "TS301" in told


def test_the_workflow_checks_before_it_uploads() -> None:
    """It uploads the report that it wrote, even if an earlier step failed."""
    workflow = yaml.safe_load(blocks(CHECKING, "yaml")[1])
    steps = workflow["jobs"]["signals"]["steps"]
    upload = steps[-1]
    written = shlex.split(steps[-2]["run"])
    assert written[written.index("-o") + 1] == upload["with"]["sarif_file"]
    assert steps[-2]["if"] == upload["if"] == "always()"
    assert not any("${{" in step.get("run", "") for step in steps)  # what a shell reads comes from variables
