"""Catalogs as bytes: whatever a file holds is read, or refused with its line; nothing ends in a traceback."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import BOOKS, BookFolder, update_catalogs
from hypothesis import given, settings
from hypothesis import strategies as st

from polybook.catalogs import locales as catalogs
from polybook.catalogs.merge import place
from polybook.model.book import Settings
from polybook.model.catalog import Catalog, Message
from polybook.model.findings import BookError

SETTINGS = Settings("everything", "Everything & more", "en", "https://example.org/everything")
PATH = "locales/it/LC_MESSAGES/book.po"
PIECES = [
    b'"',
    b"\\",
    b"\n",
    b"\r",
    b"\0",
    b"\xff",
    b"\xc3",
    b"#",
    b"#~ ",
    b"#, fuzzy\n",
    b"#| ",
    b"msgid ",
    b"msgstr ",
    b'msgctxt "x"\n',
    b"msgid_plural ",
    b"msgstr[0] ",
    b"msgstr[9999999999] ",
    b'""',
    b"\\n",
    b"\\x",
    b"charset=utf-16",
    b"charset=undefined",
    b"charset=idna",
    b"charset=utf-7",
    b"charset=unicode_escape",
    b"charset=rot13",
    b"charset=punycode",
    b"nplurals=0; plural=1/0;",
    b"Language: \xe2\x80\xae\\n",
    b"\xef\xbb\xbf",
    b"\xed\xa0\x80",
    b"POT-Creation-Date: x\\n",
    b"# polybook: allow \x1b[2J\n",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book with a catalog whose entries are all translated by themselves."""
    root = tmp_path_factory.mktemp("bytes") / "everything"
    shutil.copytree(BOOKS / "everything", root)
    book = BookFolder(root)
    book.run("init", "it").succeeds()
    import polib

    texts = {entry.msgid: entry.msgid for entry in polib.pofile(str(root / PATH))}
    book.translate("it", texts)
    return root


def spoiled(content: bytes, seed: int) -> bytes:
    """The bytes with some flipped, put in, taken out or doubled."""
    chance = random.Random(seed)
    for _ in range(chance.randint(1, 6)):
        # The header is small and means most, so it is hit as often as all the rest.
        place = chance.randrange(chance.choice([len(content), min(len(content), 700)]) or 1)
        piece = chance.choice(PIECES)
        content = chance.choice(
            [
                content[:place] + bytes([chance.randrange(256)]) + content[place + 1 :],
                content[:place] + piece + content[place:],
                content[:place] + piece + content[place + len(piece) :],
                content[:place] + content[place + chance.randint(1, 80) :],
                content[:place] + content[max(0, place - 80) : place] + content[place:],
                content[:place],
            ]
        )
    return content


def outcome(action) -> object:
    try:
        return action()
    except BookError as error:
        unplaced = [finding for finding in error.findings if finding.path != PATH or not finding.line]
        if unplaced:
            pytest.fail(f"refused without a line: {unplaced}")
        return str(error).encode()


@settings(max_examples=3000 if os.environ.get("CI") else 300)
@given(seed=st.integers(0, 2**32))
def test_spoiled_bytes_are_read_or_refused(folder: Path, seed: int) -> None:
    good = (folder / PATH).read_bytes()
    try:
        (folder / PATH).write_bytes(spoiled(good, seed))
        found = outcome(lambda: catalogs.read(folder, "it"))
        if isinstance(found, Catalog):
            "".join(one.text + "".join(one.waived) for one in found.translations.values()).encode()
        message = Message("Lists", "section heading", "source/01-blocks.md", 1)
        unreadable = update_catalogs(folder, SETTINGS, [place(message)], lambda gone, fresh: {}).unreadable
        assert all(finding.path == PATH and finding.line for finding in unreadable)
    finally:
        (folder / PATH).write_bytes(good)


@pytest.mark.parametrize(
    "name", ["undefined", "idna", "punycode", "utf-7", "unicode_escape", "rot13", "hex", "x" * 200, "a\0b"]
)
def test_a_charset_that_no_catalog_has(folder: Path, name: str) -> None:
    good = (folder / PATH).read_bytes()
    try:
        (folder / PATH).write_bytes(good.replace(b"charset=UTF-8", b"charset=" + name.encode(), 1))
        assert isinstance(outcome(lambda: catalogs.read(folder, "it")), Catalog | bytes)
    finally:
        (folder / PATH).write_bytes(good)


ENDLESS = """
import sys
from polybook.catalogs import po
fillings = " ", "\\t", "\\u00a0", "\\u0085", "\\u3000", "\\\\", '"', '\\\\"', "#", "#~", '" "', "#~ |", "0"
for mark in ("", "#~", "#|", "msgid", "msgstr", "msgstr[0]", '"'):
    for filling in fillings:
        line = mark + filling * 12_000
        for text in (line, line + "x", f'msgid "a"\\nmsgstr "b"\\n{line}', f'{line} "a"\\nmsgstr "b"\\n'):
            try:
                po.read(text)
            except po.UnreadableError:
                pass
"""


def test_no_line_is_read_for_ever() -> None:
    """In a process of its own: what a regular expression tries for ever cannot be ended otherwise."""
    subprocess.run([sys.executable, "-c", ENDLESS], check=True, timeout=60)


@pytest.mark.parametrize("seed", range(3))
def test_a_spoiled_catalog_is_built_or_refused(folder: Path, seed: int, tmp_path: Path) -> None:
    root = tmp_path / "book"
    shutil.copytree(folder, root, ignore=shutil.ignore_patterns("output", ".cache"))
    (root / PATH).write_bytes(spoiled((root / PATH).read_bytes(), seed))
    done = BookFolder(root).run("build", "--lang", "it", "--format", "md")
    assert done.code in (0, 1), done.err
    assert "Traceback" not in done.err
