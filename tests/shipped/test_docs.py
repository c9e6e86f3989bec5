"""The guide in docs/ and the README say what is so: their commands run, their tables are the program's."""

from __future__ import annotations

import dataclasses
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import pytest
from conftest import ROOT, BookFolder

from polybook.cli.verbs import EXIT_CODES, commands
from polybook.model.book import Limits, Settings
from polybook.translation import contract, review

GUIDE = sorted((ROOT / "docs").glob("*.md"))
TEXTS = [*GUIDE, ROOT / "README.md", ROOT / "CONTRIBUTING.md"]

# A file to write (its path alone on a line, before a block), or commands to run.
STEP = re.compile(r"^`([^`\n]+)`:\n\n```\w+\n(.*?)^```$|^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# What is made here before the page's own commands; these two pages make the book themselves.
BEGIN = "polybook new my-book --lang ja && cd my-book"
MAKE_IT = ("README.md", "authors.md")

SHELL = """
set -euo pipefail
polybook() {
  if [ "${1:-}" = serve ]; then # it never ends by itself
    local code=0
    timeout --signal INT 3 "$PYTHON" -m polybook "$@" --port 0 || code=$?
    [ $code = 0 ] || [ $code = 124 ]
  else
    "$PYTHON" -m polybook "$@"
  fi
}
python() { # tests/commands/test_new.py installs Polybook
  [[ "$*" == "-m pip install "* ]]
}
"""


def by_name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def options(command: click.Command) -> set[str]:
    return {
        name
        for one in command.params
        for name in one.opts
        if isinstance(one, click.Option) and name != "--help"
    }


@pytest.mark.slow
@pytest.mark.parametrize("page", GUIDE, ids=by_name)
def test_commands_run_as_they_are_written(page: Path, tmp_path: Path) -> None:
    script = [SHELL, "" if page.name in MAKE_IT else BEGIN]
    for path, content, run in STEP.findall(page.read_text("utf-8")):
        if path:
            script += [f"mkdir -p '{Path(path).parent}'", f"cat >'{path}' <<'END'\n{content}END"]
        else:
            script.append(run)
    done = subprocess.run(
        ["bash", "-c", "\n".join(script)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHON": sys.executable, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "my-book").is_dir()


def test_the_theme_of_the_guide_is_used(tmp_path: Path) -> None:
    """Its files change the book: none has a name that nobody looks at."""
    ours = ROOT / "polybook/render/theme"
    written = [path for path, _, _ in STEP.findall((ROOT / "docs/themes.md").read_text("utf-8")) if path]
    assert len(written) >= 6
    for path in written:
        name = path.removeprefix("theme/")
        assert (ours / name).is_file() or name.startswith("locales/"), path


def test_every_verb_and_option_is_documented_and_no_other() -> None:
    text = (ROOT / "docs/commands.md").read_text("utf-8")
    sections = dict(re.findall(r"^## ([a-z-]+)\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL))
    assert set(sections) == set(commands.commands)
    for verb, section in sections.items():
        told = set(re.findall(r"`(-[^\s`]+)", "\n".join(re.findall(r"^\|([^|]*)\|", section, re.MULTILINE))))
        assert told == options(commands.commands[verb]), verb


def test_commands_in_all_texts_exist() -> None:
    found = 0
    for path in TEXTS:
        for words in re.findall(r"(?:polybook|python build\.py)((?:[ \n][\w.*/<>'-]+)*)", code(path)):
            verb, *rest = words.split() or ["build"]
            if verb.startswith("-"):
                verb, rest = "build", [verb, *rest]
            given = {word for word in rest if word.startswith("-")} - {"-h", "--help", "--version"}
            if verb in ("is", "and"):  # a comment
                continue
            assert verb in commands.commands, (path, words)
            assert given <= options(commands.commands[verb]), (path, words)
            found += 1
    assert found > 50


def code(path: Path) -> str:
    """What a page writes as code: in blocks or in a line."""
    text = path.read_text("utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```$|^    (\S.*)$", text, re.MULTILINE | re.DOTALL)
    prose = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    lines = re.findall(r"`((?:polybook |python build\.py)[^`]*)`", prose)
    return "\n;\n".join(["\n;\n".join("".join(one).splitlines()) for one in blocks] + lines)


def test_exit_codes_are_those_of_the_help() -> None:
    text = (ROOT / "docs/commands.md").read_text("utf-8")
    told = re.findall(r"^\| (\d) \| (.*?) \|$", text, re.MULTILINE)
    assert "Exit codes: " + ", ".join(f"{code} {what}" for code, what in told) + "." == EXIT_CODES


def test_settings_are_those_of_the_program() -> None:
    text = (ROOT / "docs/settings.md").read_text("utf-8")
    told = dict(re.findall(r"^\| `([a-z-]+)` \| (.*?) \|", text, re.MULTILINE))
    own = [*dataclasses.fields(Settings), *dataclasses.fields(Limits)]
    fields = {field.name.replace("_", "-"): field.default for field in own if field.name != "limits"}
    assert list(told)[:4] == ["name", "title", "language", "identifier"]
    assert set(told) == set(fields)
    for key, default in told.items():
        if default == "needed":
            assert fields[key] is dataclasses.MISSING, key
        else:
            value = tomllib.loads(f"value = {default.strip('`')}")["value"]
            assert fields[key] == (tuple(value) if isinstance(value, list) else value), key


def test_findings_are_those_of_the_program() -> None:
    text = (ROOT / "docs/translators.md").read_text("utf-8")
    rows = re.findall(r"^\| (`.*?) \| .*?\|(?: (.*?) ?\|)?$", text, re.MULTILINE)
    told = {code: protects for names, protects in rows for code in re.findall(r"`([a-z-]+)`", names)}
    assert {code for code, protects in told.items() if protects == "protects"} == contract.PROTECTED
    assert set(told) == contract.PROTECTED | contract.WAIVABLE | review.CODES | {
        "waiver",
        "proposal",
        "format",
    }


@pytest.mark.parametrize("path", [*TEXTS, ROOT / "ARCHITECTURE.md"], ids=by_name)
def test_links_between_the_texts_lead_somewhere(path: Path) -> None:
    text = re.sub(
        r"^```.*?^```$|^    .*$|`[^`\n]*`", "", path.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL
    )
    links = [link for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link]
    for link in links:
        target, _, anchor = link.partition("#")
        page = path.parent / target if target else path
        assert page.exists(), link
        if anchor:
            headings = re.findall(r"^#+ (.*)$", page.read_text("utf-8"), re.MULTILINE)
            assert anchor in {heading.lower().replace(" ", "-") for heading in headings}, link


def test_a_sample_setting_that_is_wrong_is_told_as_the_guide_says(tmp_path: Path) -> None:
    BookFolder(tmp_path).run("new", "my-book").succeeds()
    folder = BookFolder(tmp_path / "my-book").replace("pyproject.toml", "\ntitle =", "\ntitel =")
    line = next(
        number for number, text in enumerate(folder.read("pyproject.toml").splitlines(), 1) if "titel" in text
    )
    said = folder.run("build").fails(1).err.strip().replace(f"pyproject.toml:{line}:", "pyproject.toml:5:")
    assert said in (ROOT / "docs/settings.md").read_text("utf-8")
