"""Sample books on disk, and one chainable helper that drives them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings

from polybook.catalogs import locales as catalogs
from polybook.catalogs.locales import Merged
from polybook.catalogs.merge import Carry, Place
from polybook.markup.tree import find, rewrite
from polybook.model.book import Settings
from polybook.model.nodes import CodeBlock, Header, Tree, read_tree, written
from polybook.release import validation

ROOT = Path(__file__).parent.parent
TESTS = Path(__file__).parent
BOOKS = TESTS / "books"
CATALOGS = TESTS / "cases/catalogs"
"""Catalogs as the tools of translators save them."""

NOW = datetime(2026, 11, 1, 10, 0, tzinfo=UTC)
"""When catalogs are started."""

TRANSLATION = {
    "A Small Book": "小さな本",
    "The start": "はじめに",
    "A program": "プログラム",
    "The end": "おわり",
    "The very end": "最後",
    "Nothing else is printed.": "ほかには何も出力しません。",
    "A program that greets.": "あいさつするプログラムです。",
    "The name comes last.": "名前は最後に来ます。",
    "A box with words.": "語の入った箱。",
    "A box.": "箱。",
    "Words in a box": "箱の中の語",
}
"""Half of the small book in Japanese."""


settings.register_profile("the same each time", derandomize=True, deadline=None)
settings.register_profile("others each time", deadline=None)
settings.load_profile("others each time" if os.environ.get("RANDOM_EXAMPLES") else "the same each time")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--regenerate", action="store_true", help="write the golden files anew; review them as a diff"
    )


def need(command: str, package: str) -> None:
    """Skip, and say why, where a system tool is missing; in CI a missing tool is a failure."""
    if not shutil.which(command):
        said = f"{command} is missing (Debian: {package})"
        pytest.fail(said) if os.environ.get("CI") else pytest.skip(said)


@pytest.fixture(autouse=True)
def needed_tools(request: pytest.FixtureRequest) -> None:
    """The system tools that a test's marks name."""
    needed = (
        ("chromium", "chromium", "chromium"),
        ("java", "java", "default-jre-headless"),
        ("gettext", "msgfmt", "gettext"),
        ("poppler", "pdftotext", "poppler-utils"),
    )
    for mark, command, package in needed:
        if request.node.get_closest_marker(mark):
            need(command, package)


def check_epub(path: Path) -> None:
    """Assert that EPUBCheck has nothing to say of a file."""
    command = validation.epubcheck()
    assert command
    done = subprocess.run([*command, "--failonwarnings", "-q", str(path)], capture_output=True, text=True)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def shape(blocks: Tree) -> Tree:
    """The skeleton of ``blocks``: all of them but their runs, their identifiers and the text of listings."""
    bare = rewrite(read_tree(written(blocks)), lambda kind, inlines: [])
    for node in find(bare, Header, CodeBlock):
        if isinstance(node, Header):
            node.attr.identifier = ""
        else:
            node.text = ""
    return bare


def runs(process: int) -> bool:
    """Whether a process is there and has not ended."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def update_catalogs(root: Path, settings: Settings, stand: Iterable[Place], carry: Carry) -> Merged:
    """Merge messages into the catalogs below ``root``, as the command `update` does."""
    merged = catalogs.merged(root, settings, stand, carry, NOW)
    catalogs.save(root, merged.contents)
    return merged


@dataclass
class Outcome:
    """What a command ended with."""

    code: int
    out: str
    err: str

    def fails(self, code: int, *said: str) -> Outcome:
        """Assert the exit code, that each of ``said`` is in what it said, and that no traceback is."""
        assert self.code == code, (self.code, self.out, self.err)
        assert "\nTraceback" not in "\n" + self.err  # a program's own, in what is said of it, is indented
        for text in said:
            assert text in self.err + self.out, (self.err, self.out)
        return self

    def succeeds(self) -> Outcome:
        assert self.code == 0, (self.code, self.out, self.err)
        return self


class BookFolder:
    """A copy of a sample book that a test may change and run commands in."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def write(self, path: str, text: str | bytes) -> BookFolder:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text if isinstance(text, bytes) else text.encode())
        return self

    def read(self, path: str) -> str:
        return (self.root / path).read_text("utf-8")

    def replace(self, path: str, old: str, new: str) -> BookFolder:
        text = self.read(path)
        assert old in text
        return self.write(path, text.replace(old, new))

    def translate(self, locale: str, translations: dict[str, str]) -> BookFolder:
        """Start a catalog where there is none, and fill in ``translations``."""
        import polib

        path = self.root / f"locales/{locale}/LC_MESSAGES/book.po"
        if not path.exists():
            self.run("init", locale).succeeds()
        catalog = polib.pofile(str(path))
        for text, translation in translations.items():
            entry = catalog.find(text)
            assert entry is not None, text
            entry.msgstr = translation
        catalog.save(str(path))
        return self

    def run(self, *arguments: str, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> Outcome:
        done = subprocess.run(
            [sys.executable, "-m", "polybook", *arguments],
            cwd=cwd or self.root,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
            env={**os.environ, "PYTHONPATH": str(ROOT), **(env or {})},
        )
        return Outcome(done.returncode, done.stdout, done.stderr)

    def begin(self, *arguments: str) -> subprocess.Popen[str]:
        """A command that the test goes on beside."""
        return subprocess.Popen(
            [sys.executable, "-m", "polybook", *arguments],
            cwd=self.root,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )


@pytest.fixture
def book(tmp_path: Path):
    """``book("small")`` gives a fresh copy of a sample book."""

    def copy(name: str) -> BookFolder:
        target = tmp_path / name
        shutil.copytree(BOOKS / name, target, ignore=shutil.ignore_patterns("output", ".cache"))
        return BookFolder(target)

    return copy
