"""Each construct of another tool becomes ours: pairs of texts in cases.md."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from conftest import TESTS

from polybook.importers import convert
from polybook.importers.plan import Entry, Plan
from polybook.importers.source import Shelf

_CASE = re.compile(
    r"^## (?P<name>[^\n]+)\n\n~{5} before\n(?P<before>.*?)~{5}\n\n~{5} after\n(?P<after>.*?)~{5}\n"
    r"(?:\nlost: (?P<lost>[^\n]+)\n)?",
    re.MULTILINE | re.DOTALL,
)
CASES = [match.groupdict() for match in _CASE.finditer((TESTS / "importers/cases.md").read_text("utf-8"))]


def converted(folder: Path, text: str, lineage: str = "folders", **said: object) -> convert.Converted:
    """A book of one chapter, as it comes in."""
    (folder / "a.md").write_text(text, "utf-8")
    plan = Plan(lineage, "", (Entry("chapter", "", "a.md"),), **said)  # type: ignore[arg-type]
    return convert.convert(Shelf(folder), plan, "en")


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_construct_becomes_ours(case: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "bits.svg").write_text("<svg/>")
    made = converted(tmp_path, case["before"])
    assert made.drafts[0].text.strip("\n") == case["after"].strip("\n")
    lost = [one.what for one in made.log.lost]
    assert (case["lost"] in lost) if case["lost"] else lost == []


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_what_came_in_is_left_alone_when_it_comes_again(case: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "bits.svg").write_text("<svg/>")
    once = converted(tmp_path, case["before"]).drafts[0].text
    if "hidden" not in case["name"]:  # a sign that kept a line from being hidden is gone
        assert converted(tmp_path, once).drafts[0].text == once


def test_each_line_knows_where_it_comes_from(tmp_path: Path) -> None:
    (tmp_path / "part.md").write_text("one\ntwo\n")
    made = converted(tmp_path, '# Title\n\n!!! note\n    Here.\n\n{% include "part.md" %}\n\n{{x}}\n').drafts[
        0
    ]
    lines = made.text.split("\n")
    told = {line: (made.origins[number].path, made.origins[number].line) for number, line in enumerate(lines)}
    assert told["Here."] == ("a.md", 4)
    assert told["two"] == ("part.md", 2)
    assert told["{{x}}"] == ("a.md", 8)
