"""The command line."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from conftest import ROOT

VERBS = (
    "build",
    "refresh",
    "update",
    "init",
    "check",
    "status",
    "serve",
    "release",
    "matrix",
    "clean",
    "new",
)


def test_help_names_every_verb_and_exit_code(book) -> None:
    text = book("small").run("--help").succeeds().out
    for verb in VERBS:
        assert f"  {verb} " in text
    assert "5 a check failed" in " ".join(text.split())


@pytest.mark.parametrize("verb", VERBS)
def test_help_of_each_verb_shows_an_example(book, verb: str) -> None:
    command = "polybook" if verb == "new" else "python build.py"  # who starts a book has no build.py yet
    assert f"{command} {verb}" in book("small").run(verb, "--help").succeeds().out


def test_build_py_does_the_same() -> None:
    done = subprocess.run([sys.executable, "build.py", "--version"], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.startswith("polybook, version ")


def test_without_a_terminal_lines_are_plain(book) -> None:
    outcome = book("small").run("-f", "md").succeeds()
    first, second = outcome.err.splitlines()  # in the order in which they are done
    assert {first[:15], second[:15]} == {"building: en md", "building: ja md"}
    assert (first[15:], second[15:]) == (" (1 of 2)", " (2 of 2)")
    assert outcome.out.splitlines()[0].split() == ["language", "format", "artifact", "size", "time"]
    assert "\x1b" not in outcome.out + outcome.err


def test_status_counts(book) -> None:
    folder = book("small").translate("ja", {"The start": "はじめに", "The end": "おわり"})
    head, row = folder.run("status").succeeds().out.splitlines()
    assert head.split() == ["language", "translated", "fuzzy", "untranslated", "words", "done", "findings"]
    assert row.split()[:4] == ["ja", "2", "0", "21"]
    rows = folder.run("status", "--chapters").succeeds().out.splitlines()
    assert [row.split()[:4] for row in rows[3:5]] == [
        ["source/01-start.md", "1", "0", "8"],
        ["source/02-end.md", "1", "0", "7"],
    ]
    told = json.loads(folder.run("status", "--json").succeeds().out)
    assert [(one["locale"], one["book"]["translated"], len(one["files"])) for one in told] == [("ja", 2, 4)]


def test_check_speaks_to_people_to_github_and_to_programs(book) -> None:
    folder = book("small").translate("ja", {"The start": "開始, 100%", "The end": "# おわり"})
    path = "locales/ja/LC_MESSAGES/book.po"
    line = folder.read(path).splitlines().index('msgstr "# おわり"') + 1
    outcome = folder.run("check")
    assert outcome.code == 5
    what = "the translation brings a heading's marks, which the book has"
    assert f"error: {path}:{line}: {what}." in outcome.out
    assert outcome.out.endswith("errors: 1, warnings: 0\n")
    outcome = folder.run("check", "--format", "github")
    assert outcome.code == 5
    assert outcome.out == (
        f"::error file={path},line={line},title=heading-mark::{what}. the source text is shown instead\n"
    )
    found = json.loads(folder.run("check", "--format", "json").out)
    assert [(one["code"], one["severity"], one["line"]) for one in found] == [("heading-mark", "error", line)]
    page = folder.root.parent / "summary.md"
    folder.run("check", "--format", "github", env={"GITHUB_STEP_SUMMARY": str(page)})
    assert page.read_text().splitlines() == [
        "## What Polybook's check found",
        "",
        "### ja (errors: 1, warnings: 0)",
        "",
        "| | | where | what |",
        "| --- | --- | --- | --- |",
        f"| error | heading-mark | `{path}:{line}` | {what} |",
    ]


def test_no_translation_into_the_language_that_the_book_is_written_in(book) -> None:
    folder = book("small")
    folder.run("init", "en").fails(2, "the book is written in 'en'")
    assert not (folder.root / "locales/en").exists()


def test_update_and_init(book) -> None:
    folder = book("small")
    assert folder.run("init", "it").succeeds().out == "translate locales/it/LC_MESSAGES/book.po\n"
    folder.write("source/03-new.md", "# A new chapter\n")
    said = folder.run("update").succeeds().out.splitlines()
    assert said == [
        f"locales/{locale}/LC_MESSAGES/book.po: 23 kept, 0 carried over, 1 new, 0 fuzzy, 0 gone"
        for locale in ("it", "ja")
    ]
    assert 'msgid "A new chapter"' in folder.read("locales/book.pot")
