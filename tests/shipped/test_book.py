"""The book that this repository ships."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import polib
import pytest
from conftest import ROOT, check_epub

from polybook.book import load
from polybook.chapters.source import extract
from polybook.commands import build, survey
from polybook.commands.reading import read
from polybook.examples import directives
from polybook.markup import parse
from polybook.markup.tree import find
from polybook.model.nodes import CodeBlock, Header

BOOK = load.load(ROOT)
CHAPTERS = BOOK.chapters
LOCALES = ("it", "ja")
ROWS = tomllib.loads((Path(__file__).parent / "book_rows.toml").read_text("utf-8"))["row"]


def shown() -> set[str]:
    """The files of examples/ that a chapter shows or runs."""
    found = set()
    for chapter in CHAPTERS:
        for directive in directives.directives(chapter):
            found |= {word for word in directive.target.split() if (ROOT / "examples" / word).is_file()}
    return found


def test_every_subject_has_its_examples_and_its_section() -> None:
    assert sorted(row["number"] for row in ROWS) == list(range(1, 42))
    anchors = {
        Path(chapter.path).name: {node.attr.identifier for node in find(tree, Header)}
        for chapter, tree in zip(CHAPTERS, parse.parse([one.text for one in CHAPTERS]), strict=True)
    }
    for row in ROWS:
        file, _, anchor = row["section"].partition("#")
        assert anchor in anchors[file], row
        for example in row["examples"]:
            assert example in shown(), row


def test_every_example_is_shown() -> None:
    programs = {
        path.relative_to(ROOT / "examples").as_posix()
        for path in (ROOT / "examples").rglob("*.py")
        if not path.name.startswith("_")
    }
    assert programs - shown() == set()


def test_every_python_listing_is_a_program_that_ran() -> None:
    for chapter in CHAPTERS:
        for node in find(next(parse.parse([chapter.text])), CodeBlock):
            if "python" in node.attr.classes:
                pairs = dict(node.attr.pairs)
                assert {"file", "fragment", "wrong"} & set(pairs), (chapter.path, node.text[:60])


def test_nothing_is_stale() -> None:
    assert directives.stale(BOOK.programs, CHAPTERS) == []


def test_examples_need_only_what_the_extra_names() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    extra = settings["project"]["optional-dependencies"]["examples"]
    named = {re.split(r"[=<>]", line)[0].replace("-", "_") for line in extra}
    modules = {"zmq": "pyzmq"}
    import sys

    for path in (ROOT / "examples").rglob("*.py"):
        beside = {one.stem for one in path.parent.glob("*.py")}
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module]
            for name in names:
                top = name.split(".")[0]
                known = top in sys.stdlib_module_names or top in beside or top in ("gevent", "greenlet")
                assert known or modules.get(top, top) in named, (path, name)


@pytest.mark.parametrize("locale", LOCALES)
def test_the_translation_is_complete(locale: str) -> None:
    """Counted by polib, which knows nothing of us."""
    catalog = polib.pofile(str(ROOT / f"locales/{locale}/LC_MESSAGES/book.po"))
    template = polib.pofile(str(ROOT / "locales/book.pot"))
    assert [entry.msgid for entry in catalog if not entry.obsolete] == [entry.msgid for entry in template]
    assert [entry.msgid for entry in catalog.untranslated_entries()] == []
    assert [entry.msgid for entry in catalog.fuzzy_entries()] == []


@pytest.mark.parametrize("locale", LOCALES)
def test_no_translation_is_its_source(locale: str) -> None:
    catalog = polib.pofile(str(ROOT / f"locales/{locale}/LC_MESSAGES/book.po"))
    same = {entry.msgid for entry in catalog if entry.msgid == entry.msgstr and not entry.obsolete}
    allowed = set((Path(__file__).parent / f"same_{locale}.txt").read_text("utf-8").splitlines())
    assert same == allowed


def test_catalogs_are_up_to_date() -> None:
    template = polib.pofile(str(ROOT / "locales/book.pot"))
    reading = read(ROOT)
    texts = list(dict.fromkeys(message.text for message in extract(reading.book, reading.sources)))
    assert [entry.msgid for entry in template] == texts, "run: python build.py update"


def test_check_has_nothing_to_say() -> None:
    assert [one for one in survey.check(ROOT) if one.severity != "notice"] == []


@pytest.mark.gettext
@pytest.mark.parametrize("locale", LOCALES)
def test_gettext_agrees(locale: str) -> None:
    path = ROOT / f"locales/{locale}/LC_MESSAGES/book.po"
    done = subprocess.run(["msgfmt", "--check", "-o", "/dev/null", str(path)], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.fixture(scope="module")
def editions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole book, strictly, in every language and format."""
    import shutil

    root = tmp_path_factory.mktemp("book")
    for name in ("source", "examples", "locales"):
        shutil.copytree(ROOT / name, root / name)
    shutil.copy(ROOT / "pyproject.toml", root)
    build.build(root, strict=True, may_run=False)
    return root / "output"


@pytest.mark.slow
@pytest.mark.java
@pytest.mark.parametrize("locale", ["en", *LOCALES])
def test_epubcheck_has_nothing_to_say(editions: Path, locale: str) -> None:
    check_epub(editions / f"{locale}/gevent-by-example-{locale}.epub")
