"""Whatever a finding quotes is one line of printable text, wherever it is read."""

from __future__ import annotations

import json

import click
import pytest
from click.testing import CliRunner

from polybook.cli import reports, terminal
from polybook.model.catalog import Progress, Status
from polybook.model.findings import Finding, PolybookError

HOSTILE = [
    "\x1b]0;title\x07",
    "\x1b[2J\x1b[31mred",
    "\x9b31mred",
    "two\nlines",
    "a\rb",
    "a\r\nb",
    "a\u2028b\u2029c\x85d\x0be\x0cf",
    "\n::error file=x::evil",
    "::add-mask::x",
    "  ::stop-commands::x",
    "x\n##[add-path]/evil",
    "##vso[task.setvariable]x",
    "left\u202eright\u202c\u2066x\u2069\u200f",
    "\u200b\u2060\ufeff\U000e0041\u00ad",
    "\x00\x7f\ue000\U0010ffff\ud800",
    "a, b: c%0A",
]


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
@pytest.mark.parametrize("code", ["link-target", "example"])
def test_a_finding_is_lines_of_printable_text(text: str, code: str) -> None:
    finding = Finding(code, f"{text} said '{text}'", f"locales/{text}/book.po", 3, text)
    for written in (
        reports.text([finding]),
        str(finding),
        reports.github([finding]),
        str(PolybookError(finding)),
    ):
        lines = written.removesuffix("\n").split("\n")
        assert all(line.isprintable() for line in lines)
        assert len(lines) == 1 or code == "example"
        assert "##[" not in written
        assert "##vso[" not in written
        for line in lines[1:]:
            assert not line.lstrip().startswith("::")
    assert reports.github([finding]).startswith("::error file=")


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_json_is_printable_and_names_the_same_file(text: str) -> None:
    finding = Finding("glossary", text, f"a/{text}", 1)
    for written in (reports.as_json([finding]), reports.status_json([status(finding)])):
        assert all(line.isprintable() for line in written.split("\n"))
        known = json.loads(written)[0]
        known = known["findings"][0] if "findings" in known else known
        assert known["path"] == f"a/{text}"
        assert known["text"].isprintable()


def status(finding: Finding) -> Status:
    return Status("it", Progress("", 0, 0, 0, 0, 0), (), (finding,))


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_so_is_all_else_that_is_printed(text: str) -> None:
    @click.command()
    def command() -> None:
        terminal.print_table(("a",), [(text,)])
        terminal.say(text)
        with terminal.progress("building") as tell:
            tell(text, 1, 2)
        terminal.print_findings([Finding("x", text, text, 1, text)], None)

    said = CliRunner().invoke(command).output
    assert all(line.isprintable() and "##[" not in line for line in said.split("\n"))
    assert not any(line.lstrip().startswith("::") for line in said.split("\n"))


def test_what_people_write_stays() -> None:
    text = "the glossary translates 'coda' as 'キュー' (§ 1 – «é»), write '## Title' or a::b"
    assert Finding("x", text).text == text
