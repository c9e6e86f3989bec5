"""What CI and releases install: every package by version and hash, as pyproject.toml allows it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT
from packaging.requirements import Requirement

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
TOOLS = PROJECT["build-system"]["requires"]
EXTRAS = {"book": [], "release": ["examples", "release"], "test": ["test"]}
"""The extras of which each file has the packages."""

BEHIND = "requirements/ is behind pyproject.toml: bash .ci/pin"


def asked(extras: list[str]) -> Iterator[Requirement]:
    """What pyproject.toml asks for, for these extras and those that they name."""
    listed = [*TOOLS, *PROJECT["project"]["dependencies"]]
    for extra in extras:
        listed += PROJECT["project"]["optional-dependencies"][extra]
    for requirement in map(Requirement, listed):
        if requirement.name == PROJECT["project"]["name"]:
            yield from asked(sorted(requirement.extras))
        else:
            yield requirement


def plain(name: str) -> str:
    return re.sub("[-_.]+", "-", name).lower()


def pinned(path: Path) -> dict[str, str]:
    """The versions in a file, by package."""
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", path.read_text("utf-8"), re.MULTILINE))


@pytest.mark.parametrize("name", EXTRAS)
def test_what_is_asked_for_is_pinned(name: str) -> None:
    versions = pinned(ROOT / f"requirements/{name}.txt")
    for requirement in asked(EXTRAS[name]):
        version = versions.get(plain(requirement.name))
        assert version, f"{requirement}: {BEHIND}"
        assert requirement.specifier.contains(version), f"{requirement} {version}: {BEHIND}"


@pytest.mark.parametrize("name", EXTRAS)
def test_nothing_is_pinned_that_nobody_asks_for(name: str) -> None:
    text = (ROOT / f"requirements/{name}.txt").read_text("utf-8")
    wanted = {plain(one.name) for one in asked(EXTRAS[name])}
    entries = re.findall(r"^([a-z0-9-]+)==(?:.+\n)((?:    .+\n)+)", text, re.MULTILINE)
    assert len(entries) == len(pinned(ROOT / f"requirements/{name}.txt"))
    for package, lines in entries:
        via = re.findall(r"^    #(?: via|  ) (?!-c )(.+)", lines, re.MULTILINE)
        asks = {one.partition(" ")[0] for one in via}
        assert package in wanted or asks - {PROJECT["project"]["name"]}, f"{package}: {BEHIND}"


@pytest.mark.parametrize("name", EXTRAS)
def test_each_pin_has_hashes_and_names_no_index(name: str) -> None:
    text = (ROOT / f"requirements/{name}.txt").read_text("utf-8")
    entries = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    for entry in entries:
        first = entry.splitlines()[0]
        assert re.fullmatch(r"[a-z0-9-]+==\S+( ; .+)? \\", first), first
        assert re.search(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$", entry, re.MULTILINE), first
    assert not re.search(r"://|--(extra-)?index|--find-links|^-", text, re.MULTILINE)


def test_the_files_agree() -> None:
    whole = pinned(ROOT / "requirements/test.txt")
    for name in EXTRAS:
        assert pinned(ROOT / f"requirements/{name}.txt").items() <= whole.items(), BEHIND


def test_no_requirement_is_without_an_upper_bound() -> None:
    for requirement in asked(list(PROJECT["project"]["optional-dependencies"])):
        operators = {one.operator for one in requirement.specifier}
        assert operators & {"<", "=="}, str(requirement)


@pytest.mark.parametrize("path", [".ci/run", "docs/gitlab-ci.yml", "book", "ci", "release"])
def test_nothing_else_is_installed(path: str) -> None:
    file = ROOT / (path if "/" in path else f".github/workflows/{path}.yml")
    lines = re.findall(r"pip install (.*)", file.read_text("utf-8"))
    assert lines or path == "ci"
    for line in lines:
        assert re.fullmatch(
            r"-q (--require-hashes -r requirements/\w+\.txt|--no-deps --no-build-isolation -e \.)", line
        ), line
