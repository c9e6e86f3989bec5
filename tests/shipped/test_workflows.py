"""What CI does: by its files' own schemas, by an auditor, and by what the project promises of them."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))


def test_the_workflows_are_there() -> None:
    assert [path.stem for path in WORKFLOWS] == ["book", "ci", "release"]


@pytest.mark.parametrize(
    ("schema", "paths"),
    [("vendor.github-workflows", WORKFLOWS), ("vendor.gitlab-ci", [ROOT / "docs/gitlab-ci.yml"])],
)
def test_their_form_is_right(schema: str, paths: list[Path]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, *map(str, paths)],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_an_auditor_finds_nothing() -> None:
    tool = Path(sys.executable).with_name("zizmor")
    done = subprocess.run(
        [str(tool), "--offline", "--no-progress", "--no-config", *map(str, WORKFLOWS)],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_actions_are_named_by_commit_and_may_little(path: Path) -> None:
    text = path.read_text("utf-8")
    used = re.findall(r"uses: (.+)", text)
    assert used
    for action in used:
        assert re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action), action
    assert re.search(r"^permissions:( \{\}|\n  contents: read)$", text, re.MULTILINE)
    assert text.count("contents: write") == (1 if path.stem == "release" else 0)


@pytest.mark.parametrize("path", [*WORKFLOWS, ROOT / "docs/gitlab-ci.yml"], ids=lambda path: path.stem)
def test_each_command_of_polybook_is_one(path: Path) -> None:
    from polybook.cli.verbs import commands

    for line in re.findall(r"python build\.py ?(.*?)(?:\)|$)", path.read_text("utf-8"), re.MULTILINE):
        words = [word for word in line.replace('"', "").split() if word not in ("$LANGUAGE", "github", "&&")]
        words = words[: words.index("bash")] if "bash" in words else words
        verb = words[0] if words and not words[0].startswith("-") else "build"
        known = {option for parameter in commands.commands[verb].params for option in parameter.opts}
        assert {word for word in words if word.startswith("-")} <= known, line
