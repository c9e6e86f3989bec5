"""The command line."""

from __future__ import annotations

import subprocess
import sys

import pytest
from conftest import ROOT

VERBS = ("build", "refresh", "update", "init", "check", "status", "clean")


def test_help_names_every_verb_and_exit_code(book) -> None:
    text = book("small").run("--help").succeeds().out
    for verb in VERBS:
        assert f"  {verb} " in text
    assert "5 a check failed" in " ".join(text.split())


@pytest.mark.parametrize("verb", VERBS)
def test_help_of_each_verb_shows_an_example(book, verb: str) -> None:
    assert f"python build.py {verb}" in book("small").run(verb, "--help").succeeds().out


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
    assert head.split() == ["language", "translated", "fuzzy", "untranslated", "words", "done"]
    assert row.split()[:4] == ["ja", "2", "0", "21"]


def test_update_and_init(book) -> None:
    folder = book("small")
    assert folder.run("init", "it").succeeds().out == "translate locales/it/LC_MESSAGES/book.po\n"
    folder.write("source/03-new.md", "# A new chapter\n")
    said = folder.run("update").succeeds().out.splitlines()
    assert said == [
        f"locales/{locale}/LC_MESSAGES/book.po: 23 kept, 1 new, 0 fuzzy, 0 gone" for locale in ("it", "ja")
    ]
    assert 'msgid "A new chapter"' in folder.read("locales/book.pot")
