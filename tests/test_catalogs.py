"""Catalogs that stay put, and catalogs from the wild."""

from __future__ import annotations

import subprocess
from pathlib import Path

import polib
import pytest

from polybook import catalogs
from polybook.model import BookError, Message, Settings

SETTINGS = Settings("a-book", "A Book", "en", "urn:x:a")
LONG = "A sentence that is long enough to be wrapped by each tool that wraps lines at eighty columns, twice."
TEXTS = ["A title", LONG, 'With "quotes" and a \\ in it', "one\\\ntwo", "Last"]


def messages(texts: list[str]) -> list[Message]:
    return [Message(text, "paragraph", "source/01-a.md", 1, ("A title",)) for text in texts]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    catalogs.start(tmp_path, SETTINGS, messages(TEXTS), "ja")
    catalog = polib.pofile(str(path(tmp_path)))
    for entry in catalog:
        entry.msgstr = "訳: " + entry.msgid
    catalog.save()
    catalogs.update(tmp_path, SETTINGS, messages(TEXTS))
    return tmp_path


def path(root: Path) -> Path:
    return root / catalogs.path_of("ja")


def changed_lines(before: str, after: str) -> list[str]:
    import difflib

    found = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return [line for line in found if not line.startswith(("---", "+++", "@@"))]


def test_a_new_catalog_passes_gettexts_own_check(tmp_path: Path) -> None:
    catalogs.start(tmp_path, SETTINGS, messages(TEXTS), "ja")
    text = path(tmp_path).read_text("utf-8")
    assert text.startswith('# Messages of "A Book".\nmsgid ""\n')
    assert "#. A title, paragraph\n#: source/01-a.md\n" in text
    assert [entry.msgid for entry in polib.pofile(str(path(tmp_path)))] == TEXTS
    assert max(map(len, text.splitlines())) <= 80


def test_update_without_a_change_touches_no_file(root: Path) -> None:
    before = path(root).stat()
    merge = catalogs.update(root, SETTINGS, messages(TEXTS))[0]
    assert path(root).stat().st_mtime_ns == before.st_mtime_ns
    assert (merge.kept, merge.added, merge.fuzzy, merge.removed) == (5, 0, 0, 0)


FOREIGN = {
    "polib, one line an entry": lambda text: str(polib.pofile(text, wrapwidth=0)),
    "polib, narrow": lambda text: str(polib.pofile(text, wrapwidth=40)),
    "another order of the header": lambda text: text.replace('"MIME-Version: 1.0\\n"\n', "").replace(
        '"Language: ja\\n"', '"Language: ja\\n"\n"MIME-Version: 1.0\\n"\n"X-Generator: Poedit 3.4\\n"'
    ),
    "comments of translators": lambda text: text.replace("#. A title", "# mine\n#. A title", 1),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_one_changed_message_shows_alone_in_any_tools_file(root: Path, name: str) -> None:
    before = FOREIGN[name](path(root).read_text("utf-8"))
    path(root).write_text(before, "utf-8")
    catalogs.update(root, SETTINGS, messages(TEXTS))
    settled = path(root).read_text("utf-8")
    assert changed_lines(before.rstrip("\n"), settled.rstrip("\n")) == []
    catalogs.update(root, SETTINGS, messages([*TEXTS[:-1], "Lasting"]))
    lines = changed_lines(settled, path(root).read_text("utf-8"))
    assert sorted(lines) == ["+#, fuzzy", '+#| msgid "Last"', '+msgid "Lasting"', '-msgid "Last"']


def test_what_goes_stays_obsolete_and_comes_back(root: Path) -> None:
    full = path(root).read_text("utf-8")
    merge = catalogs.update(root, SETTINGS, messages([text for text in TEXTS if text != LONG]))[0]
    assert merge.removed == 1
    assert "#~ msgid" in path(root).read_text("utf-8")
    assert LONG not in catalogs.read(root, "ja").translations
    catalogs.update(root, SETTINGS, messages(TEXTS))
    assert catalogs.read(root, "ja").translations[LONG].text == "訳: " + LONG
    assert sorted(path(root).read_text("utf-8").splitlines()) == sorted(full.splitlines())


def test_fuzzy_translations_are_not_used(root: Path) -> None:
    catalogs.update(root, SETTINGS, messages([*TEXTS[:-1], "Lasting"]))
    catalog = catalogs.read(root, "ja")
    assert "Lasting" not in catalog.translations
    assert catalog.fuzzy == {"Lasting"}


def test_a_translation_knows_its_line(root: Path) -> None:
    found = catalogs.read(root, "ja").translations["Last"]
    assert path(root).read_text("utf-8").splitlines()[found.line - 1].startswith("msgid ")


WILD = {
    "ISO date": lambda b: b.replace(
        b"Language: ja", b'POT-Creation-Date: 2026-01-02T03:04:05Z\\n"\n"Language: ja'
    ),
    "empty date": lambda b: b.replace(
        next(line for line in b.split(b"\n") if b"PO-Revision-Date" in line), b'"PO-Revision-Date: \\n"'
    ),
    "CRLF": lambda b: b.replace(b"\n", b"\r\n"),
    "byte order mark": lambda b: b"\xef\xbb\xbf" + b,
    "no final newline": lambda b: b.rstrip(b"\n"),
    "no blank lines": lambda b: b.replace(b"\n\n", b"\n"),
    "other plural forms": lambda b: b.replace(b"nplurals=1; plural=0", b"nplurals=2; plural=(n > 1)"),
    "another charset": lambda b: b.decode().replace("UTF-8", "EUC-JP").encode("euc_jp"),
    "a duplicate": lambda b: b + b'\n#: x\nmsgid "Last"\nmsgstr "again"\n',
}


@pytest.mark.parametrize("name", WILD)
def test_catalogs_from_the_wild_load_and_merge(root: Path, name: str) -> None:
    path(root).write_bytes(WILD[name](path(root).read_bytes()))
    found = catalogs.read(root, "ja").translations
    assert {text: found[text].text for text in TEXTS[:-1]} == {text: "訳: " + text for text in TEXTS[:-1]}
    catalogs.update(root, SETTINGS, messages(TEXTS))
    assert catalogs.read(root, "ja").translations[LONG].text == "訳: " + LONG


BROKEN = {
    "an unclosed string": ('msgid "A title"', 'msgid "A title'),
    "a stray word": ('msgid "A title"', 'msgstuff "A title"'),
    "a quotation mark inside": ('msgid "A title"', 'msgid "A "title"'),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_cannot_be_read_names_its_line(root: Path, name: str) -> None:
    old, new = BROKEN[name]
    text = path(root).read_text("utf-8")
    line = text[: text.index(old)].count("\n") + 1
    path(root).write_text(text.replace(old, new), "utf-8")
    with pytest.raises(BookError) as error:
        catalogs.read(root, "ja")
    finding = error.value.findings[0]
    assert finding.path == "locales/ja/LC_MESSAGES/book.po"
    assert finding.line == line


@pytest.mark.gettext
def test_msgfmt_agrees(root: Path) -> None:
    done = subprocess.run(
        ["msgfmt", "--check", "-o", "/dev/null", str(path(root))], capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
